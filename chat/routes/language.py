"""Which languages there are, and which language and time zone a request is answered in."""

from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from flask import current_app, g, has_request_context, request
from flask_babel import Domain, get_locale

from chat.permissions import DEFAULT_LANGUAGE

LANGUAGE_COOKIE = "language"
CATALOGUE = Path("LC_MESSAGES") / "messages.mo"


class Catalogues(Domain):  # type: ignore[misc]
    """The catalogues of the language that is asked for.

    For a folder without one Flask-Babel takes English plurals, whatever an earlier folder said.
    """

    @property
    def translation_directories(self) -> list[str]:
        """The folders that have the language."""
        own = Path(str(get_locale())) / CATALOGUE
        folders = str(current_app.config["BABEL_TRANSLATION_DIRECTORIES"]).split(";")
        return [folder for folder in folders if (Path(folder) / own).is_file()]


def languages() -> dict[str, str]:
    """Return every language of the interface with its own name for itself: English, and each that has a catalogue.

    The codes are those of HTML and JavaScript: `pt-BR` for the folder `pt_BR`.
    """
    return _languages(str(current_app.config["BABEL_TRANSLATION_DIRECTORIES"]))


def catalogue_file(language: str) -> Path:
    """Return the compiled catalogue of one of `languages()`, other than English."""
    folders = str(current_app.config["BABEL_TRANSLATION_DIRECTORIES"]).split(";")
    files = [Path(folder) / language.replace("-", "_") / CATALOGUE for folder in folders]
    # The later folder wins, as in Flask-Babel.
    return next(file for file in reversed(files) if file.is_file())


def choose_language() -> str:
    """Return the person's own language, else the cookie's, else the browser's, else English."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    known = languages()
    caller = g.get("caller")
    wanted = caller.language if caller is not None else request.cookies.get(LANGUAGE_COOKIE)
    if wanted in known:
        return str(wanted)
    # Whoever is signed in had a language whose catalogue is gone.
    return request.accept_languages.best_match(known) or DEFAULT_LANGUAGE


def choose_locale() -> str:
    """Return the language as Babel spells it."""
    return choose_language().replace("-", "_")


def text_direction(language: str) -> str:
    """Return `rtl` for the languages that are written from right to left, else `ltr`."""
    return Locale.parse(language, sep="-").text_direction


def choose_time_zone() -> str:
    """Return UTC: pages show times in the browser's own zone."""
    return "UTC"


@cache
def _languages(folders: str) -> dict[str, str]:
    found = {file.parts[-3] for folder in folders.split(";") for file in Path(folder).glob(f"*/{CATALOGUE}")}
    named = {code.replace("_", "-"): _own_name(code) for code in sorted({DEFAULT_LANGUAGE, *found})}
    return {code: name for code, name in named.items() if name}


def _own_name(code: str) -> str:
    try:
        name = Locale.parse(code).get_display_name() or code
    except (ValueError, UnknownLocaleError):
        return ""
    return name[:1].upper() + name[1:]
