"""Sending deliveries: claim, commit, call, record. Signed by Standard Webhooks (github.com/standard-webhooks).

Ten tries over about 75 hours, as that specification proposes. Any 2xx takes the delivery, a redirect or another
status is a failure, 410 disables the endpoint. A try whose outcome is lost (a crash) is made again under the
same webhook-id, by which the receiver knows it.
"""

import json
import random
import ssl
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import httpcore2
import httpx2
import structlog
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from app import clock, crypto, db, ids, outbox
from app.db import Json
from app.settings import settings
from app.webhooks import service, ssrf
from app.webhooks.models import WebhookDelivery, WebhookEndpoint

TIMEOUT_S = 15.0
# After the first try: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
RETRY_AFTER_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
TRIES = len(RETRY_AFTER_S) + 1
JITTER = 0.1
# A lease outlives the slowest call (name look-up, connect, send, answer) but not a queue job.
LEASE_S = 45.0
# So many calls at once, because most of the time of each is spent waiting for somebody else's server.
PARALLEL = 8
# No batch is begun after this long, so that the last one ends well before the queue job's timeout.
BUDGET_S = 25.0
USER_AGENT = "Kazi-Webhooks/1"
# A receiver has nothing to tell us; what it says is read no further than this.
_READ_BYTES = 16_384

_FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
    OSError,
    ValueError,
)

_chance = random.SystemRandom()
log = structlog.get_logger()


@dataclass(frozen=True)
class Due:
    """One claimed delivery, with all a call needs and no session."""

    id: UUID
    url: str
    secret: str
    payload: Json
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """What came of one try: a status, or why there was none. `wait_s` is what the receiver asked us to wait."""

    status: int | None
    error: str | None = None
    wait_s: int = 0

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def deliver_due(limit: int = 100) -> int:
    """Send up to `limit` due deliveries, for at most half a minute, and return how many were tried."""
    ends_at_s = time.monotonic() + BUDGET_S
    tried = 0
    with ThreadPoolExecutor(PARALLEL, thread_name_prefix="webhook") as pool:
        while tried < limit and time.monotonic() < ends_at_s:
            batch = _claim(min(PARALLEL, limit - tried))
            if not batch:
                break
            for due, outcome in zip(batch, pool.map(call, batch), strict=True):
                record(due, outcome)
            tried += len(batch)
    return tried


def _claim(limit: int) -> list[Due]:
    with db.transaction() as session:
        claimed = outbox.claim(session, WebhookDelivery, clock.now(), limit=limit, lease_s=LEASE_S)
        rows = session.execute(
            select(WebhookDelivery, WebhookEndpoint)
            .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
            .where(WebhookDelivery.id.in_(claimed))
        ).all()
        return [
            Due(
                delivery.id,
                endpoint.url,
                crypto.decrypt(endpoint.secret),
                delivery.payload,
                delivery.attempts,
            )
            for delivery, endpoint in rows
        ]


@lru_cache
def _ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


def signed_headers(
    secret: str, delivery_id: str, body: str, now: datetime
) -> list[tuple[bytes | str, bytes | str]]:
    """Return the headers that sign a body. `now` is in UTC: the library misreads any other zone."""
    return [
        ("Content-Type", "application/json"),
        ("User-Agent", USER_AGENT),
        ("webhook-id", delivery_id),
        ("webhook-timestamp", str(int(now.timestamp()))),
        ("webhook-signature", Webhook(secret).sign(delivery_id, now, body)),
    ]


def call(due: Due, resolve: ssrf.Resolve | None = None) -> Outcome:
    """Make one try, without a session or a transaction. Never raises for what the other side does."""
    body = json.dumps(due.payload, ensure_ascii=False, separators=(",", ":"))
    headers = signed_headers(due.secret, ids.show("whd", due.id), body, clock.now())
    try:
        address = ssrf.look_up(due.url, allow_private=settings().webhook_allow_private, resolve=resolve)
        backend = ssrf.PinnedBackend(address, TIMEOUT_S)
        with (
            httpcore2.ConnectionPool(ssl_context=_ssl_context(), network_backend=backend) as pool,
            pool.stream("POST", due.url, headers=headers, content=body.encode()) as response,
        ):
            answered = Outcome(response.status, wait_s=_asked_wait_s(response.headers))
            _read_a_little(response)
            return answered
    except ssrf.Refused as refused:
        return Outcome(None, f"not called: {refused}")
    except _FAILURES as error:
        # The name of the failure is enough for the client's log; its text may quote what the server sent.
        return Outcome(None, type(error).__name__)


def _read_a_little(response: httpcore2.Response) -> None:
    """Read the start of the answer, so that a receiver that writes one is not cut off; the status has decided."""
    read = 0
    try:
        for chunk in response.iter_stream():
            read += len(chunk)
            if read >= _READ_BYTES:
                return
    except _FAILURES:
        return


def _asked_wait_s(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """Return the seconds of a Retry-After header, at most a day; 0 without one, or where it is a date."""
    for name, value in headers:
        if name.lower() == b"retry-after" and value.isdigit() and len(value) < 8:
            return min(int(value), RETRY_AFTER_S[-1])
    return 0


def record(due: Due, outcome: Outcome) -> None:
    """Write what came of a try, and when the next one is due."""
    with db.transaction() as session:
        delivery = session.get_one(WebhookDelivery, due.id, with_for_update=True)
        if delivery.state != "pending":
            return
        now = clock.now()
        delivery.last_status, delivery.last_error, delivery.lease_until = outcome.status, outcome.error, None
        if outcome.taken:
            delivery.state, delivery.delivered_at, delivery.due_at = "delivered", now, None
        elif outcome.status == 410:
            endpoint = session.get_one(WebhookEndpoint, delivery.endpoint_id)
            service.disable(session, endpoint=endpoint, why="it answered 410 Gone", now=now)
        elif due.attempts >= TRIES:
            delivery.state, delivery.due_at = "failed", None
        else:
            delivery.due_at = now + wait(due.attempts, outcome.wait_s, _chance.random())
    log.info("webhook tried", delivery=ids.show("whd", due.id), status=outcome.status, error=outcome.error)


def wait(attempts: int, asked_s: int, chance: float) -> timedelta:
    """Return how long to wait after the try number `attempts` failed: the schedule, up to a tenth longer.

    `chance` (0 to 1) spreads the tries of many deliveries, so that a server which comes back is not run over.
    """
    scheduled = RETRY_AFTER_S[min(max(attempts, 1), len(RETRY_AFTER_S)) - 1]
    return timedelta(seconds=max(scheduled, asked_s) * (1 + JITTER * chance))
