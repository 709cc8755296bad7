"""The launcher's watcher, which stands in for the kernel's death signal where there is none (macOS)."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.servers.spawn import LAUNCH

Watched = tuple["subprocess.Popen[bytes]", int]


@pytest.fixture
def watched() -> Iterator[Watched]:
    """A program started with a watcher, and the end of the pipe that its parent would hold."""
    reading, holding = os.pipe()
    flags = ["--parent", str(os.getpid()), "--signal", str(int(signal.SIGTERM)), "--pipe", str(reading)]
    process = subprocess.Popen(
        [
            sys.executable,
            "-I",
            "-S",
            str(LAUNCH),
            *flags,
            "--",
            "/bin/sh",
            "-c",
            "echo ready; exec sleep 600",
        ],
        pass_fds=[reading],
        stdout=subprocess.PIPE,
    )
    os.close(reading)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    yield process, holding
    process.kill()
    process.communicate()


def test_the_program_is_signalled_when_the_holder_of_the_pipe_ends(watched: Watched) -> None:
    process, holding = watched
    os.close(holding)
    assert process.wait() == -signal.SIGTERM


def test_the_watcher_ends_with_the_program(watched: Watched) -> None:
    process, holding = watched
    process.kill()
    process.wait()
    # A pipe reports an error to its writer once nobody is left to read it: the watcher was the last.
    poll = select.poll()
    poll.register(holding, 0)
    assert poll.poll(10_000) == [(holding, select.POLLERR)]
    os.close(holding)


def test_a_child_whose_parent_is_gone_does_not_begin() -> None:
    flags = ["--parent", "1", "--signal", "9"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(LAUNCH), *flags, "--", "/bin/echo", "begun"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "parent process ended" in done.stderr
