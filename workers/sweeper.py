"""The sweeper: `python -m workers.sweeper` rings for every queue that has due rows, once a second.

Bells may be lost, with all of Redis, and rows fall due by themselves: leases end, retries come up. One sweeper
leads, by an advisory lock on a connection of its own; others wait to take over, and two are harmless. It also
lets the channels poll for messages that no webhook brought.
"""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis
import structlog
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import clock, due, heartbeat, log, outbox
from app.accounts import requests, users
from app.channels import recovery
from app.settings import settings
from workers import stopping

LEADER_LOCK = 7_310_002
# Leases that have not started and projects that are over are not visible as due rows: looked after regularly.
TIMEOUTS_EVERY_S = 3.0
RECONNECT_S = 1.0
# Remembered requests and ended sign-ins are of no use to anybody after their time.
FORGET_EVERY_S = 3600.0

logger = structlog.get_logger()


def main() -> int:
    """Lead, or wait to lead, until told to end; return the exit code."""
    log.configure()
    structlog.contextvars.bind_contextvars(queue="sweeper")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.requested.set())
    while not stopping.requested.is_set():
        try:
            with _connected() as connection:
                _lead(connection)
        except SQLAlchemyError as error:
            logger.warning("the database is away", error=type(error).__name__)
            stopping.requested.wait(RECONNECT_S)
    with contextlib.suppress(redis.RedisError):
        heartbeat.stop("sweeper")
    return 0


@contextmanager
def _connected() -> Iterator[Connection]:
    """Open a connection of our own, which notices within seconds that its server has vanished."""
    engine = create_engine(
        settings().database_url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "options": "-c statement_timeout=10000 -c timezone=UTC",
            "connect_timeout": 5,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "application_name": "kazi sweeper",
        },
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _lead(connection: Connection) -> None:
    """Sweep once an interval while this connection holds the lock."""
    rounds = _Rounds()
    leading = False
    while not stopping.requested.is_set():
        if not leading:
            leading = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADER_LOCK}))
        with contextlib.suppress(redis.RedisError):
            heartbeat.beat("sweeper")
        if leading:
            rounds.sweep(connection)
        stopping.requested.wait(settings().sweep_interval_s)


class _Rounds:
    """What is done every second, every few seconds, every few minutes."""

    def __init__(self) -> None:
        self._timeouts_at = 0.0
        # The first poll waits its turn: right after a start the provider is still repeating its webhooks.
        self._recovery_at = time.monotonic() + settings().recovery_interval_s
        self._recovery: threading.Thread | None = None
        self._forgetting_at = 0.0

    def sweep(self, connection: Connection) -> None:
        now = time.monotonic()
        with Session(connection) as session:
            queues = due.queues_with_work(session, clock.now())
        if now >= self._timeouts_at:
            self._timeouts_at = now + TIMEOUTS_EVERY_S
            queues.add("timeouts")
        for queue in sorted(queues):
            outbox.ring_now(queue)
        if now >= self._recovery_at:
            self._recovery_at = now + settings().recovery_interval_s
            self._recover()
        if now >= self._forgetting_at:
            self._forgetting_at = now + FORGET_EVERY_S
            with Session(connection) as session:
                requests.forget_old(session, now=clock.now())
                users.forget_ended_sessions(session, now=clock.now())

    def _recover(self) -> None:
        """Poll in a thread: a slow provider must not hold up the bells."""
        if self._recovery is not None and self._recovery.is_alive():
            return
        self._recovery = threading.Thread(target=_recover_once, name="recovery", daemon=True)
        self._recovery.start()


def _recover_once() -> None:
    try:
        recovery.recover(clock.now())
    except Exception as error:
        logger.exception("recovery failed", error=type(error).__name__)


if __name__ == "__main__":
    sys.exit(main())
