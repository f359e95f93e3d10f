"""Where I am signed in."""

from tests.conftest import created
from tests.people import browser, credentials, event_types, invite_code, join, sign_in


def test_the_list_tells_this_browser_from_the_others(app, dana):
    phone = browser(app)
    phone.enter(phone.post("/api/session", json=credentials("dana"), headers={"User-Agent": "Phone/1.0"}))

    sessions = dana.get("/api/sessions").get_json()["sessions"]

    assert [session["is_current"] for session in sessions] == [False, True]
    assert sessions[0]["user_agent"] == "Phone/1.0"
    assert sessions[0]["address"] == "127.0.0.1"
    assert set(sessions[0]) == {"id", "user_agent", "address", "created_at", "last_seen_at", "is_current"}


def test_a_lost_phone_is_signed_out_from_here(app, dana):
    phone = sign_in(app, "dana")
    phone_id = phone.get("/api/me").get_json()["session_id"]

    answer = dana.delete(f"/api/sessions/{phone_id}")

    assert answer.status_code == 200
    assert phone.get("/api/me").status_code == 401
    assert dana.get("/api/me").status_code == 200
    assert event_types(app, f"user-{dana.user_id}")[-1] == "session_ended"


def test_ending_the_present_session_takes_its_cookie(dana):
    session_id = dana.get("/api/me").get_json()["session_id"]

    dana.delete(f"/api/sessions/{session_id}")

    assert dana.get_cookie("stet_session") is None
    assert dana.get("/api/sessions").status_code == 401


def test_nobody_ends_or_sees_the_session_of_somebody_else(app, alice, dana):
    erin = join(app, invite_code(alice), "Erin")
    session_id = dana.get("/api/me").get_json()["session_id"]

    answers = [erin.delete(f"/api/sessions/{session_id}"), alice.delete(f"/api/sessions/{session_id}")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(created(erin.get("/api/sessions"))["sessions"]) == 1
    assert dana.get("/api/me").status_code == 200


def test_somebody_who_is_signed_out_has_no_sessions(anonymous):
    assert anonymous.get("/api/sessions").status_code == 401
    assert anonymous.delete("/api/sessions/1").status_code == 401
