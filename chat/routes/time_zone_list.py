"""The time zones that people choose from."""

import datetime as dt
from zoneinfo import ZoneInfo

from chat.clock import now
from chat.routes.person_fields import time_zones

AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def time_zone_choices(own: str) -> list[tuple[str, str]]:
    """Return the names and labels of the zones of the world, UTC first, and of `own` if it is none of them."""
    places = sorted(name for name in time_zones() if name.startswith(AREAS) and "/" in name)
    names = dict.fromkeys(["UTC", *places, own if own in time_zones() else "UTC"])
    return [(name, _label(name)) for name in names]


def _label(name: str) -> str:
    offset = now().astimezone(ZoneInfo(name)).utcoffset() or dt.timedelta()
    minutes = int(offset.total_seconds()) // 60
    if name == "UTC":
        return name
    sign, (hours, rest) = "−" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return f"{name.replace('_', ' ')} (UTC{sign}{hours}{f':{rest:02}' if rest else ''})"
