"""Charts of bars as the template draws them: one of 10 by 100 for each period, and a scale to read it by."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SLOT = 10
GAP = 2
HEIGHT = 100
LEAST_HEIGHT = 1.5
"""So that a little is more than nothing."""
DURATIONS = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
"""Round spans of time, in seconds."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: where its bar stands, and what it says."""

    x: float
    y: float
    height: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows."""

    bars: list[Bar]
    width: int
    top: str
    """What the upper edge stands for."""
    half: str
    highest: str
    """The highest bar in words; empty when there is none."""


def bar_chart(
    values: Sequence[int | None], says: Sequence[str], *, scale: Callable[[int], int], text: Callable[[int], str]
) -> Chart:
    """Return the chart of values, where None is a period without one."""
    most = max((value for value in values if value), default=0)
    top = scale(most)
    bars = [_bar(place, value or 0, top, words) for place, (value, words) in enumerate(zip(values, says, strict=True))]
    highest = says[list(values).index(most)] if most else ""
    return Chart(bars, SLOT * len(bars), text(top), text(top // 2), highest)


def round_count(most: int) -> int:
    """Return the next even number with one digit that counts, 1, 2, 4, 6 or 8; at least 2."""
    if most <= 2:  # noqa: PLR2004 - both halves of the scale are whole
        return 2
    magnitude: int = 10 ** int(math.log10(most))
    return next(step * magnitude for step in (1, 2, 4, 6, 8, 10) if step * magnitude >= most)


def round_duration(most: int) -> int:
    """Return the next round span of time, in seconds."""
    return next((step for step in DURATIONS if step >= most), DURATIONS[-1])


def _bar(place: int, value: int, top: int, says: str) -> Bar:
    height = max(LEAST_HEIGHT, value / top * HEIGHT) if value else 0
    return Bar(place * SLOT + GAP / 2, round(HEIGHT - height, 2), round(height, 2), says)
