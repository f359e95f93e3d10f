"""The files of the demo workspace, drawn and written here so that nothing has to be shipped."""

import io
import math
from collections.abc import Callable

CHART_SIZE = (880, 440)
INK, PAPER, LINE, GRID = (70, 66, 60), (252, 251, 249), (23, 92, 78), (226, 223, 218)
SPIKE_AT, SPIKE_MS, USUAL_MS = 61, 110, 55
POINTS = 96
"""One for each quarter of an hour of a day."""

CHECKLIST = """# Release 2.0: checklist

- [x] Migration 0012 on a copy of the production data
- [x] Contrast of every text, light and dark
- [x] Invite page: room for the Join button
- [x] Backup restored on another machine
- [ ] Release notes, English
- [ ] Release notes, Korean
- [ ] Announcement in the lobby
- [ ] Support rota for the first week

Who finds something writes it into #launch, and not into this file.
"""


def latency_chart() -> bytes:
    """Return a line chart as PNG: a day of latencies with one spike."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", CHART_SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = 64, 56, CHART_SIZE[0] - 28, CHART_SIZE[1] - 48
    draw.text((left, 20), "send to stored, p95, last 24 hours", fill=INK, font_size=18)
    for level in range(0, 121, 40):
        y = bottom - level * (bottom - top) / 120
        draw.line([(left, y), (right, y)], fill=GRID, width=1)
        draw.text((left - 12, y), f"{level}", fill=INK, font_size=15, anchor="rm")
    for hour in range(0, 25, 6):
        draw.text(
            (left + hour * (right - left) / 24, bottom + 12), f"{hour:02d}:00", fill=INK, font_size=15, anchor="ma"
        )
    places = [
        (left + point * (right - left) / (POINTS - 1), bottom - _latency(point) * (bottom - top) / 120)
        for point in range(POINTS)
    ]
    draw.line(places, fill=LINE, width=4, joint="curve")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _latency(point: int) -> float:
    spike = (SPIKE_MS - USUAL_MS) * math.exp(-((point - SPIKE_AT) ** 2) / 3)
    return USUAL_MS + 3 * math.sin(point / 4) + 2 * math.sin(point * 1.7) + spike


DEMO_FILES: dict[str, Callable[[], bytes]] = {
    "latency-p95.png": latency_chart,
    "release-checklist.md": CHECKLIST.encode,
}
"""What a line of the script can carry, by name."""
