"""Uploads: announced, in pieces, resumed, given up, refused."""

import errno
import io
import json
import uuid

import pytest

from chat.uploads import folder
from tests.conftest import created, sign_up
from tests.files import announce, lying, picture, put, upload_file

TEXT = b"one line\nanother line\n"


def test_a_file_arrives_in_pieces(alice):
    content = picture()
    upload = announce(alice, "chart.png", len(content))
    assert (upload["offset"], upload["is_complete"], upload["attachment"]) == (0, False, None)

    halfway = created(put(alice, upload, 0, content[:1000]))["upload"]
    assert (halfway["offset"], halfway["is_complete"]) == (1000, False)

    whole = created(put(alice, upload, 1000, content[1000:]))["upload"]
    assert (whole["offset"], whole["is_complete"]) == (len(content), True)
    assert whole["attachment"]["kind"] == "image"
    assert (whole["attachment"]["width"], whole["attachment"]["height"]) == (1600, 900)
    assert whole["attachment"]["placeholder"].startswith("data:image/webp;base64,")


def test_where_an_upload_stands_can_be_asked(alice):
    upload = announce(alice, "notes.txt", len(TEXT))
    put(alice, upload, 0, TEXT[:5])

    told = alice.head(f"/api/uploads/{upload['id']}")
    assert (told.headers["Upload-Offset"], told.headers["Upload-Length"]) == ("5", str(len(TEXT)))
    assert created(alice.get(f"/api/uploads/{upload['id']}"))["upload"]["offset"] == 5


def test_announcing_it_again_with_the_same_key_is_the_same_upload(alice):
    key = str(uuid.uuid4())
    first = announce(alice, "notes.txt", len(TEXT), client_id=key)
    put(alice, first, 0, TEXT[:5])

    again = alice.post("/api/uploads", json={"name": "notes.txt", "size_bytes": len(TEXT), "client_id": key})

    assert again.status_code == 200
    assert (again.get_json()["upload"]["id"], again.get_json()["upload"]["offset"]) == (first["id"], 5)


def test_bytes_for_another_place_are_refused_with_the_true_one(app, alice):
    upload = announce(alice, "notes.txt", len(TEXT))
    put(alice, upload, 0, TEXT[:5])

    for offset in (0, 9):
        refused = put(alice, upload, offset, TEXT[offset : offset + 5])
        assert (refused.status_code, refused.get_json()["code"]) == (409, "offset_conflict")
        assert refused.get_json()["offset"] == 5

    assert created(put(alice, upload, 5, TEXT[5:]))["upload"]["is_complete"]
    assert [(app.config["SETTINGS"].data / "uploads" / name).read_bytes() for name in lying(app)] == [TEXT]


def test_the_last_piece_may_be_repeated(alice):
    upload = announce(alice, "notes.txt", len(TEXT))
    put(alice, upload, 0, TEXT)

    assert created(put(alice, upload, 0, TEXT))["upload"]["is_complete"]
    assert created(put(alice, upload, 0, TEXT[:3]))["upload"]["is_complete"]


def test_what_was_on_disk_when_the_process_ended_is_finished_by_an_empty_piece(app, alice, monkeypatch):
    upload = announce(alice, "notes.txt", len(TEXT))
    with monkeypatch.context() as broken:
        broken.setattr(folder, "seal", _fail)
        assert put(alice, upload, 0, TEXT).status_code == 500

    assert created(alice.get(f"/api/uploads/{upload['id']}"))["upload"]["offset"] == len(TEXT)
    assert created(put(alice, upload, len(TEXT), b""))["upload"]["is_complete"]
    assert len(lying(app)) == 1


def _fail(_path):
    raise OSError(errno.EIO, "the disk is gone")


def test_an_upload_that_is_given_up_is_gone_from_the_disk(app, alice):
    upload = announce(alice, "notes.txt", len(TEXT))
    put(alice, upload, 0, TEXT[:5])

    assert alice.delete(f"/api/uploads/{upload['id']}").status_code == 200

    assert alice.get(f"/api/uploads/{upload['id']}").status_code == 404
    assert put(alice, upload, 5, TEXT[5:]).status_code == 404
    app.extensions["housekeeping"].run("discarded_files")
    assert lying(app) == []


def test_carol_can_do_nothing_with_an_upload_of_alices(alice, carol):
    upload = announce(alice, "notes.txt", len(TEXT))

    assert carol.get(f"/api/uploads/{upload['id']}").status_code == 404
    assert put(carol, upload, 0, TEXT).status_code == 404
    assert carol.delete(f"/api/uploads/{upload['id']}").status_code == 404
    put(alice, upload, 0, TEXT)
    assert carol.get(f"/files/{upload['id']}").status_code == 404
    assert alice.get(f"/files/{upload['id']}").data == TEXT


def test_the_same_key_of_somebody_else_is_another_upload(alice, carol):
    key = str(uuid.uuid4())

    assert announce(alice, "a.txt", 3, client_id=key)["id"] != announce(carol, "a.txt", 3, client_id=key)["id"]


def test_a_tool_sends_a_whole_file_at_once(alice):
    answer = created(alice.post("/api/files", data={"file": (io.BytesIO(TEXT), "notes.txt")}))

    assert answer["upload"]["is_complete"]
    assert answer["upload"]["attachment"]["excerpt"] == "one line\nanother line"
    assert alice.get(answer["upload"]["attachment"]["url"]).data == TEXT


def test_a_whole_file_with_a_key_is_taken_once(app, alice):
    headers = {"Idempotency-Key": str(uuid.uuid4())}

    first = created(alice.post("/api/files", data={"file": (io.BytesIO(TEXT), "notes.txt")}, headers=headers))
    again = created(alice.post("/api/files", data={"file": (io.BytesIO(TEXT), "notes.txt")}, headers=headers))

    assert first["upload"]["id"] == again["upload"]["id"]
    assert len(lying(app)) == 1


def test_a_whole_file_may_be_larger_than_other_requests(alice):
    content = b"x" * 8_000_000

    # Written out: the test client would put a form of this size into a file, and leave it open.
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="long.bin"\r\n\r\n' + content + b"\r\n--x--\r\n"
    )
    answer = created(alice.post("/api/files", data=form, content_type="multipart/form-data; boundary=x"))

    assert answer["upload"]["size_bytes"] == len(content)


@pytest.mark.parametrize("form", [{}, {"file": "text"}, {"file": (io.BytesIO(b""), "empty.txt")}])
def test_a_form_without_a_file_is_refused(alice, form):
    assert alice.post("/api/files", data=form).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "", "size_bytes": 1},
        {"name": "x", "size_bytes": 0},
        {"name": "x", "size_bytes": -1},
        {"name": "x", "size_bytes": "1"},
        {"name": "x", "size_bytes": True},
        {"name": "x", "size_bytes": 2**70},
        {"name": ["x"], "size_bytes": 1},
        {"name": "x", "size_bytes": 1, "client_id": "no uuid"},
    ],
)
def test_an_announcement_that_is_not_right_is_refused(alice, body):
    assert alice.post("/api/uploads", json=body).status_code == 422


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.5", "9" * 40])
def test_an_offset_that_is_no_number_is_refused(alice, offset):
    upload = announce(alice, "notes.txt", len(TEXT))
    refused = alice.patch(f"/api/uploads/{upload['id']}", data=TEXT, headers={"Upload-Offset": offset})
    assert refused.status_code == 422


def test_a_piece_is_a_megabyte_at_most(alice):
    upload = announce(alice, "long.bin", 3_000_000)
    refused = put(alice, upload, 0, b"x" * (1024 * 1024 + 1))
    assert (refused.status_code, refused.get_json()["code"]) == (413, "chunk_too_large")


def test_more_bytes_than_announced_are_refused(alice):
    upload = announce(alice, "notes.txt", 5)
    refused = put(alice, upload, 0, b"123456")
    assert (refused.status_code, refused.get_json()["code"]) == (413, "file_too_large")


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"upload_megabytes": 1}, "file_too_large"),
        ({"upload_person_megabytes": 1}, "person_quota_full"),
        ({"upload_workspace_megabytes": 1}, "workspace_quota_full"),
        ({"disk_floor_megabytes": 10**9}, "uploads_paused"),
    ],
)
def test_limits_are_told_before_anything_is_sent(app, alice, limits, code):
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update=limits)

    refused = alice.post("/api/uploads", json={"name": "film.mp4", "size_bytes": 2_000_000})

    assert refused.get_json()["code"] == code
    assert refused.status_code == (507 if code == "uploads_paused" else 413)


def test_a_quota_counts_what_is_still_on_its_way(app, alice):
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"upload_person_megabytes": 3})
    dana = sign_up(app, "Dana")
    announce(alice, "one.bin", 2_000_000)

    refused = alice.post("/api/uploads", json={"name": "two.bin", "size_bytes": 2_000_000})
    assert refused.get_json()["code"] == "person_quota_full"
    announce(dana, "hers.bin", 2_000_000)


def test_below_the_floor_messages_go_on(app, alice, room):
    upload = announce(alice, "notes.txt", len(TEXT))
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"disk_floor_megabytes": 10**9})

    refused = put(alice, upload, 0, TEXT)
    assert (refused.status_code, refused.get_json()["code"]) == (507, "uploads_paused")
    assert alice.post(f"/api/rooms/{room['id']}/messages", json={"text": "still here"}).status_code == 201


def test_a_full_disk_takes_nothing_of_a_piece(alice, monkeypatch):
    upload = announce(alice, "notes.txt", len(TEXT))
    with monkeypatch.context() as full:
        full.setattr(folder.os, "pwrite", _half_then_full())
        refused = put(alice, upload, 0, TEXT)
    assert (refused.status_code, refused.get_json()["code"]) == (507, "storage_full")

    assert created(alice.get(f"/api/uploads/{upload['id']}"))["upload"]["offset"] == 0
    assert created(put(alice, upload, 0, TEXT))["upload"]["is_complete"]


def _half_then_full():
    true_write, calls = folder.os.pwrite, []

    def write(descriptor, chunk, place):
        calls.append(place)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "full")
        return true_write(descriptor, chunk[: len(chunk) // 2], place)

    return write


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\files\\plan.docx", "plan.docx"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af.txt", "한글.txt"),
        ("..", "file"),
        (" \t ", "file"),
        ("x" * 300 + ".png", "x" * 196 + ".png"),
    ],
)
def test_names_are_cleaned(alice, given, kept):
    assert announce(alice, given, 3)["name"] == kept


def test_a_name_of_a_form_cannot_end_a_header(alice):
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a%0d%0ab\r.txt"\r\n\r\nabc\r\n--x--\r\n'
    answer = alice.post("/api/files", data=body, content_type="multipart/form-data; boundary=x")
    if answer.status_code == 201:
        url = answer.get_json()["upload"]["attachment"]["url"]
        assert alice.get(url).status_code == 200


def test_what_no_message_took_is_given_up_after_a_day(app, alice, monkeypatch):
    upload = upload_file(alice, "notes.txt", TEXT)
    app.extensions["housekeeping"].run("forgotten_uploads")
    assert alice.get(f"/files/{upload['id']}").status_code == 200

    monkeypatch.setattr("chat.housekeeping.uploads.KEPT_HOURS", -1)
    app.extensions["housekeeping"].run("forgotten_uploads")
    app.extensions["housekeeping"].run("discarded_files")

    assert alice.get(f"/files/{upload['id']}").status_code == 404
    assert lying(app) == []


def test_a_file_that_no_row_names_is_removed(app, alice, monkeypatch):
    upload_file(alice, "notes.txt", TEXT)
    uploads = app.config["SETTINGS"].data / "uploads"
    (uploads / ("0" * 32 + ".part")).write_bytes(b"left over")
    monkeypatch.setattr("chat.housekeeping.uploads.STRAY_SECONDS", -1)

    app.extensions["housekeeping"].run("forgotten_uploads")
    app.extensions["housekeeping"].run("discarded_files")

    assert [(uploads / name).read_bytes() for name in lying(app)] == [TEXT]


def test_nothing_that_is_sent_is_a_fault_of_ours(alice):
    for body in (b"", b"[]", b"nul", b"\xff", json.dumps({"name": "\ud800", "size_bytes": 1}).encode()):
        answer = alice.post("/api/uploads", data=body, content_type="application/json")
        assert answer.status_code in {201, 400, 422}
