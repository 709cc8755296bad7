"""Paying workers: asking for a payout, settling it with the rail, and the receipt that says it is done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import clock, db, hours, outbox, texts
from app.channels import service as channels
from app.channels.models import Address
from app.errors import AppError
from app.operations import telling
from app.operations.offer import may_push, named
from app.payments import attempts, ledger, payouts
from app.payments.models import Payout, PayoutAccount
from app.people import service as people
from app.people.models import Worker
from app.settings import settings


def request_all(session: Session, *, worker: Worker, requested_by: str, now: datetime) -> list[Payout]:
    """Ask for a payout of everything the worker may draw, one a currency.

    Raises the first currency's `payout-below-minimum`, `payout-nothing` or `payout-in-progress` when none could be.
    """
    currencies = ledger.currencies_of(session, worker.id) or [people.currency_of(worker.country)]
    found: list[Payout] = []
    refusals: list[AppError] = []
    for currency in currencies:
        try:
            found.append(
                payouts.request(
                    session,
                    worker_id=worker.id,
                    partner_id=worker.partner_id,
                    currency=currency,
                    requested_by=requested_by,
                    now=now,
                )
            )
        except AppError as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    outbox.ring(session, "payouts")
    return found


def request_by_threshold(limit: int = 100) -> int:
    """Ask for the payouts of workers who have earned enough that waiting would be unfair; return how many."""
    now = clock.now()
    with db.transaction() as session:
        due = payouts.due_by_threshold(session, now=now, limit=limit)
    requested = 0
    for worker_id, currency in due:
        with db.transaction() as session:
            worker = people.lock_worker(session, worker_id, wait=False)
            if worker is None:
                continue
            try:
                payouts.request(
                    session,
                    worker_id=worker.id,
                    partner_id=worker.partner_id,
                    currency=currency,
                    requested_by="threshold",
                    now=now,
                )
            except AppError:
                continue  # asked for meanwhile, or no account yet: nothing is lost, the balance stays
            outbox.ring(session, "payouts")
            requested += 1
    return requested


def settle_due(limit: int = 50) -> int:
    """Submit or look up every payout attempt that is due; return how many were worked on."""
    return attempts.submit_due(limit=limit, on_settled=on_settled)


def on_settled(session: Session, payout: Payout) -> None:
    """Tell the worker that their money was sent, or could not be: money owed is receipted even after STOP."""
    worker = session.get_one(Worker, payout.worker_id)
    address = session.get_one(Address, worker.address_id)
    if worker.state == "erased" or (
        not may_push(address, clock.now()) and address.channel == "twilio_whatsapp"
    ):
        return
    account = session.get_one(PayoutAccount, payout.payout_account_id)
    amount = texts.money(payout.amount_minor, payout.currency)
    if payout.state == "paid":
        text = texts.say(
            "pay_receipt",
            worker.language,
            amount=amount,
            ending=account.ending,
            receipt=payout.receipt or "-",
        )
    elif payout.state in {"failed", "reversed"}:
        text = texts.say("pay_failed", worker.language, amount=amount)
    else:
        return
    channels.queue_message(
        session,
        address=address,
        worker_id=worker.id,
        text=named(worker, text),
        purpose="receipt",
        now=clock.now(),
    )


def ending_of(session: Session, payout: Payout) -> str:
    """Return the last digits of the number a payout goes to, which is all of it that is ever shown."""
    return session.get_one(PayoutAccount, payout.payout_account_id).ending


def approve(session: Session, *, payout_id: UUID, user_id: UUID, now: datetime) -> Payout:
    """Approve a payout that waits for a person, and send it on its way."""
    payout = payouts.approve(session, payout_id=payout_id, user_id=user_id, now=now)
    outbox.ring(session, "payouts")
    return payout


def refuse(session: Session, *, payout_id: UUID, user_id: UUID, reason: str, now: datetime) -> Payout:
    """Refuse a payout that waits for a person: the money is the worker's as before, and they are told why.

    Raises `invalid` (422) without a reason, `payout-state` (409), `not-found` (404).
    """
    why = telling.reason(reason, "reason")
    payout = payouts.refuse(session, payout_id=payout_id, user_id=user_id, reason=why, now=now)
    worker = session.get_one(Worker, payout.worker_id)
    address = session.get_one(Address, worker.address_id)
    if worker.state == "erased" or not may_push(address, now):
        return payout
    partner = people.partner_of(session, worker.partner_id)
    text = texts.say(
        "pay_refused",
        worker.language,
        amount=texts.money(payout.amount_minor, payout.currency),
        reason=why,
        phone=partner.help_phone if partner else settings().help_phone,
    )
    channels.queue_message(
        session,
        address=address,
        worker_id=worker.id,
        text=named(worker, text),
        purpose="push",
        due_at=hours.open_at(settings().quiet_hours, now, worker.time_zone),
        now=now,
    )
    return payout
