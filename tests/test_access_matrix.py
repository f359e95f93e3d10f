"""Who may do what: every route and every socket event, crossed with every role.

A route that is not in TABLE fails the build. To add one:

1. Add a line `row("METHOD /the/rule", "...")` with the statuses for the roles in the order of ROLES.
2. If the rule has variables, give `to=`, a function that makes what is asked for (anew for each role) and returns the
   path. The room of the world has the owner, the admin and the member in it, and not the outsider.
   A guest gets what the outsider gets; where that is not so, give `guest=`.
3. If the request needs a body, give `body=` (JSON, or a function of the world) or `form=`.
4. Somebody who may not know that a thing exists gets the same 404 as for a thing that does not: never 403.
   A page sends people who are signed out to the sign-in page (302); the API answers 401.
"""
# ruff: noqa: E501 - the table reads as a table

import secrets
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from chat.actions.create_token import create_token
from chat.actions.preview_links import keep_page
from chat.actions.push_subscription import save_push_subscription
from chat.clock import in_hours, now_text
from chat.config import Settings
from chat.extensions import db, socketio
from chat.factory import close_app, create_app
from chat.mail.unsubscribing import unsubscribe_path
from chat.models import Preview, Workspace
from chat.unit_of_work import unit_of_work
from chat.web_pages import Page
from tests.conftest import Api, created, post, sign_up
from tests.files import add_emoji, announce, picture, post_files
from tests.people import PASSWORD, invite_code, join

ROLES = ("owner", "admin", "member", "outsider", "signed out")
GUEST = "guest"
"""In no room but one of their own, like the outsider; what a guest may in a room is in tests/flows/test_guests.py."""
BOT = "bot"
"""With a bearer token that only the database could have given it: signed out everywhere, and it posts like anybody with
the address of a webhook."""
SAFE = {"GET", "HEAD", "OPTIONS"}
TEXT = {"text": "hello"}
STOP_MAIL = "POST /mail/unsubscribe/<token>"
OUTGOING_HOOK = {"name": "Archive", "url": "http://192.0.2.1/in", "types": ["message_posted"]}
HOOK = "POST /hooks/<int:hook_id>/<secret>"
OWN_PROOF = {
    "POST /api/session",
    "POST /api/setup",
    "POST /api/join/<code>",
    "POST /api/reset/<token>",
    "POST /api/forgotten",
    "POST /share",
    STOP_MAIL,
    HOOK,
}
"""Writes that rest on a secret in the request and not on the cookie, or write nothing, so that they need no CSRF token."""


class World:
    """The people of each role, and what they may want."""

    def __init__(self, app):
        self.app = app
        with app.app_context(), unit_of_work():
            db.session.merge(Workspace(id=1, name="Saebom Studio", created_at=now_text()))
        self.owner = sign_up(app, "Olga Owner", role="owner")
        self.admin = sign_up(app, "Ada Admin", role="admin")
        self.member = sign_up(app, "Mina Member")
        self.outsider = sign_up(app, "Otto Outsider")
        self.people = dict(zip(ROLES, (self.owner, self.admin, self.member, self.outsider), strict=False))
        self.people[GUEST] = sign_up(app, "Gus Guest", role="guest")
        self.room = self.new_room()
        self.people[BOT] = self.new_bot()
        self.thread = self.new_message()

    def somebody(self, role):
        """Return a client of the role with a token of its own, which the request may end; without one signed out."""
        app = self.app
        if role == BOT:
            return self.people[BOT]
        if role not in self.people:
            return app.test_client()
        app.test_client_class = Api
        client = app.test_client()
        app.test_client_class = None
        client.token = created(self.people[role].post("/api/tokens", json={"name": "x"}))["token"]
        return client

    def new_room(self):
        """Return a closed room of the owner's with the admin and the member in it."""
        body = {"kind": "closed", "name": uuid.uuid4().hex, "member_ids": [self.admin.user_id, self.member.user_id]}
        return created(self.owner.post("/api/rooms", json=body))["room"]

    def new_hall(self):
        """Return an open room that only the owner is in."""
        return created(self.owner.post("/api/rooms", json={"kind": "open", "name": uuid.uuid4().hex}))["room"]

    def new_message(self):
        """Return a message of the member's."""
        return post(self.member, self.room, "hello")["message"]

    def new_reply(self):
        """Return a reply to the member's message `self.thread`."""
        self.thread = self.new_message()
        body = {"text": "hello back", "parent_id": self.thread["id"]}
        return created(self.member.post(f"/api/rooms/{self.room['id']}/messages", json=body))["message"]

    def new_upload(self):
        """Return an upload of the member's that has not arrived yet."""
        return announce(self.member, "notes.txt", 3)

    def new_attachment(self):
        """Return a picture in a message of the member's."""
        return post_files(self.member, self.room, ("dot.png", picture((1, 1))))["attachments"][0]

    def new_emoji(self):
        """Return an emoji that the admin has added."""
        return add_emoji(self.admin, f"x{secrets.token_hex(8)}")

    def new_person(self):
        return sign_up(self.app, uuid.uuid4().hex)

    def new_invite(self):
        return created(self.owner.post("/api/invites", json={}))

    def new_backup(self):
        """Return the name of a backup."""
        folder = self.app.config["SETTINGS"].data / "backups"
        folder.mkdir(exist_ok=True)
        name = f"stet-20261124T113000Z-{secrets.randbelow(999)}.tar.gz"
        (folder / name).touch()
        return name

    def new_push_subscription(self):
        """Return the id of a browser of the member's that is told by push."""
        with self.app.app_context(), unit_of_work():
            made = save_push_subscription(
                user_id=self.member.user_id,
                session_id=0,
                endpoint=f"https://push.example.com/{uuid.uuid4()}",
                p256dh="",
                auth="",
                user_agent="",
            )
            return made.id

    def new_outgoing_hook(self):
        """Return an outgoing webhook of every open room."""
        for other in created(self.owner.get("/api/hooks/outgoing"))["hooks"]:
            created(self.owner.delete(f"/api/hooks/outgoing/{other['id']}"))
        return created(self.owner.post("/api/hooks/outgoing", json=OUTGOING_HOOK))["hook"]

    def new_outgoing_delivery(self):
        """Return the path of something that was sent to an outgoing webhook."""
        hook_id = self.new_outgoing_hook()["id"]
        sent = self.owner.post(f"/api/hooks/outgoing/{hook_id}/ping").get_json()["delivery"]
        return f"/api/hooks/outgoing/{hook_id}/deliveries/{sent['id']}/replay"

    def new_hook(self):
        """Return an incoming webhook of a room with the owner, the admin and the member in it, and its address."""
        body = {"room_id": self.new_room()["id"], "name": "Deploys"}
        return created(self.owner.post("/api/hooks/incoming", json=body))

    def new_bot(self):
        """Return a client with a bearer token of a bot's."""
        hook = self.new_hook()["hook"]
        self.app.test_client_class = Api
        client = self.app.test_client()
        self.app.test_client_class = None
        with self.app.app_context(), unit_of_work():
            client.token = create_token(hook["bot_id"], name="stolen").value
        return client

    def new_poll(self):
        """Return a message of the member's that asks something."""
        body = {"question": "Lunch?", "options": ["noodles", "rice"]}
        return created(self.member.post(f"/api/rooms/{self.room['id']}/polls", json=body))["message"]

    def new_preview(self):
        """Return a card with a picture under a message of the member's."""
        message = self.new_message()
        with self.app.app_context(), unit_of_work():
            preview = Preview(message_id=message["id"], url="https://example.com/", place=0)
            db.session.add(preview)
            db.session.flush()
            file = preview.id.to_bytes(16).hex()
            keep_page(preview.id, Page(title="A page"), file=file, size=(1, 1))
            path = self.app.config["SETTINGS"].data / "uploads" / file
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"picture")
            return {"id": preview.id, "message_id": message["id"]}

    def new_scheduled(self):
        """Return a message that the member scheduled."""
        for other in created(self.member.get("/api/scheduled"))["scheduled"]:
            created(self.member.delete(f"/api/scheduled/{other['id']}"))
        body = {"room_id": self.room["id"], "text": "later", "send_at": in_an_hour()}
        return created(self.member.post("/api/scheduled", json=body))["scheduled"]

    def new_reminder(self):
        """Return a reminder of the member's."""
        for other in created(self.member.get("/api/reminders"))["reminders"]:
            created(self.member.delete(f"/api/reminders/{other['id']}"))
        body = {"text": "tea", "due_at": in_an_hour()}
        return created(self.member.post("/api/reminders", json=body))["reminder"]

    def new_token(self):
        """Return a bearer token of the member's."""
        return created(self.member.post("/api/tokens", json={"name": "another"}))

    def new_reset(self):
        """Return the secret of a reset link."""
        person = join(self.app, invite_code(self.owner), uuid.uuid4().hex)
        url = created(self.owner.post(f"/api/users/{person.user_id}/reset", json={}))["url"]
        return url.rpartition("/")[2]

    def session_of_a_browser(self):
        """Return the id of somebody's session."""
        person = join(self.app, invite_code(self.owner), uuid.uuid4().hex)
        return created(person.get("/api/sessions"))["sessions"][0]["id"]


@dataclass(frozen=True)
class Row:
    """A route, how to ask for it, and what each role gets."""

    rule: str
    statuses: dict[str, int]
    to: Callable[[World], str]
    body: Any = None
    form: Any = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.rule.partition(" ")[0]


def row(
    rule: str,
    statuses: str,
    *,
    to: Callable[[World], str] | None = None,
    body: Any = None,
    form: Any = None,
    guest: int | None = None,
) -> Row:
    path = rule.partition(" ")[2]
    by_role = dict(zip(ROLES, map(int, statuses.split()), strict=True))
    by_role[GUEST] = guest or by_role["outsider"]
    by_role[BOT] = by_role["signed out"]
    return Row(rule, by_role, to or (lambda _: path), body, form or {})


def room_path(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"/api/rooms/{world.new_room()['id']}{tail}"


def message_path(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"/api/messages/{world.new_message()['id']}{tail}"


def push_path(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"/api/push/subscriptions/{world.new_push_subscription()}{tail}"


def hook_path(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"/api/hooks/incoming/{world.new_hook()['hook']['id']}{tail}"


def outgoing_path(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"/api/hooks/outgoing/{world.new_outgoing_hook()['id']}{tail}"


def outgoing_page(tail: str) -> Callable[[World], str]:
    return lambda world: f"/admin/webhooks/outgoing/{world.new_outgoing_hook()['id']}{tail}"


def hook_page(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"/admin/webhooks/incoming/{world.new_hook()['hook']['id']}{tail}"


def thread_path(tail: str) -> Callable[[World], str]:
    return lambda world: f"/api/messages/{world.thread['id']}{tail}"


def in_an_hour() -> str:
    return in_hours(1)


def new_name() -> str:
    return secrets.token_hex(8)


def newcomer(_: World) -> dict[str, str]:
    return {"name": "New", "email": f"{new_name()}@example.com", "password": PASSWORD}


# fmt: off
TABLE = [
    #                                                   owner admin member outsider signed out
    row("GET /api/health",                                  "200 200 200 200 200"),
    row("GET /static/<path:filename>",                      "200 200 200 200 200", to=lambda world: f"{world.app.static_url_path}/js/app.js"),
    row("GET /api/me",                                      "200 200 200 200 401"),
    row("PATCH /api/me",                                    "200 200 200 200 401", body={"time_zone": "UTC"}),
    row("PUT /api/me/avatar",                               "422 422 422 422 401"),
    row("DELETE /api/me/avatar",                            "200 200 200 200 401"),
    row("PUT /api/me/password",                             "422 422 422 422 401", body={"current_password": PASSWORD, "new_password": PASSWORD}),
    row("GET /api/mentions",                                "200 200 200 200 401"),
    row("GET /api/me/preferences",                          "200 200 200 200 401"),
    row("PATCH /api/me/preferences",                        "200 200 200 200 401", body={}),
    row("PUT /api/me/status",                               "200 200 200 200 401", body={"text": "lunch"}),
    row("DELETE /api/me/status",                            "200 200 200 200 401"),
    row("PUT /api/me/presence",                             "200 200 200 200 401", body={"away": False}),
    row("GET /api/emoji",                                   "200 200 200 200 401"),
    row("POST /api/emoji",                                  "422 422 422 422 401", guest=403),
    row("DELETE /api/emoji/<int:emoji_id>",                 "200 200 403 403 401", to=lambda world: f"/api/emoji/{world.new_emoji()['id']}"),
    row("GET /emoji/<name>",                                "200 200 200 200 401", to=lambda world: world.new_emoji()["url"]),
    row("GET /avatars/<name>",                              "404 404 404 404 401", to=lambda _: "/avatars/none.webp"),
    row("POST /api/session",                                "401 401 401 401 401", body={"email": "nobody@example.com", "password": PASSWORD}),
    row("DELETE /api/session",                              "200 200 200 200 401"),
    row("GET /api/sessions",                                "200 200 200 200 401"),
    row("DELETE /api/sessions/<int:session_id>",            "404 404 404 404 401", to=lambda world: f"/api/sessions/{world.session_of_a_browser()}"),
    row("GET /api/push",                                    "200 200 200 200 401"),
    row("POST /api/push/subscriptions",                     "403 403 403 403 401", body={}),
    row("DELETE /api/push/subscriptions/<int:subscription_id>", "404 404 200 404 401", to=push_path()),
    row("POST /api/push/subscriptions/<int:subscription_id>/test", "404 404 202 404 401", to=push_path("/test")),
    row("GET /api/tokens",                                  "200 200 200 200 401"),
    row("POST /api/tokens",                                 "201 201 201 201 401", body={"name": "x"}),
    row("DELETE /api/tokens/<int:token_id>",                "404 404 200 404 401", to=lambda world: f"/api/tokens/{world.new_token()['id']}"),
    row("GET /api/hooks/outgoing",                          "200 200 403 403 401"),
    row("POST /api/hooks/outgoing",                         "201 201 403 403 401", body=OUTGOING_HOOK),
    row("PATCH /api/hooks/outgoing/<int:hook_id>",          "200 200 403 403 401", to=outgoing_path(), body={"name": "y"}),
    row("DELETE /api/hooks/outgoing/<int:hook_id>",         "200 200 403 403 401", to=outgoing_path()),
    row("POST /api/hooks/outgoing/<int:hook_id>/rotate",    "200 200 403 403 401", to=outgoing_path("/rotate")),
    row("POST /api/hooks/outgoing/<int:hook_id>/ping",      "202 202 403 403 401", to=outgoing_path("/ping")),
    row("GET /api/hooks/outgoing/<int:hook_id>/deliveries", "200 200 403 403 401", to=outgoing_path("/deliveries")),
    row("POST /api/hooks/outgoing/<int:hook_id>/deliveries/<int:delivery_id>/replay", "202 202 403 403 401", to=lambda world: world.new_outgoing_delivery()),
    row("GET /api/hooks/incoming",                          "200 200 403 403 401"),
    row("POST /api/hooks/incoming",                         "201 201 403 403 401", body=lambda world: {"room_id": world.new_room()["id"], "name": "x"}),
    row("PATCH /api/hooks/incoming/<int:hook_id>",          "200 200 403 403 401", to=hook_path(), body={"name": "y"}),
    row("DELETE /api/hooks/incoming/<int:hook_id>",         "200 200 403 403 401", to=hook_path()),
    row("POST /api/hooks/incoming/<int:hook_id>/rotate",    "200 200 403 403 401", to=hook_path("/rotate")),
    row("PUT /api/hooks/incoming/<int:hook_id>/avatar",     "422 422 403 403 401", to=hook_path("/avatar")),
    row("DELETE /api/hooks/incoming/<int:hook_id>/avatar",  "200 200 403 403 401", to=hook_path("/avatar")),
    row(HOOK,                                               "200 200 200 200 200", to=lambda world: urlsplit(world.new_hook()["url"]).path, body=TEXT),
    row("POST /api/setup",                                  "409 409 409 409 409", body={"token": "x", "workspace": "x", "name": "x", "email": "x@example.com", "password": PASSWORD}),
    row("GET /api/join/<code>",                             "200 200 200 200 200", to=lambda world: f"/api/join/{world.new_invite()['code']}"),
    row("GET /api/join/<code>/avatar",                      "404 404 404 404 404", to=lambda world: f"/api/join/{world.new_invite()['code']}/avatar"),
    row("POST /api/join/<code>",                            "201 201 201 201 201", to=lambda world: f"/api/join/{world.new_invite()['code']}", body=newcomer),
    row("GET /api/reset/<token>",                           "200 200 200 200 200", to=lambda world: f"/api/reset/{world.new_reset()}"),
    row("POST /api/reset/<token>",                          "201 201 201 201 201", to=lambda world: f"/api/reset/{world.new_reset()}", body={"password": PASSWORD, "new_password": PASSWORD}),
    row("POST /api/forgotten",                              "409 409 409 409 409", body={"email": "nobody@example.com"}),
    row("GET /api/mail",                                    "200 200 403 403 401"),
    row("POST /api/mail/test",                              "409 409 403 403 401"),
    row("GET /mail/unsubscribe/<token>",                    "200 200 200 200 200", to=lambda world: unsubscribe_path(world.app.secret_key, world.member.user_id)),
    row(STOP_MAIL,                                          "200 200 200 200 200", to=lambda world: unsubscribe_path(world.app.secret_key, world.member.user_id)),
    row("GET /api/invites",                                 "200 200 403 403 401"),
    row("POST /api/invites",                                "201 201 403 403 401", body={}),
    row("DELETE /api/invites/<int:invite_id>",              "200 200 403 403 401", to=lambda world: f"/api/invites/{world.new_invite()['invite']['id']}"),
    row("GET /api/users",                                   "200 200 200 200 401"),
    row("PATCH /api/users/<int:user_id>",                   "200 200 403 403 401", to=lambda world: f"/api/users/{world.new_person().user_id}", body={"role": "admin"}),
    row("POST /api/users/<int:user_id>/reset",              "201 403 403 403 401", to=lambda world: f"/api/users/{world.new_person().user_id}/reset"),
    row("GET /api/workspace",                               "200 200 200 200 401"),
    row("PATCH /api/workspace",                             "200 200 403 403 401", body={"name": "x"}),
    row("GET /api/rooms",                                   "200 200 200 200 401"),
    row("POST /api/rooms",                                  "201 201 201 201 401", body=lambda _: {"kind": "closed", "name": new_name()}, guest=403),
    row("GET /api/rooms/<int:room_id>",                     "200 200 200 404 401", to=room_path()),
    row("PATCH /api/rooms/<int:room_id>",                   "200 200 403 404 401", to=room_path(), body=lambda _: {"name": new_name()}),
    row("PATCH /api/rooms/<int:room_id>/preferences",       "200 200 200 404 401", to=room_path("/preferences"), body=lambda _: {"level": "nothing"}),
    row("POST /api/rooms/<int:room_id>/join",               "200 200 200 404 401", to=room_path("/join")),
    row("GET /api/rooms/<int:room_id>/members",             "200 200 200 404 401", to=room_path("/members")),
    row("POST /api/rooms/<int:room_id>/members",            "201 201 201 404 401", to=room_path("/members"), body=lambda world: {"user_id": world.new_person().user_id}),
    row("DELETE /api/rooms/<int:room_id>/members/<int:user_id>", "200 200 403 404 401", to=lambda world: f"/api/rooms/{world.new_room()['id']}/members/{world.owner.user_id}"),
    row("GET /api/rooms/<int:room_id>/messages",            "200 200 200 404 401", to=room_path("/messages")),
    row("GET /api/messages/<int:message_id>/replies",       "200 200 200 404 401", to=message_path("/replies")),
    row("POST /api/rooms/<int:room_id>/messages",           "201 201 201 404 401", to=room_path("/messages"), body=TEXT),
    row("POST /api/uploads",                                "201 201 201 201 401", body={"name": "a.txt", "size_bytes": 3}),
    row("GET /api/uploads/<int:upload_id>",                 "404 404 200 404 401", to=lambda world: f"/api/uploads/{world.new_upload()['id']}"),
    row("PATCH /api/uploads/<int:upload_id>",               "404 404 422 404 401", to=lambda world: f"/api/uploads/{world.new_upload()['id']}"),
    row("DELETE /api/uploads/<int:upload_id>",              "404 404 200 404 401", to=lambda world: f"/api/uploads/{world.new_upload()['id']}"),
    row("POST /api/files",                                  "422 422 422 422 401"),
    row("GET /api/rooms/<int:room_id>/files",               "200 200 200 404 401", to=room_path("/files")),
    row("GET /files/<int:upload_id>",                       "200 200 200 404 401", to=lambda world: world.new_attachment()["url"]),
    row("GET /files/<int:upload_id>/preview",               "200 200 200 404 401", to=lambda world: world.new_attachment()["preview_url"]),
    row("GET /files/<int:upload_id>/thumbnail",             "200 200 200 404 401", to=lambda world: world.new_attachment()["thumbnail_url"]),
    row("GET /api/scheduled",                               "200 200 200 200 401"),
    row("POST /api/scheduled",                              "201 201 201 404 401", body=lambda world: {"room_id": world.room["id"], "text": "later", "send_at": in_an_hour()}),
    row("PATCH /api/scheduled/<int:scheduled_id>",          "404 404 200 404 401", to=lambda world: f"/api/scheduled/{world.new_scheduled()['id']}", body={"text": "other"}),
    row("DELETE /api/scheduled/<int:scheduled_id>",         "404 404 200 404 401", to=lambda world: f"/api/scheduled/{world.new_scheduled()['id']}"),
    row("POST /api/scheduled/<int:scheduled_id>/send",      "404 404 201 404 401", to=lambda world: f"/api/scheduled/{world.new_scheduled()['id']}/send"),
    row("GET /api/reminders",                               "200 200 200 200 401"),
    row("POST /api/reminders",                              "201 201 201 404 401", body=lambda world: {"message_id": world.new_message()["id"], "due_at": in_an_hour()}),
    row("PATCH /api/reminders/<int:reminder_id>",           "404 404 200 404 401", to=lambda world: f"/api/reminders/{world.new_reminder()['id']}", body={"text": "other"}),
    row("DELETE /api/reminders/<int:reminder_id>",          "404 404 200 404 401", to=lambda world: f"/api/reminders/{world.new_reminder()['id']}"),
    row("POST /api/rooms/<int:room_id>/polls",              "201 201 201 404 401", to=room_path("/polls"), body={"question": "Lunch?", "options": ["noodles", "rice"]}),
    row("GET /api/messages/<int:message_id>/poll/votes",    "200 200 200 404 401", to=lambda world: f"/api/messages/{world.new_poll()['id']}/poll/votes"),
    row("PUT /api/messages/<int:message_id>/poll/votes",    "200 200 200 404 401", to=lambda world: f"/api/messages/{world.new_poll()['id']}/poll/votes", body={"options": [1]}),
    row("POST /api/messages/<int:message_id>/poll/close",   "403 403 200 404 401", to=lambda world: f"/api/messages/{world.new_poll()['id']}/poll/close"),
    row("GET /previews/<int:preview_id>/image",             "200 200 200 404 401", to=lambda world: f"/previews/{world.new_preview()['id']}/image"),
    row("DELETE /api/messages/<int:message_id>/previews/<int:preview_id>", "200 200 200 404 401", to=lambda world: "/api/messages/{message_id}/previews/{id}".format(**world.new_preview())),
    row("GET /api/drafts",                                  "200 200 200 200 401"),
    row("PUT /api/drafts",                                  "200 200 200 404 401", body=lambda world: {"room_id": world.room["id"], "text": "half a"}),
    row("DELETE /api/drafts",                               "200 200 200 404 401", body=lambda world: {"room_id": world.room["id"]}),
    row("PUT /api/rooms/<int:room_id>/read",                "200 200 200 404 401", to=lambda world: f"/api/rooms/{world.room['id']}/read", body=lambda world: {"message_id": world.new_message()["id"]}),
    row("PUT /api/rooms/<int:room_id>/unread",              "200 200 200 404 401", to=lambda world: f"/api/rooms/{world.room['id']}/unread", body=lambda world: {"message_id": world.new_message()["id"]}),
    row("POST /api/rooms/read",                             "200 200 200 200 401", to=lambda _: "/api/rooms/read"),
    row("POST /api/rooms/unread",                           "200 200 200 200 401", to=lambda _: "/api/rooms/unread", body={}),
    row("GET /api/threads",                                 "200 200 200 200 401", to=lambda _: "/api/threads"),
    row("PUT /api/messages/<int:message_id>/follow",        "200 200 200 404 401", to=message_path("/follow")),
    row("DELETE /api/messages/<int:message_id>/follow",     "200 200 200 404 401", to=message_path("/follow")),
    row("PUT /api/messages/<int:message_id>/thread/read",   "200 200 200 404 401", to=thread_path("/thread/read"), body=lambda world: {"message_id": world.new_reply()["id"]}),
    row("PUT /api/messages/<int:message_id>/thread/unread", "200 200 200 404 401", to=thread_path("/thread/unread"), body=lambda world: {"message_id": world.new_reply()["id"]}),
    row("GET /api/messages/<int:message_id>",               "200 200 200 404 401", to=message_path()),
    row("PATCH /api/messages/<int:message_id>",             "403 403 200 404 401", to=message_path(), body={"text": "new", "base_version": 1}),
    row("DELETE /api/messages/<int:message_id>",            "403 403 200 404 401", to=message_path()),
    row("PUT /api/messages/<int:message_id>/reactions/<emoji>", "200 200 200 404 401", to=message_path("/reactions/👍")),
    row("DELETE /api/messages/<int:message_id>/reactions/<emoji>", "200 200 200 404 401", to=message_path("/reactions/👍")),
    row("GET /api/messages/<int:message_id>/delivery",      "200 200 200 404 401", to=message_path("/delivery")),
    row("GET /api/messages",                                "200 200 200 200 401", to=lambda _: "/api/messages?ids=1"),
    row("GET /api/messages/<int:message_id>/revisions",     "200 200 200 404 401", to=message_path("/revisions")),
    row("PUT /api/messages/<int:message_id>/pin",           "200 200 200 404 401", to=message_path("/pin")),
    row("DELETE /api/messages/<int:message_id>/pin",        "200 200 200 404 401", to=message_path("/pin")),
    row("PUT /api/messages/<int:message_id>/saved",         "200 200 200 404 401", to=message_path("/saved")),
    row("DELETE /api/messages/<int:message_id>/saved",      "200 200 200 404 401", to=message_path("/saved")),
    row("GET /api/rooms/<int:room_id>/pins",                "200 200 200 404 401", to=room_path("/pins")),
    row("GET /api/saved",                                   "200 200 200 200 401"),
    row("GET /api/delivery",                                "200 403 403 403 401"),
    row("GET /api/insights",                                "200 403 403 403 401"),
    row("GET /metrics",                                     "200 403 403 403 401"),
    row("POST /api/listeners/<name>/retry",                 "404 403 403 403 401", to=lambda _: "/api/listeners/none/retry"),
    row("POST /api/listeners/<name>/skip",                  "404 403 403 403 401", to=lambda _: "/api/listeners/none/skip"),
    row("POST /api/listeners/<name>/replay",                "404 403 403 403 401", to=lambda _: "/api/listeners/none/replay"),
    row("POST /api/carriers/<name>/retry",                  "404 403 403 403 401", to=lambda _: "/api/carriers/none/retry"),
    row("POST /api/carriers/<name>/skip",                   "404 403 403 403 401", to=lambda _: "/api/carriers/none/skip", body={"id": 1}),
    row("GET /api/search",                                  "200 200 200 200 401", to=lambda _: "/api/search?q=hello"),
    row("POST /api/sync",                                   "200 200 200 200 401", body={}),
    row("GET /api/streams/<stream>/snapshot",               "200 200 200 404 401", to=lambda world: f"/api/streams/{world.room['stream']}/snapshot"),
    row("GET /api/backups",                                 "200 403 403 403 401"),
    row("POST /api/backups",                                "202 403 403 403 401"),
    row("GET /api/backups/<name>/file",                     "200 403 403 403 401", to=lambda world: f"/api/backups/{world.new_backup()}/file"),
    row("DELETE /api/backups/<name>",                       "200 403 403 403 401", to=lambda world: f"/api/backups/{world.new_backup()}"),
    row("GET /",                                            "200 200 200 200 302"),
    row("GET /rooms/<int:room_id>",                         "200 200 200 200 302", to=lambda world: f"/rooms/{world.room['id']}"),
    row("GET /rooms/<int:room_id>/messages/<int:message_id>", "200 200 200 200 302", to=lambda world: f"/rooms/{world.room['id']}/messages/1"),
    row("GET /share",                                       "200 200 200 200 302"),
    row("POST /share",                                      "303 303 303 303 303", form={"text": "hello"}),
    row("GET /<any(threads, unread, mentions, saved, people, drafts, reminders):view>", "200 200 200 200 302", to=lambda _: "/threads"),
    row("GET /search",                                      "200 200 200 200 302"),
    row("GET /i18n/<language>.json",                        "200 200 200 200 200", to=lambda _: "/i18n/ko.json"),
    row("GET /manifest.webmanifest",                        "200 200 200 200 200"),
    row("GET /sw.js",                                       "200 200 200 200 200"),
    row("GET /shell",                                       "200 200 200 200 200"),
    row("GET /offline",                                     "200 200 200 200 200"),
    row("GET /language/<language>",                         "302 302 302 302 302", to=lambda _: "/language/ko"),
    row("GET /forgotten",                                   "302 302 302 302 302"),
    row("POST /forgotten",                                  "400 400 400 400 400", form={"email": "nobody@example.com"}),
    row("GET /sign-in",                                     "302 302 302 302 200"),
    row("POST /sign-in",                                    "400 400 400 400 400", form={"email": "nobody@example.com", "password": PASSWORD}),
    row("POST /sign-out",                                   "302 302 302 302 302"),
    row("GET /setup",                                       "302 302 302 302 302"),
    row("POST /setup",                                      "400 400 400 400 400", form={"token": "x"}),
    row("GET /join/<code>",                                 "200 200 200 200 200", to=lambda world: f"/join/{world.new_invite()['code']}"),
    row("POST /join/<code>",                                "400 400 400 400 400", to=lambda world: f"/join/{world.new_invite()['code']}", form={"name": ""}),
    row("GET /reset/<token>",                               "200 200 200 200 200", to=lambda world: f"/reset/{world.new_reset()}"),
    row("POST /reset/<token>",                              "400 400 400 400 400", to=lambda world: f"/reset/{world.new_reset()}", form={"password": ""}),
    row("GET /settings/appearance",                         "200 200 200 200 302"),
    row("POST /settings/appearance",                        "302 302 302 302 302", form={"theme": "dark"}),
    row("GET /settings/notifications",                      "200 200 200 200 302"),
    row("GET /settings/profile",                            "200 200 200 200 302"),
    row("POST /settings/profile",                           "302 302 302 302 302", form={"name": "Somebody"}),
    row("POST /settings/profile/photo",                     "422 422 422 422 302"),
    row("POST /settings/profile/photo/remove",              "302 302 302 302 302"),
    row("GET /settings/security",                           "200 200 200 200 302"),
    row("POST /settings/security/password",                 "422 422 422 422 302", form={"current_password": "x"}),
    row("POST /settings/security/sessions/<int:session_id>/end", "404 404 404 404 302", to=lambda world: f"/settings/security/sessions/{world.session_of_a_browser()}/end"),
    row("POST /settings/security/tokens",                   "200 200 200 200 302", form={"name": "x"}),
    row("POST /settings/security/tokens/<int:token_id>/revoke", "404 404 302 404 302", to=lambda world: f"/settings/security/tokens/{world.new_token()['id']}/revoke"),
    row("GET /settings/shortcuts",                          "200 200 200 200 302"),
    row("GET /admin/people",                                "200 200 403 403 302"),
    row("POST /admin/people/<int:user_id>",                 "302 302 403 403 302", to=lambda world: f"/admin/people/{world.new_person().user_id}", form={"role": "admin"}),
    row("POST /admin/people/<int:user_id>/reset",           "200 403 403 403 302", to=lambda world: f"/admin/people/{world.new_person().user_id}/reset"),
    row("GET /admin/people/<int:_user_id>",                 "302 302 403 403 302", to=lambda _: "/admin/people/1"),
    row("GET /admin/people/<int:_user_id>/reset",           "302 302 403 403 302", to=lambda _: "/admin/people/1/reset"),
    row("POST /admin/invites",                              "302 302 403 403 302"),
    row("POST /admin/invites/mail",                         "409 409 403 403 302", form={"emails": "new@example.com"}),
    row("GET /admin/invites/mail",                          "302 302 403 403 302"),
    row("GET /admin/invites/<int:invite_id>/qr.svg",        "200 200 403 403 302", to=lambda world: f"/admin/invites/{world.new_invite()['invite']['id']}/qr.svg"),
    row("POST /admin/invites/<int:invite_id>/revoke",       "302 302 403 403 302", to=lambda world: f"/admin/invites/{world.new_invite()['invite']['id']}/revoke"),
    row("GET /admin/backups",                               "200 403 403 403 302"),
    row("POST /admin/backups",                              "302 403 403 403 302"),
    row("POST /admin/backups/<name>/delete",                "302 403 403 403 302", to=lambda world: f"/admin/backups/{world.new_backup()}/delete"),
    row("GET /admin/backups/<_name>/delete",                "302 403 403 403 302", to=lambda _: "/admin/backups/x/delete"),
    row("GET /admin/rooms",                                 "200 200 403 403 302"),
    row("POST /admin/rooms/<int:room_id>",                  "302 302 403 403 302", to=lambda world: f"/admin/rooms/{world.new_room()['id']}", form={"archived": "true"}),
    row("POST /admin/webhooks/outgoing",                    "200 200 403 403 302", form={"name": "x", "url": "http://192.0.2.1/in", "types": "message_posted"}),
    row("POST /admin/webhooks/outgoing/<int:hook_id>/rotate", "200 200 403 403 302", to=outgoing_page("/rotate")),
    row("POST /admin/webhooks/outgoing/<int:hook_id>/<any(ping, on, off, delete):act>", "302 302 403 403 302", to=outgoing_page("/ping")),
    row("POST /admin/webhooks/outgoing/<int:hook_id>/deliveries/<int:delivery_id>/replay", "302 302 403 403 302", to=lambda world: world.new_outgoing_delivery().replace("/api/hooks", "/admin/webhooks")),
    row("GET /admin/webhooks/outgoing",                     "302 302 403 403 302"),
    row("GET /admin/webhooks/outgoing/<int:_hook_id>/<any(rotate, ping, on, off, delete):_act>", "302 302 403 403 302", to=lambda _: "/admin/webhooks/outgoing/1/ping"),
    row("GET /admin/webhooks/outgoing/<int:_hook_id>/deliveries/<int:_delivery_id>/replay", "302 302 403 403 302", to=lambda _: "/admin/webhooks/outgoing/1/deliveries/1/replay"),
    row("GET /admin/webhooks",                              "200 200 403 403 302"),
    row("POST /admin/webhooks/incoming",                    "200 200 403 403 302", form=lambda world: {"room_id": world.new_room()["id"], "name": "x"}),
    row("POST /admin/webhooks/incoming/<int:hook_id>",      "302 302 403 403 302", to=hook_page(), form={"name": "y"}),
    row("POST /admin/webhooks/incoming/<int:hook_id>/picture", "422 422 403 403 302", to=hook_page("/picture")),
    row("POST /admin/webhooks/incoming/<int:hook_id>/rotate", "200 200 403 403 302", to=hook_page("/rotate")),
    row("POST /admin/webhooks/incoming/<int:hook_id>/delete", "302 302 403 403 302", to=hook_page("/delete")),
    row("GET /admin/webhooks/incoming",                     "302 302 403 403 302"),
    row("GET /admin/webhooks/incoming/<int:_hook_id>",      "302 302 403 403 302", to=lambda _: "/admin/webhooks/incoming/1"),
    row("GET /admin/webhooks/incoming/<int:_hook_id>/<any(picture, rotate, delete):_act>", "302 302 403 403 302", to=lambda _: "/admin/webhooks/incoming/1/rotate"),
    row("GET /admin/workspace",                             "200 200 403 403 302"),
    row("POST /admin/workspace/mail-test",                  "409 409 403 403 302"),
    row("GET /admin/workspace/mail-test",                   "302 302 403 403 302"),
    row("POST /admin/workspace/link-previews",              "302 302 403 403 302", form={"is_on": "yes"}),
    row("GET /admin/workspace/link-previews",               "302 302 403 403 302"),
    row("POST /admin/workspace",                            "302 302 403 403 302", form={"name": "x"}),
    row("GET /admin/insights",                              "200 403 403 403 302"),
    row("GET /admin/insights/periods.csv",                  "200 403 403 403 302"),
    row("GET /admin/insights/rooms.csv",                    "200 403 403 403 302"),
    row("GET /admin/delivery",                              "200 403 403 403 302"),
    row("POST /admin/delivery/listeners/<name>/<act>",      "302 403 403 403 302", to=lambda _: "/admin/delivery/listeners/none/retry"),
    row("POST /admin/delivery/carriers/<name>/<act>",       "302 403 403 403 302", to=lambda _: "/admin/delivery/carriers/none/retry"),
    row("GET /admin/delivery/carriers/<_name>/<_act>",      "302 403 403 403 302", to=lambda _: "/admin/delivery/carriers/none/retry"),
    row("GET /admin/delivery/listeners/<_name>/<_act>",     "302 403 403 403 302", to=lambda _: "/admin/delivery/listeners/none/retry"),
]
# fmt: on


def keys(app: Flask, rule: Rule) -> set[str]:
    # The path of static files has the version in it.
    path = rule.rule.replace(str(app.static_url_path), "/static")
    return {f"{method} {path}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


@pytest.fixture(scope="module")
def shared(tmp_path_factory, migrated_database):
    """Return a workspace with somebody of each role, for all requests: what they want is made anew for each."""
    settings = Settings(data=tmp_path_factory.mktemp("shared"), rate_limits=False, allowed_networks="192.0.2.0/24")
    shutil.copyfile(migrated_database, settings.database_file)
    made = create_app(settings)
    yield World(made)
    close_app(made)


@pytest.fixture
def world(app: Flask) -> World:
    """Return a workspace with somebody of each role, of the test's own."""
    return World(app)


def ask(world: World, entry: Row, role: str) -> int:
    body = entry.body(world) if callable(entry.body) else entry.body
    form = entry.form(world) if callable(entry.form) else entry.form
    sent = {"data": form} if entry.form else {"json": body}
    answer = world.somebody(role).open(entry.to(world), method=entry.method, **sent)
    answer.close()
    return int(answer.status_code)


def test_every_route_is_in_the_table(app):
    routes = {key for rule in app.url_map.iter_rules() for key in keys(app, rule)}

    assert routes - {entry.rule for entry in TABLE} == set(), "say in TABLE who may do this"
    assert {entry.rule for entry in TABLE} - routes == set(), "there is no such route"


def test_no_route_is_in_the_table_twice():
    assert len({entry.rule for entry in TABLE}) == len(TABLE)


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.rule)
def test_access(shared, entry):
    assert {role: ask(shared, entry, role) for role in entry.statuses} == entry.statuses


def test_no_write_goes_through_with_a_cookie_alone(shared):
    person = join(shared.app, invite_code(shared.owner), uuid.uuid4().hex)
    person.csrf_token = ""
    writes = [entry for entry in TABLE if entry.method not in SAFE and entry.rule not in OWN_PROOF]

    answers = {entry.rule: person.open(entry.to(shared), method=entry.method, json={}) for entry in writes}

    assert {rule: answer.status_code for rule, answer in answers.items()} == dict.fromkeys(answers, 400)
    assert {answer.get_json()["code"] for rule, answer in answers.items() if " /api/" in rule} == {"csrf"}


def test_no_answer_of_the_api_may_be_kept_by_a_cache(shared):
    rules = [entry for entry in TABLE if entry.rule.startswith("GET /api/")]

    answers = [shared.owner.get(entry.to(shared)) for entry in rules]

    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert {"Cookie" in answer.headers["Vary"] for answer in answers} == {True}


def test_before_the_set_up_nobody_gets_in(settings):
    made = create_app(Settings(data=settings.data.with_name("new"), rate_limits=False))
    stranger = made.test_client()
    guarded = [entry for entry in TABLE if entry.statuses["signed out"] == 401 and "<" not in entry.rule]
    guarded = [entry for entry in guarded if entry.statuses["owner"] != 401]

    found = {
        entry.rule: stranger.open(entry.rule.partition(" ")[2], method=entry.method).status_code for entry in guarded
    }
    close_app(made)

    assert found == dict.fromkeys(found, 401)


# Socket events

EVENTS = {
    "connect": "everybody who is signed in",
    "disconnect": "everybody",
    "sync": "everybody, their own streams",
    "typing": "who is in the room",
    "presence": "everybody",
    "received": "everybody, about the streams that their socket hears",
    "*": "everybody, and it does nothing",
}
"""Every event that the server listens to, and who may send it; each has its test below."""


@pytest.fixture
def sockets(world):
    """Return an open socket for each role that is signed in."""
    opened = {role: socket_of(world, role) for role in ROLES[:-1]}
    yield opened
    for socket in opened.values():
        socket.disconnect()


def socket_of(world, role):
    return socketio.test_client(world.app, auth={"v": 1, "device": "d", "token": world.people[role].token})


def test_every_socket_event_is_in_the_table(app):
    assert set(socketio.server.handlers["/"]) == set(EVENTS)


def test_connect_is_for_everybody_who_is_signed_in(world, sockets):
    stranger = socketio.test_client(world.app, auth={"v": 1, "device": "d"})

    assert {role: socket.is_connected() for role, socket in sockets.items()} == dict.fromkeys(ROLES[:-1], True)
    assert not stranger.is_connected()


def test_sync_is_for_everybody_about_their_own_streams(world, sockets):
    stream = world.room["stream"]

    answers = {role: socket.emit("sync", {"positions": {stream: 1}}, callback=True) for role, socket in sockets.items()}

    assert {role: answer["gone"] for role, answer in answers.items()} == {
        "owner": [],
        "admin": [],
        "member": [],
        "outsider": [stream],
    }


def test_typing_is_for_who_is_in_the_room(world, sockets):
    data = {"room_id": world.room["id"]}

    answers = {role: socket.emit("typing", data, callback=True)["ok"] for role, socket in sockets.items()}

    assert answers == {"owner": True, "admin": True, "member": True, "outsider": False}


def test_received_is_for_everybody_about_the_streams_that_they_hear(world, sockets):
    stream = world.room["stream"]

    for socket in sockets.values():
        socket.emit("received", {"positions": {stream: 1}}, callback=True)

    noted = {c.caller.id: c.positions.get(stream) for c in world.app.extensions["connections"].everyone()}
    assert {role: noted[world.people[role].user_id] for role in sockets} == {
        "owner": 1,
        "admin": 1,
        "member": 1,
        "outsider": None,
    }


def test_presence_is_for_everybody(sockets):
    answers = {role: socket.emit("presence", {"state": "away"}, callback=True) for role, socket in sockets.items()}

    assert answers == {role: {"ok": True} for role in ROLES[:-1]}


def test_any_other_event_does_nothing(sockets):
    answers = [socket.emit("delete_everything", {}, callback=True) for socket in sockets.values()]

    assert {answer["error"]["code"] for answer in answers} == {"unknown_event"}
