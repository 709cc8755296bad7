"""Gold and practice over the API: refused with reasons, quoted, listed, corrected, and each client's own."""

from typing import Any

import pytest

from app import clock, db, ids
from app.api.examples import PROJECT
from app.operations import teach
from app.tasks import service as tasks
from app.tasks.models import Project
from app.tasks.rules import Reading
from app.tasks.training import gold
from tests.api.conftest import Tenant
from tests.tasks.arrange import facts, make_workers

LESSON = {
    "data": {"text": "The tap drips"},
    "answer": "yes",
    "why": {"en": "A tap gives water.", "sw": "Ni maji."},
}


def with_gold(tenant: Tenant, **changes: Any) -> str:
    project_id = tenant.project(**changes)
    lines: list[dict[str, Any]] = [{"id": f"r{n}", "data": {"text": f"Report {n}"}} for n in range(4)]
    lines += [{"id": f"g/{n}", "data": {"text": f"Known {n}"}, "gold": "yes"} for n in range(2)]
    tenant.http.post(f"/v1/projects/{project_id}/tasks", json=lines)
    return project_id


def pointers(tenant: Tenant, **changes: Any) -> dict[str, str]:
    answer = tenant.http.post("/v1/projects", json={**PROJECT, **changes})
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["detail"] for error in answer.json()["errors"]}


def answer_gold(shown: str, value: str) -> None:
    """Let a worker answer a gold task of the project."""
    now = clock.now()
    with db.transaction() as session:
        [worker] = make_workers(session, 1)
        project = session.get_one(Project, ids.read("prj", shown))
        taken = gold.give(session, project=project, worker=facts(worker), now=now, message_id=None)
        assert taken is not None
        tasks.record_answer(
            session,
            assignment=taken.assignment,
            task=taken.task,
            project=project,
            reading=Reading(value, value, 1.0),
            language="en",
            channel="twilio_sms",
            late=False,
            now=now,
        )
        teach.after_answer(
            session, project=project, task=taken.task, assignment=taken.assignment, value=value, now=now
        )


def test_every_problem_of_practice_and_exam_is_named_at_once(maji: Tenant) -> None:
    wrong = {"data": {"txt": "x"}, "answer": "perhaps", "why": {"en": "No."}}
    found = pointers(maji, training=[LESSON, wrong], exam={"questions": 3, "pass": 4})
    assert set(found) == {"/training/1/data/text", "/training/1/answer", "/training/1/why/sw", "/exam/pass"}
    assert "Use one of: yes, no" in found["/training/1/answer"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"gold_share": 0.3}, "/gold_share"),
        ({"training": [LESSON] * 11}, "/training"),
        ({"training": [{**LESSON, "why": {"en": "x" * 121, "sw": "x"}}]}, "/training/0/why/en"),
        ({"training": [{**LESSON, "data": {"text": "x" * 160}}]}, "/training/0/data"),
        ({"training": [{**LESSON, "why": {"en": "Oui, ça va \u2615", "sw": "x"}}]}, None),
        ({"training": [{**LESSON, "why": {"en": "\u2615" * 60, "sw": "x"}}]}, "/training/0/why/en"),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(
    maji: Tenant, changes: dict[str, Any], where: str | None
) -> None:
    if where is None:
        maji.project(**changes)
    else:
        assert where in pointers(maji, **changes)


def test_a_quote_shows_what_gold_and_practice_are_funded_with(maji: Tenant) -> None:
    project_id = with_gold(maji, training=[LESSON])
    quote = maji.http.post(f"/v1/projects/{project_id}/quote").json()
    # 12 places: a twentieth for gold is one, opened by either of two; five workers are reckoned to learn.
    assert (quote["tasks"], quote["places"], quote["gold_places"], quote["lesson_messages"]) == (4, 12, 2, 5)
    parts = quote["parts"]
    assert quote["total_minor"] == parts["pay_minor"] + parts["fee_minor"] + parts["airtime_minor"]
    assert parts["pay_minor"] == 14 * 200
    maji.http.post(f"/v1/projects/{project_id}/launch")
    shown = maji.http.get(f"/v1/projects/{project_id}").json()
    assert shown["spend"]["reserved_minor"] == quote["total_minor"]
    assert (shown["progress"]["tasks"], shown["progress"]["places"]) == (4, 12)


def test_tasks_added_later_fund_their_gold_too(maji: Tenant) -> None:
    project_id = with_gold(maji)
    maji.http.post(f"/v1/projects/{project_id}/launch")
    reserved = maji.http.get(f"/v1/projects/{project_id}").json()["spend"]["reserved_minor"]
    each = reserved / 14
    more = [{"id": f"m{n}", "data": {"text": f"More {n}"}} for n in range(16)]
    maji.http.post(f"/v1/projects/{project_id}/tasks", json=more)
    # 60 places now: 3 for gold, so each of two may open 2.
    after = maji.http.get(f"/v1/projects/{project_id}").json()["spend"]["reserved_minor"]
    assert after == (60 + 4) * each


def test_gold_is_listed_with_how_it_was_answered(maji: Tenant) -> None:
    project_id = with_gold(maji)
    maji.http.post(f"/v1/projects/{project_id}/launch")
    answer_gold(project_id, "no")
    answer_gold(project_id, "unsure")
    rows = {row["task"]: row for row in maji.http.get(f"/v1/projects/{project_id}/gold").json()["data"]}
    assert set(rows) == {"g/0", "g/1"}
    assert sorted((row["right"], row["wrong"], row["unsure"]) for row in rows.values()) in (
        [(0, 0, 0), (0, 1, 1)],
        [(0, 0, 1), (0, 1, 0)],
    )
    assert {row["in_stock"] for row in rows.values()} == {True}


def test_a_gold_is_corrected_and_asking_twice_changes_nothing(maji: Tenant) -> None:
    project_id = with_gold(maji)
    maji.http.post(f"/v1/projects/{project_id}/launch")
    answer_gold(project_id, "no")
    path = f"/v1/projects/{project_id}/tasks/g/0/gold"
    for _ in range(2):
        corrected = maji.http.post(path, json={"gold": "no"})
        assert corrected.json() == {"task": "g/0", "gold": "no", "in_stock": True, "given_back": 0}
    gone = maji.http.post(path, json={"gold": None})
    assert gone.json() == {"task": "g/0", "gold": None, "in_stock": False, "given_back": 0}
    left = maji.http.get(f"/v1/projects/{project_id}/gold").json()["data"]
    assert [row["task"] for row in left] == ["g/1"]
    quality = maji.http.get(f"/v1/projects/{project_id}").json()["quality"]
    assert (quality["gold_answers"], quality["gold_accuracy"]) == (0, None)


@pytest.mark.parametrize(
    ("task", "body", "status", "code"),
    [
        ("g/0", {"gold": "perhaps"}, 422, "invalid"),
        ("g/0", {"gold": 1}, 422, "invalid"),
        ("g/0", {}, 422, "invalid"),
        ("g/0", {"gold": "no", "why": "x"}, 422, "invalid"),
        ("r0", {"gold": "no"}, 409, "not-gold"),
        ("r9", {"gold": "no"}, 404, "not-found"),
    ],
)
def test_what_cannot_be_corrected_is_said(
    maji: Tenant, task: str, body: dict[str, Any], status: int, code: str
) -> None:
    project_id = with_gold(maji)
    answer = maji.http.post(f"/v1/projects/{project_id}/tasks/{task}/gold", json=body)
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (status, code)


def test_another_client_sees_and_changes_none_of_it(maji: Tenant, other: Tenant) -> None:
    project_id = with_gold(maji)
    assert other.http.get(f"/v1/projects/{project_id}/gold").status_code == 404
    assert (
        other.http.post(f"/v1/projects/{project_id}/tasks/g/0/gold", json={"gold": "no"}).status_code == 404
    )


def test_an_exam_without_enough_gold_is_not_launched(maji: Tenant) -> None:
    project_id = with_gold(maji, exam={"questions": 3, "pass": 2})
    refused = maji.http.post(f"/v1/projects/{project_id}/launch")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (409, "too-few-gold")
    only_gold = maji.project()
    maji.http.post(
        f"/v1/projects/{only_gold}/tasks", json=[{"id": "g", "data": {"text": "x"}, "gold": "yes"}]
    )
    assert maji.http.post(f"/v1/projects/{only_gold}/launch").json()["type"].rsplit("/", 1)[-1] == "no-tasks"
