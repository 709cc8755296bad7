"""A person's data: given to them whole, and erased for ever.

Each room forgets what is its own. Left are the ledger, the consents, the receipts and the audit trail, in which
there is no number, name or text, only the worker's id; and the values of answers, which are the client's result.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app import crypto, ids, outbox
from app.accounts import service as accounts
from app.channels import addresses
from app.channels import service as channels
from app.channels.models import Address
from app.errors import not_found
from app.payments import ledger
from app.payments import personal as money
from app.people import appeals, notices
from app.people import service as people
from app.people.models import Worker
from app.tasks import personal as work
from app.tasks import service as tasks


@dataclass(frozen=True)
class Addresses:
    """The addresses of a person's numbers: those only they use, and those somebody else uses too."""

    alone: frozenset[UUID]
    shared: frozenset[UUID]


def export_worker(session: Session, worker_id: UUID) -> dict[str, Any]:
    """Return everything kept about the person, in the clear and as JSON takes it. Raises `not-found` (404)."""
    worker = session.get(Worker, worker_id)
    if worker is None:
        raise not_found("worker", ids.show("wkr", worker_id))
    theirs = _addresses(session, worker_id)
    return {
        "worker": ids.show("wkr", worker_id),
        "name": people.name_of(worker),
        "state": worker.state,
        "language": worker.language,
        "country": worker.country,
        "site": worker.site,
        "passed": [name.partition("/")[2] for name in worker.passed],
        "invite_code": worker.invite_code,
        "brought_by": ids.show("wkr", worker.referrer_id) if worker.referrer_id else None,
        "joined_at": _instant(worker.joined_at),
        "consented_at": _instant(worker.consented_at),
        "last_heard_at": _instant(worker.last_heard_at),
        "answers_by_hour": worker.answer_hours,
        "share_answered": worker.heeded,
        "usual_reply_s": worker.reply_s,
        "addresses": _numbers(session, people.addresses_of(session, worker_id)),
        "consents": [
            {"kind": row.kind, "language": row.language, "at": _instant(row.at)}
            for row in people.consents_of(session, worker_id)
        ],
        "messages": _messages(session, worker_id, theirs),
        "answers": _answers(session, worker_id),
        "appeals": _appeals(session, worker_id),
        "exams": _exams(session, worker_id),
        "pauses": _pauses(session, worker_id),
        **_money(session, worker),
    }


def _addresses(session: Session, worker_id: UUID) -> Addresses:
    numbers = addresses.same_numbers(session, people.addresses_of(session, worker_id))
    shared = people.used_by_others(session, worker_id, numbers)
    return Addresses(frozenset(numbers - shared), frozenset(shared))


def _numbers(session: Session, address_ids: set[UUID]) -> list[dict[str, Any]]:
    found = [session.get_one(Address, address_id) for address_id in sorted(address_ids)]
    return [
        {"channel": row.channel, "number": addresses.number_of(row), "since": _instant(row.created_at)}
        for row in found
    ]


def _messages(session: Session, worker_id: UUID, theirs: Addresses) -> list[dict[str, Any]]:
    return [
        {
            "id": ids.show("msg", row.id),
            "direction": row.direction,
            "channel": row.channel,
            "text": row.text,
            "status": row.status,
            "created_at": _instant(row.created_at),
            "sent_at": _instant(row.sent_at),
            "delivered_at": _instant(row.delivered_at),
        }
        for row in channels.all_messages_of(session, worker_id, address_ids=theirs.alone)
    ]


def _answers(session: Session, worker_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "id": ids.show("ans", row.id),
            "task": ids.show("tsk", row.task_id),
            "value": row.value,
            "raw": row.raw,
            "language": row.language,
            "channel": row.channel,
            "seconds": row.seconds,
            "pay_minor": row.pay_minor,
            "currency": row.currency,
            "answered_at": _instant(row.answered_at),
        }
        for row in work.answers_of(session, worker_id)
    ]


def _appeals(session: Session, worker_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "id": ids.show("apl", row.id),
            "about": row.kind,
            "words": row.words,
            "state": row.state,
            "note": row.note,
            "opened_at": _instant(row.opened_at),
            "decided_at": _instant(row.decided_at),
        }
        for row in appeals.of_worker(session, worker_id)
    ]


def _exams(session: Session, worker_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "project": ids.show("prj", row.project_id),
            "state": row.state,
            "right": row.right,
            "questions": row.questions,
            "needed": row.needed,
            "began_at": _instant(row.began_at),
            "ended_at": _instant(row.ended_at),
        }
        for row in work.exams_of(session, worker_id)
    ]


def _pauses(session: Session, worker_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "project": ids.show("prj", row.project_id),
            "state": row.state,
            "why": row.note or row.reason,
            "right": row.right,
            "wrong": row.wrong,
            "began_at": _instant(row.began_at),
            "ended_at": _instant(row.ended_at),
        }
        for row in work.pauses_of(session, worker_id)
    ]


def _money(session: Session, worker: Worker) -> dict[str, Any]:
    return {
        "balances": [
            {
                "currency": found.currency,
                "available_minor": found.available,
                "in_flight_minor": found.in_flight,
                "paid_minor": found.paid,
                "earned_minor": found.earned,
            }
            for found in _balances(session, worker)
        ],
        "payout_accounts": [
            {"rail": row.rail, "number": crypto.decrypt(row.number), "since": _instant(row.created_at)}
            for row in money.accounts_of(session, worker.id)
        ],
        "payouts": [
            {
                "id": ids.show("pay", row.id),
                "amount_minor": row.amount_minor,
                "currency": row.currency,
                "state": row.state,
                "reason": row.reason,
                "receipt": row.receipt,
                "requested_at": _instant(row.requested_at),
                "settled_at": _instant(row.settled_at),
            }
            for row in money.payouts_of(session, worker.id)
        ],
    }


def _balances(session: Session, worker: Worker) -> list[ledger.WorkerBalance]:
    return [
        ledger.worker_balance(session, worker_id=worker.id, currency=currency, since=worker.joined_at)
        for currency in ledger.currencies_of(session, worker.id)
    ]


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def erase_worker(
    session: Session, worker_id: UUID, *, actor: str, now: datetime
) -> list[ledger.WorkerBalance]:
    """Stop the person's work and erase what is known of them, for ever; return their balances, as they stay.

    A balance above nothing can no longer be paid out by Kazi: pay first. A number somebody else uses too is left
    to them. Erasing twice changes nothing. Raises `not-found` (404) and `payout-in-progress` (409).
    """
    worker = people.lock_worker(session, worker_id)
    if worker is None:
        raise not_found("worker", ids.show("wkr", worker_id))
    balances = _balances(session, worker)
    if worker.state == "erased":
        return balances
    money.forget_accounts(session, worker_id=worker_id)
    _free(session, worker_id, now)
    work.forget_words(session, worker_id=worker_id)
    notices.forget(session, worker_id)
    appeals.forget_words(session, worker_id=worker_id)
    theirs = _addresses(session, worker_id)
    # First the addresses: a webhook that comes in at this instant has stored its text when their locks are had.
    addresses.forget(session, address_ids=theirs.alone, now=now)
    channels.forget_texts(session, worker_id, address_ids=theirs.alone)
    last = session.get_one(Address, worker.address_id)
    leads_nowhere = (
        last.id if last.id in theirs.alone else addresses.nowhere(session, channel=last.channel, now=now)
    )
    people.erase(session, worker=worker, address_id=leads_nowhere)
    accounts.audit(session, actor=actor, action="worker.erased", subject=ids.show("wkr", worker_id), now=now)
    return balances


def _free(session: Session, worker_id: UUID, now: datetime) -> None:
    for assignment in work.open_assignments(session, worker_id):
        freed = tasks.free(session, assignment=assignment, state="withdrawn", now=now)
        outbox.ring(session, "timeouts" if freed.task_done else "assignment")
