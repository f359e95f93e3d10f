"""Wire shapes, the same for HTTP, sockets and events."""

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from chat.log import room_stream
from chat.models import (
    IncomingHook,
    Invite,
    LinkPage,
    Membership,
    Message,
    OwnEmoji,
    Pin,
    Preview,
    Reminder,
    Room,
    Saved,
    SavedDraft,
    ScheduledMessage,
    Session,
    Upload,
    User,
    Workspace,
)
from chat.permissions import BOT


class StatusPayload(TypedDict):
    """What somebody is doing, until when; None is until they say otherwise. Emoji or text may be empty."""

    emoji: str
    text: str
    expires_at: str | None


class UserPayload(TypedDict):
    """A person, as everybody sees them who shares a room or the workspace with them."""

    id: int
    name: str
    email: str
    """Empty of bots, and when a guest is told of somebody with whom they share no room any more: name and picture."""
    role: str
    avatar_url: str | None
    title: str
    pronouns: str
    about: str
    phone: str
    status: StatusPayload | None
    is_away: bool
    language: str
    time_zone: str
    created_at: str
    deactivated_at: str | None


class SharedRoomPayload(TypedDict):
    """A room, as everybody in it sees it."""

    id: int
    stream: str
    kind: str
    name: str | None
    topic: str
    created_by: int
    created_at: str
    archived_at: str | None
    is_default: bool
    member_count: int
    """Of people; bots are not counted."""
    member_ids: list[int] | None
    """Direct rooms only: who is in it."""


class RoomPreferencesPayload(TypedDict):
    """How a person wants a room."""

    level: str | None
    """everything, mentions or nothing; None as in the person's preferences."""
    is_muted: bool
    is_starred: bool
    section_id: str | None
    """One of the `sections` of the person's preferences; None, and one that is no more, are the room's usual place."""


class RoomPayload(SharedRoomPayload, RoomPreferencesPayload):
    """A room, as one person sees it."""

    role: str | None
    """owner or member; None for somebody who is not in it."""
    unread_count: int
    mention_count: int
    read_message_id: int
    read_seq: int
    """The event that set the read mark; 0 for the first one."""
    last_message_at: str | None


class MemberPayload(TypedDict):
    """One person in one room."""

    user_id: int
    room_id: int
    role: str
    joined_at: str


class ReactionPayload(TypedDict):
    """One emoji under a message, with who chose it, first to last."""

    emoji: str
    user_ids: list[int]


class AttachmentPayload(TypedDict):
    """A file of a message."""

    id: int
    name: str
    kind: str
    """image, video, audio, pdf, text or file."""
    content_type: str
    size_bytes: int
    url: str
    preview_url: str | None
    """A picture of up to 1,280 pixels, as WebP; of a PDF its first page."""
    thumbnail_url: str | None
    """The same with up to 320 pixels."""
    width: int | None
    height: int | None
    placeholder: str | None
    """A tiny picture as a data URL, to show until the preview is there."""
    is_animated: bool
    page_count: int | None
    excerpt: str | None
    """The first lines of a text."""
    line_count: int | None


class UploadPayload(TypedDict):
    """A file on its way, as whoever sends it sees it."""

    id: int
    client_id: str
    name: str
    size_bytes: int
    offset: int
    """How many bytes have arrived: go on from there."""
    is_complete: bool
    message_id: int | None
    attachment: AttachmentPayload | None
    """What it is, once it is complete."""


class ThreadPayload(TypedDict):
    """What a message says of the replies to it; deleted ones do not count."""

    reply_count: int
    last_reply_id: int
    last_reply_at: str
    user_ids: list[int]
    """Who replied, up to five, the latest first."""


class ThreadFollowPayload(TypedDict):
    """How a person stands to a thread."""

    message_id: int
    """What is replied to."""
    room_id: int
    is_following: bool
    read_message_id: int
    unread_count: int
    mention_count: int


class PollOptionPayload(TypedDict):
    """One answer of a poll; `user_ids`, in the order of voting, is None where the poll is anonymous."""

    number: int
    text: str
    count: int
    user_ids: list[int] | None


class PollPayload(TypedDict):
    """What a message asks, with the tallies."""

    question: str
    options: list[PollOptionPayload]
    is_multiple: bool
    is_anonymous: bool
    ends_at: str | None
    closed_at: str | None
    voter_count: int


class PreviewPayload(TypedDict):
    """What is shown of a page that a message links to."""

    id: int
    url: str
    title: str
    description: str
    site: str
    image_url: str | None
    """On this server, like every picture."""
    width: int | None
    height: int | None


class OwnVotesPayload(TypedDict):
    """What I have chosen in an anonymous poll."""

    message_id: int
    options: list[int]


class MessagePayload(TypedDict):
    """A message; a deleted one has `deleted_at` and no text, HTML, quote, mentions, reactions or attachments."""

    id: int
    room_id: int
    parent_id: int | None
    also_in_room: bool
    """Of a reply: it stands in the room's timeline too."""
    quoted_id: int | None
    """The message that this one quotes or forwards; whoever may see it asks for it."""
    author_id: int
    client_id: str
    text: str
    html: str
    version: int
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    mentions: list[int]
    """Everybody in the room whom it calls: by name, with `@here` or with `@room`."""
    mentions_room: str | None
    """here or room: how those are called who are not named."""
    reactions: list[ReactionPayload]
    attachments: list[AttachmentPayload]
    thread: ThreadPayload | None
    """The replies to it; a deleted message keeps them."""
    poll: PollPayload | None
    previews: list[PreviewPayload]
    """Of pages that it links to; they come later, and change no version."""


class DraftPayload(TypedDict):
    """What a person typed in one place and has not sent."""

    room_id: int
    parent_id: int | None
    text: str
    quoted_id: int | None
    """What it quotes, as a reference: whoever may see it asks for it."""
    version: int
    device: str
    updated_at: str


class EmojiPayload(TypedDict):
    """One of the workspace's own emoji."""

    id: int
    name: str
    url: str
    added_by: int
    created_at: str


class PinPayload(TypedDict):
    """A pinned message, without what it says."""

    message_id: int
    user_id: int
    """Who pinned it."""
    at: str


class SavedPayload(TypedDict):
    """A message that I saved, without what it says."""

    message_id: int
    room_id: int
    at: str
    done_at: str | None


class RevisionPayload(TypedDict):
    """A version of a message."""

    version: int
    text: str
    at: str


class ScheduledPayload(TypedDict):
    """A message that goes out later."""

    id: int
    room_id: int
    parent_id: int | None
    text: str
    send_at: str
    state: str
    """waiting, failed, or sent: posted late, and not put away by its author yet."""
    failure: str | None
    """The code of the refusal."""
    posted_id: int | None
    created_at: str


class ReminderPayload(TypedDict):
    """What somebody wants to be reminded of; of a message there are only ids, which say nothing."""

    id: int
    message_id: int | None
    room_id: int | None
    text: str
    due_at: str
    is_due: bool
    created_at: str


class IncomingHookPayload(TypedDict):
    """An incoming webhook, as those see it who manage it; nobody sees its secret again."""

    id: int
    room_id: int
    bot_id: int
    """The user whose name and picture its messages have."""
    name: str
    avatar_url: str | None
    may_call: bool
    is_enabled: bool
    is_in_room: bool
    """Whoever manages the room can take the bot out of it."""
    created_by: int
    created_at: str
    rotated_at: str | None
    last_used_at: str | None
    use_count: int
    last_error: str | None
    """The code of the latest refusal."""
    last_error_at: str | None


class WorkspacePayload(TypedDict):
    """The workspace."""

    name: str
    created_at: str
    has_link_previews: bool
    """Whether cards are shown under messages."""


def user_payload(user: User) -> UserPayload:
    """Return the person as everybody sees them."""
    return {
        "id": user.id,
        "name": user.name,
        "email": "" if user.role == BOT else user.email,
        "role": user.role,
        "avatar_url": f"/avatars/{user.avatar}" if user.avatar else None,
        "title": user.title,
        "pronouns": user.pronouns,
        "about": user.about,
        "phone": user.phone,
        "status": status_payload(user),
        "is_away": user.is_away,
        "language": user.language,
        "time_zone": user.time_zone,
        "created_at": user.created_at,
        "deactivated_at": user.deactivated_at,
    }


def remembered_user_payload(user: User) -> UserPayload:
    """Return what a guest still knows of somebody who left the room that they shared: whose the old words are."""
    return {
        **user_payload(user),
        "email": "",
        "title": "",
        "pronouns": "",
        "about": "",
        "phone": "",
        "status": None,
        "is_away": False,
        "time_zone": "UTC",
    }


def status_payload(user: User) -> StatusPayload | None:
    """Return the person's status; one whose time is over counts until the housekeeper has taken it away."""
    if not user.status_emoji and not user.status_text:
        return None
    return {"emoji": user.status_emoji, "text": user.status_text, "expires_at": user.status_expires_at}


def shared_room_payload(room: Room, *, member_count: int, member_ids: list[int] | None) -> SharedRoomPayload:
    """Return the room without what differs per person; for events that go to the whole room."""
    return {
        "id": room.id,
        "stream": room_stream(room.id),
        "kind": room.kind,
        "name": room.name,
        "topic": room.topic,
        "created_by": room.created_by,
        "created_at": room.created_at,
        "archived_at": room.archived_at,
        "is_default": room.is_default,
        "member_count": member_count,
        "member_ids": member_ids if room.kind == "direct" else None,
    }


def room_preferences_payload(membership: Membership | None) -> RoomPreferencesPayload:
    """Return how a person wants a room; of somebody who is not in it, None, how it is at first."""
    if membership is None:
        return {"level": None, "is_muted": False, "is_starred": False, "section_id": None}
    return {
        "level": membership.level,
        "is_muted": membership.is_muted,
        "is_starred": membership.is_starred,
        "section_id": membership.section_id,
    }


def member_payload(membership: Membership) -> MemberPayload:
    """Return one person's place in a room."""
    return {
        "user_id": membership.user_id,
        "room_id": membership.room_id,
        "role": membership.role,
        "joined_at": membership.joined_at,
    }


def attachment_payload(upload: Upload) -> AttachmentPayload:
    """Return a file as those see it who see its message."""
    url = f"/files/{upload.id}"
    has_previews = upload.placeholder is not None
    return {
        "id": upload.id,
        "name": upload.name,
        "kind": upload.kind,
        "content_type": upload.content_type,
        "size_bytes": upload.size_bytes,
        "url": url,
        "preview_url": f"{url}/preview" if has_previews else None,
        "thumbnail_url": f"{url}/thumbnail" if has_previews else None,
        "width": upload.width,
        "height": upload.height,
        "placeholder": upload.placeholder,
        "is_animated": upload.is_animated,
        "page_count": upload.page_count,
        "excerpt": upload.excerpt,
        "line_count": upload.line_count,
    }


def upload_payload(upload: Upload, *, offset: int) -> UploadPayload:
    """Return a file on its way; `offset` is how many bytes lie on disk."""
    is_complete = upload.completed_at is not None
    return {
        "id": upload.id,
        "client_id": upload.client_id,
        "name": upload.name,
        "size_bytes": upload.size_bytes,
        "offset": upload.size_bytes if is_complete else offset,
        "is_complete": is_complete,
        "message_id": upload.message_id,
        "attachment": attachment_payload(upload) if is_complete else None,
    }


def message_payload(  # noqa: PLR0913 - a message has so many parts
    message: Message,
    *,
    mentions: Sequence[int] = (),
    mentions_room: str | None = None,
    reactions: Iterable[ReactionPayload] = (),
    attachments: Iterable[AttachmentPayload] = (),
    thread: ThreadPayload | None = None,
    poll: PollPayload | None = None,
    previews: Iterable[PreviewPayload] = (),
) -> MessagePayload:
    """Return the message, or its tombstone."""
    return {
        "id": message.id,
        "room_id": message.room_id,
        "parent_id": message.parent_id,
        "also_in_room": message.also_in_room,
        "quoted_id": message.quoted_id,
        "author_id": message.author_id,
        "client_id": message.client_id,
        "text": message.text,
        "html": message.html,
        "version": message.version,
        "created_at": message.created_at,
        "edited_at": message.edited_at,
        "deleted_at": message.deleted_at,
        "mentions": list(mentions),
        "mentions_room": mentions_room,
        "reactions": list(reactions),
        "attachments": list(attachments),
        "thread": thread,
        "poll": poll,
        "previews": list(previews),
    }


def preview_payload(preview: Preview, page: LinkPage) -> PreviewPayload:
    """Return the card of one link."""
    return {
        "id": preview.id,
        "url": preview.url,
        "title": page.title,
        "description": page.description,
        "site": page.site,
        "image_url": f"/previews/{preview.id}/image" if page.file is not None else None,
        "width": page.width,
        "height": page.height,
    }


def draft_payload(draft: SavedDraft) -> DraftPayload:
    """Return the draft as its author's devices see it."""
    return {
        "room_id": draft.room_id,
        "parent_id": draft.parent_id or None,
        "text": draft.text,
        "quoted_id": draft.quoted_id,
        "version": draft.version,
        "device": draft.device,
        "updated_at": draft.updated_at,
    }


def emoji_payload(emoji: OwnEmoji) -> EmojiPayload:
    """Return the emoji."""
    return {
        "id": emoji.id,
        "name": emoji.name,
        "url": f"/emoji/{emoji.file_name}",
        "added_by": emoji.added_by,
        "created_at": emoji.created_at,
    }


def pin_payload(pin: Pin) -> PinPayload:
    """Return which message is pinned, by whom and when."""
    return {"message_id": pin.message_id, "user_id": pin.user_id, "at": pin.at}


def saved_payload(saved: Saved) -> SavedPayload:
    """Return which message a person saved, and whether they are done with it."""
    return {"message_id": saved.message_id, "room_id": saved.room_id, "at": saved.at, "done_at": saved.done_at}


def scheduled_payload(scheduled: ScheduledMessage) -> ScheduledPayload:
    """Return what is scheduled as its author's devices see it."""
    return {
        "id": scheduled.id,
        "room_id": scheduled.room_id,
        "parent_id": scheduled.parent_id,
        "text": scheduled.text,
        "send_at": scheduled.send_at,
        "state": scheduled.state,
        "failure": scheduled.failure,
        "posted_id": scheduled.posted_id,
        "created_at": scheduled.created_at,
    }


def reminder_payload(reminder: Reminder) -> ReminderPayload:
    """Return the reminder as the devices of whose it is see it."""
    return {
        "id": reminder.id,
        "message_id": reminder.about_message_id,
        "room_id": reminder.about_room_id,
        "text": reminder.text,
        "due_at": reminder.due_at,
        "is_due": reminder.is_due,
        "created_at": reminder.created_at,
    }


def workspace_payload(workspace: Workspace) -> WorkspacePayload:
    """Return the workspace."""
    return {
        "name": workspace.name,
        "created_at": workspace.created_at,
        "has_link_previews": workspace.has_link_previews,
    }


def session_payload(session: Session, *, current_id: int | None) -> dict[str, Any]:
    """Return a signed-in browser as its owner sees it."""
    return {
        "id": session.id,
        "user_agent": session.user_agent,
        "address": session.address,
        "created_at": session.created_at,
        "last_seen_at": session.last_seen_at,
        "is_current": session.id == current_id,
    }


def invite_payload(invite: Invite) -> dict[str, Any]:
    """Return an invite as owners and admins see it."""
    return {
        "id": invite.id,
        "code": invite.code,
        "created_by": invite.created_by,
        "created_at": invite.created_at,
        "expires_at": invite.expires_at,
        "max_uses": invite.max_uses,
        "use_count": invite.use_count,
        "role": invite.role,
        "room_ids": invite.room_ids,
        "email": invite.email,
        "revoked_at": invite.revoked_at,
    }


def incoming_hook_payload(hook: IncomingHook, bot: User, *, is_in_room: bool) -> IncomingHookPayload:
    """Return an incoming webhook without its secret."""
    return {
        "id": hook.id,
        "room_id": hook.room_id,
        "bot_id": hook.bot_id,
        "name": bot.name,
        "avatar_url": user_payload(bot)["avatar_url"],
        "may_call": hook.may_call,
        "is_enabled": bot.deactivated_at is None,
        "is_in_room": is_in_room,
        "created_by": hook.created_by,
        "created_at": hook.created_at,
        "rotated_at": hook.rotated_at,
        "last_used_at": hook.last_used_at,
        "use_count": hook.use_count,
        "last_error": hook.last_error,
        "last_error_at": hook.last_error_at,
    }
