"""The suite catches the bugs that its promises are made against: each is switched in, and the tests that must fail do.

python -m tests.mutants      the same with the model test and the images of power cuts; takes minutes
"""

import pytest

from tests.mutants.bugs import BUGS
from tests.mutants.checking import run_tests
from tests.mutants.table import MUTANTS


def test_every_bug_has_a_test_that_catches_it():
    assert set(MUTANTS) == set(BUGS)


def test_without_a_bug_the_tests_pass():
    every = sorted({test for mutant in MUTANTS.values() for test in mutant.caught_by})

    outcome = run_tests(every, None)

    assert outcome.code == 0, outcome.output


@pytest.mark.parametrize("name", MUTANTS)
def test_a_bug_is_caught(name):
    tests = MUTANTS[name].caught_by

    outcome = run_tests(tests, name)

    assert outcome.is_caught, outcome.output
    assert outcome.failed == len(tests), outcome.output
