"""The course of the demonstration, step by step: make the client and the projects, let people join, pay, count.

A generator, so that the supervisor can tend its processes between two steps. Clients' steps go over the API.
"""

import json
import secrets
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from app import clock, db
from app.accounts import service as accounts
from app.demo import world
from app.demo.world import JOBS, Ports
from app.errors import AppError
from app.payments import ledger
from app.people import service as people

READY_S = 60.0
# The job takes about a minute; a machine ten times as slow is still given its chance.
JOB_S = 900.0
SETTLE_S = 120.0
CREDIT_MINOR = 100_000_000


@dataclass
class Run:
    """What is known of a run so far."""

    ports: Ports
    data_dir: Path
    say: Callable[[str], None]
    tasks: int
    phones: int
    seed: int
    start_crowd: Callable[[list[dict[str, str]]], None]
    extra: dict[str, Any] = field(default_factory=dict)  # what every project says besides
    gold_every: int = 0  # each so-manieth task is given with its truth, as gold; 0: none
    key: str = ""
    items: list[dict[str, str]] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    crowd: dict[str, Any] = field(default_factory=dict)
    started_s: float = 0.0
    finished_s: float = 0.0
    failure: str | None = None


def course(run: Run) -> Iterator[None]:
    """Run the job; every `yield` gives the supervisor its turn. Sets `run.failure` where it cannot go on."""
    if not (yield from ready(run)):
        return
    prepare(run)
    yield from begin(run)
    if not (yield from _work(run)):
        return
    run.finished_s = time.monotonic()
    yield from _payday(run)


def ready(run: Run) -> Generator[None, None, bool]:
    """Wait until everything says that it can work; False, with `run.failure` set, when that takes too long."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        try:
            if httpx2.get(f"{run.ports.web_url}/readyz", timeout=5).status_code == httpx2.codes.OK:
                return True
        except httpx2.HTTPError:
            pass
        yield
    run.failure = f"Kazi was not ready after {READY_S:.0f} s; see the logs in {run.data_dir / 'logs'}."
    return False


def prepare(run: Run) -> None:
    """Make the partner, the client with credit and a key, and somebody who may look at the console."""
    now = clock.now()
    with db.transaction() as session:
        try:
            client = accounts.client_by_name(session, world.CLIENT)
        except AppError:
            client = accounts.create_client(session, name=world.CLIENT, now=now)
            partner = people.create_partner(session, name=world.PARTNER, help_phone="+254700100200", now=now)
            people.create_cohort(
                session,
                partner_id=partner.id,
                name="Demo village",
                invite_code=world.INVITE,
                languages=["en", "sw", "lg"],
                now=now,
            )
        for currency in ("KES", "UGX"):
            ledger.credit_client(
                session,
                client_id=client.id,
                amount_minor=CREDIT_MINOR,
                currency=currency,
                reference=f"demo:{secrets.token_hex(8)}",
                now=now,
            )
        run.key = accounts.issue_key(session, client_id=client.id, now=now)
    run.items = world.items(run.tasks)


def begin(run: Run) -> Iterator[None]:
    """Launch the projects, then let the crowd join."""
    run.started_s = time.monotonic()
    for job, items in zip(JOBS, _shared_out(run.items), strict=True):
        run.projects.append(_launch(run, job, items))
        yield
    run.start_crowd(run.items)


def _shared_out(items: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    return [[item for item in items if item["language"] in job.item_languages] for job in JOBS]


def api(run: Run, method: str, path: str, **options: Any) -> Any:
    """Call the client API as a client would; an error ends the demonstration with its own words."""
    headers = {"Authorization": f"Bearer {run.key}"}
    answer = httpx2.request(method, f"{run.ports.web_url}{path}", headers=headers, timeout=60, **options)
    if answer.is_error:
        raise AppError("demo-api", 500, f"{method} {path} was refused: {answer.text[:500]}")
    return answer.json()


def _launch(run: Run, job: world.Job, items: list[dict[str, str]]) -> dict[str, Any]:
    project: dict[str, Any] = api(run, "POST", "/v1/projects", json={**job.body(), **run.extra})
    known = {item["id"] for item in items[:: run.gold_every]} if run.gold_every else set()
    tasks = [
        {"id": item["id"], "data": {"text": item["text"]}}
        | ({"gold": item["truth"]} if item["id"] in known else {})
        for item in items
    ]
    report = api(run, "POST", f"/v1/projects/{project['id']}/tasks", json=tasks)
    if report["errors"]:
        raise AppError("demo-tasks", 500, f"Tasks were refused: {json.dumps(report['errors'][:3])}")
    api(run, "POST", f"/v1/projects/{project['id']}/launch")
    run.say(f"launched {job.name!r}: {len(items)} tasks, three answers each")
    return project


def _work(run: Run) -> Generator[None, None, bool]:
    deadline, next_look = time.monotonic() + JOB_S, 0.0
    last = ""
    while time.monotonic() < deadline:
        if time.monotonic() < next_look:
            yield
            continue
        next_look = time.monotonic() + 1.0
        states = [api(run, "GET", f"/v1/projects/{project['id']}") for project in run.projects]
        done, wanted = (
            sum(state["progress"][name] for state in states) for name in ("tasks_finished", "tasks")
        )
        answers = sum(state["progress"]["answered"] for state in states)
        line = (
            f"{done} of {wanted} tasks finished, {answers} answers, {time.monotonic() - run.started_s:.0f} s"
        )
        if line.partition(",")[0] != last.partition(",")[0]:
            run.say(line)
            last = line
        if all(state["state"] == "finished" for state in states):
            return True
        yield
    run.failure = f"The job was not done after {JOB_S:.0f} s; see the console and {run.data_dir / 'logs'}."
    return False


def _payday(run: Run) -> Iterator[None]:
    """Let everybody ask for their money, and wait until it has arrived and the receipts with it."""
    httpx2.post(f"{run.ports.crowd_url}/control/payday", timeout=10).raise_for_status()
    run.say("payday: everybody asks for their money")
    from app.demo.report import stuck  # noqa: PLC0415 - the report reads what the course has made

    deadline, quiet_since = time.monotonic() + SETTLE_S, 0.0
    while time.monotonic() < deadline:
        with db.transaction() as session:
            waiting = sum(stuck(session).values())
        now = time.monotonic()
        quiet_since = (quiet_since or now) if waiting == 0 else 0.0
        # Nothing waits, and has not for some seconds: whoever wanted to ask has asked.
        if quiet_since and now - quiet_since > 4:
            break
        yield
    run.crowd = httpx2.get(f"{run.ports.crowd_url}/control/stats", timeout=10).json()
    # What the people meant, beside what was understood: for whoever wants to know where an answer went wrong.
    (run.data_dir / "crowd.json").write_text(json.dumps(run.crowd), encoding="utf-8")
