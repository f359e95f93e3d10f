"""Whatever JSON is sent to any route that writes, the answer is never a fault of ours."""

import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import created, post

FIELDS = [
    *("emoji_tone", "emoji_used", "is_formatting_shown"),
    *("blocks", "attachments", "mrkdwn", "format", "thread_of", "may_call", "is_enabled"),
    *("question", "options", "is_multiple", "is_anonymous", "ends_at"),
    *("text", "parent_id", "attachment_ids", "base_version", "kind", "name", "topic", "member_ids", "archived"),
    *("user_id", "message_id", "positions", "epoch", "limit", "email", "password", "current_password", "language"),
    *(
        "room_id",
        "version",
        "device",
        "new_password",
        "time_zone",
        "role",
        "deactivated",
        "max_uses",
        "expires_in_hours",
        "size_bytes",
        "client_id",
        "token",
        "workspace",
    ),
]
"""What the routes read; other keys are made up."""
TELLING = [
    None,
    True,
    0,
    1,
    -1,
    2**31,
    2**53,
    2**63,
    2**64,
    "",
    "\x00",
    "\ud800",
    "open",
    "direct",
    "owner",
    "x" * 5_000,
    [1, 2],
]

values = st.recursive(
    st.sampled_from(TELLING) | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), values, max_size=6)
bodies = (objects | values).map(json.dumps).map(lambda text: text.encode("utf-8")) | st.binary(max_size=60)
path_words = st.sampled_from(["1", "2", "0", "999", "x", "room-1", "user-1", "👍", "%00", "%ff"]) | st.text(
    st.characters(codec="utf-8", exclude_characters="/?#."), min_size=1, max_size=8
)


calmly = settings(
    deadline=None,
    # One workspace for all examples of a test is what is wanted: it fills up with what the others left.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def owner(alice):
    """Return the owner of a workspace with an open room and a message in it."""
    post(alice, created(alice.post("/api/rooms", json={"kind": "open", "name": "hall"}))["room"], "hello")
    return alice


def write_rules(app):
    writing = {"POST", "PUT", "PATCH", "DELETE"}
    rules = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) & writing}
    ending = {("DELETE", "/api/session"), ("POST", "/sign-out")}
    return sorted(rule for rule in rules - ending if "tokens/<" not in rule[1])


def filled(rule, data):
    """Return the path with something in the place of each variable."""
    parts = [data.draw(path_words) if part.startswith("<") else part for part in rule.split("/")]
    return "/".join(parts)


@settings(calmly, max_examples=400)
@given(data=st.data())
def test_no_body_makes_a_fault(owner, data):
    method, rule = data.draw(st.sampled_from(write_rules(owner.application)))
    body = data.draw(bodies)
    headers = data.draw(st.sampled_from([{}, {"Idempotency-Key": str(uuid.UUID(int=1))}, {"Idempotency-Key": "x"}]))

    answer = owner.open(filled(rule, data), method=method, data=body, headers=headers, content_type="application/json")

    assert answer.status_code < 500, answer.get_data(as_text=True)


@settings(calmly, max_examples=150)
@given(
    text=st.text(min_size=1, max_size=200)
    | st.text(st.sampled_from("`*_>-[](){}!@#|~\n 가👍\u202e\u200b"), max_size=400)
)
def test_any_text_is_stored_as_it_comes_back_or_refused(owner, text):
    answer = owner.post("/api/rooms/1/messages", json={"text": text})

    assert answer.status_code in {201, 422}
    assert answer.status_code == 422 or created(owner.get(f"/api/messages/{answer.get_json()['message']['id']}"))


@settings(calmly, max_examples=100)
@given(
    positions=st.dictionaries(
        st.sampled_from(["room-1", "user-1", "room-2"]) | st.text(max_size=9), st.integers(), max_size=5
    )
)
def test_any_positions_are_answered_for_each_stream(owner, positions):
    answer = created(owner.post("/api/sync", json={"positions": positions}))

    told = (
        {each["stream"] for each in answer["fresh"]}
        | set(answer["gone"])
        | set(answer["stale"])
        | set(answer["events"])
    )
    assert set(positions) - {"room-1", "user-1"} == set(answer["gone"])
    assert told <= set(positions) | {"room-1", "user-1"}
