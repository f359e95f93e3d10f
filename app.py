"""The single command: `python app.py` serves Stet.

Under eventlet the standard library is patched before anything else is imported; nothing but this file and
`chat/concurrency.py` knows eventlet.
"""

import os
import sys
import warnings

if "flask" in sys.modules:
    # A command, `flask --app app ...`: it serves nobody, and it is too late for patching.
    os.environ["STET_ASYNC_MODE"] = "threading"

ASYNC_MODE = os.environ.get("STET_ASYNC_MODE", "eventlet")

if ASYNC_MODE == "eventlet":
    with warnings.catch_warnings():
        # eventlet announces at import that it is in maintenance; we know, and the mode is one setting away.
        warnings.simplefilter("ignore")
        import eventlet

    eventlet.monkey_patch()

from chat import factory  # noqa: E402 - after the patching
from chat.server import serve  # noqa: E402

create_app = factory.create_command_app
"""What `flask --app app` calls."""


def main() -> int:
    """Serve until a signal ends it; one clear line and exit code 1 when it cannot start."""
    try:
        app = factory.create_app()
        serve(app)
    except factory.StartError as error:
        sys.stderr.write(f"Stet cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
