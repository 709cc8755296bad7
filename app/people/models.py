"""Workers, which addresses they use, their consent, and the partners and cohorts that bring them in.

A person is not a number: workers and addresses are many-to-many. Written only by app/people/service.py.
The addresses themselves belong to app/channels/models.py.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Json
from app.people.rhythm import HEEDED, REPLY_S

# Worker states. `new` has not finished joining; STOP makes `stopped`; the service or a partner makes `paused`.
WORKER_STATES = ("new", "active", "stopped", "paused", "erased")
# Where the conversation stands: what the next reply is read as.
STAGES = ("language", "consent", "training", "lesson", "ready", "declined")


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
    # Where its people live, if it is one place: see Worker.site.
    site: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class Worker(Base):
    """A person who works. The row is locked while one of their messages is handled."""

    __tablename__ = "workers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"), index=True)
    cohort_id: Mapped[UUID | None] = mapped_column(ForeignKey("cohorts.id"), index=True)
    name: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # encrypted; only where a phone has several people
    state: Mapped[str] = mapped_column(default="new")
    pause_reason: Mapped[str | None] = mapped_column(default=None)
    stage: Mapped[str] = mapped_column(default="language")
    training_step: Mapped[int] = mapped_column(default=0)
    lesson_of: Mapped[UUID | None] = mapped_column(default=None)  # the project whose lesson they were asked
    asked_again: Mapped[int] = mapped_column(default=0)  # clarifying questions on what is open now
    language: Mapped[str] = mapped_column(default="en")
    country: Mapped[str]
    time_zone: Mapped[str]
    # Who may depend on each other when they answer (a referrer and whom they brought, one payout account) share a
    # group, named by the id of one of them; None: depends on nobody that is known.
    group_id: Mapped[UUID | None] = mapped_column(default=None, index=True)
    # Where they live, as their cohort says: neighbours may talk, and may well not; None where it is not known.
    site: Mapped[str | None] = mapped_column(default=None)
    # What they have passed (exams), each as tasks.rules.passing names it; projects ask for it.
    passed: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    # By which they invite others; the code they came by was that of `referrer_id`, who is thanked for it once
    # (`reward_due`), and for so many (`rewards`) was.
    invite_code: Mapped[str | None] = mapped_column(default=None, unique=True, index=True)
    referrer_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"), default=None, index=True)
    reward_due: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    rewards: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    address_id: Mapped[UUID] = mapped_column(ForeignKey("addresses.id"))  # where they last wrote from
    # The question a plain reply is about; kept after expiry, so that a late answer finds it.
    assignment_id: Mapped[UUID | None] = mapped_column(default=None)
    question_number: Mapped[int] = mapped_column(default=0)  # the last tag given: Q7
    session_answers: Mapped[int] = mapped_column(default=0)
    # From when they may be sent a question unasked; None while they have one, stopped, or are still joining.
    available_at: Mapped[datetime | None] = mapped_column(default=None)
    ignored_in_row: Mapped[int] = mapped_column(default=0)
    # How they answer, as habits.py notes it: replies by local hour of the day (24 numbers, or none yet), the share of
    # questions they answer, and the seconds that usually takes.
    answer_hours: Mapped[list[float]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    heeded: Mapped[float] = mapped_column(default=HEEDED, server_default=text("0.6"))
    reply_s: Mapped[float] = mapped_column(default=REPLY_S, server_default=text("3000"))
    # Messages of several questions they mixed up, in a row; and whether they get one question at a time since.
    bundle_slips: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    one_at_a_time: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # After UNDO: the first of the questions asked again, whose answers the next reply replaces, and since when.
    undo_assignment_id: Mapped[UUID | None] = mapped_column(default=None)
    undo_at: Mapped[datetime | None] = mapped_column(default=None)
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


class WorkerAddress(Base):
    """That a worker uses an address: shared phones, changed SIMs, one person on two channels.

    `current` marks who is writing from the address now, of those who share it.
    """

    __tablename__ = "worker_addresses"
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), primary_key=True)
    address_id: Mapped[UUID] = mapped_column(ForeignKey("addresses.id"), primary_key=True, index=True)
    current: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime]

    __table_args__ = (
        Index("uq_worker_addresses_current", "address_id", unique=True, postgresql_where=text("current")),
    )


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


class Notice(Base):
    """Something a worker is to be told: in the next message to them, or from `due_at` in one of its own.

    `due_at` None: not before they write.
    """

    __tablename__ = "notices"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    kind: Mapped[str]
    data: Mapped[Json]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    told_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_notices_untold", "worker_id", postgresql_where=text("told_at IS NULL")),
        Index("ix_notices_due", "due_at", postgresql_where=text("told_at IS NULL")),
    )


class Appeal(Base):
    """A worker's word against something that went against them: a person looks at it, by when, and what they said.

    `kind` and `subject_id` name what it is about; `against` is who had decided it, where that was a person, and may not
    decide the appeal. Written by app/people/appeals.py.
    """

    __tablename__ = "appeals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    partner_id: Mapped[UUID | None] = mapped_column(default=None)
    kind: Mapped[str]  # answer | exam | pause | stopped-work
    subject_id: Mapped[UUID]
    project_id: Mapped[UUID | None] = mapped_column(default=None)
    reason: Mapped[str]  # what the worker is told of why
    words: Mapped[str]  # the worker's own, numbers masked
    against: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="open")
    note: Mapped[str | None] = mapped_column(default=None)  # why, as the worker is told
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_by: Mapped[UUID | None] = mapped_column(default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[UUID | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        Index("uq_appeals_open", "kind", "subject_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_appeals_due", "due_at", "id", postgresql_where=text("state = 'open'")),
    )
