"""Backups over HTTP, for owners alone; and as a page."""

import hashlib

import pytest

from chat.backups import create
from chat.backups.archive import check_archive
from chat.backups.keeping import Result, backups_folder, kept_backups, note_result
from tests.conftest import created
from tests.hearing import until
from tests.pages import enter, owner_browser, submit, text_of


def made_by(client, app, *, count=1):
    """Begin a backup, wait for its end and return the overview."""
    assert client.post("/api/backups").status_code == 202
    until(lambda: app.extensions["backups"].stage is None)
    overview = client.get("/api/backups").get_json()
    assert len(overview["backups"]) == count, overview
    return overview


def test_an_owner_makes_one_in_the_background_and_fetches_it(app, alice, tmp_path):
    overview = made_by(alice, app)

    (backup,) = overview["backups"]
    answer = alice.get(f"/api/backups/{backup['name']}/file")
    (tmp_path / "fetched.tar.gz").write_bytes(answer.data)

    assert set(backup) == {"name", "at", "size_bytes", "is_daily"}
    assert (overview["stage"], overview["last"]["name"], overview["last"]["error"]) == (None, backup["name"], None)
    assert overview["schedule"] == {"hour": 3, "days_kept": 7, "weeks_kept": 4}
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{backup["name"]}"'
    assert answer.headers["Content-Length"] == str(backup["size_bytes"])
    assert answer.content_type == "application/gzip"
    assert check_archive(tmp_path / "fetched.tar.gz").people == 1


def test_a_file_comes_in_pieces(app, settings, alice):
    folder = backups_folder(settings)
    folder.mkdir()
    content = bytes(range(256)) * 4096
    (folder / "stet-20261124T113000Z.tar.gz").write_bytes(content)

    answer = alice.get("/api/backups/stet-20261124T113000Z.tar.gz/file", buffered=False)
    pieces = list(answer.response)

    assert len(pieces) > 2
    assert hashlib.sha256(b"".join(pieces)).digest() == hashlib.sha256(content).digest()


def test_only_one_is_made_at_a_time(app, alice):
    first, second = alice.post("/api/backups"), alice.post("/api/backups")
    until(lambda: app.extensions["backups"].stage is None)

    assert first.get_json()["stage"] is not None
    assert (second.status_code, second.get_json()["code"]) == (409, "backup_running")
    assert len(alice.get("/api/backups").get_json()["backups"]) == 1


def test_one_that_failed_is_told_and_does_not_keep_the_next_from_being_made(app, alice, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr(create, "MARGIN_BYTES", 10**18)
        failed = made_by(alice, app, count=0)["last"]

    assert failed["name"] is None
    assert "too little room" in failed["error"]
    assert made_by(alice, app)["last"]["error"] is None


def test_an_owner_deletes_one(app, settings, alice):
    name = made_by(alice, app)["backups"][0]["name"]

    assert alice.delete(f"/api/backups/{name}").status_code == 200

    assert kept_backups(settings) == []
    assert alice.delete(f"/api/backups/{name}").status_code == 404
    assert alice.get(f"/api/backups/{name}/file").status_code == 404


@pytest.mark.parametrize(
    "name", ["..", "secret_key", "..%2fsecret_key", "%2e%2e%2fsecret_key", "last.json", "stet-x.tar.gz", "x" * 3000]
)
def test_other_files_are_neither_given_nor_deleted(app, settings, alice, name):
    made_by(alice, app)
    note_result(settings, Result(at="2026-11-24T11:30:00.000Z"))
    before = sorted(path.name for path in settings.data.rglob("*"))

    answers = [alice.get(f"/api/backups/{name}/file"), alice.delete(f"/api/backups/{name}")]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert sorted(path.name for path in settings.data.rglob("*")) == before


def test_admins_members_and_strangers_get_nothing(app, alice, bob, anonymous):
    name = made_by(alice, app)["backups"][0]["name"]
    alice.patch(f"/api/users/{bob.user_id}", json={"role": "admin"})

    for method, path in (
        ("GET", "/api/backups"),
        ("POST", "/api/backups"),
        ("GET", f"/api/backups/{name}/file"),
        ("DELETE", f"/api/backups/{name}"),
        ("DELETE", "/api/backups/none"),
    ):
        assert bob.open(path, method=method).status_code == 403
        assert anonymous.open(path, method=method).status_code == 401

    assert [backup["name"] for backup in alice.get("/api/backups").get_json()["backups"]] == [name]


def test_who_is_an_owner_no_more_gets_nothing(app, alice, bob):
    alice.patch(f"/api/users/{bob.user_id}", json={"role": "owner"})
    made_by(bob, app)
    created(alice.patch(f"/api/users/{bob.user_id}", json={"role": "admin"}))

    assert bob.get("/api/backups").status_code == 403


# The page


def test_the_page_makes_lists_and_deletes(app, settings, alice):
    owner = owner_browser(app, alice)
    assert "There are no backups yet." in text_of(owner.get("/admin/backups"))

    running = text_of(owner.get(submit(owner, "/admin/backups").location))
    until(lambda: app.extensions["backups"].stage is None)
    html = text_of(owner.get("/admin/backups"))
    (backup,) = kept_backups(settings)
    answer = submit(owner, "/admin/backups", to=f"/admin/backups/{backup.name}/delete")

    assert "A backup is being made." in running
    assert f'href="/api/backups/{backup.name}/file"' in html
    assert "secret key" in html
    assert "restore --force FILE" in html
    assert "The backup is deleted." in text_of(owner.get(answer.location))
    assert kept_backups(settings) == []


def test_the_page_says_what_went_wrong(app, alice, monkeypatch):
    monkeypatch.setattr(create, "MARGIN_BYTES", 10**18)
    owner = owner_browser(app, alice)
    submit(owner, "/admin/backups")
    until(lambda: app.extensions["backups"].stage is None)

    html = text_of(owner.get("/admin/backups"))

    assert "The last try failed" in html
    assert "too little room" in html


def test_one_that_is_gone_already_is_no_fault(app, alice):
    owner = owner_browser(app, alice)

    answer = submit(owner, "/admin/backups", to="/admin/backups/stet-20261124T113000Z.tar.gz/delete")

    assert "That had changed already." in text_of(owner.get(answer.location))


def test_the_page_is_for_owners_and_so_is_the_way_to_it(app, alice):
    owner, dana = owner_browser(app, alice), enter(app, alice)
    alice.patch(f"/api/users/{dana.user_id}", json={"role": "admin"})

    assert "/admin/backups" in text_of(owner.get("/admin/people"))
    assert "/admin/backups" not in text_of(dana.get("/admin/people"))
    assert dana.get("/admin/backups").status_code == 403
    assert dana.post("/admin/backups").status_code in {400, 403}
