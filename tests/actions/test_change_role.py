"""Change a person's role."""

import pytest

from chat.actions.change_role import change_role
from chat.actions.create_invite import create_invite
from chat.errors import LastOwnerError
from chat.extensions import db
from chat.models import Invite, User
from chat.unit_of_work import unit_of_work


@pytest.mark.parametrize("role", ["admin", "member"])
def test_the_last_owner_keeps_the_role(app, alice, role):
    with app.app_context(), unit_of_work(), pytest.raises(LastOwnerError):
        change_role(db.session.get_one(User, alice.user_id), role, actor_id=alice.user_id)

    assert alice.get("/api/me").get_json()["user"]["role"] == "owner"


def test_a_second_owner_lets_the_first_one_go(app, alice, bob):
    with app.app_context(), unit_of_work():
        change_role(db.session.get_one(User, bob.user_id), "owner", actor_id=alice.user_id)
        change_role(db.session.get_one(User, alice.user_id), "member", actor_id=alice.user_id)

    assert bob.get("/api/me").get_json()["user"]["role"] == "owner"
    assert alice.get("/api/me").get_json()["user"]["role"] == "member"


def test_links_stay_when_rights_grow(app, alice, bob):
    with app.app_context(), unit_of_work():
        user = db.session.get_one(User, bob.user_id)
        change_role(user, "admin", actor_id=alice.user_id)
        create_invite(bob.user_id, max_uses=None, expires_in_hours=1)
        change_role(user, "owner", actor_id=alice.user_id)

        assert db.session.query(Invite).one().revoked_at is None
