"""A team's own listeners, as docs/listeners.md shows them, and what becomes of those with faults."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chat.clock import clock_at, now
from chat.extensions import db
from chat.factory import close_app, create_app
from chat.listeners import own as own_module
from chat.models import ListenerState
from chat.queries.event_rows import event_rows, log_span
from chat.unit_of_work import execute_sql, unit_of_work
from tests.conftest import created, post
from tests.elsewhere import Elsewhere, Index
from tests.listeners.test_runner import letters_of, status_of

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "listeners.md").read_text()
EXAMPLE = re.compile(r"data/listeners/(\w+\.py)`(?:(?!```).)*\n\n```python\n(.*?)```", re.DOTALL)
EXAMPLES = dict(EXAMPLE.findall(PAGE))
DRAIN = "from chat.factory import create_app; create_app().extensions['listeners'].drain('archive')"
TYPES = {"message_posted", "message_edited", "message_deleted"}
DECLARED = "from chat.plugins import listener\n\n\n@listener({!r})\ndef take(entry, key): ...\n"
FAULTS = {
    "a_syntax.py": ("this is no Python", "SyntaxError"),
    "b_crash.py": (DECLARED.format("half") + "1 / 0", "division"),
    "c_exit.py": ("import sys\nsys.exit('bye')", "SystemExit: bye"),
    "d_nothing.py": ("x = 1", "nothing in it is declared"),
    "e_taken.py": (DECLARED.format("search_index"), "search_index is taken"),
    "f_later.py": (DECLARED.format("webhooks"), "webhooks is taken"),
    "g_twice.py": (DECLARED.format("archive"), "archive is taken"),
    "h_name.py": (DECLARED.format("a:b/c"), "'a:b/c' is not"),
}


@pytest.fixture
def archive(monkeypatch):
    made = Elsewhere()
    monkeypatch.setenv("ARCHIVE_URL", f"{made.url}/events")
    made.open()
    yield made
    made.close()


@pytest.fixture
def index(monkeypatch):
    made = Index()
    monkeypatch.setenv("SEARCH_URL", f"{made.url}/messages")
    made.open()
    yield made
    made.close()


@pytest.fixture
def settings(settings, archive, index):
    """Return settings on a data folder with the examples of the page in it."""
    folder = settings.data / "listeners"
    folder.mkdir(parents=True)
    for name, code in EXAMPLES.items():
        (folder / name).write_text(code)
    return settings.model_copy(update={"search": "elastic"})


@pytest.fixture
def runner(app):
    found = app.extensions["listeners"]
    found.drain()
    return found


def go_on(app, runner, name):
    """Do not wait for the next try."""
    with app.app_context():
        runner.retry(name)
    runner.drain(name)


def keys_after(app, seq):
    with app.app_context():
        span = log_span()
        rows = event_rows(span.epoch, after=seq, until=span.head_seq, with_personal=False)
        return [f"{row['epoch']}:{row['seq']}:archive" for row in rows if row["type"] in TYPES]


def keys_at(archive):
    return [headers["Idempotency-Key"] for _, _, headers, _ in archive.requests]


def talk(client, room):
    kept, secret = (post(client, room, text)["message"] for text in ("kept", "a secret"))
    created(client.patch(f"/api/messages/{kept['id']}", json={"text": "better", "base_version": 1}))
    created(client.delete(f"/api/messages/{secret['id']}"))


def totals(app, room):
    with app.app_context(), unit_of_work():
        return execute_sql("SELECT count(*) FROM own_room_total WHERE room_id = ?", (room["id"],)).fetchone()[0]


def found(client, q, **arguments):
    page = created(client.get("/api/search", query_string={"q": q, **arguments}))
    return [result["message"]["text"] for result in page["results"]], page["next"]


# --- The examples of the page ---


def test_the_example_sends_every_message_through_an_outage_once_and_in_order(app, alice, room, runner, archive):
    begin = status_of(app, runner, "archive").cursor
    post(alice, room, "before")
    runner.drain("archive")
    archive.close()
    talk(alice, room)
    runner.drain()
    down = status_of(app, runner, "archive")
    archive.open()
    archive.status = 503
    go_on(app, runner, "archive")
    overloaded = status_of(app, runner, "archive")
    archive.requests.pop()
    archive.status = 200

    go_on(app, runner, "archive")

    assert (down.attempts, overloaded.attempts) == (0, 0)
    assert down.down_since == overloaded.down_since is not None
    assert overloaded.last_error == "EndDownError: the archive answers 503"
    assert status_of(app, runner, "search_index").lag_events == 0
    assert keys_at(archive) == keys_after(app, begin)
    assert [body["data"] and body["data"]["message"]["text"] for *_, body in archive.requests] == [
        "before",
        None,
        None,
        "better",
        "",
    ]
    assert status_of(app, runner, "archive").down_since is None


def test_the_example_is_killed_before_its_place_is_stored_and_repeats_under_the_same_key(
    app, settings, alice, room, runner, archive
):
    begin = status_of(app, runner, "archive").cursor
    talk(alice, room)
    environment = {"STET_DATA": str(settings.data), "STET_FAILPOINTS": "before_cursor=kill@2"}
    killed = subprocess.Popen(
        [sys.executable, "-c", DRAIN],
        cwd=ROOT,
        env=os.environ | environment | {"STET_ASYNC_MODE": "threading"},
    )
    assert killed.wait() == -signal.SIGKILL

    runner.drain("archive")

    first, second, *rest = keys_after(app, begin)
    assert keys_at(archive) == [first, second, second, *rest]


def test_an_event_that_the_archive_refuses_is_put_aside_after_ten_tries(app, alice, room, runner, archive):
    archive.status = 400
    refused = post(alice, room, "hello")["seq"]
    for hours in range(10):
        with clock_at(now().replace(year=now().year + 1 + hours)):
            runner.drain("archive")

    assert len(archive.requests) == 10
    assert [letter.seq for letter in letters_of(app, "archive")] == [refused]
    assert status_of(app, runner, "archive").lag_events == 0


def test_the_local_example_counts_along_and_again_from_all_messages(app, alice, room, runner):
    for text in ("one", "two", "three"):
        post(alice, room, text)
    runner.drain("room_totals")
    along = totals(app, room)

    runner.replay("room_totals")
    runner.drain("room_totals")

    assert (along, totals(app, room)) == (3, 3)


def test_the_search_of_the_example_shows_an_outsider_nothing_of_what_it_finds(
    app, alice, bob, carol, room, runner, index
):
    talk(alice, room)
    post(alice, room, "the better plan")
    runner.drain("elastic")
    assert [one["text"] for one in index.documents.values()] == ["better", "the better plan"]

    asked = len(index.requests)
    assert found(bob, "better") == (["the better plan", "better"], None)
    assert found(carol, "better") == ([], None)
    assert len(index.requests) == asked + 1
    created(carol.post("/api/rooms", json={"kind": "closed", "name": "elsewhere", "member_ids": []}))
    assert found(carol, "better") == ([], None)
    assert index.requests[-1][3]["query"]["bool"]["must"] == [{"match": {"text": "better"}}]
    result = created(bob.get("/api/search?q=better"))["results"][0]
    assert [part["text"] for part in result["snippet"] if part["is_match"]] == ["better"]
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))
    assert found(bob, "better") == ([], None)


def test_operators_hold_whatever_the_provider_finds(app, alice, bob, room, runner, index):
    post(alice, room, "plan of alice")
    said = post(bob, room, "plan of bob")["message"]
    runner.drain()
    index.documents["999999"] = {"text": "plan of nobody"}

    assert found(alice, "plan from:Bob")[0] == ["plan of bob"]
    assert found(alice, "plan before:2020")[0] == found(alice, "plan in:nowhere")[0] == []
    asked = len(index.requests)
    assert found(alice, "from:Bob")[0] == ["plan of bob"]
    assert len(index.requests) == asked
    created(bob.delete(f"/api/messages/{said['id']}"))
    assert found(alice, "plan")[0] == ["plan of alice"]


def test_pages_of_a_provider_follow_each_other_and_its_failure_is_said(app, alice, room, runner, index):
    for number in range(5):
        post(alice, room, f"plan {number}")
    runner.drain()
    first, cursor = found(alice, "plan", limit=2)
    second, following = found(alice, "plan", limit=2, cursor=cursor)
    last, end = found(alice, "plan", limit=2, cursor=following)
    assert [*first, *second, *last] == [f"plan {number}" for number in (4, 3, 2, 1, 0)]
    assert end is None
    index.status = 500

    own, own_cursor = found(alice, "plan", limit=2)
    refused = alice.get("/api/search", query_string={"q": "plan", "limit": 2, "cursor": cursor})

    assert own == ["plan 4", "plan 3"]
    assert found(alice, "plan", limit=3, cursor=own_cursor)[0] == ["plan 2", "plan 1", "plan 0"]
    assert (refused.status_code, refused.get_json()["code"]) == (503, "search_unavailable")


# --- What cannot be loaded ---


def test_faulty_files_are_said_and_stop_neither_the_server_nor_the_others(app, settings, alice):
    close_app(app)
    folder = settings.data / "listeners"
    for name, (code, _) in FAULTS.items():
        (folder / name).write_text(code)
    (folder / "_left_out.py").write_text("1 / 0")
    (folder / "i_open.py").write_text(EXAMPLES["archive.py"].replace('"archive"', '"open"'))
    (folder / "i_open.py").chmod(0o666)

    beside = create_app(settings.model_copy(update={"search": "missing"}))

    said = {one.source: one.error for one in beside.extensions["own_listeners"].not_loaded}
    assert set(said) == {"listeners/i_open.py", "STET_SEARCH", *(f"listeners/{name}" for name in FAULTS)}
    for name, (_, error) in FAULTS.items():
        assert error in said[f"listeners/{name}"], name
    assert "everybody on this machine may write i_open.py" in said["listeners/i_open.py"]
    assert "no search provider missing" in said["STET_SEARCH"]
    assert {"archive", "elastic", "room_totals"} < set(beside.extensions["listeners"].names)
    assert "half" not in beside.extensions["listeners"].names
    printed = beside.test_cli_runner().invoke(args=["listeners", "status"]).output
    assert "listeners/d_nothing.py is not loaded: nothing in it is declared" in printed
    asker = beside.test_client()
    report = created(asker.get("/api/delivery", headers={"Authorization": f"Bearer {alice.token}"}))
    assert {one["source"] for one in report["not_loaded"]} == set(said)
    close_app(beside)


def test_a_listener_that_is_not_loaded_keeps_its_place_and_goes_on_from_it(app, settings, alice, room, runner, archive):
    file = settings.data / "listeners" / "archive.py"
    code = file.read_text()
    file.write_text("1 / 0")
    without = create_app(settings)
    without.extensions["listeners"].drain()
    seq = post(alice, room, "meanwhile")["seq"]
    close_app(without)
    with app.app_context():
        assert db.session.get_one(ListenerState, "archive").cursor < seq
    file.write_text(code)

    again = create_app(settings)
    again.extensions["listeners"].drain("archive")
    close_app(again)

    assert [body["seq"] for *_, body in archive.requests] == [seq]


def test_an_installed_package_declares_listeners_by_its_entry_point(app, settings, tmp_path, monkeypatch):
    close_app(app)
    site = tmp_path / "site"
    metadata = site / "our_team-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "our_team_listeners.py").write_text(DECLARED.format("packaged"))
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: our-team\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{own_module.GROUP}]\nteam = our_team_listeners\n")
    monkeypatch.syspath_prepend(str(site))

    for _ in range(2):
        made = create_app(settings)
        assert "packaged" in made.extensions["listeners"].names
        assert made.extensions["own_listeners"].not_loaded == []
        close_app(made)
