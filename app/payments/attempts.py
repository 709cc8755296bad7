"""Payouts and their rail: submitting what is approved, looking up what is open, hearing callbacks.

A payment is never asked for twice under two references, and a reference is fixed and committed before any call.
Claim, prepare and commit; call with no transaction open; record. Whatever is lost in between is looked up, and
the very same reference is sent again only when the rail has never known it and the grace for that is over.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock, crypto, db, outage, outbox
from app.db import Json
from app.errors import AppError
from app.payments import payouts, rails, rules
from app.payments.models import Payout, PayoutAccount, PayoutAttempt
from app.payments.payouts import OnSettled
from app.payments.rails.base import (
    Accepted,
    Failed,
    Mismatch,
    NotFound,
    Outcome,
    Paid,
    PayoutOrder,
    Rail,
    RailReport,
    Reversed,
    Unknown,
    checked,
)
from app.settings import settings

# Calls at once. Each may last as long as the provider's timeout, and a job at most a minute.
BATCH = 4
BUDGET_S = 25
NOTE = "Kazi"

# What only a rail that knows the reference can say.
_KNOWING = (Accepted, Paid, Failed, Reversed, Mismatch)

log = structlog.get_logger()


@dataclass(frozen=True)
class Call:
    """One call to be made: what, to which rail, and whether it is the payment or only a look-up."""

    payout_id: UUID
    rail: Rail
    order: PayoutOrder
    send: bool


def submit_due(limit: int = 50, *, on_settled: OnSettled) -> int:
    """Do up to `limit` due attempts, in batches; return how many were done. Opens its own transactions.

    `on_settled(session, payout)` is called in the transaction in which a payout became paid, failed or reversed,
    so that the worker's receipt is written with it.
    """
    done = 0
    started = clock.now()
    while done < limit and clock.now() - started < timedelta(seconds=BUDGET_S):
        calls = _claim(min(BATCH, limit - done))
        if calls is None:
            break
        for call, outcome in zip(calls, _make(calls), strict=True):
            _keep(call, outcome, on_settled)
        done += len(calls)
    return done


def _claim(limit: int) -> list[Call] | None:
    """Claim and prepare what is due; None when nothing was."""
    # What a killed process held waits for so long. A call that outlasts it is only looked up meanwhile: harmless.
    lease_s = 2 * settings().provider_timeout_s + 5
    with db.transaction() as session:
        claimed = outbox.claim(session, PayoutAttempt, clock.now(), limit=limit, lease_s=lease_s)
    if not claimed:
        return None
    # In a transaction of its own, since a callback locks the payout before the attempt.
    with db.transaction() as session:
        calls = [_prepare(session, attempt_id, clock.now()) for attempt_id in sorted(claimed)]
    return [call for call in calls if call is not None]


def _prepare(session: Session, attempt_id: UUID, now: datetime) -> Call | None:
    """Decide between sending and looking up, and write down that it is about to happen."""
    payout, attempt = _locked(session, attempt_id)
    if payout.state in rules.SETTLED:
        attempt.due_at = None
        return None
    send = attempt.sent_at is None
    if send:
        attempt.sent_at = now
        payouts.move(session, payout, rules.SUBMITTING, actor="system", now=now)
    else:
        attempt.lookups += 1
        if payout.state == rules.SUBMITTING:
            # It was sent, or about to be, and nobody lived to record the answer.
            payouts.move(session, payout, rules.UNKNOWN, actor="system", now=now, why="the answer was lost")
    attempt.state = payout.state
    return Call(payout.id, rails.get(payout.rail), _order(session, payout, attempt), send)


def _locked(session: Session, attempt_id: UUID) -> tuple[Payout, PayoutAttempt]:
    payout_id = session.scalars(select(PayoutAttempt.payout_id).where(PayoutAttempt.id == attempt_id)).one()
    payout = payouts.locked(session, payout_id)
    attempt = session.get_one(PayoutAttempt, attempt_id, populate_existing=True)
    return payout, attempt


def _order(session: Session, payout: Payout, attempt: PayoutAttempt) -> PayoutOrder:
    target = session.get_one(PayoutAccount, payout.payout_account_id)
    return PayoutOrder(
        attempt.id, payout.amount_minor, payout.currency, crypto.decrypt(target.number), note=NOTE
    )


def _make(calls: Sequence[Call]) -> list[Outcome]:
    """Make the calls, side by side: one slow answer does not hold up the others."""
    if not calls:
        return []
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(_call, calls))


def _call(call: Call) -> Outcome:
    try:
        return call.rail.pay(call.order) if call.send else call.rail.look_up(call.order)
    except Exception as error:
        # A fault of an adapter, after which anything may have happened at the rail.
        log.exception("rail call failed", rail=call.rail.name, reference=str(call.order.reference))
        return Unknown(type(error).__name__)


def _keep(call: Call, outcome: Outcome, on_settled: OnSettled) -> None:
    """Record one outcome. What cannot be recorded is looked up when its lease is over, and stops no other."""
    try:
        outage.endure(
            lambda session: _record(session, call, outcome, clock.now(), on_settled), for_s=outage.WORKER_S
        )
    except (SQLAlchemyError, AppError):
        log.exception("payout outcome not recorded", payout=str(call.payout_id))


def _record(session: Session, call: Call, outcome: Outcome, now: datetime, on_settled: OnSettled) -> None:
    payout, attempt = _locked(session, call.order.reference)
    attempt.lease_until = None
    step_s = rules.look_up_after_s(settings().payout_lookup_steps_s, attempt.lookups)
    attempt.due_at = now + timedelta(seconds=step_s)
    _apply(session, payout, attempt, outcome, now, on_settled)
    if attempt.sent_at is None and outcome == NotFound():
        # The grace was the waiting. A rail that cannot be reached is given the pause between look-ups instead.
        attempt.due_at = now


def record_callback(
    session: Session, *, rail: str, report: RailReport, now: datetime, on_settled: OnSettled
) -> bool:
    """Record what a verified callback reports; return whether it moved a payout.

    It may come twice, late, in any order or before the reply to the call itself. One that names another amount,
    currency or recipient settles nothing: the payout becomes unknown, and a person sees why. One of a reference
    that this rail was never given is ignored.
    """
    payout_id = session.scalar(
        select(PayoutAttempt.payout_id)
        .join(Payout, Payout.id == PayoutAttempt.payout_id)
        .where(PayoutAttempt.id == report.reference, Payout.rail == rail)
    )
    if payout_id is None:
        log.warning("callback of an unknown reference", rail=rail, reference=str(report.reference))
        return False
    payout, attempt = _locked(session, report.reference)
    outcome = checked(report, _order(session, payout, attempt))
    return _apply(session, payout, attempt, outcome, now, on_settled)


def _apply(
    session: Session,
    payout: Payout,
    attempt: PayoutAttempt,
    outcome: Outcome,
    now: datetime,
    on_settled: OnSettled,
) -> bool:
    """Take a locked payout to where the outcome leads; return whether it moved."""
    grace = timedelta(seconds=settings().payout_not_found_grace_s)
    heard = rules.hear(
        payout.state,
        outcome,
        acknowledged=attempt.acknowledged,
        past_grace=attempt.sent_at is not None and now - attempt.sent_at >= grace,
    )
    if isinstance(outcome, _KNOWING):
        attempt.acknowledged = True
    why, data = _said(outcome)
    if isinstance(outcome, Paid) and heard.steps:
        payout.receipt = outcome.receipt
    if isinstance(outcome, Failed) and heard.steps:
        attempt.failure_code = outcome.code
    for state in heard.steps:
        payouts.move(session, payout, state, actor="rail", now=now, why=why, data=data)
    if heard.conflict and payouts.note_conflict(
        session, payout, actor="rail", why=heard.conflict, data=data, now=now
    ):
        log.error("payout contradicted", payout=str(payout.id), state=payout.state, why=heard.conflict)
    if payout.state != rules.APPROVED:
        attempt.state = payout.state
    if heard.resend:
        attempt.sent_at = None
    if payout.state in rules.SETTLED:
        attempt.due_at = None
        if heard.steps:
            on_settled(session, payout)
    return bool(heard.steps)


def _said(outcome: Outcome) -> tuple[str | None, Json]:
    """Return why, in the rail's words, and what of the report is kept. Never the recipient: it is a number."""
    match outcome:
        case Failed(code) | Reversed(code):
            return code, {"code": code}
        case Unknown(why):
            return why, {}
        case Paid(receipt):
            return None, {"receipt": receipt}
        case Mismatch(fields):
            return f"mismatch: {', '.join(fields)}", {"fields": list(fields)}
        case _:
            return None, {}
