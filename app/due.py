"""What is due on each queue, asked of the rows themselves: for the sweeper that rings, and for the metrics.

Plain SQL on the tables, so that the frame needs none of the rooms. Every condition is served by a partial
index on due rows, and costs the same however many rows are done with.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Due:
    """Where a queue's due rows are: a FROM clause, the condition (`:now`), and since when a row is due."""

    rows: str
    condition: str
    since: str


_FREE = "due_at <= :now AND (lease_until IS NULL OR lease_until <= :now)"

DUE = {
    "inbound": Due("messages", f"direction = 'in' AND due_at IS NOT NULL AND {_FREE}", "due_at"),
    "assignment": Due(
        "workers",
        "state = 'active' AND available_at IS NOT NULL AND available_at <= :now AND EXISTS ("
        "SELECT FROM projects p WHERE p.state = 'running' AND EXISTS (SELECT FROM tasks t "
        "WHERE t.project_id = p.id AND t.state = 'open' AND t.answered + t.live < t.places))",
        "available_at",
    ),
    "timeouts": Due(
        "assignments",
        "state = 'offered' AND (expires_at <= :now OR (remind_at IS NOT NULL AND remind_at <= :now))",
        "least(expires_at, remind_at)",
    ),
    "outbound": Due("messages", f"direction = 'out' AND due_at IS NOT NULL AND {_FREE}", "due_at"),
    "payouts": Due("payout_attempts", f"due_at IS NOT NULL AND {_FREE}", "due_at"),
    "webhooks": Due("webhook_deliveries", f"due_at IS NOT NULL AND {_FREE}", "due_at"),
}

# What waits for a person, each with the instant `due_at` by which they should have decided.
FOR_PERSONS = {
    "reviews": "reviews WHERE state = 'waiting'",
    "appeals": "appeals WHERE state = 'open'",
}

_EXISTS = [f"EXISTS (SELECT FROM {due.rows} WHERE {due.condition})" for due in DUE.values()]
_ANY = text("SELECT " + ", ".join(_EXISTS))


@dataclass(frozen=True)
class Depth:
    """How many rows are due on a queue, and how long the oldest has been (0 where none is)."""

    rows: int
    oldest_age_s: float


def queues_with_work(session: Session, now: datetime) -> set[str]:
    """Return the queues that have due rows, in one round trip."""
    row = session.execute(_ANY, {"now": now}).one()
    return {queue for queue, due in zip(DUE, row, strict=True) if due}


def depths(session: Session, now: datetime) -> dict[str, Depth]:
    """Return the depth of every queue."""
    return {queue: _depth(session, due, now) for queue, due in DUE.items()}


def _depth(session: Session, due: Due, now: datetime) -> Depth:
    statement = f"SELECT count(*), min({due.since}) FROM {due.rows} WHERE {due.condition}"  # noqa: S608
    rows, oldest = session.execute(text(statement), {"now": now}).one()
    return Depth(rows, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
