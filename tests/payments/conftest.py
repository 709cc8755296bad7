"""The webhook route served for real, and the simulated provider as a process of its own, calling back to it."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.errors import AppError
from app.payments.models import Payout
from app.payments.rails.simulated import close_clients
from app.payments.routes import make_router
from app.settings import settings
from tests.conftest import ROOT, Database

SECRET = "secret-of-the-simulated-rail"


@dataclass
class Served:
    """The webhook route on a port of its own, and what it settled, as it happens."""

    url: str
    settled: "queue.Queue[tuple[UUID, str]]" = field(default_factory=queue.Queue)

    def on_settled(self, _session: Session, payout: Payout) -> None:
        self.settled.put((payout.id, payout.state))


@dataclass
class Provider:
    """A running simulated provider."""

    url: str
    served: Served

    def configure(self, **knobs: Any) -> None:
        httpx2.post(f"{self.url}/simulator/config", json=knobs, trust_env=False).raise_for_status()

    def paid(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx2.get(f"{self.url}/simulator/paid", trust_env=False).json()["paid"]
        return found

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx2.get(f"{self.url}/simulator/stats", trust_env=False).json()
        return found


@pytest.fixture(autouse=True)
def closed_clients() -> Iterator[None]:
    """Leave no connection to a provider that is gone."""
    yield
    close_clients()


@pytest.fixture
def rail_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set settings by name for one test."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"KAZI_{name.upper()}", str(value))
        settings.cache_clear()

    return change


@pytest.fixture
def served(database: Database, rail_settings: Callable[..., None]) -> Iterator[Served]:
    """The webhook route, over real HTTP and a database that commits."""
    rail_settings(simulated_rail_secret=SECRET)
    listener = socket.create_server(("127.0.0.1", 0))
    found = Served(f"http://127.0.0.1:{listener.getsockname()[1]}")
    app = FastAPI()

    @app.exception_handler(AppError)
    def problem(_request: Request, error: AppError) -> JSONResponse:
        return JSONResponse({"type": error.code}, error.status)

    app.include_router(make_router(found.on_settled))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield found
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def running_provider(callback_url: str) -> Iterator[str]:
    """Run the simulated provider as a process; give its address."""
    command = [
        sys.executable,
        "-m",
        "simulators.mobile_money",
        "--secret",
        SECRET,
        "--callback-url",
        callback_url,
    ]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ.copy())
    assert process.stderr is not None
    try:
        lines = iter(process.stderr.readline, "")
        ready = next(match for line in lines if (match := re.match(r"ready (\S+)", line)))
        drain = threading.Thread(target=process.stderr.read, daemon=True)
        drain.start()
        yield ready.group(1)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        drain.join(5)
        process.stderr.close()


@pytest.fixture
def provider(served: Served, rail_settings: Callable[..., None]) -> Iterator[Provider]:
    """The simulated provider, calling back to `served`; the settings point at it."""
    with running_provider(f"{served.url}/webhooks/payouts/simulated") as url:
        rail_settings(simulated_rail_url=url, provider_timeout_s="0.5", payout_lookup_s="1")
        yield Provider(url, served)
