"""Filling a workspace through the actions."""

import pytest
import sqlalchemy as sa

from chat.extensions import db
from chat.factory import close_app, create_app
from chat.models import Membership, Message, Room, User
from chat.passwords import is_password
from chat.seeding import seed
from tests.conftest import created


@pytest.fixture
def empty(settings):
    """Return an app without a workspace."""
    made = create_app(settings)
    yield made
    close_app(made)


def seeded(app, *, users=3, rooms=2, messages=700):
    with app.app_context():
        return seed(user_count=users, room_count=rooms, message_count=messages, password="a long password")


def counted(app, model):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def headers(token):
    return {"Authorization": f"Bearer {token}"}


def test_a_new_data_folder_gets_a_workspace_with_an_owner(empty):
    result = seeded(empty)

    me = created(empty.test_client().get("/api/me", headers=headers(result.tokens[0])))
    assert me["user"]["email"] == "user1@example.com"
    assert me["user"]["role"] == "owner"
    assert counted(empty, User) == 3
    assert counted(empty, Message) == 700


def test_every_token_signs_in_as_somebody_who_is_in_every_room(empty):
    result = seeded(empty)

    lists = [created(empty.test_client().get("/api/rooms", headers=headers(token))) for token in result.tokens]
    assert len(set(result.tokens)) == 3
    assert [{room["name"] for room in mine["rooms"]} for mine in lists] == [{"lobby", "room-1", "room-2"}] * 3


def test_the_password_is_the_one_that_was_asked_for(empty):
    seeded(empty, messages=0)

    with empty.app_context():
        hashes = set(db.session.scalars(sa.select(User.password_hash)))
    assert len(hashes) == 1
    assert is_password(hashes.pop(), "a long password")


def test_seeding_again_adds_messages_and_uses_the_same_people_and_rooms(empty):
    first = seeded(empty)
    second = seeded(empty, users=4)

    assert second.emails == [*first.emails, "user4@example.com"]
    assert counted(empty, Message) == 1400
    assert counted(empty, Room) == 3
    assert counted(empty, Membership) == 4 * 3


def test_the_log_of_a_seeded_workspace_is_dense(empty, settings):
    seeded(empty)

    # A server refuses to start on a log with a hole.
    close_app(create_app(settings))


def test_an_owner_who_is_here_stays_the_owner(app, alice):
    result = seeded(app)

    assert result.emails == ["alice@example.com", "user2@example.com", "user3@example.com"]


def test_who_is_not_seeded_hears_of_the_people_and_is_in_none_of_their_rooms(app, carol):
    before = created(carol.get(f"/api/streams/user-{carol.user_id}/snapshot"))["stream_seq"]
    seeded(app, users=2)

    answer = created(carol.post("/api/sync", json={"positions": {f"user-{carol.user_id}": before}}))
    types = [event["type"] for event in answer["events"][f"user-{carol.user_id}"]]
    assert types == ["user_joined", "room_listed", "room_listed"]
    assert created(carol.get("/api/rooms"))["rooms"] == []


def test_somebody_deactivated_is_passed_over(app, alice):
    seeded(app, users=3)
    assert alice.patch(f"/api/users/{_id(app, 'user2@example.com')}", json={"deactivated": True}).status_code == 200

    assert seeded(app, users=3).emails == ["alice@example.com", "user3@example.com", "user4@example.com"]


def test_the_command_writes_a_token_a_line(app, alice, tmp_path):
    file = tmp_path / "tokens"
    arguments = ["seed", "--users", "2", "--rooms", "1", "--messages", "5", "--tokens", str(file)]

    result = app.test_cli_runner().invoke(args=arguments)

    assert result.exit_code == 0, result.output
    assert len(file.read_text().splitlines()) == 2
    assert file.stat().st_mode & 0o077 == 0
    assert "alice@example.com" in result.output


def _id(app, email):
    with app.app_context():
        return db.session.scalars(sa.select(User.id).where(User.email == email)).one()
