"""Starting and ending the demonstration: servers, processes, its course, its report."""

import json
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import clock, db, stack
from app.accounts import service as accounts
from app.demo import report as reports
from app.demo import visitor, world
from app.demo.drive import Run, course
from app.errors import AppError
from app.servers import Child, Supervisor, embedded, spawn
from app.settings import settings

DONE = "report.json"
ADMIN = "admin@kazi.example"


@dataclass(frozen=True)
class Plan:
    """What was asked for on the command line."""

    data_dir: Path
    port: int
    tasks: int
    phones: int
    seed: int


def run(plan: Plan, *, exit_when_done: bool, report: Path | None) -> int:
    """Run the demonstration; return the exit code: 0 only if all is finished, balanced and nothing stuck.

    On a folder in which it has run before, the job is not run again: the console is up at once, on its data.
    """
    logs = plan.data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    ports = world.free_ports(plan.port, plan.data_dir)
    world.apply(world.environment(ports, plan.data_dir))
    settings.cache_clear()
    with embedded(plan.data_dir) as servers:
        stack.point_at(servers.urls.database_url, servers.urls.redis_url)
        stack.migrate()
        password = _admin()
        say(f"the console opens at {ports.web_url}/console  (sign in as {ADMIN}, password {password})")
        specs = [
            *world.simulators(ports, plan.data_dir),
            *stack.processes(ports.web, host="127.0.0.1", log_dir=logs),
        ]
        supervisor = Supervisor(specs, data_dir=plan.data_dir, servers=servers)
        show = _Show(plan, ports, exit_when_done=exit_when_done, report=report)
        try:
            supervisor.run(until=show.step)
        finally:
            show.end()
    return show.code


class _Show:
    """The course of the demonstration, advanced a step whenever the supervisor has a moment."""

    def __init__(self, plan: Plan, ports: world.Ports, *, exit_when_done: bool, report: Path | None) -> None:
        self.code = 1
        self._plan, self._ports = plan, ports
        self._exit, self._report = exit_when_done, report
        self._crowd: Child | None = None
        self._steps = self._course()
        self._over = False

    def step(self) -> bool:
        """Go one step on; True when the supervisor may stop."""
        if not self._over:
            try:
                next(self._steps)
            except StopIteration:
                self._over = True
                if not self._exit:
                    say("the console stays open; Ctrl-C stops everything")
                    say(f"play a worker yourself, on the console's page Phone: text JOIN {visitor.INVITE}")
            except AppError as error:
                say(error.message)
                return True
        return self._over and self._exit

    def end(self) -> None:
        """End the crowd, which the supervisor does not know."""
        if self._crowd is not None:
            self._crowd.process.terminate()
            self._crowd.sweep()

    def _course(self) -> Iterator[None]:
        before = self._plan.data_dir / DONE
        if before.exists():
            found = json.loads(before.read_text(encoding="utf-8"))
            say("this folder holds a finished demonstration; its figures again:")
        else:
            run = self._run()
            yield from course(run)
            if run.failure:
                say(run.failure)
                return
            found = reports.figures(run)
            before.write_text(json.dumps(found, indent=2), encoding="utf-8")
            if not self._exit:
                texts = [item["text"] for item in run.items if item["language"] == "en"]
                with db.transaction() as session:
                    visitor.leave_work(session, texts=texts, now=clock.now())
        self._tell(found)

    def _run(self) -> Run:
        plan = self._plan
        return Run(
            ports=self._ports,
            data_dir=plan.data_dir,
            say=say,
            tasks=plan.tasks,
            phones=plan.phones,
            seed=plan.seed,
            start_crowd=self._start_crowd,
        )

    def _start_crowd(self, items: list[dict[str, str]]) -> None:
        plan = self._plan
        spec = world.crowd(self._ports, plan.data_dir, phones=plan.phones, seed=plan.seed, items=items)
        assert spec.log is not None
        with spec.log.open("ab") as log:
            self._crowd = spawn(list(spec.argv), env=spec.env, output=log)
        say(f"{plan.phones} phones are joining")

    def _tell(self, found: dict[str, Any]) -> None:
        print(reports.table(found), flush=True)
        if self._report is not None:
            self._report.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        self.code = 0 if reports.good(found) else 1


def _admin() -> str:
    """Return a new password of the demonstration's administrator, making the account the first time."""
    password = secrets.token_urlsafe(12)
    with db.transaction() as session:
        found = accounts.user_by_email(session, ADMIN)
        if found is None:
            accounts.create_user(session, email=ADMIN, password=password, role="admin", now=clock.now())
        else:
            accounts.change_password(session, user=found, password=password, now=clock.now())
    return password


def say(line: str) -> None:
    """Tell the person at the terminal how far it is."""
    print(f"kazi: {line}", file=sys.stderr, flush=True)
