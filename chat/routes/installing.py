"""What makes the page an app: its manifest, its service worker, and what that shows without a connection."""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.routing import Rule
from werkzeug.wrappers import Response as AnyResponse

from chat.queries.workspace import the_workspace
from chat.routes.language import choose_language, text_direction

bp = Blueprint("installing", __name__)

PRODUCT = "Stet"
LIGHT = "#ffffff"
DARK = "#1a1816"
"""The surface of the page in both themes; css/tokens.css has them as oklch."""
KEPT = {".js", ".css", ".svg", ".json"}
LARGEST_KEPT_BYTES = 256 * 1024
"""Static files that the worker fetches at once. Fonts come in ninety parts, of which a reader needs a few; they are
kept when they are first used, like what is large."""
SHARED_WORDS = ("title", "text", "url")
LARGEST_WORDS_BYTES = 64 * 1024
LONGEST_QUERY = 6_000
"""Proxies refuse addresses that are much longer."""
CONVERTERS = {"int": r"\d+", "default": "[^/]+"}


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    """Return how the app is installed: under the workspace's name, for whoever is signed in."""
    name = the_workspace().name if g.caller is not None else PRODUCT
    language = choose_language()
    body = {
        "id": "/",
        "name": name,
        "short_name": name if len(name) <= 12 else PRODUCT,  # noqa: PLR2004 - what home screens show without cutting
        "description": gettext("Team chat on a server of your own."),
        "lang": language,
        "dir": text_direction(language),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": LIGHT,
        "theme_color": LIGHT,
        "categories": ["business", "productivity", "social"],
        "icons": [
            _icon("img/icon-192.png", "192x192", "any"),
            _icon("img/icon-512.png", "512x512", "any"),
            _icon("img/icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [
            _shortcut(gettext("Search"), "/search"),
            _shortcut(gettext("Unread"), "/unread"),
            _shortcut(gettext("Mentions"), "/mentions"),
        ],
        "share_target": {
            "action": "/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {**{name: name for name in SHARED_WORDS}, "files": [{"name": "files", "accept": ["*/*"]}]},
        },
    }
    response = Response(json.dumps(body, ensure_ascii=False), content_type="application/manifest+json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.get("/sw.js")
def worker() -> AnyResponse:
    """Return the service worker, with what this version consists of before it."""
    build = {
        "version": build_version(),
        "files": list(_kept_files()),
        "pages": [_pattern(rule) for rule in _page_rules(current_app)],
    }
    source = (Path(str(current_app.static_folder)) / "js" / "worker.js").read_text("utf-8")
    response = Response(f"self.build = {json.dumps(build)};\n{source}", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@bp.post("/share")
def receive_share() -> AnyResponse:
    """Answer a share that no service worker took: its words go on to the page, its files stay behind.

    Nothing is written and nobody is asked who they are, so that another site gains nothing by sending one.
    """
    is_small = request.content_length is not None and request.content_length <= LARGEST_WORDS_BYTES
    words = {name: request.form[name] for name in SHARED_WORDS if request.form.get(name)} if is_small else {}
    is_lost = not is_small or any(file.filename for file in request.files.values())
    query = urlencode(words)
    if len(query) > LONGEST_QUERY:
        query, is_lost = "", True
    parts = [query, "lost=1" if is_lost else ""]
    return redirect("/share?" + "&".join(filter(None, parts)), 303)


@bp.get("/shell")
def shell() -> str:
    """Return the page of the chat with nobody in it: the worker keeps it, and the script fills it from this browser."""
    # Its look comes from the cookies of whoever opens it.
    return render_template("chat.html", boot=None, looks={})


@bp.get("/offline")
def offline() -> str:
    """Return what stands in the place of every other page while there is no connection."""
    return render_template("offline.html")


@bp.app_context_processor
def _colours() -> dict[str, Any]:
    return {"build_version": build_version, "surface": {"light": LIGHT, "dark": DARK}}


def build_version() -> str:
    """Return what changes with every script, style, template and catalogue."""
    folders = str(current_app.config["BABEL_TRANSLATION_DIRECTORIES"]).split(";")
    return _stamp(str(current_app.static_url_path), str(Path(current_app.root_path) / "templates"), *folders)


@cache
def _stamp(static_path: str, *folders: str) -> str:
    files = sorted(file for folder in folders for file in Path(folder).rglob("*") if file.suffix in {".html", ".mo"})
    stamps = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return hashlib.blake2b(repr((static_path, stamps)).encode(), digest_size=6).hexdigest()


def _kept_files() -> Iterator[str]:
    folder = Path(str(current_app.static_folder))
    for file in sorted(folder.rglob("*")):
        is_wanted = file.suffix in KEPT or file.name == "icon-192.png"
        if is_wanted and file.is_file() and file.stat().st_size <= LARGEST_KEPT_BYTES:
            yield url_for("static", filename=file.relative_to(folder).as_posix())


def _page_rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("pages."))


def _pattern(rule: Rule) -> str:
    """Return the rule of a page as a regular expression of JavaScript."""

    def converted(found: re.Match[str]) -> str:
        name, _, arguments = found[1].partition(":")[0].partition("(")
        if name == "any":
            return f"(?:{arguments.rstrip(')').replace(', ', '|')})"
        return CONVERTERS.get(name, CONVERTERS["default"])

    return f"^{re.sub('<([^>]+)>', converted, rule.rule)}$"


def _icon(filename: str, sizes: str, purpose: str) -> dict[str, str]:
    return {
        "src": url_for("static", filename=filename),
        "sizes": sizes,
        "type": "image/png",
        "purpose": purpose,
    }


def _shortcut(name: str, url: str) -> dict[str, Any]:
    return {"name": name, "url": url, "icons": [_icon("img/icon-192.png", "192x192", "any")]}
