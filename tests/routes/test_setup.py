"""The first run."""

import pytest

from chat.setup_token import announce_setup, is_setup_token
from tests.people import JUNK, browser, event_types, in_parallel, new_person


def test_the_first_person_becomes_the_owner_and_is_signed_in(new_app):
    page = browser(new_app)

    answer = page.post("/api/setup", json=_setup(new_app, language="en", time_zone="Asia/Seoul"))

    body = page.enter(answer)
    assert answer.status_code == 201
    assert body["workspace"]["name"] == "Saebom Studio"
    assert body["user"] == page.get("/api/me").get_json()["user"]
    assert {"role": "owner", "email": "olga@example.com", "time_zone": "Asia/Seoul"}.items() <= body["user"].items()
    assert event_types(new_app, f"user-{page.user_id}") == ["user_joined", "room_joined", "room_listed"]


@pytest.mark.parametrize(("language", "name"), [("en", "lobby"), ("ko", "로비")])
def test_the_owner_is_in_a_default_room_in_their_language(new_app, language, name):
    page = browser(new_app)
    page.enter(page.post("/api/setup", json=_setup(new_app, language=language)))

    (room,) = page.get("/api/rooms").get_json()["rooms"]

    assert {"name": name, "kind": "open", "is_default": True, "role": "owner"}.items() <= room.items()


def test_without_a_language_the_browsers_is_taken(new_app):
    page = browser(new_app)

    answer = page.post("/api/setup", json=_setup(new_app), headers={"Accept-Language": "ko-KR,ko;q=0.9"})

    assert answer.get_json()["user"]["language"] == "ko"


def test_a_wrong_token_claims_nothing(new_app):
    page = browser(new_app)

    answers = [page.post("/api/setup", json=_setup(new_app, token=token)) for token in ("", "wrong", "ü" * 32)]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert page.get("/api/me").status_code == 401


def test_an_empty_token_file_is_no_token(new_app):
    file = new_app.config["SETTINGS"].setup_token_file
    file.write_text("")

    assert not is_setup_token(file, "")
    assert browser(new_app).post("/api/setup", json=_setup(new_app, token="")).status_code == 403


def test_the_token_is_gone_afterwards_and_the_server_cannot_be_claimed_again(new_app):
    body = _setup(new_app)
    page = browser(new_app)
    page.post("/api/setup", json=body)

    again = browser(new_app).post("/api/setup", json=body)

    assert again.status_code == 409
    assert again.get_json()["code"] == "already_set_up"
    assert not new_app.config["SETTINGS"].setup_token_file.exists()


def test_parallel_set_ups_make_one_workspace(new_app):
    body = _setup(new_app)
    pages = [browser(new_app) for _ in range(4)]

    answers = in_parallel(4, lambda n: pages[n].post("/api/setup", json=body | {"email": f"o{n}@example.com"}))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


def test_the_terminal_shows_a_link_until_the_workspace_exists(new_app):
    settings = new_app.config["SETTINGS"]
    token = settings.setup_token_file.read_text()

    before = announce_setup(new_app)
    browser(new_app).post("/api/setup", json=_setup(new_app))
    settings.setup_token_file.write_text("left over")
    after = announce_setup(new_app)

    assert f"http://127.0.0.1:8000/setup?token={token}" in before
    assert after is None
    assert not settings.setup_token_file.exists()


def test_only_the_operator_can_read_the_token(new_app):
    file = new_app.config["SETTINGS"].setup_token_file

    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_text()) >= 32


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("field", ["token", "workspace", "name", "email", "password", "language", "time_zone"])
def test_a_field_of_the_wrong_type_is_refused(new_app, field, junk):
    answer = browser(new_app).post("/api/setup", json=_setup(new_app) | {field: junk})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("workspace", "   "),
        ("name", "x" * 81),
        ("name", "two\nlines"),
        ("name", "\ud800"),
        ("email", "no-at-sign"),
        ("email", "a@b@c"),
        ("password", "short"),
        ("password", "x" * 201),
        ("language", "xx"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(new_app, field, value):
    answer = browser(new_app).post("/api/setup", json=_setup(new_app) | {field: value})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_a_form_cannot_claim_the_server(new_app):
    assert browser(new_app).post("/api/setup", data=_setup(new_app)).status_code == 415


def test_guessing_the_token_is_limited(strict_app):
    page = browser(strict_app)

    answers = [page.post("/api/setup", json=_setup(strict_app, token="wrong")) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [403] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def _setup(app, **fields):
    file = app.config["SETTINGS"].setup_token_file
    fields.setdefault("token", file.read_text() if file.exists() else "")
    return new_person("Olga", workspace="Saebom Studio", **fields)
