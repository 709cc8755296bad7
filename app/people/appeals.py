"""Appeals: a worker's word against a decision, claimed by one person at a time, and upheld or rejected.

Owns the table appeals. What can be appealed against, what upholding one does, and what the worker is told is
app/operations/appeals.py's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app import ids
from app.errors import conflict
from app.people.models import Appeal, Worker

# How long a person who opens an appeal has it to themselves.
CLAIM = timedelta(minutes=10)


def open_appeal(  # noqa: PLR0913 - what an appeal is about, each by its name
    session: Session,
    *,
    worker: Worker,
    kind: str,
    subject_id: UUID,
    project_id: UUID | None,
    reason: str,
    words: str,
    against: str | None,
    due_at: datetime,
    now: datetime,
) -> Appeal:
    """Keep an appeal of a worker whose row is locked; there is no open one on the subject."""
    appeal = Appeal(
        id=ids.new(),
        worker_id=worker.id,
        partner_id=worker.partner_id,
        kind=kind,
        subject_id=subject_id,
        project_id=project_id,
        reason=reason,
        words=words,
        against=against,
        state="open",
        opened_at=now,
        due_at=due_at,
    )
    session.add(appeal)
    session.flush()
    return appeal


def latest_on(session: Session, *, worker_id: UUID, kind: str, subject_id: UUID) -> Appeal | None:
    """Return the worker's last appeal on a subject, whatever became of it."""
    return session.scalar(
        select(Appeal)
        .where(Appeal.worker_id == worker_id, Appeal.kind == kind, Appeal.subject_id == subject_id)
        .order_by(Appeal.opened_at.desc(), Appeal.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def of_worker(session: Session, worker_id: UUID) -> Sequence[Appeal]:
    """Return the worker's appeals, oldest first."""
    return session.scalars(select(Appeal).where(Appeal.worker_id == worker_id).order_by(Appeal.id)).all()


def claim_next(
    session: Session, *, mine: ColumnElement[bool], user_id: UUID, now: datetime, after: UUID | None = None
) -> Appeal | None:
    """Give a person the appeal that is due first, of those they may decide and nobody else looks at; None: none is.

    `after` names the one they skipped: they go on behind it, and begin anew at the end.
    """
    last = session.get(Appeal, after) if after else None
    free = or_(Appeal.claimed_until.is_(None), Appeal.claimed_until <= now, Appeal.claimed_by == user_id)
    waiting = select(Appeal).where(Appeal.state == "open", mine, free).order_by(Appeal.due_at, Appeal.id)
    found = None
    if last is not None:
        behind = (Appeal.due_at > last.due_at) | ((Appeal.due_at == last.due_at) & (Appeal.id > last.id))
        found = session.scalar(waiting.where(behind).limit(1).with_for_update(skip_locked=True))
        waiting = waiting.where(Appeal.id != last.id)
    if found is None:
        found = session.scalar(waiting.limit(1).with_for_update(skip_locked=True))
    if found is not None:
        _claimed(session, found, user_id, now)
    return found


def claim(session: Session, *, appeal: Appeal, user_id: UUID, now: datetime) -> None:
    """Give a person this one. Raises `claimed` (409) while somebody else has it, `decided` (409) when it is over.

    The caller holds the row.
    """
    if appeal.state != "open":
        raise conflict("decided", "This appeal has been decided. Take the next one.")
    if appeal.claimed_by not in (None, user_id) and appeal.claimed_until and appeal.claimed_until > now:
        raise conflict("claimed", "Somebody else is looking at this appeal just now. Take the next one.")
    _claimed(session, appeal, user_id, now)


def _claimed(session: Session, appeal: Appeal, user_id: UUID, now: datetime) -> None:
    appeal.claimed_by, appeal.claimed_until = user_id, now + CLAIM
    session.flush()


def release(session: Session, *, appeal: Appeal, user_id: UUID) -> None:
    """Give it back undecided."""
    if appeal.claimed_by == user_id:
        appeal.claimed_by = appeal.claimed_until = None
        session.flush()


def decide(
    session: Session,
    *,
    appeal: Appeal,
    state: Literal["upheld", "rejected"],
    note: str,
    user_id: UUID,
    now: datetime,
) -> None:
    """Note what a person decided, and why. The caller holds the row. Raises as `claim` does."""
    claim(session, appeal=appeal, user_id=user_id, now=now)
    appeal.state, appeal.note, appeal.decided_by, appeal.decided_at = state, note, user_id, now
    appeal.claimed_by = appeal.claimed_until = None
    session.flush()


def forget_words(session: Session, *, worker_id: UUID) -> None:
    """Empty what the worker said in their own words, for ever."""
    session.execute(update(Appeal).where(Appeal.worker_id == worker_id).values(words=""))
