"""What every template may use: the languages, initials of people, names of devices and roles."""

import re
from typing import Any

from flask import Blueprint
from flask_babel import gettext

from chat.routes.language import choose_language, languages, text_direction
from chat.routes.looks import looks_in_request

bp = Blueprint("page_words", __name__)

WHOLE_NAMES = re.compile("[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]")
"""Scripts in which one letter stands for a name."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""What a user agent says and what people call it, the more telling first."""


@bp.app_context_processor
def _words() -> dict[str, Any]:
    language = choose_language()
    return {
        "language": language,
        "looks": looks_in_request(),
        "text_direction": text_direction(language),
        "language_names": languages(),
        "role_names": {
            "owner": gettext("Owner"),
            "admin": gettext("Admin"),
            "member": gettext("Member"),
            "guest": gettext("Guest"),
            "bot": gettext("Bot"),
        },
    }


@bp.app_template_filter()
def initials(name: str) -> str:
    """Return one letter for a Korean, Chinese or Japanese name, two for the others."""
    words = name.split() or ["?"]
    if len(words) == 1 or WHOLE_NAMES.match(words[0]):
        return words[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()


@bp.app_template_filter()
def device_name(user_agent: str) -> str:
    """Return what people call a browser and its device, from the User-Agent that it sent."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    both: str = gettext("{browser} on {system}")
    nothing: str = gettext("Unknown device")
    return both.format(browser=browser, system=system) if browser and system else browser or system or nothing


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for mark, name in names if mark in user_agent), None)
