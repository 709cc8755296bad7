"""The database: one engine, one kind of session, and the only place that commits.

Owns the transaction of each entry point: a request, a job, a command. Rules are given a session and never
commit; what must happen after the commit (ringing a queue's bell) is registered on the session and run here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import Depends
from sqlalchemy import BigInteger, Connection, DateTime, Engine, MetaData, Uuid, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from app.settings import settings

# Constraint names are derived, so that a migration can name what it drops.
_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_AFTER_COMMIT = "kazi_after_commit"

Json = dict[str, Any]


class Base(DeclarativeBase):
    """The base of every model: instants with time zone, JSON as JSONB, whole numbers in 64 bits."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        int: BigInteger(),
        Json: JSONB(),
        list[str]: JSONB(),
        list[float]: JSONB(),
    }


@lru_cache
def engine() -> Engine:
    """Return the one engine. Statement and lock timeouts lie well under the queue jobs' own (60 s)."""
    return create_engine(
        settings().database_url,
        pool_size=settings().database_pool,
        # One opened for a moment costs more than waiting for one that is there.
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=False,
        pool_use_lifo=True,
        # Parameters hold texts and numbers; an error message must not carry them into a log.
        hide_parameters=True,
        connect_args={
            "options": "-c statement_timeout=20000 -c lock_timeout=10000"
            " -c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
            "connect_timeout": 5,
            # A server that vanishes without a word (its machine, or the network) is given up after seconds, not
            # after the quarter of an hour the kernel would go on sending: whoever waits for it holds up others.
            "tcp_user_timeout": 15_000,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "application_name": "kazi",
        },
    )


_bound: list[Engine | Connection] = []


def bind(target: Engine | Connection | None) -> None:
    """Make new sessions use `target` instead of the configured engine; None undoes it. For tests and tools."""
    _bound[:] = [] if target is None else [target]


def _factory() -> sessionmaker[Session]:
    return _factory_for(_bound[0] if _bound else engine())


# Kept, because making one costs more than a whole short transaction.
@lru_cache(maxsize=1)
def _factory_for(target: Engine | Connection) -> sessionmaker[Session]:
    mode: Any = "create_savepoint" if isinstance(target, Connection) else "conditional_savepoint"
    return sessionmaker(target, expire_on_commit=False, join_transaction_mode=mode)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session, commit it when the block ends well, roll it back when it raises."""
    session = _factory()()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@contextmanager
def statement() -> Iterator[Session]:
    """As `transaction`, for an entry point whose whole work is one statement, however often repeated.

    Each statement is a transaction of its own and commits itself: two round trips of three are saved.
    """
    with transaction() as session:
        # Where a test holds the connection, its transaction is already open and stays the one there is.
        if isinstance(session.get_bind(), Engine):
            session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        yield session


def _request_session() -> Iterator[Session]:
    with transaction() as session:
        yield session


# With scope="function" the commit comes before the response is sent: a client told 2xx can rely on the row.
SessionDep = Annotated[Session, Depends(_request_session, scope="function")]


def after_commit(session: Session, key: str, action: Callable[[], None]) -> None:
    """Run `action` once after this session commits (never on rollback); the same key is run only once."""
    session.info.setdefault(_AFTER_COMMIT, {})[key] = action


@event.listens_for(Session, "after_commit")
def _run_after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    actions: dict[str, Callable[[], None]] = session.info.pop(_AFTER_COMMIT, {})
    for action in actions.values():
        action()


@event.listens_for(Session, "after_rollback")
def _drop_after_rollback(session: Session) -> None:
    session.info.pop(_AFTER_COMMIT, None)
