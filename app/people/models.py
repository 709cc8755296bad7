"""Workers, their addresses and consent, and the partners and cohorts that bring them in.

A person is not a number: workers and addresses are many-to-many. Written only by app/people/service.py.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Json

# Worker states. `new` has not finished joining; STOP makes `stopped`; the service or a partner makes `paused`.
WORKER_STATES = ("new", "active", "stopped", "paused", "erased")
# Where the conversation stands: what the next reply is read as.
STAGES = ("language", "consent", "training", "ready", "declined")


class Partner(Base):
    """An organisation that recruits, trains and supports workers."""

    __tablename__ = "partners"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    help_phone: Mapped[str]  # published to workers on purpose: not a secret
    created_at: Mapped[datetime]


class Cohort(Base):
    """A group of workers of one partner, joined by one invite code (stored upper-case)."""

    __tablename__ = "cohorts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    name: Mapped[str]
    invite_code: Mapped[str] = mapped_column(unique=True)
    languages: Mapped[list[str]]  # the menu a newcomer is shown, in order
    created_at: Mapped[datetime]


class Worker(Base):
    """A person who works. The row is locked while one of their messages is handled."""

    __tablename__ = "workers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"), index=True)
    cohort_id: Mapped[UUID | None] = mapped_column(ForeignKey("cohorts.id"), index=True)
    name: Mapped[bytes | None] = mapped_column(LargeBinary)  # encrypted; only where a phone has several people
    state: Mapped[str] = mapped_column(default="new")
    pause_reason: Mapped[str | None] = mapped_column(default=None)
    stage: Mapped[str] = mapped_column(default="language")
    training_step: Mapped[int] = mapped_column(default=0)
    asked_again: Mapped[int] = mapped_column(default=0)  # clarifying questions on what is open now
    language: Mapped[str] = mapped_column(default="en")
    country: Mapped[str]
    time_zone: Mapped[str]
    address_id: Mapped[UUID] = mapped_column(ForeignKey("addresses.id"))  # where they last wrote from
    # The question a plain reply is about; kept after expiry, so that a late answer finds it.
    assignment_id: Mapped[UUID | None] = mapped_column(default=None)
    question_number: Mapped[int] = mapped_column(default=0)  # the last tag given: Q7
    session_answers: Mapped[int] = mapped_column(default=0)
    # From when they may be sent a question unasked; None while they have one, stopped, or are still joining.
    available_at: Mapped[datetime | None] = mapped_column(default=None)
    ignored_in_row: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime]
    consented_at: Mapped[datetime | None] = mapped_column(default=None)
    last_heard_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        Index(
            "ix_workers_available",
            "available_at",
            postgresql_where=text("available_at IS NOT NULL AND state = 'active'"),
        ),
    )


class Address(Base):
    """A number or id on one channel. The number is encrypted; the blind index finds it."""

    __tablename__ = "addresses"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    number: Mapped[bytes] = mapped_column(LargeBinary)
    number_index: Mapped[bytes] = mapped_column(LargeBinary)
    ending: Mapped[str]  # the last two digits, all that a screen ever shows
    country: Mapped[str | None]  # None where the number's country cannot be told
    sender: Mapped[str | None]  # our number this address knows us by; a worker keeps one
    worker_id: Mapped[UUID | None] = mapped_column(default=None)  # who is writing from it now, of those who share it
    suppressed_at: Mapped[datetime | None] = mapped_column(default=None)  # nothing is sent while set
    suppressed_why: Mapped[str | None] = mapped_column(default=None)
    last_inbound_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("channel", "number_index"),)


class WorkerAddress(Base):
    """That a worker uses an address: shared phones, changed SIMs, one person on two channels."""

    __tablename__ = "worker_addresses"
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), primary_key=True)
    address_id: Mapped[UUID] = mapped_column(ForeignKey("addresses.id"), primary_key=True, index=True)
    since: Mapped[datetime]


class Consent(Base):
    """What a person agreed to or withdrew, when, in which words: append-only."""

    __tablename__ = "consents"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    address_id: Mapped[UUID | None] = mapped_column(ForeignKey("addresses.id"))
    kind: Mapped[str]  # joined | agreed | declined | stopped | started | suppressed
    language: Mapped[str]
    message_id: Mapped[UUID | None]  # the message that said so
    data: Mapped[Json] = mapped_column(default=dict)
    at: Mapped[datetime]
