"""Anything in any order: a state machine over the server and its clients, beside a plain model of what must be.

    STET_MODEL_EXAMPLES=1000 python -m pytest tests/model/test_model.py

What fails is made as short as possible, within five minutes, and printed as a program, with a `@reproduce_failure` that
repeats it; `STET_MODEL_SHRINK=0` leaves it as long as it was found. `STET_MODEL_STEPS` says how long a run is.
"""

import os
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.model.world import STEPS, World

EXAMPLES = int(os.environ.get("STET_MODEL_EXAMPLES", "30"))
STEPS_PER_EXAMPLE = int(os.environ.get("STET_MODEL_STEPS", "40"))
PHASES = [Phase.generate, Phase.shrink] if os.environ.get("STET_MODEL_SHRINK", "1") == "1" else [Phase.generate]


class Machine(RuleBasedStateMachine):
    """Plays the steps; each becomes a rule."""

    new_world: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.world: World | None = None

    @initialize()
    def begin(self) -> None:
        self.world = type(self).new_world()

    def teardown(self) -> None:
        if self.world is None:
            return
        try:
            self.world.rest()
        finally:
            self.world.close()


def playing(name: str, numbers: dict[str, tuple[int, int]]) -> Any:
    """Return the rule that takes the step of that name."""

    def step(self: Machine, **chosen: int) -> None:
        assert self.world is not None
        getattr(self.world, name)(**chosen)

    step.__name__ = name
    return rule(**{key: st.integers(least, most) for key, (least, most) in numbers.items()})(step)


for _name, _numbers in STEPS.items():
    setattr(Machine, _name, playing(_name, _numbers))


@pytest.mark.timeout(max(600, EXAMPLES * 10))
def test_whatever_happens_everybody_is_shown_what_must_be(new_world):
    Machine.new_world = staticmethod(new_world)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS_PER_EXAMPLE,
            deadline=None,
            print_blob=True,
            database=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
