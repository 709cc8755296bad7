"""Leases: when the clock of an assignment starts, and which reminders and expiries are due.

Owns the clock columns of assignments. When a lease ends (quiet hours, the worker's time zone) the caller
computes; whether a question has arrived the channels know, and operations joins the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.tasks.models import Assignment


def unstarted(session: Session, *, offered_before: datetime, limit: int) -> list[Assignment]:
    """Return running assignments offered before then whose clock does not run yet, oldest first, locked.

    For each, the caller asks whether its message was delivered, or was sent long enough ago.
    """
    statement = (
        select(Assignment)
        .where(
            Assignment.state == "offered",
            Assignment.started_at.is_(None),
            Assignment.offered_at <= offered_before,
        )
        .order_by(Assignment.offered_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


def start_lease(
    session: Session,
    *,
    assignment_id: UUID,
    delivered_at: datetime,
    expires_at: datetime,
    remind_at: datetime | None,
) -> bool:
    """Start the clock of an assignment at the delivery of its question; False where it runs or has ended."""
    started = session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id, Assignment.state == "offered", Assignment.started_at.is_(None))
        .values(started_at=delivered_at, expires_at=expires_at, remind_at=remind_at)
        .returning(Assignment.id)
        .execution_options(synchronize_session="fetch")
    )
    return started.one_or_none() is not None


@dataclass(frozen=True)
class Start:
    """When the clock of one assignment starts, and when its lease ends."""

    assignment_id: UUID
    delivered_at: datetime
    expires_at: datetime
    remind_at: datetime | None


_START = text(
    """
    UPDATE assignments SET started_at = s.started_at, expires_at = s.expires_at, remind_at = s.remind_at
      FROM unnest(CAST(:ids AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]),
                  CAST(:reminders AS timestamptz[])) AS s (id, started_at, expires_at, remind_at)
     WHERE assignments.id = s.id AND assignments.state = 'offered' AND assignments.started_at IS NULL
    """
)


def start_all(session: Session, starts: Sequence[Start]) -> None:
    """Start many clocks as `start_lease` does, in one statement: one comes of every question delivered."""
    if starts:
        session.execute(
            _START,
            {
                "ids": [start.assignment_id for start in starts],
                "starts": [start.delivered_at for start in starts],
                "ends": [start.expires_at for start in starts],
                "reminders": [start.remind_at for start in starts],
            },
        )


def due_reminders(session: Session, now: datetime, *, limit: int) -> list[Assignment]:
    """Return running assignments whose one reminder is due, locked; `reminded` must follow for each."""
    statement = (
        select(Assignment)
        .where(Assignment.state == "offered", Assignment.remind_at <= now, Assignment.expires_at > now)
        .order_by(Assignment.remind_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


def reminded(session: Session, assignments: Sequence[Assignment]) -> None:
    """Note that the reminders were sent (or are not to be): there is one an assignment, never a second."""
    for assignment in assignments:
        assignment.remind_at = None
    session.flush()


def due_expiries(session: Session, now: datetime, *, limit: int) -> list[Assignment]:
    """Return running assignments whose lease has ended, locked, in the order of their tasks.

    The caller frees each. Freed in this order, two of these at once cannot wait for each other's task.
    """
    statement = (
        select(Assignment)
        .where(Assignment.state == "offered", Assignment.expires_at <= now)
        .order_by(Assignment.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return sorted(session.scalars(statement), key=lambda assignment: assignment.task_id)


def live_of(session: Session, worker_id: UUID) -> list[Assignment]:
    """Return the worker's running assignments, newest first."""
    statement = (
        select(Assignment)
        .where(Assignment.worker_id == worker_id, Assignment.state == "offered")
        .order_by(Assignment.offered_at.desc())
    )
    return list(session.scalars(statement))


def note_unneeded(session: Session, *, assignment: Assignment, now: datetime) -> None:
    """Note that an answer came when nobody needed it any more, so that its worker can be told why."""
    assignment.unneeded_at = now
    session.flush()


def last_unneeded(session: Session, worker_id: UUID) -> Assignment | None:
    """Return the worker's last question whose answer nobody needed any more."""
    return session.scalar(
        select(Assignment)
        .where(Assignment.worker_id == worker_id, Assignment.unneeded_at.is_not(None))
        .order_by(Assignment.offered_at.desc())
        .limit(1)
    )
