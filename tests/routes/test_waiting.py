"""Whoever waits for a password's hash or a picture holds none of the few connections to the database."""

import io

import pytest
from PIL import Image

from chat.concurrency import Slots
from chat.extensions import db
from tests.conftest import created
from tests.people import credentials, invite_code, join, new_person, sign_in


@pytest.fixture
def held(app, monkeypatch):
    """Return how many connections were out each time that somebody took a slot."""
    counts = []
    taken = Slots.taken

    def noting(slots):
        counts.append(db.engine.pool.checkedout())
        return taken(slots)

    monkeypatch.setattr(Slots, "taken", noting)
    return counts


@pytest.fixture
def dana(app, alice):
    return join(app, invite_code(alice), "dana")


def test_while_signing_in(app, dana, held):
    sign_in(app, "dana")

    assert held == [0]


def test_while_signing_in_with_a_wrong_password(app, dana, anonymous, held):
    anonymous.post("/api/session", json=credentials("dana") | {"password": "not this one"})

    assert held == [0]


def test_while_joining(app, alice, anonymous, held):
    created(anonymous.post(f"/api/join/{invite_code(alice)}", json=new_person("erin")))

    assert held == [0]


def test_while_changing_a_password(app, dana, held):
    body = {"current_password": credentials("dana")["password"], "new_password": "another long sentence"}

    created(dana.put("/api/me/password", json=body))

    assert held == [0, 0]


def test_while_using_a_reset_link(app, alice, dana, anonymous, held):
    users = created(alice.get("/api/users"))["users"]
    danas = next(user["id"] for user in users if user["email"] == "dana@example.com")
    token = created(alice.post(f"/api/users/{danas}/reset"))["url"].rsplit("/", 1)[1]

    created(anonymous.post(f"/api/reset/{token}", json={"password": "another long sentence"}))

    assert held == [0]


def test_while_a_picture_is_decoded(app, bob, held):
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)

    created(bob.put("/api/me/avatar", data={"file": (file, "me.png")}))

    assert held == [0]
