"""Starting and ending child processes that never outlive this one.

Owns how a child is started (through `launch.py`), whom it runs as when we are root, and how it is ended.
What is run, in what order, and what happens when it dies is the business of its callers.
"""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LAUNCH = Path(__file__).with_name("launch.py")
KILL_WAIT_S = 10.0


@dataclass(frozen=True)
class Identity:
    """The user a server runs as when we are root; servers refuse to be root, and should."""

    uid: int
    gid: int


@dataclass
class Child:
    """A running child: its process, and the pipe whose end tells the watcher that we died (None on Linux)."""

    process: subprocess.Popen[bytes]
    lifeline: int | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        """The process id; that of the program itself, since the launcher turns into it."""
        return self.process.pid

    def alive(self) -> bool:
        """Tell whether the program still runs."""
        return self.process.poll() is None

    def stop(self, signals: Sequence[tuple[signal.Signals, float]]) -> None:
        """Send each signal in turn and wait so many seconds for the end; then kill the whole process group.

        The group is killed even where the program ended by itself: what it left behind must not go on.
        """
        for number, wait_s in signals:
            if not self.alive():
                break
            self.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(wait_s)
        self.sweep()

    def sweep(self) -> None:
        """Kill what is left of the child's process group and collect it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(KILL_WAIT_S)
        if self.lifeline is not None:
            os.close(self.lifeline)
            self.lifeline = None


def identity_for(folder: Path) -> Identity | None:
    """Return whom a server of this folder runs as: None (as ourselves) unless we are root.

    As root it is the folder's owner where that is an ordinary user, so that a user's folder stays theirs;
    else `nobody`, which every system has and which owns nothing.
    """
    if os.geteuid() != 0:
        return None
    status = folder.stat()
    if status.st_uid != 0:
        return Identity(status.st_uid, status.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Identity(65534, 65534)
    return Identity(nobody.pw_uid, nobody.pw_gid)


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
    identity: Identity | None = None,
    held: Sequence[int] = (),
    death_signal: signal.Signals = signal.SIGKILL,
) -> Child:
    """Start a program (argv[0] is a path) in a session of its own that ends with this process, even kill -9.

    `output` takes both its streams; `held` are file descriptors it inherits; `death_signal` is what it gets
    when we die. Call it from a thread that lives as long as the child should: on Linux the child's life hangs
    on the thread that started it.
    """
    flags = ["--parent", str(os.getpid()), "--signal", str(int(death_signal))]
    if identity is not None:
        flags += ["--uid", str(identity.uid), "--gid", str(identity.gid)]
    reading, lifeline = (None, None) if sys.platform.startswith("linux") else os.pipe()
    if reading is not None:
        flags += ["--pipe", str(reading), *(f"--held={fd}" for fd in held)]
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCH), *flags, "--", *argv],
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[*held, *([] if reading is None else [reading])],
            start_new_session=True,
        )
    finally:
        if reading is not None:
            os.close(reading)
    return Child(process, lifeline)
