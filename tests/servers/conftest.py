"""What the servers' tests share: processes that are started, and surely gone when the test is over."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import ROOT

HERE = Path(__file__).parent
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start one of the scripts beside this file with pipes to it; it is gone after the test."""
    started: list[subprocess.Popen[str]] = []

    def start_script(script: str, *arguments: object) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(HERE / script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield start_script
    for process in started:
        try:
            # The end of its input lets a holder end in an orderly way.
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def said(process: "subprocess.Popen[str]") -> str:
    """Return the next line a script printed; the test's own timeout bounds the wait."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"the script ended with {process.wait()} and said nothing"
    return line.strip()


def told(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Return the next line a script printed, as JSON."""
    content = json.loads(said(process))
    assert isinstance(content, dict)
    return content


def lives(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not collected by its new parent yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_gone(pids: list[int]) -> None:
    """Wait until none of these processes runs; the test's own timeout bounds it."""
    while any(map(lives, pids)):
        os.sched_yield()
