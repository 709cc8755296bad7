"""That the queue workers and the sweeper are alive: a key in Redis for each, gone soon after its process is.

`/readyz` and the console read it. Losing Redis loses the beats, and the next ones come within seconds.
"""

import json
import os
import socket
from dataclasses import dataclass
from datetime import datetime

from app import clock, outbox

# Longer than the longest a job may run, so that a busy process does not look dead.
LIFE_S = 90
_PREFIX = "kazi:heartbeat:"
_started_at = clock.now()


@dataclass(frozen=True)
class Beat:
    """One living process: its queue (or `sweeper`), where it runs, since when, when it last beat."""

    queue: str
    host: str
    pid: int
    started_at: datetime
    beat_at: datetime
    jobs: int


def key(queue: str) -> str:
    """Return the key of this process."""
    return f"{_PREFIX}{queue}:{socket.gethostname()}:{os.getpid()}"


def beat(queue: str, jobs: int = 0) -> None:
    """Say that this process is alive. Raises what Redis raises: who beats also wants to know."""
    value = {
        "queue": queue,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "started_at": _started_at.isoformat(),
        "beat_at": clock.now().isoformat(),
        "jobs": jobs,
    }
    outbox.connection().set(key(queue), json.dumps(value), ex=LIFE_S)


def stop(queue: str) -> None:
    """Say that this process ends."""
    outbox.connection().delete(key(queue))


def beats() -> list[Beat]:
    """Return who is alive, by queue and process."""
    connection = outbox.connection()
    keys = sorted(connection.scan_iter(f"{_PREFIX}*", count=1000))
    values = connection.mget(keys) if keys else []
    return [_read(value) for value in values if value is not None]


def silent_queues() -> list[str]:
    """Return the queues that no living process works on, and `sweeper` where there is none."""
    alive = {beat.queue for beat in beats()}
    return [queue for queue in (*outbox.QUEUES, "sweeper") if queue not in alive]


def _read(value: bytes | str) -> Beat:
    fields = json.loads(value)
    fields["started_at"] = datetime.fromisoformat(fields["started_at"])
    fields["beat_at"] = datetime.fromisoformat(fields["beat_at"])
    return Beat(**fields)
