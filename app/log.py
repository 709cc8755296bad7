"""Logs: one JSON object a line on standard error, without phone numbers, from every process alike.

`configure()` is called once by whatever starts a process. Whatever is logged, by us or by a library, passes the
same masking: a phone number that slips into a message, a value or a traceback comes out as its last two digits.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from app.settings import settings

# With a plus (also as a URL writes it) whatever separates the groups; without one a run of digits as long as
# phone numbers are, or a local number in groups. Runs inside words are ids, not numbers; so is a UUID's end.
_NUMBER = re.compile(
    r"(?:\+|%2[Bb])\d[\d ().-]{4,}\d"
    r"|(?<![0-9A-Za-z])(?<![0-9a-f]{4}-)\d{7,15}(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])0\d{1,3}[ -]\d{3}[ -]?\d{3,4}(?![0-9A-Za-z])"
)
_SMALLEST_NUMBER = 10**8
# Libraries whose ordinary chatter is about every request or job, numbers in the URL included.
_QUIET = ("httpx2", "httpcore2", "rq", "twilio", "urllib3", "uvicorn.access")
# The moment of the event is no phone number, and would look like one.
_UNTOUCHED = frozenset({"timestamp"})


def mask(text: str) -> str:
    """Return the text with what looks like a phone number reduced to its last two digits."""
    return _NUMBER.sub(lambda found: f"…{found.group()[-2:]}", text)


def mask_numbers(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Mask every value of a log event, however deep; a structlog processor."""
    return {key: value if key in _UNTOUCHED else _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return mask(f"+{value}") if abs(value) >= _SMALLEST_NUMBER else value
    if isinstance(value, dict):
        return {_masked(key): _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item) for item in value]
    return mask(str(value))


def configure(level: str | None = None) -> None:
    """Send all logs of this process, the libraries' too, to standard error as masked JSON lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), _add_logger],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            mask_numbers,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel((level or settings().log_level).upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        server = logging.getLogger(name)
        server.handlers, server.propagate = [], True


def _add_logger(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> EventDict:
    """Name the library a line comes from: its wording is its own."""
    record = event.get("_record")
    if record is not None:
        event["logger"] = record.name
    return event
