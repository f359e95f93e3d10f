"""Lanes: what a listener plans reaches every end once, in order, however long one of them is away."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from chat import failpoints
from chat.actions.plan_delivery import call_off_deliveries, plan_delivery
from chat.clock import clock_at, in_hours, now
from chat.extensions import db
from chat.housekeeping.retention import keep_days
from chat.listeners.carrier import Carrier, PermanentError, PlanningListener
from chat.listeners.listener import Listener
from chat.models import Delivery, LoggedEvent
from chat.queries.deliveries import due_head, due_heads
from chat.unit_of_work import unit_of_work
from tests.conftest import created, post

LANES = ("near", "far")


class Ends:
    """The other ends; those in `down` do not answer."""

    def __init__(self) -> None:
        self.down: set[str] = set()
        self.refused: set[str] = set()
        self.got: dict[str, list[str]] = {lane: [] for lane in LANES}
        self.tries = 0
        self.meanwhile = None

    def __call__(self, parcel):
        self.tries += 1
        if self.meanwhile is not None:
            self.meanwhile()
        if parcel.key in self.refused:
            raise PermanentError(parcel.lane)
        if parcel.lane in self.down:
            raise ConnectionError(parcel.lane)
        self.got[parcel.lane].append(parcel.key)
        return "200"


class Planner(PlanningListener):
    def plan(self, entry):
        for lane in LANES:
            plan_delivery("test", lane, seq=entry.seq, payload={"message_id": entry.message_id})


@pytest.fixture
def ends():
    return Ends()


@pytest.fixture
def post_office(app, alice, room, ends):
    """Return a function that lets events come all the way to the ends, as far as they come now."""
    runner, postman = app.extensions["listeners"], app.extensions["postman"]
    postman.add(Carrier("test", ends, gives_up_hours=1, longest_wait_seconds=300, keeps_days=1))
    runner.add(Listener("planner", Planner(), frozenset({"message_posted"})))
    runner.drain("planner")

    def go(*, after_hours=0.0):
        with clock_at(now() + dt.timedelta(hours=after_hours)):
            runner.drain("planner")
            postman.drain("test")

    return go


def keys_of(app, answers, lane):
    return [f"{answer['epoch']}:{answer['seq']}:test:{lane}" for answer in answers]


def deliveries(app, **having):
    with app.app_context():
        return list(db.session.scalars(sa.select(Delivery).filter_by(**having).order_by(Delivery.id)))


def test_an_end_that_is_down_for_fifty_deliveries_gets_all_of_them_once_in_order(app, alice, room, ends, post_office):
    ends.down.add("far")
    answers = []
    for number in range(50):
        answers.append(post(alice, room, f"number {number}"))
        post_office()
    assert ends.got == {"near": keys_of(app, answers, "near"), "far": []}
    assert len([row for row in deliveries(app, lane="far", state="waiting") if row.attempts]) == 1

    ends.down.clear()
    post_office(after_hours=0.5)
    post_office(after_hours=0.5)

    assert ends.got == {lane: keys_of(app, answers, lane) for lane in LANES}


def test_a_clock_that_jumps_ahead_and_back_changes_no_order(app, alice, room, ends, post_office):
    with clock_at(now() + dt.timedelta(minutes=1)):
        first = post(alice, room, "while the clock is ahead")["seq"]
        app.extensions["listeners"].drain("planner")
    second = post(alice, room, "when it is right again")["seq"]

    post_office()

    assert [int(key.split(":")[1]) for key in ends.got["near"]] == [first, second]


def test_between_tries_a_lane_waits_longer_and_longer(app, alice, room, ends, post_office):
    ends.down.add("near")
    post(alice, room, "one")
    waits = []
    moment = now()
    for _ in range(12):
        with clock_at(moment):
            app.extensions["listeners"].drain("planner")
            app.extensions["postman"].drain("test")
        row = deliveries(app, lane="near")[0]
        later = dt.datetime.fromisoformat(row.next_attempt_at)
        waits.append((later - moment).total_seconds())
        moment = later

    assert waits[0] < 1.3
    assert all(wait >= 0.74 * 2**at for at, wait in enumerate(waits[:8]))
    assert 224 < max(waits) < 376


def test_killed_between_the_effect_and_its_mark_the_same_key_comes_again(app, alice, room, ends, post_office):
    answers = [post(alice, room, "one"), post(alice, room, "two")]
    failpoints.arm("before_mark=raise")
    post_office()
    failpoints.arm("")
    assert ends.got["near"] == keys_of(app, answers[:1], "near")

    post_office(after_hours=0.1)

    assert ends.got["near"] == keys_of(app, [answers[0], *answers], "near")


def test_what_will_never_go_is_given_up_on_at_once_and_the_lane_goes_on(app, alice, room, ends, post_office):
    answers = [post(alice, room, "one"), post(alice, room, "two")]
    ends.refused.add(keys_of(app, answers, "near")[0])

    post_office()

    assert ends.got["near"] == keys_of(app, answers[1:], "near")
    [row] = deliveries(app, state="failed")
    assert (row.lane, row.attempts, row.note) == ("near", 1, "PermanentError: near")


def test_a_lane_waits_for_its_first_delivery_until_its_time_is_over(app, alice, room, ends, post_office):
    ends.down.add("near")
    answers = [post(alice, room, "one")]
    post_office()
    with clock_at(now() + dt.timedelta(hours=1.5)):
        answers.append(post(alice, room, "two"))
    post_office(after_hours=1.6)
    assert [row.seq for row in deliveries(app, lane="near", state="failed")] == [answers[0]["seq"]]
    assert [row.seq for row in deliveries(app, lane="near", state="waiting")] == [answers[1]["seq"]]

    ends.down.clear()
    app.extensions["postman"].retry("test")
    post_office(after_hours=1.7)

    assert ends.got["near"] == keys_of(app, answers, "near")


def test_the_log_keeps_what_is_still_to_be_delivered(app, alice, room, ends, post_office):
    ends.down.add("far")
    seq = post(alice, room, "one")["seq"]
    post_office()
    app.extensions["listeners"].drain()
    app.extensions["broadcaster"].drain()
    with app.app_context(), clock_at(now() + dt.timedelta(days=2)):
        keep_days(app, 0)
        assert db.session.scalars(sa.select(sa.func.min(LoggedEvent.seq))).one() == seq
    ends.down.clear()
    post_office(after_hours=0.1)

    with app.app_context(), clock_at(now() + dt.timedelta(days=2)):
        keep_days(app, 0)
        assert db.session.scalars(sa.select(sa.func.min(LoggedEvent.seq))).one() is None


def test_a_later_word_takes_the_place_of_one_that_was_held_back(app, ends, post_office):
    with app.app_context(), unit_of_work():
        for seq in (1, 2):
            held = in_hours(0.01)
            plan_delivery("test", "near", seq=None, key=f"k{seq}", payload={}, collapse="room-1", due_at=held)
        plan_delivery("test", "near", seq=None, key="k2", payload={})
        plan_delivery("test", "far", seq=None, key="k3", payload={}, collapse="room-1")
        assert call_off_deliveries("test", "far", "room-1") == 1
    post_office()
    assert ends.tries == 0

    post_office(after_hours=0.02)

    assert ends.got == {"near": ["k2"], "far": []}


def test_an_end_that_is_down_is_not_asked_more_often_because_more_is_said(app, ends, post_office):
    def say(key, word="room-1"):
        with app.app_context(), unit_of_work():
            plan_delivery("test", "near", seq=None, key=key, payload={}, collapse=word)

    ends.down.add("near")
    say("k1")
    say("k2", "room-2")
    post_office()
    say("k3")
    post_office()
    assert ends.tries == 1

    # It takes the place of what is on its way.
    ends.meanwhile = lambda: say("k4", "room-2")
    post_office(after_hours=0.01)
    post_office(after_hours=0.01)
    assert ends.tries == 2

    ends.meanwhile = None
    ends.down.clear()
    post_office(after_hours=0.02)
    assert ends.got["near"] == ["k3", "k4"]


def test_the_record_is_kept_for_as_long_as_the_carrier_wants(app, alice, room, ends, post_office):
    post(alice, room, "one")
    post_office()
    assert len(deliveries(app, state="sent")) == 2

    with app.app_context(), clock_at(now() + dt.timedelta(days=2)):
        app.extensions["postman"].forget_old()

    assert deliveries(app) == []


def test_an_end_that_takes_its_time_holds_up_no_other(app, alice, room, ends, post_office):
    came, go_on = threading.Event(), threading.Event()
    runner, postman = app.extensions["listeners"], app.extensions["postman"]

    def carry(parcel):
        if parcel.lane == "far":
            assert go_on.wait(30)
        else:
            came.set()

    postman.add(Carrier("slow", carry, gives_up_hours=1, longest_wait_seconds=300, keeps_days=0))

    class Slow(PlanningListener):
        def plan(self, entry):
            for lane in ("far", "near"):
                plan_delivery("slow", lane, seq=entry.seq, payload={})

    runner.add(Listener("slow", Slow(), frozenset({"message_posted"})))
    runner.drain("slow")
    post(alice, room, "one")
    runner.drain("slow")
    postman.start()
    try:
        assert came.wait(30)
        assert created(alice.get("/api/delivery"))["carriers"][-1]["waiting"] >= 1
    finally:
        go_on.set()
        postman.stop()


def test_owners_see_what_fails_retry_it_and_skip_it(app, alice, bob, room, ends, post_office):
    ends.down.add("far")
    answers = [post(alice, room, "one"), post(alice, room, "two")]
    post_office()
    facts = carrier_facts(alice)
    [failing] = facts["failing"]
    assert (facts["waiting"], facts["failing_count"], facts["given_up_count"]) == (2, 1, 0)
    assert (failing["lane"], failing["seq"], failing["error"]) == (
        "far",
        answers[0]["seq"],
        "ConnectionError: far",
    )

    assert bob.post("/api/carriers/test/skip", json={"id": failing["id"]}).status_code == 403
    assert alice.post("/api/carriers/test/skip", json={}).status_code == 404
    assert alice.post("/api/carriers/test/skip", json={"id": 10**6}).status_code == 404
    skipped = created(alice.post("/api/carriers/test/skip", json={"id": failing["id"]}))["carrier"]
    assert [one["id"] for one in skipped["given_up"]] == [failing["id"]]

    ends.down.clear()
    created(alice.post("/api/carriers/test/retry", json={"id": failing["id"]}))
    post_office()
    assert ends.got["far"] == keys_of(app, answers, "far")
    assert alice.post("/api/carriers/none/retry").status_code == 404


def carrier_facts(client):
    return next(one for one in created(client.get("/api/delivery"))["carriers"] if one["name"] == "test")


def test_a_planner_cannot_begin_again_because_it_began_at_the_present(app, alice, post_office):
    assert alice.post("/api/listeners/planner/replay").status_code == 422


def test_what_waits_in_a_lane_is_found_without_reading_what_was_sent(app):
    asked = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, *said: asked.append(said[:2]))
        due_head("webhooks", "1")
        due_heads("webhooks")
        plans = [
            " ".join(row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values))
            for sql, values in asked[-2:]
        ]
    assert all("INDEX ix_delivery_waiting" in plan for plan in plans), plans
