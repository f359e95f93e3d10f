"""The words of the scripts: one catalogue per language, only what the scripts say."""

import json
from functools import cache
from pathlib import Path

from babel.messages.mofile import read_mo
from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from chat.errors import NotFoundError
from chat.permissions import DEFAULT_LANGUAGE
from chat.routes.language import LANGUAGES
from chat.routes.writing import json_response
from chat.script_messages import message_ids

bp = Blueprint("translations", __name__)

Words = dict[str, str | list[str]]
"""From the English sentence to its translation, or to its plural forms."""


@bp.get("/i18n/<language>.json")
def show(language: str) -> AnyResponse:
    """Return what the scripts say in this language; browsers keep it and ask whether it has changed."""
    if language not in LANGUAGES:
        raise NotFoundError
    response: Response = json_response(_encoded(language), 200)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@cache
def _encoded(language: str) -> str:
    return json.dumps(_script_words(language), ensure_ascii=False, sort_keys=True)


def _script_words(language: str) -> Words:
    if language == DEFAULT_LANGUAGE:
        return {}
    wanted = message_ids(Path(str(current_app.static_folder)) / "js")
    folder = Path(current_app.config["BABEL_TRANSLATION_DIRECTORIES"])
    with (folder / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        catalogue = read_mo(file)
    words: Words = {}
    for message in catalogue:
        first, *plural = [message.id] if isinstance(message.id, str) else message.id
        if first in wanted:
            words[first] = list(message.string or ()) if plural else str(message.string)
    return words
