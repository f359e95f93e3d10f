"""The chat shell, what goes wrong, and who is sent where."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Api
from tests.pages import enter, submit, text_of
from tests.people import browser

SETTINGS = ["/settings/profile", "/settings/appearance", "/settings/security", "/settings/shortcuts"]
ADMIN = ["/admin/people", "/admin/rooms", "/admin/webhooks", "/admin/workspace"]
CHAT = ["/", "/rooms/1", "/rooms/1/messages/2", "/search"]


def boot_of(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(unescape(found[1]))


@pytest.mark.parametrize("path", CHAT)
def test_the_shell_says_who_i_am_at_every_place_of_the_chat(alice: Api, path: str) -> None:
    response = alice.get(path)
    boot = boot_of(text_of(response))
    assert (response.status_code, boot["user"]["name"], boot["workspace"]["name"]) == (
        200,
        "Alice Kim",
        "Saebom Studio",
    )
    assert {"csrf_token", "epoch", "language", "version"} < set(boot)


def test_the_token_of_the_shell_lets_the_script_write(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    dana.csrf_token = boot_of(text_of(dana.get("/")))["csrf_token"]
    assert dana.patch("/api/me", json={"name": "Dana Moon"}).status_code == 200


def test_names_cannot_end_the_boot_script(alice: Api) -> None:
    alice.patch("/api/me", json={"name": "</script><script>alert(1)</script>"})
    assert "<script>alert" not in text_of(alice.get("/"))


@pytest.mark.parametrize("path", [*SETTINGS, *ADMIN])
def test_an_owner_opens_every_page(alice: Api, path: str) -> None:
    response = alice.get(path)
    assert (response.status_code, response.content_type) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", SETTINGS)
def test_a_member_opens_their_settings(bob: Api, path: str) -> None:
    response = bob.get(path)
    assert response.status_code == 200
    assert "/admin/" not in text_of(response)


@pytest.mark.parametrize("path", ADMIN)
def test_a_member_does_not_administer(bob: Api, path: str) -> None:
    assert bob.get(path).status_code == 403


@pytest.mark.parametrize("path", [*CHAT[1:], *SETTINGS, *ADMIN])
def test_whoever_is_signed_out_signs_in_first_and_comes_back(anonymous: FlaskClient, path: str) -> None:
    assert anonymous.get(path).headers["Location"] == f"/sign-in?next={path}"


def test_the_way_to_the_chat_needs_no_return_address(anonymous: FlaskClient) -> None:
    assert anonymous.get("/").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/settings/profile"])
def test_a_new_server_is_set_up_first(new_app: Flask, path: str) -> None:
    assert new_app.test_client().get(path).headers["Location"] == "/setup"


def test_pages_are_kept_by_nobody(alice: Api) -> None:
    headers = alice.get("/settings/security").headers
    assert (headers["Cache-Control"], headers["Vary"]) == ("private, no-store", "Cookie")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/setup", *SETTINGS, *ADMIN])
def test_pages_have_neither_inline_scripts_nor_styles(app: Flask, alice: Api, path: str) -> None:
    html = text_of(alice.get(path)) + text_of(app.test_client().get(path))
    assert not re.search(r"<script(?![^>]*(?:src=|type=\"application/json\"))|<style|\sstyle=|\son\w+=", html)


def test_a_page_that_is_not_there_says_so_and_offers_a_way_on(alice: Api) -> None:
    response = alice.get("/nowhere", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "There is nothing here, or you cannot see it." in text_of(response)
    assert 'href="/"' in text_of(response)


def test_what_goes_wrong_is_said_in_korean_to_koreans(anonymous: FlaskClient) -> None:
    response = anonymous.get("/join/nothing", headers={"Accept": "text/html", "Accept-Language": "ko"})
    assert response.status_code == 410
    assert "만료되었거나 다 쓰인 초대입니다" in text_of(response)


@pytest.mark.parametrize("path", [*SETTINGS, *ADMIN])
def test_every_page_is_korean_for_koreans(alice: Api, path: str) -> None:
    alice.patch("/api/me", json={"language": "ko"})
    html = text_of(alice.get(path))
    assert '<html lang="ko"' in html
    assert "대화로 돌아가기" in html


def test_signed_out_pages_keep_the_language_that_was_chosen(app: Flask, alice: Api) -> None:
    stranger = browser(app)
    assert "로그인" not in text_of(stranger.get("/sign-in"))
    assert stranger.get("/language/ko?next=/sign-in").headers["Location"] == "/sign-in"
    assert "로그인" in text_of(stranger.get("/sign-in"))


def test_there_is_no_third_language(anonymous: FlaskClient) -> None:
    assert anonymous.get("/language/xx").status_code == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/settings/profile", {"name": "Mallory"}),
        ("/settings/profile/photo/remove", {}),
        ("/settings/appearance", {"theme": "dark"}),
        ("/settings/security/password", {}),
        ("/settings/security/tokens", {"name": "key"}),
        ("/sign-out", {}),
    ],
)
def test_another_site_cannot_send_our_forms(app: Flask, alice: Api, path: str, fields: dict[str, str]) -> None:
    dana = enter(app, alice)
    assert dana.post(path, data=fields).status_code == 400
    assert dana.get("/api/me").get_json()["user"]["name"] == "Dana"


@pytest.mark.parametrize("path", ["/sign-in", "/join/x", "/reset/x", "/setup"])
def test_nor_those_of_people_who_are_signed_out(anonymous: FlaskClient, path: str) -> None:
    assert anonymous.post(path, data={}).status_code == 400


def test_a_form_sent_after_the_session_ended_leads_to_the_sign_in_page(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    dana.delete_cookie("stet_session")
    response = submit(dana, "/sign-in", to="/settings/profile", name="Dana Moon")
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in")
