"""When who is texted unasked: people in their own good hours; where places are few, the quick and willing first.

Owns that order and that wait; the texting itself is offer.py's. Replies are never held back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.people import habits, rhythm
from app.people.habits import Waiting
from app.people.models import Worker
from app.settings import settings
from app.tasks.models import Project, Task

# Of how many who wait longest the best are chosen, as times the number wanted.
_WINDOW = 4


@dataclass(frozen=True)
class Round:
    """Who is to be texted, in order; the crowd's curve of a day; and how late a text may be held back to."""

    workers: Sequence[UUID]
    crowd: Sequence[float]
    latest: datetime


def round_of(session: Session, now: datetime, limit: int) -> Round:
    """Return whom to text now, at most `limit`. Nobody, where no running project has an empty place.

    While there are places for all who wait, those who wait longest come first. Where there are fewer, which is a
    project's tail, nobody is made to wait for a better hour: those in one go first, and of them who answers soonest.
    """
    places = _places(session, limit * _WINDOW)
    if not places:
        return Round((), rhythm.CROWD, now)
    found = habits.waiting(session, now, limit * _WINDOW)
    crowd = rhythm.crowd_of([each.hours for each in found])
    if places >= len(found):
        return Round([each.worker_id for each in found[:limit]], crowd, _latest(session, now))
    ordered = sorted(found, key=lambda each: _rank(each, crowd, now))
    return Round([each.worker_id for each in ordered[:limit]], crowd, now)


def _rank(each: Waiting, crowd: Sequence[float], now: datetime) -> tuple[bool, float]:
    good = rhythm.is_good(rhythm.curve(each.hours, crowd), now, each.zone, settings().quiet_hours)
    return (not good, each.hoped_s)


def _places(session: Session, most: int) -> int:
    """Return how many tasks of running projects have an empty place, counted up to `most`."""
    some = (
        select(Task.id)
        .join(Project, Project.id == Task.project_id)
        .where(
            Project.state == "running",
            Task.state == "open",
            Task.answered + Task.live < Task.places,
            Task.unsure <= 2 * Task.places,
        )
        .limit(most)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def _latest(session: Session, now: datetime) -> datetime:
    """Return how long a text may wait for its person: half a day, and never into a deadline's last lease."""
    longest = now + rhythm.LONGEST_WAIT
    due = session.execute(
        select(Project.deadline, Project.lease_s)
        .where(Project.state == "running", Project.deadline > now)
        .order_by(Project.deadline)
        .limit(1)
    ).one_or_none()
    return longest if due is None else min(longest, due.deadline - 2 * timedelta(seconds=due.lease_s))


def push_at(worker: Worker, crowd: Sequence[float], now: datetime, latest: datetime) -> datetime:
    """Return when to text the worker: now, or in the next of their usual hours."""
    likely = rhythm.curve(worker.answer_hours, crowd)
    return rhythm.good_time(likely, now, worker.time_zone, settings().quiet_hours, latest)
