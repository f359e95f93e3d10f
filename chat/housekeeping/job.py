"""What a job of the house is."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True, slots=True)
class Job:
    """Work that comes up every so often, in the server's background.

    `run` is called inside the app's context. It writes in units of work that are short, with `pause` between them: the
    people's writes wait for the same turn. It ends early once `app.extensions["housekeeping"].is_stopped`.
    """

    name: str
    every_seconds: float
    run: Callable[[Flask], None]
