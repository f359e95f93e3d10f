"""Sign in and out, first run, join and reset, as forms without scripts."""

import io

import pytest
from flask import Flask
from PIL import Image

from chat.config import Settings
from chat.setup_token import setup_token
from tests.conftest import Api
from tests.pages import cookie_of, enter, submit, text_of
from tests.people import PASSWORD, Browser, browser, invite_code, join, new_person

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "%2f%2fevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "http:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "/%5cevil.example",
    " //evil.example",
    "evil.example",
]


@pytest.fixture
def stranger(app: Flask, alice: Api) -> Browser:
    return browser(app)


def test_the_right_password_opens_the_page_that_was_wanted(app: Flask, alice: Api, stranger: Browser) -> None:
    enter(app, alice)
    response = submit(stranger, "/sign-in?next=/settings/security", email="Dana@Example.com", password=PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, "/settings/security")
    assert stranger.get("/settings/security").status_code == 200


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_return_address_leads_away_from_this_server(app: Flask, alice: Api, stranger: Browser, address: str) -> None:
    enter(app, alice)
    query = {"next": address}
    token = text_of(stranger.get("/sign-in")).split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"csrf_token": token, "email": "dana@example.com", "password": PASSWORD}
    assert stranger.post("/sign-in", query_string=query, data=fields).headers["Location"] == "/"
    assert stranger.get("/sign-in", query_string=query).headers["Location"] == "/"
    assert stranger.get("/language/en", query_string=query).headers["Location"] == "/"


def test_a_wrong_password_keeps_the_email_and_nothing_else(app: Flask, alice: Api, stranger: Browser) -> None:
    enter(app, alice)
    response = submit(stranger, "/sign-in", email="dana@example.com", password="not this sentence")
    html = text_of(response)
    assert response.status_code == 401
    assert "That email and password do not match." in html
    assert 'value="dana@example.com"' in html
    assert "not this sentence" not in html


def test_the_last_tries_are_counted_down(strict_app: Flask) -> None:
    client = browser(strict_app)
    token = setup_token(strict_app.config["SETTINGS"].setup_token_file)
    host = {"base_url": "https://chat.example.com"}
    client.post("/api/setup", json={**new_person("Alice"), "token": token, "workspace": "Strict"}, **host)
    stranger = browser(strict_app)
    page = text_of(stranger.get("/sign-in", **host))
    fields = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
    fields |= {"email": "alice@example.com", "password": "not this sentence"}
    sent = {"data": fields, "headers": {"Referer": "https://chat.example.com/sign-in"}, **host}
    answers = [stranger.post("/sign-in", **sent) for _ in range(11)]
    assert "1 try left before a five-minute pause." in text_of(answers[8])
    assert [answer.status_code for answer in answers[8:]] == [401, 401, 429]


def test_keep_me_signed_in_decides_how_long_the_cookie_lives(app: Flask, alice: Api, stranger: Browser) -> None:
    enter(app, alice)
    kept = submit(stranger, "/sign-in", email="dana@example.com", password=PASSWORD, remember="yes")
    forgotten = submit(browser(app), "/sign-in", email="dana@example.com", password=PASSWORD)
    assert "Max-Age" in next(c for c in kept.headers.getlist("Set-Cookie") if c.startswith("stet_session"))
    assert "Max-Age" not in next(c for c in forgotten.headers.getlist("Set-Cookie") if c.startswith("stet_session"))


def test_whoever_is_signed_in_needs_no_sign_in_page(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    assert dana.get("/sign-in?next=/settings/profile").headers["Location"] == "/settings/profile"


def test_signing_out_ends_the_session(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    cookie = cookie_of(dana)
    response = submit(dana, "/settings/profile", to="/sign-out")
    assert (response.headers["Location"], cookie_of(dana)) == ("/sign-in", None)
    dana.set_cookie("stet_session", str(cookie))
    assert dana.get("/api/me").status_code == 401


def test_the_first_run_makes_the_workspace_and_signs_its_owner_in(new_app: Flask, settings: Settings) -> None:
    owner = browser(new_app)
    token = setup_token(settings.setup_token_file)
    fields = new_person("Jiwoo", language="ko", time_zone="Asia/Seoul", workspace="새봄 스튜디오", token=token)
    response = submit(owner, f"/setup?token={token}", to="/setup", **fields)
    assert response.headers["Location"] == "/"
    me = owner.get("/api/me").get_json()
    assert (me["user"]["role"], me["user"]["language"], me["workspace"]["name"]) == ("owner", "ko", "새봄 스튜디오")


def test_the_first_run_keeps_what_was_typed_when_the_token_is_wrong(new_app: Flask) -> None:
    fields = new_person("Jiwoo", workspace="Saebom", token="guess")
    response = submit(browser(new_app), "/setup", **fields)
    html = text_of(response)
    assert response.status_code == 403
    assert "That set-up token is not right." in html
    assert 'value="Saebom"' in html
    assert PASSWORD not in html


def test_there_is_only_one_first_run(app: Flask, alice: Api) -> None:
    assert browser(app).get("/setup").headers["Location"] == "/sign-in"


def test_an_invite_says_who_invites_and_makes_an_account(app: Flask, alice: Api) -> None:
    code = invite_code(alice)
    newcomer = browser(app)
    html = text_of(newcomer.get(f"/join/{code}"))
    assert "Invited by Alice Kim" in html
    response = submit(newcomer, f"/join/{code}", **new_person("Dana", time_zone="Asia/Seoul"))
    assert response.headers["Location"] == "/"
    assert newcomer.get("/api/me").get_json()["user"]["time_zone"] == "Asia/Seoul"


def test_a_newcomer_brings_a_photo(app: Flask, alice: Api) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    photo = (io.BytesIO(picture.getvalue()), "me.png")
    newcomer = browser(app)
    submit(newcomer, f"/join/{invite_code(alice)}", **new_person("Dana"), file=photo)
    avatar_url = newcomer.get("/api/me").get_json()["user"]["avatar_url"]
    assert newcomer.get(avatar_url).content_type == "image/webp"


def test_a_file_that_is_no_photo_makes_no_account(app: Flask, alice: Api) -> None:
    code = invite_code(alice, max_uses=1)
    fields = new_person("Dana", file=(io.BytesIO(b"<svg/>"), "me.png"))
    response = submit(browser(app), f"/join/{code}", **fields)
    assert response.status_code == 422
    assert "not a picture" in text_of(response)
    assert join(app, code, "Dana").user_id


def test_a_newcomer_hears_what_is_wrong_field_by_field(app: Flask, alice: Api) -> None:
    response = submit(browser(app), f"/join/{invite_code(alice)}", name="Dana", email="dana", password="short")
    html = text_of(response)
    assert response.status_code == 422
    assert 'id="email-error"' in html
    assert 'id="password-error"' in html
    assert 'value="Dana"' in html


def test_an_email_that_has_an_account_does_not_use_the_invite_up(app: Flask, alice: Api) -> None:
    enter(app, alice)
    code = invite_code(alice, max_uses=1)
    assert submit(browser(app), f"/join/{code}", **new_person("Dana")).status_code == 409
    assert submit(browser(app), f"/join/{code}", **new_person("Emil")).status_code == 302


def test_a_reset_link_sets_a_new_password_once(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    url = alice.post(f"/api/users/{dana.user_id}/reset").get_json()["url"]
    path = "/reset/" + url.rsplit("/", 1)[1]
    locked_out = browser(app)
    assert "Dana" in text_of(locked_out.get(path))
    assert submit(locked_out, path, password="another long sentence").headers["Location"] == "/"
    assert locked_out.get("/api/me").status_code == 200
    assert browser(app).get(path).status_code == 410


def test_a_short_new_password_does_not_use_the_link_up(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    url = alice.post(f"/api/users/{dana.user_id}/reset").get_json()["url"]
    path = "/reset/" + url.rsplit("/", 1)[1]
    assert submit(browser(app), path, password="short").status_code == 422
    assert submit(browser(app), path, password="another long sentence").status_code == 302


def test_the_return_address_survives_a_wrong_password(stranger: Browser) -> None:
    response = submit(stranger, "/sign-in?next=/rooms/3", email="x@example.com", password="wrong sentence")
    assert 'action="/sign-in?next=/rooms/3"' in text_of(response)
