"""How a person wants a room."""

import pytest

from tests.conftest import created
from tests.values import NOT_AN_OBJECT

NAMES = ("level", "is_muted", "is_starred")


def want(client, room, **body):
    return client.patch(f"/api/rooms/{room['id']}/preferences", json=body)


def wanted(client, room):
    seen = created(client.get(f"/api/rooms/{room['id']}"))["room"]
    return {name: seen[name] for name in NAMES}


def test_a_room_is_first_as_everywhere(bob, room):
    assert wanted(bob, room) == {"level": None, "is_muted": False, "is_starred": False}


def test_what_is_named_changes_and_the_rest_stays(bob, room):
    created(want(bob, room, level="nothing", is_starred=True))
    answer = created(want(bob, room, is_muted=True))

    expected = {"level": "nothing", "is_muted": True, "is_starred": True, "section_id": None}
    assert answer == {"room_id": room["id"], "preferences": expected}
    assert wanted(bob, room) == {name: expected[name] for name in NAMES}


def test_the_level_goes_back_to_that_of_everywhere(bob, room):
    created(want(bob, room, level="mentions"))
    created(want(bob, room, level=None))

    assert wanted(bob, room)["level"] is None


def test_what_i_want_is_nobody_elses_business(alice, bob, room):
    created(want(bob, room, level="nothing", is_muted=True, is_starred=True))

    assert wanted(alice, room) == {"level": None, "is_muted": False, "is_starred": False}


def test_an_outsider_cannot_tell_that_the_room_exists(carol, room):
    assert want(carol, room, is_muted=True).get_json() == want(carol, {"id": 999}, is_muted=True).get_json()
    assert want(carol, room, is_muted=True).status_code == 404


@pytest.mark.parametrize("value", ["loud", 1, True, [], {}])
def test_a_level_is_one_of_three(bob, room, value):
    answer = want(bob, room, level=value)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("value", ["yes", 1, None, [], {}])
def test_muted_is_yes_or_no(bob, room, value):
    assert want(bob, room, is_muted=value).status_code == 422


@pytest.mark.parametrize("body", NOT_AN_OBJECT)
def test_the_body_is_an_object(bob, room, body):
    answer = bob.patch(f"/api/rooms/{room['id']}/preferences", data=body, content_type="application/json")

    assert 400 <= answer.status_code < 500
