"""The workspace."""

import pytest

from tests.people import JUNK, event_types


def test_everybody_who_is_signed_in_sees_the_name(carol):
    assert carol.get("/api/workspace").get_json()["workspace"]["name"] == "Saebom Studio"


def test_an_owner_renames_it_and_everybody_hears_of_it(app, alice, bob):
    answer = alice.patch("/api/workspace", json={"name": "새봄 Studio", "id": 2, "created_at": "x"})

    assert answer.get_json()["workspace"]["name"] == "새봄 Studio"
    assert answer.get_json()["workspace"]["created_at"] != "x"
    assert event_types(app, f"user-{bob.user_id}")[-1] == "workspace_updated"


def test_the_same_name_again_is_no_event(app, alice):
    before = event_types(app, f"user-{alice.user_id}")

    alice.patch("/api/workspace", json={"name": "Saebom Studio"})

    assert event_types(app, f"user-{alice.user_id}") == before


def test_members_do_not_rename_it(bob):
    assert bob.patch("/api/workspace", json={"name": "Mine"}).status_code == 403


def test_somebody_who_is_signed_out_sees_nothing(anonymous):
    assert anonymous.get("/api/workspace").status_code == 401
    assert anonymous.patch("/api/workspace", json={"name": "Mine"}).status_code == 401


@pytest.mark.parametrize("junk", ["", *JUNK])
def test_a_name_that_makes_no_sense_is_refused(alice, junk):
    assert alice.patch("/api/workspace", json={"name": junk}).status_code == 422
