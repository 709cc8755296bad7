"""What the overview shows: the queues, the queue workers, the latest messages, the day's figures.

Each is a few index look-ups, because every open console asks again each second or so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import redis
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app import crypto, due, outbox
from app.channels.models import Address, Message
from app.payments.models import Payout, PayoutAttempt
from app.people.models import Worker
from app.tasks.models import Answer, Assignment, Project
from app.webhooks.models import WebhookDelivery

FEED_LENGTH = 25
_RATE_WINDOW = timedelta(minutes=5)
# How old a row may be and still be counted when it is done within the window.
_STILL_NEW = timedelta(hours=6)

PURPOSES = {
    "inbound": "Replies to read",
    "assignment": "Questions to offer",
    "timeouts": "Leases, reminders",
    "outbound": "Messages to send",
    "payouts": "Payouts to submit",
    "webhooks": "Notices to clients",
}


@dataclass(frozen=True)
class QueueState:
    """One queue: what is due in it now, and how it goes."""

    name: str
    purpose: str
    depth: int
    oldest_s: float | None
    per_minute: float
    retrying: int
    failed_jobs: int | None  # None while Redis is away

    @property
    def is_late(self) -> bool:
        """Whether the oldest due row has waited longer than the sweeper would ever leave it."""
        return self.oldest_s is not None and self.oldest_s > 30


@dataclass(frozen=True)
class FeedLine:
    """One message in the feed; `text` is None for those who may not read it."""

    id: UUID
    direction: str
    channel: str
    ending: str
    worker_id: UUID | None
    text: str | None
    purpose: str
    status: str
    error_code: str | None
    segments: int
    price_micros: int
    price_currency: str
    at: datetime


@dataclass(frozen=True)
class Day:
    """The figures of the last 24 hours."""

    answers: int
    messages: int
    workers: int
    pay: list[tuple[int, str]]
    airtime: list[tuple[int, str]]
    payouts_waiting: int
    running: int


def floor_id(at: datetime) -> UUID:
    """Return the smallest UUIDv7 of an instant: ids sort by time, so the primary key finds what is newer."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def queue_states(session: Session, now: datetime) -> list[QueueState]:
    """Return the six queues in the order work flows through them."""
    rates, failed, retrying = _rates(session, now), _failed_jobs(), _retrying(session)
    return [
        QueueState(
            name=name,
            purpose=PURPOSES[name],
            depth=depth.rows,
            oldest_s=depth.oldest_age_s if depth.rows else None,
            per_minute=rates[name] / (_RATE_WINDOW.total_seconds() / 60),
            retrying=retrying.get(name, 0),
            failed_jobs=failed.get(name) if failed is not None else None,
        )
        for name, depth in due.depths(session, now).items()
    ]


def _retrying(session: Session) -> dict[str, int]:
    """Return how many rows of each queue wait for another try."""
    rows: dict[str, tuple[type[Any], list[ColumnElement[bool]]]] = {
        "inbound": (Message, [Message.direction == "in"]),
        "outbound": (Message, [Message.direction == "out"]),
        "payouts": (PayoutAttempt, []),
        "webhooks": (WebhookDelivery, []),
    }
    return {
        name: session.scalar(
            select(func.count())
            .select_from(model)
            .where(model.due_at.is_not(None), model.attempts > 1, *where)
        )
        or 0
        for name, (model, where) in rows.items()
    }


def _rates(session: Session, now: datetime) -> dict[str, int]:
    """Return how much each queue did within the window."""
    since, newer = now - _RATE_WINDOW, now - _STILL_NEW

    def count(statement: Select[int]) -> int:
        return session.scalar(statement) or 0

    messages = select(func.count()).select_from(Message).where(Message.created_at > newer)
    leases = (
        select(func.count()).select_from(Assignment).where(Assignment.id > floor_id(now - timedelta(days=2)))
    )
    return {
        "inbound": count(messages.where(Message.direction == "in", Message.handled_at > since)),
        "outbound": count(messages.where(Message.direction == "out", Message.sent_at > since)),
        "assignment": count(leases.where(Assignment.id > floor_id(since))),
        "timeouts": count(leases.where(Assignment.state == "expired", Assignment.ended_at > since)),
        "payouts": count(select(func.count()).select_from(Payout).where(Payout.settled_at > since)),
        "webhooks": count(
            select(func.count())
            .select_from(WebhookDelivery)
            .where(WebhookDelivery.id > floor_id(newer), WebhookDelivery.delivered_at > since)
        ),
    }


def _failed_jobs() -> dict[str, int] | None:
    """Return how many jobs of each queue broke; their rows are tried again, the jobs tell why. None: no Redis."""
    try:
        return {name: outbox.queue(name).failed_job_registry.count for name in outbox.QUEUES}
    except redis.RedisError:
        return None


def feed(
    session: Session, *, partner_id: UUID | None, with_text: bool, limit: int = FEED_LENGTH
) -> Sequence[FeedLine]:
    """Return the latest messages, newest first; of one partner's people where `partner_id` is given."""
    statement = (
        select(Message, Address.ending)
        .join(Address, Address.id == Message.address_id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    if partner_id is not None:
        statement = statement.join(Worker, Worker.id == Message.worker_id).where(
            Worker.partner_id == partner_id
        )
    return [_line(message, ending, with_text=with_text) for message, ending in session.execute(statement)]


def _line(message: Message, ending: str, *, with_text: bool) -> FeedLine:
    return FeedLine(
        id=message.id,
        direction=message.direction,
        channel=message.channel,
        ending=ending,
        worker_id=message.worker_id,
        text=crypto.decrypt(message.body) if with_text else None,
        purpose=message.purpose,
        status=message.status,
        error_code=message.error_code,
        segments=message.segments,
        price_micros=message.price_micros,
        price_currency=message.price_currency,
        at=message.created_at,
    )


def day(session: Session, now: datetime, *, partner_id: UUID | None) -> Day:
    """Return the last 24 hours' figures, of one partner's people where `partner_id` is given."""
    since = now - timedelta(hours=24)
    mine: list[ColumnElement[bool]] = []
    if partner_id is not None:
        mine = [Answer.worker_id.in_(select(Worker.id).where(Worker.partner_id == partner_id))]
    answers = session.execute(
        select(func.count(), func.coalesce(func.sum(Answer.pay_minor), 0), Answer.currency)
        .where(Answer.id > floor_id(since), *mine)
        .group_by(Answer.currency)
        .order_by(Answer.currency)
    ).all()
    messages = select(func.count(), func.sum(Message.price_micros), Message.price_currency).where(
        Message.created_at > since
    )
    workers = select(func.count()).select_from(Worker).where(Worker.state == "active")
    waiting = select(func.count()).select_from(Payout).where(Payout.state.in_(("requested", "held")))
    if partner_id is not None:
        messages = messages.where(
            Message.worker_id.in_(select(Worker.id).where(Worker.partner_id == partner_id))
        )
        workers = workers.where(Worker.partner_id == partner_id)
        waiting = waiting.where(Payout.partner_id == partner_id)
    prices = session.execute(messages.group_by(Message.price_currency)).all()
    running = select(func.count()).select_from(Project).where(Project.state == "running")
    return Day(
        answers=sum(row[0] for row in answers),
        messages=sum(row[0] for row in prices),
        workers=session.scalar(workers) or 0,
        pay=[(int(row[1]), row[2]) for row in answers if row[1]],
        airtime=[(int(row[1]), row[2]) for row in prices if row[1]],
        payouts_waiting=session.scalar(waiting) or 0,
        running=session.scalar(running) or 0,
    )
