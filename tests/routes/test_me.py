"""My own account: profile, preferences, password."""

import pytest
import sqlalchemy as sa

from chat.clock import in_hours, now_text
from chat.extensions import db
from chat.housekeeping.answers import forget_old_answers
from chat.models import ApiToken, Session, StoredAnswer
from chat.unit_of_work import unit_of_work
from tests.conftest import created
from tests.people import JUNK, PASSWORD, event_types, sign_in
from tests.values import keyed

NEXT_PASSWORD = "another long sentence"


def test_a_page_gets_what_it_needs_to_start(dana):
    body = dana.get("/api/me").get_json()

    assert set(body) == {"user", "csrf_token", "session_id", "workspace", "epoch", "limits"}
    assert body["user"]["id"] == dana.user_id
    assert dana.patch("/api/me", json={}, headers={"X-CSRF-Token": body["csrf_token"]}).status_code == 200


def test_a_bearer_token_has_no_session_and_no_csrf_token(alice):
    body = alice.get("/api/me").get_json()

    assert body["session_id"] is None
    assert body["csrf_token"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/me"),
        ("patch", "/api/me"),
        ("get", "/api/me/preferences"),
        ("patch", "/api/me/preferences"),
        ("put", "/api/me/password"),
        ("put", "/api/me/avatar"),
        ("delete", "/api/me/avatar"),
    ],
)
def test_somebody_who_is_signed_out_has_no_account(anonymous, method, path):
    answer = getattr(anonymous, method)(path, json={})

    assert answer.status_code == 401
    assert answer.get_json()["code"] == "signed_out"


def test_a_profile_changes_field_by_field_and_everybody_hears_of_it(app, dana, bob):
    answer = dana.patch("/api/me", json={"name": "  Dana 김 ", "language": "ko", "time_zone": "Asia/Seoul"})

    user = answer.get_json()["user"]
    assert (user["name"], user["language"], user["time_zone"]) == ("Dana 김", "ko", "Asia/Seoul")
    assert event_types(app, f"user-{bob.user_id}")[-1] == "user_updated"
    assert created(dana.patch("/api/me", json={"name": "Dana"}))["user"]["language"] == "ko"


def test_a_profile_that_stays_the_same_is_no_event(app, bob):
    before = event_types(app, f"user-{bob.user_id}")

    bob.patch("/api/me", json={"name": "Bob Lee"})

    assert event_types(app, f"user-{bob.user_id}") == before


def test_nobody_raises_themselves_through_the_profile(bob):
    sneaky = {"role": "owner", "email": "alice@example.com", "id": 1, "deactivated_at": now_text(), "avatar": "x.webp"}

    user = bob.patch("/api/me", json=sneaky).get_json()["user"]

    assert user == bob.get("/api/me").get_json()["user"]
    assert (user["role"], user["email"], user["avatar_url"]) == ("member", "bob@example.com", None)


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("field", ["name", "language", "time_zone"])
def test_a_profile_field_of_the_wrong_type_is_refused(bob, field, junk):
    answer = bob.patch("/api/me", json={field: junk})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_preferences_start_with_what_most_people_want(bob):
    expected = {
        "enter_sends": True,
        "theme": "system",
        "reading_start": "left_off",
        "emoji_tone": 0,
        "emoji_used": {},
        "is_formatting_shown": False,
    }

    assert bob.get("/api/me/preferences").get_json()["preferences"].items() >= expected.items()


def test_a_preference_is_kept_and_the_others_stay(bob):
    bob.patch("/api/me/preferences", json={"enter_sends": False})
    bob.patch("/api/me/preferences", json={"theme": "dark", "unknown": 1})

    expected = {"enter_sends": False, "theme": "dark", "reading_start": "left_off"}
    kept = bob.get("/api/me/preferences").get_json()["preferences"]
    assert kept.items() >= expected.items()
    assert "unknown" not in kept


def test_what_emoji_a_person_uses_is_kept(bob):
    used = {"emoji_tone": 3, "emoji_used": {"🎉": 2.5, ":party:": 1}}
    bob.patch("/api/me/preferences", json=used)

    assert bob.get("/api/me/preferences").get_json()["preferences"].items() >= used.items()


def test_preferences_are_ones_own(alice, bob):
    bob.patch("/api/me/preferences", json={"theme": "dark"})

    assert alice.get("/api/me/preferences").get_json()["preferences"]["theme"] == "system"


@pytest.mark.parametrize(
    "body",
    [
        *({"enter_sends": junk} for junk in ("yes", 1, None, {}, [])),
        *({"theme": junk} for junk in ("pink", *JUNK)),
        *({"reading_start": junk} for junk in ("end", *JUNK)),
        *({"emoji_tone": junk} for junk in (6, -1, "1", None)),
        *({"emoji_used": junk} for junk in (1, [], {"": 1}, {"x": -1}, {"x": "y"}, {str(n): 1 for n in range(41)})),
    ],
)
def test_a_preference_that_makes_no_sense_is_refused(bob, body):
    answer = bob.patch("/api/me/preferences", json=body)

    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == set(body)


def test_a_new_password_ends_every_other_session_and_token(app, dana):
    other = sign_in(app, "dana")
    token = created(dana.post("/api/tokens", json={"name": "script"}))["token"]

    answer = _change(dana, PASSWORD, NEXT_PASSWORD)

    assert answer.status_code == 200
    assert other.get("/api/me").status_code == 401
    assert app.test_client().get("/api/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert dana.get("/api/me").status_code == 200
    assert dana.patch("/api/me", json={}, headers={"X-CSRF-Token": answer.get_json()["csrf_token"]}).status_code == 200
    assert event_types(app, f"user-{dana.user_id}")[-2:] == ["session_ended", "token_ended"]


def test_only_the_new_password_signs_in(app, dana, page):
    _change(dana, PASSWORD, NEXT_PASSWORD)

    old = page.post("/api/session", json={"email": "dana@example.com", "password": PASSWORD})
    new = page.post("/api/session", json={"email": "dana@example.com", "password": NEXT_PASSWORD})

    assert (old.status_code, new.status_code) == (401, 201)


def test_the_password_is_the_same_however_the_keyboard_composes_it(app, dana, page):
    _change(dana, PASSWORD, "\ud55c\uae00 비밀번호 열 글자")

    decomposed = "\u1112\u1161\u11ab\u1100\u1173\u11af 비밀번호 열 글자"
    answer = page.post("/api/session", json={"email": "dana@example.com", "password": decomposed})

    assert answer.status_code == 201


def test_the_present_password_must_be_right(app, dana):
    other = sign_in(app, "dana")

    answer = _change(dana, "not this one", NEXT_PASSWORD)

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["current_password"]
    assert other.get("/api/me").status_code == 200


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("field", ["current_password", "new_password"])
def test_a_password_of_the_wrong_type_is_refused(dana, field, junk):
    body = {"current_password": PASSWORD, "new_password": NEXT_PASSWORD, field: junk}

    answer = dana.put("/api/me/password", json=body)

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_a_short_password_is_refused(dana):
    assert _change(dana, PASSWORD, "too short").status_code == 422


def test_the_last_use_of_a_session_is_noted_after_the_answer(app, dana):
    _forget_uses(app)
    _put_the_session_back(app)

    dana.get("/api/me", buffered=True)

    with app.app_context():
        assert db.session.scalars(sa.select(Session.last_seen_at)).one() > "2026"


def test_the_last_use_is_not_noted_on_every_request(app, dana):
    _forget_uses(app)
    dana.get("/api/me", buffered=True)
    _put_the_session_back(app)

    dana.get("/api/me", buffered=True)

    with app.app_context():
        assert db.session.scalars(sa.select(Session.last_seen_at)).one() == "2020"


def test_the_last_use_of_a_token_is_noted(app, alice):
    alice.get("/api/me", buffered=True)

    with app.app_context():
        assert db.session.scalars(sa.select(ApiToken.last_used_at)).one() is not None


def test_answers_are_kept_for_repeats_for_thirty_days_and_then_forgotten(app, dana):
    old, recent = keyed(), keyed()
    created(dana.patch("/api/me", json={"name": "Dana"}, headers=old))
    created(dana.patch("/api/me", json={"name": "Dana K"}, headers=recent))
    with app.app_context(), unit_of_work():
        of_old = StoredAnswer.key == old["Idempotency-Key"]
        db.session.execute(sa.update(StoredAnswer).where(of_old).values(at=in_hours(-30 * 24 - 1)))
        others = sa.update(StoredAnswer).where(~of_old).values(at=in_hours(-30 * 24 + 1))
        db.session.execute(others)

    with app.app_context():
        forget_old_answers(app)

        assert db.session.scalars(sa.select(StoredAnswer.key)).all() == [recent["Idempotency-Key"]]


def _change(client, current, new):
    return client.put("/api/me/password", json={"current_password": current, "new_password": new})


def _forget_uses(app):
    app.extensions["noted"].__init__()


def _put_the_session_back(app):
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(Session).values(last_seen_at="2020"))
