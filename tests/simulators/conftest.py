"""Simulators served in this process on free ports, and an application's side that only listens."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx2
import pytest
from starlette.applications import Starlette

from simulators.events import Bell
from simulators.mobile_money.__main__ import build as build_money
from simulators.mobile_money.knobs import Knobs as MoneyKnobs
from simulators.mobile_money.service import Service
from simulators.serving import listen, make_server
from simulators.twilio.__main__ import build as build_twilio
from simulators.twilio.knobs import Knobs
from simulators.twilio.provider import Account, Provider

Found = TypeVar("Found")

ACCOUNT_SID = "AC" + "5" * 32
AUTH_TOKEN = "token of the simulator's tests"
MONEY_SECRET = "secret of the money's tests"
OWN = "+254711000000"
PUBLIC_URL = "https://kazi.example"


@dataclass(frozen=True)
class Received:
    """A request that the application's side was sent."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Receiver:
    """The application's side: keeps what it is sent, and answers what it is told to."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, enough: Callable[[list[Received]], bool], within_s: float = 10.0) -> list[Received]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: enough(self.received), within_s), self.received
            return list(self.received)

    def wait_count(self, count: int) -> list[Received]:
        return self.wait(lambda got: len(got) >= count)

    def take(self, request: Received) -> int:
        with self.arrived:
            self.received.append(request)
            self.arrived.notify_all()
            return self.statuses.pop(0) if self.statuses else 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(found.take(Received(self.path, headers, body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: tests read `received`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def serving(app: Starlette, bell: Bell) -> Iterator[str]:
    """Serve an app on a free port until the block ends; gives its base URL."""
    ready = threading.Event()
    server = make_server(app, bell, ready.set)
    listener = listen(0)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    thread.start()
    try:
        assert ready.wait(10), "the simulator did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
        assert not thread.is_alive(), "the simulator did not stop"


@dataclass
class Phones:
    """A running simulated Twilio, as its phones and its control API see it."""

    url: str
    http: httpx2.Client

    def config(self, **knobs: Any) -> None:
        self.http.post("/simulator/config", json=knobs).raise_for_status()

    def send(self, number: str, body: str, **more: Any) -> str:
        answer = self.http.post(f"/simulator/phones/{number}/send", json={"body": body, **more})
        answer.raise_for_status()
        return str(answer.json()["sid"])

    def inbox(self, number: str, count: int, after: int = 0) -> list[dict[str, Any]]:
        """What was delivered to a phone, once there are `count` such messages."""

        def look() -> list[dict[str, Any]] | None:
            query = f"after={after}&wait_s=0.2"
            got = self.http.get(f"/simulator/phones/{number}/messages?{query}").json()["messages"]
            found = [entry for entry in got if entry["direction"] == "outbound"]
            return found if len(found) >= count else None

        return until(look)

    def stats(self) -> dict[str, Any]:
        return dict(self.http.get("/simulator/stats").json())

    def idle(self) -> dict[str, Any]:
        """The statistics once nothing is under way."""

        def look() -> dict[str, Any] | None:
            stats = self.stats()
            return stats if stats["busy"] == 0 else None

        return until(look)


def until(look: Callable[[], Found | None], within_s: float = 15.0) -> Found:
    """The first thing that `look` finds, asked again and again until a deadline."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        pause.wait(0.01)
    raise AssertionError("the deadline passed")


def make_provider(receiver: Receiver, state: str | None = None, **knobs: Any) -> Provider:
    account = Account(ACCOUNT_SID, AUTH_TOKEN, f"{receiver.url}/webhooks/twilio/messages", PUBLIC_URL)
    fast = {"sent_delay_s": (0.0, 0.01), "delivered_delay_s": (0.01, 0.03), **knobs}
    return Provider(account, Knobs(own_numbers=[OWN, "whatsapp:" + OWN], **fast), seed=1, state_path=state)


@contextmanager
def playing(provider: Provider) -> Iterator[Phones]:
    with serving(build_twilio(provider), provider.bell) as url, httpx2.Client(base_url=url) as http:
        yield Phones(url, http)


@pytest.fixture
def phones(receiver: Receiver) -> Iterator[Phones]:
    with playing(make_provider(receiver)) as found:
        yield found


@contextmanager
def paying(receiver: Receiver, state: str | None = None, **knobs: Any) -> Iterator[httpx2.Client]:
    """A running mobile-money provider, as its caller sees it."""
    fast = {"processing_delay_s": (0.0, 0.01), "completion_delay_s": (0.01, 0.03), **knobs}
    service = Service(MONEY_SECRET, f"{receiver.url}/webhooks/money", MoneyKnobs(**fast), 1, state)
    headers = {"Authorization": f"Bearer {MONEY_SECRET}"}
    with (
        serving(build_money(service), service.bell) as url,
        httpx2.Client(base_url=url, headers=headers) as http,
    ):
        yield http
