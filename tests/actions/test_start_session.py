"""Sign a person in."""

import sqlalchemy as sa

from chat.actions.start_session import start_session
from chat.clock import in_hours, now_text
from chat.extensions import db
from chat.models import Session
from chat.queries.caller import caller_by_session
from chat.unit_of_work import unit_of_work
from tests.people import event_types


def test_the_cookie_value_opens_the_session_and_no_two_are_alike(app, bob):
    first, second = _start(app, bob), _start(app, bob)

    assert first.token != second.token
    assert len(first.token) == 43
    with app.app_context():
        assert caller_by_session(first.token).session_id == first.session.id


def test_a_remembered_session_lasts_thirty_days_and_another_one_day(app, bob):
    remembered, forgotten = _start(app, bob), _start(app, bob, is_remembered=False)

    assert in_hours(719) < remembered.session.expires_at <= in_hours(720)
    assert in_hours(23) < forgotten.session.expires_at <= in_hours(24)


def test_the_expired_sessions_of_the_same_person_are_ended(app, bob, carol):
    kept = _start(app, carol).session.id
    _start(app, bob)
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(Session).values(expires_at=now_text()))

    started = _start(app, bob).session.id

    with app.app_context():
        assert db.session.scalars(sa.select(Session.id).order_by(Session.id)).all() == [kept, started]
    assert event_types(app, f"user-{bob.user_id}")[-1] == "session_ended"


def test_a_long_user_agent_is_cut(app, bob):
    assert len(_start(app, bob, user_agent="x" * 5000).session.user_agent) == 300


def _start(app, person, *, user_agent="Browser/1.0", is_remembered=True):
    with app.app_context(), unit_of_work():
        return start_session(person.user_id, user_agent=user_agent, address="127.0.0.1", is_remembered=is_remembered)
