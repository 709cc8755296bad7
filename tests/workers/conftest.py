"""Queue workers and sweepers as processes of their own, on a database of the test's own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app import db, heartbeat
from app.channels.models import Message
from tests.channels.conftest import (
    ROOT,
    make_address,
    number,
    one_twilio,
    queue_text,
    rows,
    twilio_api,
    until,
)

__all__ = ["number", "one_twilio", "twilio_api"]


@contextmanager
def process(environment: dict[str, str], *argv: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module until the block ends; what it logs stays out of the way unless it fails."""
    with subprocess.Popen([sys.executable, "-m", *argv], cwd=ROOT, env=environment) as started:
        try:
            yield started
        finally:
            started.kill()


@contextmanager
def worker(environment: dict[str, str], queue: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a queue worker, given once it beats."""
    with process(environment, "workers.run", queue) as started:
        until(lambda: beats(started, queue), 60)
        yield started


@contextmanager
def sweeper(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with process(environment, "workers.sweeper") as started:
        until(lambda: beats(started, "sweeper"), 60)
        yield started


def beats(started: subprocess.Popen[bytes], queue: str) -> bool:
    assert started.poll() is None, "the process ended"
    return any((beat.queue, beat.pid) == (queue, started.pid) for beat in heartbeat.beats())


def queued(phone: str, body: str = "Hello") -> Message:
    """Commit a message to be sent, which rings the bell."""
    with db.transaction() as session:
        return queue_text(session, make_address(session, phone), body)


def is_sent(message: Message) -> bool:
    return any(row.id == message.id and row.sent_at is not None for row in rows(Message))


@pytest.fixture
def environment(database: Any, twilio_api: Any) -> dict[str, str]:
    """The environment of the processes: this test's database, Redis and provider."""
    found: dict[str, str] = database.environment()
    return found
