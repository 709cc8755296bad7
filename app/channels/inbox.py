"""Received messages as work to do: claim them, take one up, mark it handled, or note that it could not be.

What a message means is the conversation's business; here it is only kept until somebody has understood it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
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


def received(session: Session, message_id: UUID) -> tuple[Message, Address]:
    """Return a received message and the address it came from."""
    row = session.execute(
        select(Message, Address)
        .join(Address, Address.id == Message.address_id)
        .where(Message.id == message_id)
    ).one()
    return row[0], row[1]


def repeats_last(session: Session, message: Message, text: str) -> bool:
    """Say whether the person's phone sent the same text twice, before they can have read what the first brought.

    Phones and networks do that. The second is no answer to the question that is on its way to them.
    """
    last = session.execute(
        select(Message.body, Message.created_at)
        .where(
            Message.address_id == message.address_id,
            Message.direction == "in",
            Message.purpose != REPEAT,
            Message.created_at < message.created_at,
            Message.created_at >= message.created_at - REPEAT_WINDOW,
        )
        .order_by(Message.created_at.desc())
        .limit(1)
    ).first()
    if last is None or crypto.decrypt(last.body) != text:
        return False
    said = session.execute(
        select(Message.first_tried_at, Message.delivered_at)
        .where(
            Message.address_id == message.address_id,
            Message.direction == "out",
            Message.created_at >= last.created_at,
            Message.first_tried_at <= message.created_at,
        )
        .order_by(Message.created_at.desc())
        .limit(1)
    ).first()
    if said is None:
        return True
    if said.delivered_at is not None and said.delivered_at <= message.created_at:
        return False
    # On its way, and not there yet as far as we know: nobody reads a text and writes back so fast.
    too_soon = message.created_at - said.first_tried_at < UNREAD_FOR
    return too_soon and _is_receipted(session, message.address_id)


def _is_receipted(session: Session, address_id: UUID) -> bool:
    """Say whether texts to the address are reported as delivered at all: not every operator does so."""
    delivered = select(Message.id).where(Message.address_id == address_id, Message.delivered_at.is_not(None))
    return session.scalar(delivered.limit(1)) is not None


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
    marked = session.execute(
        update(Message)
        .where(Message.id == message_id, Message.status == "received")
        .values(
            status="handled",
            handled_at=now,
            due_at=None,
            lease_until=None,
            worker_id=worker_id,
            project_id=project_id,
            purpose=REPEAT if repeat else "",
        )
        .execution_options(synchronize_session=False)
        .returning(Message.id)
    ).first()
    return marked is not None


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
