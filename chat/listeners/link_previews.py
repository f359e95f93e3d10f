"""Link previews: after the commit the server asks for the pages that were linked to, and tells the room."""

import json
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from chat.actions.preview_links import CARRIER, keep_page, plan_previews, show_known_page
from chat.concurrency import off_loop
from chat.config import Settings
from chat.durable import make_folder, write_new
from chat.extensions import db
from chat.images import MAX_UPLOAD_BYTES, ImageRefusedError, card_picture_from
from chat.listeners.carrier import LaterError, Parcel, PlanningListener, carrier
from chat.listeners.listener import listener
from chat.log import Entry
from chat.models import Preview
from chat.outgoing.client import Answer, Client, ForbiddenAddressError, OutgoingError
from chat.queries.workspace import the_workspace
from chat.unit_of_work import unit_of_work
from chat.uploads.folder import free_bytes, new_file_name, uploads_folder
from chat.web_pages import LONGEST_SITE, LONGEST_TITLE, Page, ascii_address, clean_line, read_page

MOST_REDIRECTS = 3
MOST_PAGE_BYTES = 1_000_000
MOST_OEMBED_BYTES = 100_000
PAGES = {"text/html", "application/xhtml+xml"}
BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
NOTHING = Page(title="")


class SiteBusyError(LaterError):
    """The site has no answer now, and may have one soon."""


@listener(CARRIER, types={"message_posted", "message_edited"})
class LinkPreviews(PlanningListener):
    """Plans one question for each link that a message has not had before."""

    def plan(self, entry: Entry) -> None:
        """Plan what the message's links ask for."""
        if _is_on() and entry.message_id is not None:
            plan_previews(entry.message_id, seq=entry.seq, own_url=_settings().own_url)


@carrier(CARRIER, gives_up_hours=0.1, longest_wait_seconds=60)
def carry(parcel: Parcel) -> str | None:
    """Ask for a page, unless somebody linked to it today; what says nothing of itself is remembered as such."""
    preview_id = parcel.payload["preview_id"]
    preview = db.session.get(Preview, preview_id)
    if preview is None or preview.page_id is not None or preview.is_removed or not _is_on():
        return None
    url = preview.url
    db.session.remove()
    with unit_of_work():
        preview = db.session.get(Preview, preview_id)
        if preview is None or show_known_page(preview):
            return None
    found, picture = _look_at(url)
    file, size = _kept(picture) if picture else (None, None)
    with unit_of_work():
        keep_page(preview_id, found, file=file, size=size)
    return found.title or "nothing to show"


def _look_at(url: str) -> tuple[Page, bytes | None]:
    """Return what a page says of itself, and the picture that it shows, as it was sent.

    Raises:
        SiteBusyError, OutgoingError: later it may.
    """
    try:
        answer = _client().send("GET", url, headers={"Accept": "text/html"}, redirects=MOST_REDIRECTS)
    except ForbiddenAddressError:
        return NOTHING, None
    if answer.status in BUSY or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        msg = f"HTTP {answer.status}"
        raise SiteBusyError(msg, retry_after_seconds=answer.retry_after_seconds)
    if not answer.is_success:
        return NOTHING, None
    host = (urlsplit(answer.url).hostname or "").removeprefix("www.")
    if _type_of(answer).startswith("image/"):
        name = unquote(urlsplit(answer.url).path.rpartition("/")[2])
        title = clean_line(name, LONGEST_TITLE) or host
        return Page(title=title, site=host), _picture(answer.url)
    if _type_of(answer) not in PAGES:
        return NOTHING, None
    page = off_loop(read_page, answer.body, answer.url, answer.headers.get("content-type", ""))
    page = _completed(page)
    named = Page(page.title, page.description, page.site or host[:LONGEST_SITE])
    return named, _picture(page.image_url) if page.title else None


def _completed(page: Page) -> Page:
    """Ask the page's oEmbed for what is missing; its HTML is never looked at."""
    if page.oembed_url is None or (page.title and page.image_url):
        return page
    answer = _asked(page.oembed_url, MOST_OEMBED_BYTES)
    try:
        said = json.loads(answer.body) if answer is not None else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        return page
    thumbnail = said.get("thumbnail_url")
    return Page(
        title=page.title or clean_line(said.get("title"), LONGEST_TITLE),
        description=page.description or clean_line(said.get("author_name"), LONGEST_SITE),
        site=page.site or clean_line(said.get("provider_name"), LONGEST_SITE),
        image_url=page.image_url or (ascii_address(thumbnail) if isinstance(thumbnail, str) else None),
    )


def _picture(url: str | None) -> bytes | None:
    answer = _asked(url, MAX_UPLOAD_BYTES) if url else None
    return answer.body if answer is not None and answer.is_whole else None


def _asked(url: str, most_bytes: int) -> Answer | None:
    # A card without its picture is better than none.
    try:
        answer = _client().send("GET", url, redirects=MOST_REDIRECTS, most_bytes=most_bytes)
    except OutgoingError:
        return None
    return answer if answer.is_success else None


def _kept(picture: bytes) -> tuple[str | None, tuple[int, int] | None]:
    """Make the picture small and write it to disk; no row names it yet, and without one it is removed in an hour."""
    settings = _settings()
    if off_loop(free_bytes, settings) < settings.disk_floor_bytes:
        return None, None
    try:
        small, size = off_loop(card_picture_from, picture)
        file = new_file_name()
        off_loop(_write, uploads_folder(settings) / file, small)
    except (ImageRefusedError, OSError):
        return None, None
    return file, size


def _write(path: Path, picture: bytes) -> None:
    make_folder(path.parent, mode=0o700)
    write_new(path, picture)


def _type_of(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _client() -> Client:
    client: Client = current_app.extensions["outgoing"]
    return client


def _is_on() -> bool:
    # Whoever runs the server and the workspace each may say no.
    return _settings().link_previews and the_workspace().has_link_previews


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
