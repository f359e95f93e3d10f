"""The cases that the browser's formatter of pending rows is tested with too."""

import json
from pathlib import Path

import pytest

from chat.markup import People, Rooms, render

FIXTURES = json.loads((Path(__file__).parents[1] / "fixtures" / "markup.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", FIXTURES["cases"], ids=lambda case: case["name"])
def test_a_case_renders_as_the_shared_fixtures_say(case: dict[str, str]) -> None:
    people = People((user_id, name) for user_id, name in FIXTURES["people"])

    assert render(case["text"], people, FIXTURES["own_emoji"]).html == case["html"]


@pytest.mark.parametrize("case", FIXTURES["calling_cases"], ids=lambda case: case["name"])
def test_calls_and_rooms_render_as_the_shared_fixtures_say(case: dict[str, str]) -> None:
    people = People((user_id, name) for user_id, name in FIXTURES["called_people"])
    rooms = Rooms((room_id, name) for room_id, name in FIXTURES["rooms"])

    assert render(case["text"], people, (), rooms, takes_calls=True).html == case["html"]
