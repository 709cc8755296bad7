"""The outbox: rows that are themselves the work to do, how they are claimed, and the bell that says so.

A row of a `Claimable` model is due when `due_at` has come and nobody holds its lease. PostgreSQL is the truth;
the bell (one RQ job on the queue's own list) only saves waiting for the sweeper. Losing a bell, or all of
Redis, costs seconds. Bells coalesce: while one is hanging, ringing again does nothing, and while a job attends
to the queue it is called instead of another being woken.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from threading import Lock
from typing import Any
from uuid import UUID

import redis
import structlog
from redis.commands.core import Script
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import ColumnElement, Index, or_, select, text, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from app import db
from app.settings import settings

QUEUES = ("inbound", "assignment", "timeouts", "outbound", "payouts", "webhooks")
# A hanging bell that nobody hears (its job was lost) gives way to the next one after this long.
BELL_LIFE_S = 2
JOB_TIMEOUT_S = 60

log = structlog.get_logger()


class Claimable:
    """The claim columns of an outbox row: when it is due, who holds it until when, how often it was tried.

    `due_at` is None when nothing is left to do.
    """

    due_at: Mapped[datetime | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))


def due_index(table: str) -> Index:
    """Return the partial index that keeps finding due rows as cheap as there are few of them."""
    return Index(f"ix_{table}_due", "due_at", postgresql_where=text("due_at IS NOT NULL"))


def is_due(model: type[Any], now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row of `model` is due and free at `now`."""
    due: ColumnElement[bool] = model.due_at <= now
    return due & or_(model.lease_until.is_(None), model.lease_until <= now)


def claim(
    session: Session,
    model: type[Any],
    now: datetime,
    *,
    limit: int,
    lease_s: float,
    where: Sequence[ColumnElement[bool]] = (),
    order: InstrumentedAttribute[Any] | None = None,
) -> list[UUID]:
    """Take up to `limit` due rows for `lease_s` seconds and return their ids, oldest due first.

    Two claimers never get the same row (SKIP LOCKED). The caller commits before it does the work.
    """
    order_by = model.due_at if order is None else order
    due = (
        select(model.id)
        .where(is_due(model, now), *where)
        .order_by(order_by)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(due).all()
    if ids:
        session.execute(
            update(model)
            .where(model.id.in_(ids))
            .values(lease_until=now + timedelta(seconds=lease_s), attempts=model.attempts + 1)
            .execution_options(synchronize_session=False)
        )
    return list(ids)


@lru_cache
def connection() -> redis.Redis:
    """Return the connection to Redis; short timeouts, because no truth waits there."""
    return redis.Redis.from_url(settings().redis_url, socket_timeout=5, socket_connect_timeout=2)


def queue(name: str) -> Queue:
    """Return the RQ queue of that name: JSON, never pickle."""
    return Queue(name, connection=connection(), serializer=JSONSerializer, default_timeout=JOB_TIMEOUT_S)


def bell_key(name: str) -> str:
    """Return the Redis key that says a bell of that queue is hanging."""
    return f"kazi:bell:{name}"


def calls_key(name: str) -> str:
    """Return the Redis list on which the bell calls those who are at work on that queue already."""
    return f"kazi:calls:{name}"


# Says 1 where a bell was hung, for which a job must follow. Where somebody attends, they are called instead; a
# few calls are as good as many, and none outlives the bell.
_RING = """
local bell = redis.call('GET', KEYS[1])
if not bell then
    redis.call('SET', KEYS[1], 'rung', 'EX', ARGV[1])
    return 1
end
if bell == 'attended' and redis.call('LLEN', KEYS[2]) < 4 then
    redis.call('RPUSH', KEYS[2], '1')
    redis.call('EXPIRE', KEYS[2], ARGV[1])
end
return 0
"""


@lru_cache
def _ring_script() -> Script:
    return connection().register_script(_RING)


def ring_now(name: str) -> bool:
    """Ring the queue's bell; say whether a new one was hung. Redis being away is no error: the sweeper rings too."""
    try:
        hung = _ring_script()([bell_key(name), calls_key(name)], [BELL_LIFE_S], client=connection())
        if not hung:
            return False
        queue(name).enqueue_call(
            f"workers.jobs.{name}", timeout=JOB_TIMEOUT_S, result_ttl=0, failure_ttl=24 * 3600, ttl=600
        )
    except redis.RedisError as error:
        log.warning("bell not rung", queue=name, error=type(error).__name__)
        return False
    return True


class Ringer:
    """Does `ring` for the threads of a process, one at a time; whoever waits does it for all who come meanwhile."""

    def __init__(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self._waiting = False
        self._gate = Lock()
        self._ringing = Lock()

    def ring(self) -> None:
        """Ring, or leave it to a thread that has not begun to: its ring comes after our commit as well."""
        with self._gate:
            if self._waiting:
                return
            self._waiting = True
        try:
            with self._ringing:
                self._waiting = False
                self._ring()
        except BaseException:
            # A job's timeout may strike while we wait; nobody must then rely on us.
            self._waiting = False
            raise


_ringers = {name: Ringer(partial(ring_now, name)) for name in QUEUES}


def attend(name: str) -> None:
    """Say that somebody is at work on the queue: a ring from now on calls them, and hangs no other bell.

    To be said again within `BELL_LIFE_S`: a process that dies must not leave rings unheard for longer.
    """
    connection().set(bell_key(name), "attended", ex=BELL_LIFE_S)


def called(name: str, wait_s: float) -> bool:
    """Wait for a ring for so long at most; say whether one came. It costs a tenth of being woken by a job."""
    attend(name)
    return connection().blpop([calls_key(name)], wait_s) is not None


def unhang(name: str) -> bool:
    """Take the bell down: what is due from now on may ring again. Say whether somebody had called meanwhile."""
    both = connection().pipeline()
    both.delete(bell_key(name))
    both.lpop(calls_key(name))
    return both.execute()[1] is not None


def ring(session: Session, name: str) -> None:
    """Ring the queue's bell once this session has committed."""
    db.after_commit(session, f"ring/{name}", _ringers[name].ring)
