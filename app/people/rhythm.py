"""When in the day a person answers: learned from their replies, and when to text them because of it. Pure.

Owns the curve of a day: 24 numbers, one a local hour. A person's counts are drawn to the crowd's curve as firmly as
little is known of them, so that a newcomer is texted when people are in general.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import exp, log
from zoneinfo import ZoneInfo

from app.hours import QuietHours

HOURS = 24
# How likely a reply is in each hour of the day, beside the mean of all: two peaks, around midday and at six in the
# evening (40,000 farmers of Kenya: most texts are read at six, most surveys finished at midday).
CROWD = (
    0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.6, 1.0, 1.1, 1.2, 1.2, 1.4,
    2.0, 1.8, 1.2, 1.1, 1.2, 1.6, 2.2, 1.9, 1.6, 1.1, 0.6, 0.2,
)  # fmt: skip
# How many replies of a person's own the crowd's curve is worth.
CROWD_WORTH = 8.0
# What of the older counts is kept with each reply: half of them count for nothing after some thirty replies.
KEPT = 0.98
# Who answers at half past twelve answers at one, too: what an hour lends each of its neighbours.
_LENT = 0.25
# An hour is poor under this share of what the person's open hours are like; a text then waits for a usual one.
POOR = 0.5
USUAL = 1.0
LONGEST_WAIT = timedelta(hours=12)


def learned(counts: Sequence[float], hour: int) -> list[float]:
    """Return a person's counts with one more reply, in that local hour; no counts are 24 noughts."""
    kept = [count * KEPT for count in counts] if len(counts) == HOURS else [0.0] * HOURS
    kept[hour] += 1.0
    return [round(count, 3) for count in kept]


def curve(counts: Sequence[float], crowd: Sequence[float] = CROWD) -> tuple[float, ...]:
    """Return how likely the person answers in each hour, 1 being the mean of a day."""
    own = counts if len(counts) == HOURS else [0.0] * HOURS
    spread = [
        (1 - 2 * _LENT) * own[hour] + _LENT * (own[hour - 1] + own[(hour + 1) % HOURS])
        for hour in range(HOURS)
    ]
    total, crowd_total = sum(own) + CROWD_WORTH, sum(crowd)
    return tuple(
        HOURS * (spread[hour] + CROWD_WORTH * crowd[hour] / crowd_total) / total for hour in range(HOURS)
    )


def good_time(
    likely: Sequence[float], now: datetime, zone: str, quiet: QuietHours | None, latest: datetime
) -> datetime:
    """Return when to send a text that nobody waits for: now, or the beginning of the person's next usual hour.

    `likely` is a curve. It waits only from an hour that is poor for them, never past `latest` nor into the quiet hours,
    and not where no better hour lies before those: a text that waits for nothing only loses time. Without quiet hours
    (an operator who wants texts at any time) nothing waits.
    """
    if quiet is None:
        return now
    local = now.astimezone(ZoneInfo(zone))
    usual = _usual(likely, local, quiet, zone)
    if likely[local.hour] >= POOR * usual:
        return now
    at = local.replace(minute=0, second=0, microsecond=0)
    for later in range(1, HOURS):
        begins = at + timedelta(hours=later)
        if begins > latest:
            break
        if likely[begins.hour] >= USUAL * usual and not quiet.is_quiet(begins, zone):
            return begins.astimezone(now.tzinfo)
    return now


def is_good(likely: Sequence[float], now: datetime, zone: str, quiet: QuietHours | None) -> bool:
    """Say whether this hour is a usual one for the person or better."""
    local = now.astimezone(ZoneInfo(zone))
    return likely[local.hour] >= USUAL * _usual(likely, local, quiet, zone)


def _usual(likely: Sequence[float], local: datetime, quiet: QuietHours | None, zone: str) -> float:
    """Return the mean of the hours in which they may be texted."""
    hours = [local.replace(hour=hour, minute=30, fold=0) for hour in range(HOURS)]
    may = [at.hour for at in hours if not (quiet and quiet.is_quiet(at, zone))]
    return sum(likely[hour] for hour in may) / len(may)


# After this many questions in a row that a person let run out they get no reminders, and the next question only after
# days; after the last of them none until they write.
REMINDED_UNDER = 2
_RESTS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))


def rest(ignored: int, pause: timedelta) -> timedelta | None:
    """Return how long a person who let so many questions in a row run out is left alone; None: until they write.

    The first time is nobody's fault: they rest as after a session. Leaving people for good after the second would lose
    one after another of those who answer three in five, and with them the job.
    """
    if ignored < REMINDED_UNDER:
        return pause
    at = ignored - REMINDED_UNDER
    return _RESTS[at] if at < len(_RESTS) else None


# What is thought of who has not been asked yet: three questions in five are answered, half of these within 50 minutes.
HEEDED, REPLY_S = 0.6, 3000.0
# What one more question weighs beside all before it.
_NEWS = 0.15


def heeded_after(share: float, *, answered: bool) -> float:
    """Return the share of questions a person answers, after one more was answered or ran out."""
    return round(share + (float(answered) - share) * _NEWS, 4)


def reply_after(usual_s: float, seconds: float) -> float:
    """Return how long a person usually takes to answer a text, after one more reply: a mean of logarithms."""
    return round(exp(log(usual_s) + (log(max(seconds, 1.0)) - log(usual_s)) * _NEWS), 1)


def hoped_s(heeded: float, usual_s: float) -> float:
    """Return how long an answer is to be waited for if this person is asked: who is quick and willing comes first."""
    return usual_s / max(heeded, 0.01)


def crowd_of(everybody: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Return the curve of a crowd from the counts of its people, drawn to CROWD as those of one person are to it."""
    sums = [sum(counts[hour] for counts in everybody if len(counts) == HOURS) for hour in range(HOURS)]
    return curve(sums)
