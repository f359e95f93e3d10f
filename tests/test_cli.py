"""Commands for operators."""

from tests.conftest import sign_up
from tests.people import browser


def test_the_people_are_listed_with_their_standing(app, alice, bob):
    alice.patch(f"/api/users/{bob.user_id}", json={"deactivated": True})

    lines = app.test_cli_runner().invoke(args=["users"]).output.splitlines()

    assert "alice@example.com" in lines[0]
    assert "owner" in lines[0]
    assert lines[1].endswith("Bob Lee (deactivated)")


def test_a_reset_link_from_the_terminal_works_once(app, alice):
    result = app.test_cli_runner().invoke(args=["reset-link", "Alice@Example.com"])

    url = result.output.strip()
    assert url.startswith("http://127.0.0.1:8000/reset/")
    path = "/api/reset/" + url.rpartition("/")[2]
    page = browser(app)
    assert page.post(path, json={"password": "a long enough sentence"}).status_code == 201
    assert page.get(path).status_code == 410


def test_a_reset_link_writes_no_event_so_that_it_may_run_beside_the_server(app, alice):
    before = app.extensions["writer"].heads.seq

    app.test_cli_runner().invoke(args=["reset-link", "alice@example.com"])

    assert app.extensions["writer"].heads.seq == before


def test_there_is_no_reset_link_for_a_stranger(app, alice):
    erin = sign_up(app, "Erin")
    alice.patch(f"/api/users/{erin.user_id}", json={"deactivated": True})

    results = [app.test_cli_runner().invoke(args=["reset-link", email]) for email in ("x@y.z", "erin@example.com")]

    assert [result.exit_code for result in results] == [1, 1]
    assert "no active person has the email x@y.z" in results[0].output
