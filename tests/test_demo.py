"""The demo workspace: believable, in order, and made once."""

from urllib.parse import urlsplit

import pytest

from chat.config import Settings
from chat.demo import seed_demo
from chat.errors import AlreadySetUpError
from chat.factory import close_app, create_app
from chat.log import load_heads
from chat.permissions import Caller
from chat.queries.hooks import incoming_hooks
from chat.queries.outgoing_hooks import outgoing_hooks
from chat.queries.room_files import file_page
from chat.queries.rooms import my_rooms


@pytest.fixture
def empty(settings: Settings):
    made = create_app(settings)
    with made.app_context():
        yield made
    close_app(made)


def test_the_owner_finds_unread_rooms_mentions_and_a_whole_log(empty):
    emails = seed_demo(language="both", password="a long enough sentence")

    rooms = {room["name"]: room for room in my_rooms(Caller(1, "Jiwoo Han", "owner", "en"))}
    assert emails[0] == "jiwoo@saebom.example"
    assert rooms["backend"]["mention_count"] == 1
    assert rooms["launch"]["unread_count"] == 3
    files = file_page(rooms["launch"]["id"], kinds=(), before_id=None, limit=10).files
    assert [(file["name"], file["kind"]) for file in files] == [
        ("release-checklist.md", "text"),
        ("latency-p95.png", "image"),
    ]
    load_heads(empty.extensions["writer"].sqlite)


def test_its_webhooks_are_there_to_look_at_and_reach_nobody(empty):
    seed_demo(language="both", password="a long enough sentence")

    owner = Caller(1, "Jiwoo Han", "owner", "en")
    [incoming], [outgoing] = incoming_hooks(owner), outgoing_hooks(owner)
    assert (incoming["name"], incoming["is_in_room"], incoming["may_call"], incoming["use_count"]) == (
        "Deploys",
        True,
        False,
        1,
    )
    assert (outgoing["is_enabled"], urlsplit(outgoing["url"]).hostname) == (False, "archive.saebom.example")
    empty.extensions["listeners"].drain("webhooks")
    assert outgoing_hooks(owner)[0]["waiting"] == 0


@pytest.mark.parametrize("language", ["en", "ko"])
def test_it_can_speak_one_language(empty, language):
    seed_demo(language=language, password="a long enough sentence")

    assert len(my_rooms(Caller(1, "Jiwoo Han", "owner", "en"))) > 8


def test_it_is_made_once(empty):
    seed_demo(language="both", password="a long enough sentence")

    with pytest.raises(AlreadySetUpError):
        seed_demo(language="both", password="a long enough sentence")
