"""Workers with money, made through the services that make them in earnest."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import ids
from app.channels.base import Inbound
from app.channels.models import Address
from app.channels.store import store_inbound
from app.payments import ledger, payouts
from app.people import service as people
from app.people.models import Worker


def make_worker(session: Session, now: datetime, number: str = "+254712000001") -> Worker:
    """A worker who wrote from `number` and is paid to it."""
    inbound = Inbound(
        channel="twilio_sms",
        provider_message_id=f"SM{ids.new().hex}",
        number=number,
        sender="+254711000000",
        body="JOIN",
        country="KE",
    )
    store_inbound(session, inbound, now)
    address_id = session.scalars(select(Address.id).order_by(Address.id.desc()).limit(1)).one()
    worker = people.create_worker(session, address_id=address_id, country="KE", cohort=None, name="", now=now)
    payouts.set_account(session, worker_id=worker.id, number_e164=number, country="KE", now=now)
    return worker


def earn(session: Session, worker_id: UUID, amount_minor: int, now: datetime, currency: str = "KES") -> None:
    """Let the worker earn so much with one answer of a project that was funded for it."""
    client_id, project_id = ids.new(), ids.new()
    ledger.credit_client(
        session,
        client_id=client_id,
        amount_minor=amount_minor,
        currency=currency,
        reference=f"bank:{client_id}",
        now=now,
    )
    ledger.reserve(
        session,
        client_id=client_id,
        project_id=project_id,
        amount_minor=amount_minor,
        currency=currency,
        reference=f"reserve:{project_id}:launch",
        now=now,
    )
    ledger.pay_answer(
        session,
        project_id=project_id,
        worker_id=worker_id,
        answer_id=ids.new(),
        amount_minor=amount_minor,
        currency=currency,
        now=now,
    )


def balance_of(
    session: Session, worker_id: UUID, now: datetime, currency: str = "KES"
) -> ledger.WorkerBalance:
    """What the ledger says of the worker."""
    return ledger.worker_balance(session, worker_id=worker_id, currency=currency, since=now)
