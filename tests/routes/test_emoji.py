"""The workspace's own emoji."""

import io

import pytest
from PIL import Image

from tests.conftest import created, post
from tests.files import add_emoji, picture
from tests.people import event_types
from tests.values import keyed


def _upload(client, name="party", content=None, **fields):
    data = {"name": name, **fields}
    if content is not None:
        data["file"] = (io.BytesIO(content), "x.png")
    return client.post("/api/emoji", data=data, content_type="multipart/form-data")


def _moving(frames, size=(64, 64)):
    out = io.BytesIO()
    pictures = [Image.new("RGB", size, (number * 4 % 256, 99, 9)) for number in range(frames)]
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=40)
    return out.getvalue()


def _shown(client, emoji):
    answer = client.get(emoji["url"])
    assert answer.mimetype == "image/webp"
    return Image.open(io.BytesIO(answer.data))


def test_a_member_adds_an_emoji_that_everybody_gets(app, alice, bob, carol):
    emoji = add_emoji(bob, "party", picture((400, 200)))

    assert emoji == {**emoji, "name": "party", "added_by": bob.user_id}
    assert created(carol.get("/api/emoji"))["emoji"] == [emoji]
    assert _shown(carol, emoji).size == (128, 64)
    headers = carol.get(emoji["url"]).headers
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert (headers["X-Content-Type-Options"], "sandbox" in headers["Content-Security-Policy"]) == ("nosniff", True)
    assert event_types(app, f"user-{alice.user_id}")[-1] == "emoji_added"
    snapshot = created(carol.get(f"/api/streams/user-{carol.user_id}/snapshot"))
    assert snapshot["emoji"] == [emoji]


def test_who_is_signed_out_sees_nothing(app, bob):
    emoji = add_emoji(bob, "party")
    nobody = app.test_client()

    assert nobody.get(emoji["url"]).status_code == 401
    assert nobody.get("/api/emoji").status_code == 401
    assert _upload(nobody, content=picture((9, 9))).status_code == 401


@pytest.mark.parametrize("name", ["파티", "a1", "c++", "so-so_2", ":Party:", "x" * 32])
def test_a_name_has_letters_of_two_scripts(bob, name):
    assert created(_upload(bob, name, picture((9, 9))))["emoji"]["name"] == name.strip(":").lower()


@pytest.mark.parametrize("name", ["", "a", "x" * 33, "12", "a b", "a:b", "é!", "<b>", "a\nb", "../x", "👍", "a\x00b"])
def test_another_name_is_refused(bob, name):
    answer = _upload(bob, name, picture((9, 9)))

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["name"])


def test_a_name_is_given_once_and_a_repeat_is_no_second_one(app, alice, bob):
    content = picture((9, 9))
    first = created(_upload(bob, "party", content))

    again = _upload(bob, "party", content)

    assert (again.status_code, again.get_json()) == (200, first)
    assert event_types(app, f"user-{bob.user_id}").count("emoji_added") == 1
    for refused in (_upload(bob, "party", picture((8, 8))), _upload(alice, "party", content)):
        assert (refused.status_code, refused.get_json()["code"]) == (409, "emoji_name_taken")


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused(bob, content):
    answer = _upload(bob, content=content)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "image_refused")


def test_a_form_without_a_file_or_another_body_is_refused(bob):
    assert list(_upload(bob).get_json()["errors"]) == ["file"]
    assert bob.post("/api/emoji", json={"name": "party"}).status_code == 422


def test_a_moving_picture_moves_unless_it_is_long(bob):
    assert _shown(bob, add_emoji(bob, "short", _moving(5))).n_frames == 5
    assert getattr(_shown(bob, add_emoji(bob, "long", _moving(80))), "n_frames", 1) == 1


def test_who_added_an_emoji_and_admins_remove_it(app, alice, bob, carol):
    first, second = add_emoji(bob, "one"), add_emoji(bob, "two")

    assert carol.delete(f"/api/emoji/{first['id']}").get_json()["code"] == "not_allowed"
    created(bob.delete(f"/api/emoji/{first['id']}", headers=keyed()))
    created(alice.delete(f"/api/emoji/{second['id']}"))

    assert created(carol.get("/api/emoji"))["emoji"] == []
    assert carol.get(first["url"]).status_code == 404
    assert alice.delete(f"/api/emoji/{second['id']}").status_code == 404
    assert event_types(app, f"user-{carol.user_id}")[-2:] == ["emoji_removed", "emoji_removed"]


def test_a_workspace_has_500_emoji_at_most(bob, monkeypatch):
    monkeypatch.setattr("chat.actions.add_emoji.MOST_EMOJI", 1)
    add_emoji(bob, "one")

    assert _upload(bob, "two", picture((9, 9))).get_json()["code"] == "too_many_emoji"


def test_a_message_shows_the_emoji_that_there_are_when_it_is_written(bob, room):
    before = post(bob, room, "hi :our-cat:")["message"]
    emoji = add_emoji(bob, "our-cat")
    shown = post(bob, room, "hi :our-cat:")["message"]
    created(bob.delete(f"/api/emoji/{emoji['id']}"))
    after = post(bob, room, ":our-cat:")["message"]

    assert before["html"] == "<p>hi :our-cat:</p>"
    assert shown["html"] == '<p>hi <img class="emoji" alt=":our-cat:"></p>'
    assert shown["text"] == "hi :our-cat:"
    assert after["html"] == "<p>:our-cat:</p>"


def test_an_emoji_of_the_workspace_is_a_reaction_as_long_as_it_is_there(bob, carol, room):
    path = f"/api/messages/{post(bob, room, 'hi')['message']['id']}/reactions/:party:"
    assert bob.put(path).status_code == 422
    emoji = add_emoji(bob, "party")

    assert created(bob.put(path))["message"]["reactions"] == [{"emoji": ":party:", "user_ids": [bob.user_id]}]
    assert carol.put(path).status_code == 404

    created(bob.delete(f"/api/emoji/{emoji['id']}"))
    assert created(bob.delete(path))["message"]["reactions"] == []
    assert bob.put(path).status_code == 422
