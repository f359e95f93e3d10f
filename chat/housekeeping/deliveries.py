"""What was sent to ends outside, or given up on, stays on record for a while."""

from flask import Flask


def forget_old_deliveries(app: Flask) -> None:
    """Remove what has been on record for long enough."""
    app.extensions["postman"].forget_old()
