"""A data folder: who holds it, where its running servers are reached, and what is left of an earlier run.

Owns the folder's locks, the record `servers.json` and the short private folder the sockets live in.
Starting and stopping the servers is left to `postgres`, `valkey` and `embedded`.

Locks are flock(2): the kernel lets go of them when their holder dies, however it dies. A server inherits the
descriptor of its own lock, so that the lock is free exactly when the last of its processes is gone; nothing
here ever trusts a process id it has read in a file.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.servers.spawn import Identity

LOCK = "lock"
RECORD = "servers.json"
RUNTIME_PREFIX = "kazi-"
POLL_S = 0.02
# sun_path holds 104 bytes on macOS and 108 on Linux, its closing zero included; PostgreSQL's socket name and
# our prefix take 32 of them.
LONGEST_RUNTIME_PARENT = 104 - 1 - len("/kazi-12345678/.s.PGSQL.5432.lock")


class DataDirBusy(AppError):
    """Another process holds the data folder; `data["pid"]` names it where it could be read."""

    def __init__(self, data_dir: Path, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            "data-dir-busy",
            409,
            f"{data_dir} is in use by {holder}. Stop it first, or choose another folder with KAZI_DATA_DIR.",
            {"data_dir": str(data_dir), "pid": pid},
        )


@dataclass(frozen=True)
class Urls:
    """Where the servers of a data folder are reached, as SQLAlchemy and redis-py take it."""

    database_url: str
    redis_url: str


def open_lock(path: Path, wait_s: float) -> int | None:
    """Return a descriptor that holds the lock at `path`, or None if it stayed taken for `wait_s` seconds."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise AppError(
            "data-dir-not-ours",
            403,
            f"{path.parent} belongs to another user. Start Kazi as that user, or choose another folder with "
            "KAZI_DATA_DIR.",
        ) from None
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(fd)
                return None
            time.sleep(POLL_S)
        else:
            return fd


@contextlib.contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Hold a data folder for as long as the block runs; `DataDirBusy` where another process does."""
    path = data_dir / LOCK
    # The short wait is for `join`, which takes the lock for an instant to see whether anyone holds it.
    fd = open_lock(path, wait_s=0.5)
    if fd is None:
        raise DataDirBusy(data_dir, _holder(path))
    try:
        os.ftruncate(fd, 0)
        os.write(fd, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(fd)


def held(data_dir: Path) -> bool:
    """Tell whether a live process holds the folder."""
    path = data_dir / LOCK
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(fd)


def join(data_dir: Path, *, wait_s: float = 30.0) -> Urls | None:
    """Return where the servers of a running holder of this folder are reached, or None when nobody holds it.

    A holder that is only starting is waited for, `wait_s` seconds at most.
    """
    data_dir = data_dir.absolute()
    deadline = time.monotonic() + wait_s
    while held(data_dir):
        record = read_record(data_dir)
        if record is not None and record.get("ready"):
            return Urls(record["database_url"], record["redis_url"])
        if time.monotonic() >= deadline:
            return None
        time.sleep(POLL_S)
    return None


def read_record(data_dir: Path) -> dict[str, Any] | None:
    """Return what `servers.json` says, None where it is absent or was cut short."""
    try:
        record = json.loads((data_dir / RECORD).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def write_record(data_dir: Path, runtime: Path, urls: Urls, *, ready: bool) -> None:
    """Record, in one step, where the servers are and whether they answer yet."""
    write_json(
        data_dir / RECORD, {"ready": ready, "runtime": str(runtime), "pid": os.getpid(), **asdict(urls)}
    )


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace a file in one step, so that a reader sees the old or the new and never half of one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.write_text(json.dumps(content, indent=1) + "\n")
    draft.replace(path)


def clear_earlier(data_dir: Path) -> None:
    """Remove what an earlier holder left: its record and the folder of its sockets. Call it as the holder."""
    record = read_record(data_dir)
    (data_dir / RECORD).unlink(missing_ok=True)
    runtime = Path(str(record["runtime"])) if record and "runtime" in record else None
    if runtime is not None and runtime.name.startswith(RUNTIME_PREFIX) and not runtime.is_symlink():
        shutil.rmtree(runtime, ignore_errors=True)


def make_runtime(identity: Identity | None) -> Path:
    """Make the short private folder for sockets, 0700 and owned by whom the servers run as."""
    parent = _runtime_parent(identity)
    runtime = Path(tempfile.mkdtemp(prefix=RUNTIME_PREFIX, dir=parent))
    if identity is not None:
        os.chown(runtime, identity.uid, identity.gid)
    return runtime


def _runtime_parent(identity: Identity | None) -> Path:
    personal = os.environ.get("XDG_RUNTIME_DIR", "") if identity is None else ""
    candidates = [Path(p) for p in (personal, "/tmp", "/var/tmp", tempfile.gettempdir()) if p]  # noqa: S108  # mkdtemp
    for candidate in candidates:
        if len(os.fsencode(candidate)) > LONGEST_RUNTIME_PARENT or not os.access(
            candidate, os.W_OK | os.X_OK
        ):
            continue
        if identity is not None and not _runs_programs_for(candidate, identity):
            continue
        return candidate
    raise AppError(
        "no-runtime-dir",
        500,
        f"None of {', '.join(map(str, candidates))} can hold the servers' sockets. "
        "Make /tmp writable, or set TMPDIR to a writable folder with a path of at most "
        f"{LONGEST_RUNTIME_PARENT} characters.",
    )


def _runs_programs_for(folder: Path, identity: Identity) -> bool:
    """Tell whether another user can enter the folder and run programs from it: they may be linked there."""
    forbidden: int = getattr(os, "ST_NOEXEC", 0)
    return reachable(folder, identity) and not os.statvfs(folder).f_flag & forbidden


def reachable(path: Path, identity: Identity) -> bool:
    """Tell whether a user can get at `path`: enter every folder above it, and read (and enter) it itself."""
    path = path.resolve()
    if not all(_allowed(parent, identity, 0o1) for parent in path.parents):
        return False
    return _allowed(path, identity, 0o5 if path.is_dir() else 0o4)


def _allowed(path: Path, identity: Identity, bits: int) -> bool:
    status = path.stat()
    if status.st_uid == identity.uid:
        shift = 6
    elif status.st_gid == identity.gid:
        shift = 3
    else:
        shift = 0
    return (status.st_mode >> shift) & bits == bits


def _holder(path: Path) -> int | None:
    try:
        return int(path.read_text().strip())
    except (OSError, ValueError):
        return None
