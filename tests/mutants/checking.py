"""Running tests with a bug switched in, each time in a process of their own."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL_TEST = "tests/model/test_model.py"


@dataclass(frozen=True)
class Outcome:
    """How a run of pytest ended."""

    code: int
    """0: all passed; 1: some failed; others: it could not run."""
    failed: int
    errors: int
    output: str

    @property
    def is_caught(self) -> bool:
        """Tell whether tests failed, and nothing else went wrong."""
        return self.code == 1 and self.failed > 0 and self.errors == 0


def run_tests(tests: Sequence[str], mutant: str | None, **environment: str) -> Outcome:
    """Run the tests, with the bug if one is named."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--tb=line"]
    command += ["-p", "tests.mutants.plugin", *(["--mutant", mutant] if mutant else []), *tests]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=900
    )
    last = done.stdout.strip().rsplit("\n", 1)[-1]
    return Outcome(done.returncode, _count(last, "failed"), _count(last, "error"), done.stdout[-4000:] + done.stderr)


def run_model(mutant: str | None, *, examples: int) -> Outcome:
    """Run the model test, without making what fails shorter."""
    return run_tests([MODEL_TEST], mutant, STET_MODEL_EXAMPLES=str(examples), STET_MODEL_SHRINK="0")


def loses_in_images(mutant: str, *, images: int) -> bool:
    """Tell whether disks after a power cut lack what was acknowledged; where none can be made it says so and passes."""
    command = [sys.executable, "-m", "tests.powerloss", "--images", str(images), "--mutant", mutant, "--acts", "200"]
    command += ["--scenarios", "load", "--start-every", "0"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"TMPDIR": folder}, capture_output=True, check=False, timeout=900
        )
    if done.stdout.startswith(b"Skipped: "):
        sys.stdout.write(done.stdout.decode())
        return True
    return done.returncode == 1


def _count(line: str, word: str) -> int:
    found = re.search(rf"(\d+) {word}", line)
    return int(found[1]) if found else 0
