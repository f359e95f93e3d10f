"""What a person is told of, when and how: the preferences, and their page."""

import pytest

from tests.conftest import created
from tests.pages import enter, text_of

HOURS = {
    "is_on": True,
    "days": [0, 4],
    "starts": "19:00",
    "ends": "08:00",
    "all_day": [5, 6],
    "time_zone": "Asia/Seoul",
}


def want(client, **body):
    return client.patch("/api/me/preferences", json=body)


def kept(client):
    return created(client.get("/api/me/preferences"))["preferences"]


def test_people_are_told_of_mentions_with_a_sound_at_first(bob):
    assert (
        kept(bob).items()
        >= {
            "level": "mentions",
            "keywords": [],
            "dnd_until": None,
            "dnd_schedule": None,
            "sound": "chime",
            "is_sound_on": True,
            "notify_preview": True,
            "push_text": True,
        }.items()
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {"level": "everything"},
        {"level": "nothing"},
        {"keywords": ["장애", "outage", "C++"]},
        {"keywords": []},
        {"dnd_until": "2026-12-01T09:00:00.000Z"},
        {"dnd_until": None},
        {"dnd_schedule": HOURS},
        {"dnd_schedule": None},
        {"sound": "knock", "is_sound_on": False, "notify_preview": False, "push_text": False},
    ],
)
def test_each_is_kept_as_it_was_chosen(bob, wanted):
    created(want(bob, **wanted))

    assert kept(bob).items() >= wanted.items()


def test_they_are_tidied(bob):
    created(want(bob, keywords=["  Outage ", "outage", "billing"], dnd_until="2026-12-01T18:00:00+09:00"))
    created(want(bob, dnd_schedule=HOURS | {"days": [4, 0, 4]}))

    assert kept(bob)["keywords"] == ["Outage", "billing"]
    assert kept(bob)["dnd_until"] == "2026-12-01T09:00:00.000Z"
    assert kept(bob)["dnd_schedule"]["days"] == [0, 4]


@pytest.mark.parametrize(
    "wrong",
    [
        *[{"level": wrong} for wrong in ("all", None, 1, ["mentions"])],
        *[{"dnd_schedule": wrong} for wrong in ({}, [], "night", HOURS | {"starts": "24:00"}, HOURS | {"ends": "8:0"})],
        *[{"keywords": [wrong]} for wrong in ("a\nb", "\x00", "\ud800")],
        *[{"dnd_until": wrong} for wrong in ("", "soon", "2026-12-01T09:00:00", 1, {}, "0001-01-01T00:00:00+23:59")],
        *[
            {"dnd_schedule": wrong}
            for wrong in ({}, [], "night", HOURS | {"starts": "24:00"}, HOURS | {"ends": "8:00"})
        ],
        *[{"dnd_schedule": HOURS | {"days": wrong}} for wrong in (None, [7], [-1], ["1"], [True], [0] * 8)],
        *[{"dnd_schedule": HOURS | {"time_zone": wrong}} for wrong in (None, "Mars/Olympus", "../etc/passwd", 1)],
        {"dnd_schedule": HOURS | {"ends": "19:00"}},
        {"dnd_schedule": HOURS | {"is_on": 1}},
        {"sound": "siren"},
        {"is_sound_on": None},
        {"notify_preview": "yes"},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(bob, wrong):
    before = kept(bob)

    assert want(bob, **wrong).status_code == 422
    assert kept(bob) == before


def test_the_page_shows_how_they_stand(app, alice):
    dana = enter(app, alice)

    page = text_of(dana.get("/settings/notifications"))

    assert 'value="mentions" checked' in page
    assert "data-preferences=" in page


def test_a_keyword_is_text_on_the_page(app, alice):
    dana = enter(app, alice)
    token = created(dana.get("/api/me"))["csrf_token"]
    body = {"keywords": ['"><script>alert(1)</script>']}
    created(dana.patch("/api/me/preferences", json=body, headers={"X-CSRF-Token": token}))

    assert "<script>alert" not in text_of(dana.get("/settings/notifications"))


def test_the_page_is_for_people_who_are_signed_in(anonymous):
    assert anonymous.get("/settings/notifications").status_code == 302
