"""The sentences in our JavaScript: found the same way when catalogues are made and when they are served."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

STRING = r'"(?:[^"\\\n]|\\.)*"'
CALL = re.compile(rf"(?<![\w.$])(?:t\(\s*({STRING})|tn\(\s*({STRING}),\s*({STRING}))")


class ScriptMessage(NamedTuple):
    """A sentence, or its singular and plural, and where it stands."""

    line: int
    forms: tuple[str, ...]


def messages_in(source: str) -> Iterator[ScriptMessage]:
    """Return what `t("…")` and `tn("…", "…", n)` say, inside nested template literals too: Babel loses some there."""
    for call in CALL.finditer(source):
        forms = tuple(json.loads(form) for form in call.groups() if form)
        yield ScriptMessage(source.count("\n", 0, call.start()) + 1, forms)


def message_ids(folder: Path) -> frozenset[str]:
    """Return the ids of all messages in the folder's scripts."""
    return frozenset(
        message.forms[0] for file in folder.rglob("*.js") for message in messages_in(file.read_text("utf-8"))
    )


def extract(
    fileobj: IO[bytes],
    keywords: object,  # noqa: ARG001 - Babel passes these three by name
    comment_tags: object,  # noqa: ARG001
    options: object,  # noqa: ARG001
) -> Iterator[tuple[int, str, str | tuple[str, ...], list[str]]]:
    """Feed Babel; `babel.cfg` names this function."""
    for line, forms in messages_in(fileobj.read().decode("utf-8")):
        yield (line, "gettext", forms[0], []) if len(forms) == 1 else (line, "ngettext", forms, [])
