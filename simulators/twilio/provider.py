"""The running provider: its account, knobs, chance, store and the tasks that live in its event loop.

Holds the parts together and nothing else; what happens to a message is in `sending`, `delivery` and
`inbound`.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from simulators.chance import Chance
from simulators.events import Bell
from simulators.journal import Journal
from simulators.posting import Poster, without_fragment
from simulators.twilio.knobs import Knobs
from simulators.twilio.store import Store

log = logging.getLogger("simulators.twilio")


@dataclass(frozen=True)
class Account:
    """Who the application is to Twilio, and where its webhooks are.

    `webhook_url` is where inbound messages are really posted; `public_url` is the application's base
    as the public knows it, which is what signatures are made of. Without one the two are the same.
    """

    sid: str
    auth_token: str
    webhook_url: str
    public_url: str | None = None

    @property
    def local_origin(self) -> str:
        parts = urlsplit(self.webhook_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def public_webhook_url(self) -> str:
        """What an inbound webhook is signed for."""
        if self.public_url is None:
            return without_fragment(self.webhook_url)
        parts = urlsplit(self.webhook_url)
        query = f"?{parts.query}" if parts.query else ""
        return self.public_url.rstrip("/") + parts.path + query


class Provider:
    """One simulated account. Made anywhere, opened in the event loop that runs it."""

    def __init__(self, account: Account, knobs: Knobs, seed: int = 0, state_path: str | None = None) -> None:
        self.account = account
        self.knobs = knobs
        self.chance = Chance(seed)
        self.bell = Bell()
        self.journal = Journal(state_path)
        self.store = Store(self.journal, self.bell)
        self.poster = Poster(account.public_url, account.local_origin)
        self._tasks: set[asyncio.Task[None]] = set()

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    def count(self, what: str, by: int = 1) -> None:
        self.store.counts[what] += by

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the request that caused it, until it ends or the process does."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.count("internal_errors")
            log.error("a simulated delivery failed", exc_info=task.exception())

    @property
    def busy(self) -> int:
        """Deliveries and webhooks still under way."""
        return len(self._tasks)

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.poster.close()
        self.journal.close()
