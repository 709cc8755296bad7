"""What is noted of how people answer: their hours, how quickly, how often. The arithmetic is rhythm.py's.

Owns the columns answer_hours, heeded, reply_s and ignored_in_row of workers; the caller holds the worker's row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import hours
from app.people import rhythm
from app.people.models import Worker

# What follows within this of a person's last text is the same conversation, in which they answer at once: it tells
# neither their hours nor how quick they are.
CONVERSATION = timedelta(hours=1)
# How many of those who wait are looked at for one that fits a reminder's question.
_LOOKED_AT = 200


def note_heard(worker: Worker, *, asked_at: datetime | None, now: datetime) -> None:
    """Note that the worker wrote; `asked_at` is when the question they answer came to them, None where none did."""
    begins = worker.last_heard_at is None or now - worker.last_heard_at >= CONVERSATION
    if begins:
        worker.answer_hours = rhythm.learned(worker.answer_hours, hours.local_hour(now, worker.time_zone))
    if begins and asked_at is not None:
        worker.reply_s = rhythm.reply_after(worker.reply_s, (now - asked_at).total_seconds())
        worker.heeded = rhythm.heeded_after(worker.heeded, answered=True)
    worker.last_heard_at = now
    worker.ignored_in_row = 0


def note_ignored(worker: Worker) -> None:
    """Note that the worker let a message's questions run out."""
    worker.ignored_in_row += 1
    worker.heeded = rhythm.heeded_after(worker.heeded, answered=False)


@dataclass(frozen=True)
class Waiting:
    """Somebody who may be sent a question unasked."""

    worker_id: UUID
    hours: Sequence[float]
    zone: str
    hoped_s: float


def waiting(session: Session, now: datetime, limit: int) -> list[Waiting]:
    """Return active workers who may be sent a question unasked, longest waiting first."""
    rows = session.execute(
        select(Worker.id, Worker.answer_hours, Worker.time_zone, Worker.heeded, Worker.reply_s)
        .where(Worker.available_at <= now, Worker.state == "active")
        .order_by(Worker.available_at)
        .limit(limit)
    )
    return [
        Waiting(row.id, row.answer_hours, row.time_zone, rhythm.hoped_s(row.heeded, row.reply_s))
        for row in rows
    ]


def idle(
    session: Session, *, until: datetime, countries: Sequence[str], languages: Sequence[str], most: int
) -> int:
    """Return how many in these countries who read one of these languages may be texted by then, up to `most`."""
    some = (
        select(Worker.id)
        .where(
            Worker.available_at <= until,
            Worker.state == "active",
            Worker.country.in_(countries),
            Worker.language.in_(languages),
        )
        .limit(most)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def active(
    session: Session,
    *,
    since: datetime,
    countries: Sequence[str],
    languages: Sequence[str],
    cohorts: Sequence[str],
    most: int,
) -> int:
    """Return how many who could do such work were heard from since then, up to `most`; no cohorts: of all of them."""
    some = select(Worker.id).where(
        Worker.state == "active",
        Worker.stage == "ready",
        Worker.last_heard_at >= since,
        Worker.country.in_(countries),
        Worker.language.in_(languages),
    )
    if cohorts:
        some = some.where(Worker.cohort_id.in_([UUID(cohort) for cohort in cohorts]))
    return session.scalar(select(func.count()).select_from(some.limit(most).subquery())) or 0


def others_come(
    session: Session, *, but: UUID, until: datetime, countries: Sequence[str], languages: Sequence[str]
) -> bool:
    """Say whether somebody else in these countries who reads one of these languages may be texted before then."""
    soon = (
        select(Worker.id, Worker.country, Worker.language)
        .where(Worker.available_at <= until, Worker.state == "active", Worker.id != but)
        .order_by(Worker.available_at)
        .limit(_LOOKED_AT)
        .subquery()
    )
    fitting = select(soon.c.id).where(soon.c.country.in_(countries), soon.c.language.in_(languages)).limit(1)
    return session.scalar(fitting) is not None
