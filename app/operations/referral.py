"""Inviting friends: what it pays, when, and who pays it: the operator, once a friend and for so many of them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import hours, texts
from app.channels import service as channels
from app.channels.models import Address
from app.operations.offer import may_push, named
from app.payments import ledger
from app.people import inviting
from app.people import service as people
from app.people.models import Worker
from app.settings import settings
from app.tasks.models import UNSURE, Answer


def pay_minor(country: str) -> int:
    """Return what bringing a friend pays there, in minor units of its currency; 0 where it pays nothing."""
    return settings().referral_pay_minor.get(people.currency_of(country), 0)


def settle(session: Session, *, worker: Worker, now: datetime) -> None:
    """Pay who brought the worker, once the worker has given enough answers, and tell them.

    The worker's row is held. An answer nobody can use (don't know, a text that waits or was refused) is none.
    """
    if not worker.reward_due or _answers(session, worker) < settings().referral_answers:
        return
    referrer = inviting.reward(session, worker=worker, most=settings().referral_most)
    amount_minor = pay_minor(referrer.country) if referrer else 0
    if referrer is None or not amount_minor:
        return
    currency = people.currency_of(referrer.country)
    ledger.pay_referral(
        session,
        referrer_id=referrer.id,
        worker_id=worker.id,
        amount_minor=amount_minor,
        currency=currency,
        now=now,
    )
    _tell(session, referrer, texts.money(amount_minor, currency), now)


def _answers(session: Session, worker: Worker) -> int:
    enough = (
        select(Answer.id)
        .where(Answer.worker_id == worker.id, Answer.value != UNSURE, Answer.state == "counted")
        .limit(settings().referral_answers)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(enough)) or 0


def _tell(session: Session, referrer: Worker, pay: str, now: datetime) -> None:
    """Tell them as soon as they may be texted unasked; somebody who left is paid and not texted."""
    address = session.get_one(Address, referrer.address_id)
    if referrer.state == "stopped" or not may_push(address, now):
        return
    channels.queue_message(
        session,
        address=address,
        worker_id=referrer.id,
        text=named(referrer, texts.say("invite_reward", referrer.language, pay=pay)),
        purpose="push",
        due_at=hours.open_at(settings().quiet_hours, now, referrer.time_zone),
        now=now,
    )
