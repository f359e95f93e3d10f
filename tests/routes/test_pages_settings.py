"""My settings, as forms without scripts."""

import io
import re

from flask import Flask
from PIL import Image

from tests.conftest import Api
from tests.pages import enter, submit, text_of
from tests.people import PASSWORD, browser, sign_in

NEW_PASSWORD = "an even longer sentence"


def test_the_profile_is_saved(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    response = submit(dana, "/settings/profile", name="다나", language="ko", time_zone="Asia/Seoul")
    assert response.headers["Location"] == "/settings/profile"
    me = dana.get("/api/me").get_json()["user"]
    assert (me["name"], me["language"], me["time_zone"]) == ("다나", "ko", "Asia/Seoul")
    assert "저장했습니다" in text_of(dana.get("/settings/profile"))


def test_a_name_that_is_too_long_is_refused_and_kept(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    response = submit(dana, "/settings/profile", name="D" * 81)
    assert response.status_code == 422
    assert "This is too long." in text_of(response)
    assert "D" * 81 in text_of(response)


def test_a_photo_is_shown_and_removed(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    picture = io.BytesIO()
    Image.new("RGB", (30, 30), "teal").save(picture, "PNG")
    file = (io.BytesIO(picture.getvalue()), "me.png")
    submit(dana, "/settings/profile", to="/settings/profile/photo", file=file)
    assert re.search(r'<img src="/avatars/[0-9a-f]{32}\.webp"', text_of(dana.get("/settings/profile")))
    submit(dana, "/settings/profile", to="/settings/profile/photo/remove")
    assert "/avatars/" not in text_of(dana.get("/settings/profile"))


def test_a_file_that_is_no_photo_is_refused(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    file = (io.BytesIO(b"nothing"), "me.png")
    response = submit(dana, "/settings/profile", to="/settings/profile/photo", file=file)
    assert response.status_code == 422
    assert 'value="Dana"' in text_of(response)


def test_the_look_is_saved_and_kept_in_the_browser(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    submit(dana, "/settings/appearance", theme="dark")
    assert 'data-theme="dark"' in text_of(dana.get("/settings/appearance"))
    submit(dana, "/settings/appearance", theme="system", text_size="125", contrast="more", motion="reduced")
    html = text_of(dana.get("/settings/profile"))
    assert '<html lang="en" data-text-size="125" data-motion="reduced" data-contrast="more">' in html
    assert "data-theme" not in html
    kept = dana.get("/api/me/preferences").get_json()["preferences"]
    assert (kept["theme"], kept["text_size"], kept["contrast"], kept["motion"]) == ("system", 125, "more", "reduced")


def test_an_unknown_look_is_passed_over(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    submit(dana, "/settings/appearance", theme="blue", text_size="1000")
    dana.set_cookie("contrast", '"><script>')
    assert "data-" not in text_of(dana.get("/settings/profile")).partition("<head>")[0]
    assert alice.patch("/api/me/preferences", json={"text_size": 95}).status_code == 422


def test_another_browser_has_the_look_from_its_first_page(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    submit(dana, "/settings/appearance", text_size="150")
    another = sign_in(app, "Dana")
    assert 'data-text-size="150"' in text_of(another.get("/"))


def test_a_new_password_ends_every_other_session(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    other = sign_in(app, "Dana")
    fields = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    response = submit(dana, "/settings/security", to="/settings/security/password", **fields)
    assert response.headers["Location"] == "/settings/security"
    assert "Your password is changed." in text_of(dana.get("/settings/security"))
    assert other.get("/api/me").status_code == 401
    assert submit(browser(app), "/sign-in", email="dana@example.com", password=NEW_PASSWORD).status_code == 302


def test_the_present_password_has_to_be_right(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    fields = {"current_password": "not this sentence", "new_password": NEW_PASSWORD}
    response = submit(dana, "/settings/security", to="/settings/security/password", **fields)
    assert response.status_code == 422
    assert "That is not your password." in text_of(response)
    assert NEW_PASSWORD not in text_of(response)


def test_my_devices_are_listed_and_ended(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    other = sign_in(app, "Dana")
    html = text_of(dana.get("/settings/security"))
    (path,) = re.findall(r'action="(/settings/security/sessions/\d+/end)"', html)
    assert html.count("This device") == 1
    submit(dana, "/settings/security", to=path)
    assert other.get("/api/me").status_code == 401
    assert dana.get("/api/me").status_code == 200


def test_nobody_ends_the_sessions_of_others(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    emil = enter(app, alice, "Emil")
    session_id = dana.get("/api/me").get_json()["session_id"]
    path = f"/settings/security/sessions/{session_id}/end"
    assert submit(emil, "/settings/security", to=path).status_code == 404
    assert dana.get("/api/me").status_code == 200


def test_a_key_is_shown_once_works_and_is_revoked(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    html = text_of(submit(dana, "/settings/security", to="/settings/security/tokens", name="deploys"))
    (value,) = re.findall(r'value="(stet_[^"]+)"', html)
    (path,) = re.findall(r'action="(/settings/security/tokens/\d+/revoke)"', html)
    bearer = {"headers": {"Authorization": f"Bearer {value}"}}
    assert app.test_client().get("/api/me", **bearer).status_code == 200
    assert value not in text_of(dana.get("/settings/security"))
    submit(dana, "/settings/security", to=path)
    assert app.test_client().get("/api/me", **bearer).status_code == 401


def test_nobody_revokes_the_keys_of_others(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    emil = enter(app, alice, "Emil")
    html = text_of(submit(dana, "/settings/security", to="/settings/security/tokens", name="deploys"))
    (path,) = re.findall(r'action="(/settings/security/tokens/\d+/revoke)"', html)
    assert submit(emil, "/settings/security", to=path).status_code == 404


def test_a_key_needs_a_name(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    assert submit(dana, "/settings/security", to="/settings/security/tokens", name="").status_code == 422


def test_devices_have_the_names_that_people_use(app: Flask, alice: Api) -> None:
    dana = enter(app, alice)
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
    other = browser(app)
    credentials = {"email": "dana@example.com", "password": PASSWORD}
    other.post("/api/session", json=credentials, headers={"User-Agent": phone})
    assert "Safari on iPhone" in text_of(dana.get("/settings/security"))
