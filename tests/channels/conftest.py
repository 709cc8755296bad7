"""A Twilio played in a process of its own, an application that takes its webhooks, and addresses to write to."""

import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from twilio.request_validator import RequestValidator

from app import clock, crypto, db, ids, outbox
from app.channels import service
from app.channels.base import Inbound
from app.channels.models import Address, Message
from app.channels.store import store_inbound
from app.settings import settings

ROOT = Path(__file__).parents[2]
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "token-of-the-tests"
OURS = "+254711000000"

Found = TypeVar("Found")


@contextmanager
def running(argv: list[str], environment: dict[str, str], ready: str) -> Iterator[tuple[int, str]]:
    """Run a Python program until the block ends; gives its process id and the line that said it was ready."""
    with subprocess.Popen(
        [sys.executable, *argv], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            seen = []
            for line in process.stderr:
                seen.append(line)
                if ready in line:
                    break
            else:
                pytest.fail("".join(seen))
            yield process.pid, line.strip()
        finally:
            process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def until(look: Callable[[], Found | None], within_s: float = 15.0) -> Found:
    """Look again and again until there is something: another process works, and does not tell us when."""
    pause = threading.Event()
    started = time.monotonic()
    while time.monotonic() - started < within_s:
        found = look()
        if found:
            return found
        pause.wait(0.02)
    pytest.fail("it did not come about in time")


@dataclass
class SimulatedTwilio:
    """A running simulated Twilio."""

    url: str
    http: httpx2.Client

    def config(self, **knobs: Any) -> None:
        self.http.post("/simulator/config", json=knobs).raise_for_status()

    def text(self, number: str, body: str, to: str = OURS, channel: str = "sms") -> str:
        answer = self.http.post(
            f"/simulator/phones/{number}/send", json={"body": body, "to": to, "channel": channel}
        )
        answer.raise_for_status()
        return str(answer.json()["sid"])

    def taken_for(self, number: str) -> list[dict[str, Any]]:
        """What the provider's API lists as sent to a number, oldest first."""
        path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
        answer = self.http.get(path, params={"To": number}, auth=(ACCOUNT_SID, AUTH_TOKEN))
        answer.raise_for_status()
        return list(reversed(answer.json()["messages"]))


@contextmanager
def simulated_twilio(webhook_url: str) -> Iterator[SimulatedTwilio]:
    argv = ["-m", "simulators.twilio", "--account-sid", ACCOUNT_SID, "--auth-token", AUTH_TOKEN]
    argv += ["--webhook-url", webhook_url, "--number", OURS, "--number", "whatsapp:+254711000001"]
    with running(argv, dict(os.environ), "ready") as (_, line):
        url = line.split()[-1]
        with httpx2.Client(base_url=url, trust_env=False) as http:
            yield SimulatedTwilio(url, http)


@pytest.fixture(scope="session")
def one_twilio() -> Iterator[SimulatedTwilio]:
    with simulated_twilio("http://127.0.0.1:9/nobody-listens") as found:
        yield found


@pytest.fixture
def twilio_api(one_twilio: SimulatedTwilio, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedTwilio]:
    """The provider that messages are sent to, faultless again at the start of each test."""
    defaults = one_twilio.http.get("/simulator/config").json()
    monkeypatch.setenv("KAZI_TWILIO_API_URL", one_twilio.url)
    monkeypatch.setenv("KAZI_PROVIDER_TIMEOUT_S", "2")
    settings.cache_clear()
    yield one_twilio
    one_twilio.config(**defaults)


_numbers = iter(range(1, 10_000))


@pytest.fixture
def number() -> str:
    """A number no other test of this run writes to."""
    return f"+2547220{os.getpid() % 100:02d}{next(_numbers):03d}"


def make_address(session: Session, number: str, channel: str = "twilio_sms") -> Address:
    """Make an address the way addresses come about: by a first message from it."""
    inbound = Inbound(channel, f"SM{ids.new().hex}", number, OURS, "JOIN", country="KE")
    store_inbound(session, inbound, clock.now())
    return session.scalars(
        select(Address).where(Address.channel == channel, Address.number_index == crypto.blind_index(number))
    ).one()


def queue_text(session: Session, address: Address, body: str = "Hello", **more: Any) -> Message:
    more = {"purpose": "reply", "now": clock.now(), "worker_id": None, **more}
    message = service.queue_message(session, address=address, text=body, **more)
    session.flush()
    return message


@dataclass
class Application:
    """The webhooks, served by a process of its own on a database of its own."""

    url: str
    public_url: str
    http: httpx2.Client

    def signed(self, path: str, form: dict[str, str]) -> dict[str, str]:
        signature = RequestValidator(AUTH_TOKEN).compute_signature(self.public_url + path, form)
        return {"X-Twilio-Signature": signature}

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx2.Response:
        signed = {
            **self.signed(path, form),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.http.post(path, data=form, headers=signed)


@contextmanager
def application(environment: dict[str, str], port: int = 0) -> Iterator[Application]:
    port = port or free_port()
    argv = ["-m", "uvicorn", "tests.channels.tiny:create_app", "--factory", "--port", str(port)]
    with running(argv, environment, "Uvicorn running"):
        url = f"http://127.0.0.1:{port}"
        with httpx2.Client(base_url=url, trust_env=False, timeout=30) as http:
            yield Application(url, environment["KAZI_PUBLIC_URL"], http)


@dataclass(frozen=True)
class Served:
    """A database that a whole module's tests share, because a process of its own serves it."""

    database_url: str
    redis_url: str
    application: Application


def _statement(url: str, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="module")
def served(servers: Any) -> Iterator[Served]:
    admin = make_url(servers.database_url).set(database="postgres")
    name = f"kazi_{uuid.uuid4().hex[:12]}"
    admin_url = admin.render_as_string(hide_password=False)
    url = admin.set(database=name).render_as_string(hide_password=False)
    _statement(admin_url, f"CREATE DATABASE {name} TEMPLATE {servers.template}")
    environment = {**os.environ, "KAZI_DATABASE_URL": url, "KAZI_REDIS_URL": servers.redis_url}
    with application(environment) as found:
        yield Served(url, servers.redis_url, found)
    _statement(admin_url, f"DROP DATABASE {name} WITH (FORCE)")


def forget_settings() -> None:
    settings.cache_clear()
    outbox.connection.cache_clear()
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()


@pytest.fixture
def app_server(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """The application under its public URL `https://kazi.example`, as behind a proxy, and nothing stored."""
    monkeypatch.setenv("KAZI_DATABASE_URL", served.database_url)
    monkeypatch.setenv("KAZI_REDIS_URL", served.redis_url)
    forget_settings()
    _statement(served.database_url, "TRUNCATE status_reports, messages, inbound_receipts, addresses CASCADE")
    outbox.connection().flushdb()
    yield served.application
    forget_settings()


def rows(model: type[Found]) -> list[Found]:
    with db.transaction() as session:
        return list(session.scalars(select(model)))
