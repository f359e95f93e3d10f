"""How the parts are put together: config, extensions, listeners, routes, sockets."""

import hashlib
import logging
import secrets
import sqlite3
import sys
from functools import cache
from pathlib import Path

from flask import Flask
from pydantic import ValidationError
from werkzeug.middleware.proxy_fix import ProxyFix

from chat import backup_commands, cli, concurrency, database, failpoints, housekeeping, listeners, logs, routes, sockets
from chat.backups import service as backups
from chat.backups.restore import finish_restore
from chat.config import Settings
from chat.durable import make_folder, write_whole
from chat.extensions import babel, csrf, db, limiter, socketio
from chat.log import DamagedLogError
from chat.mail.server import MailServer, parse_mail_server
from chat.outgoing.addresses import parse_networks
from chat.outgoing.client import Client
from chat.routes.language import Catalogues, choose_locale, choose_time_zone
from chat.unit_of_work import Writer

logger = logging.getLogger(__name__)

LARGEST_REQUEST_BYTES = 6 * 1024 * 1024
ROOT = Path(__file__).parent.parent
STATIC_MAX_AGE_SECONDS = 365 * 24 * 3600


class StartError(Exception):
    """Why the server cannot start, in one sentence for the operator."""


def create_app(settings: Settings | None = None) -> Flask:
    """Make the app on its data folder: migrated, checked and ready to serve.

    Raises:
        StartError: a setting, the data folder or the database does not allow it.
    """
    settings = settings or _settings()
    logs.configure(settings.log_level)
    concurrency.use(settings.async_mode)
    _arm_failpoints(settings.failpoints)
    _prepare_data_folder(settings)
    outgoing = _outgoing(settings)
    mail = _mail_server(settings)
    app = Flask(
        "chat",
        root_path=str(ROOT),
        static_folder="static",
        static_url_path=f"/static/{_static_version()}",
        template_folder="templates",
    )
    try:
        finish_restore(settings)
        _configure(app, settings)
        database.prepare(settings)
        _bind_extensions(app, settings)
        _open_storage(app, settings)
    except (database.UnusableDatabaseError, DamagedLogError) as error:
        raise StartError(str(error)) from error
    except (sqlite3.Error, OSError) as error:
        msg = f"the database {settings.database_file} or the secret key beside it cannot be opened: {error}"
        raise StartError(msg) from error
    app.extensions["outgoing"] = outgoing
    app.extensions["mail"] = mail
    listeners.register(app)
    routes.register(app)
    sockets.register(app)
    backups.register(app)
    housekeeping.register(app)
    cli.register(app)
    return app


def create_command_app() -> Flask:
    """Make the app of a command; where Stet cannot start, say why and offer the commands that mend it.

    Raises:
        StartError: a setting is not right.
    """
    settings = _settings()
    try:
        return create_app(settings)
    except StartError as error:
        sys.stderr.write(f"Stet cannot start: {error}\n")
        app = Flask("chat", root_path=str(ROOT))
        app.config["SETTINGS"] = settings
        backup_commands.register_repairs(app)
        return app


def close_app(app: Flask) -> None:
    """Stop the listeners and close the database; for tests and for an orderly end."""
    housekeeping.stop(app)
    listeners.stop(app)
    app.extensions["writer"].close()
    with app.app_context():
        db.engine.dispose()


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        msg = f"STET_{str(first['loc'][0]).upper()} is not right: {first['msg']}"
        raise StartError(msg) from error


def _arm_failpoints(text: str) -> None:
    try:
        failpoints.arm(text)
    except ValueError as error:
        msg = f"STET_FAILPOINTS is not right: {error}"
        raise StartError(msg) from error


def _outgoing(settings: Settings) -> Client:
    try:
        return Client(parse_networks(settings.allowed_networks))
    except ValueError as error:
        msg = f"STET_ALLOWED_NETWORKS is not right: {error}"
        raise StartError(msg) from error


def _mail_server(settings: Settings) -> MailServer | None:
    if settings.mail_url and not settings.public_url:
        msg = "STET_MAIL_URL needs STET_PUBLIC_URL, where the links in mails lead"
        raise StartError(msg)
    try:
        return parse_mail_server(settings.mail_url, settings.mail_from)
    except ValueError as error:
        msg = f"STET_MAIL_URL is not right: {error}"
        # Without the cause, which may tell the password.
        raise StartError(msg) from None


def _prepare_data_folder(settings: Settings) -> None:
    if settings.database_url and not settings.database_url.startswith("sqlite:///"):
        msg = "STET_DATABASE_URL must be a SQLite file: sqlite:////path/to/file"
        raise StartError(msg)
    try:
        make_folder(settings.data, mode=0o700)
        probe = settings.data / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        msg = f"the data folder {settings.data} cannot be written: {error.strerror}. Set STET_DATA to one that can"
        raise StartError(msg) from error


def _configure(app: Flask, settings: Settings) -> None:
    secret = _secret_key(settings.data / "secret_key")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=secret,
        FINGERPRINT_KEY=secret.encode()[:64],
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{settings.database_file}",
        SQLALCHEMY_ENGINE_OPTIONS=database.reader_options(),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_MAX_AGE_SECONDS,
        SESSION_COOKIE_NAME="stet_page",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookies_are_secure,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
        RATELIMIT_ENABLED=settings.rate_limits,
        BABEL_TRANSLATION_DIRECTORIES=f"{ROOT / 'chat' / 'translations'};{settings.data.resolve() / 'translations'}",
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


@cache
def _static_version() -> str:
    # In the address of every script, style and font, so that browsers keep them for a year and never mix two versions.
    files = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    stamps = ((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return hashlib.blake2b(repr(list(stamps)).encode(), digest_size=6).hexdigest()


def _secret_key(file: Path) -> str:
    if not file.exists() or not file.read_text().strip():
        # In one step, and synced: a power cut would leave an empty key, or another one than people were promised by.
        write_whole(file, secrets.token_hex(32))
    return file.read_text().strip()


def _bind_extensions(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_time_zone)
    babel.domain_instance = Catalogues()
    socketio.init_app(
        app,
        async_mode=settings.async_mode,
        cors_allowed_origins=[],
        manage_session=False,
        ping_interval=10,
        ping_timeout=5,
        max_http_buffer_size=64 * 1024,
        engineio_logger=False,
    )


def _open_storage(app: Flask, settings: Settings) -> None:
    with app.app_context():
        database.forbid_writing(db.engine)
    engine = database.writer_engine(settings)
    app.extensions["writer"] = Writer(engine, busy_timeout_seconds=settings.writer_busy_timeout_seconds)
