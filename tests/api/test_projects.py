"""A project's life over the API, and what is refused on the way."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.api.examples import PROJECT, TASKS_BODY
from app.settings import settings
from tests.api.conftest import Tenant


def test_a_project_from_draft_to_cancelled(maji: Tenant) -> None:
    project_id = maji.project_with_tasks(2)
    draft = maji.http.get(f"/v1/projects/{project_id}").json()
    assert (draft["state"], draft["progress"]["tasks"], draft["progress"]["places"]) == ("draft", 2, 6)
    assert draft["spec"]["template"] == PROJECT["template"]
    assert draft["spend"]["reserved_minor"] == 0
    quote = maji.http.post(f"/v1/projects/{project_id}/quote").json()
    before = maji.http.get("/v1/account").json()["credit"]
    for deed, state in (
        ("launch", "running"),
        ("pause", "paused"),
        ("resume", "running"),
        ("cancel", "cancelled"),
    ):
        answered = maji.http.post(f"/v1/projects/{project_id}/{deed}")
        assert answered.status_code == 200, answered.text
        assert answered.json()["state"] == state
        assert answered.json()["spend"]["reserved_minor"] == quote["total_minor"]
    after = maji.http.get("/v1/account").json()["credit"]
    assert before[0]["amount_minor"] - after[0]["amount_minor"] == quote["total_minor"]


def test_a_quote_is_what_launch_reserves_by_part(maji: Tenant) -> None:
    project_id = maji.project_with_tasks(4)
    quote = maji.http.post(f"/v1/projects/{project_id}/quote").json()
    assert quote["parts"]["pay_minor"] == 4 * 3 * PROJECT["pay"]["amount"]
    assert sum(quote["parts"].values()) == quote["total_minor"]
    assert quote["segments"]["en"]["longest"] == quote["segments"]["sw"]["longest"] == 1
    assert quote["sufficient_credit"] is True
    for name, value in quote.items():
        assert (value is None) == (name in quote["unknown"] or name == "spend_cap_minor")


def test_a_quote_says_what_to_expect_and_what_that_rests_on(
    maji: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = maji.http.post(f"/v1/projects/{maji.project_with_tasks(4)}/quote").json()
    assert fixed["expected_answers"] == fixed["places"] == 12
    assert 0.7 < fixed["accuracy"] < 1
    assert fixed["basis"]["accuracy"].startswith("Assumed")
    assert fixed["net_pay_per_hour_minor"] == PROJECT["pay"]["amount"] * 120  # one in half a minute
    assert "invite" in fixed["unknown"]["finished_in_s"]
    monkeypatch.setenv("KAZI_PAY_FLOOR", f"UGX:1,KES:{PROJECT['pay']['amount'] * 120 + 1}")
    settings.cache_clear()
    adaptive = maji.project_with_tasks(4, redundancy={"mode": "adaptive", "max_answers": 10})
    quote = maji.http.post(f"/v1/projects/{adaptive}/quote").json()
    assert quote["places"] == 40
    assert 4 < quote["expected_answers"] < 20
    assert quote["under_pay_floor"] is True
    settings.cache_clear()


def test_lists_go_by_cursor(maji: Tenant, other: Tenant) -> None:
    made = [maji.project(name=f"P{number}") for number in range(5)]
    other.project(name="not mine")
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = maji.http.get("/v1/projects", params={"limit": 2, **after}).json()
        seen += [project["id"] for project in page["data"]]
        if not page["has_more"]:
            break
        after = {"starting_after": seen[-1]}
    assert seen == made[::-1]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=101", "/query/limit"),
        ("limit=x", "/query/limit"),
        ("starting_after=prj_x", "/query/starting_after"),
        ("starting_after=%00", "/query/starting_after"),
    ],
)
def test_a_bad_page_is_refused_by_name(maji: Tenant, query: str, pointer: str) -> None:
    refused = maji.http.get(f"/v1/projects?{query}")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("changes", "pointer", "type_"),
    [
        ({"kind": "poll"}, "/kind", "/problems/invalid"),
        ({"kind": "survey"}, "/questions", "/problems/invalid"),
        ({"pay": {"amount": 1.5, "currency": "KES"}}, "/pay/amount", "/problems/invalid"),
        ({"pay": {"amount": "2", "currency": "KES"}}, "/pay/amount", "/problems/invalid"),
        ({"countries": ["FR"]}, "/countries/0", "/problems/invalid"),
        ({"name": "a\0b"}, "/name", "/problems/invalid"),
        ({"template": {"en": "No field"}}, "/template/en", "/problems/invalid"),
        ({"colour": "red"}, "/colour", "/problems/invalid"),
    ],
)
def test_a_bad_project_is_refused_with_a_pointer(
    maji: Tenant, changes: dict[str, Any], pointer: str, type_: str
) -> None:
    refused = maji.http.post("/v1/projects", json={**PROJECT, **changes})
    assert refused.status_code == 422, refused.text
    assert refused.json()["type"] == type_
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert maji.http.get("/v1/projects").json()["data"] == []


@pytest.mark.parametrize(
    ("body", "status", "type_"),
    [
        (b"", 400, "malformed-json"),
        (b"{", 400, "malformed-json"),
        (b"\xff", 400, "malformed-json"),
        (b'{"a": NaN}', 400, "malformed-json"),
        (b'{"a": ' + b"9" * 5000 + b"}", 400, "malformed-json"),
        (b"[" * 100_000, 400, "malformed-json"),
        (b"[]", 422, "invalid"),
        (b'"x"', 422, "invalid"),
        (b'{"a": 1e999}', 422, "invalid"),
        (b'{"a": {"b": "\\u0000"}}', 422, "invalid"),
        (b'{"\\u0000": 1}', 422, "invalid"),
        (b'{"a": "\\ud800"}', 422, "invalid"),
        (b'{"\\ud800": "\\ud800"}', 422, "invalid"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 422, "invalid"),
    ],
)
def test_a_body_that_is_no_project_is_named_and_never_a_500(
    maji: Tenant, body: bytes, status: int, type_: str
) -> None:
    refused = maji.http.post("/v1/projects", content=body, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{type_}"), refused.text


def test_a_body_that_is_too_large_is_refused_before_and_while_it_is_read(maji: Tenant) -> None:
    refused = maji.http.post("/v1/projects", content=b"x" * 1_000_001)
    assert (refused.status_code, refused.json()["type"]) == (413, "/problems/body-too-large")
    refused = maji.http.post("/v1/projects", content=(b"x" * 100_000 for _ in range(11)))
    assert (refused.status_code, refused.json()["type"]) == (413, "/problems/body-too-large")


@pytest.mark.parametrize("content_type", list(TASKS_BODY["content"]))
def test_tasks_come_as_each_documented_kind(maji: Tenant, content_type: str) -> None:
    project_id = maji.project()
    example = TASKS_BODY["content"][content_type]["example"]
    body = example if isinstance(example, str) else json.dumps(example)
    for expected in ("added", "unchanged"):
        answered = maji.http.post(
            f"/v1/projects/{project_id}/tasks", content=body.encode(), headers={"Content-Type": content_type}
        )
        assert answered.status_code == 200, answered.text
        assert answered.json()[expected] >= 1
        assert answered.json()["failed"] == 0


def test_faulty_lines_are_named_and_the_others_added(maji: Tenant) -> None:
    project_id = maji.project()
    lines = [
        b'{"id":"a","data":{"text":"x"}}',
        b"not json",
        b'{"id":"b","data":{"other":"x"}}',
        b'{"id":"c","data":{"text":"\\u0000"}}',
    ]
    body = b"\n".join(lines)
    answered = maji.http.post(
        f"/v1/projects/{project_id}/tasks", content=body, headers={"Content-Type": "application/x-ndjson"}
    ).json()
    assert (answered["added"], answered["failed"]) == (1, 3)
    assert [error["line"] for error in answered["errors"]] == [2, 3, 4]
    assert answered["errors"][1]["id"] == "b"
    assert answered["errors"][1]["pointer"] == "/data/text"


def test_when_every_line_is_faulty_nothing_is_added(maji: Tenant) -> None:
    project_id = maji.project()
    refused = maji.http.post(f"/v1/projects/{project_id}/tasks", json=[{"id": "a"}, {"id": "b"}])
    assert refused.status_code == 422
    assert refused.json()["data"]["failed"] == 2
    assert refused.json()["errors"][0]["pointer"].startswith("/1/")
    refused = maji.http.post(
        f"/v1/projects/{project_id}/tasks", content=b"x", headers={"Content-Type": "text/plain"}
    )
    assert refused.status_code == 415


def test_launch_without_tasks_or_credit_is_refused_and_changes_nothing(maji: Tenant) -> None:
    empty = maji.project()
    refused = maji.http.post(f"/v1/projects/{empty}/launch")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-tasks")
    dear = maji.project_with_tasks(3, pay={"amount": 5_000_000, "currency": "KES"})
    refused = maji.http.post(f"/v1/projects/{dear}/launch")
    assert (refused.status_code, refused.json()["type"]) == (402, "/problems/insufficient-credit")
    assert maji.http.get(f"/v1/projects/{dear}").json()["state"] == "draft"
    assert maji.http.get("/v1/account").json()["credit"] == [{"currency": "KES", "amount_minor": 10_000_000}]


def test_deeds_out_of_order_are_refused(maji: Tenant) -> None:
    project_id = maji.project_with_tasks()
    for deed in ("pause", "resume"):
        refused = maji.http.post(f"/v1/projects/{project_id}/{deed}")
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-state")


def test_without_a_key_nothing_is_said(nobody: TestClient, maji: Tenant) -> None:
    maji.project()
    for headers in ({}, {"Authorization": "Bearer kazi_live_wrong"}, {"Authorization": "Basic eDp5"}):
        refused = nobody.get("/v1/projects", headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/unauthorized")
        assert refused.headers["www-authenticate"].startswith("Bearer")


def test_an_audience_asks_for_the_clients_own_exams_by_name(maji: Tenant, other: Tenant) -> None:
    maji.project(name="Water exam", exam={"questions": 3, "pass": 2})
    asking = {**PROJECT, "audience": {"skills": ["water  EXAM"], "min_skill": 0.0, "most_per_worker": 100}}
    made = maji.http.post("/v1/projects", json=asking)
    assert made.status_code == 201, made.text
    assert made.json()["spec"]["audience"]["skills"] == ["water  EXAM"]
    refused = other.http.post("/v1/projects", json=asking)
    assert refused.status_code == 422
    (problem,) = refused.json()["errors"]
    assert problem["pointer"] == "/audience/skills/0"
    assert "No project of yours has an exam yet" in problem["detail"]
