"""The browser's core lives through runs of the model as well: fresh ones at each run, replayed by Node."""

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.model.vectors import record, write

ROOT = Path(__file__).parents[2]
COUNT = int(os.environ.get("STET_MODEL_VECTORS", "5"))
OLDEST_NODE = 20


def node_is_there():
    node = shutil.which("node")
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.match(r"v(\d+)", said)[1]) >= OLDEST_NODE and (ROOT / "node_modules").is_dir()


@pytest.mark.timeout(max(300, COUNT * 20))
@pytest.mark.skipif(
    not node_is_there(), reason="Replaying the model's runs needs Node 20 or newer, and `make test-js`."
)
def test_the_browsers_core_ends_every_run_as_it_must(new_world, tmp_path):
    first = random.SystemRandom().randrange(1_000_000)
    for seed in range(first, first + COUNT):
        write(record(new_world, seed), tmp_path)

    replayed = subprocess.run(
        ["node", "--test", "tests/js/model.test.js"],
        cwd=ROOT,
        env=os.environ | {"STET_VECTORS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert replayed.returncode == 0, replayed.stdout[-6000:]
    assert re.search(rf"^# pass {COUNT + 1}$", replayed.stdout, re.MULTILINE), replayed.stdout[-6000:]
