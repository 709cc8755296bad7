"""Addresses, messages in and out, what became of them, and what was received once.

A message row is itself the outbox: outgoing ones are due to be sent, incoming ones due to be handled.
Written only by app/channels/.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.outbox import Claimable

# Outgoing: queued → sending → sent → delivered | undelivered | failed; `read` (WhatsApp) after delivered;
# sending → unknown (looked up, then sent or queued once more); queued → suppressed | cancelled; rejected by
# the provider at once. Incoming: received → handled | failed (kept, and replayed after the fix).
OUT_STATUSES = (
    "queued", "sending", "unknown", "sent", "delivered", "read",
    "undelivered", "failed", "rejected", "suppressed", "cancelled",
)  # fmt: skip
IN_STATUSES = ("received", "handled", "failed")


class Address(Base):
    """A number or id on one channel. The number is encrypted; the blind index finds it.

    A WhatsApp user who shows no number is known by an id of the provider's: `number` then holds that id, and
    `country` is None.
    """

    __tablename__ = "addresses"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    number: Mapped[bytes] = mapped_column(LargeBinary)
    number_index: Mapped[bytes] = mapped_column(LargeBinary)
    ending: Mapped[str]  # the last two digits, all that a screen ever shows
    country: Mapped[str | None]  # None where the number's country cannot be told
    sender: Mapped[str | None]  # our number this address knows us by; a worker keeps one
    suppressed_at: Mapped[datetime | None] = mapped_column(default=None)  # nothing is sent while set
    suppressed_why: Mapped[str | None] = mapped_column(default=None)
    last_inbound_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("channel", "number_index"),)


class Message(Claimable, Base):
    """One text, in or out. The text is encrypted; the price is from the operator's list."""

    __tablename__ = "messages"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    direction: Mapped[str]  # in | out
    channel: Mapped[str]
    address_id: Mapped[UUID] = mapped_column(ForeignKey("addresses.id"))
    worker_id: Mapped[UUID | None] = mapped_column(default=None)
    # What an outgoing text is: reply (to a worker's own message), push, reminder, receipt (of money),
    # confirmation (of a STOP), phone (a notice to somebody who is no worker).
    purpose: Mapped[str] = mapped_column(default="")
    in_reply_to: Mapped[UUID | None] = mapped_column(default=None)
    assignment_id: Mapped[UUID | None] = mapped_column(default=None)  # the question it carries
    project_id: Mapped[UUID | None] = mapped_column(default=None)  # who bears its price
    body: Mapped[bytes] = mapped_column(LargeBinary)
    encoding: Mapped[str]
    segments: Mapped[int]
    sender: Mapped[str]  # our number on this message
    status: Mapped[str]
    provider_message_id: Mapped[str | None] = mapped_column(default=None)
    error_code: Mapped[str | None] = mapped_column(default=None)
    price_micros: Mapped[int] = mapped_column(default=0)  # millionths of the currency's major unit
    price_currency: Mapped[str] = mapped_column(default="USD")
    created_at: Mapped[datetime]
    # When a provider was first called with it: nobody can have read it before.
    first_tried_at: Mapped[datetime | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
    handled_at: Mapped[datetime | None] = mapped_column(default=None)
    media_url: Mapped[str | None] = mapped_column(default=None)  # of an outgoing one: the picture it carries
    # Of an incoming text: how many pictures or sounds came with it, and what the provider itself took it for
    # (STOP, START or HELP, in whichever language its own keywords are).
    media_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    opt_out_type: Mapped[str | None] = mapped_column(default=None)
    # Of an outgoing one whose fate was lost: since when, and how often it was sent again without knowing.
    unknown_since: Mapped[datetime | None] = mapped_column(default=None)
    resends: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    __table_args__ = (
        Index(
            "ix_messages_due_out",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL AND direction = 'out'"),
        ),
        Index(
            "ix_messages_due_in",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL AND direction = 'in'"),
        ),
        # What of an address is waiting or under way: its texts go out one after another.
        Index(
            "ix_messages_address_open",
            "address_id",
            postgresql_where=text("direction = 'out' AND status IN ('queued', 'sending')"),
        ),
        Index("ix_messages_worker", "worker_id", "created_at"),
        Index("ix_messages_address", "address_id", "created_at"),
        Index("ix_messages_created", "created_at"),
        Index("ix_messages_project", "project_id", postgresql_where=text("project_id IS NOT NULL")),
        # One inbound message gets at most one reply.
        Index(
            "uq_messages_in_reply_to",
            "in_reply_to",
            unique=True,
            postgresql_where=text("in_reply_to IS NOT NULL AND purpose = 'reply'"),
        ),
        Index(
            "ix_messages_provider_id",
            "channel",
            "provider_message_id",
            postgresql_where=text("provider_message_id IS NOT NULL"),
        ),
    )


class InboundReceipt(Base):
    """That a provider's message was taken in: kept for ever, so that no repetition is a second message."""

    __tablename__ = "inbound_receipts"
    channel: Mapped[str] = mapped_column(primary_key=True)
    provider_message_id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[UUID]
    received_at: Mapped[datetime]


class StatusReport(Base):
    """One status a provider reported of a message, as it came: the history behind `Message.status`."""

    __tablename__ = "status_reports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    status: Mapped[str]
    error_code: Mapped[str | None]
    at: Mapped[datetime]

    # The same report twice is one line of history.
    __table_args__ = (
        UniqueConstraint("message_id", "status", "error_code", postgresql_nulls_not_distinct=True),
    )
