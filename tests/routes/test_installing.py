"""The manifest, the service worker and what it keeps: nothing of anybody, and only what there is."""

import io
import json
import re

import sqlalchemy as sa

from chat.extensions import db
from chat.models import LoggedEvent
from tests.people import invite_code, join


def build(client):
    """Return what the worker says that this version consists of."""
    first, _, _ = client.get("/sw.js").get_data(as_text=True).partition("\n")
    return json.loads(first.removeprefix("self.build = ").removesuffix(";"))


def status(client, path):
    answer = client.get(path)
    answer.close()
    return answer.status_code


def test_the_manifest_has_what_an_installation_needs(anonymous):
    answer = anonymous.get("/manifest.webmanifest")
    body = json.loads(answer.data)

    assert answer.content_type == "application/manifest+json"
    assert (body["start_url"], body["scope"], body["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in body["icons"]} == {"any", "maskable"}
    assert {status(anonymous, icon["src"]) for icon in body["icons"]} == {200}


def test_the_workspace_is_named_to_those_who_are_signed_in_only(alice, anonymous):
    assert json.loads(alice.get("/manifest.webmanifest").data)["name"] == "Saebom Studio"
    assert json.loads(anonymous.get("/manifest.webmanifest").data)["name"] == "Stet"
    assert "Saebom" not in anonymous.get("/manifest.webmanifest").get_data(as_text=True)


def test_shares_and_shortcuts_lead_to_pages(alice):
    body = json.loads(alice.get("/manifest.webmanifest").data)

    assert {alice.get(one["url"]).status_code for one in body["shortcuts"]} == {200}
    target = body["share_target"]
    assert (target["method"], target["enctype"]) == ("POST", "multipart/form-data")
    assert target["params"]["files"] == [{"name": "files", "accept": ["*/*"]}]
    assert alice.get(target["action"] + "?text=hello").status_code == 200


def test_the_worker_may_serve_the_whole_origin_and_is_looked_for_again(anonymous):
    answer = anonymous.get("/sw.js")

    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert anonymous.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_everything_that_the_worker_keeps_exists(anonymous):
    files = build(anonymous)["files"]

    assert any(file.endswith("/js/app.js") for file in files)
    assert any(file.endswith("/css/tokens.css") for file in files)
    assert {status(anonymous, file) for file in files} == {200}


def test_the_worker_knows_the_pages_of_the_chat_and_no_others(anonymous):
    patterns = [re.compile(pattern) for pattern in build(anonymous)["pages"]]
    ours = ["/", "/rooms/12", "/rooms/12/messages/3", "/threads", "/search", "/share"]
    others = ["/settings/profile", "/sign-in", "/api/me", "/rooms/12/other", "/admin/people", "/thread"]

    def is_known(path):
        return any(pattern.match(path) for pattern in patterns)

    assert [path for path in ours if not is_known(path)] == []
    assert [path for path in others if is_known(path)] == []


def test_the_shell_is_the_same_for_everybody(app, alice, anonymous):
    person = join(app, invite_code(alice), "Dana")

    shells = {client.get("/shell").get_data(as_text=True) for client in (person, anonymous)}

    assert len(shells) == 1
    assert not any(secret in next(iter(shells)) for secret in ("Dana", "Saebom", "epoch"))
    assert '<script type="application/json" id="boot">null</script>' in next(iter(shells))


def test_a_page_says_which_version_it_is_of(anonymous):
    version = build(anonymous)["version"]
    page = anonymous.get("/shell").get_data(as_text=True)

    assert f'<meta name="build" content="{version}">' in page


def test_a_stranger_is_sent_to_sign_in_before_sharing(anonymous):
    answer = anonymous.get("/share?text=hello")

    assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (302, True)


def shared(client, **parts):
    return client.post("/share", data=parts, content_type="multipart/form-data")


def test_without_a_worker_the_words_of_a_share_go_on_and_the_files_are_said_to_be_lost(app, alice, anonymous):
    for client in (alice, anonymous):
        words = shared(client, title="계획", text="a & b", url="")
        files = shared(client, text="look", files=(io.BytesIO(b"secret bytes"), "plan.txt"))
        nothing = shared(client, files=(io.BytesIO(b""), ""))

        assert [answer.status_code for answer in (words, files, nothing)] == [303, 303, 303]
        assert words.headers["Location"] == "/share?title=%EA%B3%84%ED%9A%8D&text=a+%26+b"
        assert files.headers["Location"] == "/share?text=look&lost=1"
        assert nothing.headers["Location"] == "/share"
    assert alice.get(files.headers["Location"]).status_code == 200


def test_a_share_that_no_worker_took_is_not_read_when_it_is_large_and_writes_nothing(app, alice):
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.max(LoggedEvent.seq)))

    answers = [
        shared(alice, text="x" * 7_000),
        shared(alice, text="look", files=(io.BytesIO(b"x" * 100_000), "plan.txt")),
        alice.post("/share", data=b"\x00\xff", content_type="multipart/form-data"),
    ]

    assert [answer.headers["Location"] for answer in answers] == ["/share?lost=1", "/share?lost=1", "/share"]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.max(LoggedEvent.seq))) == before
