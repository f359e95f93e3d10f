"""Live equals reload: an old snapshot and the events since are a fresh snapshot, for every event that can happen.

Adding an event: write a story that makes it happen, and put it into STORIES under its class. Whoever watches does so by
the rules of the protocol (`tests/crash/client.py`); a rule that is missing there is missing in the protocol.
"""

import copy
import datetime as dt
import json
import random
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from chat.actions.preview_links import keep_page
from chat.clock import clock_at, now, wire_time
from chat.events import (
    DraftChanged,
    EmojiAdded,
    EmojiRemoved,
    MemberAdded,
    MemberRemoved,
    MessageDeleted,
    MessageEdited,
    MessagePinned,
    MessagePosted,
    MessageSaved,
    MessageUnpinned,
    MessageUnsaved,
    PeopleHidden,
    PeopleShown,
    PollClosed,
    PollVoteChanged,
    PollVoted,
    PreferencesChanged,
    PreviewsChanged,
    ReactionAdded,
    ReactionRemoved,
    ReadMarked,
    ReminderChanged,
    ReminderDue,
    ReminderRemoved,
    RoomArchived,
    RoomJoined,
    RoomLeft,
    RoomListed,
    RoomPreferencesChanged,
    RoomRestored,
    RoomUpdated,
    ScheduledChanged,
    ScheduledRemoved,
    SessionEnded,
    ThreadCounted,
    ThreadFollowed,
    ThreadRead,
    ThreadUnfollowed,
    ThreadUpdated,
    TokenEnded,
    UnreadMarked,
    UserJoined,
    UserUpdated,
    WorkspaceUpdated,
    concrete_events,
)
from chat.extensions import db, socketio
from chat.models import LoggedEvent, Poll, Preview
from chat.unit_of_work import unit_of_work
from chat.verification import verify
from chat.web_pages import Page
from tests.conftest import created, sign_up
from tests.crash.client import ClientState, Follower
from tests.files import add_emoji, post_files
from tests.hearing import packets
from tests.people import invite_code, join, sign_in


class Watcher:
    """One person's open client: hears live, and remembers how it stood at every step."""

    def __init__(self, app, person):
        self.person = person
        self.socket = socketio.test_client(app, auth={"v": 1, "device": "d", "token": person.token})
        self.follower = Follower(ClientState(person.user_id), self._snapshot)
        self.catch_up(self.follower)
        self.earlier = []

    def hear(self):
        """Take what came over the socket; live there are no holes."""
        for packet in packets(self.socket, "events"):
            assert not self.follower.take_events(packet)

    def remember(self):
        """Keep how everything stands now, to catch up from it later."""
        kept = copy.copy(self.follower)
        kept.state = copy.deepcopy(self.follower.state)
        kept._parked = {}
        kept._wanted = set()
        self.earlier.append(kept)

    def catch_up(self, follower, *, limit=500):
        """Ask for pages until there is no more."""
        question = {"epoch": follower.epoch, "positions": follower.positions(), "limit": limit}
        while follower.take_answer(created(self.person.post("/api/sync", json=question))):
            question["positions"] = follower.positions()

    def reloaded(self):
        """Return every stream that the person may see, fresh."""
        streams = created(self.person.post("/api/sync", json={"positions": {}}))["fresh"]
        return {each["stream"]: self._snapshot(each["stream"]) for each in streams}

    def _snapshot(self, stream):
        answer = self.person.get(f"/api/streams/{stream}/snapshot")
        return {200: answer.get_json(), 404: None}[answer.status_code]


class World:
    """A room with a past, the people of the stories, and everybody's open clients."""

    def __init__(self, app, alice, bob, carol):
        self.app = app
        self.alice, self.bob, self.carol = alice, bob, carol
        self.dana = join(app, invite_code(alice), "Dana")
        body = {"kind": "closed", "name": "launch", "member_ids": [bob.user_id]}
        self.room = created(alice.post("/api/rooms", json=body))["room"]
        guests = {"kind": "closed", "name": "with a guest", "member_ids": [bob.user_id]}
        self.parlour = created(alice.post("/api/rooms", json=guests))["room"]
        self.guest = sign_up(app, "Gina Guest", role="guest")
        self.add(self.parlour, self.guest)
        self.hall = created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"]
        self.messages = [self.say(alice, f"message {number} @Bob Lee") for number in range(6)]
        created(bob.put(f"/api/messages/{self.messages[1]['id']}/reactions/🎉"))
        created(bob.put(f"/api/rooms/{self.room['id']}/read", json={"message_id": self.messages[2]["id"]}))
        app.extensions["broadcaster"].drain()
        self.watchers = [Watcher(app, person) for person in (alice, bob, carol, self.guest)]

    def say(self, person, text, *, room=None, **more):
        answer = person.post(f"/api/rooms/{(room or self.room)['id']}/messages", json={"text": text, **more})
        return created(answer)["message"]

    def add(self, room, person):
        created(self.alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": person.user_id}))

    def remove(self, room, person):
        created(self.alice.delete(f"/api/rooms/{room['id']}/members/{person.user_id}"))

    def edit(self, number, text):
        message = self.messages[number]
        body = {"text": text, "base_version": message["version"]}
        self.messages[number] = created(self.alice.patch(f"/api/messages/{message['id']}", json=body))["message"]

    def delete(self, number):
        created(self.alice.delete(f"/api/messages/{self.messages[number]['id']}"))

    def step(self, done=None):
        """Everybody hears what was done, and remembers how it stands."""
        self.app.extensions["broadcaster"].drain()
        for watcher in self.watchers:
            watcher.hear()
            watcher.remember()
        return done

    def event_types(self):
        with self.app.app_context():
            return set(db.session.scalars(sa.select(LoggedEvent.type).distinct()))


@pytest.fixture
def world(app, alice, bob, carol):
    """Return a world in which everybody watches; the sockets are closed at the end."""
    made = World(app, alice, bob, carol)
    yield made
    for watcher in made.watchers:
        watcher.socket.disconnect()


# The stories


def somebody_posts(world):
    world.step(world.say(world.alice, "hello @Bob Lee"))
    world.step(world.say(world.bob, "hello back"))
    world.step(post_files(world.bob, world.room, ("notes.txt", b"one line"), text="with a file"))
    world.step(world.say(world.alice, "@room, and @here"))


def somebody_edits(world):
    world.step(world.edit(4, "nobody is named any more"))
    world.step(world.edit(4, "again @Bob Lee"))
    world.step(world.edit(0, "read already, @Bob Lee"))
    message = post_files(world.alice, world.room, ("a.txt", b"a"), ("b.txt", b"b"))
    world.step()
    edit = {"text": "one file less", "base_version": 1, "attachment_ids": [message["attachments"][1]["id"]]}
    world.step(created(world.alice.patch(f"/api/messages/{message['id']}", json=edit)))
    world.step(world.edit(5, "everybody in the @room"))
    world.step(world.edit(5, "nobody again"))


def somebody_deletes(world):
    world.step(world.delete(5))
    world.step(world.delete(0))
    message = post_files(world.alice, world.room, ("a.txt", b"a"))
    world.step()
    world.step(created(world.alice.delete(f"/api/messages/{message['id']}")))


def somebody_reacts(world):
    world.step(created(world.bob.put(f"/api/messages/{world.messages[3]['id']}/reactions/👍")))
    world.step(created(world.alice.put(f"/api/messages/{world.messages[3]['id']}/reactions/👍")))


def somebody_takes_a_reaction_back(world):
    world.step(created(world.bob.delete(f"/api/messages/{world.messages[1]['id']}/reactions/🎉")))


def somebody_replies(world):
    thread = {"parent_id": world.messages[3]["id"]}
    first = world.step(world.say(world.alice, "in the thread @Bob Lee", **thread))
    world.step(world.say(world.bob, "in both", **thread, also_in_room=True))
    world.step(world.say(world.alice, "in both too @Bob Lee", **thread, also_in_room=True))
    body = {"text": "of nobody", "base_version": 1}
    world.step(created(world.alice.patch(f"/api/messages/{first['id']}", json=body)))
    world.step(created(world.alice.delete(f"/api/messages/{first['id']}")))
    last = world.step(world.say(world.alice, "to another", parent_id=world.messages[4]["id"]))
    world.step(created(world.alice.delete(f"/api/messages/{last['id']}")))


def somebody_pins(world):
    world.step(created(world.bob.put(f"/api/messages/{world.messages[1]['id']}/pin")))
    world.step(created(world.alice.put(f"/api/messages/{world.messages[4]['id']}/pin")))
    world.step(world.edit(4, "pinned, and edited"))


def somebody_takes_a_pin_away(world):
    somebody_pins(world)
    world.step(created(world.alice.delete(f"/api/messages/{world.messages[1]['id']}/pin")))
    world.step(world.delete(4))


def somebody_saves(world):
    world.step(created(world.bob.put(f"/api/messages/{world.messages[1]['id']}/saved")))
    world.step(created(world.bob.put(f"/api/messages/{world.messages[0]['id']}/saved")))
    world.step(created(world.bob.put(f"/api/messages/{world.messages[1]['id']}/saved", json={"is_done": True})))
    world.step(world.delete(0))


def somebody_saves_no_more(world):
    somebody_saves(world)
    world.step(created(world.bob.put(f"/api/messages/{world.messages[1]['id']}/saved")))
    world.step(created(world.bob.delete(f"/api/messages/{world.messages[1]['id']}/saved")))
    world.step(created(world.bob.delete(f"/api/messages/{world.messages[0]['id']}/saved")))


def somebody_is_added(world):
    body = {"user_id": world.carol.user_id}
    world.step(created(world.alice.post(f"/api/rooms/{world.room['id']}/members", json=body)))
    world.step(world.say(world.alice, "welcome @Carol Park"))
    for room in (world.room, world.parlour):
        hook = {"room_id": room["id"], "name": "Deploys"}
        made = world.step(created(world.alice.post("/api/hooks/incoming", json=hook)))
        world.step(world.app.test_client().post(urlsplit(made["url"]).path, json={"text": "hello"}))


def somebody_is_removed(world):
    world.step(created(world.alice.delete(f"/api/rooms/{world.room['id']}/members/{world.bob.user_id}")))
    world.step(world.say(world.alice, "a secret"))


def somebody_leaves_and_comes_back(world):
    world.step(created(world.bob.delete(f"/api/rooms/{world.room['id']}/members/{world.bob.user_id}")))
    world.step(world.say(world.alice, "meanwhile"))
    body = {"user_id": world.bob.user_id}
    world.step(created(world.alice.post(f"/api/rooms/{world.room['id']}/members", json=body)))


def a_room_is_renamed(world):
    body = {"name": "lift-off", "topic": "soon"}
    world.step(created(world.alice.patch(f"/api/rooms/{world.room['id']}", json=body)))


def a_room_is_archived(world):
    # Another one than in which the story ends: nothing is edited in the archive.
    world.step(created(world.bob.post(f"/api/rooms/{world.hall['id']}/join")))
    world.step(created(world.alice.patch(f"/api/rooms/{world.hall['id']}", json={"archived": True})))


def a_room_is_brought_back(world):
    a_room_is_archived(world)
    world.step(created(world.alice.patch(f"/api/rooms/{world.hall['id']}", json={"archived": False})))


def an_open_room_appears(world):
    world.step(created(world.bob.post("/api/rooms", json={"kind": "open", "name": "garden"})))


def somebody_joins(world):
    world.step(created(world.carol.post(f"/api/rooms/{world.hall['id']}/join")))
    people = {"kind": "direct", "member_ids": [world.alice.user_id, world.carol.user_id]}
    world.step(created(world.bob.post("/api/rooms", json=people)))


def somebody_reads(world):
    for number in (3, 5):
        body = {"message_id": world.messages[number]["id"]}
        world.step(created(world.bob.put(f"/api/rooms/{world.room['id']}/read", json=body)))
    world.step(world.say(world.alice, "more @Bob Lee"))


def somebody_marks_a_room_unread(world):
    somebody_reads(world)
    path = f"/api/rooms/{world.room['id']}"
    for number in (1, 4):
        world.step(created(world.bob.put(f"{path}/unread", json={"message_id": world.messages[number]["id"]})))
        world.step(world.edit(2, f"edited {number} times @Bob Lee"))
    # In one breath: the room's stream and one's own can be heard in any order.
    created(world.bob.put(f"{path}/unread", json={"message_id": world.messages[0]["id"]}))
    world.delete(1)
    world.step(created(world.bob.put(f"{path}/read", json={"message_id": world.messages[2]["id"]})))
    former = world.step(created(world.bob.post("/api/rooms/read")))
    world.step(created(world.bob.post("/api/rooms/unread", json=former)))


def somebody_follows_a_thread(world):
    path = f"/api/messages/{world.messages[3]['id']}"
    world.step(created(world.bob.put(f"{path}/follow")))
    world.step(world.say(world.alice, "in the thread", parent_id=world.messages[3]["id"]))
    world.step(created(world.bob.delete(f"{path}/follow")))
    world.step(world.say(world.alice, "not for Bob", parent_id=world.messages[3]["id"]))
    world.step(world.say(world.alice, "for @Bob Lee again", parent_id=world.messages[3]["id"]))
    world.step(world.say(world.alice, "in another @Bob Lee", parent_id=world.messages[5]["id"]))


def somebody_reads_a_thread(world):
    parent = world.messages[4]
    first = world.step(world.say(world.bob, "what about it?", parent_id=parent["id"]))
    second = world.step(world.say(world.alice, "this @Bob Lee", parent_id=parent["id"]))
    third = world.step(world.say(world.alice, "and that @Bob Lee", parent_id=parent["id"]))
    for name, reply in (("read", second), ("read", third), ("unread", second)):
        body = {"message_id": reply["id"]}
        world.step(created(world.bob.put(f"/api/messages/{parent['id']}/thread/{name}", json=body)))
    body = {"text": "nobody", "base_version": 1}
    world.step(created(world.alice.patch(f"/api/messages/{second['id']}", json=body)))
    world.step(created(world.alice.delete(f"/api/messages/{third['id']}")))
    world.step(created(world.bob.delete(f"/api/messages/{first['id']}")))
    former = world.step(created(world.bob.post("/api/rooms/read")))
    world.step(created(world.bob.post("/api/rooms/unread", json=former)))
    world.step(created(world.bob.delete(f"/api/rooms/{world.room['id']}/members/{world.bob.user_id}")))


def somebody_wants_a_room_otherwise(world):
    path = f"/api/rooms/{world.room['id']}/preferences"
    world.step(created(world.bob.patch(path, json={"level": "nothing", "is_starred": True})))
    world.step(created(world.bob.patch(path, json={"level": None, "is_muted": True})))


def somebody_wants_the_page_otherwise(world):
    world.step(created(world.bob.patch("/api/me/preferences", json={"theme": "dark"})))


def somebody_types(world):
    room, hall = world.room["id"], world.hall["id"]
    created(world.bob.post(f"/api/rooms/{hall}/join"))
    world.step(created(world.bob.put("/api/drafts", json={"room_id": room, "text": "hal"})))
    thread = {"room_id": room, "parent_id": world.messages[1]["id"]}
    world.step(created(world.bob.put("/api/drafts", json={**thread, "text": "a reply"})))
    quoting = {"room_id": room, "quoted_id": thread["parent_id"]}
    world.step(created(world.bob.put("/api/drafts", json={**quoting, "text": ""})))
    world.step(created(world.bob.put("/api/drafts", json={**quoting, "text": "half a sentence"})))
    world.step(created(world.bob.put("/api/drafts", json={"room_id": hall, "text": "gone when I leave"})))
    world.step(created(world.bob.delete("/api/drafts", json=thread)))
    world.step(created(world.bob.delete(f"/api/rooms/{hall}/members/{world.bob.user_id}")))


def in_a_while(**ahead):
    return wire_time(now() + dt.timedelta(**ahead))


def run_at(world, job, **ahead):
    with clock_at(now() + dt.timedelta(**ahead)):
        world.app.extensions["housekeeping"].run(job)


def somebody_schedules(world):
    body = {"room_id": world.room["id"], "send_at": in_a_while(hours=1)}
    soon = world.step(created(world.bob.post("/api/scheduled", json={**body, "text": "soon"})))["scheduled"]
    world.step(created(world.bob.post("/api/scheduled", json={**body, "text": "sooner"})))
    late = {**body, "send_at": in_a_while(minutes=1), "text": "late"}
    world.step(created(world.bob.post("/api/scheduled", json=late)))
    world.step(created(world.bob.patch(f"/api/scheduled/{soon['id']}", json={"text": "soon @Alice Kim"})))
    world.step(run_at(world, "scheduled_messages", minutes=30))
    world.step(created(world.bob.post(f"/api/scheduled/{soon['id']}/send")))


def somebody_calls_it_off(world):
    somebody_schedules(world)
    for scheduled in created(world.bob.get("/api/scheduled"))["scheduled"]:
        world.step(created(world.bob.delete(f"/api/scheduled/{scheduled['id']}")))


def somebody_wants_to_be_reminded(world):
    about = {"message_id": world.messages[3]["id"], "due_at": in_a_while(hours=1)}
    world.step(created(world.bob.post("/api/reminders", json=about)))
    made = world.step(created(world.bob.post("/api/reminders", json={"text": "tea", "due_at": in_a_while(hours=2)})))
    path = f"/api/reminders/{made['reminder']['id']}"
    world.step(created(world.bob.patch(path, json={"text": "green tea", "due_at": in_a_while(minutes=2)})))


def a_time_comes(world):
    somebody_wants_to_be_reminded(world)
    world.step(run_at(world, "reminders", minutes=30))


def it_is_done(world):
    a_time_comes(world)
    for reminder in created(world.bob.get("/api/reminders"))["reminders"]:
        world.step(created(world.bob.delete(f"/api/reminders/{reminder['id']}")))


def ask(world, **more):
    body = {"question": "Lunch?", "options": ["noodles", "rice", "bread"], **more}
    return world.step(created(world.alice.post(f"/api/rooms/{world.room['id']}/polls", json=body)))["message"]


def choose(world, person, poll, *numbers):
    answer = person.put(f"/api/messages/{poll['id']}/poll/votes", json={"options": list(numbers)})
    return world.step(created(answer))


def somebody_votes(world):
    poll = ask(world, is_multiple=True)
    choose(world, world.bob, poll, 1, 2)
    choose(world, world.alice, poll, 2)
    choose(world, world.bob, poll, 3)
    choose(world, world.bob, poll)


def somebody_votes_in_secret(world):
    poll = ask(world, is_anonymous=True)
    doomed = ask(world, is_anonymous=True)
    for each in (poll, doomed):
        choose(world, world.bob, each, 1)
        choose(world, world.alice, each, 2)
    choose(world, world.bob, poll, 3)
    world.step(created(world.alice.delete(f"/api/messages/{doomed['id']}")))


def a_poll_is_closed(world):
    poll = ask(world, ends_at=in_a_while(hours=1))
    choose(world, world.bob, poll, 1)
    world.step(run_at(world, "polls", hours=2))
    other = ask(world)
    world.step(created(world.alice.post(f"/api/messages/{other['id']}/poll/close")))
    world.step(created(world.alice.delete(f"/api/messages/{poll['id']}")))


def a_link_is_previewed(world):
    # The listener begins at the present.
    world.app.extensions["listeners"].drain("link_previews")
    message = world.say(world.alice, "https://one.example/ and https://two.example/")
    world.app.extensions["listeners"].drain("link_previews")
    with world.app.app_context():
        ids = list(db.session.scalars(sa.select(Preview.id).order_by(Preview.id)))
    for preview_id in ids:
        with world.app.app_context(), unit_of_work():
            keep_page(preview_id, Page(title=f"Page {preview_id}"))
        world.step()
    edit = {"text": "https://two.example/ https://one.example/", "base_version": 1}
    world.step(created(world.alice.patch(f"/api/messages/{message['id']}", json=edit)))
    world.step(created(world.alice.delete(f"/api/messages/{message['id']}/previews/{ids[0]}")))
    edit = {"text": "no link", "base_version": 2}
    world.step(created(world.alice.patch(f"/api/messages/{message['id']}", json=edit)))


def somebody_new_comes(world):
    world.step(sign_up(world.app, "Erin Cho"))
    world.step(join(world.app, invite_code(world.alice), "Frank"))


def a_profile_changes(world):
    world.step(created(world.bob.patch("/api/me", json={"name": "Robert Lee", "language": "ko"})))
    world.step(created(world.alice.patch(f"/api/users/{world.carol.user_id}", json={"role": "admin"})))
    world.step(created(world.alice.patch(f"/api/users/{world.dana.user_id}", json={"deactivated": True})))
    world.step(created(world.alice.patch(f"/api/users/{world.dana.user_id}", json={"deactivated": False})))


def somebody_says_what_they_do(world):
    world.step(created(world.bob.put("/api/me/status", json={"emoji": "🏖", "text": "Vacation"})))
    world.step(created(world.carol.put("/api/me/status", json={"text": "unseen by guests"})))
    world.step(created(world.bob.put("/api/me/presence", json={"away": True})))
    world.step(created(world.bob.delete("/api/me/status")))


def a_guest_comes_to_know_people(world):
    world.step(world.add(world.parlour, world.carol))
    world.step(world.say(world.carol, "said before the guest came", room=world.parlour))
    world.step(world.remove(world.parlour, world.carol))
    world.step(created(world.carol.patch("/api/me", json={"name": "Caroline", "title": "Unknown to guests"})))
    world.step(world.add(world.room, world.guest))
    world.step(world.add(world.parlour, world.carol))
    world.step(created(world.alice.patch(f"/api/users/{world.guest.user_id}", json={"role": "member"})))
    somebody_says_what_they_do(world)


def a_guest_loses_sight_of_people(world):
    world.step(world.add(world.parlour, world.carol))
    world.step(world.remove(world.parlour, world.carol))
    somebody_says_what_they_do(world)
    world.step(world.remove(world.parlour, world.guest))
    a_profile_changes(world)
    world.step(created(world.alice.patch(f"/api/users/{world.bob.user_id}", json={"role": "guest"})))
    world.step(world.remove(world.parlour, world.bob))


def the_workspace_changes(world):
    world.step(created(world.alice.patch("/api/workspace", json={"name": "Saebom"})))
    world.step(created(world.alice.patch("/api/workspace", json={"has_link_previews": False})))


def the_workspace_gets_emoji(world):
    for name in ("party", "분홍", "ok"):
        world.step(add_emoji(world.bob, name))


def an_emoji_goes(world):
    the_workspace_gets_emoji(world)
    first = created(world.bob.get("/api/emoji"))["emoji"][0]
    world.step(created(world.bob.delete(f"/api/emoji/{first['id']}")))


def somebody_signs_out(world):
    second = sign_in(world.app, "Dana")
    world.step(created(world.dana.delete("/api/session")))
    assert created(second.get("/api/me"))["user"]["id"] == world.dana.user_id


def a_token_is_withdrawn(world):
    made = created(world.bob.post("/api/tokens", json={"name": "short-lived"}))
    world.step(created(world.bob.delete(f"/api/tokens/{made['id']}")))


STORIES = {
    MessagePosted: somebody_posts,
    MessageEdited: somebody_edits,
    MessageDeleted: somebody_deletes,
    ReactionAdded: somebody_reacts,
    ReactionRemoved: somebody_takes_a_reaction_back,
    ThreadUpdated: somebody_replies,
    MessagePinned: somebody_pins,
    MessageUnpinned: somebody_takes_a_pin_away,
    MessageSaved: somebody_saves,
    MessageUnsaved: somebody_saves_no_more,
    MemberAdded: somebody_is_added,
    MemberRemoved: somebody_is_removed,
    RoomUpdated: a_room_is_renamed,
    RoomArchived: a_room_is_archived,
    RoomRestored: a_room_is_brought_back,
    RoomListed: an_open_room_appears,
    RoomJoined: somebody_joins,
    RoomLeft: somebody_leaves_and_comes_back,
    ReadMarked: somebody_reads,
    UnreadMarked: somebody_marks_a_room_unread,
    ThreadFollowed: somebody_follows_a_thread,
    ThreadUnfollowed: somebody_follows_a_thread,
    ThreadRead: somebody_reads_a_thread,
    ThreadCounted: somebody_reads_a_thread,
    RoomPreferencesChanged: somebody_wants_a_room_otherwise,
    PreferencesChanged: somebody_wants_the_page_otherwise,
    DraftChanged: somebody_types,
    PollVoted: somebody_votes,
    PollVoteChanged: somebody_votes_in_secret,
    PollClosed: a_poll_is_closed,
    PreviewsChanged: a_link_is_previewed,
    ScheduledChanged: somebody_schedules,
    ScheduledRemoved: somebody_calls_it_off,
    ReminderChanged: somebody_wants_to_be_reminded,
    ReminderDue: a_time_comes,
    ReminderRemoved: it_is_done,
    UserJoined: somebody_new_comes,
    UserUpdated: a_profile_changes,
    PeopleShown: a_guest_comes_to_know_people,
    PeopleHidden: a_guest_loses_sight_of_people,
    WorkspaceUpdated: the_workspace_changes,
    EmojiAdded: the_workspace_gets_emoji,
    EmojiRemoved: an_emoji_goes,
    SessionEnded: somebody_signs_out,
    TokenEnded: a_token_is_withdrawn,
}


def test_every_event_has_a_story():
    assert set(STORIES) == set(concrete_events())


@pytest.fixture(params=concrete_events(), ids=lambda event: event.type)
def told(request, world):
    """Return the world after the story of an event, and after more has happened that withdraws what was sent."""
    world.step()
    STORIES[request.param](world)
    assert request.param.type in world.event_types()
    world.step(world.edit(2, "edited at the end @Bob Lee"))
    world.step(world.delete(3))
    return world


def test_live_equals_reload(told):
    for watcher in told.watchers:
        assert watcher.follower.state.as_reloaded() == watcher.reloaded()
        assert watcher.follower.state.repeated == []


def test_catching_up_from_every_earlier_position_equals_reload(told):
    for watcher in told.watchers:
        for limit, earlier in enumerate(watcher.earlier, start=1):
            watcher.catch_up(earlier, limit=limit)

            assert earlier.state.as_reloaded() == watcher.reloaded()


def test_what_was_deleted_is_sent_to_nobody_again(world):
    secret = world.step(world.say(world.alice, "a secret"))
    created(world.alice.patch(f"/api/messages/{secret['id']}", json={"text": "a secret too", "base_version": 1}))
    created(world.alice.delete(f"/api/messages/{secret['id']}"))

    for watcher in world.watchers:
        position = dict.fromkeys(watcher.reloaded(), 0)
        answer = watcher.person.post("/api/sync", json={"positions": position}).get_data(as_text=True)
        first = watcher.person.post("/api/sync", json={"positions": watcher.earlier[0].positions()})
        assert "a secret" not in answer
        assert "a secret" not in first.get_data(as_text=True)


def test_an_event_is_the_same_for_everybody_who_hears_it(world):
    world.say(world.alice, "hello @Bob Lee")
    world.app.extensions["broadcaster"].drain()

    heard = [packets(watcher.socket, "events") for watcher in world.watchers]

    assert heard[0][-1] == heard[1][-1]
    assert heard[2] == []
    assert json.dumps(heard[0][-1])


# Any order of anything


def anything(chance, world):
    """Do one thing that somebody may do, whether it is allowed now or not."""
    people = [world.alice, world.bob, world.carol, world.guest]
    person = chance.choice(people)
    other = chance.choice(people)
    room = f"/api/rooms/{chance.choice([world.room, world.hall, world.parlour])['id']}"
    message_id = chance.randint(1, 30)
    message = f"/api/messages/{message_id}"
    thread = {"parent_id": chance.randint(1, 8), "also_in_room": chance.random() < 0.3}
    text = chance.choice(["hello", "hello @Bob Lee", "@Alice Kim and @Carol Park", "**bold**"])
    later = in_a_while(minutes=chance.choice([30, 300]))
    doing = chance.choice(
        [
            lambda: person.post(f"{room}/messages", json={"text": text}),
            lambda: person.post(f"{room}/messages", json={"text": text}),
            lambda: person.post(f"{room}/messages", json={"text": text, **thread}),
            lambda: person.patch(message, json={"text": text, "base_version": chance.randint(1, 3)}),
            lambda: person.delete(message),
            lambda: person.put(f"{message}/reactions/👍"),
            lambda: person.delete(f"{message}/reactions/👍"),
            lambda: person.put(f"{message}/pin"),
            lambda: person.delete(f"{message}/pin"),
            lambda: person.put(f"{message}/saved", json={"is_done": chance.random() < 0.3}),
            lambda: person.delete(f"{message}/saved"),
            lambda: person.post(f"{room}/messages", json={"quoted_id": message_id}),
            lambda: ask_anything(chance, person, room),
            lambda: answer_anything(chance, world, person),
            lambda: answer_anything(chance, world, person),
            lambda: end_anything(chance, world, person),
            lambda: person.post(
                "/api/scheduled", json={"room_id": int(room.rpartition("/")[2]), "text": text, "send_at": later}
            ),
            lambda: replan_anything(chance, person, "scheduled", {"text": text, "send_at": later}),
            lambda: person.post(
                "/api/reminders",
                json={"text": text, "due_at": later, **chance.choice([{}, {"message_id": message_id}])},
            ),
            lambda: replan_anything(chance, person, "reminders", {"text": text, "due_at": later}),
            lambda: time_passes(chance, world),
            lambda: person.put(f"{room}/read", json={"message_id": message_id}),
            lambda: person.put(f"{room}/unread", json={"message_id": message_id}),
            lambda: person.post("/api/rooms/read"),
            lambda: person.put(f"{message}/follow"),
            lambda: person.delete(f"{message}/follow"),
            lambda: person.put(f"/api/messages/{thread['parent_id']}/thread/read", json={"message_id": message_id}),
            lambda: person.put(f"/api/messages/{thread['parent_id']}/thread/unread", json={"message_id": message_id}),
            lambda: person.post(f"{room}/join"),
            lambda: person.post(f"{room}/members", json={"user_id": other.user_id}),
            lambda: person.delete(f"{room}/members/{other.user_id}"),
            lambda: person.patch(room, json={"topic": text}),
            lambda: person.patch(f"{room}/preferences", json={"is_starred": chance.random() < 0.5}),
            lambda: person.patch(room, json={"archived": chance.random() < 0.3}),
            lambda: type_anything(chance, person, int(room.rpartition("/")[2]), text, message_id),
            lambda: person.patch("/api/me", json={"time_zone": chance.choice(["Asia/Seoul", "UTC"])}),
            lambda: person.put("/api/me/status", json={"text": text[:9]}),
            lambda: world.alice.patch(f"/api/users/{other.user_id}", json={"role": chance.choice(["guest", "member"])}),
            lambda: person.post("/api/rooms", json={"kind": "direct", "member_ids": [other.user_id]}),
        ]
    )
    assert doing().status_code < 500


def type_anything(chance, person, room_id, text, message_id):
    draft = {"room_id": room_id, "text": chance.choice([text, ""]), "quoted_id": chance.choice([message_id, None])}
    return person.put("/api/drafts", json=draft)


def ask_anything(chance, person, room):
    question = {"question": "Lunch?", "options": ["noodles", "rice", "bread"]}
    how = {"is_multiple": chance.random() < 0.5, "is_anonymous": chance.random() < 0.5}
    if chance.random() < 0.3:
        how["ends_at"] = in_a_while(minutes=30)
    return person.post(f"{room}/polls", json={**question, **how})


def answer_anything(chance, world, person):
    numbers = chance.choice([[1], [2], [1, 3], []])
    return person.put(f"/api/messages/{some_poll(chance, world)}/poll/votes", json={"options": numbers})


def end_anything(chance, world, person):
    poll = f"/api/messages/{some_poll(chance, world)}"
    return chance.choice([lambda: person.post(f"{poll}/poll/close"), lambda: person.delete(poll)])()


def some_poll(chance, world):
    with world.app.app_context():
        return chance.choice([*db.session.scalars(sa.select(Poll.message_id).order_by(Poll.message_id)), 1])


def replan_anything(chance, person, what, change):
    """Change, send or call off something that is planned, of one's own or not."""
    mine = [each["id"] for each in created(person.get(f"/api/{what}"))[what]]
    path = f"/api/{what}/{chance.choice([*mine, 1])}"
    return chance.choice(
        [
            lambda: person.patch(path, json=change),
            lambda: person.delete(path),
            lambda: person.post(f"{path}/send") if what == "scheduled" else person.patch(path, json={"text": "tea"}),
        ]
    )()


def time_passes(chance, world):
    """Let what is due within the hour happen; the jobs answer nothing, so ask how the workspace stands."""
    for job in ("scheduled_messages", "reminders", "polls"):
        run_at(world, job, minutes=chance.choice([31, 45]))
    return world.alice.get("/api/workspace")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_everybody_ends_at_the_same(world, settings, seed):
    chance = random.Random(seed)
    for _ in range(30):
        for _ in range(chance.randint(1, 5)):
            anything(chance, world)
        world.step()

    for watcher in world.watchers:
        fresh = watcher.reloaded()
        assert watcher.follower.state.as_reloaded() == fresh
        for earlier in watcher.earlier:
            watcher.catch_up(earlier, limit=chance.choice([1, 3, 20, 500]))
            assert earlier.state.as_reloaded() == fresh
    assert [each for each in verify(settings.database_file, settings.data) if each.problems] == []
