"""`python -m bench.load`: posts signed webhooks over kept connections as quickly as they are answered.

A process of its own. The requests are rendered before the clock starts, and an answer is looked at only as
far as its status and length, so that on a small machine the measuring takes little from what is measured.
Reads its orders as one JSON object from the file named, and prints what it found as another.
"""

import asyncio
import base64
import hmac
import json
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import uvloop

_SENDERS = 5000


@dataclass(frozen=True)
class Orders:
    """What to post, where, how often and over how many connections."""

    port: int
    path: str
    token: str
    account_sid: str
    to: str
    count: int
    connections: int


def requests(orders: Orders) -> list[bytes]:
    """Render the requests: each a message of its own, from one of some thousand people, with Twilio's fields."""
    return [_request(orders, number) for number in range(orders.count)]


def _request(orders: Orders, number: int) -> bytes:
    sid = "SM" + secrets.token_hex(16)
    fields = {
        "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": orders.account_sid,
        "From": f"+2547130{secrets.randbelow(_SENDERS):05d}", "To": orders.to, "Body": f"{number % 3} yes",
        "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received",
        "ApiVersion": "2010-04-01", "ReferralNumMedia": "0",
        **{side + part: "" for side in ("From", "To") for part in ("City", "State", "Zip", "Country")},
    }  # fmt: skip
    signed = f"http://127.0.0.1:{orders.port}{orders.path}" + "".join(
        name + fields[name] for name in sorted(fields)
    )
    signature = base64.b64encode(hmac.digest(orders.token.encode(), signed.encode(), "sha1")).decode()
    body = urlencode(fields).encode()
    head = (
        f"POST {orders.path} HTTP/1.1\r\nHost: 127.0.0.1:{orders.port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {signature}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """One kept connection: sends a request, waits for its answer, sends the next."""

    def __init__(self, waiting: Iterator[bytes], ended: asyncio.Future[None], tally: dict[str, Any]) -> None:
        self._waiting = waiting
        self._ended = ended
        self._tally = tally
        self._received = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send(self) -> None:
        """Send the next request, if one is left."""
        assert self._transport is not None
        request = next(self._waiting, None)
        if request is None:
            self._finish()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, rest = self._received.partition(b"\r\n\r\n")
        if not separator or len(rest) < _length(head):
            return
        self._tally["seconds"].append(time.perf_counter() - self._sent_at)
        if head.startswith(b"HTTP/1.1 200 "):
            self._tally["taken"] += 1
        else:
            self._tally["refused"] += 1
        self._received = b""
        self.send()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._ended.done():
            self._tally["lost"] += 1
            self._finish()

    def _finish(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def post(orders: Orders) -> dict[str, Any]:
    """Post them all; return how many were taken, refused, lost, and in what time."""
    waiting = iter(requests(orders))
    tally: dict[str, Any] = {"taken": 0, "refused": 0, "lost": 0, "seconds": []}
    loop = asyncio.get_running_loop()
    connections = []
    endings = []
    for _ in range(orders.connections):
        ended: asyncio.Future[None] = loop.create_future()
        _, connection = await loop.create_connection(
            partial(Connection, waiting, ended, tally),
            "127.0.0.1",
            orders.port,
        )
        connections.append(connection)
        endings.append(ended)
    began = time.perf_counter()
    for connection in connections:
        connection.send()
    await asyncio.gather(*endings)
    return {**tally, "took_s": time.perf_counter() - began, "cpu_s": time.process_time()}


def main() -> None:
    """Read the orders, post, print what was found."""
    orders = Orders(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    found = uvloop.run(post(orders))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
