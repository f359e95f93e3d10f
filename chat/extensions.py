"""The Flask extensions, unbound; `factory.py` binds them."""

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from flask_sqlalchemy.session import _app_ctx_id
from flask_wtf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase

if TYPE_CHECKING:
    import sqlalchemy as sa

writing_connection: ContextVar["sa.Connection | None"] = ContextVar("writing_connection", default=None)
"""The writer's connection inside `unit_of_work()`, None outside; set by `unit_of_work.py` alone."""


class Base(DeclarativeBase):
    """The base of all models."""


class RoutedSession(BoundSession):
    """`db.session`: inside a unit of work the writer's connection, everywhere else a read-only one."""

    def get_bind(self, *args: Any, **kwargs: Any) -> "sa.Engine | sa.Connection":
        """Return where this session's statements go."""
        return writing_connection.get() or super().get_bind(*args, **kwargs)


def _session_scope() -> int:
    # One session for the app context and another for the unit of work inside it: rows that were read before the
    # unit are never written by it by accident.
    return id(writing_connection.get()) if writing_connection.get() is not None else _app_ctx_id()


db = SQLAlchemy(
    model_class=Base,
    session_options={
        "class_": RoutedSession,
        "scopefunc": _session_scope,
        "join_transaction_mode": "create_savepoint",
        "expire_on_commit": False,
    },
)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model
    """The base of all models; mypy does not see through `db.Model`."""

socketio = SocketIO()
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")
