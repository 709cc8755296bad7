"""What is under test: `kazi up` on one data folder, as a process of its own; and the providers beside it.

Owns starting it, finding its processes, and killing them. Only a process that is really a child of ours is ever
killed: the record of process ids may be older than the process.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil
import redis
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import stack
from app.demo import world
from app.servers import Child, ProcessSpec, Urls, join, spawn
from app.servers.supervisor import recorded
from bench.kills import plan

OWN_NAME = "kazi kills"
POLL_S = 0.05
# How long a victim is given to be in the middle of something before it is killed anyway.
_BUSY_WAIT_S = 3.0
_STOP_S = 90.0

# That a victim has work in hand at this moment: that is when its death hurts.
_BUSY = {
    "worker-inbound": "EXISTS (SELECT FROM messages WHERE direction = 'in' AND due_at IS NOT NULL"
    " AND lease_until > now())",
    "worker-outbound": "EXISTS (SELECT FROM messages WHERE direction = 'out' AND status = 'sending'"
    " AND lease_until > now())",
    "worker-payouts": "EXISTS (SELECT FROM payout_attempts WHERE due_at IS NOT NULL AND lease_until > now())",
    "worker-assignment": "EXISTS (SELECT FROM workers WHERE state = 'active' AND available_at <= now())",
    "worker-timeouts": "EXISTS (SELECT FROM assignments WHERE state = 'offered' AND expires_at <= now())",
}
_BACKENDS = text(
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> :own"
    " ORDER BY (state = 'active') DESC, (state = 'idle in transaction') DESC, pid LIMIT 5"
)


class System:
    """The installation under test. Made and used in the main thread, on whose life its processes hang."""

    def __init__(self, ports: world.Ports, data_dir: Path) -> None:
        self.starts = 0
        self.ended_by_itself = 0
        self._ports, self._data_dir = ports, data_dir
        # As it is now: later this process points itself at servers, which the next start must not take for given.
        self._environment = {**os.environ, "PYTHONPATH": str(stack.ROOT), "PYTHONUNBUFFERED": "1"}
        self._log: IO[bytes] = (data_dir / "logs" / "up.log").open("ab")
        self._up: Child | None = None
        self._urls: Urls | None = None
        self._engine: Engine | None = None

    def start(self) -> None:
        """Start `kazi up` and return once its servers answer."""
        self.starts += 1
        argv = [sys.executable, "-m", "app.cli", "up", "--port", str(self._ports.web)]
        self._up = spawn(argv, env=self._environment, cwd=stack.ROOT, output=self._log)

    def reached(self) -> bool:
        """Say whether its servers can be reached; finds out where, after each start."""
        urls = join(self._data_dir, wait_s=0) if self._alive() else None
        if urls is not None and urls != self._urls:
            self._urls = urls
            if self._engine is not None:
                self._engine.dispose()
            self._engine = create_engine(
                urls.database_url,
                poolclass=NullPool,
                connect_args={"application_name": OWN_NAME, "connect_timeout": 5},
            )
            stack.point_at(urls.database_url, urls.redis_url)
        return urls is not None

    def session(self) -> Session:
        """Return a session of the campaign's own, which the blows spare. Raises SQLAlchemyError when away."""
        if self._engine is None:
            raise SQLAlchemyError("not started")
        return Session(self._engine)

    def tend(self) -> None:
        """Start again what has ended, which it must not do by itself."""
        if not self._alive():
            self.ended_by_itself += 1
            self.restart()

    def restart(self) -> None:
        """Collect what is left of a dead one, and start the next at once, on the same data."""
        if self._up is not None:
            self._up.sweep()
        self.start()

    def strike(self, victim: str, rng: random.Random) -> bool:
        """Kill the victim, in the middle of something if it comes to that soon; False when it was not there."""
        if victim == plan.FLUSH:
            return self._flush()
        self._wait_until_busy(victim)
        pid = self._pid_of(victim, rng)
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if victim == plan.SUPERVISOR:
            self.restart()
        return True

    def end(self) -> int | None:
        """Stop it in an orderly way; return its exit code, None when it had to be killed or is stopped already."""
        if self._up is None:
            return None
        self._up.process.terminate()
        with suppress(TimeoutError):
            _wait(self._up, _STOP_S)
        code = self._up.process.poll()
        self._up.sweep()
        self._up = None
        if self._engine is not None:
            self._engine.dispose()
        self._log.close()
        return code

    def _alive(self) -> bool:
        return self._up is not None and self._up.alive()

    def _flush(self) -> bool:
        if self._urls is None:
            return False
        client = redis.Redis.from_url(self._urls.redis_url, socket_timeout=5)
        try:
            return bool(client.flushall())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def _wait_until_busy(self, victim: str) -> None:
        condition = _BUSY.get(plan.kind_of(victim))
        until = time.monotonic() + _BUSY_WAIT_S
        if condition is None:
            return
        with suppress(SQLAlchemyError), self.session() as session:
            while time.monotonic() < until and not session.scalar(text(f"SELECT {condition}")):
                session.rollback()
                time.sleep(POLL_S / 10)

    def _pid_of(self, victim: str, rng: random.Random) -> int | None:
        if self._up is None or not self._up.alive():
            return None
        if victim == plan.SUPERVISOR:
            return self._up.pid
        server = _child_of(recorded(self._data_dir).get(plan.POSTMASTER), self._up.pid)
        if victim != plan.BACKEND:
            return _child_of(recorded(self._data_dir).get(victim), self._up.pid)
        try:
            with self.session() as session:
                found: Sequence[int] = session.scalars(_BACKENDS, {"own": OWN_NAME}).all()
        except SQLAlchemyError:
            return None
        return _child_of(rng.choice(found), server) if found else None


def start(spec: ProcessSpec) -> Child:
    """Start a process of the campaign's own: a provider, or the crowd."""
    assert spec.log is not None
    with spec.log.open("ab") as log:
        return spawn(list(spec.argv), env=spec.env, output=log)


def _child_of(pid: int | None, parent: int | None) -> int | None:
    """Return `pid` if it is a child of `parent` now."""
    if pid is None or parent is None:
        return None
    try:
        return pid if psutil.Process(pid).ppid() == parent else None
    except psutil.NoSuchProcess:
        return None


def _wait(child: Child, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while child.alive():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(POLL_S)
