"""Where a client wants to be told, and what it is told: the verbs that write endpoints and deliveries.

A delivery row is its own outbox. How it is sent is the business of sending.py; which deeds are told, and with
what data, that of the verbs which call `notify`.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from app import crypto, ids, outbox
from app.db import Json
from app.errors import AppError, Pointer, conflict, invalid, not_found
from app.settings import settings
from app.webhooks import ssrf
from app.webhooks.models import WebhookDelivery, WebhookEndpoint

EVENTS = (
    "project.launched",
    "project.paused",
    "project.resumed",
    "project.cancelled",
    "project.finished",
    "result.reviewed",
)
ALL_EVENTS = "*"
MAX_ENDPOINTS = 20
REMOVED = "removed by the client"
# Standard Webhooks asks for 24 to 64 random bytes behind `whsec_`.
_SECRET_BYTES = 32


def add_endpoint(
    session: Session, *, client_id: UUID, url: str, events: Sequence[str] = (), now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint for `events` (none given: all) and return it with its secret, which is shown only now.

    Raises `invalid` (422) with a pointer for a URL that may not be called or an unknown event, and
    `too-many-endpoints` (409).
    """
    ssrf.check_url(url, allow_private=settings().webhook_allow_private)
    wanted = list(dict.fromkeys(events)) or [ALL_EVENTS]
    for index, event in enumerate(wanted):
        if event not in (*EVENTS, ALL_EVENTS):
            message = f"There is no event {event!r}. Choose from: {', '.join(EVENTS)}, or * for all."
            raise invalid(message, [Pointer(f"/events/{index}", message)])
    count = session.scalar(select(func.count()).select_from(WebhookEndpoint).where(*_shown(client_id)))
    if (count or 0) >= MAX_ENDPOINTS:
        raise conflict(
            "too-many-endpoints", f"There are {MAX_ENDPOINTS} endpoints already. Remove one first."
        )
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    endpoint = WebhookEndpoint(
        id=ids.new(),
        client_id=client_id,
        url=url,
        secret=crypto.encrypt(secret),
        events=wanted,
        created_at=now,
    )
    session.add(endpoint)
    session.flush()
    return endpoint, secret


def _shown(client_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        WebhookEndpoint.client_id == client_id,
        or_(WebhookEndpoint.disabled_why.is_(None), WebhookEndpoint.disabled_why != REMOVED),
    )


def endpoints(
    session: Session, *, client_id: UUID, after: UUID | None = None, limit: int = 100
) -> list[WebhookEndpoint]:
    """Return the client's endpoints, oldest first, without those it removed."""
    statement = select(WebhookEndpoint).where(*_shown(client_id)).order_by(WebhookEndpoint.id).limit(limit)
    if after is not None:
        statement = statement.where(WebhookEndpoint.id > after)
    return list(session.scalars(statement))


def endpoint_of(session: Session, *, client_id: UUID, endpoint_id: UUID) -> WebhookEndpoint:
    """Return one endpoint. Raises `not-found` (404), for another client's too."""
    found = session.scalar(
        select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, *_shown(client_id))
    )
    if found is None:
        raise not_found("webhook endpoint", ids.show("whe", endpoint_id))
    return found


def remove_endpoint(session: Session, *, client_id: UUID, endpoint_id: UUID, now: datetime) -> None:
    """Stop telling the endpoint, at once. Its log of deliveries is kept. Raises `not-found` (404)."""
    disable(
        session,
        endpoint=endpoint_of(session, client_id=client_id, endpoint_id=endpoint_id),
        why=REMOVED,
        now=now,
    )


def disable(session: Session, *, endpoint: WebhookEndpoint, why: str, now: datetime) -> None:
    """Send nothing more to the endpoint: what waits for it has failed."""
    endpoint.disabled_at, endpoint.disabled_why = now, why
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.state == "pending")
        .values(state="failed", due_at=None, last_error=f"endpoint disabled: {why}")
    )


def notify(session: Session, *, client_id: UUID, event: str, data: Json, now: datetime) -> int:
    """Tell the client's endpoints that want `event`; return how many. `data` holds shown ids, no numbers or texts.

    The deliveries are written in the caller's transaction: what is rolled back was never told.
    """
    wanting = session.scalars(
        select(WebhookEndpoint.id).where(
            WebhookEndpoint.client_id == client_id,
            WebhookEndpoint.disabled_at.is_(None),
            or_(WebhookEndpoint.events.contains([event]), WebhookEndpoint.events.contains([ALL_EVENTS])),
        )
    ).all()
    payload = {"type": event, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": data}
    session.add_all(
        WebhookDelivery(
            id=ids.new(),
            endpoint_id=endpoint_id,
            client_id=client_id,
            event=event,
            payload=payload,
            created_at=now,
            due_at=now,
        )
        for endpoint_id in wanting
    )
    if wanting:
        outbox.ring(session, "webhooks")
    return len(wanting)


def deliveries(
    session: Session, *, client_id: UUID, endpoint_id: UUID, after: UUID | None = None, limit: int = 100
) -> list[WebhookDelivery]:
    """Return the endpoint's deliveries, newest first; `after` is the last id of the page before."""
    statement = (
        select(WebhookDelivery)
        .where(WebhookDelivery.client_id == client_id, WebhookDelivery.endpoint_id == endpoint_id)
        .order_by(WebhookDelivery.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(WebhookDelivery.id < after)
    return list(session.scalars(statement))


def redeliver(
    session: Session, *, client_id: UUID, endpoint_id: UUID, delivery_id: UUID, now: datetime
) -> WebhookDelivery:
    """Send a delivery again, from the first try on, under its old id. Raises `not-found` (404).

    Raises `endpoint-disabled` (409) where nothing is sent to any more.
    """
    endpoint = endpoint_of(session, client_id=client_id, endpoint_id=endpoint_id)
    delivery = session.scalar(
        select(WebhookDelivery)
        .where(
            WebhookDelivery.id == delivery_id,
            WebhookDelivery.endpoint_id == endpoint.id,
            WebhookDelivery.client_id == client_id,
        )
        .with_for_update()
    )
    if delivery is None:
        raise not_found("webhook delivery", ids.show("whd", delivery_id))
    if endpoint.disabled_at is not None:
        raise AppError(
            "endpoint-disabled",
            409,
            f"The endpoint is disabled ({endpoint.disabled_why}). Add it again; new deliveries go to the new one.",
        )
    delivery.state, delivery.due_at, delivery.lease_until, delivery.attempts = "pending", now, None, 0
    outbox.ring(session, "webhooks")
    return delivery
