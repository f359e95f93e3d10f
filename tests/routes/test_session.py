"""Signing in and out."""

import argon2
import pytest
import sqlalchemy as sa

from chat.clock import now_text
from chat.extensions import db
from chat.models import Session, User
from chat.queries.caller import hash_token
from chat.unit_of_work import unit_of_work
from tests.conftest import created
from tests.people import JUNK, PASSWORD, browser, credentials, event_types, new_person, sign_in


def test_a_person_signs_in_with_email_and_password(app, dana, page):
    answer = page.post("/api/session", json=credentials("dana"))

    assert answer.status_code == 201
    assert answer.get_json()["user"]["name"] == "Dana"
    assert page.get("/api/me").get_json()["user"]["id"] == dana.user_id


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_for_thirty_days(dana, page):
    answer = page.post("/api/session", json=credentials("dana"))

    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("stet_session="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))


def test_a_browser_that_should_forget_keeps_the_cookie_until_it_closes_and_the_server_for_a_day(app, dana, page):
    answer = page.post("/api/session", json=credentials("dana") | {"remember": False})

    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("stet_session="))
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie
    with app.app_context():
        lifetimes = db.session.scalars(sa.select(Session.expires_at).order_by(Session.id)).all()
    assert lifetimes[-1][:10] < lifetimes[0][:10]


def test_cookies_are_for_https_only_when_the_server_is_reached_by_https(strict_app):
    page = browser(strict_app)
    token = strict_app.config["SETTINGS"].setup_token_file.read_text()
    body = new_person("Olga", token=token, workspace="Strict")

    answer = page.post("/api/setup", json=body, base_url="https://chat.example.com")

    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("stet_session="))
    assert "Secure" in cookie.split("; ")


def test_the_cookie_value_is_stored_as_a_hash_only(app, dana):
    value = dana.get_cookie("stet_session").value

    with app.app_context():
        stored = db.session.scalars(sa.select(Session.token_hash)).one()
    assert stored == hash_token(value)
    assert value not in stored


def test_the_case_of_an_email_does_not_matter(dana, page):
    answer = page.post("/api/session", json={"email": " DANA@Example.com ", "password": PASSWORD})

    assert answer.status_code == 201


def test_nobody_can_tell_an_unknown_email_from_a_wrong_password(dana, page):
    wrong = page.post("/api/session", json=credentials("dana") | {"password": "not this one"})
    unknown = page.post("/api/session", json=credentials("nobody"))

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.get_json() == unknown.get_json()
    assert wrong.get_json()["code"] == "wrong_password"


def test_a_deactivated_person_is_unknown(alice, dana, page):
    alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True})

    answer = page.post("/api/session", json=credentials("dana"))

    assert answer.status_code == 401
    assert answer.get_json()["code"] == "wrong_password"


def test_a_form_cannot_sign_anybody_in(dana, page):
    answer = page.post("/api/session", data='{"email": "x"}', content_type="text/plain")

    assert answer.status_code == 415
    assert answer.get_json()["code"] == "not_json"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_sign_anybody_in(dana, page, site):
    answer = page.post("/api/session", json=credentials("dana"), headers={"Sec-Fetch-Site": site})

    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_and_the_address_bar_can(dana, page, site):
    answer = page.post("/api/session", json=credentials("dana"), headers={"Sec-Fetch-Site": site})

    assert answer.status_code == 201


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("field", ["email", "password"])
def test_a_field_of_the_wrong_type_is_refused(dana, page, field, junk):
    answer = page.post("/api/session", json=credentials("dana") | {field: junk})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


@pytest.mark.parametrize("junk", ["yes", 1, None, {}, []])
def test_remember_is_a_boolean(dana, page, junk):
    assert page.post("/api/session", json=credentials("dana") | {"remember": junk}).status_code == 422


@pytest.mark.parametrize("body", ["", "[]", "null", '"x"', "{", "1"])
def test_a_body_that_is_no_object_is_refused(page, body):
    answer = page.post("/api/session", data=body, content_type="application/json")

    assert answer.status_code == 400


def test_a_cookie_alone_cannot_write(dana):
    answer = dana.patch("/api/me", json={"name": "Mallory"}, headers={"X-CSRF-Token": ""})

    assert answer.status_code == 400
    assert answer.get_json()["code"] == "csrf"


def test_the_token_of_one_browser_is_of_no_use_in_another(app, dana):
    other = sign_in(app, "dana")

    answer = dana.patch("/api/me", json={"name": "Mallory"}, headers={"X-CSRF-Token": other.csrf_token})

    assert answer.status_code == 400


def test_signing_in_gives_a_new_csrf_token(dana):
    before = dana.csrf_token

    dana.enter(dana.post("/api/session", json=credentials("dana")))

    assert dana.patch("/api/me", json={"name": "Dana"}, headers={"X-CSRF-Token": before}).status_code == 400
    assert dana.patch("/api/me", json={"name": "Dana"}).status_code == 200


def test_signing_in_again_with_the_same_browser_ends_the_earlier_session(app, dana):
    dana.enter(dana.post("/api/session", json=credentials("dana"), headers={"X-CSRF-Token": "stale"}))

    assert len(dana.get("/api/sessions").get_json()["sessions"]) == 1


def test_signing_out_ends_the_session_and_takes_the_cookie(app, dana):
    value = dana.get_cookie("stet_session").value

    answer = dana.delete("/api/session")

    assert answer.status_code == 200
    assert dana.get_cookie("stet_session") is None
    dana.set_cookie("stet_session", value)
    assert dana.get("/api/me").status_code == 401
    assert event_types(app, f"user-{dana.user_id}")[-1] == "session_ended"


def test_signing_out_with_a_bearer_token_revokes_it(bob):
    bob.delete("/api/session")

    assert bob.get("/api/me").status_code == 401


def test_somebody_who_is_signed_out_cannot_sign_out(anonymous):
    assert anonymous.delete("/api/session").status_code == 401


def test_an_expired_session_is_over_and_is_cleared_away_at_the_next_sign_in(app, dana):
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(Session).values(expires_at=now_text()))

    assert dana.get("/api/me").status_code == 401
    sign_in(app, "dana")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Session)) == 1


def test_a_hash_with_old_parameters_is_renewed_at_sign_in(app, dana):
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(User).where(User.id == dana.user_id).values(password_hash=weak))

    sign_in(app, "dana")

    with app.app_context():
        assert "m=19456,t=2,p=1" in db.session.get_one(User, dana.user_id).password_hash


def test_the_last_tries_are_counted_down_and_then_there_is_a_pause(strict_app):
    olga = _set_up(strict_app)
    page = browser(strict_app)
    wrong = credentials("olga") | {"password": "not this one"}

    tries = [page.post("/api/session", json=wrong) for _ in range(11)]

    assert [answer.get_json().get("tries_left") for answer in tries[4:10]] == [None, 4, 3, 2, 1, 0]
    assert tries[10].status_code == 429
    assert 0 < int(tries[10].headers["Retry-After"]) <= 300
    assert page.post("/api/session", json=credentials("olga")).status_code == 429
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert page.post("/api/session", json=credentials("olga"), environ_overrides=elsewhere).status_code == 201
    assert olga.get("/api/me").status_code == 200


def test_the_right_password_gives_all_tries_back(strict_app):
    _set_up(strict_app)
    page = browser(strict_app)
    wrong = credentials("olga") | {"password": "not this one"}

    for _ in range(3):
        assert [page.post("/api/session", json=wrong).status_code for _ in range(9)] == [401] * 9
        assert page.post("/api/session", json=credentials("olga")).status_code == 201


def test_guesses_from_many_addresses_are_limited_per_account(strict_app):
    _set_up(strict_app)
    page = browser(strict_app)
    wrong = credentials("olga") | {"password": "not this one"}

    answers = [
        page.post("/api/session", json=wrong, environ_overrides={"REMOTE_ADDR": f"198.51.100.{n}"}) for n in range(51)
    ]

    assert [answer.status_code for answer in answers] == [401] * 50 + [429]


def test_one_ipv6_site_counts_as_one_address(strict_app):
    _set_up(strict_app)
    page = browser(strict_app)
    wrong = credentials("olga") | {"password": "not this one"}

    answers = [
        page.post("/api/session", json=wrong, environ_overrides={"REMOTE_ADDR": f"2001:db8::{n}"}) for n in range(1, 12)
    ]

    assert answers[-1].status_code == 429


def _set_up(app):
    olga = browser(app)
    token = app.config["SETTINGS"].setup_token_file.read_text()
    olga.enter(olga.post("/api/setup", json=new_person("Olga", token=token, workspace="Strict")))
    created(olga.get("/api/me"))
    return olga
