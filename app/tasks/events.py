"""What happened in a project, in order, for live streams that can be resumed without missing anything.

Owns the table project_events. How an event looks on the wire is the API's.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, cast, func, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.errors import AppError
from app.tasks.models import Project, ProjectEvent

BEGINNING = (0, 0)
# Kinds: `state` (the project's), `answer` (a worker answered a task), `check` (another said whether a text is good),
# `result` (a task was concluded).
KINDS = ("state", "answer", "check", "result")


def record_event(
    session: Session, *, project: Project, kind: str, data: dict[str, Any], now: datetime
) -> None:
    """Add an event to the project's stream, in the transaction of what happened."""
    record_events(session, project=project, kind=kind, data=[data], now=now)


def record_events(
    session: Session, *, project: Project, kind: str, data: Iterable[dict[str, Any]], now: datetime
) -> None:
    """Add several, in their order."""
    assert kind in KINDS
    session.add_all(
        ProjectEvent(project_id=project.id, client_id=project.client_id, kind=kind, data=one, at=now)
        for one in data
    )
    session.flush()


def read_events(
    session: Session, project_id: UUID, after: tuple[int, int] = BEGINNING, *, limit: int = 500
) -> list[ProjectEvent]:
    """Return up to `limit` events after the one whose (transaction, id) is given, oldest first.

    Only events of transactions older than every one still running are shown: ids of a sequence become visible
    out of order, and a reader that went by them would pass over what commits late. An event may so come a
    moment late, never out of order and never not at all.
    https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
    """
    statement = (
        select(ProjectEvent)
        .where(
            ProjectEvent.project_id == project_id,
            tuple_(ProjectEvent.transaction, ProjectEvent.id) > tuple_(*after),
            ProjectEvent.transaction < _oldest_running(),
        )
        .order_by(ProjectEvent.transaction, ProjectEvent.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def latest_event(session: Session, project_id: UUID) -> tuple[int, int]:
    """Return where the stream stands now, for a reader that wants only what comes."""
    statement = (
        select(ProjectEvent.transaction, ProjectEvent.id)
        .where(ProjectEvent.project_id == project_id, ProjectEvent.transaction < _oldest_running())
        .order_by(ProjectEvent.transaction.desc(), ProjectEvent.id.desc())
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else BEGINNING


def show_event_id(event: ProjectEvent) -> str:
    """Return the id of an event as a stream's `id:` field carries it: `<transaction>-<id>`."""
    return f"{event.transaction}-{event.id}"


def read_event_id(shown: str) -> tuple[int, int]:
    """Return the (transaction, id) of a shown event id. Raises `invalid` (422) when it is none."""
    transaction, _, number = shown.partition("-")
    if not (transaction.isascii() and transaction.isdigit() and number.isascii() and number.isdigit()):
        raise AppError(
            "invalid",
            422,
            f"Last-Event-ID {shown[:60]!r} is not an id of this stream. Send the id of the last event you "
            "received, or leave the header out to begin at the beginning.",
        )
    return min(int(transaction), 2**63 - 1), min(int(number), 2**63 - 1)


def as_json(data: dict[str, Any]) -> str:
    """Return event data as the text a statement of many parts binds."""
    return json.dumps(data, ensure_ascii=False)


def _oldest_running() -> ColumnElement[int]:
    return cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
