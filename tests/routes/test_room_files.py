"""The files of a room, by pages."""

import pytest

from tests.conftest import created
from tests.files import picture, post_files


def names(client, room, **query):
    page = created(client.get(f"/api/rooms/{room['id']}/files", query_string=query))
    return [file["name"] for file in page["files"]], page["has_before"]


@pytest.fixture
def filled(alice, bob, room):
    """Return a room with four files."""
    post_files(alice, room, ("one.png", picture((4, 4))), ("two.txt", b"two"))
    post_files(bob, room, ("three.zip", b"PK\x00"))
    post_files(alice, room, ("four.mp4", b"film"))
    return room


def test_the_newest_come_first(bob, filled):
    assert names(bob, filled) == (["four.mp4", "three.zip", "two.txt", "one.png"], False)


def test_pages_go_back(bob, filled):
    first = created(bob.get(f"/api/rooms/{filled['id']}/files?limit=3"))
    assert ([file["name"] for file in first["files"]], first["has_before"]) == (
        ["four.mp4", "three.zip", "two.txt"],
        True,
    )

    assert names(bob, filled, before=first["files"][-1]["id"], limit=3) == (["one.png"], False)


def test_pictures_and_films_or_all_the_rest(bob, filled):
    assert names(bob, filled, kind="media")[0] == ["four.mp4", "one.png"]
    assert names(bob, filled, kind="files")[0] == ["three.zip", "two.txt"]


def test_a_file_says_whose_it_is_and_in_which_message(alice, bob, filled):
    (file, *_) = created(bob.get(f"/api/rooms/{filled['id']}/files"))["files"]

    assert file["author_id"] == alice.user_id
    message = created(bob.get(f"/api/messages/{file['message_id']}"))["message"]
    assert [attachment["id"] for attachment in message["attachments"]] == [file["id"]]


def test_what_was_deleted_is_not_in_it(alice, filled):
    newest = created(alice.get(f"/api/rooms/{filled['id']}/files"))["files"][0]
    alice.delete(f"/api/messages/{newest['message_id']}")

    assert names(alice, filled)[0] == ["three.zip", "two.txt", "one.png"]


def test_carol_sees_no_files_of_a_room_that_she_is_not_in(carol, filled):
    assert carol.get(f"/api/rooms/{filled['id']}/files").status_code == 404


@pytest.mark.parametrize("query", ["kind=x", "before=x", "limit=0", "limit=101", "before=-1"])
def test_what_cannot_be_asked_for_is_refused(alice, filled, query):
    assert alice.get(f"/api/rooms/{filled['id']}/files?{query}").status_code == 422
