"""A pytest plugin that switches a bug in: `python -m pytest -p tests.mutants.plugin --mutant leave_after_emit …`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the bug's name."""
    parser.addoption("--mutant", default=None, help="the bug to switch in, by its name in tests/mutants/bugs.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config) -> None:
    """Switch it in when everything is imported, and so after the standard library was patched."""
    name = config.getoption("--mutant")
    if name is not None:
        from tests.mutants.bugs import BUGS

        BUGS[name]()
