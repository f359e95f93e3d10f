"""Mail: a digest of what somebody missed, invites, and links for a new password, as everything stands when it goes."""

import datetime as dt
from collections.abc import Callable, Sequence

from babel import Locale
from babel.dates import format_date, format_time, get_timezone
from flask import current_app
from flask_babel import force_locale, gettext

from chat import failpoints
from chat.actions.create_mailed_reset import HOURS, create_mailed_reset, mailed_token
from chat.actions.plan_mail import CARRIER, note_digest, plan_digest
from chat.clock import moment_of, now, wire_time
from chat.config import Settings
from chat.extensions import db
from chat.listeners.carrier import Parcel, PermanentError, PlanningListener, carrier
from chat.listeners.listener import listener
from chat.log import Entry
from chat.mail.letter import Excerpt, Letter, compose
from chat.mail.letters import digest_letter, invite_letter, reset_letter
from chat.mail.server import MailRefusedError, MailServer
from chat.mail.unsubscribing import unsubscribe_path
from chat.models import Invite, User
from chat.queries.access import open_invites
from chat.queries.attention import is_resting
from chat.queries.missed import AllMissed, Missed, last_mailed, missed_by, whom_to_mail
from chat.queries.people import account_of
from chat.queries.preferences import preferences_of
from chat.queries.workspace import the_workspace
from chat.unit_of_work import unit_of_work

SPACING = dt.timedelta(hours=1)
"""Between two digests to one person."""
RESET_WAIT = dt.timedelta(hours=1)
"""Whoever asked for a new password an hour ago has asked again since, or found it."""
MOST_EXCERPTS = 20
LONGEST_EXCERPT = 400
NOTHING_TO_SEND = "nothing to send"


@listener("mail", types={"message_posted", "message_edited"})
class Digests(PlanningListener):
    """Plans a digest for whom a message calls, new or edited, some minutes later, unless one is planned."""

    def plan(self, entry: Entry) -> None:
        """Plan it for each of them."""
        if current_app.extensions["mail"] is None or entry.message_id is None:
            return
        due_at = wire_time(now() + _patience())
        for user_id in whom_to_mail(entry.message_id):
            plan_digest(user_id, seq=entry.seq, due_at=due_at)


@carrier(CARRIER, gives_up_hours=72, longest_wait_seconds=300)
def carry(parcel: Parcel) -> str | None:
    """Send one mail, or nothing when there is nothing to say any more."""
    server: MailServer | None = current_app.extensions["mail"]
    if server is None:
        return NOTHING_TO_SEND
    try:
        return _KINDS[parcel.payload["kind"]](parcel, server)
    except MailRefusedError as error:
        raise PermanentError(str(error)) from error


def _carry_digest(parcel: Parcel, server: MailServer) -> str:
    user = db.session.get(User, parcel.payload["user_id"])
    if user is None or user.deactivated_at is not None or not preferences_of(user)["mail_missed"]:
        return NOTHING_TO_SEND
    missed = missed_by(user, now())
    if not missed.messages:
        return NOTHING_TO_SEND
    not_before = _not_before(user, missed)
    if not_before > now():
        with unit_of_work():
            plan_digest(user.id, seq=None, due_at=wire_time(not_before))
        return f"held back until {wire_time(not_before)}"
    with force_locale(_locale(user)):
        letter = digest_letter(
            _excerpts(user, missed.messages),
            count=len(missed.messages),
            workspace=the_workspace().name,
            home_url=_url("/"),
            unsubscribe_url=_url(unsubscribe_path(current_app.secret_key, user.id)),
        )
        _send(letter, server, user.email, user.name, user.language, parcel.key)
    with unit_of_work():
        note_digest(parcel.payload["user_id"], until_id=missed.until_id)
    return "sent"


def _carry_invite(parcel: Parcel, server: MailServer) -> str:
    invite = db.session.get(Invite, parcel.payload["invite_id"])
    if invite is None or invite.email is None or not any(each.id == invite.id for each in open_invites()):
        return NOTHING_TO_SEND
    inviter = db.session.get_one(User, invite.created_by)
    if inviter.deactivated_at is not None:
        return NOTHING_TO_SEND
    with force_locale(_locale(inviter)):
        workspace = the_workspace().name
        letter = invite_letter(inviter=inviter.name, workspace=workspace, url=_url(f"/join/{invite.code}"))
        _send(letter, server, invite.email, "", inviter.language, parcel.key)
    return "sent"


def _carry_reset(parcel: Parcel, server: MailServer) -> str:
    user = account_of(parcel.payload["email"])
    if user is None or now() - moment_of(parcel.payload["asked_at"]) > RESET_WAIT:
        return NOTHING_TO_SEND
    token = mailed_token(current_app.config["SECRET_KEY"].encode(), parcel.key)
    with unit_of_work():
        if not create_mailed_reset(db.session.get_one(User, user.id), token):
            return NOTHING_TO_SEND
    with force_locale(_locale(user)):
        url = _url(f"/reset/{token}")
        letter = reset_letter(name=user.name, workspace=the_workspace().name, url=url, hours=HOURS)
        _send(letter, server, user.email, user.name, user.language, parcel.key)
    return "sent"


_KINDS: dict[str, Callable[[Parcel, MailServer], str]] = {
    "digest": _carry_digest,
    "invite": _carry_invite,
    "reset": _carry_reset,
}


def _send(letter: Letter, server: MailServer, to: str, name: str, language: str, key: str) -> None:
    try:
        mail = compose(letter, server, to=to, name=name, language=language, key=key)
    except (ValueError, UnicodeError) as error:
        msg = f"this cannot be an address: {error}"
        raise PermanentError(msg) from error
    # Nothing of the database is held while the other end takes its time.
    db.session.remove()
    server.deliver(mail)
    failpoints.reach("mail_handed_over")


def _not_before(user: User, missed: AllMissed) -> dt.datetime:
    """Return when the person may be mailed: the first message has waited, and they neither rest nor look at Stet."""
    moments = [moment_of(missed.messages[0].message.created_at) + _patience()]
    mark = last_mailed(user.id)
    if mark is not None:
        moments.append(moment_of(mark.sent_at) + SPACING)
    if is_resting(preferences_of(user), now()) or _is_active(user.id):
        moments.append(now() + _patience())
    return max(moments)


def _is_active(user_id: int) -> bool:
    connections = current_app.extensions["connections"]
    return any(not each.is_away and not each.is_ending for each in connections.of_user(user_id))


def _excerpts(user: User, messages: Sequence[Missed]) -> list[Excerpt]:
    is_shown = preferences_of(user)["notify_preview"]
    zone, locale = get_timezone(user.time_zone), Locale.parse(_locale(user))
    return [
        Excerpt(
            room=gettext("Direct message") if each.room == each.author else each.room,
            author=each.author,
            at=_written(moment_of(each.message.created_at).astimezone(zone), locale),
            text=_shortened(each.message.text) if is_shown else "",
            url=_url(f"/rooms/{each.message.room_id}/messages/{each.message.id}"),
        )
        for each in messages[:MOST_EXCERPTS]
    ]


def _written(moment: dt.datetime, locale: Locale) -> str:
    # The short format of Korean has AM where people read 오전.
    clock = locale.time_formats["short"].pattern.replace("a", "aaaa")
    return f"{format_date(moment, 'medium', locale)} {format_time(moment, clock, locale=locale)}"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT].rstrip()} …"


def _locale(user: User) -> str:
    return user.language.replace("-", "_")


def _url(path: str) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.own_url + path


def _patience() -> dt.timedelta:
    settings: Settings = current_app.config["SETTINGS"]
    return dt.timedelta(minutes=settings.mail_after_minutes)
