"""What the app's forecast would have said while a job ran, beside when it was really finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from app import hours
from app.hours import QuietHours
from app.tasks.speed import forecasting
from app.tasks.speed.forecasting import Going
from bench.simulate.jobs import Job

# Forecasts are made when so large a share of the tasks is finished.
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
_WINDOW = timedelta(days=1)
_LEAST_FINISHED = 20


@dataclass(frozen=True)
class Said:
    """A forecast: made when this share was finished, at `now`; the likely end, and that of nine cases in ten."""

    share: float
    now: datetime
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
    wanted: float


def foretell(
    job: Job,
    answers: Sequence[Answered],
    share: float,
    rules: Rules,
    *,
    run_out: int,
    ended: int,
    round_s: float,
) -> Said | None:
    """Return what the forecast says now, from what the app reads of its rows (operations/forecast.py)."""
    now, is_open = job.now, job.open_
    newest = sum(1 for _ in takewhile(lambda answer: answer.at > now - _WINDOW, reversed(answers)))
    if not is_open.any():
        return None
    finished, unsure = int((~is_open).sum()), float(job.unsure.sum())
    wanted = rules.wanted
    if job.first_places == 1 and finished >= _LEAST_FINISHED:
        wanted = max(wanted, 1.2 * float(job.answered[~is_open].sum()) / finished)
    left = forecasting.answers_left(
        open_tasks=int(is_open.sum()),
        answered_open=int(job.answered[is_open].sum()),
        wanted=wanted,
        empty_places=int((job.places - job.answered)[is_open].sum()),
        unsure_share=unsure / max(1.0, unsure + len(answers)),
    )
    found = forecasting.ahead(
        Going(
            left=left,
            left_to_half=0.0,
            answers=newest,
            over_s=hours.open_seconds(rules.quiet, max(rules.start, now - _WINDOW), now, rules.zone),
            rest_s=rules.rest_s,
            tasks=job.tasks,
            open_tasks=int(is_open.sum()),
            run_out=run_out,
            ended=ended,
            round_s=round_s,
            in_turn=forecasting.ADAPTIVE_IN_TURN if job.first_places == 1 else 1,
        )
    )
    if found is None:
        return None
    ends = [
        hours.add_open_time(rules.quiet, now, timedelta(seconds=seconds), rules.zone)
        for seconds in (found.done_s, found.done_by_s)
    ]
    return Said(share, now, *ends)
