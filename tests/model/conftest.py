"""Fixtures: a data folder with the people of the model in it, made once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model.host import prepare_folder
from tests.model.world import World


@pytest.fixture(scope="session")
def new_world(migrated_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., World]:
    """Return a function that makes a world on files of its own."""
    prepared = tmp_path_factory.mktemp("people") / "data"
    tokens = prepare_folder(prepared, migrated_database)
    return lambda **more: World(tmp_path_factory.mktemp("world"), prepared, tokens, **more)
