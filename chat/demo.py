"""A small believable workspace to look around in, made through the actions at the times when it would have happened."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import current_app

from chat.actions.add_person import add_person
from chat.actions.create_room import create_room
from chat.actions.delete_message import delete_message
from chat.actions.edit_message import edit_message
from chat.actions.mark_read import mark_read
from chat.actions.mark_thread import mark_thread_read
from chat.actions.open_direct_room import open_direct_room
from chat.actions.pin_message import pin_message
from chat.actions.post_message import Draft, post_message
from chat.actions.react import add_reaction
from chat.actions.save_message import save_message
from chat.actions.set_status import set_status
from chat.actions.set_up_workspace import set_up_workspace
from chat.actions.update_profile import update_profile
from chat.actions.upload_file import Announced, begin_upload, complete_upload
from chat.clock import clock_at, now
from chat.config import Settings
from chat.demo_files import DEMO_FILES
from chat.demo_hooks import add_demo_hooks
from chat.demo_script import CODE, DIRECT, PEOPLE, PROFILES, ROOM_OF_HOOKS, ROOMS, STATUSES, TODAY, Line
from chat.errors import AlreadySetUpError
from chat.extensions import db
from chat.models import Message, User
from chat.passwords import hash_password
from chat.payloads import MessagePayload
from chat.permissions import Caller
from chat.queries.rooms import member_ids, room_for
from chat.queries.uploads import my_upload
from chat.unit_of_work import unit_of_work
from chat.uploads.folder import append, seal, uploads_folder
from chat.uploads.inspection import inspect

WORKSPACE_NAME = "Saebom Studio"
DOMAIN = "saebom.example"
TIME_ZONE = "Asia/Seoul"
DAYS_BEFORE = 2


@dataclass
class Cast:
    """The people by their short names, and the moment from which the story's minutes count."""

    begins: dt.datetime
    address: str
    people: dict[str, Caller] = field(default_factory=dict)
    said: dict[str, MessagePayload] = field(default_factory=dict)
    """Messages that others refer to, by their names."""

    def text_of(self, line: Line) -> str:
        """Return what the line says, with the addresses of the messages that it links to."""
        text = line.text.replace("{code}", CODE)
        for name, message in self.said.items():
            path = f"/rooms/{message['room_id']}/messages/{message['id']}"
            text = text.replace(f"{{link:{name}}}", self.address + path)
        return text

    def at(self, minutes: int) -> dt.datetime:
        """Return the moment of a line."""
        return self.begins + dt.timedelta(minutes=minutes)


def seed_demo(*, language: str, password: str, address: str = "http://127.0.0.1:8000") -> list[str]:
    """Make the workspace with its people, rooms and two days of talk; returns the emails, the owner's first.

    `language` is en, ko or both: which lines are said; `address` is where the server is, for links to messages.

    Raises:
        AlreadySetUpError: there is a workspace; nothing is changed.
    """
    cast = Cast(now() - dt.timedelta(days=DAYS_BEFORE), address)
    password_hash = hash_password(password)
    with clock_at(cast.begins), unit_of_work():
        _make_people(cast, password_hash)
    for name, topic, kind, members, lines in ROOMS:
        with clock_at(cast.begins), unit_of_work():
            room = _room(cast, name, topic, kind, members)
        _talk(cast, room, _spoken(lines, language))
        if name == ROOM_OF_HOOKS:
            add_demo_hooks(cast.people["jiwoo"], room, cast.at(TODAY - 25))
    for names, lines in DIRECT:
        with clock_at(cast.begins), unit_of_work():
            ids = [cast.people[name].id for name in names]
            room = open_direct_room(ids[0], ids[1:])[0].id
        _talk(cast, room, _spoken(lines, language))
    return [f"{key}@{DOMAIN}" for key in PEOPLE]


def _make_people(cast: Cast, password_hash: str) -> None:
    for key, (name, role, language) in PEOPLE.items():
        if role == "owner":
            user = _owner(key, name, password_hash)
        else:
            user = add_person(
                name=name,
                email=f"{key}@{DOMAIN}",
                password_hash=password_hash,
                language=language,
                time_zone=TIME_ZONE,
                role=role,
            )
        update_profile(user, PROFILES[key])
        emoji, text = STATUSES.get(key, ("", ""))
        set_status(user, emoji=emoji, text=text, expires_at=None)
        cast.people[key] = Caller(user.id, user.name, user.role, user.language)


def _owner(key: str, name: str, password_hash: str) -> User:
    if db.session.scalar(sa.select(sa.func.count()).select_from(Message)):
        raise AlreadySetUpError
    return set_up_workspace(
        workspace_name=WORKSPACE_NAME,
        name=name,
        email=f"{key}@{DOMAIN}",
        password_hash=password_hash,
        language="en",
        time_zone=TIME_ZONE,
    )


def _room(cast: Cast, name: str, topic: str, kind: str, members: str) -> int:
    keys = list(PEOPLE) if members == "all" else members.split()
    ids = [cast.people[key].id for key in keys]
    return create_room(kind=kind, name=name, topic=topic, creator_id=ids[0], member_ids=ids[1:]).id


def _spoken(lines: list[Line], language: str) -> list[tuple[Line, Line | None]]:
    """Return what is said in one language or in both, as it is said, each with what it replies to."""
    heard = [line for line in lines if language in {"both", line.language}]
    replies = [(reply, line) for line in heard for reply in line.replies if language in {"both", reply.language}]
    return sorted([*((line, None) for line in heard), *replies], key=lambda spoken: spoken[0].minute)


def _talk(cast: Cast, room_id: int, lines: list[tuple[Line, Line | None]]) -> None:
    ids: dict[int, int] = {}
    for line, parent in lines:
        parent_id = None if parent is None else ids[id(parent)]
        author = cast.people[line.author]
        file_ids = [_upload(cast, line, name) for name in line.files]
        with clock_at(cast.at(line.minute)), unit_of_work():
            quoted = cast.said.get(line.quotes or "")
            draft = Draft(
                client_id=str(uuid.uuid4()),
                fingerprint="",
                text=cast.text_of(line),
                parent_id=parent_id,
                quoted_id=quoted and quoted["id"],
                attachment_ids=file_ids,
            )
            message = post_message(room_for(author, room_id), author, draft).message
        ids[id(line)] = message["id"]
        if line.name is not None:
            cast.said[line.name] = message
        _follow_up(cast, line, message["id"])
        if line.is_read:
            with clock_at(cast.at(line.minute + 1)), unit_of_work():
                _read(cast, room_id, message["id"], parent_id)


def _upload(cast: Cast, line: Line, name: str) -> int:
    """Bring a file in as an upload of the line's author; returns its id."""
    settings: Settings = current_app.config["SETTINGS"]
    author, content = cast.people[line.author], DEMO_FILES[name]()
    with clock_at(cast.at(line.minute)), unit_of_work():
        upload, _ = begin_upload(author, Announced(str(uuid.uuid4()), name, len(content)), settings)
        upload_id, path = upload.id, uploads_folder(settings) / upload.file
    append(path, 0, content, len(content))
    found = inspect(path, name)
    seal(path)
    with clock_at(cast.at(line.minute)), unit_of_work():
        complete_upload(my_upload(author, upload_id), found)
    return upload_id


def _follow_up(cast: Cast, line: Line, message_id: int) -> None:
    author = cast.people[line.author]
    with clock_at(cast.at(line.minute + 2)), unit_of_work():
        message = db.session.get_one(Message, message_id)
        if line.edited_to is not None:
            edit_message(message, author, text=line.edited_to, base_version=1)
        if line.is_deleted:
            delete_message(message, author, base_version=None)
        for emoji, names in line.reactions.items():
            for name in names.split():
                add_reaction(message, cast.people[name], emoji)
        if line.pinned_by is not None:
            pin_message(message, cast.people[line.pinned_by])
        if line.saved_by is not None:
            save_message(message, cast.people[line.saved_by], is_done=False)


def _read(cast: Cast, room_id: int, message_id: int, parent_id: int | None) -> None:
    inside = set(member_ids(room_id))
    for person in cast.people.values():
        if person.id in inside and parent_id is None:
            mark_read(person, room_id, message_id)
        elif person.id in inside:
            mark_thread_read(person, db.session.get_one(Message, parent_id), message_id)
