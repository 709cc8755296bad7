"""The double-entry ledger: the only writer of accounts, transactions and postings.

A posting is positive where it raises what the account owes its owner, negative where it lowers it; every
transaction sums to zero in one currency and is never changed, only reversed by another. A balance is always
the sum of its postings. Recording is one statement and takes no hot row: what could be overdrawn (a client's
credit, a worker's earnings) is locked by the verb that draws on it, earning never is.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import ids
from app.db import Json
from app.errors import AppError, conflict, invalid
from app.payments.models import LedgerAccount, LedgerTransaction, Posting
from app.payments.money import exponent

CLIENT_CREDIT = "client_credit"
PROJECT_RESERVE = "project_reserve"
WORKER_PAYABLE = "worker_payable"
PAYOUT_IN_FLIGHT = "payout_in_flight"
RAIL_FLOAT = "rail_float"
FEE_INCOME = "fee_income"
AIRTIME_INCOME = "airtime_income"
EXTERNAL = "external"
REFERRAL_COST = "referral_cost"
KINDS = (
    CLIENT_CREDIT, PROJECT_RESERVE, WORKER_PAYABLE, PAYOUT_IN_FLIGHT,
    RAIL_FLOAT, FEE_INCOME, AIRTIME_INCOME, EXTERNAL, REFERRAL_COST,
)  # fmt: skip

# Kinds of transactions that a worker's figures are told apart by.
ANSWER = "answer"
REFERRAL = "referral"
EARNED = (ANSWER, REFERRAL)
PAYOUT_PAID = "payout-paid"
PAYOUT_REVERSED = "payout-reversed"

# The namespace of account ids (RFC 9562, version 5). Changing it would orphan every account.
_ACCOUNTS = UUID("6b2f6a53-8d0f-5c7e-9a41-0d5d0b1c7e11")


@dataclass(frozen=True)
class Account:
    """One account by what it is. Its id follows from that, so it need not be looked up to be posted to."""

    kind: str
    owner_id: UUID | None
    currency: str

    @property
    def id(self) -> UUID:
        """The account's id: the same for the same kind, owner and currency, everywhere and always."""
        return uuid.uuid5(_ACCOUNTS, f"{self.kind}/{self.owner_id or ''}/{self.currency}")


@dataclass(frozen=True)
class Leg:
    """One posting to be: an account and a non-zero amount."""

    account: Account
    amount_minor: int


@dataclass(frozen=True)
class WorkerBalance:
    """A worker's money in one currency, in minor units; earned = available + in_flight + paid, always."""

    currency: str
    available: int
    in_flight: int
    paid: int
    earned: int
    today: int


@dataclass(frozen=True)
class Settlement:
    """How a project's reserve was closed, in minor units."""

    fee_minor: int
    airtime_minor: int
    refund_minor: int


def account(kind: str, owner_id: UUID | None, currency: str) -> Account:
    """Return the account of that kind; `owner_id` None means the house's own."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of account; there are {', '.join(KINDS)}")
    return Account(kind, owner_id, currency)


# One round trip: the accounts if they are new, the transaction unless its reference is known, the postings
# only if the transaction was. A concurrent recording of the same reference is waited for and then wins.
_POST = text("""
    WITH accounts AS (
        INSERT INTO ledger_accounts (id, kind, owner_id, currency)
        SELECT account_id, kind, owner_id, CAST(:currency AS text)
        FROM unnest(CAST(:account_ids AS uuid[]), CAST(:kinds AS text[]), CAST(:owner_ids AS uuid[]))
            AS given (account_id, kind, owner_id)
        ORDER BY account_id
        ON CONFLICT DO NOTHING
    ), recorded AS (
        INSERT INTO ledger_transactions (id, kind, reference, currency, data, at)
        VALUES (:id, :kind, :reference, :currency, CAST(:data AS jsonb), :at)
        ON CONFLICT (reference) DO NOTHING
        RETURNING id
    )
    INSERT INTO postings (id, transaction_id, account_id, amount_minor, currency, at)
    SELECT posting_id, recorded.id, account_id, amount_minor, CAST(:currency AS text),
        CAST(:at AS timestamptz)
    FROM recorded,
        unnest(CAST(:posting_ids AS uuid[]), CAST(:account_ids AS uuid[]), CAST(:amounts AS bigint[]))
        AS given (posting_id, account_id, amount_minor)
    RETURNING id
""")


def post(
    session: Session,
    *,
    kind: str,
    reference: str,
    legs: Sequence[Leg],
    currency: str,
    now: datetime,
    data: Json | None = None,
) -> bool:
    """Record one transaction; return False, and change nothing, when `reference` is already recorded.

    Raises ValueError when the legs do not sum to zero in one currency (a fault of the caller, not of a user),
    and `reference-reused` (409) when the reference stands for other legs.
    """
    kept = [leg for leg in legs if leg.amount_minor]
    if sum(leg.amount_minor for leg in kept) or any(leg.account.currency != currency for leg in kept):
        raise ValueError(f"{reference}: the legs of a transaction must sum to zero in {currency}")
    if not kept:
        raise ValueError(f"{reference}: a transaction without amounts records nothing")
    exponent(currency)
    inserted = session.execute(
        _POST,
        {
            "id": ids.new(),
            "kind": kind,
            "reference": reference,
            "currency": currency,
            "data": json.dumps(data or {}),
            "at": now,
            "account_ids": [leg.account.id for leg in kept],
            "kinds": [leg.account.kind for leg in kept],
            "owner_ids": [leg.account.owner_id for leg in kept],
            "posting_ids": [ids.new() for _ in kept],
            "amounts": [leg.amount_minor for leg in kept],
        },
    ).all()
    if not inserted:
        _check_same(session, reference, kept)
    return bool(inserted)


def _check_same(session: Session, reference: str, legs: Sequence[Leg]) -> None:
    """A repetition must say the same: a reference that stood for other legs was never applied for these."""
    found = session.execute(
        select(Posting.account_id, Posting.amount_minor)
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(LedgerTransaction.reference == reference)
    )
    if sorted((row.account_id, row.amount_minor) for row in found) != sorted(
        (leg.account.id, leg.amount_minor) for leg in legs
    ):
        raise conflict(
            "reference-reused",
            f"The ledger has recorded {reference!r} with other amounts. "
            "Use a new reference for another transaction.",
        )


def recorded(session: Session, reference: str) -> bool:
    """Say whether a transaction of that reference is in the ledger."""
    found = select(LedgerTransaction.id).where(LedgerTransaction.reference == reference)
    return session.scalar(found) is not None


def balance(session: Session, of: Account) -> int:
    """Return the account's balance in minor units: the sum of its postings, 0 for one never used."""
    total = select(func.coalesce(func.sum(Posting.amount_minor), 0)).where(Posting.account_id == of.id)
    return int(session.scalar(total) or 0)


def locked_balance(session: Session, of: Account, *, against_earning: bool = False) -> int:
    """Lock the account until the transaction ends, then return its balance.

    The lock keeps others from drawing on it. Postings of others still come in, since they only share the
    row's key, unless `against_earning` shuts those out too.
    """
    session.execute(
        select(LedgerAccount.id)
        .where(LedgerAccount.id == of.id)
        .with_for_update(key_share=not against_earning)
    )
    return balance(session, of)


def _positive(amount_minor: int, what: str) -> None:
    if amount_minor <= 0:
        raise invalid(f"{what} must be a positive whole number of minor units, not {amount_minor!r}.")


def credit_client(
    session: Session, *, client_id: UUID, amount_minor: int, currency: str, reference: str, now: datetime
) -> bool:
    """Record money a client paid in; return False when `reference` was recorded before.

    Raises `invalid` (422) for an amount that is not positive.
    """
    _positive(amount_minor, "A credit")
    legs = [
        Leg(account(EXTERNAL, None, currency), -amount_minor),
        Leg(account(CLIENT_CREDIT, client_id, currency), amount_minor),
    ]
    return post(session, kind="credit", reference=reference, legs=legs, currency=currency, now=now)


def client_credit(session: Session, *, client_id: UUID, currency: str) -> int:
    """Return what a client may still reserve, in minor units."""
    return balance(session, account(CLIENT_CREDIT, client_id, currency))


def reserve(
    session: Session,
    *,
    client_id: UUID,
    project_id: UUID,
    amount_minor: int,
    currency: str,
    reference: str,
    now: datetime,
) -> bool:
    """Move money from a client's credit into a project; return False when `reference` was recorded before.

    Raises `insufficient-credit` (402) with `needed_minor`, `available_minor` and `currency`.
    """
    _positive(amount_minor, "A reserve")
    credit = account(CLIENT_CREDIT, client_id, currency)
    available = locked_balance(session, credit)
    if available < amount_minor and not recorded(session, reference):
        raise AppError(
            "insufficient-credit",
            402,
            f"The project needs {amount_minor} minor units of {currency}, the credit holds {available}. "
            "Add credit, or make the job smaller.",
            {"needed_minor": amount_minor, "available_minor": available, "currency": currency},
        )
    legs = [Leg(credit, -amount_minor), Leg(account(PROJECT_RESERVE, project_id, currency), amount_minor)]
    return post(session, kind="reserve", reference=reference, legs=legs, currency=currency, now=now)


def pay_answer(
    session: Session,
    *,
    project_id: UUID,
    worker_id: UUID,
    answer_id: UUID,
    amount_minor: int,
    currency: str,
    now: datetime,
) -> bool:
    """Credit a worker for one answer, once: one statement, no lock, since the place was funded at launch."""
    legs = [
        Leg(account(PROJECT_RESERVE, project_id, currency), -amount_minor),
        Leg(account(WORKER_PAYABLE, worker_id, currency), amount_minor),
    ]
    return post(session, kind=ANSWER, reference=f"answer:{answer_id}", legs=legs, currency=currency, now=now)


def pay_answer_from_house(
    session: Session, *, worker_id: UUID, answer_id: UUID, amount_minor: int, currency: str, now: datetime
) -> bool:
    """Credit a worker for an answer whose place paid for another meanwhile: what was refused wrongly, the house owes.

    The reference is that of `pay_answer`, so that no answer is paid by both.
    """
    legs = [
        Leg(account(FEE_INCOME, None, currency), -amount_minor),
        Leg(account(WORKER_PAYABLE, worker_id, currency), amount_minor),
    ]
    return post(session, kind=ANSWER, reference=f"answer:{answer_id}", legs=legs, currency=currency, now=now)


def pay_referral(
    session: Session,
    *,
    referrer_id: UUID,
    worker_id: UUID,
    amount_minor: int,
    currency: str,
    now: datetime,
) -> bool:
    """Credit who brought a worker, once for each they brought: it is the operator's own cost, and no client's."""
    legs = [
        Leg(account(REFERRAL_COST, None, currency), -amount_minor),
        Leg(account(WORKER_PAYABLE, referrer_id, currency), amount_minor),
    ]
    reference = f"referral:{worker_id}"
    return post(session, kind=REFERRAL, reference=reference, legs=legs, currency=currency, now=now)


def settle_project(
    session: Session,
    *,
    project_id: UUID,
    client_id: UUID,
    currency: str,
    fee_minor: int,
    airtime_minor: int,
    airtime_reserved_minor: int,
    now: datetime,
) -> Settlement | None:
    """Close a project's reserve: charge the fee and the airtime spent, refund the rest.

    `airtime_minor` is what the messages cost, charged up to `airtime_reserved_minor` and to what is left:
    more than was reserved is the operator's loss, never the client's. Returns None when there is nothing to
    close, or it was closed before.
    """
    fund = account(PROJECT_RESERVE, project_id, currency)
    # Answers being paid right now must be counted, and none may come in after the refund.
    left = locked_balance(session, fund, against_earning=True)
    reference = f"settle:{project_id}"
    if left <= 0 or recorded(session, reference):
        return None
    fee = min(fee_minor, left)
    airtime = min(airtime_minor, airtime_reserved_minor, left - fee)
    settlement = Settlement(fee, airtime, left - fee - airtime)
    legs = [
        Leg(fund, -left),
        Leg(account(FEE_INCOME, None, currency), fee),
        Leg(account(AIRTIME_INCOME, None, currency), airtime),
        Leg(account(CLIENT_CREDIT, client_id, currency), settlement.refund_minor),
    ]
    post(session, kind="settle", reference=reference, legs=legs, currency=currency, now=now)
    return settlement


def project_spend(session: Session, *, project_id: UUID, currency: str) -> dict[str, int]:
    """Return what moved in and out of a project's reserve by kind of transaction: reserve, answer, settle."""
    total = func.sum(Posting.amount_minor)
    rows = session.execute(
        select(LedgerTransaction.kind, total)
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(Posting.account_id == account(PROJECT_RESERVE, project_id, currency).id)
        .group_by(LedgerTransaction.kind)
    )
    return {kind: int(amount) for kind, amount in rows}


# Made once: it runs for every answer.
_EARNED = text(
    """
    SELECT sum(p.amount_minor) FROM postings p JOIN ledger_transactions t ON t.id = p.transaction_id
     WHERE p.account_id = :account_id AND p.at >= :since AND t.kind = ANY (:kinds)
    """
)


def earned_since(session: Session, *, worker_id: UUID, currency: str, since: datetime) -> int:
    """Return what a worker earned from `since` on (their local midnight: today), in minor units; cheap."""
    values = {
        "account_id": account(WORKER_PAYABLE, worker_id, currency).id,
        "since": since,
        "kinds": list(EARNED),
    }
    return int(session.scalar(_EARNED, values) or 0)


def worker_balance(session: Session, *, worker_id: UUID, currency: str, since: datetime) -> WorkerBalance:
    """Return a worker's money in one currency; `since` is their local midnight, from which `today` counts.

    What was earned and what was paid are told by the transactions' kinds, what is available and in flight by
    the accounts' balances: that the two agree is a property of the ledger, not of this function.
    """
    payable = account(WORKER_PAYABLE, worker_id, currency).id
    flight = account(PAYOUT_IN_FLIGHT, worker_id, currency).id
    amount, kind = Posting.amount_minor, LedgerTransaction.kind
    earned = (Posting.account_id == payable) & kind.in_(EARNED)
    row = session.execute(
        select(
            func.sum(amount).filter(Posting.account_id == payable),
            func.sum(amount).filter(Posting.account_id == flight),
            -func.coalesce(func.sum(amount).filter((Posting.account_id == flight) & (kind == PAYOUT_PAID)), 0)
            - func.coalesce(
                func.sum(amount).filter((Posting.account_id == payable) & (kind == PAYOUT_REVERSED)), 0
            ),
            func.sum(amount).filter(earned),
            func.sum(amount).filter(earned & (Posting.at >= since)),
        )
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(Posting.account_id.in_([payable, flight]))
    ).one()
    return WorkerBalance(currency, *(int(value or 0) for value in row))


def currencies_of(session: Session, worker_id: UUID) -> list[str]:
    """Return the currencies a worker has ever earned in, in alphabetical order."""
    found = select(LedgerAccount.currency).where(
        LedgerAccount.kind == WORKER_PAYABLE, LedgerAccount.owner_id == worker_id
    )
    return list(session.scalars(found.order_by(LedgerAccount.currency)))


def imbalance(session: Session) -> int:
    """Return by how many minor units the ledger fails to balance: 0, or something is badly wrong.

    Each transaction is summed on its own, by currency, so that no two errors cancel out.
    """
    sums = (
        select(func.sum(Posting.amount_minor).label("amount"))
        .group_by(Posting.transaction_id, Posting.currency)
        .having(func.sum(Posting.amount_minor) != 0)
        .subquery()
    )
    return int(session.scalar(select(func.coalesce(func.sum(func.abs(sums.c.amount)), 0))) or 0)
