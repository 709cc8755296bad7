"""Outgoing messages as work to do: taken for one call each, and their outcomes written down, many at a time.

The second hottest path of the service, hence one statement to take a batch and one to record it. What follows
from an outcome is decided in app/channels/rules.py; the calls are made by app/channels/sending.py.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from app import crypto, ids
from app.channels import rules, service
from app.channels.addresses import suppress_address
from app.channels.base import Outcome, Outgoing
from app.channels.models import Message
from app.settings import settings

# Claims are made one at a time, so that two senders cannot each take a text of the same address.
CLAIM_LOCK = 7_310_001
_KNOWN_FOR = timedelta(days=1)

# Due and free, and, of texts that wait for the same address, only the first: they arrive in order. One that is
# on its way holds back the others, and so does one that is to be tried again, even before it is due.
# A sender that died took its message when the lease began: since then the message's fate is unknown.
_CLAIM = text(
    """
    WITH due AS (
        SELECT m.id, m.status AS was, a.number, a.last_inbound_at,
            CASE WHEN m.status <> 'queued' THEN 'unknown'
                 WHEN a.suppressed_at IS NOT NULL AND m.purpose <> ALL (:even_if_suppressed) THEN 'suppressed'
                 ELSE 'sending' END AS becomes
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
    )
    UPDATE messages m SET
        status = due.becomes,
        due_at = CASE WHEN due.becomes <> 'suppressed' THEN m.due_at END,
        price_micros = CASE WHEN due.becomes <> 'suppressed' THEN m.price_micros ELSE 0 END,
        lease_until = CASE WHEN due.becomes <> 'suppressed' THEN :now + CAST(:lease AS interval) END,
        attempts = m.attempts + CASE WHEN due.becomes = 'sending' THEN 1 ELSE 0 END,
        first_tried_at = CASE WHEN due.becomes = 'sending' THEN coalesce(m.first_tried_at, :now)
            ELSE m.first_tried_at END,
        unknown_since = CASE WHEN due.becomes = 'unknown' THEN
            coalesce(m.unknown_since, m.lease_until - CAST(:lease AS interval), :now) END
    FROM due
    WHERE m.id = due.id
    RETURNING m.id, m.status, m.channel, m.body, m.sender, m.attempts, m.resends, m.unknown_since, m.due_at,
        m.address_id, m.media_url, due.number, due.last_inbound_at
    """
)

# Only while the message is as it was taken: a status report, or another sender, may have settled it meanwhile.
_RECORD = text(
    """
    WITH change AS (
        SELECT * FROM unnest(
            CAST(:ids AS uuid[]), CAST(:attempts AS bigint[]), CAST(:statuses AS text[]),
            CAST(:due_ats AS timestamptz[]), CAST(:sids AS text[]), CAST(:codes AS text[]),
            CAST(:unknown_sinces AS timestamptz[]), CAST(:resends AS bigint[]), CAST(:report_ids AS uuid[])
        ) AS c (id, attempts, status, due_at, sid, code, unknown_since, resends, report_id)
    ), recorded AS (
        UPDATE messages m SET
            status = c.status, due_at = c.due_at, lease_until = NULL, error_code = c.code,
            provider_message_id = coalesce(m.provider_message_id, c.sid),
            unknown_since = c.unknown_since, resends = c.resends,
            sent_at = CASE WHEN c.sid IS NULL THEN m.sent_at ELSE coalesce(m.sent_at, :now) END,
            delivered_at = CASE WHEN c.status IN ('delivered', 'read') THEN :now ELSE m.delivered_at END
        FROM change c
        WHERE m.id = c.id AND m.attempts = c.attempts AND m.status IN ('sending', 'unknown')
        RETURNING m.id
    ), reported AS (
        INSERT INTO status_reports (id, message_id, status, error_code, at)
        SELECT c.report_id, c.id, c.status, c.code, :now FROM change c JOIN recorded USING (id)
        WHERE c.status <> 'queued'
        ON CONFLICT DO NOTHING
    )
    SELECT id FROM change WHERE id NOT IN (SELECT id FROM recorded)
    """
)


@dataclass(frozen=True)
class Claimed:
    """A message taken for one call: to be sent (`sending`) or looked up (`unknown`)."""

    tried: rules.Try
    channel: str
    address_id: UUID
    outgoing: Outgoing


def lease() -> timedelta:
    """Return a time no call can outlast, connecting, writing and reading each within the provider timeout."""
    return timedelta(seconds=3 * settings().provider_timeout_s + 10)


def claim(session: Session, now: datetime, room: int) -> list[Claimed]:
    """Take up to `room` due messages, each for one call; the caller commits before it calls.

    Those to addresses suppressed meanwhile are withheld here. That lets the next of the address be taken, so
    it is looked again then.
    """
    if room <= 0:
        return []
    session.execute(select(func.pg_advisory_xact_lock(CLAIM_LOCK)))
    asked = {
        "now": now,
        "limit": room,
        "lease": lease(),
        "even_if_suppressed": sorted(service.EVEN_IF_SUPPRESSED),
    }
    rows = session.execute(_CLAIM, asked).all()
    withheld = [row.id for row in rows if row.status == "suppressed"]
    in_order = sorted((row for row in rows if row.due_at is not None), key=lambda row: (row.due_at, row.id))
    taken = [_claimed(session, row, now) for row in in_order]
    if not withheld:
        return taken
    for message_id in withheld:
        service.add_report(session, message_id=message_id, status="suppressed", error_code=None, now=now)
    return taken + claim(session, now, room - len(taken))


def _claimed(session: Session, row: Row[Any], now: datetime) -> Claimed:
    looking_up = row.status == "unknown"
    outgoing = Outgoing(
        message_id=row.id,
        number=crypto.decrypt(row.number),
        sender=row.sender,
        body=crypto.decrypt(row.body),
        status_callback=status_callback(row.id),
        attempt=row.attempts,
        now=now,
        tried_at=row.unknown_since or now,
        last_inbound_at=row.last_inbound_at,
        media_url=row.media_url,
        known_provider_ids=_known(session, row.address_id, now) if looking_up else frozenset(),
    )
    tried = rules.Try(row.status, row.attempts, row.resends, row.unknown_since)
    return Claimed(tried, row.channel, row.address_id, outgoing)


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


def record(session: Session, finished: Sequence[tuple[Claimed, Outcome]], now: datetime) -> None:
    """Write down what became of calls. One settled meanwhile keeps its state, and learns the provider's id."""
    if not finished:
        return
    wait_s = settings().unknown_wait_s
    changes = {
        item.outgoing.message_id: rules.after(
            item.tried,
            outcome,
            now,
            unknown_wait_s=wait_s,
            jitter=random.random(),  # noqa: S311 - spreads retries, hides nothing
        )
        for item, outcome in finished
    }
    attempts = {item.outgoing.message_id: item.tried.attempts for item, _ in finished}
    for settled in session.scalars(_RECORD, _columns(changes, attempts, now)).all():
        _learn(session, settled, changes[settled], now)
    for item, _ in finished:
        why = changes[item.outgoing.message_id].suppress
        if why:
            suppress_address(session, address_id=item.address_id, why=why, now=now)


def _columns(
    changes: dict[UUID, rules.Change], attempts: dict[UUID, int], now: datetime
) -> dict[str, object]:
    every = list(changes.values())
    return {
        "ids": list(changes),
        "attempts": [attempts[message_id] for message_id in changes],
        "statuses": [change.status for change in every],
        "due_ats": [change.due_at for change in every],
        "sids": [change.provider_message_id for change in every],
        "codes": [change.error_code for change in every],
        "unknown_sinces": [change.unknown_since for change in every],
        "resends": [change.resends for change in every],
        "report_ids": [ids.new() for _ in every],
        "now": now,
    }


def _learn(session: Session, message_id: UUID, change: rules.Change, now: datetime) -> None:
    if change.provider_message_id:
        sid = change.provider_message_id
        service.record_status(session, message_id=message_id, provider_message_id=sid, status="sent", now=now)
