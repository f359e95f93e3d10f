"""`flask events export`: the log for a warehouse, complete, in order, and without what is nobody's business."""

import builtins
import json
import stat

import pytest

from chat.clock import clock_at, now
from chat.extensions import db
from chat.models import LoggedEvent
from chat.queries.event_rows import event_rows, log_span
from tests.conftest import created, post


@pytest.fixture
def said(app, alice, bob, room):
    """Return what was posted, edited, deleted and drafted, by the seq of its event."""
    kept, edited, deleted = (post(alice, room, text) for text in ("kept 회의", "before", "a secret"))
    changed = created(
        alice.patch(f"/api/messages/{edited['message']['id']}", json={"text": "after", "base_version": 1})
    )
    gone = created(alice.delete(f"/api/messages/{deleted['message']['id']}"))
    created(bob.put("/api/drafts", json={"room_id": room["id"], "text": "a private thought"}))
    return {
        "kept": kept["seq"],
        "edited": edited["seq"],
        "deleted": deleted["seq"],
        "changed": changed["seq"],
        "gone": gone["seq"],
    }


def export(app, *words):
    return app.test_cli_runner().invoke(args=["events", "export", *map(str, words)])


def rows_of(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def head(app):
    with app.app_context():
        return log_span().head_seq


def forget_all(app):
    """Let every event leave the log, as a year later."""
    app.extensions["listeners"].drain()
    app.extensions["broadcaster"].drain()
    with clock_at(now().replace(year=now().year + 1)):
        app.extensions["housekeeping"].run("log_retention")


def test_each_event_is_a_row_and_what_was_withdrawn_has_no_data(app, alice, room, said):
    result = export(app)

    rows = {row["seq"]: row for row in rows_of(result)}
    assert list(rows) == sorted(rows)
    assert rows[said["kept"]]["data"]["message"]["text"] == "kept 회의"
    assert rows[said["edited"]]["data"] is None
    assert rows[said["deleted"]]["data"] is None
    assert rows[said["changed"]]["data"]["message"]["text"] == "after"
    assert rows[said["gone"]]["type"] == "message_deleted"
    assert "secret" not in result.stdout
    with app.app_context():
        epoch = log_span().epoch
        at = db.session.get_one(LoggedEvent, said["kept"]).at
    assert rows[said["kept"]] | {"data": 0, "stream_seq": 0} == {
        "seq": said["kept"],
        "stream": f"room-{room['id']}",
        "stream_seq": 0,
        "type": "message_posted",
        "message_id": rows[said["kept"]]["data"]["message"]["id"],
        "version": 1,
        "actor_id": alice.user_id,
        "at": at,
        "data": 0,
        "epoch": epoch,
    }


def test_personal_streams_come_only_when_they_are_asked_for(app, said):
    plain, whole = export(app), export(app, "--with-personal")

    assert {row["stream"].partition("-")[0] for row in rows_of(plain)} == {"room"}
    assert "a private thought" not in plain.stdout
    assert "a private thought" in whole.stdout
    assert [row["seq"] for row in rows_of(whole)] == list(range(1, head(app) + 1))


def test_an_export_goes_on_where_the_last_one_ended_and_misses_nothing(app, alice, room, said):
    first = export(app, "--until", said["deleted"])
    last = said["deleted"]
    assert first.stderr.startswith(f"{len(rows_of(first))} events, last seq {last}; go on with --after {last} --epoch ")
    post(alice, room, "later")

    second = export(app, *first.stderr.split("go on with ")[1].split())

    both = [row["seq"] for row in rows_of(first) + rows_of(second)]
    assert both == [row["seq"] for row in rows_of(export(app))]
    assert f"last seq {head(app)};" in second.stderr
    assert rows_of(export(app, "--after", head(app))) == []


def test_what_happens_meanwhile_is_in_the_next_export(app, alice, room, said):
    with app.app_context():
        span = log_span()
        rows = event_rows(span.epoch, after=0, until=10**9, with_personal=True)
        first = next(rows)
        alice.delete(f"/api/messages/{rows_of(export(app, '--after', said['kept'] - 1))[0]['message_id']}")
        seqs = [first["seq"], *(row["seq"] for row in rows)]

    assert seqs[-1] == span.head_seq < head(app)


def test_events_that_are_no_longer_kept_are_said_and_have_an_exit_code(app, alice, room, said):
    oldest = head(app) + 1
    forget_all(app)
    later = post(alice, room, "later")["seq"]

    refused = export(app, "--after", 3)

    assert refused.exit_code == 3
    assert f"events 4 to {oldest - 1} are no longer kept (STET_LOG_DAYS). --after {oldest - 1} gives" in refused.stderr
    assert refused.stdout == ""
    assert [row["seq"] for row in rows_of(export(app, "--after", oldest - 1))] == [later]
    assert [row["seq"] for row in rows_of(export(app))] == [later]


@pytest.mark.parametrize("words", [("--epoch", "another"), ("--after", 10**6)])
def test_another_history_is_refused(app, said, words):
    refused = export(app, *words)

    assert (refused.exit_code, refused.stdout) == (4, "")
    assert "history" in refused.stderr


def test_a_file_is_whole_private_and_never_overwritten(app, said, tmp_path):
    file = tmp_path / "events.ndjson"

    assert export(app, "--out", file).exit_code == 0
    whole = file.read_text()
    again = export(app, "--out", file)
    nowhere = export(app, "--out", tmp_path / "missing" / "events.ndjson")

    assert whole == export(app).stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (again.exit_code, "exists already" in again.stderr) == (1, True)
    assert (nowhere.exit_code, "cannot be written: No such file" in nowhere.stderr) == (1, True)
    assert [found.name for found in tmp_path.glob("events*")] == ["events.ndjson"]


def test_parquet_has_the_same_rows_with_types(app, said, tmp_path, monkeypatch):
    pq = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow: pip install -r requirements-dev.txt")
    monkeypatch.setattr("chat.event_files.GROUP_ROWS", 3)
    file = tmp_path / "events.parquet"

    assert export(app, "--format", "parquet", "--out", file).exit_code == 0

    table = pq.read_table(file)
    plain = rows_of(export(app))
    assert pq.ParquetFile(file).num_row_groups == -(-len(plain) // 3)
    assert str(table.schema.field("at").type) == "timestamp[ms, tz=UTC]"
    found = table.to_pylist()
    assert [row["data"] and json.loads(row["data"]) for row in found] == [row["data"] for row in plain]
    assert [row["at"].isoformat(timespec="milliseconds").replace("+00:00", "Z") for row in found] == [
        row["at"] for row in plain
    ]
    for row in found + plain:
        del row["at"], row["data"]
    assert found == plain


def test_parquet_without_its_library_or_a_file_says_what_is_needed(app, tmp_path, monkeypatch):
    def without_pyarrow(name, *rest):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    real = builtins.__import__
    nowhere = export(app, "--format", "parquet")
    monkeypatch.setattr(builtins, "__import__", without_pyarrow)
    missing = export(app, "--format", "parquet", "--out", tmp_path / "events.parquet")

    assert (nowhere.exit_code, "--out events.parquet" in nowhere.stderr) == (2, True)
    assert (missing.exit_code, "pip install pyarrow==" in missing.stderr) == (1, True)
    assert list(tmp_path.glob("events*")) == []
