"""Surveys over the API: refused with pointers, quoted, launched without tasks, spread live, and exported."""

import csv
import io
import json
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.operations import timeouts
from app.people import service as people
from tests.api.conftest import Tenant
from tests.story.conftest import World
from tests.story.test_survey import WELLS

PHONE = "+254712000001"
ABOUT_VILLAGES: list[dict[str, Any]] = [
    {**WELLS["questions"][0], "next": None, "text": {"en": "Is {village} safe?", "sw": "{village}?"}}
]


def described(maji: Tenant, **changes: Any) -> dict[str, Any]:
    return {**WELLS, **changes}


def launched(maji: Tenant, **changes: Any) -> str:
    made = maji.http.post("/v1/projects", json=described(maji, **changes))
    assert made.status_code == 201, made.text
    project_id = str(made.json()["id"])
    done = maji.http.post(f"/v1/projects/{project_id}/launch")
    assert done.status_code == 200, done.text
    assert done.json()["progress"]["tasks"] == 1
    return project_id


def joined(session: Session, maji: Tenant) -> World:
    """Somebody who may answer."""
    now = clock.now()
    partner = people.create_partner(session, name="Maji Group", help_phone="+254700111222", now=now)
    people.create_cohort(
        session, partner_id=partner.id, name="V", invite_code="MAJI24", languages=["en", "sw"], now=now
    )
    session.commit()
    return World(session, maji.client_id)


def test_words_that_do_not_fit_a_segment_are_named_by_language(maji: Tenant) -> None:
    questions = json.loads(json.dumps(WELLS["questions"]))
    questions[1]["text"]["sw"] = "Je, " + "watu wangapi " * 12
    questions[2]["text"]["en"] = "How does the water taste \u2603?" + " really" * 8
    answered = maji.http.post("/v1/projects", json=described(maji, questions=questions))
    assert answered.status_code == 422
    found = answered.json()["errors"]
    assert [one["pointer"] for one in found] == ["/questions/1/text/sw", "/questions/2/text/en"]
    assert "2 segments" in found[0]["detail"]
    assert "\u2603" in found[1]["detail"]


def test_data_that_does_not_fit_is_named_with_its_line(maji: Tenant) -> None:
    project_id = maji.http.post("/v1/projects", json=described(maji, questions=ABOUT_VILLAGES)).json()["id"]
    lines: list[dict[str, Any]] = [
        {"id": "a", "data": {"village": "Kisima"}},
        {"id": "b", "data": {"village": "x" * 150}},
        {"id": "c"},
    ]
    added = maji.http.post(f"/v1/projects/{project_id}/tasks", json=lines).json()
    assert (added["added"], [one["pointer"] for one in added["errors"]]) == (1, ["/data", "/data"])
    assert "Question 1 in 'en'" in added["errors"][0]["detail"]
    refused = maji.http.post(
        f"/v1/projects/{project_id}/tasks", json=[{**lines[0], "id": "d", "gold": "yes"}]
    )
    assert "no gold" in refused.json()["detail"]


def test_a_survey_that_needs_data_is_not_launched_without(maji: Tenant) -> None:
    project_id = maji.http.post("/v1/projects", json=described(maji, questions=ABOUT_VILLAGES)).json()["id"]
    refused = maji.http.post(f"/v1/projects/{project_id}/launch")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "no-tasks")


def test_tasks_of_a_survey_without_data_may_be_an_id_alone(maji: Tenant) -> None:
    project_id = maji.http.post("/v1/projects", json=described(maji)).json()["id"]
    sent = maji.http.post(
        f"/v1/projects/{project_id}/tasks", content="id\nnorth\nsouth\n", headers={"Content-Type": "text/csv"}
    )
    assert sent.json()["added"] == 2
    assert maji.http.post(f"/v1/projects/{project_id}/launch").json()["progress"]["places"] == 6


def test_a_quote_covers_the_longest_way_and_those_who_stop(maji: Tenant) -> None:
    project_id = maji.http.post("/v1/projects", json=described(maji)).json()["id"]
    quoted = maji.http.post(f"/v1/projects/{project_id}/quote").json()
    # Three people, three questions at the most, half as many again: fifteen answers.
    assert (quoted["tasks"], quoted["places"]) == (1, 3)
    assert quoted["parts"]["pay_minor"] == 15 * 200
    assert quoted["parts"]["fee_minor"] == 15 * 40
    assert quoted["segments"]["sw"] == {"mean": 1.0, "longest": 1}


def test_answers_results_and_distributions(maji: Tenant, other: Tenant, session: Session) -> None:
    project_id = launched(maji, redundancy={"mode": "fixed", "answers": 2})
    world = joined(session, maji)
    world.join(PHONE)
    for reply in ("1", "5", "4"):
        world.text(PHONE, reply)
    world.join("+254712000002")
    world.text("+254712000002", "2")

    live = maji.http.get(f"/v1/projects/{project_id}/distributions").json()["questions"]
    assert live["uses"]["counts"] == {"yes": 1, "no": 1}
    assert other.http.get(f"/v1/projects/{project_id}/distributions").status_code == 404

    whole = maji.http.get(f"/v1/projects/{project_id}/answers", params={"format": "csv"}).text
    rows = list(csv.DictReader(io.StringIO(whole)))
    assert list(rows[0])[:3] == ["task", "worker", "label"]
    told = [(row["task"], row["label"], row["question"], row["complete"]) for row in rows]
    assert told == [
        ("survey", "yes", "uses", "true"),
        ("survey", "5", "people", "true"),
        ("survey", "4", "taste", "true"),
        ("survey", "no", "uses", "false"),
    ]
    assert len({row["worker"] for row in rows}) == 2

    world.text("+254712000002", "SKIP")
    timeouts.run_due()
    [result] = maji.http.get(f"/v1/projects/{project_id}/results").json()["data"]
    assert (result["confidence"], result["answers"], result["method"]) == (None, 2, "distribution")
    assert result["votes"] == {"complete": 2, "partial": 0}
    assert result["result"]["people"]["mean"] == 5
    table = maji.http.get(f"/v1/projects/{project_id}/results", params={"format": "csv"}).text
    [row] = csv.DictReader(io.StringIO(table))
    assert json.loads(row["result"])["uses"]["shares"] == {"yes": 0.5, "no": 0.5}
    shown = maji.http.get(f"/v1/projects/{project_id}").json()
    assert (shown["state"], shown["spend"]["settled"]) == ("finished", True)
    assert shown["spend"]["fee_minor"] == 4 * 40
    assert shown["quality"]["mean_agreement"] is None


def test_only_a_survey_has_distributions(maji: Tenant) -> None:
    refused = maji.http.get(f"/v1/projects/{maji.project()}/distributions")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "not-a-survey")
