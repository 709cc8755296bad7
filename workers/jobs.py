"""What a bell wakes: one thin function a queue, named as the queue, which does what is due there.

A job carries no argument: it finds its work in the rows. It goes on while it finds full batches, and rings again
for what it leaves, so that the cost of a job is paid once for many rows. An error is logged and swallowed: the
rows are as due as before, and the sweeper rings for them.
"""

import contextlib
import time
from collections.abc import Callable

import redis
import structlog

from app import db, outbox
from app.channels import sending
from app.conversation import handle
from app.operations import offer, pay
from app.operations import timeouts as time_out
from app.webhooks import sending as delivering
from workers import stopping

# Well under the job's own timeout, with the longest single step added.
DRAIN_S = 5.0
# How long a job that found work waits for more. Being woken by another job takes RQ some twenty round trips.
LINGER_S = 0.25

log = structlog.get_logger()


def inbound() -> None:
    """Handle what people wrote."""
    _drain("inbound", handle.handle_due, limit=10)


def assignment() -> None:
    """Offer tasks to workers who wait."""
    _drain("assignment", offer.offer_due, limit=20)


def timeouts() -> None:
    """Do what time brings: leases, reminders, expiry, deadlines."""
    _drain("timeouts", lambda _limit: time_out.run_due(), limit=time_out.BATCH)


def outbound() -> None:
    """Hand queued messages to their providers."""
    _drain("outbound", sending.send_due, limit=200)


def payouts() -> None:
    """Submit payouts to their rails, and look up those whose fate is unknown."""
    _drain("payouts", pay.settle_due, limit=20)


def webhooks() -> None:
    """Deliver notifications to clients."""
    _drain("webhooks", delivering.deliver_due, limit=50)


def _drain(queue: str, step: Callable[[int], int], *, limit: int) -> None:
    """Do `step` until it finds less than it may take and nobody calls any more, or time is up."""
    # Said before the first look: whatever falls due after that look calls.
    with contextlib.suppress(redis.RedisError):
        outbox.attend(queue)
    try:
        left = _work_off(queue, step, limit)
    except Exception as error:
        # Among others the queue's own job timeout, which may strike anywhere, also between two bytes of the
        # database's answer: no connection of this process is trusted after it.
        log.exception("job failed", queue=queue, error=type(error).__name__)
        db.engine().dispose()
        left = False
    with contextlib.suppress(redis.RedisError):
        left |= outbox.unhang(queue)
    if left:
        outbox.ring_now(queue)


def _work_off(queue: str, step: Callable[[int], int], limit: int) -> bool:
    """Do the work; say whether some may be left. Who found something waits a little for more to come."""
    until = time.monotonic() + DRAIN_S
    found = step(limit)
    busy = found > 0
    while not stopping.requested.is_set() and time.monotonic() < until:
        if found < limit and not (busy and _called(queue)):
            return False
        found = step(limit)
    return True


def _called(queue: str) -> bool:
    try:
        return outbox.called(queue, LINGER_S)
    except redis.RedisError:
        return False
