"""Prove that the long tests catch bugs too: the model test, and the images of power cuts.

    python -m tests.mutants [NAME …]

Exit code 0: each bug was caught by every test that its row in `table.py` names; 1: one was not.
"""

import sys
import time

from tests.mutants.bugs import BUGS
from tests.mutants.checking import loses_in_images, run_model, run_tests
from tests.mutants.table import MUTANTS

EXAMPLES = 150
IMAGES = 200


def main() -> int:
    """Go through the table."""
    names = sys.argv[1:] or list(MUTANTS)
    missed = [name for name in names if name not in BUGS]
    if missed:
        sys.exit(f"There is no bug {missed[0]}.")
    uncaught = [name for name in names if not _is_caught(name)]
    sys.stdout.write(f"\n{len(names) - len(uncaught)} of {len(names)} bugs caught{_listed(uncaught)}\n")
    return 1 if uncaught else 0


def _is_caught(name: str) -> bool:
    mutant = MUTANTS[name]
    found = {"tests": run_tests(mutant.caught_by, name).is_caught}
    started = time.monotonic()
    if mutant.by_model:
        found["model"] = run_model(name, examples=EXAMPLES).is_caught
    if mutant.by_images:
        found["images of power cuts"] = loses_in_images(name, images=IMAGES)
    seconds = time.monotonic() - started
    words = ", ".join(f"{by}: {'caught' if is_caught else 'MISSED'}" for by, is_caught in found.items())
    sys.stdout.write(f"{name:<36}{words} ({seconds:.0f} s)\n")
    sys.stdout.flush()
    return all(found.values())


def _listed(names: list[str]) -> str:
    return f"; not: {', '.join(names)}" if names else ""


if __name__ == "__main__":
    sys.exit(main())
