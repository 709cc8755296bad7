"""Storing together what comes together: texts, and reports of ours, in one transaction, and then acknowledged.

Owns the waiting. Nobody waits for company: what comes while nothing is being stored is stored at once, and what
comes meanwhile goes together as soon as that is done. What is stored, and how, is app/channels/store.py; going
on while the database is away is app/outage.py.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError

from app import clock, db, outage
from app.channels import service
from app.channels.base import Inbound
from app.channels.reports import Report, record_together
from app.channels.store import Arrival, store_inbound, store_together
from app.errors import AppError

Item = TypeVar("Item")

# Few enough that the last of them is acknowledged soon, many enough that a commit costs each of them little.
MOST_TOGETHER = 100
# Each holds a text of 64 KiB at most. Whoever comes after them is better served by another try.
MOST_WAITING = 1000
# One batch at a time, unless it takes this long: the others are not to wait for its lock, or its lost connection.
PATIENCE_S = 1.0
LANES = 4
RETRY_AFTER_S = 5


class ApartError(Exception):
    """These could not be stored together, and nobody knows which of them is at fault: each is to go alone."""


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Item]):
    item: Item
    done: asyncio.Future[None]
    since: float


class Gathering(Generic[Item]):
    """Gathers what waits in one event loop, and does `work` with all of it at once, in one of the threads.

    `work` is given the items, in the order they came, and for how many seconds it may go on trying.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item], float], None],
        threads: ThreadPoolExecutor,
        *,
        linger_s: float = 0.0,
    ) -> None:
        """Wait `linger_s` for company before taking up what comes while nothing is under way."""
        self._linger_s = linger_s
        self._lingering: asyncio.TimerHandle | None = None
        self._work = work
        self._threads = threads
        self._waiting: deque[_Waiting[Item]] = deque()
        self._running: set[asyncio.Future[None]] = set()
        self._overdue: set[asyncio.Future[None]] = set()

    async def add(self, item: Item) -> None:
        """Return when the work was done with this item, among others or not.

        Raises what the work raised, `ApartError` where it failed for no known one of several, and `unavailable`
        (503) when too many wait, or this one has for too long. What is under way does not end with who waited.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise _unavailable()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append(_Waiting(item, done, time.monotonic()))
        timer = loop.call_later(outage.WEBHOOK_S, _give_up, done)
        if not self._linger_s:
            self._begin()
        elif self._lingering is None:
            self._lingering = loop.call_later(self._linger_s, self._linger_over)
        try:
            await done
        finally:
            timer.cancel()

    def _linger_over(self) -> None:
        self._lingering = None
        self._begin()

    def _begin(self) -> None:
        """Take up those who wait, unless a batch is under way that should soon be done."""
        if not self._waiting or len(self._running) > len(self._overdue) or len(self._running) == LANES:
            return
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        loop = asyncio.get_running_loop()
        # Until the time of the last to come is over; who came before gives up when their own is.
        for_s = max(0.0, outage.WEBHOOK_S - (time.monotonic() - batch[-1].since))
        work = loop.run_in_executor(self._threads, self._work, [one.item for one in batch], for_s)
        self._running.add(work)
        timer = loop.call_later(PATIENCE_S, self._lose_patience, work)
        work.add_done_callback(partial(self._end, batch, timer))

    def _lose_patience(self, work: asyncio.Future[None]) -> None:
        if work in self._running:
            self._overdue.add(work)
            self._begin()

    def _end(
        self, batch: Sequence[_Waiting[Item]], timer: asyncio.TimerHandle, work: asyncio.Future[None]
    ) -> None:
        timer.cancel()
        self._running.discard(work)
        self._overdue.discard(work)
        error = work.exception()
        if error is not None and len(batch) > 1 and not _is_outage(error):
            error = ApartError()
        for one in batch:
            if one.done.done():
                continue
            if error is None:
                one.done.set_result(None)
            else:
                one.done.set_exception(error)
        self._begin()


def _give_up(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_exception(_unavailable())


def _is_outage(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and outage.is_outage(error)


def _unavailable() -> AppError:
    return AppError(
        "unavailable",
        503,
        "The message could not be stored in time. Send the request again: the same one twice is stored once.",
        {"retry_after_s": RETRY_AFTER_S},
    )


# Nobody waits for what a provider reports of a text, and three reports come of each: gathered, they cost a third.
REPORTS_LINGER_S = 0.05

# Threads of its own: those that serve the routes may all be held by slow ones.
_threads = ThreadPoolExecutor(LANES, thread_name_prefix="store")
# By event loop. A server has one; tests have many, one after another.
_gatherings: WeakKeyDictionary[asyncio.AbstractEventLoop, Gathering[Arrival]] = WeakKeyDictionary()
_reports: WeakKeyDictionary[asyncio.AbstractEventLoop, Gathering[Report]] = WeakKeyDictionary()


async def store(inbound: Inbound) -> None:
    """Store a message that has just come, and return when that is committed; the same one again is no error.

    Raises what the database raised, or `unavailable` (503): then it may be stored or not.
    """
    loop = asyncio.get_running_loop()
    gathering = _gatherings.get(loop)
    if gathering is None:
        gathering = _gatherings[loop] = Gathering(_store, _threads)
    arrival = (inbound, clock.now())
    try:
        await gathering.add(arrival)
    except ApartError:
        await run_in_threadpool(_store_alone, arrival, outage.WEBHOOK_S)


def _store(arrivals: Sequence[Arrival], for_s: float) -> None:
    if len(arrivals) == 1:
        _store_alone(arrivals[0], for_s, counted=False)
        return
    outage.endure(lambda session: store_together(session, arrivals), for_s=for_s, counted=False)


def _store_alone(arrival: Arrival, for_s: float, *, counted: bool = True) -> None:
    # One statement, which is its own transaction: the quickest there is while little comes in.
    outage.endure(
        lambda session: store_inbound(session, *arrival), for_s=for_s, opened=db.statement, counted=counted
    )


async def note(report: Report) -> None:
    """Take note of what became of one of our messages, and return when that is committed.

    Only for reports that bar no address. Raises as `store` does.
    """
    loop = asyncio.get_running_loop()
    gathering = _reports.get(loop)
    if gathering is None:
        gathering = _reports[loop] = Gathering(_note, _threads, linger_s=REPORTS_LINGER_S)
    try:
        await gathering.add(report)
    except ApartError:
        await run_in_threadpool(_note_alone, report, outage.WEBHOOK_S)


def _note(reports: Sequence[Report], for_s: float) -> None:
    left: Sequence[Report] = reports
    if len(reports) > 1:
        left = outage.endure(lambda session: record_together(session, reports), for_s=for_s, counted=False)
    # What somebody holds at this instant is waited for with nothing else held, so that nobody waits in a ring.
    for report in left:
        _note_alone(report, for_s, counted=False)


def _note_alone(report: Report, for_s: float, *, counted: bool = True) -> None:
    outage.endure(
        lambda session: service.record_status(
            session,
            message_id=report.message_id,
            provider_message_id=report.provider_message_id,
            status=report.status,
            error_code=report.error_code,
            now=report.at,
        ),
        for_s=for_s,
        opened=db.statement,
        counted=counted,
    )
