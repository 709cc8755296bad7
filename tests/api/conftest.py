"""Two clients with keys and credit, and the application they call.

On the shared database, rolled back after the test; a test that asks for `database` gets one of its own, in
which everything is really committed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app import clock, db
from app.accounts import service as accounts
from app.api.examples import PROJECT
from app.main import create_app
from app.payments import ledger


@dataclass
class Tenant:
    """One client: its id, key, and an HTTP client that sends the key."""

    client_id: UUID
    key: str
    http: TestClient

    def project(self, **changes: Any) -> str:
        made = self.http.post("/v1/projects", json={**PROJECT, **changes})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def project_with_tasks(self, count: int = 2, **changes: Any) -> str:
        project_id = self.project(**changes)
        lines = [{"id": f"r{number}", "data": {"text": f"Report {number}"}} for number in range(count)]
        added = self.http.post(f"/v1/projects/{project_id}/tasks", json=lines)
        assert added.json() == {"added": count, "unchanged": 0, "failed": 0, "errors": []}, added.text
        return project_id

    def launched(self, count: int = 2, **changes: Any) -> str:
        project_id = self.project_with_tasks(count, **changes)
        launched = self.http.post(f"/v1/projects/{project_id}/launch")
        assert launched.status_code == 200, launched.text
        return project_id


@pytest.fixture(scope="session")
def made_app() -> FastAPI:
    return create_app()


@pytest.fixture
def app(made_app: FastAPI, request: pytest.FixtureRequest) -> FastAPI:
    if "database" not in request.fixturenames:
        request.getfixturevalue("session")
    return made_app


@pytest.fixture
def nobody(app: FastAPI) -> Iterator[TestClient]:
    """Somebody without a key. An error that is not answered comes back as a 500, as it would over HTTP."""
    with TestClient(app, raise_server_exceptions=False, base_url="https://kazi.example") as http:
        yield http


def _tenant(app: FastAPI, name: str, http: TestClient) -> Tenant:
    with db.transaction() as session:
        now = clock.now()
        client = accounts.create_client(session, name=name, now=now)
        key = accounts.issue_key(session, client_id=client.id, now=now)
        ledger.credit_client(
            session,
            client_id=client.id,
            amount_minor=10_000_000,
            currency="KES",
            reference=f"bank:{name}",
            now=now,
        )
    http.headers["Authorization"] = f"Bearer {key}"
    return Tenant(client.id, key, http)


@pytest.fixture
def maji(app: FastAPI) -> Iterator[Tenant]:
    with TestClient(app, raise_server_exceptions=False, base_url="https://kazi.example") as http:
        yield _tenant(app, "Maji", http)


@pytest.fixture
def other(app: FastAPI) -> Iterator[Tenant]:
    with TestClient(app, raise_server_exceptions=False, base_url="https://kazi.example") as http:
        yield _tenant(app, "Other", http)
