"""Received messages as work to do: claim them, take one up, mark it handled, or note that it could not be.

What a message means is the conversation's business; here it is only kept until somebody has understood it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.orm import Session

from app import crypto, outbox
from app.channels.models import Address, Message

# After so many tries a message is set aside for a person; `replay` takes it up again after the fix.
TRIES = 5
# What a received message is marked as when it only repeats the one before.
REPEAT = "repeat"
# Within this long the same text again is a repetition, if nothing was said in between.
REPEAT_WINDOW = timedelta(seconds=10)
# Nobody has read a text this soon after it was handed to the provider, unless its delivery is reported.
UNREAD_FOR = timedelta(seconds=3)


def claim_received(session: Session, *, now: datetime, limit: int, lease_s: float) -> list[UUID]:
    """Take up to `limit` received messages that are due, in the order they came."""
    incoming = (Message.direction == "in",)
    return outbox.claim(
        session, Message, now, limit=limit, lease_s=lease_s, where=incoming, order=Message.created_at
    )


# The statements of this module run for every text that comes in: made once, because making one anew takes
# SQLAlchemy longer than running it takes PostgreSQL.
_RECEIVED = (
    select(Message, Address)
    .join(Address, Address.id == Message.address_id)
    .where(Message.id == bindparam("message_id"))
)


def received(session: Session, message_id: UUID) -> tuple[Message, Address]:
    """Return a received message and the address it came from."""
    row = session.execute(_RECEIVED, {"message_id": message_id}).one()
    return row[0], row[1]


_LAST = text(
    """
    SELECT body, created_at FROM messages
     WHERE address_id = :address_id AND direction = 'in' AND purpose <> :repeat
       AND created_at < :at AND created_at >= :since
     ORDER BY created_at DESC LIMIT 1
    """
)
_SAID = text(
    """
    SELECT first_tried_at, delivered_at FROM messages
     WHERE address_id = :address_id AND direction = 'out' AND created_at >= :since AND first_tried_at <= :at
     ORDER BY created_at DESC LIMIT 1
    """
)
_RECEIPTED = text("SELECT FROM messages WHERE address_id = :address_id AND delivered_at IS NOT NULL LIMIT 1")


def repeats_last(session: Session, message: Message, text: str) -> bool:
    """Say whether the person's phone sent the same text twice, before they can have read what the first brought.

    Phones and networks do that. The second is no answer to the question that is on its way to them.
    """
    at, where = message.created_at, {"address_id": message.address_id}
    last = session.execute(_LAST, {**where, "repeat": REPEAT, "at": at, "since": at - REPEAT_WINDOW}).first()
    if last is None or crypto.decrypt(bytes(last.body)) != text:
        return False
    said = session.execute(_SAID, {**where, "since": last.created_at, "at": at}).first()
    if said is None:
        return True
    if said.delivered_at is not None and said.delivered_at <= at:
        return False
    # On its way, and not there yet as far as we know: nobody reads a text and writes back so fast. But not
    # every operator reports deliveries at all.
    return at - said.first_tried_at < UNREAD_FOR and session.execute(_RECEIPTED, where).first() is not None


_HANDLED = text(
    """
    UPDATE messages SET status = 'handled', handled_at = :now, due_at = NULL, lease_until = NULL,
           worker_id = :worker_id, project_id = :project_id, purpose = :purpose
     WHERE id = :message_id AND status = 'received'
    RETURNING id
    """
)


def mark_handled(
    session: Session,
    message_id: UUID,
    *,
    worker_id: UUID | None,
    project_id: UUID | None,
    repeat: bool = False,
    now: datetime,
) -> bool:
    """Mark a received message as handled; False when somebody else has done so already."""
    values = {
        "message_id": message_id,
        "worker_id": worker_id,
        "project_id": project_id,
        "purpose": REPEAT if repeat else "",
        "now": now,
    }
    return session.execute(_HANDLED, values).first() is not None


def note_failure(session: Session, message_id: UUID, *, now: datetime, why: str) -> None:
    """Put a message that could not be handled off, longer each time; after some tries set it aside."""
    message = session.get_one(Message, message_id, with_for_update=True)
    if message.status != "received":
        return
    message.lease_until = None
    message.error_code = why
    if message.attempts >= TRIES:
        message.status, message.due_at = "failed", None
    else:
        message.due_at = now + timedelta(seconds=2**message.attempts)


def replay(session: Session, *, now: datetime) -> int:
    """Take up every message that was set aside, in the order they came; return how many there are."""
    taken_up = session.execute(
        update(Message)
        .where(Message.direction == "in", Message.status == "failed")
        .values(status="received", due_at=now, attempts=0, error_code=None, lease_until=None)
        .returning(Message.id)
    ).all()
    outbox.ring(session, "inbound")
    return len(taken_up)


def waiting(session: Session) -> int:
    """Return how many received messages are not handled yet."""
    return (
        session.scalar(select(func.count()).where(Message.direction == "in", Message.due_at.is_not(None)))
        or 0
    )
