"""My own account."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

from flask import Blueprint, request
from flask_wtf.csrf import generate_csrf
from pydantic import AfterValidator, Field

from chat import images
from chat.actions.change_password import change_password
from chat.actions.set_avatar import set_avatar
from chat.actions.set_preferences import set_preferences
from chat.actions.set_status import set_away, set_status
from chat.actions.update_profile import update_profile
from chat.clock import moment_of, now, wire_time
from chat.errors import (
    N_,
    ImageRefusedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    SignedOutError,
    StorageBusyError,
    StorageFullError,
)
from chat.extensions import db
from chat.log import read_epoch
from chat.models import User
from chat.passwords import hash_password, is_password
from chat.payloads import UserPayload, user_payload, workspace_payload
from chat.permissions import Caller
from chat.queries.people import person_behind
from chat.queries.preferences import preferences_of
from chat.queries.workspace import the_workspace
from chat.routes.avatars import drop_avatar, keep_avatar
from chat.routes.bodies import Body, Line, Name, Password, SectionId, read_body
from chat.routes.identity import current_user
from chat.routes.messages import file_limits, known_emoji
from chat.routes.person_fields import Language, TimeZone, TriedPassword
from chat.routes.picture_slots import decoders
from chat.routes.quiet_hours import Keywords, Moment, QuietHours
from chat.routes.throttling import limit
from chat.routes.writing import Answer, writes
from chat.unit_of_work import unit_of_work

bp = Blueprint("me", __name__, url_prefix="/api/me")

PASSWORD_TRIES = limit("password_change", "10 per 5 minutes")
PICTURES = limit("avatar", "20 per 10 minutes")

EmojiText = Annotated[str, Field(min_length=1, max_length=64)]
UseScore = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
MOST_SECTIONS = 50
LONGEST_STATUS = dt.timedelta(days=366)


def _coming_moment(value: str | None) -> str | None:
    if value is None:
        return None
    moment = moment_of(value)
    if moment.tzinfo is None or not now() < moment < now() + LONGEST_STATUS:
        raise ValueError
    return wire_time(moment.astimezone(dt.UTC))


def _told_apart(sections: list["SectionBody"]) -> list["SectionBody"]:
    if len({section.id for section in sections}) < len(sections):
        raise ValueError
    return sections


class ProfileBody(Body):
    """What to change; what is left out stays."""

    name: Name = ""
    title: Annotated[Line, Field(max_length=80)] = ""
    pronouns: Annotated[Line, Field(max_length=40)] = ""
    about: Annotated[Line, Field(max_length=500)] = ""
    phone: Annotated[Line, Field(max_length=40)] = ""
    language: Language = "en"
    time_zone: TimeZone = "UTC"


class StatusBody(Body):
    """What I am doing, and until when; null is until I say otherwise."""

    emoji: str = Field(default="", max_length=100)
    text: Annotated[Line, Field(max_length=100)] = ""
    expires_at: Annotated[str | None, AfterValidator(_coming_moment)] = Field(default=None, max_length=40)


class PresenceBody(Body):
    """Whether I am away, whatever my devices say."""

    away: bool


class SectionBody(Body):
    """A section of my sidebar."""

    id: SectionId
    name: Name
    emoji: str = Field(default="", max_length=100)
    is_collapsed: bool = False


class PreferencesBody(Body):
    """What to change; what is left out stays."""

    enter_sends: bool = True
    theme: Literal["system", "light", "dark"] = "system"
    text_size: Literal[90, 100, 110, 125, 150] = 100
    """In per cent."""
    motion: Literal["system", "reduced"] = "system"
    contrast: Literal["system", "more"] = "system"
    reading_start: Literal["left_off", "newest"] = "left_off"
    emoji_tone: int = Field(default=0, ge=0, le=5)
    emoji_used: dict[EmojiText, UseScore] = Field(default_factory=dict, max_length=40)
    is_formatting_shown: bool = False
    sections: Annotated[list[SectionBody], AfterValidator(_told_apart)] = Field(default=[], max_length=MOST_SECTIONS)
    collapsed_sections: list[Literal["starred", "rooms", "direct"]] = Field(default=[], max_length=3)
    keeps_unread_in_view: bool = True
    sidebar_filter: Literal["all", "unread"] = "all"
    sidebar_sort: Literal["name", "recent"] = "name"
    level: Literal["everything", "mentions", "nothing"] = "mentions"
    keywords: Keywords = Field(default_factory=list)
    dnd_until: Moment | None = None
    dnd_schedule: QuietHours | None = None
    sound: Literal["chime", "knock", "drop"] = "chime"
    is_sound_on: bool = True
    notify_preview: bool = True
    mail_missed: bool = True
    push_text: bool = True


class PasswordBody(Body):
    """The password now, and the next one."""

    current_password: TriedPassword
    new_password: Password


@bp.get("")
def show() -> dict[str, Any]:
    """Return who I am, with what a page needs to start."""
    caller = current_user()
    return {
        "user": user_payload(person_behind(caller)),
        "csrf_token": _csrf_token(caller),
        "session_id": caller.session_id,
        "workspace": workspace_payload(the_workspace()),
        "epoch": read_epoch(),
        "limits": file_limits(),
    }


@bp.patch("")
@writes
def update() -> Answer:
    """Change my profile."""
    body = read_body(ProfileBody)
    user = person_behind(current_user())
    update_profile(user, body.model_dump(exclude_unset=True))
    return {"user": user_payload(user)}, 200


@bp.put("/status")
@writes
def update_status() -> Answer:
    """Say what I am doing."""
    body = read_body(StatusBody)
    if body.emoji:
        known_emoji(body.emoji)
    if not body.emoji and not body.text:
        raise InvalidError(text=N_("Write something first."))
    user = person_behind(current_user())
    set_status(user, emoji=body.emoji, text=body.text, expires_at=body.expires_at)
    return {"user": user_payload(user)}, 200


@bp.delete("/status")
@writes
def destroy_status() -> Answer:
    """Say nothing any more."""
    user = person_behind(current_user())
    set_status(user, emoji="", text="", expires_at=None)
    return {"user": user_payload(user)}, 200


@bp.put("/presence")
@writes
def update_presence() -> Answer:
    """Be away on every device, or as the devices say again."""
    body = read_body(PresenceBody)
    user = person_behind(current_user())
    set_away(user, is_away=body.away)
    return {"user": user_payload(user)}, 200


@bp.get("/preferences")
def show_preferences() -> dict[str, Any]:
    """Return how I want the page."""
    return _preferences(person_behind(current_user()))


@bp.patch("/preferences")
@writes
def update_preferences() -> Answer:
    """Change how I want the page."""
    body = read_body(PreferencesBody)
    user = person_behind(current_user())
    set_preferences(user, body.model_dump(exclude_unset=True))
    return _preferences(user), 200


@bp.put("/avatar")
def update_avatar() -> dict[str, UserPayload]:
    """Show another picture of me."""
    caller = current_user()
    PICTURES.hit(str(caller.id))
    return {"user": change_picture(lambda: person_behind(caller), uploaded_picture())}


@bp.delete("/avatar")
def destroy_avatar() -> dict[str, UserPayload]:
    """Show my initials again."""
    caller = current_user()
    return {"user": change_picture(lambda: person_behind(caller), None)}


@bp.put("/password")
def update_password() -> dict[str, Any]:
    """Change my password; I stay signed in here, and nowhere else."""
    caller = current_user()
    return {"user": replace_password(caller, read_body(PasswordBody)), "csrf_token": _csrf_token(caller)}


def uploaded_picture() -> bytes:
    """Return the request's `file` as an avatar; raises ImageRefusedError."""
    upload = request.files.get("file")
    if upload is None:
        raise InvalidError(file=N_("This is needed."))
    try:
        with decoders.taken():
            return images.avatar_from(upload.stream.read(images.MAX_UPLOAD_BYTES + 1))
    except images.ImageRefusedError as refused:
        raise ImageRefusedError(reason=refused.code) from refused


def change_picture(whose: Callable[[], User], picture: bytes | None) -> UserPayload:
    """Show the picture, None for the initials, of the person that `whose` finds inside the unit of work."""
    name = None if picture is None else keep_avatar(picture)
    try:
        with unit_of_work():
            user = whose()
            earlier = set_avatar(user, name)
            payload = user_payload(user)
    except (SignedOutError, NotAllowedError, NotFoundError, StorageBusyError, StorageFullError):
        # After any other failure the row may be on disk, and then it needs the file.
        drop_avatar(name)
        raise
    drop_avatar(earlier)
    return payload


def replace_password(caller: Caller, body: PasswordBody) -> UserPayload:
    """Change the caller's password if they know the present one."""
    PASSWORD_TRIES.hit(str(caller.id))
    stored = person_behind(caller).password_hash
    # What follows waits, and must not hold a connection to the database meanwhile.
    db.session.remove()
    if not is_password(stored, body.current_password):
        raise _wrong_password()
    PASSWORD_TRIES.clear(str(caller.id))
    password_hash = hash_password(body.new_password)
    with unit_of_work():
        user = person_behind(caller)
        if user.password_hash != stored:
            raise _wrong_password()
        change_password(user, password_hash=password_hash, actor_id=caller.id, keep_session_id=caller.session_id)
        return user_payload(user)


def _csrf_token(caller: Caller) -> str | None:
    """Return the token that a cookie's writes need; bearer tokens need none."""
    return None if caller.session_id is None else generate_csrf()


def _preferences(user: User) -> dict[str, Any]:
    return {"preferences": preferences_of(user)}


def _wrong_password() -> InvalidError:
    # Not a 401: whoever asks is signed in, and stays so.
    return InvalidError(current_password=N_("That is not your password."))
