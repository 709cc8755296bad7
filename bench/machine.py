"""What is measured on: processors, Python, how busy the machine is, and how often a second its disk can commit."""

import os
import platform
import time
from pathlib import Path

SYNC_S = 1.0
_BLOCK = b"\0" * 8192


def line() -> str:
    """Return the machine in one line."""
    load = os.getloadavg()[0]
    busy = f"load {load:.1f} before the start" + (
        " (the machine is busy with other work)" if load > 1 else ""
    )
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"machine: {_processor()}, {cores()} cores, {python}, {busy}"


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    try:
        for entry in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = entry.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    except OSError:
        pass
    return platform.machine()


def fdatasync_rate(folder: Path, seconds: float = SYNC_S) -> float:
    """Return how many times a second a block of 8 KiB is written to a file in `folder` and synced, one by one.

    What a commit of the database costs on this disk: without others to share a sync, none is quicker.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "fdatasync"
    sync = getattr(os, "fdatasync", os.fsync)
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        # The file is made and filled first: growing it would be measured otherwise.
        os.write(descriptor, _BLOCK * 64)
        os.fsync(descriptor)
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            os.pwrite(descriptor, _BLOCK, count % 64 * len(_BLOCK))
            sync(descriptor)
            count += 1
        return count / (time.perf_counter() - started)
    finally:
        os.close(descriptor)
        path.unlink()
