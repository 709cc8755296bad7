"""Payouts: where a worker is paid, asking for the money, approving, holding and refusing it, and each step's postings.

Every step of a payout goes through `move`, which checks it against app/payments/rules.py, posts what it means in
the ledger and writes the payout's history, all in one transaction. Calling the rail and hearing from it is
app/payments/attempts.py; who may press which button, and telling the worker, is for the callers.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app import crypto, ids, outbox
from app.db import Json
from app.errors import AppError, conflict, not_found
from app.payments import ledger, rails, rules
from app.payments.ledger import Leg, account
from app.payments.models import (
    LedgerAccount,
    Payout,
    PayoutAccount,
    PayoutAttempt,
    PayoutEvent,
    Posting,
    WorkerPayoutAccount,
)
from app.payments.money import floor_to
from app.settings import settings

OnSettled = Callable[[Session, Payout], None]

QUEUE = "payouts"
# After a failure the threshold waits this long before it tries again; PAY by the worker does not.
RETRY_AFTER = timedelta(days=1)


def set_account(
    session: Session,
    *,
    worker_id: UUID,
    number_e164: str,
    country: str,
    rail: str = "simulated",
    now: datetime,
) -> PayoutAccount:
    """Make a number the one the worker is paid to from now on, and return its account.

    Several workers may share an account, and a worker keeps the earlier ones, no longer current. Raises
    `no-such-rail` (422).
    """
    rails.check(rail)
    index = _index(session, number_e164)
    session.execute(
        insert(PayoutAccount)
        .values(
            id=ids.new(),
            rail=rail,
            number=crypto.encrypt(number_e164),
            number_index=index,
            ending=number_e164[-2:],
            country=country,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    found = session.scalars(
        select(PayoutAccount).where(PayoutAccount.rail == rail, PayoutAccount.number_index == index)
    ).one()
    session.execute(
        update(WorkerPayoutAccount)
        .where(
            WorkerPayoutAccount.worker_id == worker_id,
            WorkerPayoutAccount.payout_account_id != found.id,
            WorkerPayoutAccount.current,
        )
        .values(current=False)
    )
    link = insert(WorkerPayoutAccount).values(
        worker_id=worker_id, payout_account_id=found.id, current=True, since=now
    )
    session.execute(
        link.on_conflict_do_update(
            index_elements=["worker_id", "payout_account_id"],
            set_={"current": True, "since": now},
            where=WorkerPayoutAccount.current.is_(False),
        )
    )
    return found


def _index(session: Session, number: str) -> bytes:
    """Return a number's index, after putting its accounts under it while the secret key is being changed."""
    index, *before = crypto.blind_indexes(number)
    if before:
        there = aliased(PayoutAccount)
        session.execute(
            update(PayoutAccount)
            .where(
                PayoutAccount.number_index.in_(before),
                ~exists().where(there.rail == PayoutAccount.rail, there.number_index == index),
            )
            .values(number_index=index)
            .execution_options(synchronize_session=False)
        )
    return index


def current_account(session: Session, worker_id: UUID) -> PayoutAccount | None:
    """Return the account the worker is paid to, None when none was set."""
    return session.scalar(
        select(PayoutAccount)
        .join(WorkerPayoutAccount, WorkerPayoutAccount.payout_account_id == PayoutAccount.id)
        .where(WorkerPayoutAccount.worker_id == worker_id, WorkerPayoutAccount.current)
    )


def paid_alike(session: Session, *, account_id: UUID, worker_id: UUID) -> list[UUID]:
    """Return the other workers who are or were paid to the account."""
    link = WorkerPayoutAccount
    return list(
        session.scalars(
            select(link.worker_id).where(link.payout_account_id == account_id, link.worker_id != worker_id)
        )
    )


def open_payout(session: Session, *, worker_id: UUID, currency: str) -> Payout | None:
    """Return the worker's payout that is on its way, if there is one."""
    return session.scalar(
        select(Payout).where(
            Payout.worker_id == worker_id, Payout.currency == currency, Payout.state.not_in(rules.SETTLED)
        )
    )


def request(
    session: Session,
    *,
    worker_id: UUID,
    partner_id: UUID | None,
    currency: str,
    requested_by: str,
    now: datetime,
) -> Payout:
    """Ask for all a worker can be paid, in whole steps of the rail; the remainder stays theirs.

    The money leaves `worker_payable` in this transaction, under the lock of that account, so that two requests at
    once cannot both have it. `requested_by` is `worker`, `threshold` or `user:<id>`. Below the operator's
    automatic limit it is approved at once.

    Raises, all 409: `payout-no-account`, `payout-nothing`, `payout-in-progress` (data: `payout_id`, `state`,
    `amount_minor`, `currency`), `payout-below-minimum` (data: `available_minor`, `minimum_minor`, `currency`).
    """
    target = current_account(session, worker_id)
    if target is None:
        raise conflict("payout-no-account", "The worker has no number to be paid to. Set one first.")
    payable = account(ledger.WORKER_PAYABLE, worker_id, currency)
    available = ledger.locked_balance(session, payable)
    under_way = open_payout(session, worker_id=worker_id, currency=currency)
    if under_way is not None:
        raise conflict(
            "payout-in-progress",
            "A payout is already on its way. Wait for it to be settled, then ask again.",
            payout_id=ids.show("pay", under_way.id),
            state=under_way.state,
            amount_minor=under_way.amount_minor,
            currency=under_way.currency,
        )
    payout = Payout(
        id=ids.new(),
        worker_id=worker_id,
        partner_id=partner_id,
        payout_account_id=target.id,
        rail=target.rail,
        amount_minor=_payable_amount(available, target.rail, currency),
        currency=currency,
        state=rules.REQUESTED,
        requested_by=requested_by,
        requested_at=now,
    )
    session.add(payout)
    session.flush()
    _post(
        session,
        payout,
        "requested",
        now,
        [(payable, -payout.amount_minor), (_in_flight(payout), payout.amount_minor)],
    )
    _remember(session, payout, requested_by, now)
    if payout.amount_minor < settings().payout_auto_limit:
        _approve(session, payout, "auto", now)
    return payout


def _payable_amount(available: int, rail: str, currency: str) -> int:
    if available <= 0:
        raise conflict("payout-nothing", "There is nothing to pay out yet.")
    quantum = rails.get(rail).quantum_minor(currency)
    minimum = max(settings().payout_minimum_minor, quantum)
    amount = floor_to(available, quantum)
    if amount < minimum:
        raise conflict(
            "payout-below-minimum",
            f"{available} minor units of {currency} are less than the smallest payout, {minimum}. Earn more first.",
            available_minor=available,
            minimum_minor=minimum,
            currency=currency,
        )
    return amount


def locked(session: Session, payout_id: UUID) -> Payout:
    """Return the payout, locked until the transaction ends. Raises `not-found` (404)."""
    found = session.scalar(
        select(Payout)
        .where(Payout.id == payout_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise not_found("payout", ids.show("pay", payout_id))
    return found


def approve(session: Session, *, payout_id: UUID, user_id: UUID, now: datetime) -> Payout:
    """Let a requested or held payout go to the rail.

    Raises `approver-is-requester` (403), `payout-state` (409), `not-found` (404).
    """
    payout, actor = locked(session, payout_id), f"user:{user_id}"
    rules.check_approver(payout.requested_by, actor)
    _approve(session, payout, actor, now)
    return payout


def _approve(session: Session, payout: Payout, actor: str, now: datetime) -> None:
    move(session, payout, rules.APPROVED, actor=actor, now=now)
    payout.approved_by, payout.approved_at = actor, now
    session.add(
        # The reference the rail will see exists, committed, before anything is sent.
        PayoutAttempt(id=ids.new(), payout_id=payout.id, state=rules.SUBMITTING, created_at=now, due_at=now)
    )
    session.flush()
    outbox.ring(session, QUEUE)


def refuse(session: Session, *, payout_id: UUID, user_id: UUID, reason: str, now: datetime) -> Payout:
    """Refuse a requested or held payout: the money is the worker's to ask for again, the reason is told them.

    Raises `payout-state` (409), `not-found` (404), `payout-no-reason` (422).
    """
    return _decide(session, payout_id, rules.FAILED, user_id, reason, now)


def hold(session: Session, *, payout_id: UUID, user_id: UUID, reason: str, now: datetime) -> Payout:
    """Keep a requested payout back. Raises as `refuse`."""
    return _decide(session, payout_id, rules.HELD, user_id, reason, now)


def release(session: Session, *, payout_id: UUID, user_id: UUID, now: datetime) -> Payout:
    """Put a held payout back among the requested, to be approved or refused."""
    payout = locked(session, payout_id)
    move(session, payout, rules.REQUESTED, actor=f"user:{user_id}", now=now)
    payout.reason = None
    return payout


def _decide(session: Session, payout_id: UUID, to: str, user_id: UUID, reason: str, now: datetime) -> Payout:
    if not reason.strip():
        raise AppError("payout-no-reason", 422, "Say why: the worker is told the reason.")
    payout = locked(session, payout_id)
    if payout.state not in {rules.REQUESTED, rules.HELD}:
        raise rules.wrong_state(payout.state, to)
    move(session, payout, to, actor=f"user:{user_id}", now=now, why=reason.strip())
    return payout


def move(
    session: Session,
    payout: Payout,
    to: str,
    *,
    actor: str,
    now: datetime,
    why: str | None = None,
    data: Json | None = None,
) -> None:
    """Take a locked payout one step further: the state, what it means in the ledger, and its history."""
    rules.check_move(payout.state, to)
    payout.state = to
    in_flight = _in_flight(payout)
    payable = account(ledger.WORKER_PAYABLE, payout.worker_id, payout.currency)
    rail_float = account(ledger.RAIL_FLOAT, None, payout.currency)
    amount = payout.amount_minor
    if to == rules.PAID:
        _post(session, payout, to, now, [(in_flight, -amount), (rail_float, amount)])
    elif to == rules.FAILED:
        _post(session, payout, to, now, [(in_flight, -amount), (payable, amount)])
    elif to == rules.REVERSED:
        _post(session, payout, to, now, [(rail_float, -amount), (payable, amount)])
    if to in rules.SETTLED:
        payout.settled_at = now
    if to in {rules.FAILED, rules.HELD, rules.REVERSED}:
        payout.reason = why
    _remember(session, payout, actor, now, why, data)


def _in_flight(payout: Payout) -> ledger.Account:
    return account(ledger.PAYOUT_IN_FLIGHT, payout.worker_id, payout.currency)


def _post(
    session: Session, payout: Payout, step: str, now: datetime, legs: Sequence[tuple[ledger.Account, int]]
) -> None:
    ledger.post(
        session,
        kind=f"payout-{step}",
        reference=f"payout:{payout.id}:{step}",
        legs=[Leg(of, amount_minor) for of, amount_minor in legs],
        currency=payout.currency,
        now=now,
    )


def _remember(
    session: Session,
    payout: Payout,
    actor: str,
    now: datetime,
    why: str | None = None,
    data: Json | None = None,
) -> None:
    session.add(
        PayoutEvent(
            id=ids.new(),
            payout_id=payout.id,
            state=payout.state,
            actor=actor,
            why=why,
            data=data or {},
            at=now,
        )
    )
    session.flush()


def note_conflict(
    session: Session, payout: Payout, *, actor: str, why: str, data: Json, now: datetime
) -> bool:
    """Write down a report that contradicts the books, unless it is the last thing written; say whether it was."""
    last = session.scalar(
        select(PayoutEvent.why)
        .where(PayoutEvent.payout_id == payout.id)
        .order_by(PayoutEvent.id.desc())
        .limit(1)
    )
    if last == why:
        return False
    _remember(session, payout, actor, now, why, data)
    return True


def events(session: Session, payout_id: UUID) -> list[PayoutEvent]:
    """Return the payout's history, oldest first."""
    found = select(PayoutEvent).where(PayoutEvent.payout_id == payout_id).order_by(PayoutEvent.id)
    return list(session.scalars(found))


def due_by_threshold(
    session: Session, *, now: datetime, limit: int, since: datetime | None = None
) -> list[tuple[UUID, str]]:
    """Return (worker id, currency) of those who have earned the threshold and have no payout on its way.

    Those without a number, and those whose payout failed within a day, are left out. With `since` only workers
    whose balance changed from then on are looked at, which keeps a frequent sweep cheap.
    """
    recently = [] if since is None else [Posting.at >= since]
    recent = exists().where(Posting.account_id == LedgerAccount.id, *recently)
    blocked = exists().where(
        Payout.worker_id == LedgerAccount.owner_id,
        Payout.currency == LedgerAccount.currency,
        or_(
            Payout.state.not_in(rules.SETTLED),
            and_(Payout.state == rules.FAILED, Payout.settled_at > now - RETRY_AFTER),
        ),
    )
    total = (
        select(func.sum(Posting.amount_minor))
        .where(Posting.account_id == LedgerAccount.id)
        .correlate(LedgerAccount)
        .scalar_subquery()
    )
    found = session.execute(
        select(LedgerAccount.owner_id, LedgerAccount.currency)
        .join(
            WorkerPayoutAccount,
            and_(WorkerPayoutAccount.worker_id == LedgerAccount.owner_id, WorkerPayoutAccount.current),
        )
        .where(
            LedgerAccount.kind == ledger.WORKER_PAYABLE,
            recent,
            ~blocked,
            total >= settings().payout_threshold_minor,
        )
        .limit(limit)
    )
    return [(worker_id, currency) for worker_id, currency in found if worker_id is not None]
