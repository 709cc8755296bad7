"""The one clock: every instant in the service comes from `now()` and is passed on from there, into SQL too."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)
