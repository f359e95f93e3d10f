"""Which language and time zone a request is answered in."""

from flask import g, has_request_context, request

LANGUAGES = ("en", "ko")
LANGUAGE_COOKIE = "language"


def choose_language() -> str:
    """Return the person's own language, else the cookie's, else the browser's, else English."""
    if not has_request_context():
        return "en"
    caller = g.get("caller")
    if caller is not None:
        return str(caller.language)
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def choose_time_zone() -> str:
    """Return UTC: pages show times in the browser's own zone."""
    return "UTC"
