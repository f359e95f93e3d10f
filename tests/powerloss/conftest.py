"""The preloaded library, or a sentence that says how to get it; and the real server under it."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.powerloss import shim
from tests.powerloss.recording import Recording, Stage


@pytest.fixture(scope="session", autouse=True)
def _library() -> None:
    try:
        shim.build()
    except shim.UnavailableError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def control(tmp_path: Path) -> shim.Control:
    """Return what makes calls of the server fail."""
    return shim.Control(tmp_path / "control")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small workspace, as a server that was closed left it, and the tokens of its people."""
    folder = tmp_path_factory.mktemp("seeded")
    Stage(Recording(folder, "load", "threading", None, 1)).seed(2)
    return folder


@pytest.fixture
def token(seeded: Path) -> str:
    """Return the bearer token of a member."""
    return (seeded / "tokens").read_text().split()[1]


@pytest.fixture
def stage(tmp_path: Path, seeded: Path, control: shim.Control):
    """Return a recorded server that is not started yet."""
    recording = Recording(tmp_path, "load", os.environ.get("STET_ASYNC_MODE", "eventlet"), None, 1)
    shutil.copytree(seeded / "disk", recording.disk)
    shutil.copytree(seeded / "disk", recording.before)
    made = Stage(recording, control.file)
    yield made
    made.end(signal.SIGKILL)
