"""Making, listing and revoking invites."""

import pytest

from chat.clock import in_hours
from tests.conftest import created
from tests.people import browser, invite_code, join, new_person


def test_an_owner_makes_a_link_that_lasts_a_week(alice):
    answer = alice.post("/api/invites", json={})

    body = answer.get_json()
    assert answer.status_code == 201
    assert body["url"] == f"http://localhost/join/{body['code']}"
    assert len(body["code"]) >= 22
    assert body["invite"]["max_uses"] is None
    assert in_hours(167) < body["invite"]["expires_at"] <= in_hours(168)


def test_links_are_under_the_public_address(strict_app):
    owner = browser(strict_app)
    token = strict_app.config["SETTINGS"].setup_token_file.read_text()
    owner.enter(owner.post("/api/setup", json=new_person("Olga", token=token, workspace="Studio")))

    assert created(owner.post("/api/invites", json={}))["url"].startswith("https://chat.example.com/join/")


def test_an_admin_may_invite_too(alice, bob):
    alice.patch(f"/api/users/{bob.user_id}", json={"role": "admin"})

    assert bob.post("/api/invites", json={}).status_code == 201


def test_the_list_shows_the_invites_that_work(app, alice):
    kept = invite_code(alice)
    revoked = created(alice.post("/api/invites", json={}))["invite"]["id"]
    alice.delete(f"/api/invites/{revoked}")
    join(app, invite_code(alice, max_uses=1), "Dana")

    listed = alice.get("/api/invites").get_json()["invites"]

    assert [invite["code"] for invite in listed] == [kept]
    assert listed[0]["url"].endswith(kept)


def test_revoking_twice_is_no_fault(alice):
    invite_id = created(alice.post("/api/invites", json={}))["invite"]["id"]

    assert [alice.delete(f"/api/invites/{invite_id}").status_code for _ in range(2)] == [200, 200]
    assert alice.delete("/api/invites/9999").status_code == 404


def test_members_do_not_invite(alice, bob):
    invite_id = created(alice.post("/api/invites", json={}))["invite"]["id"]

    answers = [
        bob.get("/api/invites"),
        bob.post("/api/invites", json={}),
        bob.delete(f"/api/invites/{invite_id}"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert len(alice.get("/api/invites").get_json()["invites"]) == 1


def test_somebody_who_is_signed_out_does_not_invite(anonymous):
    answers = [
        anonymous.get("/api/invites"),
        anonymous.post("/api/invites", json={}),
        anonymous.delete("/api/invites/1"),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]


@pytest.mark.parametrize("junk", [{}, [], "1", True, 1.5, 0, -1, 1001])
def test_max_uses_is_a_number_up_to_a_thousand(alice, junk):
    answer = alice.post("/api/invites", json={"max_uses": junk})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["max_uses"]


@pytest.mark.parametrize("junk", [{}, [], "1", True, 1.5, 0, -1, 721, None])
def test_the_hours_are_a_number_up_to_thirty_days(alice, junk):
    answer = alice.post("/api/invites", json={"expires_in_hours": junk})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["expires_in_hours"]
