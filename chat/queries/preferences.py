"""How a person wants the page."""

from chat.models import User

PREFERENCES: dict[str, object] = {
    "enter_sends": True,
    "theme": "system",
    "text_size": 100,
    "motion": "system",
    "contrast": "system",
    "reading_start": "left_off",
    "emoji_tone": 0,
    "emoji_used": {},
    "is_formatting_shown": False,
    "sections": [],
    "collapsed_sections": [],
    "keeps_unread_in_view": True,
    "sidebar_filter": "all",
    "sidebar_sort": "name",
    "level": "mentions",
    "keywords": [],
    "dnd_until": None,
    "dnd_schedule": None,
    "sound": "chime",
    "is_sound_on": True,
    "notify_preview": True,
    "mail_missed": True,
    "push_text": True,
}
"""Every preference, as it is at first."""


def preferences_of(user: User) -> dict[str, object]:
    """Return every preference of the person: chosen, or as it is at first."""
    return PREFERENCES | {name: value for name, value in user.preferences.items() if name in PREFERENCES}
