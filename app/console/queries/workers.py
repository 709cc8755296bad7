"""What the workers' screens show: the list, and one person's conversation, consent and balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from app import crypto, ids
from app.accounts.models import AuditEntry
from app.channels.models import Address, Message
from app.console import words
from app.console.queries.payouts import names
from app.console.queries.people import AuditLine
from app.errors import not_found
from app.payments import ledger
from app.payments.ledger import WorkerBalance
from app.people.models import Cohort, Consent, Partner, Worker, WorkerAddress
from app.tasks.models import UNSURE, Answer

PAGE_LENGTH = 100
CONVERSATION_LENGTH = 200


@dataclass(frozen=True)
class WorkerLine:
    """One worker in the list."""

    worker: Worker
    cohort: str | None
    partner: str | None
    answers: int


@dataclass(frozen=True)
class Bubble:
    """One message of a conversation; `text` is None for those who may not read it."""

    id: UUID
    direction: str
    channel: str
    text: str | None
    status: str
    error_code: str | None
    segments: int
    at: datetime
    picture: str | None = None


@dataclass(frozen=True)
class Search:
    """What the list of workers is narrowed by."""

    name: str = ""
    state: str = ""
    cohort: str = ""


def workers(
    session: Session, search: Search, *, partner_id: UUID | None, after: UUID | None = None
) -> Sequence[WorkerLine]:
    """Return workers, newest first; only those of the partner where `partner_id` is given."""
    statement = (
        select(Worker, Cohort.name, Partner.name)
        .outerjoin(Cohort, Cohort.id == Worker.cohort_id)
        .outerjoin(Partner, Partner.id == Worker.partner_id)
        .order_by(Worker.id.desc())
        .limit(PAGE_LENGTH)
    )
    if partner_id is not None:
        statement = statement.where(Worker.partner_id == partner_id)
    if after is not None:
        statement = statement.where(Worker.id < after)
    if search.state:
        statement = statement.where(Worker.state == search.state)
    if search.cohort:
        statement = statement.where(Cohort.invite_code == search.cohort.strip().upper())
    if search.name.strip():
        digits = words.name_digits(search.name)
        if digits is None:
            return []
        statement = statement.where(func.right(cast(Worker.id, String), 10) == digits)
    rows = session.execute(statement).all()
    answers = _answers(session, [worker.id for worker, _, _ in rows])
    return [
        WorkerLine(worker, cohort, partner, answers.get(worker.id, 0)) for worker, cohort, partner in rows
    ]


def _answers(session: Session, worker_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(Answer.worker_id, func.count())
        .where(Answer.worker_id.in_(worker_ids), Answer.value != UNSURE)
        .group_by(Answer.worker_id)
    )
    return dict(rows.all())


def worker(session: Session, worker_id: UUID, shown_id: str, *, partner_id: UUID | None) -> WorkerLine:
    """Return one worker. Raises `not-found`, also for another partner's person."""
    statement = (
        select(Worker, Cohort.name, Partner.name)
        .outerjoin(Cohort, Cohort.id == Worker.cohort_id)
        .outerjoin(Partner, Partner.id == Worker.partner_id)
        .where(Worker.id == worker_id)
    )
    if partner_id is not None:
        statement = statement.where(Worker.partner_id == partner_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise not_found("worker", shown_id)
    return WorkerLine(row[0], row[1], row[2], _answers(session, [worker_id]).get(worker_id, 0))


def conversation(session: Session, worker_id: UUID, *, with_text: bool) -> Sequence[Bubble]:
    """Return the latest messages to and from a worker, oldest first."""
    latest = session.scalars(
        select(Message)
        .where(Message.worker_id == worker_id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(CONVERSATION_LENGTH)
    ).all()
    return [
        Bubble(
            id=message.id,
            direction=message.direction,
            channel=message.channel,
            text=crypto.decrypt(message.body) if with_text else None,
            status=message.status,
            error_code=message.error_code,
            segments=message.segments,
            at=message.created_at,
            picture=message.media_url if with_text else None,
        )
        for message in reversed(latest)
    ]


def pause_of(session: Session, worker: Worker) -> AuditLine | None:
    """Return who paused a worker from all work, and when; None where they are not, or where it is not noted."""
    if worker.pause_reason is None:
        return None
    entry = session.scalar(
        select(AuditEntry)
        .where(
            AuditEntry.subject == ids.show("wkr", worker.id),
            AuditEntry.action == "worker.paused",
            AuditEntry.data["project"].astext.is_(None),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return AuditLine(entry, names(session, [entry.actor])[entry.actor]) if entry else None


def addresses(session: Session, worker_id: UUID) -> Sequence[Address]:
    """Return the addresses a worker uses."""
    return session.scalars(
        select(Address)
        .join(WorkerAddress, WorkerAddress.address_id == Address.id)
        .where(WorkerAddress.worker_id == worker_id)
        .order_by(WorkerAddress.since)
    ).all()


def by_number(session: Session, numbers: Sequence[str]) -> dict[str, UUID]:
    """Return who writes from each number now, on whichever channel; numbers of nobody are left out."""
    indexes = {index: number for number in numbers for index in crypto.blind_indexes(number)}
    rows = session.execute(
        select(Address.number_index, WorkerAddress.worker_id)
        .join(WorkerAddress, WorkerAddress.address_id == Address.id)
        .where(Address.number_index.in_(indexes), WorkerAddress.current)
    )
    return {indexes[index]: worker_id for index, worker_id in rows}


def consents(session: Session, worker_id: UUID) -> Sequence[Consent]:
    """Return what the worker agreed to and withdrew, newest first."""
    return session.scalars(
        select(Consent).where(Consent.worker_id == worker_id).order_by(Consent.at.desc(), Consent.id.desc())
    ).all()


def balances(session: Session, worker_id: UUID, today_from: datetime) -> Sequence[WorkerBalance]:
    """Return the worker's money, one line a currency."""
    return [
        ledger.worker_balance(session, worker_id=worker_id, currency=currency, since=today_from)
        for currency in ledger.currencies_of(session, worker_id)
    ]
