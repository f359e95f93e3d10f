"""How the page looks for a person: kept with their preferences, and in cookies, so that the first paint has it.

The cookies serve the pages that know nobody: those for signed-out people and the one that opens without a connection.
"""

from collections.abc import Mapping

from flask import current_app, request
from werkzeug.wrappers import Response

LOOKS: dict[str, tuple[str, ...]] = {
    "theme": ("system", "light", "dark"),
    "text_size": ("100", "90", "110", "125", "150"),
    "motion": ("system", "reduced"),
    "contrast": ("system", "more"),
}
"""What can be chosen of each, the first one at first."""
YEAR_SECONDS = 365 * 24 * 3600


def looks_in_request() -> dict[str, str]:
    """Return what this browser's cookies say that is not as it is at first."""
    given = {name: request.cookies.get(name) for name in LOOKS}
    return {name: value for name, value in given.items() if value in LOOKS[name][1:]}


def looks_in(preferences: Mapping[str, object]) -> dict[str, str]:
    """Return the look in somebody's preferences, every part of it."""
    return {name: str(preferences[name]) for name in LOOKS}


def keep_looks(response: Response, looks: Mapping[str, str]) -> None:
    """Let the next pages of this browser have this look at their first paint."""
    secure = current_app.config["SETTINGS"].cookies_are_secure
    for name, value in looks.items():
        if value in LOOKS[name][1:]:
            response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=secure)
        elif name in request.cookies:
            response.delete_cookie(name, samesite="Lax", secure=secure)


def preferences_from(looks: Mapping[str, str]) -> dict[str, object]:
    """Return a look as preferences say it."""
    return {name: int(value) if name == "text_size" else value for name, value in looks.items()}
