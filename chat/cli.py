"""Commands for operators: `flask --app app ...`."""

import secrets
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from chat import backup_commands
from chat.actions.create_reset import create_reset
from chat.config import Settings
from chat.demo import seed_demo
from chat.errors import AlreadySetUpError
from chat.event_commands import events
from chat.housekeeping.retention import keep_days
from chat.listener_commands import listeners
from chat.queries.people import account_of, email_key, everybody
from chat.seeding import seed
from chat.unit_of_work import unit_of_work


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(list_users)
    app.cli.add_command(print_reset_link)
    app.cli.add_command(seed_workspace)
    app.cli.add_command(seed_demo_workspace)
    app.cli.add_command(trim_event_log)
    app.cli.add_command(listeners)
    app.cli.add_command(events)
    backup_commands.register(app)


@click.command("users")
@with_appcontext
def list_users() -> None:
    """List the people: id, role, email, name, and who is deactivated."""
    for user in everybody():
        mark = " (deactivated)" if user["deactivated_at"] else ""
        print(f"{user['id']:>5}  {user['role']:<6}  {user['email']}  {user['name']}{mark}")


@click.command("reset-link")
@click.argument("email")
@with_appcontext
def print_reset_link(email: str) -> None:
    """Print a link with which the person sets a new password, once and within a day.

    It works beside a running server.
    """
    settings: Settings = current_app.config["SETTINGS"]
    with unit_of_work():
        user = account_of(email_key(email))
        if user is None:
            msg = f"no active person has the email {email}; `flask --app app users` lists them"
            raise click.ClickException(msg)
        created = create_reset(user, created_by=user.id)
    print(f"{settings.own_url}/reset/{created.token}")


@click.command("seed")
@click.option("--users", default=10, show_default=True, type=click.IntRange(1, 10_000), help="People to have.")
@click.option("--rooms", default=5, show_default=True, type=click.IntRange(1, 1_000), help="Rooms to have.")
@click.option("--messages", default=1_000, show_default=True, type=click.IntRange(0), help="Messages to add.")
@click.option("--tokens", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the bearer tokens.")
@with_appcontext
def seed_workspace(users: int, rooms: int, messages: int, tokens: Path | None) -> None:
    """Fill the workspace for a benchmark or a test; everybody is in every room."""
    password = secrets.token_hex(8)
    seeded = seed(user_count=users, room_count=rooms, message_count=messages, password=password)
    if tokens is not None:
        tokens.touch(mode=0o600)
        tokens.write_text("".join(f"{token}\n" for token in seeded.tokens))
    print(f"{users} people, {rooms} rooms, {messages} new messages.")
    print(f"They are {seeded.emails[0]} (owner) to {seeded.emails[-1]}; who is new has the password {password}")


@click.command("seed-demo")
@click.option("--language", type=click.Choice(["en", "ko", "both"]), default="both", show_default=True)
@with_appcontext
def seed_demo_workspace(language: str) -> None:
    """Fill a new data folder with a small workspace to look around in."""
    password = secrets.token_hex(6)
    try:
        settings: Settings = current_app.config["SETTINGS"]
        emails = seed_demo(language=language, password=password, address=settings.own_url)
    except AlreadySetUpError as error:
        msg = "this data folder has a workspace already; set STET_DATA to a new one"
        raise click.ClickException(msg) from error
    print(f"The demo workspace is ready. Sign in as {emails[0]} (owner) or {emails[1]}, with the password {password}")


@click.command("trim-log")
@click.option("--days", type=click.IntRange(0), help="How many days to keep.  [default: STET_LOG_DAYS, which is 90]")
@with_appcontext
def trim_event_log(days: int | None) -> None:
    """Remove old events from the log; messages stay.

    A running server does it by itself every hour, and this works beside it. Nothing is removed that a listener has
    not done yet.
    """
    settings: Settings = current_app.config["SETTINGS"]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    removed = keep_days(app, settings.log_days if days is None else days)
    print(f"{removed:,} events removed.")
