"""People's pictures."""

import io

import pytest
from PIL import Image

from tests.people import browser, event_types, invite_code


def test_a_picture_becomes_a_square_webp_that_everybody_sees(app, dana, bob):
    answer = _upload(dana, _picture())

    url = answer.get_json()["user"]["avatar_url"]
    shown = bob.get(url)
    assert shown.mimetype == "image/webp"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    with Image.open(io.BytesIO(shown.data)) as image:
        assert (image.format, image.size) == ("WEBP", (256, 256))
    assert event_types(app, f"user-{bob.user_id}")[-1] == "user_updated"


def test_a_new_picture_takes_the_file_of_the_old_one_away(app, dana):
    first = _upload(dana, _picture("red")).get_json()["user"]["avatar_url"]
    second = _upload(dana, _picture("blue")).get_json()["user"]["avatar_url"]

    assert first != second
    assert dana.get(first).status_code == 404
    assert [file.name for file in _files(app)] == [second.rpartition("/")[2]]


def test_a_picture_can_be_taken_back(app, dana):
    _upload(dana, _picture())

    answer = dana.delete("/api/me/avatar")

    assert answer.get_json()["user"]["avatar_url"] is None
    assert _files(app) == []
    assert dana.delete("/api/me/avatar").status_code == 200


def test_somebody_who_is_signed_out_sees_no_pictures(app, dana):
    url = _upload(dana, _picture()).get_json()["user"]["avatar_url"]

    assert browser(app).get(url).status_code == 401


def test_whoever_holds_an_invite_sees_the_inviter(app, alice, dana):
    alice.patch(f"/api/users/{dana.user_id}", json={"role": "admin"})
    _upload(dana, _picture())
    page = browser(app)

    url = page.get(f"/api/join/{invite_code(dana)}").get_json()["inviter"]["avatar_url"]

    assert page.get(url).mimetype == "image/webp"
    assert page.get("/api/join/never-was/avatar").status_code == 410


def test_an_inviter_without_a_picture_has_none_to_show(alice, page):
    assert page.get(f"/api/join/{invite_code(alice)}/avatar").status_code == 404


@pytest.mark.parametrize(
    "name", ["stet.sqlite3", "..%2fsecret_key", "%2e%2e/secret_key", "x.webp", f"{'0' * 32}.webp", f"{'0' * 32}.svg"]
)
def test_no_other_file_is_ever_shown(alice, name):
    assert alice.get(f"/avatars/{name}").status_code == 404


@pytest.mark.parametrize("upload", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"\0" * 100])
def test_what_is_no_picture_is_refused_and_leaves_nothing(app, dana, upload):
    answer = _upload(dana, upload)

    assert answer.status_code == 422
    assert answer.get_json()["code"] == "image_refused"
    assert _files(app) == []


def test_a_file_of_more_than_five_megabytes_is_refused(dana):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="me.png"\r\n\r\n'
    body = head + b"\0" * (5 * 1024 * 1024 + 1) + b"\r\n--x--\r\n"

    answer = dana.put("/api/me/avatar", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 422
    assert answer.get_json()["reason"] == "image_too_large"


def test_a_request_without_a_file_is_refused(dana):
    assert list(dana.put("/api/me/avatar", json={"file": "x"}).get_json()["errors"]) == ["file"]
    assert dana.put("/api/me/avatar", data={"file": "text"}).status_code == 422


@pytest.mark.parametrize("name", ["../../evil.svg", "evil\x00.php", "악.png", "a" * 300])
def test_the_name_of_the_upload_is_of_no_use(app, dana, name):
    answer = _upload(dana, _picture(), name)

    assert answer.status_code == 200
    assert [len(file.name) for file in _files(app)] == [37]


def test_a_line_break_in_the_name_of_the_upload_breaks_nothing(dana):
    assert _upload(dana, _picture(), "evil\r\n.svg").status_code in {200, 400, 422}


def _picture(colour="red"):
    file = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(file, "PNG")
    return file.getvalue()


def _upload(client, picture, name="me.png"):
    return client.put("/api/me/avatar", data={"file": (io.BytesIO(picture), name)})


def _files(app):
    return sorted((app.config["SETTINGS"].data / "avatars").glob("*"))
