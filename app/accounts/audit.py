"""The audit trail: who did what to what, written in the transaction of the deed itself.

Owns the one way an entry is written. What counts as a deed, and its name, is decided by its verb.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import AuditEntry
from app.db import Json

SYSTEM = "system"
CLI = "cli"


def client_actor(client_id: UUID) -> str:
    """Return the actor of something a client did through the API."""
    return f"client:{client_id}"


def user_actor(user_id: UUID) -> str:
    """Return the actor of something a signed-in person did."""
    return f"user:{user_id}"


def record(
    session: Session, *, actor: str, action: str, subject: str, data: Json | None = None, now: datetime
) -> None:
    """Write that `actor` did `action` (`payout.approved`) to `subject` (a shown id).

    `data` holds what a later reader needs to understand the deed: never a phone number, a text or a secret.
    """
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject, data=data or {}))
