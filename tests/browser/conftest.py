"""Real headless Chromium in front of a whole installation: web, queue workers, sweeper, simulated providers.

Chromium is Debian's own (or Chrome), found on the PATH; Playwright only drives it.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from app import clock, db, outbox
from app.accounts import service as accounts
from app.console import assets
from app.demo.world import free_ports
from app.operations import create, launch
from app.payments import ledger
from app.people import service as people
from app.stack import web_argv
from app.tasks.loading import TaskItem
from tests.conftest import ROOT, Database, TestServers, _clone

PASSWORD = "a password of the tests"
INVITE = "MAJI24"
SENDERS = ("+254711000000", "whatsapp:+254711000001")
START_TIMEOUT_S = 180
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PROJECT = {
    "name": "Water reports",
    "kind": "verification",
    "instructions": {"en": "Say whether the report is about water."},
    "template": {"en": 'Is this about WATER? "{text}"', "sw": 'Je, hii inahusu MAJI? "{text}"'},
    "choices": [
        {"value": "yes", "label": {"en": "Yes", "sw": "Ndiyo"}},
        {"value": "no", "label": {"en": "No", "sw": "Hapana"}},
    ],
    "pay": {"amount": 600, "currency": "KES"},
    "redundancy": {"mode": "fixed", "answers": 3},
    "bundle": 1,
    "lease": "PT4H",
    "countries": ["KE", "UG"],
}


def executable() -> str:
    """Return the browser's path, or fail with what to install."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    pytest.fail(
        f"The browser tests need one of {', '.join(BROWSERS)} on the PATH: apt-get install chromium.",
        pytrace=False,
    )


# Which of the processes serves the web.
WEB = 2


@dataclass(frozen=True)
class Web:
    """The web side of an installation, which can die and come back."""

    url: str
    database: Database
    folder: Path
    processes: list[subprocess.Popen[bytes]]

    def kill(self) -> None:
        """Let it die at once."""
        self.processes[WEB].kill()
        self.processes[WEB].wait()

    def start(self) -> None:
        """Start it again, and wait until it answers."""
        argv = web_argv(int(self.url.rpartition(":")[2]), host="127.0.0.1")
        self.processes[WEB] = _started(argv, self.database, self.folder / f"{WEB}.log")
        _wait_until_ready(self.url, self.folder)


@dataclass(frozen=True)
class Installation:
    """A running Kazi: where its console is, the simulated provider behind it, and its web side."""

    url: str
    twilio_url: str
    web: Web


@pytest.fixture(scope="session")
def installation(servers: TestServers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A whole installation on a database of its own, with a partner, users of each role and a running project."""
    assets.install()
    folder = tmp_path_factory.mktemp("installation")
    ports = free_ports(0, folder)
    token = secrets.token_hex(16)
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in {
            "KAZI_PUBLIC_URL": ports.web_url,
            "KAZI_TWILIO_AUTH_TOKEN": token,
            "KAZI_TWILIO_API_URL": ports.twilio_url,
            "KAZI_SIMULATOR_URL": ports.twilio_url,
            "KAZI_SIMULATED_RAIL_URL": ports.mobile_money_url,
            "KAZI_SIMULATED_RAIL_SECRET": token,
            "KAZI_SESSION_PAUSE_S": "1",
        }.items():
            monkeypatch.setenv(name, value)
        for database in _clone(servers, monkeypatch):
            _arrange()
            commands = [
                ["-m", "simulators.twilio", "--port", str(ports.twilio), "--auth-token", token,
                 "--account-sid", os.environ["KAZI_TWILIO_ACCOUNT_SID"],
                 "--webhook-url", f"{ports.web_url}/webhooks/twilio/messages",
                 *(part for sender in SENDERS for part in ("--number", sender))],
                ["-m", "simulators.mobile_money", "--port", str(ports.mobile_money), "--secret", token,
                 "--callback-url", f"{ports.web_url}/webhooks/payouts/simulated"],
                web_argv(ports.web, host="127.0.0.1"),
                *(["-m", "workers.run", queue] for queue in outbox.QUEUES),
                ["-m", "workers.sweeper"],
            ]  # fmt: skip
            with _running(commands, database, folder) as processes:
                _wait_until_ready(ports.web_url, folder)
                web = Web(ports.web_url, database, folder, processes)
                yield Installation(ports.web_url, ports.twilio_url, web)


def _arrange() -> None:
    now = clock.now()
    with db.transaction() as session:
        partner = people.create_partner(session, name="Maji Group", help_phone="+254700111222", now=now)
        people.create_cohort(
            session,
            partner_id=partner.id,
            name="Village",
            invite_code=INVITE,
            languages=["en", "sw"],
            now=now,
        )
        client = accounts.create_client(session, name="Wells Ltd", now=now)
        ledger.credit_client(
            session,
            client_id=client.id,
            amount_minor=10_000_000,
            currency="KES",
            reference="opening",
            now=now,
        )
        for role in ("admin", "approver", "viewer", "reviewer", "partner"):
            accounts.create_user(
                session,
                email=f"{role}@example.org",
                password=PASSWORD,
                role=role,
                partner_id=partner.id if role == "partner" else None,
                now=now,
            )
        project = create.create_project(session, client_id=client.id, body=PROJECT, now=now, actor="cli")
        items = [TaskItem(line, f"t{line}", {"text": f"Pump {line} is broken"}) for line in range(1, 31)]
        create.add_tasks(session, project=project, lines=items, now=now)
        launch.launch(session, project=project, now=now, actor="cli")


@contextmanager
def _running(
    commands: list[list[str]], database: Database, folder: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the processes; end them in the opposite order."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for number, argv in enumerate(commands):
            processes.append(_started(argv, database, folder / f"{number}.log"))
        yield processes
    finally:
        for process in reversed(processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(processes):
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _started(argv: list[str], database: Database, log_file: Path) -> subprocess.Popen[bytes]:
    environment = {**database.environment(), "PYTHONPATH": str(ROOT)}
    with log_file.open("ab") as log:
        return subprocess.Popen([sys.executable, *argv], env=environment, cwd=ROOT, stdout=log, stderr=log)


def _wait_until_ready(url: str, folder: Path) -> None:
    """Wait until the web side answers; its own log says why when it does not."""
    until = time.monotonic() + START_TIMEOUT_S
    said = "nothing answered"
    transport = httpx2.HTTPTransport(retries=5)
    with httpx2.Client(transport=transport) as client:
        while time.monotonic() < until:
            try:
                answered = client.get(f"{url}/readyz", timeout=5)
                if answered.status_code == 200:
                    return
                said = answered.text
            except httpx2.TransportError:
                pass
    logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted(folder.glob("*.log")))
    pytest.fail(f"The installation was not ready within {START_TIMEOUT_S} s: {said}\n{logs}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # The sandbox does not start for root; a test run in a container is root.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable(), args=sandbox)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Seat:
    """Somebody at the console: a page of their own, and what their browser complained about."""

    page: Page
    complaints: list[str]


# What a browser logs of what is done on purpose: a form refused, a server that is away.
ON_PURPOSE = ("status of 422", "net::ERR_", "htmx:sse:error", "htmx:error")


def _is_fault(said: ConsoleMessage) -> bool:
    """Say whether it is one."""
    return said.type == "error" and not any(known in said.text for known in ON_PURPOSE)


@pytest.fixture
def seat(installation: Installation, chromium: Browser) -> Iterator[Callable[..., Seat]]:
    """Sit somebody of a role at the console. Whatever their browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sit(
        role: str | None, *, width: int = 1280, height: int = 900, dark: bool = False, axe: str = ""
    ) -> Seat:
        context = chromium.new_context(
            base_url=installation.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        if axe:
            context.add_init_script(axe)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_fault(said) else None)
        if role:
            page.goto("/console/sign-in")
            page.get_by_label("E-mail").fill(f"{role}@example.org")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("heading", name="Overview").wait_for()
        return Seat(page, complaints)

    yield sit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's source, installed by the console's own lock."""
    folder = Path(__file__).parent / "vendor"
    assets.install(folder, assets.TEST_FILES, development=True)
    return (folder / "axe.min.js").read_text(encoding="utf-8")
