"""Sign a person out everywhere."""

import sqlalchemy as sa

from chat.actions.create_token import create_token
from chat.actions.end_sessions import end_sessions
from chat.actions.start_session import start_session
from chat.extensions import db
from chat.models import ApiToken, Session
from chat.unit_of_work import unit_of_work
from tests.people import event_types


def test_all_sessions_but_one_end_and_so_do_all_tokens(app, bob):
    ids = [_start(app, bob) for _ in range(3)]

    with app.app_context(), unit_of_work():
        end_sessions(bob.user_id, actor_id=bob.user_id, keep_session_id=ids[1])

    with app.app_context():
        assert db.session.scalars(sa.select(Session.id)).all() == [ids[1]]
        assert db.session.scalars(sa.select(ApiToken.id).where(ApiToken.user_id == bob.user_id)).all() == []
    assert event_types(app, f"user-{bob.user_id}")[-3:] == ["session_ended", "session_ended", "token_ended"]


def test_nobody_elses_sessions_and_tokens_end(app, alice, bob):
    session_id = _start(app, alice)

    with app.app_context(), unit_of_work():
        create_token(alice.user_id, name="script")
        end_sessions(bob.user_id, actor_id=bob.user_id)

    with app.app_context():
        assert db.session.scalars(sa.select(Session.id)).all() == [session_id]
        assert len(db.session.scalars(sa.select(ApiToken).where(ApiToken.user_id == alice.user_id)).all()) == 2


def _start(app, person):
    with app.app_context(), unit_of_work():
        return start_session(person.user_id, user_agent="", address="", is_remembered=True).session.id
