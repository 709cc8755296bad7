"""What PostgreSQL and Valkey have in common as servers of a data folder: one lock, one log, one life.

Owns the order of a start (wait until the earlier server's last process is gone, prepare, spawn, wait for an
answer) and of a stop. What is prepared, run and asked is the subclass's.
"""

import contextlib
import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, ClassVar

from app.errors import AppError
from app.servers.folder import POLL_S, open_lock
from app.servers.spawn import Child, Identity, spawn

# A server whose parent was killed shuts down by itself; on a slow disk its last checkpoint may take long.
EARLIER_WAIT_S = 60.0
# Crash recovery after kill -9 took 3 s where it was measured; a slow disk may need many times that.
READY_WAIT_S = 120.0
LONGEST_LOG_BYTES = 5_000_000
QUOTED_LOG_BYTES = 600


class Server(ABC):
    """One server of a data folder; `start` may be called again after it died."""

    name: ClassVar[str]
    death_signal: ClassVar[signal.Signals]
    stop_signals: ClassVar[Sequence[tuple[signal.Signals, float]]]

    def __init__(self, data_dir: Path, runtime: Path, identity: Identity | None, *, durable: bool) -> None:
        self.data_dir = data_dir
        self.home = data_dir / self.name
        self.runtime = runtime
        self.identity = identity
        self.durable = durable
        self.child: Child | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where the server is reached."""

    @abstractmethod
    def prepare(self, log: IO[bytes]) -> None:
        """Make what the server needs before it can start; called while its lock is held."""

    @abstractmethod
    def command(self, home: str) -> list[str]:
        """Return the program and its arguments; `home` is its data directory as the child can reach it."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether the server answers a question now."""

    @property
    def pid(self) -> int | None:
        """The server's process id, None where it does not run."""
        return self.child.pid if self.child is not None and self.child.alive() else None

    def alive(self) -> bool:
        """Tell whether the server's process runs."""
        return self.child is not None and self.child.alive()

    def start(self) -> None:
        """Start the server and return once it answers; `AppError` quotes its log where it does not."""
        if self.child is not None:
            self.child.sweep()
            self.child = None
        with self._lock() as lock_fd, self._log() as log:
            self.prepare(log)
            with self.reachable_home() as (home, fds):
                log_start = log.seek(0, os.SEEK_END)
                self.child = spawn(
                    self.command(home),
                    env=clean_environment(),
                    cwd=self.home if self.identity is not None else None,
                    output=log,
                    identity=self.identity,
                    held=[lock_fd, *fds],
                    death_signal=self.death_signal,
                )
        self._wait_until_it_answers(log_start)

    def stop(self) -> None:
        """Stop the server in an orderly way, by force where it takes too long."""
        if self.child is not None:
            self.child.stop(self.stop_signals)
            self.child = None

    @contextlib.contextmanager
    def reachable_home(self) -> Iterator[tuple[str, list[int]]]:
        """Yield the data directory's path as the child can use it, and the descriptors it must inherit.

        Another user may not be allowed to enter the folders above it (/root is 0700 on most systems). Linux
        lets a process go straight to a directory it has open, by way of /proc/self/fd.
        """
        if self.identity is None or not Path("/proc/self/fd").is_dir():
            yield str(self.home), []
            return
        fd = os.open(self.home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{fd}", [fd]
        finally:
            os.close(fd)

    def make_home(self, folder: Path) -> None:
        """Make a directory that is private to whom the server runs as."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.identity is not None:
            os.chown(folder, self.identity.uid, self.identity.gid)

    def failure(self, what: str, log_start: int) -> AppError:
        """Return the error of a server that does not work, with the end of what it logged."""
        path = self._log_path()
        with path.open("rb") as log:
            log.seek(max(log_start, path.stat().st_size - QUOTED_LOG_BYTES))
            said = log.read().decode(errors="replace").strip()
        message = f"{self.name} {what}. Its log, {path}, ends: {said or '(nothing)'}"
        return AppError("server-failed", 500, message, {"server": self.name})

    def _wait_until_it_answers(self, log_start: int) -> None:
        deadline = time.monotonic() + READY_WAIT_S
        while not self.answers():
            if not self.alive():
                raise self.failure("ended while it started", log_start)
            if time.monotonic() >= deadline:
                raise self.failure(f"did not answer within {READY_WAIT_S:.0f} seconds", log_start)
            time.sleep(POLL_S)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[int]:
        """Hold the server's own lock while its process is started, which inherits and so keeps it."""
        fd = open_lock(self.data_dir / f"{self.name}.lock", EARLIER_WAIT_S)
        if fd is None:
            raise AppError(
                "server-still-stopping",
                503,
                f"The {self.name} of an earlier run in {self.data_dir} has not ended within "
                f"{EARLIER_WAIT_S:.0f} seconds. Wait until its processes are gone, or end them, and start "
                "again.",
                {"server": self.name},
            )
        try:
            yield fd
        finally:
            os.close(fd)

    def _log_path(self) -> Path:
        return self.data_dir / f"{self.name}.log"

    @contextlib.contextmanager
    def _log(self) -> Iterator[IO[bytes]]:
        path = self._log_path()
        if path.exists() and path.stat().st_size > LONGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            path.chmod(0o600)
            yield log


def clean_environment() -> dict[str, str]:
    """Return the environment a server gets: none of ours, whose PG* variables and secrets are not for it."""
    return {"PATH": os.defpath, "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}
