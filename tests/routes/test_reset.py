"""Setting a new password through a reset link."""

import pytest
import sqlalchemy as sa

from chat.clock import in_hours, now_text
from chat.extensions import db
from chat.models import PasswordReset
from chat.unit_of_work import unit_of_work
from tests.conftest import created, sign_up
from tests.people import JUNK, PASSWORD, browser, event_types, in_parallel

NEXT_PASSWORD = "another long sentence"


def test_a_link_lasts_a_day_and_says_whose_it_is(alice, dana, page):
    answer = created(alice.post(f"/api/users/{dana.user_id}/reset", json={}))

    assert answer["url"].startswith("http://localhost/reset/")
    assert in_hours(23.9) < answer["expires_at"] <= in_hours(24)
    assert page.get(_path(answer)).get_json() == {"name": "Dana", "email": "dana@example.com"}


def test_the_token_is_stored_as_a_hash_only(app, alice, dana):
    token = _token(alice, dana)

    with app.app_context():
        assert token not in db.session.scalars(sa.select(PasswordReset.token_hash)).one()


def test_a_locked_out_person_gets_in_and_every_other_session_and_token_ends(app, alice, dana, page):
    token = created(dana.post("/api/tokens", json={"name": "script"}))["token"]

    answer = page.post(f"/api/reset/{_token(alice, dana)}", json={"password": NEXT_PASSWORD})

    assert page.enter(answer)["user"]["id"] == dana.user_id
    assert page.get("/api/me").status_code == 200
    assert dana.get("/api/me").status_code == 401
    assert app.test_client().get("/api/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert event_types(app, f"user-{dana.user_id}")[-2:] == ["session_ended", "token_ended"]
    old = browser(app).post("/api/session", json={"email": "dana@example.com", "password": PASSWORD})
    assert old.status_code == 401


def test_a_link_works_once(alice, dana, page):
    path = f"/api/reset/{_token(alice, dana)}"
    page.post(path, json={"password": NEXT_PASSWORD})

    again = page.post(path, json={"password": "a third long sentence"})

    assert again.status_code == page.get(path).status_code == 410
    assert again.get_json()["code"] == "reset_unusable"


def test_a_link_works_once_in_parallel_too(app, alice, dana):
    path = f"/api/reset/{_token(alice, dana)}"
    pages = [browser(app) for _ in range(6)]

    answers = in_parallel(6, lambda n: pages[n].post(path, json={"password": f"{NEXT_PASSWORD} {n}"}))

    assert sorted(answer.status_code for answer in answers) == [201] + [410] * 5


def test_only_the_newest_link_works(alice, dana, page):
    first, second = _token(alice, dana), _token(alice, dana)

    assert page.get(f"/api/reset/{first}").status_code == 410
    assert page.get(f"/api/reset/{second}").status_code == 200


def test_an_expired_link_is_of_no_use(app, alice, dana, page):
    token = _token(alice, dana)
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(PasswordReset).values(expires_at=now_text()))

    assert page.post(f"/api/reset/{token}", json={"password": NEXT_PASSWORD}).status_code == 410


def test_a_password_change_ends_the_open_link(alice, dana, page):
    token = _token(alice, dana)

    dana.put("/api/me/password", json={"current_password": PASSWORD, "new_password": NEXT_PASSWORD})

    assert page.get(f"/api/reset/{token}").status_code == 410


def test_the_link_of_a_deactivated_person_is_of_no_use(alice, dana, page):
    token = _token(alice, dana)
    alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True})

    assert page.post(f"/api/reset/{token}", json={"password": NEXT_PASSWORD}).status_code == 410


def test_the_links_that_a_former_owner_made_are_of_no_use(app, alice, dana, page):
    erin = sign_up(app, "Erin", role="owner")
    token = _token(erin, dana)

    alice.patch(f"/api/users/{erin.user_id}", json={"role": "admin"})

    assert page.get(f"/api/reset/{token}").status_code == 410


def test_a_token_that_never_was_answers_like_one_that_ended(app, page):
    assert page.get("/api/reset/never-was").status_code == 410
    assert page.post("/api/reset/never-was", json={"password": NEXT_PASSWORD}).status_code == 410


@pytest.mark.parametrize("junk", ["short", *JUNK])
def test_a_password_that_makes_no_sense_is_refused_and_the_link_stays(alice, dana, page, junk):
    path = f"/api/reset/{_token(alice, dana)}"

    assert page.post(path, json={"password": junk}).status_code == 422
    assert page.get(path).status_code == 200


def test_a_form_cannot_reset_a_password(alice, dana, page):
    path = f"/api/reset/{_token(alice, dana)}"

    assert page.post(path, data={"password": NEXT_PASSWORD}).status_code == 415


def test_trying_links_is_limited_per_address(strict_app):
    page = browser(strict_app)

    answers = [page.get("/api/reset/never-was") for _ in range(21)]

    assert [answer.status_code for answer in answers] == [410] * 20 + [429]


def _token(owner, person):
    return _path(created(owner.post(f"/api/users/{person.user_id}/reset", json={}))).rpartition("/")[2]


def _path(answer):
    return "/api/reset/" + answer["url"].rpartition("/")[2]
