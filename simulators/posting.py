"""Posting callbacks to the application that is being tested, cheaply and with a provider's patience.

aiohttp and not httpx: a post costs a third of the processor time, and a simulator shares two cores
with what is measured. What is posted, and whether at all, is for the simulators to say.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import aiohttp
from yarl import URL

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Patience:
    """How long and how often one post is tried.

    `retries` follow each failure that `retry_on` names: `ct` (no connection), `rt` (no answer in
    time), `4xx`, `5xx` or `all`. `patience_s` goes on after them for as long, once a pause.
    """

    connect_s: float = 5.0
    total_s: float = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    patience_s: float = 0.0
    pause_s: float = 0.25


@dataclass(frozen=True)
class Outcome:
    """How a post ended: `status` is 0 when no answer came; `failure` is empty when it was taken."""

    status: int
    failure: str
    tries: int


def patience_of(url: str, default: Patience) -> Patience:
    """The default patience, changed by Twilio's overrides in the URL's fragment.

    https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides: ct, rt, tt in
    milliseconds, rc the retries (0 to 5), rp the failures they follow.
    """
    if "#" not in url:
        return default
    asked = dict(parse_qsl(urlsplit(url).fragment))
    total_ms = min(int(asked.get("rt", default.total_s * 1000)), int(asked.get("tt", 15000)))
    return Patience(
        connect_s=int(asked.get("ct", default.connect_s * 1000)) / 1000,
        total_s=total_ms / 1000,
        retries=min(int(asked.get("rc", default.retries)), 5),
        retry_on=frozenset(asked["rp"].split(",")) if "rp" in asked else default.retry_on,
        patience_s=default.patience_s,
        pause_s=default.pause_s,
    )


def without_fragment(url: str) -> str:
    """The URL as it goes over the wire and into a signature."""
    return urlunsplit(urlsplit(url)._replace(fragment=""))


class Poster:
    """Posts over kept-open connections. Must be opened inside the event loop that uses it."""

    def __init__(self, public_url: str | None, local_origin: str | None, connections: int = 64) -> None:
        """A URL below `public_url` is reached at `local_origin`, as behind a proxy."""
        self._public = public_url.rstrip("/") if public_url else None
        self._local = local_origin.rstrip("/") if local_origin else None
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30)
        self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def reachable(self, url: str) -> str:
        """Where a public URL really listens."""
        if self._public and self._local and (url + "/").startswith((self._public + "/", self._public + "?")):
            return self._local + url[len(self._public) :]
        return url

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], patience: Patience) -> Outcome:
        """Post until it is taken (2xx) or the patience is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience.patience_s
        tries = 0
        while True:
            tries += 1
            status, failure = await self._once(url, body, headers, patience)
            if not failure:
                return Outcome(status, "", tries)
            retry = tries <= patience.retries and not patience.retry_on.isdisjoint({failure, "all"})
            if not retry and loop.time() >= deadline:
                return Outcome(status, failure, tries)
            await asyncio.sleep(patience.pause_s)

    async def _once(
        self, url: str, body: bytes, headers: Mapping[str, str], patience: Patience
    ) -> tuple[int, str]:
        if self._session is None:
            raise RuntimeError("The poster is not open: call open() in the event loop first.")
        timeout = aiohttp.ClientTimeout(total=patience.total_s, sock_connect=patience.connect_s)
        target = URL(self.reachable(url), encoded=True)
        try:
            async with self._session.post(target, data=body, headers=headers, timeout=timeout) as response:
                await response.read()
                status = response.status
        except aiohttp.ClientConnectorError:
            return 0, "ct"
        except aiohttp.ConnectionTimeoutError:
            return 0, "ct"
        except TimeoutError:
            return 0, "rt"
        except (aiohttp.ClientError, OSError):
            return 0, "ct"
        if status < 300:
            return status, ""
        return status, "5xx" if status >= 500 else "4xx"
