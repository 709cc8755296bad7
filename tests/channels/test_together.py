"""Storing together: nobody waits for company, nobody pays for another's fault, and nothing is acknowledged early."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app import db, ids, outage, outbox
from app.channels import together
from app.channels.base import Inbound
from app.channels.models import Address, InboundReceipt, Message
from app.channels.together import LANES, MOST_TOGETHER, ApartError, Gathering, store
from app.errors import AppError
from tests.channels.conftest import rows

WITHIN_S = 20


class Work:
    """Work that does not end before it is let, and remembers what it was given, and with whom."""

    def __init__(self, error: Exception | None = None) -> None:
        self.batches: list[list[int]] = []
        self.let = threading.Event()
        self._error = error

    def __call__(self, items: Sequence[int], for_s: float) -> None:
        assert 0 <= for_s <= outage.WEBHOOK_S
        self.batches.append(list(items))
        assert self.let.wait(WITHIN_S)
        if self._error is not None:
            raise self._error

    def has_begun(self, item: int) -> bool:
        return any(item in batch for batch in self.batches)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(LANES) as pool:
        yield pool


async def until(happened: Callable[[], bool]) -> None:
    pause = threading.Event()
    async with asyncio.timeout(WITHIN_S):
        while not happened():
            await asyncio.to_thread(pause.wait, 0.005)


async def started(coroutines: Iterable[Coroutine[Any, Any, None]]) -> list[asyncio.Task[None]]:
    """Let each of them come as far as to wait, in their order."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    await asyncio.wait(tasks, timeout=0)
    return tasks


def test_who_comes_first_waits_for_nobody_and_who_comes_meanwhile_goes_together(
    threads: ThreadPoolExecutor,
) -> None:
    work = Work()

    async def main() -> None:
        gathering = Gathering(work, threads)
        first = await started([gathering.add(0)])
        await until(lambda: work.batches == [[0]])
        rest = await started([gathering.add(number) for number in range(1, MOST_TOGETHER + 6)])
        assert not any(task.done() for task in first + rest)
        work.let.set()
        await asyncio.gather(*first, *rest)

    asyncio.run(main())
    assert work.batches == [
        [0],
        list(range(1, MOST_TOGETHER + 1)),
        list(range(MOST_TOGETHER + 1, MOST_TOGETHER + 6)),
    ]


OUTAGE = OperationalError("", None, psycopg.OperationalError("nobody listens"))


@pytest.mark.parametrize(
    ("error", "alone", "among_others"),
    [(ValueError("bad"), ValueError, ApartError), (OUTAGE, OperationalError, OperationalError)],
)
def test_a_failure_is_told_to_each_and_to_several_only_where_it_is_theirs(
    threads: ThreadPoolExecutor, error: Exception, alone: type[Exception], among_others: type[Exception]
) -> None:
    work = Work(error)

    async def main() -> list[BaseException | None]:
        gathering = Gathering(work, threads)
        tasks = await started([gathering.add(number) for number in range(4)])
        work.let.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(main())
    assert work.batches == [[0], [1, 2, 3]]
    assert [type(one) for one in found] == [alone, *[among_others] * 3]


def test_who_leaves_takes_nobody_along(threads: ThreadPoolExecutor) -> None:
    work = Work()

    async def main() -> list[BaseException | None]:
        gathering = Gathering(work, threads)
        tasks = await started([gathering.add(number) for number in range(4)])
        tasks[0].cancel()
        tasks[2].cancel()
        await asyncio.wait(tasks[:1])
        work.let.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(main())
    assert [type(one) for one in found] == [
        asyncio.CancelledError,
        type(None),
        asyncio.CancelledError,
        type(None),
    ]
    assert work.batches == [[0], [1, 2, 3]]


def test_a_batch_that_hangs_is_not_waited_for_but_only_so_many_go_beside_it(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "PATIENCE_S", 0.02)
    work = Work()

    async def main() -> None:
        gathering = Gathering(work, threads)
        tasks: list[asyncio.Task[None]] = []
        for number in range(LANES):
            tasks += await started([gathering.add(number)])
            await until(partial(work.has_begun, number))
        tasks += await started([gathering.add(number) for number in range(LANES, LANES + 3)])
        await asyncio.wait(tasks, timeout=0.2)
        assert len(work.batches) == LANES
        tasks += await started([gathering.add(LANES + 3)])
        work.let.set()
        await asyncio.gather(*tasks)
        # All lanes are free again, and patience is as long as before.
        work.let.clear()
        more = await started([gathering.add(number) for number in range(3)])
        work.let.set()
        await asyncio.gather(*more)

    asyncio.run(main())
    assert work.batches == [[0], [1], [2], [3], [4, 5, 6, 7], [0], [1, 2]]


def refused(found: BaseException | None) -> bool:
    return isinstance(found, AppError) and (found.code, found.status) == ("unavailable", 503)


def test_so_many_wait_and_no_more(threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST_WAITING", 5)
    work = Work()

    async def main() -> list[BaseException | None]:
        gathering = Gathering(work, threads)
        tasks = await started([gathering.add(number) for number in range(8)])
        assert [task.done() for task in tasks] == [False] * 6 + [True] * 2
        work.let.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(main())
    assert found[:6] == [None] * 6
    assert all(map(refused, found[6:]))


def test_nobody_waits_longer_than_a_provider_does(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "WEBHOOK_S", 0.05)
    work = Work()

    async def main() -> list[BaseException | None]:
        gathering = Gathering(work, threads)
        tasks = await started([gathering.add(number) for number in range(3)])
        found = await asyncio.gather(*tasks, return_exceptions=True)
        work.let.set()
        # What had come is stored all the same: the provider may not come again.
        await until(lambda: work.batches == [[0], [1, 2]])
        return found

    assert all(map(refused, asyncio.run(main())))


def arriving(count: int) -> list[Inbound]:
    """Return so many messages, of half as many people."""
    return [
        Inbound(
            "twilio_sms",
            f"SM{ids.new().hex}",
            f"+2547221{number // 2:05d}",
            "+254711000000",
            "1",
            country="KE",
        )
        for number in range(count)
    ]


def stored_at_once(inbound: Sequence[Inbound]) -> list[BaseException | None]:
    async def main() -> list[BaseException | None]:
        return await asyncio.gather(*map(store, inbound), return_exceptions=True)

    return asyncio.run(main())


def stored() -> tuple[int, int, int]:
    return len(rows(Message)), len(rows(Address)), len(rows(InboundReceipt))


def test_the_same_message_a_hundred_times_at_once_is_one(database: Any) -> None:
    one, other, *_ = arriving(3)
    assert stored_at_once([other, *[one] * 100]) == [None] * 101
    assert stored() == (2, 1, 2)
    assert outbox.queue("inbound").count == 1


def test_messages_stored_together_keep_the_order_they_came_in(database: Any) -> None:
    inbound = arriving(40)
    assert stored_at_once(inbound) == [None] * 40
    assert stored() == (40, 20, 40)
    in_order = sorted(rows(Message), key=lambda message: message.created_at)
    assert [message.provider_message_id for message in in_order] == [
        one.provider_message_id for one in inbound
    ]


def test_one_that_cannot_be_stored_harms_no_other(database: Any) -> None:
    inbound = arriving(30)
    bad = [replace(inbound[7], sender="\x00"), replace(inbound[20], channel="unpriced")]
    inbound[7], inbound[20] = bad
    found = stored_at_once(inbound)
    assert [number for number, error in enumerate(found) if error is not None] == [7, 20]
    assert isinstance(found[7], psycopg.DataError)
    assert isinstance(found[20], AppError)
    assert stored()[0] == 28
    assert not {one.provider_message_id for one in bad} & {
        row.provider_message_id for row in rows(InboundReceipt)
    }


def test_an_address_that_somebody_holds_makes_only_its_own_wait(database: Any) -> None:
    inbound = arriving(12)
    stored_at_once(inbound[4:5])
    again = replace(inbound[4], provider_message_id="SM-of-the-held")

    async def main() -> None:
        with db.transaction() as session:
            session.execute(text("SELECT FROM addresses FOR UPDATE"))
            first, held, *others = await started(map(store, [inbound[0], again, *inbound[6:]]))
            # Far sooner than the time a statement may wait for a lock.
            async with asyncio.timeout(6):
                await asyncio.gather(first, *others)
            assert not held.done()
        await held

    asyncio.run(main())
    assert stored()[0] == 9


@pytest.fixture
def outside(database: Any) -> Iterator[Engine]:
    url = make_url(database.url)
    engine = create_engine(url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    yield engine
    with engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'))
    engine.dispose()


def let_in(outside: Engine, name: str | None, *, allowed: bool) -> None:
    with outside.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {allowed}'))
        if not allowed:
            ended = text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name")
            connection.execute(ended, {"name": name})


def test_what_comes_while_the_database_is_away_is_stored_when_it_is_back(
    database: Any, outside: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "PATIENCE_S", 0.1)
    name = make_url(database.url).database
    before, *inbound = arriving(90)  # more than may wait for other reasons
    stored_at_once([before])
    let_in(outside, name, allowed=False)

    async def main() -> list[BaseException | None]:
        tasks = await started(map(store, inbound))
        done, _ = await asyncio.wait(tasks, timeout=0.5)
        assert not done
        await asyncio.to_thread(let_in, outside, name, allowed=True)
        return await asyncio.gather(*tasks, return_exceptions=True)

    # However many others wait for the database too.
    with ThreadPoolExecutor(outage.MOST_WAITING) as others:
        waiting = [
            others.submit(outage.endure, lambda session: session.scalar(text("SELECT 1")), for_s=WITHIN_S)
            for _ in range(outage.MOST_WAITING)
        ]
        assert asyncio.run(main()) == [None] * len(inbound)
        assert [one.result() for one in waiting] == [1] * outage.MOST_WAITING
    assert stored()[0] == 90


def test_what_comes_while_the_database_stays_away_is_refused_in_time(
    database: Any, outside: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "WEBHOOK_S", 0.3)
    name = make_url(database.url).database
    let_in(outside, name, allowed=False)
    found = stored_at_once(arriving(30))
    assert all(isinstance(one, OperationalError) or refused(one) for one in found)
    let_in(outside, name, allowed=True)
    assert stored() == (0, 0, 0)
