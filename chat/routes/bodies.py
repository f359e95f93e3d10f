"""Request bodies: JSON objects with exact types; whatever else is sent is ignored."""

import re
import unicodedata
from typing import Annotated, TypeVar

from flask import Flask, current_app, request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from werkzeug.exceptions import BadRequest

from chat.config import Settings
from chat.errors import N_, NOTHING_SAID, InvalidError, MalformedJsonError

LONGEST_TEXT = 4_000
LONGEST_RAW_TEXT = 4 * LONGEST_TEXT
"""Before normalising: a syllable of Hangul may come as three characters and is stored as one."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Mn", "Zl", "Zp", "Zs"}
BLANK_LETTERS = set("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by category, with nothing to see."""

SENTENCES = {
    "missing": N_("This is needed."),
    "string_too_short": N_("This is too short."),
    "string_too_long": N_("This is too long."),
    "too_short": N_("This is too short."),
    "too_long": N_("This is too long."),
    "empty": NOTHING_SAID,
}
OTHERWISE = N_("This is not valid.")
WHOLE_FILES = {"uploads.create_whole"}
"""Endpoints that take a file in one request."""
FORM_MARGIN_BYTES = 64 * 1024
LARGEST_HOOK_BYTES = 256 * 1024


def register(app: Flask) -> None:
    """Receive every request's body before anything is done for it."""
    app.before_request(_receive)


def _receive() -> None:
    # Whoever sends it slowly, on a bad line or on purpose, must hold neither the writer's turn nor a connection to the
    # database meanwhile.
    if request.endpoint in WHOLE_FILES:
        # It goes to disk as it comes, once it is known who sends it.
        settings: Settings = current_app.config["SETTINGS"]
        request.max_content_length = settings.upload_bytes + FORM_MARGIN_BYTES
    elif request.endpoint == "incoming.receive":
        request.max_content_length = LARGEST_HOOK_BYTES
        request.get_data()
    elif request.endpoint is not None:
        request.get_data()


class Body(BaseModel):
    """A JSON body; strict, so that 1 is not "1" and true is not 1."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


AnyBody = TypeVar("AnyBody", bound=BaseModel)


def read_body(shape: type[AnyBody]) -> AnyBody:
    """Return the request's JSON as `shape`.

    Raises:
        MalformedJsonError: the body is not a JSON object.
        InvalidError: a field is missing or does not hold what it must.
    """
    try:
        fields = request.get_json(force=True, silent=False)
    except (BadRequest, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJsonError from error
    if not isinstance(fields, dict):
        raise MalformedJsonError
    return check(shape, fields)


def check(shape: type[AnyBody], fields: dict[str, object]) -> AnyBody:
    """Return the fields, of JSON or of a form, as `shape`; raises InvalidError."""
    try:
        return shape.model_validate(fields)
    except ValidationError as error:
        found = {str(e["loc"][0]): SENTENCES.get(e["type"], OTHERWISE) for e in error.errors() if e["loc"]}
        raise InvalidError(**found) from error


def _line(value: str) -> str:
    value = unicodedata.normalize("NFC", value).strip()
    if CONTROL.search(value) or UNSTORABLE.search(value):
        raise ValueError
    return value


def storable(value: str) -> str:
    """Return the text if the database and JSON can hold it; raises ValueError."""
    if UNSTORABLE.search(value):
        raise ValueError
    return value


def _message(value: str) -> str:
    value = unicodedata.normalize("NFC", storable(value)).strip("\n\r\t ")
    if not is_visible(value):
        raise PydanticCustomError("empty", "empty")
    return value


def _caption(value: str) -> str:
    value = unicodedata.normalize("NFC", storable(value)).strip("\n\r\t ")
    return value if is_visible(value) else ""


def visible(value: str) -> str:
    """Return the text if there is something to see in it; raises `too_short`."""
    if not is_visible(value):
        raise PydanticCustomError("too_short", "nothing to see")
    return value


def is_visible(value: str) -> bool:
    """Tell whether a text has something to see in it."""
    # Emoji that are newer than this Python have no category yet, so it is the invisible ones that are listed.
    return any(unicodedata.category(c) not in INVISIBLE_CATEGORIES and c not in BLANK_LETTERS for c in value)


def _not_null(value: object) -> object:
    if value is None:
        raise ValueError
    return value


Line = Annotated[str, AfterValidator(_line)]
"""One line of text: NFC, trimmed, without control or direction characters."""

Name = Annotated[Line, AfterValidator(visible), Field(max_length=80)]
SectionId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,36}$")]
"""The id of a section of the sidebar, which the page made."""
Topic = Annotated[Line, Field(max_length=250)]
Password = Annotated[str, AfterValidator(storable), Field(min_length=10, max_length=200)]
Email = Annotated[Line, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
MessageText = Annotated[
    str, Field(max_length=LONGEST_RAW_TEXT), AfterValidator(_message), Field(max_length=LONGEST_TEXT)
]
CaptionText = Annotated[
    str, Field(max_length=LONGEST_RAW_TEXT), AfterValidator(_caption), Field(max_length=LONGEST_TEXT)
]
"""The text of a message that may have files: it may be empty."""
Given = BeforeValidator(_not_null)
"""For a field that may be left out but may not be null: `topic: Annotated[Topic | None, Given] = None`."""
