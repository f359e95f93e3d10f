"""Fixtures for what people do about accounts."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chat.config import Settings
from chat.factory import close_app, create_app
from chat.setup_token import setup_token
from tests.conftest import Api
from tests.people import Browser, browser, invite_code, join


@pytest.fixture
def dana(app: Flask, alice: Api) -> Browser:
    """Dana joined through an invite; her email is dana@example.com, and her browser is signed in."""
    return join(app, invite_code(alice), "Dana")


@pytest.fixture
def page(app: Flask) -> Browser:
    """Return the browser of a stranger."""
    return browser(app)


@pytest.fixture
def new_app(settings: Settings) -> Iterator[Flask]:
    """Return an app on an empty data folder, with its set-up token."""
    made = create_app(settings)
    setup_token(settings.setup_token_file)
    yield made
    close_app(made)


@pytest.fixture
def strict_app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app on an empty data folder that limits how often people try."""
    strict = Settings(data=tmp_path / "strict", rate_limits=True, public_url="https://chat.example.com")
    made = create_app(strict)
    setup_token(strict.setup_token_file)
    yield made
    close_app(made)


@pytest.fixture
def limited(settings: Settings, migrated_database: Path) -> Iterator[Flask]:
    """Return an app that limits how often people and programs try."""
    strict = settings.model_copy(update={"rate_limits": True})
    strict.data.mkdir()
    shutil.copyfile(migrated_database, strict.database_file)
    made_app = create_app(strict)
    yield made_app
    close_app(made_app)
