"""Going on through a short outage of the database: a restart takes seconds, and what is in hand must not be lost.

A provider posts a webhook once and rarely again; a queue worker holds answers that a provider gave only to it.
Both try again here, for some seconds. What then still fails is refused to the caller, or taken up again from the
rows. A statement that takes too long, or a lock that is not given, is no outage.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import db

Result = TypeVar("Result")

# A provider waits 15 s for the answer to a webhook (https://www.twilio.com/docs/errors/11205).
WEBHOOK_S = 10.0
WORKER_S = 8.0
# Others in this process are not kept from what needs no database, such as saying that it lives.
MOST_WAITING = 20
_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 0.5

_waiting = threading.BoundedSemaphore(MOST_WAITING)


def endure(
    work: Callable[[Session], Result],
    *,
    for_s: float,
    opened: Callable[[], AbstractContextManager[Session]] = db.transaction,
    counted: bool = True,
) -> Result:
    """Do `work` in a transaction, and where the database is away, do it anew until `for_s` seconds are over.

    Only for work that may be done twice: a commit can have happened although its confirmation was lost. Raises
    what the database raised last; at once for any other error, and where too many wait already. Not `counted`
    among those is a thread that serves nothing else.
    """
    try:
        with opened() as session:
            return work(session)
    except DBAPIError as error:
        if not is_outage(error) or (counted and not _waiting.acquire(blocking=False)):
            raise
    try:
        return _again(work, for_s, opened)
    finally:
        if counted:
            _waiting.release()


def _again(
    work: Callable[[Session], Result], for_s: float, opened: Callable[[], AbstractContextManager[Session]]
) -> Result:
    until = time.monotonic() + for_s
    pause_s = _FIRST_PAUSE_S
    while True:
        time.sleep(pause_s)
        try:
            with opened() as session:
                return work(session)
        except DBAPIError as error:
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            if not is_outage(error) or time.monotonic() + pause_s > until:
                raise


def is_outage(error: DBAPIError) -> bool:
    """Say whether the error means that the database is away: the connection was lost, or could not be made.

    By SQLAlchemy's judgement of a lost connection, and by the classes of
    https://www.postgresql.org/docs/current/errcodes-appendix.html: 08 (connection), 57P01 to 57P03 (it is
    shutting down, crashed, or is starting).
    """
    if error.connection_invalidated:
        return True
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is None:
        # Such as psycopg raises when nobody listens; of an error in a statement the state is always told.
        return isinstance(error.orig, psycopg.OperationalError)
    return bool(sqlstate.startswith("08") or sqlstate in {"57P01", "57P02", "57P03"})
