"""Who may do what: predicates without a database.

Who may *see* something is not asked here: the queries look it up through the caller's membership.
"""

from dataclasses import dataclass
from typing import Protocol

ROLES = ("owner", "admin", "member", "guest")
"""Of people, from the one who may most to the one who may least."""
BOT = "bot"
"""The role of what posts through a webhook and does nothing else: it never signs in, and is nobody's to change."""
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a request or a socket, and what they signed in with."""

    id: int
    name: str
    role: str
    language: str
    session_id: int | None = None
    token_id: int | None = None


class Person(Protocol):
    """Anybody with a standing in the workspace."""

    @property
    def id(self) -> int:
        """The user id."""

    @property
    def role(self) -> str:
        """owner, admin, member, guest or bot."""


def may_manage_people(person: Person) -> bool:
    """Owners and admins invite, deactivate and change roles."""
    return person.role in {"owner", "admin"}


def may_manage_workspace(person: Person) -> bool:
    """Owners and admins rename the workspace."""
    return person.role in {"owner", "admin"}


def may_watch_delivery(person: Person) -> bool:
    """Owners see how events are delivered, who is connected and where the disk stands, and set listeners going."""
    return person.role == "owner"


def may_manage_hooks(person: Person) -> bool:
    """Owners and admins make, change and delete the webhooks of the rooms that they are in."""
    return person.role in {"owner", "admin"}


def may_see_insights(person: Person) -> bool:
    """Owners see how much is said where, by how many people, and how soon there is an answer."""
    return person.role == "owner"


def may_back_up(person: Person) -> bool:
    """Owners make, fetch and delete backups: everything of everybody is in them, the secret key too."""
    return person.role == "owner"


def sees_everybody(person: Person) -> bool:
    """Guests know of nobody and of no room but those that they share; everybody else sees all people and open rooms."""
    return person.role != "guest"


def may_make_rooms(person: Person) -> bool:
    """Guests talk in the rooms that others put them into, and directly with the people there."""
    return person.role != "guest"


def may_add_people(person: Person) -> bool:
    """Everybody in a room adds people to it, only guests do not."""
    return person.role != "guest"


def may_add_emoji(person: Person) -> bool:
    """Everybody adds emoji to the workspace, only guests do not."""
    return person.role != "guest"


def may_remove_emoji(person: Person, added_by: int) -> bool:
    """Whoever added an emoji, and owners and admins, remove it."""
    return person.id == added_by or person.role in {"owner", "admin"}


def may_change_role(person: Person, *, from_role: str, to_role: str) -> bool:
    """Owners give and take any role; admins only move people between admin, member and guest. Bots stay bots."""
    if BOT in {from_role, to_role}:
        return False
    if person.role == "owner":
        return True
    return person.role == "admin" and "owner" not in {from_role, to_role}


def may_deactivate(person: Person, target: Person) -> bool:
    """Nobody deactivates themselves; only owners deactivate owners."""
    return may_manage_people(person) and person.id != target.id and (person.role == "owner" or target.role != "owner")


def may_reset_password(person: Person, target_role: str) -> bool:
    """Owners print reset links for people; bots have no password."""
    return person.role == "owner" and target_role != BOT


def may_manage_room(person: Person, room_role: str) -> bool:
    """Whoever made the room, and owners and admins who are in it, rename and archive it and remove people."""
    if person.role == "guest":
        # They may have made it before they became one.
        return False
    return room_role == "owner" or person.role in {"owner", "admin"}


def may_change_message(person: Person, author_id: int) -> bool:
    """People edit and delete what they wrote, and nothing else."""
    return person.id == author_id
