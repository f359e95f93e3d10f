"""HTTP: a blueprint per resource."""

from importlib import import_module

from flask import Flask

from chat.routes import bodies, headers, identity, numbers, problems

BLUEPRINTS = (
    "health",
    "mentions",
    "messages",
    "keeping",
    "uploads",
    "files",
    "threads",
    "reading",
    "rooms",
    "members",
    "sync",
    "search",
    "session",
    "setup",
    "join",
    "reset",
    "forgotten",
    "mail",
    "me",
    "avatars",
    "users",
    "sessions",
    "tokens",
    "push",
    "invites",
    "workspace",
    "last_seen",
    "drafts",
    "emoji",
    "polls",
    "previews",
    "scheduled",
    "reminders",
    "hooks",
    "outgoing_hooks",
    "incoming",
    "delivery",
    "insights",
    "metrics",
    "backups",
    "pages",
    "sign_in_pages",
    "settings_pages",
    "admin_pages",
    "hook_pages",
    "insights_pages",
    "outgoing_hook_pages",
    "delivery_pages",
    "backup_pages",
    "page_words",
    "translations",
    "installing",
)
"""Every module here with a `bp`, by name."""


def register(app: Flask) -> None:
    """Add every route to the app."""
    problems.register(app)
    headers.register(app)
    bodies.register(app)
    identity.register(app)
    numbers.register(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"chat.routes.{name}").bp)
