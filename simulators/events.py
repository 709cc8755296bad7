"""An ordered log that a reader can follow by long-polling, and the bell that wakes its readers."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

Found = TypeVar("Found")

# A reader that asks for longer is answered empty after this; it simply asks again.
LONGEST_WAIT_S = 60.0


class Bell:
    """Wakes everyone who waits. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._closed = asyncio.Event()

    @property
    def closing(self) -> bool:
        return self._closed.is_set()

    def ring(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def close(self) -> None:
        """Wake everyone, now and from now on: the process is going down."""
        self._closed.set()
        self.ring()

    async def wait(self, wait_s: float) -> None:
        """Until the next ring, the closing, or the time is over."""
        if self.closing or wait_s <= 0:
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        with suppress(TimeoutError):
            await asyncio.wait_for(future, wait_s)
        self._waiting.discard(future)

    async def until(self, look: Callable[[], Sequence[Found]], wait_s: float) -> Sequence[Found]:
        """What `look` finds as soon as it finds anything, or nothing when the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(wait_s, LONGEST_WAIT_S)
        found = look()
        while not found and not self.closing and loop.time() < deadline:
            await self.wait(deadline - loop.time())
            found = look()
        return found

    async def hold(self, wait_s: float) -> None:
        """Let time pass, however often the bell rings, but not beyond the closing."""
        if wait_s > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), wait_s)


class Numbered:
    """Something with a number that only grows along its list."""

    __slots__ = ("n",)
    n: int


Entry = TypeVar("Entry", bound=Numbered)


def entries_after(entries: Sequence[Entry], n: int, limit: int) -> Sequence[Entry]:
    """The entries numbered above n, oldest first, at most `limit`."""
    start = bisect_right(entries, n, key=lambda entry: entry.n)
    return entries[start : start + limit]
