"""Insights as a page for owners: the same figures as the API, as charts, tables and files."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask import Blueprint, Response, request
from flask_babel import get_locale, gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from chat.queries.insights import Days, Insights, Period, Step, insights, is_anything_said
from chat.queries.workspace import workspace_zone
from chat.routes.charts import Chart, bar_chart, round_count, round_duration
from chat.routes.identity import current_user
from chat.routes.insights import allow_owner, messages_left, today
from chat.routes.page_access import people_only, personal_page

bp = Blueprint("insights_pages", __name__, url_prefix="/admin/insights")

SPANS = {"7": 7, "30": 30, "90": 90, "365": 365}
USUAL_SPAN = "30"
WEEKS_ONLY = "365"
"""So many bars as it has days would be too thin to read."""
USUAL_STEP: dict[str, Step] = {"7": "day", "30": "day", "90": "week", "365": "week"}
SHOWN_ROOMS = 10
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Korean as something else."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
MINUTE, HOUR = 60, 3600
PERIOD_FIELDS = ("first", "last", "messages", "active_people", "responses", "median_response_seconds")


@bp.before_request
def owners_only() -> AnyResponse | None:
    """Keep the page to owners."""
    elsewhere = people_only()
    if elsewhere is None:
        allow_owner()
    return elsewhere


@bp.get("")
def show() -> str:
    """Show the figures of the span that was chosen."""
    span, by = _chosen()
    found = _insights(span, by)
    return personal_page(
        "admin/insights.html",
        span=span,
        by=by,
        found=found,
        charts=_charts(found["periods"], by),
        period_names=[period_name(period, by) for period in found["periods"]],
        is_anything_said=is_anything_said(),
        messages_left=messages_left(),
        time_zone=workspace_zone(),
        shown_rooms=SHOWN_ROOMS,
    )


@bp.get("/periods.csv")
def download_periods() -> Response:
    """Return the days or weeks as a file for spreadsheets."""
    span, by = _chosen()
    rows = [[period[field] for field in PERIOD_FIELDS] for period in _insights(span, by)["periods"]]  # type: ignore[literal-required]
    head = ("from", "until", *PERIOD_FIELDS[2:])
    return _file(f"insights-{by}s", head, rows)


@bp.get("/rooms.csv")
def download_rooms() -> Response:
    """Return the rooms as a file for spreadsheets; those that are counted together have no number."""
    found = _insights(*_chosen())
    rows: list[list[object]] = [
        [room["room_id"], room["name"], room["kind"], room["messages"], room["active_people"]]
        for room in found["rooms"]
    ]
    rows += [[room["room_id"], room["name"], room["kind"], 0, 0] for room in found["quiet_rooms"]]
    for kind, together in (("other closed", found["other_closed"]), ("direct", found["direct"])):
        if together["rooms"]:
            rows.append(["", "", kind, together["messages"], together["active_people"]])
    return _file("insights-rooms", ("room_id", "name", "kind", "messages", "active_people"), rows)


@bp.app_template_filter()
def short_duration(seconds: int | None) -> str:
    """Return a span of time in up to two units: 45 s, 4 min 10 s, 1 h 20 min."""
    if seconds is None:
        return "–"
    if seconds < MINUTE:
        return str(ngettext("{n} s", "{n} s", seconds)).format(n=seconds)
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    parts = [str(ngettext("{n} h", "{n} h", hours)).format(n=hours)] if hours else []
    if minutes:
        parts.append(str(ngettext("{n} min", "{n} min", minutes)).format(n=minutes))
    if not hours and seconds % MINUTE:
        parts.append(str(ngettext("{n} s", "{n} s", seconds % MINUTE)).format(n=seconds % MINUTE))
    return " ".join(parts)


@bp.app_template_filter()
def change_since(figure: int | None, before: int | None) -> str:
    """Return by how much a figure differs from the one before, signed and in percent; empty where that says nothing."""
    if not before or figure is None:
        return ""
    percent = round((figure - before) / before * 100)
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{_number(abs(percent))}%"


def period_name(period: Period, by: Step) -> str:
    """Return the day, or the first and last day of a week, as people write them."""
    first = _day(period["first"])
    if by == "day" or period["first"] == period["last"]:
        return first
    return f"{first} – {_day(period['last'])}"


def _chosen() -> tuple[str, Step]:
    """Return the span and the step that the address names; what is unknown is as if it were not there."""
    span = request.args.get("days", USUAL_SPAN)
    span = span if span in SPANS else USUAL_SPAN
    by = request.args.get("by")
    if span == WEEKS_ONLY or by == "week":
        return span, "week"
    return span, "day" if by == "day" else USUAL_STEP[span]


def _insights(span: str, by: Step) -> Insights:
    last = today()
    return insights(current_user(), Days(last - dt.timedelta(days=SPANS[span] - 1), last), by)


def _charts(periods: list[Period], by: Step) -> dict[str, Chart]:
    messages = [period["messages"] for period in periods]
    people = [period["active_people"] for period in periods]
    times = [period["median_response_seconds"] for period in periods]
    said = [ngettext("{n} message", "{n} messages", n).format(n=_number(n)) for n in messages]
    writing = [ngettext("{n} person", "{n} people", n).format(n=_number(n)) for n in people]
    answered = [gettext("no answers") if seconds is None else short_duration(seconds) for seconds in times]

    def named(words: Iterable[str]) -> list[str]:
        return [f"{period_name(period, by)}: {text}" for period, text in zip(periods, words, strict=True)]

    return {
        "messages": bar_chart(messages, named(said), scale=round_count, text=_number),
        "people": bar_chart(people, named(writing), scale=round_count, text=_number),
        "times": bar_chart(times, named(answered), scale=round_duration, text=short_duration),
    }


def _file(name: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(head)
    written.writerows([_cell(value) for value in row] for row in rows)
    answer = Response(BYTE_ORDER_MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{today()}.csv"'
    return answer


def _cell(value: Any) -> Any:
    # A spreadsheet would take a room's name that begins like this for a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def _day(day: str) -> str:
    date = dt.date.fromisoformat(day)
    text: str = format_skeleton("MMMd" if date.year == today().year else "yMMMd", date, locale=get_locale())
    return text


def _number(count: int) -> str:
    text: str = format_decimal(count, locale=get_locale())
    return text
