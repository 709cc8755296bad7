"""Keeps the processes of one machine running: starts them in order, restarts what dies, ends them together.

Owns the life of the processes it is given and the record of their ids, `processes.json`. What they do, and
whether they are healthy while they live, is theirs. It runs in the main thread, without threads of its own.
"""

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from app.servers.embedded import Servers
from app.servers.folder import write_json
from app.servers.spawn import Child, spawn

RECORD = "processes.json"
POLL_S = 0.1
FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 10.0
# A process that lived this long is taken to have started well: its next death is the first of a new series.
SETTLED_S = 30.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STANDARD_ERROR = 2

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProcessSpec:
    """A process to keep running.

    `argv[0]` is a path (`sys.executable`); `env` is the whole environment, None for ours; `log` is a file its
    output is appended to, None for our own standard error; after SIGTERM it has `stop_timeout_s` to end by
    itself.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    stop_timeout_s: float = 10.0
    log: Path | None = None


class _Kept:
    """One process that is kept running, and when it may be started next."""

    def __init__(self, spec: ProcessSpec) -> None:
        self.spec = spec
        self.child: Child | None = None
        self.restarts = 0
        self._backoff_s = FIRST_BACKOFF_S
        self._started_at_s = 0.0
        self._start_after_s = 0.0

    def start(self) -> None:
        self._started_at_s = time.monotonic()
        if self.spec.log is None:
            self.child = spawn(self.spec.argv, env=self.spec.env, output=STANDARD_ERROR)
            return
        with self.spec.log.open("ab") as log:
            self.child = spawn(self.spec.argv, env=self.spec.env, output=log)

    def tend(self, now_s: float) -> bool:
        """Note a death, or start again what is due; True when the process id has changed."""
        if self.child is not None:
            if self.child.alive():
                return False
            self._note_death(self.child, now_s)
            return True
        if now_s < self._start_after_s:
            return False
        self.restarts += 1
        self.start()
        return True

    def _note_death(self, child: Child, now_s: float) -> None:
        code = child.process.returncode
        child.sweep()
        self.child = None
        if now_s - self._started_at_s >= SETTLED_S:
            self._backoff_s = FIRST_BACKOFF_S
        self._start_after_s = now_s + self._backoff_s
        logger.warning(
            "Process %s ended (%s); it is started again in %g s.",
            self.spec.name,
            _ending(code),
            self._backoff_s,
        )
        self._backoff_s = min(self._backoff_s * 2, LONGEST_BACKOFF_S)


class Supervisor:
    """Keeps processes, and the embedded servers where given, running until it is told to stop.

    `data_dir`, where given, gets `processes.json`: process ids by name, `supervisor` for our own. Each
    process leads a session of its own, so Ctrl-C reaches only the supervisor, and is killed by the kernel
    when the supervisor is (`kill -9` included).
    """

    def __init__(
        self,
        processes: Sequence[ProcessSpec],
        *,
        data_dir: Path | None = None,
        servers: Servers | None = None,
    ) -> None:
        names = [spec.name for spec in processes]
        if len(set(names)) != len(names):
            raise ValueError(f"Each process needs a name of its own: {names}")
        self._kept = [_Kept(spec) for spec in processes]
        self._servers = servers
        self._record = data_dir / RECORD if data_dir is not None else None
        self._stopping = False
        self._hurried = False

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Start everything and keep it running until `stop`, SIGINT, SIGTERM, SIGHUP, or `until()` is true.

        A second signal while stopping kills at once. Errors of a start (a program that is not there) are
        raised after everything was stopped.
        """
        handlers = self._take_signals()
        try:
            self.start()
            while not self._stopping and not (until is not None and until()):
                self.tend()
                time.sleep(POLL_S)
        finally:
            self.shut_down()
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Ask `run` to stop everything and return; may be called from any thread or signal handler."""
        self._stopping = True

    def pids(self) -> dict[str, int]:
        """Return the ids of the running processes by name, the servers' and our own included."""
        found = {"supervisor": os.getpid()}
        if self._servers is not None:
            found |= self._servers.pids()
        return found | {kept.spec.name: kept.child.pid for kept in self._kept if kept.child is not None}

    def restarts(self) -> dict[str, int]:
        """Return how often each process was started again."""
        return {kept.spec.name: kept.restarts for kept in self._kept}

    def start(self) -> None:
        """Start each process in its order, without waiting for any."""
        for kept in self._kept:
            kept.start()
        self._write_record()

    def tend(self) -> None:
        """Look once at every server and process, and start again what has died and is due."""
        changed = False
        if self._servers is not None:
            for name in self._servers.check():
                logger.warning("Server %s ended; it was started again.", name)
                changed = True
        now_s = time.monotonic()
        for kept in self._kept:
            changed = kept.tend(now_s) or changed
        if changed:
            self._write_record()

    def shut_down(self) -> None:
        """Ask all processes to end, wait as long as each was granted, and kill what is left."""
        begun_s = time.monotonic()
        stopping = [(kept, kept.child) for kept in reversed(self._kept) if kept.child is not None]
        for _, child in stopping:
            if child.alive():
                child.process.terminate()
        for kept, child in stopping:
            while (
                child.alive() and not self._hurried and time.monotonic() < begun_s + kept.spec.stop_timeout_s
            ):
                time.sleep(POLL_S / 5)
            child.sweep()
            kept.child = None
        if self._record is not None:
            self._record.unlink(missing_ok=True)

    def _take_signals(self) -> dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None]:
        if threading.current_thread() is not threading.main_thread():
            return {}
        # Under nohup a hang-up is ignored, and stays so.
        wanted = [n for n in STOP_SIGNALS if n != signal.SIGHUP or signal.getsignal(n) != signal.SIG_IGN]
        return {number: signal.signal(number, self._on_signal) for number in wanted}

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        del number
        self._hurried = self._stopping
        self._stopping = True

    def _write_record(self) -> None:
        if self._record is not None:
            write_json(self._record, dict(self.pids()))


def recorded(data_dir: Path) -> dict[str, int]:
    """Return the process ids by name that the supervisor of a folder has recorded, none where it has not.

    A killed supervisor leaves its record behind: whoever acts on an id must look whose process it is now.
    """
    try:
        found = json.loads((data_dir / RECORD).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _ending(code: int | None) -> str:
    if code is None:
        return "unknown"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
