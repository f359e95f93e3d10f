"""People of the workspace and their standing."""

import pytest

from tests.conftest import created, post, sign_up
from tests.people import browser, credentials, event_types, in_parallel, invite_code, sign_in


def test_everybody_sees_everybody(alice, bob, carol):
    users = carol.get("/api/users").get_json()["users"]

    assert [user["name"] for user in users] == ["Alice Kim", "Bob Lee", "Carol Park"]
    assert all("password_hash" not in user and "preferences" not in user for user in users)


def test_somebody_who_is_signed_out_sees_and_changes_nobody(anonymous, bob):
    answers = [
        anonymous.get("/api/users"),
        anonymous.patch(f"/api/users/{bob.user_id}", json={"role": "owner"}),
        anonymous.post(f"/api/users/{bob.user_id}/reset", json={}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]


def test_an_owner_gives_a_role_and_everybody_hears_of_it(app, alice, bob, carol):
    answer = alice.patch(f"/api/users/{bob.user_id}", json={"role": "admin"})

    assert answer.get_json()["user"]["role"] == "admin"
    assert event_types(app, f"user-{carol.user_id}")[-1] == "user_updated"
    assert bob.patch("/api/workspace", json={"name": "Renamed"}).status_code == 200


def test_members_change_nobody(bob, carol):
    answers = [
        bob.patch(f"/api/users/{carol.user_id}", json={"role": "admin"}),
        bob.patch(f"/api/users/{carol.user_id}", json={"deactivated": True}),
        bob.patch(f"/api/users/{bob.user_id}", json={"role": "owner"}),
        bob.patch("/api/users/9999", json={"role": "owner"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_admins_neither_make_nor_unmake_owners(app, alice, bob, carol):
    alice.patch(f"/api/users/{bob.user_id}", json={"role": "admin"})

    assert bob.patch(f"/api/users/{carol.user_id}", json={"role": "admin"}).status_code == 200
    assert bob.patch(f"/api/users/{carol.user_id}", json={"role": "owner"}).status_code == 403
    assert bob.patch(f"/api/users/{bob.user_id}", json={"role": "owner"}).status_code == 403
    assert bob.patch(f"/api/users/{alice.user_id}", json={"role": "member"}).status_code == 403
    assert bob.patch(f"/api/users/{alice.user_id}", json={"deactivated": True}).status_code == 403


def test_nobody_deactivates_themselves(alice):
    assert alice.patch(f"/api/users/{alice.user_id}", json={"deactivated": True}).status_code == 403


def test_the_last_owner_stays_owner(alice, bob):
    answer = alice.patch(f"/api/users/{alice.user_id}", json={"role": "member"})

    assert answer.status_code == 409
    assert answer.get_json()["code"] == "last_owner"


def test_a_deactivated_owner_does_not_count(app, alice):
    erin = sign_up(app, "Erin", role="owner")
    alice.patch(f"/api/users/{erin.user_id}", json={"deactivated": True})

    assert alice.patch(f"/api/users/{alice.user_id}", json={"role": "member"}).status_code == 409


@pytest.mark.parametrize("change", [{"role": "member"}, {"deactivated": True}])
def test_two_owners_who_unmake_each_other_at_once_leave_one(app, alice, change):
    erin = sign_up(app, "Erin", role="owner")
    pairs = [(alice, erin), (erin, alice)]

    in_parallel(2, lambda n: pairs[n][0].patch(f"/api/users/{pairs[n][1].user_id}", json=change))

    users = [user for user in sign_up(app, "Witness").get("/api/users").get_json()["users"] if user["role"] == "owner"]
    assert [user["deactivated_at"] for user in users].count(None) == 1


def test_two_owners_who_step_down_at_once_leave_one(app, alice):
    owners = [alice, sign_up(app, "Erin", role="owner")]

    answers = in_parallel(2, lambda n: owners[n].patch(f"/api/users/{owners[n].user_id}", json={"role": "member"}))

    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_a_deactivated_person_is_out_at_once(app, alice, dana):
    token = created(dana.post("/api/tokens", json={"name": "script"}))["token"]

    answer = alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True})

    assert answer.get_json()["user"]["deactivated_at"] is not None
    assert dana.get("/api/me").status_code == 401
    assert app.test_client().get("/api/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert event_types(app, f"user-{dana.user_id}")[-3:] == ["user_updated", "session_ended", "token_ended"]


def test_what_a_deactivated_person_wrote_stays(alice, bob, room):
    post(bob, room, "still here")

    alice.patch(f"/api/users/{bob.user_id}", json={"deactivated": True})

    messages = alice.get(f"/api/rooms/{room['id']}/messages").get_json()["messages"]
    assert [message["text"] for message in messages] == ["still here"]


def test_the_links_of_a_deactivated_admin_end(app, alice, dana, page):
    alice.patch(f"/api/users/{dana.user_id}", json={"role": "admin"})
    code = invite_code(dana)

    alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True})

    assert page.get(f"/api/join/{code}").status_code == 410


def test_the_links_of_an_admin_who_becomes_a_member_end(alice, bob, page):
    alice.patch(f"/api/users/{bob.user_id}", json={"role": "admin"})
    code = invite_code(bob)

    alice.patch(f"/api/users/{bob.user_id}", json={"role": "member"})

    assert page.get(f"/api/join/{code}").status_code == 410
    assert bob.post("/api/invites", json={}).status_code == 403


def test_a_person_who_is_brought_back_signs_in_again_and_has_missed_nothing(app, alice, dana):
    alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True})
    alice.patch("/api/workspace", json={"name": "Renamed meanwhile"})

    alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": False})

    sign_in(app, "dana")
    assert event_types(app, f"user-{dana.user_id}")[-2:] == ["workspace_updated", "user_updated"]


def test_the_ended_sessions_of_a_person_who_is_brought_back_stay_ended(alice, dana):
    alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True})
    alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": False})

    assert dana.get("/api/me").status_code == 401


def test_a_patch_changes_standing_and_nothing_else(alice, bob):
    before = bob.get("/api/me").get_json()["user"]

    body = {"name": "Robert", "email": "x@example.com", "password_hash": "x", "deactivated_at": "now", "avatar": "x"}
    alice.patch(f"/api/users/{bob.user_id}", json=body)

    assert bob.get("/api/me").get_json()["user"] == before


def test_the_same_standing_again_is_no_event(app, alice, bob):
    before = event_types(app, f"user-{bob.user_id}")

    alice.patch(f"/api/users/{bob.user_id}", json={"role": "member", "deactivated": False})

    assert event_types(app, f"user-{bob.user_id}") == before


def test_nobody_who_does_not_exist_is_changed(alice):
    assert alice.patch("/api/users/9999", json={"role": "admin"}).status_code == 404
    assert alice.post("/api/users/9999/reset", json={}).status_code == 404


@pytest.mark.parametrize("junk", ["king", {}, [], 1, True, None])
def test_a_role_is_one_of_three(alice, bob, junk):
    assert alice.patch(f"/api/users/{bob.user_id}", json={"role": junk}).status_code == 422


@pytest.mark.parametrize("junk", ["yes", {}, [], 1, None])
def test_deactivated_is_a_boolean(alice, bob, junk):
    assert alice.patch(f"/api/users/{bob.user_id}", json={"deactivated": junk}).status_code == 422


def test_only_owners_make_reset_links(alice, bob, carol):
    alice.patch(f"/api/users/{bob.user_id}", json={"role": "admin"})

    assert bob.post(f"/api/users/{carol.user_id}/reset", json={}).status_code == 403
    assert carol.post(f"/api/users/{alice.user_id}/reset", json={}).status_code == 403
    assert alice.post(f"/api/users/{carol.user_id}/reset", json={}).status_code == 201


def test_a_deactivated_person_gets_no_reset_link(alice, bob):
    alice.patch(f"/api/users/{bob.user_id}", json={"deactivated": True})

    answer = alice.post(f"/api/users/{bob.user_id}/reset", json={})

    assert answer.status_code == 409
    assert answer.get_json()["code"] == "deactivated"


def test_a_session_that_ends_while_its_request_waits_writes_nothing(app, alice, dana):
    stale = browser(app)
    stale.enter(stale.post("/api/session", json=credentials("dana")))

    answers = in_parallel(
        2,
        lambda n: (
            alice.patch(f"/api/users/{dana.user_id}", json={"deactivated": True})
            if n == 0
            else stale.patch("/api/me", json={"name": "Late"})
        ),
    )

    assert answers[1].status_code in {200, 401}
    assert stale.patch("/api/me", json={"name": "Too late"}).status_code == 401
