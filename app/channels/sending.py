"""Sending what is due: claim, commit, call the provider, record; and finding out what became of lost calls.

No transaction is open while a provider is called, and a message is `sending` in the database before the call
begins: a sender that dies leaves messages whose fate is unknown, never ones that look unsent. Those are looked
up at the provider, unless a status report settles them first. The rows are app/channels/outgoing.py's.
"""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import lru_cache
from time import monotonic

import structlog
from sqlalchemy.orm import Session

from app import clock, outage
from app.channels import outgoing, registry
from app.channels.base import Outcome, Unknown
from app.channels.outgoing import Claimed
from app.settings import settings

# How long one call of `send_due` goes on claiming. With the provider's timeout it lies well under the job's.
BUDGET_S = 8.0
# While some call is slow, free threads look this often for what has become due.
_GLANCE_S = 0.05
# Outcomes that come together are recorded together.
_GATHER_S = 0.005

log = structlog.get_logger()


@lru_cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings().send_concurrency, thread_name_prefix="send")


def send_due(limit: int = 200) -> int:
    """Send or look up to `limit` due messages, several at once; return how many were claimed.

    Texts to one address go one after another, in the order they fell due. Returns when nothing is due, or
    after `BUDGET_S`. An error of the database is raised after what was called is lost sight of: those
    messages become unknown when their lease ends.
    """
    running: dict[Future[Outcome], Claimed] = {}
    finished: list[tuple[Claimed, Outcome]] = []
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


def _turn(finished: Sequence[tuple[Claimed, Outcome]], room: int) -> list[Claimed]:
    """Record what is finished and claim up to `room` more, in one transaction."""

    def turn(session: Session) -> list[Claimed]:
        now = clock.now()
        outgoing.record(session, finished, now)
        return outgoing.claim(session, now, room)

    # Only this process knows what the provider said: a database that restarts is waited for.
    return outage.endure(turn, for_s=outage.WORKER_S if finished else 0.0)


def _gather(running: dict[Future[Outcome], Claimed]) -> list[tuple[Claimed, Outcome]]:
    done, _ = wait(running, timeout=_GLANCE_S, return_when=FIRST_COMPLETED)
    if done and len(done) < len(running):
        done, _ = wait(running, timeout=_GATHER_S)
    return [(running.pop(future), future.result()) for future in done]


def _call(item: Claimed) -> Outcome:
    """Make the one call. Whatever goes wrong here in a way nobody thought of leaves the outcome open."""
    channel = registry.channel(item.channel)
    try:
        if item.tried.status == "unknown":
            return channel.look_up(item.outgoing)
        return channel.send(item.outgoing)
    except Exception as error:
        log.exception("a provider's call failed", channel=item.channel)
        return Unknown(type(error).__name__)
