"""The ledger and the payouts. The ledger is written only by ledger.py, the rest by payouts.py and attempts.py.

Whole minor units and a currency everywhere. Transactions and postings are append-only and every transaction
sums to zero: triggers of the database hold both.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Json
from app.outbox import Claimable, due_index

PAYOUT_STATES = (
    "requested", "held", "approved", "submitting", "accepted", "unknown", "paid", "failed", "reversed",
)  # fmt: skip


class LedgerAccount(Base):
    """One account: a kind, whose it is (None: the house's), a currency."""

    __tablename__ = "ledger_accounts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    # client_credit | project_reserve | worker_payable | payout_in_flight | rail_float | fee_income |
    # airtime_income | external (money that entered or left by bank) | referral_cost (what inviting cost the house)
    kind: Mapped[str]
    owner_id: Mapped[UUID | None]
    currency: Mapped[str]

    __table_args__ = (UniqueConstraint("kind", "owner_id", "currency", postgresql_nulls_not_distinct=True),)


class LedgerTransaction(Base):
    """A set of postings that sums to zero; `reference` (`answer:<id>`) keeps it from being recorded twice."""

    __tablename__ = "ledger_transactions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    reference: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str]
    data: Mapped[Json] = mapped_column(default=dict)
    at: Mapped[datetime]


class Posting(Base):
    """One leg. Positive raises what the account owes its owner (a credit), negative lowers it (a debit)."""

    __tablename__ = "postings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_transactions.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_postings_account", "account_id", "at", postgresql_include=["amount_minor"]),
        CheckConstraint("amount_minor <> 0", "amount_minor"),
    )


class PayoutAccount(Base):
    """Where mobile money goes: a number on a rail. Workers and payout accounts are many-to-many."""

    __tablename__ = "payout_accounts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    rail: Mapped[str]
    number: Mapped[bytes] = mapped_column(LargeBinary)
    number_index: Mapped[bytes] = mapped_column(LargeBinary)
    ending: Mapped[str]
    country: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("rail", "number_index"),)


class WorkerPayoutAccount(Base):
    """That a worker is paid to an account; `current` marks the one in use."""

    __tablename__ = "worker_payout_accounts"
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), primary_key=True)
    payout_account_id: Mapped[UUID] = mapped_column(ForeignKey("payout_accounts.id"), primary_key=True)
    current: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_worker_payout_accounts_current", "worker_id", unique=True, postgresql_where=text("current")
        ),
    )


class Payout(Base):
    """Money on its way to one worker."""

    __tablename__ = "payouts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    partner_id: Mapped[UUID | None] = mapped_column(index=True)
    payout_account_id: Mapped[UUID] = mapped_column(ForeignKey("payout_accounts.id"))
    rail: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None] = mapped_column(default=None)  # why held or failed, told to the worker
    requested_by: Mapped[str]  # worker | threshold | user:<id>
    approved_by: Mapped[str | None] = mapped_column(default=None)  # auto | user:<id>
    receipt: Mapped[str | None] = mapped_column(default=None)  # the rail's own receipt number
    requested_at: Mapped[datetime]
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_minor"),
        # A worker has at most one payout on its way in a currency.
        Index(
            "uq_payouts_open",
            "worker_id",
            "currency",
            unique=True,
            postgresql_where=text("state NOT IN ('paid', 'failed', 'reversed')"),
        ),
        Index("ix_payouts_state", "state"),
    )


class PayoutAttempt(Claimable, Base):
    """One submission of a payout to its rail. Its id is the reference the rail sees, fixed before a call."""

    __tablename__ = "payout_attempts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payout_id: Mapped[UUID] = mapped_column(ForeignKey("payouts.id"), index=True)
    state: Mapped[str]  # submitting | accepted | unknown | paid | failed | reversed
    failure_code: Mapped[str | None] = mapped_column(default=None)
    lookups: Mapped[int] = mapped_column(default=0)
    # That the rail has said it knows the reference: from then on it is never sent again, whatever a look-up says.
    acknowledged: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    # None until the reference may have reached the rail; set, and committed, before the call.
    sent_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        due_index("payout_attempts"),
        Index(
            "uq_payout_attempts_live",
            "payout_id",
            unique=True,
            postgresql_where=text("state <> 'failed'"),
        ),
    )


class PayoutEvent(Base):
    """One step of a payout, or a report that contradicted it: append-only, the history behind `Payout.state`."""

    __tablename__ = "payout_events"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payout_id: Mapped[UUID] = mapped_column(ForeignKey("payouts.id"), index=True)
    state: Mapped[str]  # the state it was in afterwards
    actor: Mapped[str]  # worker | threshold | auto | user:<id> | rail | system
    why: Mapped[str | None] = mapped_column(default=None)
    data: Mapped[Json] = mapped_column(default=dict)
    at: Mapped[datetime]
