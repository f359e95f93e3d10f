"""Joining through an invite."""

import pytest
import sqlalchemy as sa

from chat.clock import now_text
from chat.extensions import db
from chat.models import Invite, User
from chat.unit_of_work import unit_of_work
from tests.conftest import created
from tests.people import JUNK, browser, event_types, in_parallel, invite_code, join, new_person


def test_the_page_says_who_invites_and_to_what(alice, bob, page):
    code = invite_code(alice)

    answer = page.get(f"/api/join/{code}").get_json()

    assert answer["workspace"] == {"name": "Saebom Studio"}
    assert answer["inviter"] == {"name": "Alice Kim", "avatar_url": None}
    assert answer["member_count"] == 2


def test_a_new_person_is_a_member_and_signed_in(alice, page):
    answer = page.post(f"/api/join/{invite_code(alice)}", json=new_person("Dana", language="ko", time_zone="UTC"))

    body = page.enter(answer)
    assert answer.status_code == 201
    assert {"name": "Dana", "role": "member", "language": "ko"}.items() <= body["user"].items()
    assert page.patch("/api/me", json={"name": "Dana H."}).status_code == 200


def test_a_new_person_is_in_every_default_room(new_app):
    owner = browser(new_app)
    token = new_app.config["SETTINGS"].setup_token_file.read_text()
    owner.enter(owner.post("/api/setup", json=new_person("Olga", token=token, workspace="Studio")))
    created(owner.post("/api/rooms", json={"kind": "open", "name": "by choice"}))

    dana = join(new_app, invite_code(owner), "Dana")

    assert [room["name"] for room in dana.get("/api/rooms").get_json()["rooms"]] == ["lobby"]


def test_everybody_hears_of_a_new_person(app, alice, bob, dana):
    assert event_types(app, f"user-{bob.user_id}")[-1] == "user_joined"
    assert "user_joined" in event_types(app, f"user-{dana.user_id}")


def test_nobody_joins_as_more_than_a_member(alice, page):
    sneaky = new_person("Dana", role="owner", id=1, deactivated_at=None, password_hash="x")

    answer = page.post(f"/api/join/{invite_code(alice)}", json=sneaky)

    assert answer.get_json()["user"]["role"] == "member"


def test_fifty_parallel_joins_on_a_single_use_invite_make_one_account(app, alice):
    code = invite_code(alice, max_uses=1)
    pages = [browser(app) for _ in range(50)]

    answers = in_parallel(50, lambda n: pages[n].post(f"/api/join/{code}", json=new_person(f"Person{n}")))

    assert sorted(answer.status_code for answer in answers) == [201] + [410] * 49
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 2


def test_parallel_joins_with_one_email_make_one_account(app, alice):
    code = invite_code(alice)
    pages = [browser(app) for _ in range(6)]

    answers = in_parallel(6, lambda n: pages[n].post(f"/api/join/{code}", json=new_person("Dana")))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


def test_an_email_that_has_an_account_is_refused_and_the_invite_stays(app, alice, dana, page):
    code = invite_code(alice, max_uses=1)

    taken = page.post(f"/api/join/{code}", json=new_person("Other") | {"email": "DANA@example.com"})

    assert taken.status_code == 409
    assert taken.get_json()["code"] == "email_taken"
    assert page.post(f"/api/join/{code}", json=new_person("Other")).status_code == 201


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_expired_invite_lets_nobody_in(app, alice, page, method):
    code = invite_code(alice)
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(Invite).values(expires_at=now_text()))

    answer = getattr(page, method)(f"/api/join/{code}", json=new_person("Dana"))

    assert answer.status_code == 410
    assert answer.get_json()["code"] == "invite_unusable"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_up_invite_lets_nobody_in(app, alice, page, method):
    code = invite_code(alice, max_uses=1)
    join(app, code, "Dana")

    assert getattr(page, method)(f"/api/join/{code}", json=new_person("Erin")).status_code == 410


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_revoked_invite_lets_nobody_in(alice, page, method):
    invite = created(alice.post("/api/invites", json={}))
    alice.delete(f"/api/invites/{invite['invite']['id']}")

    assert getattr(page, method)(f"/api/join/{invite['code']}", json=new_person("Dana")).status_code == 410


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_code_that_never_was_answers_like_one_that_ended(page, app, method):
    assert getattr(page, method)("/api/join/never-was", json=new_person("Dana")).status_code == 410


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("field", ["name", "email", "password", "language", "time_zone"])
def test_a_field_of_the_wrong_type_is_refused(alice, page, field, junk):
    answer = page.post(f"/api/join/{invite_code(alice)}", json=new_person("Dana") | {field: junk})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_a_form_cannot_join(alice, page):
    assert page.post(f"/api/join/{invite_code(alice)}", data=new_person("Dana")).status_code == 415


def test_joining_is_limited_per_address(strict_app):
    page = browser(strict_app)

    answers = [page.post("/api/join/never-was", json=new_person("Dana")) for _ in range(61)]

    assert [answer.status_code for answer in answers] == [410] * 60 + [429]
