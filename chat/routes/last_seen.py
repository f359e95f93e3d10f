"""When sessions and tokens were last used: noted after the answer, at most every five minutes each."""

import logging
import threading
import time
from functools import partial

from flask import Blueprint, Flask, Response, current_app, g
from flask.sansio.blueprints import BlueprintSetupState

from chat.actions.note_use import note_use
from chat.errors import StorageError
from chat.permissions import Caller
from chat.unit_of_work import unit_of_work

logger = logging.getLogger(__name__)

bp = Blueprint("last_seen", __name__)

EVERY_SECONDS = 300


class Noted:
    """Which sessions and tokens have been noted lately by this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._times: dict[tuple[int | None, int | None], float] = {}

    def is_due(self, key: tuple[int | None, int | None]) -> bool:
        """Tell, once, whether it is time to note the key again; the times of others that are over are forgotten."""
        present = time.monotonic()
        with self._guard:
            if present - self._times.get(key, -EVERY_SECONDS) < EVERY_SECONDS:
                return False
            self._times = {k: at for k, at in self._times.items() if present - at < EVERY_SECONDS}
            self._times[key] = present
        return True


@bp.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["noted"] = Noted()


@bp.after_app_request
def _note_later(response: Response) -> Response:
    caller: Caller | None = g.get("caller")
    if caller is not None and current_app.extensions["noted"].is_due((caller.session_id, caller.token_id)):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
        response.call_on_close(partial(_note, app, caller))
    return response


def _note(app: Flask, caller: Caller) -> None:
    try:
        with app.app_context(), unit_of_work():
            note_use(session_id=caller.session_id, token_id=caller.token_id)
    except StorageError as error:
        logger.warning("last_use_not_noted: user %d: %s", caller.id, error.code)
    except Exception:
        logger.exception("last_use_not_noted: user %d", caller.id)
