"""The files of messages: attached once, seen by who sees the message, gone with it."""

import io
import sqlite3

import pillow_heif
import pytest
from PIL import Image

from chat.verification import verify
from tests.conftest import created, post
from tests.files import announce, lying, pdf, picture, post_files, upload_file

TEXT = b"one line\nanother line\n"


def test_a_message_carries_its_files_in_their_order(alice, bob, room):
    message = post_files(alice, room, ("chart.png", picture()), ("notes.txt", TEXT), text="look")

    page = created(bob.get(f"/api/rooms/{room['id']}/messages"))["messages"]
    assert page[-1]["attachments"] == message["attachments"]
    assert [(a["name"], a["kind"], a["size_bytes"]) for a in message["attachments"]] == [
        ("chart.png", "image", len(picture())),
        ("notes.txt", "text", len(TEXT)),
    ]


def test_a_message_with_files_needs_no_text(alice, room):
    message = post_files(alice, room, ("notes.txt", TEXT))

    assert (message["text"], message["html"]) == ("", "")
    assert alice.post(f"/api/rooms/{room['id']}/messages", json={"text": " "}).status_code == 422
    assert alice.post(f"/api/rooms/{room['id']}/messages", json={"text": " ", "attachment_ids": []}).status_code == 422


def test_repeating_a_post_with_files_changes_nothing(alice, room):
    upload = upload_file(alice, "notes.txt", TEXT)
    body = {"text": "", "attachment_ids": [upload["id"]]}
    headers = {"Idempotency-Key": "6d1b1f8e-5d0e-4b57-8a3e-0b0a6d1f1c11"}

    first = alice.post(f"/api/rooms/{room['id']}/messages", json=body, headers=headers)
    again = alice.post(f"/api/rooms/{room['id']}/messages", json=body, headers=headers)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    other = alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "x"}, headers=headers)
    assert other.get_json()["code"] == "idempotency_key_reused"


def test_a_file_is_attached_once_only(alice, room):
    upload = upload_file(alice, "notes.txt", TEXT)
    body = {"text": "", "attachment_ids": [upload["id"]]}
    created(alice.post(f"/api/rooms/{room['id']}/messages", json=body))

    again = alice.post(f"/api/rooms/{room['id']}/messages", json=body)

    assert (again.status_code, again.get_json()["code"]) == (409, "upload_attached")
    twice = {"text": "", "attachment_ids": [upload["id"], upload["id"]]}
    assert alice.post(f"/api/rooms/{room['id']}/messages", json=twice).status_code == 422


def test_a_file_that_has_not_arrived_cannot_be_attached(alice, room):
    upload = announce(alice, "notes.txt", len(TEXT))

    refused = alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "x", "attachment_ids": [upload["id"]]})

    assert (refused.status_code, refused.get_json()["code"]) == (409, "upload_incomplete")
    assert created(alice.get(f"/api/rooms/{room['id']}/messages"))["messages"] == []


def test_somebody_elses_upload_is_as_if_it_were_not_there(alice, bob, room):
    upload = upload_file(bob, "notes.txt", TEXT)

    for upload_id in (upload["id"], 999):
        body = {"text": "mine now", "attachment_ids": [upload_id]}
        assert alice.post(f"/api/rooms/{room['id']}/messages", json=body).status_code == 404
    assert created(alice.get(f"/api/rooms/{room['id']}/messages"))["messages"] == []


@pytest.mark.parametrize(
    "ids", [None, {}, "1", [None], ["1"], [0], [-1], [True], [1.5], [[1]], list(range(1, 12)), [2**60]]
)
def test_ids_that_are_none_are_refused(alice, room, ids):
    assert alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "x", "attachment_ids": ids}).status_code == 422


def test_only_who_sees_the_message_sees_its_files(alice, bob, carol, anonymous, room):
    (attachment,) = post_files(alice, room, ("chart.png", picture()))["attachments"]

    for url in (attachment["url"], attachment["preview_url"], attachment["thumbnail_url"]):
        assert alice.get(url).status_code == bob.get(url).status_code == 200
        assert carol.get(url).status_code == 404
        assert anonymous.get(url).status_code == 401


def test_a_removal_from_the_room_ends_it_at_once(alice, bob, room):
    (attachment,) = post_files(alice, room, ("chart.png", picture()))["attachments"]
    shown = bob.get(attachment["preview_url"])
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "private, no-cache")

    alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}")

    kept = {"If-None-Match": shown.headers["ETag"]}
    assert bob.get(attachment["preview_url"], headers=kept).status_code == 404
    assert alice.get(attachment["preview_url"], headers=kept).status_code == 304


def test_whoever_leaves_a_room_sees_not_even_the_own_files_in_it(alice, bob, room):
    (attachment,) = post_files(bob, room, ("notes.txt", TEXT))["attachments"]
    bob.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}")

    assert bob.get(attachment["url"]).status_code == 404


def test_deleting_a_message_removes_its_files(app, alice, bob, room):
    message = post_files(alice, room, ("chart.png", picture()), ("notes.txt", TEXT))
    assert len(lying(app)) == 4

    tombstone = created(alice.delete(f"/api/messages/{message['id']}"))["message"]

    assert tombstone["attachments"] == []
    for attachment in message["attachments"]:
        assert alice.get(attachment["url"]).status_code == bob.get(attachment["url"]).status_code == 404
    app.extensions["housekeeping"].run("discarded_files")
    assert lying(app) == []
    assert problems(app) == []


def test_an_edit_keeps_the_files(alice, room):
    message = post_files(alice, room, ("notes.txt", TEXT), text="look")

    edited = created(alice.patch(f"/api/messages/{message['id']}", json={"text": "look!", "base_version": 1}))[
        "message"
    ]

    assert edited["attachments"] == message["attachments"]
    bare = created(alice.patch(f"/api/messages/{message['id']}", json={"text": "", "base_version": 2}))["message"]
    assert (bare["text"], len(bare["attachments"])) == ("", 1)


def test_an_edit_may_take_a_single_file_away(app, alice, bob, room):
    message = post_files(alice, room, ("a.txt", b"a"), ("b.txt", b"b"), text="look")
    first, second = message["attachments"]

    body = {"text": "look", "base_version": 1, "attachment_ids": [second["id"]]}
    edited = created(alice.patch(f"/api/messages/{message['id']}", json=body))["message"]

    assert [a["id"] for a in edited["attachments"]] == [second["id"]]
    assert bob.get(first["url"]).status_code == 404
    assert bob.get(second["url"]).status_code == 200
    app.extensions["housekeeping"].run("discarded_files")
    assert len(lying(app)) == 1


def test_nothing_must_be_left_of_a_message(alice, room):
    message = post_files(alice, room, ("a.txt", b"a"))

    body = {"text": "", "base_version": 1, "attachment_ids": []}
    refused = alice.patch(f"/api/messages/{message['id']}", json=body)

    assert refused.status_code == 422
    assert alice.get(message["attachments"][0]["url"]).status_code == 200


def test_bob_takes_no_file_of_alices_away(bob, alice, carol, room):
    message = post_files(alice, room, ("a.txt", b"a"), text="x")
    body = {"text": "x", "base_version": 1, "attachment_ids": []}

    assert bob.patch(f"/api/messages/{message['id']}", json=body).status_code == 403
    assert carol.patch(f"/api/messages/{message['id']}", json=body).status_code == 404


def test_pictures_are_upright_and_without_metadata(alice, room):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera"
    content = picture((1200, 800), kind="JPEG", exif=exif)

    (attachment,) = post_files(alice, room, ("photo.jpg", content))["attachments"]

    assert (attachment["width"], attachment["height"]) == (800, 1200)
    for url, side in ((attachment["preview_url"], 1200), (attachment["thumbnail_url"], 320)):
        shown = alice.get(url)
        assert shown.mimetype == "image/webp"
        with Image.open(io.BytesIO(shown.data)) as image:
            assert (image.height, image.size[0] < image.size[1]) == (side, True)
            assert "exif" not in image.info


def test_a_picture_is_served_to_be_looked_at(alice, room):
    (attachment,) = post_files(alice, room, ("사진.png", picture()))["attachments"]

    shown = alice.get(attachment["url"])

    assert shown.mimetype == "image/png"
    assert shown.headers["Content-Disposition"].startswith("inline; ")
    assert "filename*=UTF-8''%EC%82%AC%EC%A7%84.png" in shown.headers["Content-Disposition"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    kept = alice.get(attachment["url"] + "?download=1")
    assert kept.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("script.js", b"alert(1)"),
        ("page.pdf", b"<script>alert(1)</script>"),
        ("x.exe", b"MZ\x00\x01"),
    ],
)
def test_what_a_browser_could_run_is_only_downloaded(alice, room, name, content):
    (attachment,) = post_files(alice, room, (name, content))["attachments"]

    answer = alice.get(attachment["url"])

    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.mimetype in {"text/plain", "application/octet-stream"}
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_with_too_many_pixels_is_a_file_like_any_other(alice, room):
    content = picture((8000, 5001))
    (attachment,) = post_files(alice, room, ("huge.png", content))["attachments"]

    assert (attachment["kind"], attachment["preview_url"]) == ("file", None)
    assert alice.get(f"/files/{attachment['id']}/preview").status_code == 404


def test_a_pdf_shows_its_first_page(alice, room):
    (attachment,) = post_files(alice, room, ("plan.pdf", pdf()))["attachments"]

    assert (attachment["kind"], attachment["page_count"]) == ("pdf", 2)
    assert alice.get(attachment["preview_url"]).mimetype == "image/webp"
    shown = alice.get(attachment["url"])
    assert (shown.mimetype, shown.headers["Content-Disposition"].startswith("inline")) == ("application/pdf", True)


def test_texts_show_their_first_lines(alice, room):
    lines = "\n".join(f"line {number}" for number in range(40))
    files = post_files(alice, room, ("a.py", lines.encode()), ("b.csv", "이름,값\n".encode("cp949")))["attachments"]

    assert [file["kind"] for file in files] == ["text", "text"]
    assert (files[0]["line_count"], files[0]["excerpt"].count("\n")) == (40, 7)
    assert (files[1]["excerpt"], files[1]["content_type"]) == ("이름,값", "text/plain; charset=euc-kr")


def test_a_part_of_a_film_can_be_asked_for(alice, room):
    content = bytes(range(256)) * 4000
    (attachment,) = post_files(alice, room, ("film.mp4", content))["attachments"]
    assert attachment["kind"] == "video"

    part = alice.get(attachment["url"], headers={"Range": "bytes=300-599"})
    assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes 300-599/{len(content)}")
    assert part.data == content[300:600]
    rest = alice.get(attachment["url"], headers={"Range": "bytes=700000-"})
    assert rest.data == content[700000:]
    assert alice.get(attachment["url"], headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    whole = alice.get(attachment["url"])
    assert (whole.headers["Accept-Ranges"], whole.data) == ("bytes", content)


def test_files_are_found_by_a_search(app, alice, carol, room):
    post_files(alice, room, ("launch-budget.csv", b"a,b\n"), text="numbers")
    post(alice, room, "no file here")

    app.extensions["listeners"].drain("search_index")
    found = created(alice.get("/api/search?q=has:file"))["results"]
    assert [hit["message"]["text"] for hit in found] == ["numbers"]
    assert [len(hit["message"]["attachments"]) for hit in found] == [1]
    assert len(created(alice.get("/api/search?q=budget"))["results"]) == 1
    assert created(carol.get("/api/search?q=has:file"))["results"] == []


def problems(app):
    settings = app.config["SETTINGS"]
    return [problem for checked in verify(settings.database_file, settings.data) for problem in checked.problems]


def test_verify_misses_a_file_and_finds_one_too_many(app, alice, room):
    post_files(alice, room, ("notes.txt", TEXT))
    assert problems(app) == []
    (name,) = lying(app)
    (app.config["SETTINGS"].data / "uploads" / name).write_bytes(b"short")

    assert problems(app) == [f"files that are missing, or not as long as they were (1): {name}"]


def test_nothing_of_a_deleted_file_stays_in_the_log(app, alice, room):
    message = post_files(alice, room, ("secret-plan.txt", b"the secret"))
    created(alice.delete(f"/api/messages/{message['id']}"))

    with sqlite3.connect(app.config["SETTINGS"].database_file) as sqlite:
        assert "secret" not in "\n".join(line for line in sqlite.iterdump() if "secret_" not in line)


@pytest.mark.parametrize(("name", "kind"), [("photo.heic", "HEIF"), ("photo.avif", "AVIF")])
def test_what_phones_take_has_a_preview_that_every_browser_shows(alice, room, name, kind):
    pillow_heif.register_heif_opener()
    (attachment,) = post_files(alice, room, (name, picture((640, 480), kind=kind)))["attachments"]

    assert (attachment["kind"], attachment["width"], attachment["height"]) == ("image", 640, 480)
    assert alice.get(attachment["preview_url"]).mimetype == "image/webp"
    how = alice.get(attachment["url"]).headers["Content-Disposition"].partition(";")[0]
    assert how == ("attachment" if kind == "HEIF" else "inline")


def test_a_photo_says_nothing_of_where_it_was_taken(app, alice, room):
    exif = Image.Exif()
    exif[0x010E] = "37.5665 N, 126.9780 E"
    content = picture((640, 480), kind="JPEG", exif=exif)
    assert b"37.5665" in content

    (attachment,) = post_files(alice, room, ("photo.jpg", content))["attachments"]

    served = alice.get(attachment["url"]).data
    assert b"37.5665" not in served
    assert len(served) == attachment["size_bytes"] < len(content)
    assert len(lying(app)) == 3
    assert problems(app) == []
