"""The fields of a person, as several bodies send them."""

from functools import lru_cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from chat.queries.people import email_key
from chat.routes.bodies import Body, Email, Line, Name, Password
from chat.routes.language import choose_language, languages

LONGEST_PASSWORD_TRIED = 1_000


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Return the names of all time zones, read from disk once."""
    return frozenset(available_timezones())


def _time_zone(name: str) -> str:
    if name not in time_zones():
        raise ValueError
    return name


def _language(code: str) -> str:
    if code not in languages():
        raise ValueError
    return code


AccountEmail = Annotated[Email, AfterValidator(email_key)]
Language = Annotated[Line, Field(max_length=16), AfterValidator(_language)]
TimeZone = Annotated[Line, Field(max_length=64), AfterValidator(_time_zone)]
TriedPassword = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD_TRIED)]
"""A password to compare: rules for new ones do not matter here."""


class NewPerson(Body):
    """Somebody who makes an account."""

    name: Name
    email: AccountEmail
    password: Password
    language: Language = "en"
    time_zone: TimeZone = "UTC"

    @property
    def chosen_language(self) -> str:
        """The language that was sent, else the one that the page was answered in."""
        return self.language if "language" in self.model_fields_set else choose_language()
