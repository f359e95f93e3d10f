"""Administration, as forms without scripts."""

import re
from html import unescape
from typing import Any

from flask import Flask

from tests.conftest import Api, created
from tests.pages import enter, owner_browser, submit, text_of
from tests.people import browser


def link_in(html: str, kind: str) -> str:
    """Return the path of the one link of this kind that the page shows."""
    (path,) = re.findall(rf'value="http://localhost(/{kind}/[^"]+)"', html)
    return str(unescape(path))


def test_an_owner_makes_an_invite_that_lets_people_in(app: Flask, alice: Api) -> None:
    owner = owner_browser(app, alice)
    submit(owner, "/admin/people", to="/admin/invites", expires_in_hours="24", max_uses="1")
    html = text_of(owner.get("/admin/people"))
    assert "By Olga" in html
    assert "used 0 of 1 times" in html
    assert browser(app).get(link_in(html, "join")).status_code == 200


def test_an_invite_for_a_guest_names_its_rooms_to_who_is_in_them(app: Flask, alice: Api) -> None:
    owner, another = owner_browser(app, alice), enter(app, alice)
    ids = {user["name"]: user["id"] for user in created(alice.get("/api/users"))["users"]}
    body = {"kind": "closed", "name": "parlour", "member_ids": [ids["Olga"]]}
    parlour = created(alice.post("/api/rooms", json=body))["room"]
    submit(owner, "/admin/people", to="/admin/invites", role="guest", room_ids=str(parlour["id"]))
    created(alice.patch(f"/api/users/{max(ids.values())}", json={"role": "admin"}))
    assert "parlour · By Olga" in text_of(owner.get("/admin/people"))
    assert "By Olga" in text_of(another.get("/admin/people"))
    assert "parlour" not in text_of(another.get("/admin/people"))


def test_an_invite_for_a_guest_without_a_room_says_what_is_missing(app: Flask, alice: Api) -> None:
    owner = owner_browser(app, alice)
    refused = submit(owner, "/admin/people", to="/admin/invites", role="guest")
    assert "A guest needs a room to be in." in text_of(refused)


def test_an_invite_has_its_code_as_a_picture(app: Flask, alice: Api) -> None:
    owner = owner_browser(app, alice)
    submit(owner, "/admin/people", to="/admin/invites", expires_in_hours="24", max_uses="")
    (path,) = re.findall(r'<img src="(/admin/invites/\d+/qr\.svg)"', text_of(owner.get("/admin/people")))
    picture = owner.get(path)
    assert picture.content_type == "image/svg+xml"
    assert b"<path" in picture.data
    assert enter(app, alice).get(path).status_code == 403
    assert browser(app).get(path).status_code == 302


def test_a_revoked_invite_lets_nobody_in(app: Flask, alice: Api) -> None:
    owner = owner_browser(app, alice)
    submit(owner, "/admin/people", to="/admin/invites", expires_in_hours="168", max_uses="")
    html = text_of(owner.get("/admin/people"))
    (revoke,) = re.findall(r'action="(/admin/invites/\d+/revoke)"', html)
    submit(owner, "/admin/people", to=revoke)
    assert browser(app).get(link_in(html, "join")).status_code == 410


def test_an_owner_changes_roles_and_deactivates(app: Flask, alice: Api) -> None:
    owner, dana = owner_browser(app, alice), enter(app, alice)
    path = f"/admin/people/{dana.user_id}"
    submit(owner, "/admin/people", to=path, role="admin")
    assert dana.get("/admin/people").status_code == 200
    submit(owner, "/admin/people", to=path, deactivated="yes")
    assert dana.get("/api/me").status_code == 401
    submit(owner, "/admin/people", to=path, deactivated="no")
    assert person(alice, dana.user_id)["deactivated_at"] is None


def test_the_last_owner_stays_one_and_is_told_why(app: Flask, alice: Api) -> None:
    owner = owner_browser(app, alice)
    submit(owner, "/admin/people", to=f"/admin/people/{alice.user_id}", role="member")
    response = submit(owner, "/admin/people", to=f"/admin/people/{owner.user_id}", role="member")
    assert response.status_code == 409
    assert "A workspace needs at least one owner." in text_of(response)


def test_an_admin_is_offered_only_what_admins_may_do(app: Flask, alice: Api, bob: Api) -> None:
    dana = enter(app, alice)
    alice.patch(f"/api/users/{dana.user_id}", json={"role": "admin"})
    html = text_of(dana.get("/admin/people"))
    assert f'action="/admin/people/{bob.user_id}"' in html
    assert "Actions for Alice Kim" not in html
    assert "Make owner" not in html
    assert "Make a reset link" not in html


def test_a_member_changes_nobody(app: Flask, alice: Api, bob: Api) -> None:
    dana = enter(app, alice)
    for path in (f"/admin/people/{bob.user_id}", f"/admin/people/{bob.user_id}/reset", "/admin/invites"):
        assert submit(dana, "/settings/profile", to=path, role="owner", deactivated="yes").status_code == 403
    assert person(alice, bob.user_id)["deactivated_at"] is None


def test_a_reset_link_is_shown_once_and_works(app: Flask, alice: Api) -> None:
    owner, dana = owner_browser(app, alice), enter(app, alice)
    html = text_of(submit(owner, "/admin/people", to=f"/admin/people/{dana.user_id}/reset"))
    assert browser(app).get(link_in(html, "reset")).status_code == 200
    assert "/reset/" not in re.sub(r'action="[^"]+"', "", text_of(owner.get("/admin/people")))


def test_people_are_found_by_name_email_and_standing(alice: Api, bob: Api) -> None:
    assert shown(alice, "") == ["Alice Kim", "Bob Lee"]
    assert shown(alice, "?q=BOB@") == ["Bob Lee"]
    assert shown(alice, "?show=admins") == ["Alice Kim"]
    assert shown(alice, "?show=deactivated") == []


def test_a_room_is_archived_and_brought_back(app: Flask, alice: Api) -> None:
    owner = owner_browser(app, alice)
    body = {"kind": "closed", "name": "launch", "member_ids": [owner.user_id]}
    room = alice.post("/api/rooms", json=body).get_json()["room"]
    path = f"/admin/rooms/{room['id']}"
    submit(owner, "/admin/rooms", to=path, archived="yes")
    assert "Archived" in text_of(owner.get("/admin/rooms"))
    submit(owner, "/admin/rooms", to=path, archived="no")
    assert "Archived" not in text_of(owner.get("/admin/rooms"))


def test_closed_rooms_of_others_are_not_shown(app: Flask, alice: Api, bob: Api) -> None:
    room = bob.post("/api/rooms", json={"kind": "closed", "name": "secret-plans"}).get_json()["room"]
    owner = owner_browser(app, alice)
    assert "secret-plans" not in text_of(owner.get("/admin/rooms"))
    assert submit(owner, "/admin/rooms", to=f"/admin/rooms/{room['id']}", archived="yes").status_code == 404


def test_the_workspace_gets_another_name(app: Flask, alice: Api) -> None:
    owner = owner_browser(app, alice)
    submit(owner, "/admin/workspace", name="새봄 스튜디오")
    assert alice.get("/api/workspace").get_json()["workspace"]["name"] == "새봄 스튜디오"


def test_the_workspace_needs_a_name(app: Flask, alice: Api) -> None:
    owner = owner_browser(app, alice)
    assert submit(owner, "/admin/workspace", name=" ").status_code == 422
    assert submit(owner, "/admin/workspace").status_code == 422


def person(alice: Api, user_id: int) -> dict[str, Any]:
    found: dict[str, Any] = next(u for u in alice.get("/api/users").get_json()["users"] if u["id"] == user_id)
    return found


def shown(alice: Api, query: str) -> list[str]:
    """Return the names in the rows that a browser without scripts shows."""
    rows = re.findall(r"<tr data-finds[^>]*>.*?</tr>", text_of(alice.get(f"/admin/people{query}")), re.DOTALL)
    visible = [row for row in rows if " hidden>" not in row.split("\n")[0]]
    return [found[1].strip() for row in visible if (found := re.search(r"<b[^>]*>([^<]+)", row))]
