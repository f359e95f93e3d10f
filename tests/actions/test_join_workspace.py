"""Join the workspace."""

import pytest

from chat.actions.create_invite import create_invite
from chat.actions.create_room import create_room
from chat.actions.join_workspace import join_workspace
from chat.errors import EmailTakenError, InviteUnusableError
from chat.extensions import db
from chat.models import Invite
from chat.unit_of_work import unit_of_work
from tests.people import event_types


def test_the_person_is_known_before_they_appear_in_a_room(app, alice, bob):
    code, room_id = _invite_and_default_room(app, alice)

    with app.app_context(), unit_of_work():
        user_id = _join(code, "dana@example.com").id

    assert event_types(app, f"user-{bob.user_id}")[-1] == "user_joined"
    assert event_types(app, f"user-{user_id}") == ["user_joined", "room_joined"]
    assert event_types(app, f"room-{room_id}")[-1] == "member_added"


def test_each_use_counts_and_the_last_one_ends_the_invite(app, alice):
    code, _ = _invite_and_default_room(app, alice, max_uses=2)

    with app.app_context(), unit_of_work():
        _join(code, "dana@example.com")
        _join(code, "erin@example.com")
        with pytest.raises(InviteUnusableError):
            _join(code, "frank@example.com")
        assert db.session.query(Invite).one().use_count == 2


def test_a_refused_join_leaves_nothing_behind(app, alice, bob):
    code, room_id = _invite_and_default_room(app, alice, max_uses=1)
    before = event_types(app, f"room-{room_id}")

    with app.app_context(), pytest.raises(EmailTakenError), unit_of_work():
        _join(code, "bob@example.com")

    with app.app_context():
        assert db.session.query(Invite).one().use_count == 0
    assert event_types(app, f"room-{room_id}") == before


def _invite_and_default_room(app, alice, max_uses=None):
    with app.app_context(), unit_of_work():
        room = create_room(kind="open", name="lobby", topic="", creator_id=alice.user_id, is_default=True)
        invite = create_invite(alice.user_id, max_uses=max_uses, expires_in_hours=1)
        return invite.code, room.id


def _join(code, email):
    return join_workspace(code, name="New", email=email, password_hash="!", language="en", time_zone="UTC")
