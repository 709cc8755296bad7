"""Quiet hours: the part of a local day in which nobody is texted unasked, and in which leases stand still.

Pure arithmetic on instants and time zones. Whether a message is a push or a reply is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From `start` to `end` local time, over midnight when start is later than end."""

    start: time
    end: time

    @staticmethod
    def parse(text: str) -> "QuietHours | None":
        """Read `19:00-08:00`, or `none`. Raises ValueError with what to write instead."""
        if text.strip().lower() in {"none", ""}:
            return None
        try:
            start_text, end_text = text.split("-")
            start, end = time.fromisoformat(start_text.strip()), time.fromisoformat(end_text.strip())
        except ValueError:
            raise ValueError(f"quiet hours {text!r} cannot be read; write 19:00-08:00, or none") from None
        if start == end:
            raise ValueError(f"quiet hours {text!r} last all day; write different hours, or none")
        return QuietHours(start, end)

    def is_quiet(self, at: datetime, zone: str) -> bool:
        """Say whether `at` lies in the quiet hours of the zone."""
        local = at.astimezone(ZoneInfo(zone)).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def next_open(self, at: datetime, zone: str) -> datetime:
        """Return `at` itself outside quiet hours, else the instant they end."""
        return self._next(at, zone, self.end) if self.is_quiet(at, zone) else at

    def next_quiet(self, at: datetime, zone: str) -> datetime:
        """Return the instant after `at` at which quiet hours begin."""
        return self._next(at, zone, self.start)

    def _next(self, at: datetime, zone: str, clock_time: time) -> datetime:
        local = at.astimezone(ZoneInfo(zone))
        found = local.replace(
            hour=clock_time.hour, minute=clock_time.minute, second=clock_time.second, microsecond=0, fold=0
        )
        if found <= local:
            found = (local + _DAY).replace(
                hour=clock_time.hour,
                minute=clock_time.minute,
                second=clock_time.second,
                microsecond=0,
                fold=0,
            )
        return found.astimezone(UTC)

    def add_open_time(self, at: datetime, duration: timedelta, zone: str) -> datetime:
        """Return when `duration` of open time has passed since `at`: the clock stands still in quiet hours."""
        left = duration
        now = self.next_open(at, zone)
        while True:
            closing = self._next(now, zone, self.start)
            if now + left <= closing:
                return now + left
            left -= closing - now
            now = self.next_open(closing, zone)


def open_at(quiet: QuietHours | None, at: datetime, zone: str) -> datetime:
    """Return the first instant from `at` on at which a push may be sent."""
    return at if quiet is None else quiet.next_open(at, zone)


def add_open_time(quiet: QuietHours | None, at: datetime, duration: timedelta, zone: str) -> datetime:
    """Return when `duration` of open time has passed since `at`."""
    return at + duration if quiet is None else quiet.add_open_time(at, duration, zone)


def local_midnight(at: datetime, zone: str) -> datetime:
    """Return the instant the local day of `at` began."""
    local = at.astimezone(ZoneInfo(zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def local_hour(at: datetime, zone: str) -> int:
    """Return the hour of the local day, 0 to 23."""
    return at.astimezone(ZoneInfo(zone)).hour


def open_seconds(quiet: QuietHours | None, start: datetime, end: datetime, zone: str) -> float:
    """Return how many seconds between the two are outside quiet hours; 0 where `end` is not after `start`."""
    if quiet is None:
        return max(0.0, (end - start).total_seconds())
    passed, at = 0.0, quiet.next_open(start, zone)
    while at < end:
        closing = quiet.next_quiet(at, zone)
        passed += (min(closing, end) - at).total_seconds()
        at = quiet.next_open(closing, zone)
    return passed


def local_date(at: datetime, zone: str) -> date:
    """Return the local day of `at`."""
    return at.astimezone(ZoneInfo(zone)).date()
