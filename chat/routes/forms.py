"""Forms of pages: what was typed, what was wrong with it, and where to go afterwards."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext, ngettext

from chat.errors import Refusal, WrongPasswordError

LOCAL_PATH = re.compile(r"/(?:[A-Za-z0-9][A-Za-z0-9_.~/?&=-]*)?")
MARKED = {"wrong_password": "password", "email_taken": "email", "wrong_setup_token": "token"}
"""The field to look at again, by the code of the refusal."""


@dataclass(frozen=True)
class Form:
    """A form as a page shows it; a field without an entry is empty and in order."""

    values: Mapping[str, str] = field(default_factory=lambda: defaultdict(str))
    errors: Mapping[str, str] = field(default_factory=lambda: defaultdict(str))
    marked: frozenset[str] = frozenset()
    problem: str | None = None


def filled_form(values: Mapping[str, str]) -> Form:
    """Return a form with these values in it."""
    return Form(defaultdict(str, values))


def refused_form(refusal: Refusal, values: Mapping[str, str] | None = None) -> Form:
    """Return the form as it was sent, or with `values`, and in the reader's language why it was refused."""
    sentences: Mapping[str, str] = refusal.extra.get("errors", {})
    return Form(
        values=defaultdict(str, request.form if values is None else values),
        errors=defaultdict(str, {name: gettext(sentence) for name, sentence in sentences.items()}),
        marked=frozenset({*sentences, MARKED.get(refusal.code, "")}),
        problem=_explain(refusal),
    )


def form_fields(*names: str) -> dict[str, object]:
    """Return the named fields that were sent and are not empty, for `bodies.check`."""
    return {name: request.form[name] for name in names if request.form.get(name)}


def local_path(given: str | None) -> str:
    """Return the path if it can only lead to a page of this server, else `/`."""
    return given if given is not None and LOCAL_PATH.fullmatch(given) else "/"


def _explain(refusal: Refusal) -> str:
    sentence: str = gettext(refusal.detail)
    left = refusal.extra.get("tries_left") if isinstance(refusal, WrongPasswordError) else None
    if left is None:
        return sentence
    tries: str = ngettext(
        "{n} try left before a five-minute pause.", "{n} tries left before a five-minute pause.", left
    )
    return f"{sentence} {tries.format(n=left)}"
