"""What somebody is doing, until when, and whether they are away."""

import datetime as dt
from io import BytesIO

import pytest
from PIL import Image

from chat.clock import clock_at, now, wire_time
from tests.conftest import created
from tests.people import JUNK


def status_seen_by(client, person):
    users = created(client.get("/api/users"))["users"]
    return next(user["status"] for user in users if user["id"] == person.user_id)


def in_minutes(minutes):
    return wire_time(now() + dt.timedelta(minutes=minutes))


def test_everybody_sees_a_status(alice, bob):
    expires_at = in_minutes(30)

    user = created(bob.put("/api/me/status", json={"emoji": "🏖", "text": "Vacation", "expires_at": expires_at}))["user"]

    assert user["status"] == {"emoji": "🏖", "text": "Vacation", "expires_at": expires_at}
    assert status_seen_by(alice, bob) == user["status"]


def test_a_status_may_be_an_emoji_or_a_text_alone(bob):
    emoji = created(bob.put("/api/me/status", json={"emoji": "🌱"}))["user"]["status"]
    text = created(bob.put("/api/me/status", json={"text": "회의 중"}))["user"]["status"]

    assert emoji == {"emoji": "🌱", "text": "", "expires_at": None}
    assert text == {"emoji": "", "text": "회의 중", "expires_at": None}


def test_nothing_is_no_status(bob):
    assert bob.put("/api/me/status", json={"text": "  "}).status_code == 422


def test_a_status_is_taken_back(alice, bob):
    created(bob.put("/api/me/status", json={"text": "lunch"}))

    assert created(bob.delete("/api/me/status"))["user"]["status"] is None
    assert status_seen_by(alice, bob) is None


def test_a_status_ends_by_itself(app, alice, bob):
    created(bob.put("/api/me/status", json={"text": "lunch", "expires_at": in_minutes(30)}))
    app.extensions["housekeeping"].run("expired_statuses")
    before = status_seen_by(alice, bob)

    with clock_at(now() + dt.timedelta(minutes=31)):
        app.extensions["housekeeping"].run("expired_statuses")

    assert before["text"] == "lunch"
    assert status_seen_by(alice, bob) is None
    answer = created(alice.post("/api/sync", json={"positions": {f"user-{alice.user_id}": 0}}))
    last = answer["events"][f"user-{alice.user_id}"][-1]
    assert (last["type"], last["actor_id"], last["data"]["user"]["status"]) == ("user_updated", None, None)


def test_a_time_of_another_zone_is_kept_in_utc(bob):
    moment = now() + dt.timedelta(hours=1)
    there = moment.astimezone(dt.timezone(dt.timedelta(hours=9))).isoformat()

    status = created(bob.put("/api/me/status", json={"text": "lunch", "expires_at": there}))["user"]["status"]

    assert status["expires_at"] == wire_time(moment)


@pytest.mark.parametrize(
    "expires_at", [*JUNK[:-1], "", "soon", "2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "2030-01-01"]
)
def test_a_time_that_is_none_is_refused(bob, expires_at):
    answer = bob.put("/api/me/status", json={"text": "lunch", "expires_at": expires_at})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["expires_at"]


@pytest.mark.parametrize("field", ["emoji", "text"])
@pytest.mark.parametrize("junk", [*JUNK, "x" * 101, "\x00"])
def test_a_field_of_a_status_that_is_none_is_refused(bob, field, junk):
    answer = bob.put("/api/me/status", json={"text": "lunch", field: junk})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_everybody_sees_who_says_that_they_are_away(alice, bob):
    assert created(bob.put("/api/me/presence", json={"away": True}))["user"]["is_away"] is True
    assert created(bob.put("/api/me/presence", json={"away": False}))["user"]["is_away"] is False


@pytest.mark.parametrize("junk", [{}, [], "yes", 1, None])
def test_whether_somebody_is_away_is_yes_or_no(bob, junk):
    assert bob.put("/api/me/presence", json={"away": junk}).status_code == 422


# The sections of the sidebar


SECTION = {"id": "a1", "name": "Clients", "emoji": "🌱", "is_collapsed": False}


def test_sections_are_kept_in_their_order(bob):
    sections = [SECTION, {**SECTION, "id": "b2", "name": "Old", "is_collapsed": True}]

    created(bob.patch("/api/me/preferences", json={"sections": sections}))

    assert created(bob.get("/api/me/preferences"))["preferences"]["sections"] == sections


def test_a_room_is_put_into_a_section(alice, bob, room):
    path = f"/api/rooms/{room['id']}/preferences"

    inside = created(bob.patch(path, json={"section_id": "a1"}))["preferences"]["section_id"]
    outside = created(bob.patch(path, json={"section_id": None}))["preferences"]["section_id"]

    assert (inside, outside) == ("a1", None)
    assert created(alice.get(f"/api/rooms/{room['id']}"))["room"]["section_id"] is None


@pytest.mark.parametrize("junk", [{}, [], 1, True, "", "A", "x" * 37, "a b"])
def test_a_section_that_cannot_be_is_refused(bob, room, junk):
    assert bob.patch(f"/api/rooms/{room['id']}/preferences", json={"section_id": junk}).status_code == 422


@pytest.mark.parametrize(
    "sections",
    [
        None,
        {},
        "x",
        1,
        [1],
        [{}],
        [{"id": "a1"}],
        [{**SECTION, "name": " "}],
        [SECTION, SECTION],
        [{**SECTION, "id": "!"}],
    ],
)
def test_sections_that_are_none_are_refused(bob, sections):
    answer = bob.patch("/api/me/preferences", json={"sections": sections})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["sections"]


def test_there_are_at_most_fifty_sections(bob):
    fifty = [{**SECTION, "id": str(number)} for number in range(50)]

    assert bob.patch("/api/me/preferences", json={"sections": fifty}).status_code == 200
    assert bob.patch("/api/me/preferences", json={"sections": [*fifty, SECTION]}).status_code == 422


# The workspace's own emoji


def test_a_status_takes_what_a_reaction_takes(bob):
    unknown = bob.put("/api/me/status", json={"emoji": ":party:", "text": "hurray"})
    picture = BytesIO()
    Image.new("RGB", (64, 64)).save(picture, "PNG")
    form = {"name": "party", "file": (BytesIO(picture.getvalue()), "party.png")}
    created(bob.post("/api/emoji", data=form, content_type="multipart/form-data"))

    known = bob.put("/api/me/status", json={"emoji": ":party:", "text": "hurray"})

    assert (unknown.status_code, known.status_code) == (422, 200)
    assert known.get_json()["user"]["status"]["emoji"] == ":party:"
