"""What a worker is still to be told: it travels with the next message to them, or goes alone once it is due.

Owns the table notices. How it is worded is app/operations/telling.py's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import ids
from app.people.models import Notice


def add(
    session: Session,
    *,
    worker_id: UUID,
    kind: str,
    data: Mapping[str, Any],
    due_at: datetime,
    now: datetime,
) -> Notice:
    """Note something to tell; `due_at` is when it goes alone, if no message has taken it along by then."""
    notice = Notice(
        id=ids.new(), worker_id=worker_id, kind=kind, data=dict(data), created_at=now, due_at=due_at
    )
    session.add(notice)
    session.flush()
    return notice


def untold(session: Session, worker_id: UUID) -> list[Notice]:
    """Return what a worker whose row is locked has not been told yet, oldest first."""
    waiting = select(Notice).where(Notice.worker_id == worker_id, Notice.told_at.is_(None))
    return list(session.scalars(waiting.order_by(Notice.id)))


def due_workers(session: Session, now: datetime, limit: int) -> list[UUID]:
    """Return workers for whom something is due to be told by itself, without locking."""
    due = select(Notice.worker_id).where(Notice.told_at.is_(None), Notice.due_at <= now)
    return list(dict.fromkeys(session.scalars(due.order_by(Notice.due_at).limit(limit))))


def told(session: Session, notices: Iterable[Notice], now: datetime) -> None:
    """Note that these are in a message now."""
    for notice in notices:
        notice.told_at = now
    session.flush()


def put_off(session: Session, worker_id: UUID, until: datetime | None) -> None:
    """Let what is due wait; None: until the worker writes."""
    waiting = (Notice.worker_id == worker_id) & Notice.told_at.is_(None)
    session.execute(update(Notice).where(waiting).values(due_at=until))


def forget(session: Session, worker_id: UUID) -> None:
    """Delete what was noted for the worker, for ever."""
    session.execute(delete(Notice).where(Notice.worker_id == worker_id))
