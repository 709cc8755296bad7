"""Where a benchmark runs: servers of its own, the settings of a measured installation, processes that end with it."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from typing import Any

import httpx2
import psutil

from app import stack
from app.demo.world import apply
from app.servers import Child, Servers, embedded, spawn
from app.settings import settings

ACCOUNT_SID = "AC" + "b" * 32
SMS_NUMBER = "+254711083000"
TOKEN = secrets.token_hex(16)
READY_S = 90.0
STOP_S = 20.0
HTTP = httpx2.Client(trust_env=False, timeout=10)


def say(line: str) -> None:
    """Tell whoever waits how far it is; standard output carries only the tables."""
    print(f"bench: {line}", file=sys.stderr, flush=True)


def home() -> Path:
    """Return the folder all benchmarks work in: on the disk that an installation's data would be on."""
    return stack.ROOT / ".kazi" / "bench"


@dataclass
class Stage:
    """The servers and folder of one benchmark, and what runs on them."""

    folder: Path
    servers: Servers
    web_port: int
    twilio_port: int
    children: dict[str, Child] = field(default_factory=dict)

    @property
    def web_url(self) -> str:
        """Where the application is served, and what webhooks are signed for."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def twilio_url(self) -> str:
        """Where the simulated provider is served."""
        return f"http://127.0.0.1:{self.twilio_port}"

    @property
    def journal(self) -> Path:
        """What the simulated provider wrote down."""
        return self.folder / "twilio.jsonl"

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None) -> Child:
        """Start a Python process of the project; its output goes to the folder's `logs`."""
        log = self.folder / "logs" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        whole = {**os.environ, "PYTHONPATH": str(stack.ROOT), "PYTHONUNBUFFERED": "1", **(env or {})}
        with log.open("ab") as output:
            self.children[name] = spawn([sys.executable, *argv], env=whole, output=output)
        return self.children[name]

    def stop(self, *names: str) -> None:
        """End these processes, or all, the last started first."""
        for name in names or tuple(reversed(self.children)):
            self.children.pop(name).stop([(SIGTERM, STOP_S)])

    def wait(self, what: str, happened: Callable[[], bool], seconds: float = READY_S) -> None:
        """Wait until it happened. Raises RuntimeError when a process died meanwhile, or after so long."""
        deadline = time.monotonic() + seconds
        while not happened():
            dead = [name for name, child in self.children.items() if not child.alive()]
            if dead or time.monotonic() > deadline:
                why = f"{dead[0]} ended" if dead else f"not within {seconds:.0f} s"
                raise RuntimeError(f"Waited for {what}: {why}. See the logs in {self.folder / 'logs'}.")
            time.sleep(0.05)

    def processor_s(self) -> dict[str, float]:
        """Return how much processor time each process and server has used so far, with all it has started."""
        pids = {name: child.pid for name, child in self.children.items()} | self.servers.pids()
        return {name: _processor_s(psutil.Process(pid)) for name, pid in pids.items()}

    def start_web(self) -> None:
        """Serve the application as `./kazi up` does, and wait until it answers."""
        self.start("web", stack.web_argv(self.web_port, host="127.0.0.1"))
        self.wait("the application", lambda: answers(f"{self.web_url}/healthz"))

    def start_twilio(self, **knobs: object) -> None:
        """Start the simulated provider with these knobs, and wait until it answers."""
        config = self.folder / "twilio.json"
        config.write_text(json.dumps({"own_numbers": [SMS_NUMBER], **knobs}), encoding="utf-8")
        argv = [
            "-m", "simulators.twilio", "--port", str(self.twilio_port), "--account-sid", ACCOUNT_SID,
            "--auth-token", TOKEN, "--webhook-url", f"{self.web_url}/webhooks/twilio/messages",
            "--config", str(config), "--state", str(self.journal),
        ]  # fmt: skip
        self.start("twilio", argv)
        self.wait("the simulated provider", lambda: answers(f"{self.twilio_url}/healthz"))

    def start_rest(self) -> None:
        """Start the queue workers and the sweeper beside the web, and wait until all have beaten."""
        for spec in stack.processes(self.web_port, host="127.0.0.1", log_dir=None):
            if spec.name != "web":
                self.start(spec.name, spec.argv[1:])
        self.wait("the queue workers", lambda: answers(f"{self.web_url}/readyz"))


@contextmanager
def staged(name: str, **changed: str) -> Iterator[Stage]:
    """Run embedded servers that keep what they acknowledge, migrated, in a folder of their own made anew.

    `changed` are settings (`KAZI_…`) over those all benchmarks have; the shell's own do not count.
    """
    folder = home() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    web_port, twilio_port = _free_ports(2)
    apply({**_environment(folder, web_port, twilio_port), **changed})
    settings.cache_clear()
    with embedded(folder, durable=True) as servers:
        stack.point_at(servers.urls.database_url, servers.urls.redis_url)
        stack.migrate()
        stage = Stage(folder, servers, web_port, twilio_port)
        try:
            yield stage
        finally:
            stage.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, web_port: int, twilio_port: int) -> dict[str, str]:
    return {
        "KAZI_DATA_DIR": str(folder),
        "KAZI_PUBLIC_URL": f"http://127.0.0.1:{web_port}",
        "KAZI_SECRET_KEY": secrets.token_hex(32),
        "KAZI_QUIET_HOURS": "none",
        "KAZI_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "KAZI_TWILIO_AUTH_TOKEN": TOKEN,
        "KAZI_TWILIO_API_URL": f"http://127.0.0.1:{twilio_port}",
        "KAZI_TWILIO_SMS_FROM": SMS_NUMBER,
        # A session's end asks for nothing; here every answer is to be followed by a question.
        "KAZI_SESSION_TASKS": "1000000",
        "KAZI_PAYOUT_THRESHOLD_MINOR": "1000000000",
    }


def _free_ports(count: int) -> list[int]:
    with_ports = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [listener.getsockname()[1] for listener in with_ports]
    finally:
        for listener in with_ports:
            listener.close()


def _processor_s(process: psutil.Process) -> float:
    used = 0.0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            used += times.user + times.system
    return used


def run_module(module: str, *arguments: str) -> Any:
    """Run a module of this package in a process of its own; return what it printed, read as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, cwd=stack.ROOT
    )
    return json.loads(done.stdout)


def answers(url: str) -> bool:
    """Say whether the address answers with success."""
    try:
        return HTTP.get(url).is_success
    except httpx2.HTTPError:
        return False
