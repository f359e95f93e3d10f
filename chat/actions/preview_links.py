"""Preview the links of a message: plan it, keep what was found, take it away again."""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

import sqlalchemy as sa

from chat.actions.discard_files import discard_strays
from chat.actions.plan_delivery import plan_delivery
from chat.clock import now_text
from chat.events import PreviewsChanged
from chat.extensions import db
from chat.log import room_stream
from chat.models import LinkPage, Message, Preview
from chat.queries.previews import fresh_page, previews_as_seen
from chat.unit_of_work import present_epoch, publish
from chat.web_pages import Page, outside_links

CARRIER = "link_previews"
MOST_LINKS = 4


def plan_previews(message_id: int, *, seq: int, own_url: str) -> None:
    """Let the pages be asked for that a message links to as it stands now, each by way of its host."""
    message = db.session.get(Message, message_id)
    if message is None or message.deleted_at is not None:
        return
    held = {preview.url for preview in _previews_of(message_id)}
    for place, url in enumerate(outside_links(message.html, own_url)[:MOST_LINKS]):
        if url in held:
            continue
        preview = Preview(message_id=message_id, url=url, place=place)
        db.session.add(preview)
        db.session.flush()
        lane = (urlsplit(url).hostname or "")[:255]
        key = f"{present_epoch()}:{seq}:{CARRIER}:{preview.id}"
        plan_delivery(CARRIER, lane, seq=seq, payload={"preview_id": preview.id}, key=key)


def show_known_page(preview: Preview) -> bool:
    """Show what was found at the address not long ago; return whether there was anything to go by."""
    page = fresh_page(preview.url)
    if page is not None:
        _show(preview, page)
    return page is not None


def keep_page(
    preview_id: int, found: Page, *, file: str | None = None, size: tuple[int, int] | None = None
) -> LinkPage | None:
    """Keep what was found and show it; None, and the picture goes, when the link or its message went meanwhile."""
    preview = db.session.get(Preview, preview_id)
    if preview is None or preview.page_id is not None:
        if file is not None:
            discard_strays([file])
        return None
    width, height = size or (None, None)
    page = LinkPage(
        url=preview.url,
        title=found.title,
        description=found.description,
        site=found.site,
        file=file,
        width=width,
        height=height,
        fetched_at=now_text(),
    )
    db.session.add(page)
    db.session.flush()
    _show(preview, page)
    return page


def remove_preview(preview: Preview, message: Message, *, actor_id: int) -> None:
    """Take a card away for everybody; again changes nothing."""
    if preview.is_removed:
        return
    preview.is_removed = True
    page_id, preview.page_id = preview.page_id, None
    db.session.flush()
    _drop_unused_pages([page_id] if page_id is not None else [])
    _tell(message, actor_id=actor_id)


def drop_previews(message_id: int, *, kept: Sequence[str] = ()) -> None:
    """Forget the previews of links that a message does not have any more, before its event is published."""
    gone = []
    for preview in _previews_of(message_id):
        if preview.url in kept:
            preview.place = kept.index(preview.url)
        else:
            gone.append(preview)
    page_ids = [preview.page_id for preview in gone if preview.page_id is not None]
    for preview in gone:
        db.session.delete(preview)
    db.session.flush()
    _drop_unused_pages(page_ids)


def _previews_of(message_id: int) -> list[Preview]:
    return list(db.session.scalars(sa.select(Preview).where(Preview.message_id == message_id)))


def _show(preview: Preview, page: LinkPage) -> None:
    if preview.is_removed:
        return
    preview.page_id = page.id
    db.session.flush()
    message = db.session.get_one(Message, preview.message_id)
    if page.title:
        _tell(message, actor_id=None)


def _tell(message: Message, *, actor_id: int | None) -> None:
    previews = previews_as_seen([message.id]).get(message.id, [])
    event = PreviewsChanged(actor_id=actor_id, message_id=message.id, previews=previews)
    publish(event, room_stream(message.room_id))


def _drop_unused_pages(page_ids: Collection[int]) -> None:
    unused = sa.select(LinkPage).where(LinkPage.id.in_(page_ids), ~sa.exists().where(Preview.page_id == LinkPage.id))
    for page in db.session.scalars(unused).all():
        if page.file is not None:
            discard_strays([page.file])
        db.session.delete(page)
    db.session.flush()
