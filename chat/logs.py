"""Log lines: one event a line, safe to read in a terminal."""

import logging

import structlog


def configure(level: str) -> None:
    """Send everything that Stet and its libraries log through structlog to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _escape_control_characters,
    ]
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            ],
        )
    )
    root = logging.getLogger()
    for old in [known for known in root.handlers if getattr(known, "is_stets", False)]:
        root.removeHandler(old)
    handler.is_stets = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(level.upper())
    for noisy in ("engineio", "socketio", "werkzeug", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _escape_control_characters(
    _logger: object, _method: str, line: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    # A name or path from outside must not be able to write lines of its own into the log.
    return {key: _escaped(value) if isinstance(value, str) else value for key, value in line.items()}


def _escaped(value: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)
