"""A client's commands against the real application in a process of its own, on a database of its own."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app import cli, clock, db
from app.accounts import service as accounts
from app.api.examples import PROJECT
from app.channels.base import Inbound
from app.channels.store import store_inbound
from app.client_api import CONTENT_TYPES, connected
from app.conversation.handle import handle_due
from app.errors import AppError
from app.ids import new
from app.operations import timeouts
from app.payments import ledger
from app.people import service as people
from app.settings import settings
from tests.channels.conftest import ROOT, free_port, running
from tests.conftest import Database, TestServers
from tests.conftest import _clone as clone
from tests.story.conftest import World
from tests.story.test_survey import WELLS

MENDED = "id,text\nr1,The well is dry\nr2,The roof leaks\n"
TASKS = "id,text,gold\nr1,The well is dry,\nr2,The roof leaks,\n"
PHONES = ("+254712000001", "+254712000002")


@dataclass
class Client:
    """A client's machine: files and the commands."""

    folder: Path

    def file(self, name: str, content: object) -> str:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    def project(self, **changes: Any) -> str:
        described = {**PROJECT, "redundancy": {"mode": "fixed", "answers": 1}, **changes}
        return self.file("project.json", described)

    def kazi(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli.app, arguments)

    def submitted(self, *options: str, tasks: str = TASKS) -> str:
        result = self.kazi("submit", self.project(), self.file("tasks.csv", tasks), *options)
        assert result.exit_code == 0, result.output
        return result.stdout.strip()


@pytest.fixture(scope="module")
def served(servers: TestServers) -> Iterator[tuple[Database, str, int]]:
    """The application in a process of its own, on a database of its own; with a client's key, and its port."""
    with pytest.MonkeyPatch.context() as monkeypatch, contextmanager(clone)(servers, monkeypatch) as database:
        key, port = opened(), free_port()
        with serving(port, database):
            yield database, key, port


def opened() -> str:
    """Make a client with credit and a cohort that can be joined, and return the client's key."""
    now = clock.now()
    with db.transaction() as session:
        made = accounts.create_client(session, name="Maji", now=now)
        ledger.credit_client(
            session, client_id=made.id, amount_minor=10_000_000, currency="KES", reference="bank", now=now
        )
        partner = people.create_partner(session, name="Maji Group", help_phone="+254700111222", now=now)
        people.create_cohort(
            session,
            partner_id=partner.id,
            name="Village",
            invite_code="MAJI24",
            languages=["en", "sw"],
            now=now,
        )
        return accounts.issue_key(session, client_id=made.id, now=now)


def serving(port: int, database: Database) -> Any:
    argv = ["-m", "uvicorn", "app.main:create_app", "--factory", "--port", str(port)]
    return running(argv, database.environment(), "Uvicorn running")


@pytest.fixture
def client(served: tuple[Database, str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    _, key, port = served
    monkeypatch.setenv("KAZI_API_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("KAZI_API_KEY", key)
    # As wide as a terminal, whatever this one is.
    monkeypatch.setenv("COLUMNS", "100")
    settings.cache_clear()
    return Client(tmp_path)


def text(number: str, *words: str) -> None:
    """Write from a phone that has got all it was sent, and let the service handle it."""
    for word in words:
        inbound = Inbound(
            channel="twilio_sms",
            provider_message_id=f"SM{new().hex}",
            number=number,
            country="KE",
            sender="+254711000000",
            body=word,
        )
        with db.transaction() as session:
            World(session, None).deliver(number)
        with db.transaction() as session:
            store_inbound(session, inbound, clock.now())
        while handle_due():
            pass


def work(number: str, answers: int) -> None:
    """Join, and answer so many questions with 1; then let the time come for what is over."""
    text(number, "JOIN MAJI24", "1", "1", "1", *["1"] * answers)
    timeouts.run_due()


def test_submit_prints_the_id_alone_and_quote_says_what_it_costs(client: Client) -> None:
    result = client.kazi("submit", client.project(), client.file("tasks.csv", TASKS))
    assert result.exit_code == 0
    assert re.fullmatch(r"prj_[0-9a-z]+\n", result.stdout)
    assert "2 added" in result.stderr
    project_id = result.stdout.strip()
    table = client.kazi("quote", project_id)
    assert table.exit_code == 0
    for said in (
        "workers' pay",
        "KES 4",
        "reserved at launch",
        "your credit",
        "KES 100,000",
        "questions"[:8],
    ):
        assert said in table.stdout
    quoted = json.loads(client.kazi("quote", project_id, "--json").stdout)
    assert (quoted["tasks"], quoted["parts"]["pay_minor"]) == (2, 400)
    assert quoted["total_minor"] == sum(quoted["parts"].values())


@pytest.mark.parametrize("ending", sorted(CONTENT_TYPES))
def test_quote_makes_a_draft_of_every_kind_of_file(client: Client, ending: str) -> None:
    items = [
        {"id": "r1", "data": {"text": "The well is dry"}},
        {"id": "r2", "data": {"text": "The roof leaks"}},
    ]
    lines = "\n".join(json.dumps(item) for item in items)
    content = {".csv": TASKS, ".json": json.dumps(items)}.get(ending, lines)
    result = client.kazi("quote", client.project(), client.file(f"tasks{ending}", content), "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["tasks"] == 2
    assert "--launch" in result.stderr


def test_refused_lines_are_named_and_what_is_mended_can_be_sent_again(client: Client) -> None:
    faulty = client.file("tasks.csv", "id,text\nr1,The well is dry\nr2\nr3," + "x" * 300 + "\n")
    result = client.kazi("submit", client.project(), faulty, "--launch")
    assert result.exit_code == 1
    project_id = result.stdout.strip()
    assert "line 3" in result.stderr
    assert "line 4 (r3)" in result.stderr
    assert "1 added, 0 there already, 2 refused" in result.stderr
    assert f"kazi submit {project_id}" in result.stderr
    assert "launched" not in result.stderr
    mended = client.kazi("submit", project_id, client.file("tasks.csv", MENDED), "--launch")
    assert mended.exit_code == 0, mended.output
    assert mended.stdout.strip() == project_id
    assert "1 added, 1 there already, 0 refused" in mended.stderr
    assert "is launched" in mended.stderr
    with connected() as api:  # so that no other test's phone is offered its tasks
        api.post(f"/v1/projects/{project_id}/cancel")


def test_a_file_without_one_good_line_says_why(client: Client) -> None:
    result = client.kazi("submit", client.project(), client.file("tasks.csv", "id,text\n,dry\n"))
    assert result.exit_code == 1
    assert "id is missing" in result.stderr


def test_a_job_is_submitted_watched_and_exported(client: Client) -> None:
    project_id = client.submitted("--launch")
    work(PHONES[0], 2)
    watched = client.kazi("watch", project_id)
    assert watched.exit_code == 0, watched.output
    assert watched.stdout == ""
    assert "finished, 2 answers, 0 questions out, 2 of 2 tasks finished" in watched.stderr
    results = client.kazi("export", project_id, "results")
    assert results.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(results.stdout)))
    assert {(row["task"], row["result"]) for row in rows} == {("r1", "yes"), ("r2", "yes")}
    target = client.folder / "answers.jsonl"
    answers = client.kazi("export", project_id, "answers", "--format", "jsonl", "-o", str(target))
    assert (answers.exit_code, answers.stdout) == (0, "")
    assert [json.loads(line)["label"] for line in target.read_text().splitlines()] == ["yes", "yes"]
    assert sorted(path.name for path in client.folder.iterdir()) == [
        "answers.jsonl",
        "project.json",
        "tasks.csv",
    ]


def test_a_survey_needs_no_file_of_tasks(client: Client) -> None:
    described = {**WELLS, "redundancy": {"mode": "fixed", "answers": 1}}
    quoted = client.kazi("quote", client.file("wells.json", described))
    assert quoted.exit_code == 0, quoted.output
    assert "1 tasks, 1 answers" in quoted.stdout
    submitted = client.kazi("submit", client.file("wells.json", described), "--launch")
    assert submitted.exit_code == 0, submitted.output
    project_id = submitted.stdout.strip()
    text(PHONES[1], "JOIN MAJI24", "1", "1", "1", "2", "too far")
    timeouts.run_due()
    watched = client.kazi("watch", project_id)
    assert watched.exit_code == 0, watched.output
    answers = client.kazi("export", project_id, "answers")
    rows = list(csv.DictReader(io.StringIO(answers.stdout)))
    assert [(row["question"], row["label"]) for row in rows] == [("uses", "no"), ("why", "too far")]


def test_watch_comes_back_after_the_service_was_killed(
    client: Client, served: tuple[Database, str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("KAZI_API_URL", f"http://127.0.0.1:{port}")
    settings.cache_clear()
    argv = [sys.executable, "-m", "app.cli", "watch"]
    with serving(port, served[0]) as (process, _):
        project_id = client.submitted("--launch")
        watching = subprocess.Popen(
            [*argv, project_id], cwd=ROOT, env=dict(os.environ), stderr=subprocess.PIPE, text=True
        )
        try:
            wait_for(watching.stderr, lambda line: "running" in line)
            text(PHONES[1], "JOIN MAJI24", "1", "1", "1", "1")
            os.kill(process, 9)
            wait_for(watching.stderr, lambda line: "connection lost" in line)
            text(PHONES[1], "1")
            timeouts.run_due()
            with serving(port, served[0]):
                wait_for(watching.stderr, lambda line: "finished, 2 answers" in line)
                assert watching.wait(60) == 0
        finally:
            watching.kill()
            watching.communicate()


def wait_for(lines: Any, wanted: Callable[[str], bool]) -> None:
    """Read on to a line that is wanted; the test's own time limit ends a wait in vain."""
    seen = []
    for line in lines:
        seen.append(line)
        if wanted(line):
            return
    pytest.fail("".join(seen))


def test_a_cancelled_project_ends_the_watch_with_1(client: Client) -> None:
    project_id = client.submitted("--launch")
    with connected() as api:
        api.post(f"/v1/projects/{project_id}/cancel")
    watched = client.kazi("watch", project_id)
    assert watched.exit_code == 1
    assert f"{project_id} is cancelled" in watched.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("watch", "prj_00000000000000000000000000"), "not-found", "There is no project"),
        (("watch", "../v1/account"), "invalid", "no project's id"),
        (("export", "prj_00000000000000000000000000", "results"), "not-found", "There is no project"),
        (("submit", "prj_00000000000000000000000000", "--launch"), "not-found", "There is no project"),
        (("submit", "absent.json", "absent.csv"), "bad-file", "absent.csv cannot be read"),
        (("submit", "absent.json", "tasks.xls"), "bad-file", "ends in none of .csv"),
        (("submit", "absent.json"), "invalid", "Name a file of tasks"),
    ],
)
def test_what_cannot_be_done_is_said(
    client: Client, arguments: tuple[str, ...], code: str, said: str
) -> None:
    result = client.kazi(*arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, AppError)
    assert result.exception.code == code
    assert said in result.exception.message


def test_the_fields_at_fault_are_named(client: Client) -> None:
    result = client.kazi("submit", client.project(kind="poll"), client.file("tasks.csv", TASKS))
    assert isinstance(result.exception, AppError)
    assert "\n  /kind: " in result.exception.message
    not_json = client.kazi("submit", client.file("project.json", "{"), client.file("tasks.csv", TASKS))
    assert isinstance(not_json.exception, AppError)
    assert "project.json is not JSON" in not_json.exception.message


def test_a_wrong_key_no_key_and_no_service_are_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAZI_API_KEY", "kazi_live_wrong")
    settings.cache_clear()
    assert code_of(client.kazi("watch", "prj_00000000000000000000000000")) == "unauthorized"
    monkeypatch.delenv("KAZI_API_KEY")
    settings.cache_clear()
    assert code_of(client.kazi("watch", "prj_00000000000000000000000000")) == "no-api-key"
    key_file = client.file("key", "kazi_live_wrong\n")
    monkeypatch.setenv("KAZI_API_KEY_FILE", key_file)
    settings.cache_clear()
    assert code_of(client.kazi("watch", "prj_00000000000000000000000000")) == "unauthorized"
    monkeypatch.setenv("KAZI_API_URL", f"http://127.0.0.1:{free_port()}")
    settings.cache_clear()
    assert code_of(client.kazi("watch", "prj_00000000000000000000000000")) == "unreachable"


def code_of(result: Result) -> str:
    assert isinstance(result.exception, AppError), result.output
    return result.exception.code


def test_a_document_is_submitted_and_exported(client: Client) -> None:
    report = client.file("report.txt", "The pump broke. Dr. Okello came.\n")
    made = client.kazi("submit", client.project(), "--document", report, "--by", "sentence", "--launch")
    assert made.exit_code == 0, made.output
    project_id = made.stdout.strip()
    assert "has 2 parts" in made.stderr
    again = client.kazi("submit", project_id, "--document", report)
    assert again.exit_code == 0, again.output
    written = client.kazi("export", project_id, "document", "--id", "report.txt")
    assert written.stdout == "[[The pump broke.]] [[Dr. Okello came.]]\n"
    parts = client.kazi("export", project_id, "document", "--id", "report.txt", "--format", "jsonl")
    assert [json.loads(line)["number"] for line in parts.stdout.splitlines()] == [1, 2]


def test_what_is_wrong_with_a_document_is_said_in_one_line(client: Client) -> None:
    project_id = client.submitted()
    for arguments, said in (
        (("submit", project_id, "--document", "/nowhere.txt"), "cannot be read"),
        (("export", project_id, "document"), "--id"),
        (("export", project_id, "results", "--format", "txt"), "csv or jsonl"),
        (("export", project_id, "document", "--id", "x", "--format", "csv"), "txt"),
        (("export", project_id, "document", "--id", "x"), "no document"),
    ):
        refused = client.kazi(*arguments)
        assert refused.exit_code != 0
        assert said in str(refused.exception) + refused.output, arguments
