"""The server with a bug switched in: `python -m tests.mutants.entry leave_after_emit`, or the name in STET_MUTANT."""

import os
import sys

import app

if __name__ == "__main__":
    from tests.mutants.bugs import BUGS

    name = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STET_MUTANT", "")
    if name not in BUGS:
        sys.exit(f"There is no bug {name!r}. There are: {', '.join(BUGS)}")
    BUGS[name]()
    sys.exit(app.main())
