"""Bearer tokens for tools."""

import pytest
import sqlalchemy as sa

from chat.extensions import db
from chat.models import ApiToken
from tests.conftest import created
from tests.people import JUNK, event_types


def test_a_token_acts_as_its_owner_and_needs_no_csrf_token(app, bob):
    body = created(bob.post("/api/tokens", json={"name": "backup script"}))

    answer = app.test_client().patch("/api/me", json={"name": "Bob"}, headers=_bearer(body["token"]))

    assert answer.get_json()["user"]["id"] == bob.user_id
    assert body["name"] == "backup script"


def test_the_value_is_shown_once_and_stored_as_a_hash(app, bob):
    value = created(bob.post("/api/tokens", json={"name": "script"}))["token"]

    listed = bob.get("/api/tokens").get_json()["tokens"][-1]

    assert set(listed) == {"id", "name", "created_at", "last_used_at"}
    with app.app_context():
        assert value not in db.session.scalars(sa.select(ApiToken.token_hash)).all()


def test_a_revoked_token_is_of_no_use(app, bob):
    body = created(bob.post("/api/tokens", json={"name": "script"}))

    assert bob.delete(f"/api/tokens/{body['id']}").status_code == 200

    assert app.test_client().get("/api/me", headers=_bearer(body["token"])).status_code == 401
    assert event_types(app, f"user-{bob.user_id}")[-1] == "token_ended"


def test_nobody_sees_or_revokes_the_token_of_somebody_else(alice, bob):
    token_id = created(bob.post("/api/tokens", json={"name": "script"}))["id"]

    assert alice.delete(f"/api/tokens/{token_id}").status_code == 404
    assert token_id not in [token["id"] for token in alice.get("/api/tokens").get_json()["tokens"]]


def test_somebody_who_is_signed_out_has_no_tokens(anonymous):
    answers = [anonymous.get("/api/tokens"), anonymous.post("/api/tokens", json={}), anonymous.delete("/api/tokens/1")]

    assert [answer.status_code for answer in answers] == [401, 401, 401]


@pytest.mark.parametrize("junk", ["", *JUNK])
def test_a_name_that_makes_no_sense_is_refused(bob, junk):
    answer = bob.post("/api/tokens", json={"name": junk})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["name"]


def _bearer(token):
    return {"Authorization": f"Bearer {token}"}
