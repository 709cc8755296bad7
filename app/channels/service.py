"""The verbs on outgoing messages: queue one, cancel it, take note of what became of it.

Whether a message may be sent, and when, is the caller's decision, but for one thing: nothing goes to a
suppressed address except the confirmation of a STOP and the receipt of money already owed. Handing messages
to providers is app/channels/sending.py; incoming messages are app/channels/store.py and inbox.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Text,
    TextClause,
    Uuid,
    and_,
    bindparam,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import crypto, ids, outbox
from app.channels import registry, rules
from app.channels.addresses import suppress_address
from app.channels.models import OUT_STATUSES, Address, Message, StatusReport
from app.channels.segments import count, fold
from app.channels.store import billed_segments
from app.pricelist import segment_price

Purpose = Literal["reply", "push", "reminder", "receipt", "confirmation", "phone"]
EVEN_IF_SUPPRESSED = frozenset({"confirmation", "receipt"})


def carries_pictures(address: Address) -> bool:
    """Say whether a picture can be sent to the address: by WhatsApp, not by SMS."""
    return address.channel.endswith("_whatsapp")


def bills_whole(address: Address) -> bool:
    """Say whether a message to the address is billed as one, whatever its length: by WhatsApp, not by SMS."""
    return address.channel.endswith("_whatsapp")


def queue_message(  # noqa: PLR0913 - a message is for somebody, about something, at some time
    session: Session,
    *,
    address: Address,
    worker_id: UUID | None,
    text: str,
    purpose: Purpose,
    in_reply_to: UUID | None = None,
    assignment_id: UUID | None = None,
    project_id: UUID | None = None,
    due_at: datetime | None = None,
    message_id: UUID | None = None,
    media_url: str | None = None,
    now: datetime,
) -> Message:
    """Add an outgoing message, due at once or at `due_at`; to a suppressed address it is kept but never sent.

    The picture at `media_url` goes with it where the channel carries pictures, and is left out elsewhere.

    SMS text is folded into GSM-7 where that changes no letter. Two `reply` rows to one inbound message are
    impossible (the unique index refuses the second at the flush).
    """
    is_sms = not address.channel.endswith("_whatsapp")
    body = fold(text) if is_sms else text
    counted = count(body)
    segments = billed_segments(address.channel, counted.segments)
    micros, currency = segment_price(address.channel, address.country, "out")
    withheld = address.suppressed_at is not None and purpose not in EVEN_IF_SUPPRESSED
    message = Message(
        id=message_id or ids.new(),
        direction="out",
        channel=address.channel,
        address_id=address.id,
        worker_id=worker_id,
        purpose=purpose,
        in_reply_to=in_reply_to,
        assignment_id=assignment_id,
        project_id=project_id,
        body=crypto.encrypt(body),
        media_url=media_url if carries_pictures(address) else None,
        encoding=counted.encoding,
        segments=segments,
        sender=address.sender or registry.channel(address.channel).default_sender(),
        status="suppressed" if withheld else "queued",
        price_micros=0 if withheld else micros * segments,
        price_currency=currency,
        created_at=now,
        due_at=None if withheld else (due_at or now),
    )
    session.add(message)
    if not withheld and (due_at is None or due_at <= now):
        outbox.ring(session, "outbound")
    return message


def cancel_queued(session: Session, message_id: UUID) -> bool:
    """Take back a message that no sender has taken yet; True if it is now sure never to be sent."""
    cancelled = session.execute(
        update(Message)
        .where(Message.id == message_id, Message.direction == "out", Message.status == "queued")
        .values(status="cancelled", due_at=None, price_micros=0)
        .returning(Message.id)
        .execution_options(synchronize_session="fetch")
    ).first()
    return cancelled is not None


def record_status(
    session: Session,
    *,
    status: str,
    now: datetime,
    message_id: UUID | None = None,
    channel: str | None = None,
    provider_message_id: str | None = None,
    error_code: str | None = None,
) -> bool:
    """Take note of a provider's report, found by our id or by the provider's; False if there is no such message.

    Reports may repeat and come in any order. Any of them proves that the provider has the message, so a
    message whose sending was cut off is settled by the first.
    """
    told = rules.reported_status(status)
    if told is None:
        return _told_nothing(session, message_id, channel, provider_message_id, status, error_code, now)
    session.flush()
    row = session.execute(
        _RECORD if message_id is not None else _RECORD_BY_SID,
        {
            "message_id": message_id,
            "channel": channel,
            "sid": provider_message_id,
            "told": told,
            "behind": BEHIND[told],
            "code": error_code,
            "report_id": ids.new(),
            "reported": status,
            "now": now,
        },
    ).first()
    if row is None:
        return False
    if error_code in rules.OPTED_OUT_CODES:
        suppress_address(session, address_id=row.address_id, why=error_code, now=now)
    return True


# Which statuses a report brings forward: all that `rules.next_status` would leave for it.
BEHIND = {
    told: [status for status in OUT_STATUSES if rules.next_status(status, told) != status]
    for told in ("sent", "delivered", "read", "undelivered", "failed")
}


def _record_statement(which: str) -> TextClause:
    """Return the statement that brings a message forward and adds the report to its history, in one round trip.

    Three reports come of every message that is sent: they are half of what the web side is asked.
    """
    return text(
        f"""
        WITH brought AS (
            UPDATE messages SET
                status = CASE WHEN status = ANY(:behind) THEN :told ELSE status END,
                error_code = CASE WHEN status = ANY(:behind) THEN :code ELSE error_code END,
                provider_message_id = coalesce(provider_message_id, :sid),
                due_at = NULL, lease_until = NULL, unknown_since = NULL,
                sent_at = coalesce(sent_at, :now),
                delivered_at = CASE WHEN (CASE WHEN status = ANY(:behind) THEN :told ELSE status END)
                    IN ('delivered', 'read') THEN coalesce(delivered_at, :now) ELSE delivered_at END
            WHERE direction = 'out' AND {which}
            RETURNING id, address_id
        ), told AS (
            INSERT INTO status_reports (id, message_id, status, error_code, at)
            SELECT :report_id, id, :reported, :code, :now FROM brought
            ON CONFLICT DO NOTHING
        )
        SELECT id, address_id FROM brought
        """  # noqa: S608 - a constant of this module
    ).bindparams(
        bindparam("message_id", type_=Uuid) if ":message_id" in which else bindparam("channel", type_=Text),
        bindparam("report_id", type_=Uuid),
        bindparam("behind", type_=ARRAY(Text)),
        bindparam("now", type_=DateTime(timezone=True)),
        *(bindparam(name, type_=Text) for name in ("told", "code", "sid", "reported")),
    )


_RECORD = _record_statement("id = :message_id")
_RECORD_BY_SID = _record_statement("channel = :channel AND provider_message_id = :sid")


def _told_nothing(
    session: Session,
    message_id: UUID | None,
    channel: str | None,
    provider_message_id: str | None,
    status: str,
    error_code: str | None,
    now: datetime,
) -> bool:
    """Keep a report that says nothing new to us; False if there is no such message."""
    by_id = Message.id == message_id
    if message_id is None:
        by_id = (Message.channel == channel) & (Message.provider_message_id == provider_message_id)
    found = session.execute(
        select(Message.id, Message.address_id).where(by_id, Message.direction == "out")
    ).first()
    if found is None:
        return False
    add_report(session, message_id=found.id, status=status, error_code=error_code, now=now)
    if error_code in rules.OPTED_OUT_CODES:
        suppress_address(session, address_id=found.address_id, why=error_code, now=now)
    return True


def add_report(
    session: Session, *, message_id: UUID, status: str, error_code: str | None, now: datetime
) -> None:
    """Add a line to the message's history; the same status and code twice are one line."""
    session.execute(
        insert(StatusReport)
        .values(id=ids.new(), message_id=message_id, status=status, error_code=error_code, at=now)
        .on_conflict_do_nothing()
    )


@dataclass(frozen=True)
class ShownMessage:
    """A message as the console shows it: in the clear, without its number."""

    id: UUID
    direction: str
    channel: str
    purpose: str
    text: str
    status: str
    error_code: str | None
    segments: int
    encoding: str
    price_micros: int
    price_currency: str
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None


def messages_of(session: Session, worker_id: UUID, limit: int = 100) -> Sequence[ShownMessage]:
    """Return a worker's last messages, both ways, newest first, decrypted."""
    rows = session.scalars(
        select(Message)
        .where(Message.worker_id == worker_id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    return [shown(row) for row in rows]


def shown(message: Message) -> ShownMessage:
    """Return the message in the clear."""
    return ShownMessage(
        id=message.id,
        direction=message.direction,
        channel=message.channel,
        purpose=message.purpose,
        text=crypto.decrypt(message.body),
        status=message.status,
        error_code=message.error_code,
        segments=message.segments,
        encoding=message.encoding,
        price_micros=message.price_micros,
        price_currency=message.price_currency,
        created_at=message.created_at,
        sent_at=message.sent_at,
        delivered_at=message.delivered_at,
    )


def _about(worker_id: UUID, address_ids: Collection[UUID]) -> ColumnElement[bool]:
    """A worker's messages, and those of addresses only they use that came before anybody knew whose they were."""
    return or_(
        Message.worker_id == worker_id,
        and_(Message.address_id.in_(address_ids), Message.worker_id.is_(None)),
    )


def all_messages_of(
    session: Session, worker_id: UUID, *, address_ids: Collection[UUID]
) -> Sequence[ShownMessage]:
    """Return every message kept of a worker and of the addresses only they use, oldest first, decrypted."""
    rows = session.scalars(
        select(Message).where(_about(worker_id, address_ids)).order_by(Message.created_at, Message.id)
    )
    return [shown(row) for row in rows]


def forget_texts(session: Session, worker_id: UUID, *, address_ids: Collection[UUID]) -> None:
    """Empty every text to and from a worker for ever. What waits to be sent is cancelled, what waits is handled."""
    theirs = _about(worker_id, address_ids)
    waiting = update(Message).where(theirs, Message.direction == "out", Message.status == "queued")
    session.execute(
        waiting.values(status="cancelled", due_at=None, price_micros=0).execution_options(
            synchronize_session=False
        )
    )
    unread = update(Message).where(theirs, Message.direction == "in", Message.status != "handled")
    session.execute(unread.values(status="handled", due_at=None).execution_options(synchronize_session=False))
    session.execute(
        update(Message)
        .where(theirs)
        .values(body=crypto.encrypt(""))
        .execution_options(synchronize_session=False)
    )
