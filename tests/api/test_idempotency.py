"""The same key and request: one effect and one answer, through races and crashes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import clock, db
from app.accounts import requests
from app.accounts.models import RememberedRequest
from app.api.examples import PROJECT
from app.errors import AppError
from tests.api.conftest import Tenant
from tests.conftest import Database

KEY = {"Idempotency-Key": "one"}


def names(tenant: Tenant) -> list[str]:
    return [project["name"] for project in tenant.http.get("/v1/projects").json()["data"]]


def test_the_same_request_gets_the_same_answer_and_is_done_once(maji: Tenant) -> None:
    first = maji.http.post("/v1/projects", json=PROJECT, headers=KEY)
    again = maji.http.post("/v1/projects", json=PROJECT, headers=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert names(maji) == ["Water reports"]


def test_another_request_under_the_same_key_is_refused(maji: Tenant) -> None:
    maji.http.post("/v1/projects", json=PROJECT, headers=KEY)
    refused = maji.http.post("/v1/projects", json={**PROJECT, "name": "Other"}, headers=KEY)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-mismatch")
    refused = maji.http.post("/v1/webhooks", json={"url": "https://example.org/"}, headers=KEY)
    assert refused.json()["type"] == "/problems/idempotency-mismatch"
    assert names(maji) == ["Water reports"]


def test_a_key_is_its_clients_own(maji: Tenant, other: Tenant) -> None:
    mine = maji.http.post("/v1/projects", json=PROJECT, headers=KEY)
    theirs = other.http.post("/v1/projects", json={**PROJECT, "name": "Other"}, headers=KEY)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


def test_a_request_that_failed_gives_its_key_back(maji: Tenant) -> None:
    project_id = maji.project()
    launch = f"/v1/projects/{project_id}/launch"
    assert maji.http.post(launch, headers=KEY).json()["type"] == "/problems/no-tasks"
    maji.http.post(f"/v1/projects/{project_id}/tasks", json=[{"id": "a", "data": {"text": "x"}}])
    assert maji.http.post(launch, headers=KEY).status_code == 200
    assert maji.http.post(launch, headers=KEY).headers["idempotency-replayed"] == "true"


def test_a_key_is_forgotten_after_72_hours(maji: Tenant) -> None:
    maji.http.post("/v1/projects", json=PROJECT, headers=KEY)
    with time_machine.travel(clock.now() + timedelta(hours=72, seconds=1), tick=True):
        again = maji.http.post("/v1/projects", json={**PROJECT, "name": "Later"}, headers=KEY)
        assert again.status_code == 201
        assert names(maji) == ["Later", "Water reports"]
        with db.transaction() as session:
            requests.forget_old(session, now=clock.now() + timedelta(hours=73))
            assert session.scalars(select(RememberedRequest)).all() == []


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(maji: Tenant, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]
    refused = maji.http.post("/v1/projects", json=PROJECT, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-key-invalid")
    assert names(maji) == []


def test_forty_at_once_have_one_effect(database: Database, maji: Tenant) -> None:
    with ThreadPoolExecutor(8) as pool:
        answered = list(
            pool.map(lambda _: maji.http.post("/v1/projects", json=PROJECT, headers=KEY), range(40))
        )
    assert {one.status_code for one in answered} <= {201, 409}
    assert len({one.content for one in answered if one.status_code == 201}) == 1
    for one in answered:
        if one.status_code == 409:
            assert one.json()["type"] == "/problems/idempotency-running"
            assert one.headers["retry-after"] == "1"
    assert names(maji) == ["Water reports"]


def begin(tenant: Tenant) -> requests.Note:
    began = requests.begin(client_id=tenant.client_id, key="one", request_hash=b"same", now=clock.now())
    assert isinstance(began, requests.Note)
    return began


def test_a_request_whose_process_died_is_taken_over_after_a_minute(maji: Tenant) -> None:
    begin(maji)  # and the process dies here
    with pytest.raises(AppError, match="idempotency-running"):
        begin(maji)
    with time_machine.travel(clock.now() + timedelta(seconds=61), tick=True):
        taken_over = begin(maji)
        with pytest.raises(AppError, match="idempotency-running"):
            begin(maji)
        with db.transaction() as session:
            requests.answer(session, taken_over, requests.Remembered(201, b"{}", "application/json"))
        found = requests.begin(client_id=maji.client_id, key="one", request_hash=b"same", now=clock.now())
        assert found == requests.Remembered(201, b"{}", "application/json")


def test_one_that_was_only_slow_is_rolled_back_when_another_took_over(maji: Tenant) -> None:
    slow = begin(maji)
    with time_machine.travel(clock.now() + timedelta(seconds=61), tick=True):
        begin(maji)
    with db.transaction() as session, pytest.raises(AppError, match="idempotency-running"):
        requests.answer(session, slow, requests.Remembered(201, b"{}", "application/json"))
    requests.release(slow)  # touches only its own note, which is gone
    with pytest.raises(AppError, match="idempotency-running"):
        begin(maji)
