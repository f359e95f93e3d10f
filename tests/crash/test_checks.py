"""The checks of the crash test can fail: each kind of damage, done to what a quiet run left, is named by its check."""

import random
import sqlite3
import time
import uuid
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from chat.listeners.listener import Listener
from tests.conftest import Api as Person
from tests.conftest import sign_up
from tests.crash import checks, effects, snoop
from tests.crash.api import Answer
from tests.crash.entry import Witness
from tests.crash.senders import Board, Doorkeeper, Request, Sender
from tests.crash.sockets import Delivery, SocketClient

STEPS = 40
EPOCH = "SELECT epoch FROM log_state"
SITE = "http://site.example"


class Line:
    """What `tests.crash.api.Api` offers, without a network between."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def call(self, method: str, path: str, body: object = None, *, key: str | None = None) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        arguments: dict[str, Any] = {} if body is None else {"json": body}
        response = self._person.open(path, method=method, headers=headers, **arguments)
        return Answer(response.status_code, response.get_json())


class Rest:
    """What there is when a run has come to rest."""

    def __init__(self, app, file, alice, bob, carol, room_id):
        self.app, self.file, self.room_id = app, file, room_id
        self.guest = carol
        board = Board()
        self.senders = [
            Sender(person.user_id, Line(person), random.Random(seed), [room_id], board)
            for seed, person in enumerate((alice, bob))
        ]
        self.doorkeeper = Doorkeeper(Line(alice), random.Random(2), room_id, carol.user_id)
        self.doorkeeper.is_stopping.set()
        self.doorkeeper.is_inside = False
        self.doorkeeper.change_count = -1
        self.clients = [self._client(person) for person in (alice, bob, carol)]
        self.snoop = snoop.Snoop(Line(carol), random.Random(3), room_id)

    def store(self):
        return checks.Store(self.file)

    @property
    def sender(self):
        return self.senders[0]

    @property
    def client(self):
        return self.clients[0]

    @property
    def mine(self):
        """A message of the first sender's that stands."""
        return next(message_id for message_id, mine in self.sender.messages.items() if not mine.is_deleted)

    @property
    def witnessed(self):
        return effects.Witnessed(self.file.with_name("witness"))

    def follow(self):
        for client in self.clients:
            question = {"positions": client.follower.positions(), "limit": 500}
            client._asked[1] = time.monotonic()
            client._take_answer(1, client.api.call("POST", "/api/sync", question).body)

    def sql(self, sql, *values):
        with closing(sqlite3.connect(self.file)) as sqlite, sqlite:
            return sqlite.execute(sql, values).fetchall()

    def deliver(self, **changed):
        """Give the client the newest event of the room once more, with something changed."""
        last = next(given for given in reversed(self.client.deliveries) if given.stream.startswith("room-"))
        self.client.deliveries.append(replace(last, event=last.event | changed))

    def _client(self, person):
        client = SocketClient(person.user_id, 0, person.token, random.Random(4), reads_back=False)
        client.api = Line(person)
        return client


@pytest.fixture
def rest(app, settings, alice, bob, room):
    carol = sign_up(app, "Carol Park")
    app.extensions["listeners"].add(
        Listener("witness", Witness(settings.data / "witness"), frozenset({"message_posted"}))
    )
    app.extensions["listeners"].drain()
    made = Rest(app, settings.database_file, alice, bob, carol, room["id"])
    made.follow()
    for number in range(STEPS):
        for sender in made.senders:
            sender.step()
        if number % 10 == 0:
            made.doorkeeper.step()
            made.snoop._look(*made.snoop._ways[number % len(made.snoop._ways)])
        if number % 4 == 0:
            made.follow()
    made.follow()
    app.extensions["listeners"].drain()
    return made


CHECKS = {
    "lost": lambda rest: checks.lost(rest.store(), rest.senders),
    "lost by restoring": lambda rest: checks.lost_by_restoring(rest.store(), rest.senders, rest.store().head),
    "stored twice": lambda rest: checks.stored_twice(rest.store(), rest.senders),
    "unasked": lambda rest: checks.unasked(rest.store(), rest.senders, 0),
    "holes in the store": lambda rest: checks.holes_in_store(rest.store()),
    "not withdrawn": lambda rest: checks.not_withdrawn(rest.store()),
    "holes in clients": lambda rest: checks.holes_in_clients(rest.clients),
    "out of order": lambda rest: checks.out_of_order(rest.store(), rest.clients),
    "applied twice": lambda rest: checks.applied_twice(rest.clients),
    "phantoms": lambda rest: checks.phantoms(rest.store(), rest.clients),
    "told differently": lambda rest: checks.told_differently(rest.store(), rest.clients),
    "sent after withdrawal": lambda rest: checks.sent_after_withdrawal(rest.store(), rest.clients, rest.senders),
    "leaks": lambda rest: checks.leaks(rest.store(), rest.clients, rest.doorkeeper),
    "wrong membership": lambda rest: checks.wrong_membership(rest.store(), rest.doorkeeper, rest.room_id),
    "stale": lambda rest: (line for client in rest.clients for line in checks.stale(client, client.api)),
    "seen wrongly": lambda rest: snoop.seen_wrongly(rest.snoop.looks, rest.doorkeeper),
    "effects in our tables": lambda rest: effects.in_our_tables(rest.file),
    "cards": lambda rest: effects.cards(rest.file, SITE),
    "effects elsewhere": lambda rest: effects.at_the_other_end(rest.store(), rest.witnessed, rest.sql(EPOCH)[0][0], 0),
    "listeners behind": lambda rest: effects.behind(rest.file),
    "surprises": lambda rest: (line for writer in (*rest.senders, rest.doorkeeper) for line in writer.surprises),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_quiet_run_leaves_no_anomaly(rest, name):
    assert list(CHECKS[name](rest)) == []


def lose_a_message(rest):
    rest.sql("DELETE FROM message WHERE id = ?", rest.mine)


def lose_an_edit(rest):
    rest.sql("UPDATE message SET version = version - 1, text = 'as before' WHERE id = ?", rest.mine)


def lose_a_reaction(rest):
    rest.sql("DELETE FROM reaction")


def lose_a_read_mark(rest):
    rest.sender.read_marks[rest.room_id] = 10**6


def leave_text_of_what_was_deleted(rest):
    rest.sql("UPDATE message SET html = '<p>secret</p>' WHERE deleted_at IS NOT NULL")


def post_twice(rest):
    row = "SELECT 9999, stream_id, 9999, type, message_id, version, client_id, actor_id, at, payload FROM event"
    columns = "seq, stream_id, stream_seq, type, message_id, version, client_id, actor_id, at, payload"
    rest.sql(f"INSERT INTO event ({columns}) {row} WHERE type = 'message_posted' AND message_id = ?", rest.mine)


def edit_once_more_than_was_acknowledged(rest):
    rest.sender.messages[rest.mine].edit_count += 1


def post_what_nobody_was_told_of(rest):
    del rest.sender.messages[rest.mine]


def make_a_hole_in_the_log(rest):
    rest.sql("DELETE FROM event WHERE seq = (SELECT head_seq - 3 FROM log_state)")


def move_a_head(rest):
    rest.sql("UPDATE stream SET head = head + 1 WHERE id = ?", f"room-{rest.room_id}")


def keep_an_older_payload(rest):
    rest.sql(
        "UPDATE event SET payload = '{}' WHERE type = 'message_posted'"
        " AND message_id IN (SELECT id FROM message WHERE deleted_at IS NOT NULL)"
    )


def apply_with_a_hole(rest):
    last = next(entry for entry in reversed(rest.client.follower.applied) if entry[0] == "event")
    rest.client.follower.applied.append((*last[:2], last[2] + 2, *last[3:]))


def apply_at_another_place(rest):
    last = next(entry for entry in reversed(rest.client.follower.applied) if entry[0] == "event")
    rest.client.follower.applied.append((*last[:3], last[3] - 1, *last[4:]))


def apply_twice(rest):
    rest.client.follower.state.repeated.append(rest.mine)


def show_twice(rest):
    messages = rest.client.follower.state.streams[f"room-{rest.room_id}"]["messages"]
    messages.append(messages[-1])


def tell_what_is_not_stored(rest):
    rest.deliver(seq=10**6)


def tell_another_payload(rest):
    rest.deliver(data={"message": {"text": "never said"}})


def give_a_number_twice(rest):
    rest.deliver(stream_seq=10**6)


def send_a_withdrawn_payload(rest):
    deleted = next(
        request for request in rest.sender.ledger if request.method == "DELETE" and "seq" in request.answer.body
    )
    message_id = deleted.answer.body["message"]["id"]
    (seq,) = rest.sql("SELECT seq FROM event WHERE message_id = ? AND type = 'message_posted'", message_id)[0]
    rest.deliver(seq=seq, message_id=message_id)
    rest.client.deliveries[-1] = replace(rest.client.deliveries[-1], at=time.monotonic(), is_live=False)


def tell_an_outsider(rest):
    (place,) = rest.sql("SELECT min(stream_seq) FROM event WHERE stream_id = ?", f"room-{rest.room_id}")[0]
    event = rest.client.deliveries[-1].event | {"stream_seq": place}
    rest.clients[-1].deliveries.append(Delivery(f"room-{rest.room_id}", event, time.monotonic(), is_live=False))


def tell_somebody_elses_affairs(rest):
    other = f"user-{rest.client.user_id}"
    rest.clients[-1].deliveries.append(Delivery(other, rest.client.deliveries[-1].event, 0.0, is_live=True))


def let_the_guest_in_unasked(rest):
    rest.doorkeeper.is_inside = not rest.doorkeeper.is_inside


def let_the_guest_in_twice(rest):
    rest.doorkeeper.change_count += 2


def look_in_from_outside(rest):
    now = time.monotonic()
    is_inside = rest.doorkeeper.is_inside
    rest.snoop.looks.append(snoop.Look("/api/rooms/1/messages", now, now, not is_inside, "what was said"))


def show_another_text(rest):
    rest.client.follower.state.streams[f"room-{rest.room_id}"]["messages"][-1]["text"] = "old"


def follow_a_room_that_was_left(rest):
    own = rest.client.follower.state.streams
    own["room-77"] = {**own[f"room-{rest.room_id}"]}
    rest.clients = [rest.client]


def forget_a_message_in_the_index(rest):
    rest.sql("DELETE FROM message_search WHERE rowid = ?", rest.mine)


def count_a_message_twice(rest):
    rest.sql("UPDATE daily_activity SET message_count = message_count + 1")


def time_an_answer_twice(rest):
    rest.sql("INSERT INTO response_time (day, seconds, response_count) VALUES ('2026-11-24', 3, 1)")


def give_up_an_event(rest):
    rest.sql("INSERT INTO dead_letter (listener, seq, attempts, error, at) VALUES ('witness', 1, 10, 'x', 'y')")


def change_the_witness(rest, change):
    file = rest.file.with_name("witness")
    file.write_text("".join(f"{line}\n" for line in change(file.read_text().splitlines())))


def skip_an_effect(rest):
    change_the_witness(rest, lambda lines: lines[:2] + lines[3:])


def swap_effects(rest):
    change_the_witness(rest, lambda lines: [lines[1], lines[0], *lines[2:]])


def have_an_effect_of_nothing(rest):
    epoch = rest.sql(EPOCH)[0][0]
    change_the_witness(rest, lambda lines: [*lines, f"{epoch}:1000000:witness 1"])


def link_without_a_card(rest):
    rest.sql("UPDATE message SET text = ? WHERE id = ?", f"see {SITE}/1", rest.mine)


def keep_a_card_without_a_link(rest):
    rest.sql("INSERT INTO preview (message_id, url, place, is_removed) VALUES (?, ?, 0, 0)", rest.mine, f"{SITE}/1")


def tell_of_a_card_twice(rest):
    columns = "stream_id, stream_seq, type, message_id, at, payload"
    for place in (1_000_001, 1_000_002):
        values = ("room-1", place, "previews_changed", rest.mine, "x", "[]")
        rest.sql(f"INSERT INTO event (seq, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", place, *values)


def leave_a_listener_behind(rest):
    rest.sql("UPDATE listener SET cursor = cursor - 1 WHERE name = 'witness'")


def leave_a_parcel_behind(rest):
    columns = "carrier, lane, key, payload, state, attempts, due_at, created_at"
    rest.sql(f"INSERT INTO delivery ({columns}) VALUES ('parcels', 'near', 'k', '{{}}', 'waiting', 0, 'x', 'x')")


def answer_a_repeat_differently(rest):
    done = next(request for request in rest.sender.ledger if request.method == "POST")
    other = done.answer._replace(body=done.answer.body | {"seq": 1})
    rest.sender.repeat(replace(done, answer=other))


def repeat_under_another_key(rest):
    done = next(request for request in rest.sender.ledger if request.method == "POST")
    rest.sender.repeat(Request(**(vars(done) | {"key": str(uuid.uuid4())})))


DAMAGE = [
    ("lost", lose_a_message),
    ("lost", lose_an_edit),
    ("lost", lose_a_reaction),
    ("lost", lose_a_read_mark),
    ("lost", leave_text_of_what_was_deleted),
    ("lost by restoring", lose_a_message),
    ("lost by restoring", lose_an_edit),
    ("stored twice", post_twice),
    ("stored twice", edit_once_more_than_was_acknowledged),
    ("unasked", post_what_nobody_was_told_of),
    ("holes in the store", make_a_hole_in_the_log),
    ("holes in the store", move_a_head),
    ("not withdrawn", keep_an_older_payload),
    ("holes in clients", apply_with_a_hole),
    ("out of order", apply_at_another_place),
    ("applied twice", apply_twice),
    ("applied twice", show_twice),
    ("phantoms", tell_what_is_not_stored),
    ("phantoms", tell_another_payload),
    ("told differently", give_a_number_twice),
    ("sent after withdrawal", send_a_withdrawn_payload),
    ("leaks", tell_an_outsider),
    ("leaks", tell_somebody_elses_affairs),
    ("wrong membership", let_the_guest_in_unasked),
    ("wrong membership", let_the_guest_in_twice),
    ("seen wrongly", look_in_from_outside),
    ("stale", show_another_text),
    ("stale", follow_a_room_that_was_left),
    ("effects in our tables", forget_a_message_in_the_index),
    ("effects in our tables", count_a_message_twice),
    ("effects in our tables", time_an_answer_twice),
    ("effects in our tables", give_up_an_event),
    ("cards", link_without_a_card),
    ("cards", keep_a_card_without_a_link),
    ("cards", tell_of_a_card_twice),
    ("effects elsewhere", skip_an_effect),
    ("effects elsewhere", swap_effects),
    ("effects elsewhere", have_an_effect_of_nothing),
    ("listeners behind", leave_a_listener_behind),
    ("listeners behind", leave_a_parcel_behind),
    ("surprises", answer_a_repeat_differently),
    ("surprises", repeat_under_another_key),
]


@pytest.mark.parametrize(("name", "damage"), DAMAGE)
def test_damage_is_named_by_its_check(rest, name, damage):
    damage(rest)

    assert list(CHECKS[name](rest))


def test_every_check_is_known_to_fail():
    assert {name for name, _ in DAMAGE} == set(CHECKS)
