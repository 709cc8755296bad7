"""Sending what is due: claim, commit, call the provider, record; and finding out what became of lost calls.

No transaction is open while a provider is called, and a message is `sending` in the database before the call
begins: a sender that dies leaves messages whose fate is unknown, never ones that look unsent. Those are looked
up at the provider, unless a status report settles them first. What follows from an outcome is decided in
app/channels/rules.py.
"""

import random
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from app import clock, crypto, db, ids
from app.channels import registry, rules, service
from app.channels.addresses import suppress_address
from app.channels.base import Outcome, Outgoing, Unknown
from app.channels.models import Message
from app.settings import settings

# How long one call of `send_due` goes on claiming. With the provider's timeout it lies well under the job's.
BUDGET_S = 8.0
# While some call is slow, free threads look this often for what has become due.
_GLANCE_S = 0.05
# Outcomes that come together are recorded together.
_GATHER_S = 0.003
# Claims are made one at a time, so that two senders cannot each take a text of the same address.
_CLAIM_LOCK = 7_310_001
_KNOWN_FOR = timedelta(days=1)

# Due and free, and, of texts that wait for the same address, only the first: they arrive in order. One that is
# on its way holds back the others, and so does one that is to be tried again, even before it is due.
_CLAIM = text(
    """
    SELECT m.id, m.status, m.channel, m.purpose, m.body, m.sender, m.attempts, m.resends, m.unknown_since,
        m.lease_until, m.address_id, a.number, a.suppressed_at, a.last_inbound_at
    FROM messages m JOIN addresses a ON a.id = m.address_id
    WHERE m.direction = 'out' AND m.due_at <= :now AND (m.lease_until IS NULL OR m.lease_until <= :now)
      AND (m.status <> 'queued' OR NOT EXISTS (
        SELECT FROM messages e
        WHERE e.address_id = m.address_id AND e.direction = 'out' AND e.status IN ('queued', 'sending')
          AND e.id <> m.id
          AND (e.status = 'sending'
               OR (e.attempts > 0 AND (m.attempts = 0 OR e.id < m.id))
               OR (e.attempts = 0 AND m.attempts = 0 AND e.due_at <= :now
                   AND (e.due_at, e.id) < (m.due_at, m.id)))))
    ORDER BY m.due_at, m.id
    LIMIT :limit
    FOR UPDATE OF m SKIP LOCKED
    """
)

log = structlog.get_logger()


@dataclass(frozen=True)
class _Claimed:
    """A message taken for one call: to be sent (`sending`) or looked up (`unknown`)."""

    tried: rules.Try
    channel: str
    address_id: UUID
    outgoing: Outgoing


@lru_cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings().send_concurrency, thread_name_prefix="send")


def send_due(limit: int = 200) -> int:
    """Send or look up to `limit` due messages, several at once; return how many were claimed.

    Texts to one address go one after another, in the order they fell due. Returns when nothing is due, or
    after `BUDGET_S`. An error of the database is raised after what was called is lost sight of: those
    messages become unknown when their lease ends.
    """
    running: dict[Future[Outcome], _Claimed] = {}
    finished: list[tuple[_Claimed, Outcome]] = []
    until = monotonic() + BUDGET_S
    claimed = 0
    while True:
        room = min(settings().send_concurrency - len(running), limit - claimed)
        taken = _turn(finished, room if monotonic() < until else 0)
        claimed += len(taken)
        running.update({_threads().submit(_call, item): item for item in taken})
        if not running:
            return claimed
        finished = _gather(running)


def _turn(finished: Sequence[tuple[_Claimed, Outcome]], room: int) -> list[_Claimed]:
    """Record what is finished and claim up to `room` more, in one transaction."""
    now = clock.now()
    with db.transaction() as session:
        for item, outcome in sorted(finished, key=lambda pair: pair[0].outgoing.message_id):
            record_outcome(session, item.tried, item.address_id, item.outgoing.message_id, outcome, now)
        return _claim(session, now, room)


def _gather(running: dict[Future[Outcome], _Claimed]) -> list[tuple[_Claimed, Outcome]]:
    done, _ = wait(running, timeout=_GLANCE_S, return_when=FIRST_COMPLETED)
    if done and len(done) < len(running):
        done, _ = wait(running, timeout=_GATHER_S)
    return [(running.pop(future), future.result()) for future in done]


def _call(item: _Claimed) -> Outcome:
    """Make the one call. Whatever goes wrong here in a way nobody thought of leaves the outcome open."""
    channel = registry.channel(item.channel)
    try:
        if item.tried.status == "unknown":
            return channel.look_up(item.outgoing)
        return channel.send(item.outgoing)
    except Exception as error:
        log.exception("a provider's call failed", channel=item.channel)
        return Unknown(type(error).__name__)


def _claim(session: Session, now: datetime, room: int) -> list[_Claimed]:
    """Take up to `room` messages; withholding one lets the next of its address be taken, so look again then."""
    if room <= 0:
        return []
    session.execute(select(func.pg_advisory_xact_lock(_CLAIM_LOCK)))
    rows = session.execute(_CLAIM, {"now": now, "limit": room}).all()
    taken = [row for row in rows if not _is_withheld(row)]
    _mark_sending(session, [row.id for row in taken if row.status == "queued"], now)
    _mark_unknown(session, [row.id for row in taken if row.status != "queued"], now)
    claimed = [_claimed(session, row, now) for row in taken]
    if len(taken) == len(rows):
        return claimed
    _withhold(session, [row.id for row in rows if _is_withheld(row)], now)
    return claimed + _claim(session, now, room - len(claimed))


def _is_withheld(row: Row[Any]) -> bool:
    """Say whether a STOP came after the message was queued."""
    suppressed = row.suppressed_at is not None and row.purpose not in service.EVEN_IF_SUPPRESSED
    return row.status == "queued" and suppressed


def _withhold(session: Session, message_ids: Sequence[UUID], now: datetime) -> None:
    session.execute(
        update(Message)
        .where(Message.id.in_(message_ids))
        .values(status="suppressed", due_at=None, price_micros=0)
        .execution_options(synchronize_session=False)
    )
    for message_id in message_ids:
        service.add_report(session, message_id=message_id, status="suppressed", error_code=None, now=now)


def lease() -> timedelta:
    """Return for how long a message is claimed: no call lasts as long.

    Connecting, writing and reading each lie within the provider timeout.
    """
    return timedelta(seconds=3 * settings().provider_timeout_s + 10)


def _mark_sending(session: Session, message_ids: Sequence[UUID], now: datetime) -> None:
    if message_ids:
        session.execute(
            update(Message)
            .where(Message.id.in_(message_ids))
            .values(
                status="sending",
                first_tried_at=func.coalesce(Message.first_tried_at, now),
                lease_until=now + lease(),
                attempts=Message.attempts + 1,
                unknown_since=None,
            )
            .execution_options(synchronize_session=False)
        )


def _mark_unknown(session: Session, message_ids: Sequence[UUID], now: datetime) -> None:
    if message_ids:
        # A sender that died took the message when its lease began: since then its fate is unknown.
        since = func.coalesce(Message.unknown_since, Message.lease_until - lease())
        session.execute(
            update(Message)
            .where(Message.id.in_(message_ids))
            .values(status="unknown", lease_until=now + lease(), unknown_since=since)
            .execution_options(synchronize_session=False)
        )


def _claimed(session: Session, row: Row[Any], now: datetime) -> _Claimed:
    looking_up = row.status != "queued"
    since = row.unknown_since or (row.lease_until - lease() if row.status == "sending" else now)
    tried = rules.Try(
        status="unknown" if looking_up else "sending",
        attempts=row.attempts + (not looking_up),
        resends=row.resends,
        unknown_since=since if looking_up else None,
    )
    outgoing = Outgoing(
        message_id=row.id,
        number=crypto.decrypt(row.number),
        sender=row.sender,
        body=crypto.decrypt(row.body),
        status_callback=status_callback(row.id),
        attempt=tried.attempts,
        now=now,
        tried_at=since,
        last_inbound_at=row.last_inbound_at,
        known_provider_ids=_known(session, row.address_id, now) if looking_up else frozenset(),
    )
    return _Claimed(tried, row.channel, row.address_id, outgoing)


def _known(session: Session, address_id: UUID, now: datetime) -> frozenset[str]:
    found = session.scalars(
        select(Message.provider_message_id).where(
            Message.address_id == address_id,
            Message.created_at >= now - _KNOWN_FOR,
            Message.provider_message_id.is_not(None),
        )
    )
    return frozenset(sid for sid in found if sid)


def status_callback(message_id: UUID) -> str:
    """Return the URL a provider is to report this message's status to; the token makes it ours alone to give."""
    shown = ids.show("msg", message_id)
    token = crypto.sign_token("status", shown)
    return f"{settings().public_url.rstrip('/')}/webhooks/twilio/status?m={shown}&t={token}"


_RECORD = (
    update(Message)
    .where(
        Message.id == bindparam("message_id"),
        Message.attempts == bindparam("tried_attempts"),
        Message.status.in_(("sending", "unknown")),
    )
    .values(
        status=bindparam("new_status"),
        due_at=bindparam("new_due_at"),
        lease_until=None,
        provider_message_id=func.coalesce(Message.provider_message_id, bindparam("sid")),
        error_code=bindparam("new_error_code"),
        unknown_since=bindparam("new_unknown_since"),
        resends=bindparam("new_resends"),
        sent_at=func.coalesce(Message.sent_at, bindparam("new_sent_at")),
        delivered_at=func.coalesce(Message.delivered_at, bindparam("new_delivered_at")),
    )
    .returning(Message.id)
    .execution_options(synchronize_session=False)
)


def record_outcome(
    session: Session, tried: rules.Try, address_id: UUID, message_id: UUID, outcome: Outcome, now: datetime
) -> None:
    """Write down what became of one call, unless a status report, or another sender, has settled it meanwhile."""
    change = rules.after(
        tried,
        outcome,
        now,
        unknown_wait_s=settings().unknown_wait_s,
        jitter=random.random(),  # noqa: S311 - spreads retries, hides nothing
    )
    sent = change.provider_message_id is not None
    recorded = session.execute(
        _RECORD,
        {
            "message_id": message_id,
            "tried_attempts": tried.attempts,
            "new_status": change.status,
            "new_due_at": change.due_at,
            "sid": change.provider_message_id,
            "new_error_code": change.error_code,
            "new_unknown_since": change.unknown_since,
            "new_resends": change.resends,
            "new_sent_at": now if sent else None,
            "new_delivered_at": now if change.status in {"delivered", "read"} else None,
        },
    ).first()
    if recorded is None and change.provider_message_id:
        service.record_status(
            session,
            message_id=message_id,
            provider_message_id=change.provider_message_id,
            status="sent",
            now=now,
        )
    elif recorded is not None and change.status != "queued":
        service.add_report(
            session, message_id=message_id, status=change.status, error_code=change.error_code, now=now
        )
    if change.suppress:
        suppress_address(session, address_id=address_id, why=change.suppress, now=now)
