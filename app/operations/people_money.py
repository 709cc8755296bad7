"""Where people and money meet: the account a new worker is paid to, and what a question usually pays."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import crypto, texts
from app.channels.models import Address
from app.payments import payouts
from app.people import service as people
from app.people.models import Worker
from app.tasks.models import Project

# What is named in the consent text while no project runs, in minor units: about what the first ones paid.
_USUAL_PAY_MINOR = {"KES": 200, "UGX": 60, "TZS": 4000, "RWF": 20}


def typical_pay(session: Session, country: str) -> str:
    """Return what a question pays about now in the country's currency, as workers read it."""
    currency = people.currency_of(country)
    running = session.scalar(
        select(func.percentile_disc(0.5).within_group(Project.pay_minor)).where(
            Project.state == "running", Project.currency == currency
        )
    )
    return texts.money(int(running or _USUAL_PAY_MINOR.get(currency, 200)), currency)


def open_account(session: Session, *, worker: Worker, address: Address, now: datetime) -> None:
    """Pay the worker, from now on, to the number they joined from. An address without a number gets no account.

    Whoever else is paid to it may answer with them, or be them: they are of one group from then on.
    """
    number = crypto.decrypt(address.number)
    if not number.startswith("+"):
        return
    account = payouts.set_account(
        session, worker_id=worker.id, number_e164=number, country=worker.country, now=now
    )
    for other_id in payouts.paid_alike(session, account_id=account.id, worker_id=worker.id):
        people.join_group(session, worker_id=worker.id, other_id=other_id)
