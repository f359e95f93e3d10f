"""What may stand where, read from the source: one place commits, few places emit, one adapter knows eventlet."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [ROOT / "app.py", *sorted((ROOT / "chat").rglob("*.py"))]

MAY_COMMIT = {"chat/unit_of_work.py"}
MAY_EMIT = {"chat/listeners/broadcaster.py", "chat/server.py"}
MAY_KNOW_EVENTLET = {"app.py", "chat/concurrency.py"}
MAY_PUBLISH = {"chat/demo.py", "chat/seeding.py"}
TRANSACTION_WORDS = {"COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "END"}


def name_of(source: Path) -> str:
    return source.relative_to(ROOT).as_posix()


def nodes(source: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(source.read_text()))


def where(is_found) -> set[str]:
    """Return the sources in which any node is found."""
    return {name_of(source) for source in SOURCES if any(is_found(node) for node in nodes(source))}


def calls(node: ast.AST, method: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method


def modules_of(node: ast.AST) -> list[str]:
    """Return the modules that an import statement names."""
    named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return [*named, node.module or ""] if isinstance(node, ast.ImportFrom) else named


def imports(node: ast.AST, package: str) -> bool:
    return any(module.partition(".")[0] == package for module in modules_of(node))


def test_only_the_unit_of_work_commits():
    assert where(lambda node: calls(node, "commit")) <= MAY_COMMIT


def test_only_the_unit_of_work_says_commit_in_sql():
    def speaks(node: ast.AST) -> bool:
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        return is_text and bool(TRANSACTION_WORDS & {node.value.split(" ")[0]})

    assert where(speaks) == MAY_COMMIT


def test_the_searches_find_what_they_look_for():
    found = list(ast.walk(ast.parse("import eventlet.green\nfrom flask import g\ndb.session.commit()\nsio.emit('x')")))

    assert any(imports(node, "eventlet") for node in found)
    assert any(imports(node, "flask") for node in found)
    assert any(calls(node, "commit") for node in found)
    assert any(calls(node, "emit") for node in found)


def test_only_the_broadcaster_the_sockets_and_the_farewell_emit():
    elsewhere = where(lambda node: calls(node, "emit")) - MAY_EMIT

    assert {name for name in elsewhere if not name.startswith("chat/sockets/")} == set()


def test_events_are_emitted_by_the_broadcaster_alone():
    def emits_events(node: ast.AST) -> bool:
        return calls(node, "emit") and any(isinstance(arg, ast.Constant) and arg.value == "events" for arg in node.args)

    assert where(emits_events) == {"chat/listeners/broadcaster.py"}


def test_only_the_entry_and_one_adapter_know_eventlet():
    assert where(lambda node: imports(node, "eventlet")) == MAY_KNOW_EVENTLET


@pytest.mark.parametrize("layer", ["actions", "queries", "models"])
def test_what_knows_no_http_imports_no_flask(layer):
    found = where(lambda node: imports(node, "flask"))

    assert {name for name in found if name.startswith(f"chat/{layer}/")} == set()


def test_actions_and_queries_open_no_unit_of_work_because_the_route_owns_it():
    def opens_a_unit(node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == "unit_of_work"

    assert {name for name in where(opens_a_unit) if name.startswith(("chat/actions/", "chat/queries/"))} == set()


def test_only_actions_publish():
    published = where(lambda node: isinstance(node, ast.Name) and node.id == "publish") - MAY_PUBLISH

    assert {name for name in published if not name.startswith("chat/actions/")} == set()


def test_the_clock_is_read_in_one_place():
    def reads(node: ast.AST) -> bool:
        return calls(node, "now") or calls(node, "utcnow") or calls(node, "today")

    assert where(reads) <= {"chat/clock.py"}
