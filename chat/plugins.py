"""What a team's own listeners may import; docs/listeners.md. These names stay, whatever moves behind them."""

from chat.concurrency import off_loop
from chat.listeners.listener import EndDownError, LocalListener, listener, search_provider
from chat.log import Entry
from chat.queries.event_rows import EventRow, event_row
from chat.queries.provided_search import SearchRequest
from chat.unit_of_work import execute_sql

__all__ = [
    "EndDownError",
    "Entry",
    "EventRow",
    "LocalListener",
    "SearchRequest",
    "event_row",
    "execute_sql",
    "listener",
    "off_loop",
    "search_provider",
]
