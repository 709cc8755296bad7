"""What the app's forecast would have said while a job ran, beside when it was really finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from app import hours
from app.hours import QuietHours
from app.tasks.speed import forecasting
from app.tasks.speed.forecasting import Going, Tally
from bench.simulate.jobs import Job

# Forecasts are made when so large a share of the tasks is finished.
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
_WINDOW = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """A forecast: made when this share was finished, at `now`; half, the likely end, and that of nine cases in ten."""

    share: float
    now: datetime
    half_at: datetime
    done_at: datetime
    done_by: datetime


@dataclass(frozen=True)
class Answered:
    """When an answer came, and how long after its question."""

    at: datetime
    waited_s: float


@dataclass(frozen=True)
class Rules:
    """What the forecast knows of a job beside its rows: when it began, the open hours, what a task is to need."""

    start: datetime
    quiet: QuietHours | None
    zone: str
    rest_s: float
    lease_s: float
    quoted: float
    most: float


def foretell(
    job: Job, answers: Sequence[Answered], share: float, rules: Rules, *, run_out: int, ended: int
) -> Said | None:
    """Return what the forecast says now, from what the app reads of its rows (operations/forecast.py)."""
    now, is_open = job.now, job.open_
    if not is_open.any():
        return None
    adaptive = job.first_places == 1
    tally = Tally(
        tasks=job.tasks,
        open_tasks=int(is_open.sum()),
        empty_places=int((job.places - job.answered)[is_open].sum()),
        answered_open=int(job.answered[is_open].sum()),
        answered_done=int(job.answered[~is_open].sum()),
        unsure=int(job.unsure.sum()),
    )
    left = forecasting.answers_left(tally, quoted=rules.quoted, most=rules.most, adaptive=adaptive)

    def open_s(since: datetime) -> float:
        return hours.open_seconds(rules.quiet, max(rules.start, since), now, rules.zone)

    found = forecasting.ahead(
        Going(
            left=left,
            left_to_half=forecasting.to_half(tally, left),
            answers=sum(1 for _ in takewhile(lambda answer: answer.at > now - _WINDOW, reversed(answers))),
            over_s=open_s(now - _WINDOW),
            since_s=open_s(now - 2 * _WINDOW),
            rest_s=rules.rest_s,
            open_tasks=tally.open_tasks,
            run_out=run_out,
            ended=ended,
            lease_s=rules.lease_s,
            in_turn=forecasting.ADAPTIVE_IN_TURN if adaptive else 1,
        )
    )
    if found is None:
        return None
    ends = [
        hours.add_open_time(rules.quiet, now, timedelta(seconds=seconds), rules.zone)
        for seconds in (found.half_s, found.done_s, found.done_by_s)
    ]
    return Said(share, now, *ends)
