"""The words of the scripts: one catalogue per language, only what the scripts say."""

import gettext
import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from chat.errors import NotFoundError
from chat.permissions import DEFAULT_LANGUAGE
from chat.routes.language import catalogue_file, languages
from chat.routes.writing import json_response
from chat.script_messages import message_ids

bp = Blueprint("translations", __name__)

Words = dict[str, str | list[str]]
"""From the English sentence to its translation, or to its plural forms."""
SAMPLE = 1_000
"""Up to which number the plural forms are looked at: every rule of the CLDR shows below it."""


@bp.get("/i18n/<language>.json")
def show(language: str) -> AnyResponse:
    """Return what the scripts say in this language; browsers keep it and ask whether it has changed."""
    if language not in languages():
        raise NotFoundError
    file = None if language == DEFAULT_LANGUAGE else catalogue_file(language)
    response: Response = json_response(_encoded(language, file), 200)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@cache
def _encoded(language: str, file: Path | None) -> str:
    catalogue = None if file is None else _read(file)
    words = {} if catalogue is None else _script_words(catalogue)
    answer = {"words": words, "plurals": _plurals(language, catalogue)}
    return json.dumps(answer, ensure_ascii=False, sort_keys=True)


def _read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_mo(opened)


def _script_words(catalogue: Catalog) -> Words:
    wanted = message_ids(Path(str(current_app.static_folder)) / "js")
    words: Words = {}
    for message in catalogue:
        first, *plural = [message.id] if isinstance(message.id, str) else message.id
        if first in wanted:
            words[first] = list(message.string or ()) if plural else str(message.string)
    return words


def _plurals(language: str, catalogue: Catalog | None) -> dict[str, int]:
    """Return which of a catalogue's forms belongs to which of the categories that `Intl.PluralRules` knows.

    The header of a catalogue is a formula in C, which a page may not run.
    """
    form = gettext.c2py(catalogue.plural_expr if catalogue else "n != 1")
    category = Locale.parse(language, sep="-").plural_form
    used: dict[str, Counter[int]] = defaultdict(Counter)
    for n in range(SAMPLE):
        used[category(n)][form(n)] += 1
    # Fractions: their category may have no whole number.
    used["other"][(catalogue.num_plurals if catalogue else 2) - 1] += 1
    return {name: counted.most_common(1)[0][0] for name, counted in used.items()}
