"""Results, answers and events: by pages, whole, and live."""

import csv
import io
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, crypto, db, exports, ids
from app.operations import launch
from app.payments import ledger
from app.tasks import service as tasks
from app.tasks.choosing import Taken
from app.tasks.models import Answer, Project
from app.tasks.rules import Reading
from app.tasks.training import gold
from tests.api.conftest import Tenant
from tests.conftest import Database
from tests.tasks.arrange import facts, make_workers, take

RAW = "=cmd|' /C calc'!A0"


def answer(shown: str, values: dict[str, str], workers: int = 3) -> list[UUID]:
    """Let so many workers answer every task of the project, each by the value for the task's own id."""
    with db.transaction() as session:
        made = make_workers(session, workers)
        for one in made:
            while (taken := take(session, one, clock.now()) or _gold(session, shown, one)) is not None:
                assert ids.show("prj", taken.project.id) == shown
                tasks.record_answer(
                    session,
                    assignment=taken.assignment,
                    task=taken.task,
                    project=taken.project,
                    reading=Reading(values[taken.task.client_task_id], RAW, 1.0),
                    language="en",
                    channel="twilio_sms",
                    late=False,
                    now=clock.now() + timedelta(seconds=5),
                )
        return made


def _gold(session: Session, shown: str, worker_id: UUID) -> Taken | None:
    project = session.get_one(Project, ids.read("prj", shown))
    return gold.give(session, project=project, worker=facts(worker_id), now=clock.now(), message_id=None)


@pytest.fixture
def answered(maji: Tenant) -> tuple[str, list[UUID]]:
    project_id = maji.launched(4)
    workers = answer(project_id, {"r0": "yes", "r1": "no", "r2": "yes", "r3": "no"})
    return project_id, workers


def pages(tenant: Tenant, path: str, name: str) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = tenant.http.get(path, params={"limit": 3, **after}).json()
        seen += page["data"]
        if not page["has_more"]:
            return seen
        after = {"starting_after": seen[-1]["id"]}


def test_results_by_pages_and_whole_say_the_same(maji: Tenant, answered: tuple[str, list[UUID]]) -> None:
    project_id, _ = answered
    path = f"/v1/projects/{project_id}/results"
    by_pages = pages(maji, path, "results")
    assert {row["task"]: row["result"] for row in by_pages} == {
        "r0": "yes",
        "r1": "no",
        "r2": "yes",
        "r3": "no",
    }
    whole = maji.http.get(path, params={"format": "csv"})
    assert whole.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in whole.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(whole.text)))
    assert list(rows[0])[:4] == ["task", "result", "confidence", "answers"]
    assert [(row["task"], row["result"], float(row["confidence"]), int(row["answers"])) for row in rows] == [
        (row["task"], row["result"], row["confidence"], row["answers"]) for row in by_pages
    ]
    lines = maji.http.get(path, params={"format": "jsonl"}).text.splitlines()
    assert [json.loads(line)["votes"] for line in lines] == [row["votes"] for row in by_pages]
    project = maji.http.get(f"/v1/projects/{project_id}").json()
    assert project["quality"] == {
        "results": 4, "mean_agreement": pytest.approx(sum(row["confidence"] for row in by_pages) / 4),
        "gold_answers": 0, "gold_accuracy": None,
    }  # fmt: skip


def test_answers_name_workers_as_this_client_sees_them(
    maji: Tenant, other: Tenant, answered: tuple[str, list[UUID]]
) -> None:
    project_id, workers = answered
    path = f"/v1/projects/{project_id}/answers"
    by_pages = pages(maji, path, "answers")
    assert len(by_pages) == 12
    mine = {crypto.pseudonym(maji.client_id.bytes, one.bytes) for one in workers}
    assert {row["worker"] for row in by_pages} == mine
    assert not mine & {crypto.pseudonym(other.client_id.bytes, one.bytes) for one in workers}
    whole = maji.http.get(path, params={"format": "csv"}).text
    rows = list(csv.DictReader(io.StringIO(whole)))
    assert list(rows[0]) == [
        "task",
        "worker",
        "label",
        "answered_at",
        "seconds",
        "language",
        "channel",
        "raw",
    ]
    assert [row["worker"] for row in rows] == [row["worker"] for row in by_pages]
    assert {row["raw"] for row in rows} == {"'" + RAW}
    lines = maji.http.get(path, params={"format": "jsonl"}).text.splitlines()
    assert {json.loads(line)["raw"] for line in lines} == {RAW}
    assert not any(str(one) in whole + "".join(lines) for one in workers)


def test_gold_is_left_out_of_answers_and_counted_in_quality(maji: Tenant) -> None:
    project_id = maji.project()
    lines = [{"id": "g", "data": {"text": "known"}, "gold": "yes"}, {"id": "r", "data": {"text": "x"}}]
    maji.http.post(f"/v1/projects/{project_id}/tasks", json=lines)
    maji.http.post(f"/v1/projects/{project_id}/launch")
    answer(project_id, {"g": "no", "r": "no"})
    assert {row["task"] for row in pages(maji, f"/v1/projects/{project_id}/answers", "answers")} == {"r"}
    quality = maji.http.get(f"/v1/projects/{project_id}").json()["quality"]
    # Of three answers to a task a twentieth is funded for gold, rounded up.
    assert (quality["gold_answers"], quality["gold_accuracy"]) == (1, 0.0)


def test_an_export_of_several_batches_is_whole(
    maji: Tenant, answered: tuple[str, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PAGE_ROWS", 5)
    path = f"/v1/projects/{answered[0]}/answers"
    assert len(maji.http.get(path, params={"format": "jsonl"}).text.splitlines()) == 12
    assert len(list(csv.reader(io.StringIO(maji.http.get(path, params={"format": "csv"}).text)))) == 13


def test_an_empty_project_exports_its_header(maji: Tenant) -> None:
    project_id = maji.project()
    whole = maji.http.get(f"/v1/projects/{project_id}/results?format=csv").text
    assert whole == "task,result,confidence,answers,method,votes,concluded_at,review\r\n"
    assert maji.http.get(f"/v1/projects/{project_id}/results?format=xml").status_code == 422


def test_spend_adds_up_before_and_after_the_project_is_settled(
    maji: Tenant, answered: tuple[str, list[UUID]]
) -> None:
    project_id, _ = answered
    before = maji.http.get("/v1/account").json()["credit"][0]["amount_minor"]
    with db.transaction() as session:
        for row in session.scalars(select(Answer)):
            ledger.pay_answer(
                session,
                project_id=row.project_id,
                worker_id=row.worker_id,
                answer_id=row.id,
                amount_minor=row.pay_minor,
                currency=row.currency,
                now=clock.now(),
            )
    running = maji.http.get(f"/v1/projects/{project_id}").json()["spend"]
    assert running["pay_minor"] == 12 * 200
    assert running["fee_minor"] > 0
    assert (running["refunded_minor"], running["settled"]) == (0, False)
    with db.transaction() as session:
        launch.end_due(session, clock.now())
    settled = maji.http.get(f"/v1/projects/{project_id}").json()
    assert settled["state"] == "finished"
    spend = settled["spend"]
    assert spend["settled"]
    assert spend["reserved_minor"] == spend["spent_minor"] + spend["refunded_minor"]
    assert (spend["pay_minor"], spend["fee_minor"]) == (running["pay_minor"], running["fee_minor"])
    after = maji.http.get("/v1/account").json()["credit"][0]["amount_minor"]
    assert after - before == spend["refunded_minor"]


@given(st.text(max_size=20))
def test_no_cell_is_run_as_a_formula_and_none_loses_its_text(text: str) -> None:
    shown = exports.cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    assert shown.removeprefix("'") == text.replace("\0", "").removeprefix("'")


@pytest.fixture
def served(database: Database, app: FastAPI) -> Iterator[str]:
    """The application on a real port: the test client gathers a whole answer before it shows any."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    started = threading.Event()
    while not server.started and thread.is_alive():
        started.wait(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    found: dict[str, str] = {}
    for line in lines:
        if line == "":
            if found:
                yield found
            found = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            found[name] = value


def test_a_stream_is_live_ends_with_the_project_and_can_be_resumed(
    database: Database, served: str, maji: Tenant
) -> None:
    project_id = maji.launched(2)
    headers = {"Authorization": f"Bearer {maji.key}"}
    url = f"{served}/v1/projects/{project_id}/events"
    seen: list[dict[str, str]] = []
    with httpx2.stream("GET", url, headers=headers, timeout=20) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["x-accel-buffering"] == "no"
        reading = events(stream.iter_lines())
        seen += [next(reading), next(reading)]  # draft, running: what was there before
        assert [json.loads(event["data"])["state"] for event in seen] == ["draft", "running"]
        answer(project_id, {"r0": "yes", "r1": "no"})  # while the stream is open
        seen += [next(reading) for _ in range(8)]
        with db.transaction() as session:
            project = session.scalars(select(Project)).one()
            tasks.set_state(session, project=project, to="finished", now=clock.now())
        seen += list(reading)
    assert [event["event"] for event in seen[-2:]] == ["state", "end"]
    assert [event["event"] for event in seen].count("answer") == 6
    assert [event["event"] for event in seen].count("result") == 2
    kept = [event["id"] for event in seen[:-1]]
    assert len(set(kept)) == len(kept)
    for point in (0, 3, len(kept) - 2):
        with httpx2.stream(
            "GET", url, headers={**headers, "Last-Event-ID": kept[point]}, timeout=20
        ) as stream:
            resumed = list(events(stream.iter_lines()))
        assert [event["id"] for event in resumed[:-1]] == kept[point + 1 :]
    over = httpx2.get(url, headers={**headers, "Last-Event-ID": kept[-1]})
    assert (over.status_code, over.content) == (204, b"")


def test_a_stream_from_an_id_that_is_none_is_refused_before_it_begins(maji: Tenant) -> None:
    project_id = maji.project()
    for shown in ("x", "1", "-1", "1-", "1-x", "é"):
        refused = maji.http.get(
            f"/v1/projects/{project_id}/events", headers=[(b"Last-Event-ID", shown.encode("latin-1"))]
        )
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid")


class TestDisputes:
    """A result that its client does not believe is looked at by a person."""

    def test_it_waits_for_a_person_and_says_so(self, maji: Tenant, answered: tuple[str, list[UUID]]) -> None:
        project_id, _ = answered
        path = f"/v1/projects/{project_id}/tasks/r1/dispute"
        first = maji.http.post(path, json={"why": "It names a well."})
        assert first.status_code == 200, first.text
        assert {**first.json(), "due_at": None} == {
            "task": "r1",
            "result": "no",
            "review": "waiting",
            "due_at": None,
        }
        assert maji.http.post(path, json={"why": "Again."}).json() == first.json()
        shown = {
            row["task"]: row["review"]
            for row in maji.http.get(f"/v1/projects/{project_id}/results").json()["data"]
        }
        assert shown == {"r0": None, "r1": "waiting", "r2": None, "r3": None}
        assert maji.http.get(f"/v1/projects/{project_id}").json()["progress"]["in_review"] == 1
        whole = maji.http.get(f"/v1/projects/{project_id}/results?format=csv").text
        rows = {row["task"]: row["review"] for row in csv.DictReader(io.StringIO(whole))}
        assert rows["r1"] == "waiting"

    def test_another_client_cannot(self, other: Tenant, answered: tuple[str, list[UUID]]) -> None:
        project_id, _ = answered
        refused = other.http.post(f"/v1/projects/{project_id}/tasks/r1/dispute", json={"why": "x"})
        assert refused.status_code == 404

    def test_every_fault_is_named(self, maji: Tenant, answered: tuple[str, list[UUID]]) -> None:
        project_id, _ = answered
        path = f"/v1/projects/{project_id}/tasks/r1/dispute"
        for body, pointers in (
            ({}, ["/why"]),
            ({"why": "  "}, ["/why"]),
            ({"why": "x" * 501}, ["/why"]),
            ({"why": 7, "who": "me"}, ["/who", "/why"]),
        ):
            refused = maji.http.post(path, json=body)
            assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (
                422,
                pointers,
            )

    def test_what_has_no_result_cannot_be_disputed(self, maji: Tenant) -> None:
        project_id = maji.launched(2)
        path = f"/v1/projects/{project_id}/tasks/{{}}/dispute"
        for task, status, code in (("r0", 409, "no-result"), ("nothing", 404, "not-found")):
            refused = maji.http.post(path.format(task), json={"why": "No."})
            assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{code}")
