"""Whether the service says how it is, to whom it may."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from app import db, heartbeat, outbox
from app.settings import settings
from tests.conftest import Database

LOCAL = ("127.0.0.1", 50000)


def test_ready_means_database_migrations_redis_and_somebody_on_every_queue(
    database: Database, nobody: TestClient
) -> None:
    waiting = nobody.get("/readyz")
    assert waiting.status_code == 503
    assert waiting.json()["data"]["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "redis": "ok",
        "queues": f"nobody works on {', '.join((*outbox.QUEUES, 'sweeper'))}",
    }
    for queue in (*outbox.QUEUES, "sweeper"):
        heartbeat.beat(queue)
    assert nobody.get("/readyz").json()["status"] == "ok"
    with db.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    behind = nobody.get("/readyz")
    assert behind.status_code == 503
    assert "migrate" in behind.json()["data"]["checks"]["migrations"]


def test_without_redis_the_service_is_not_ready_but_alive(
    database: Database, nobody: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAZI_REDIS_URL", "unix:///nowhere/redis.sock")
    settings.cache_clear()
    outbox.connection.cache_clear()
    assert nobody.get("/readyz").json()["data"]["checks"]["redis"].startswith("away")
    assert nobody.get("/healthz").json() == {"status": "ok"}


def test_metrics_are_for_this_machine_or_for_whoever_has_the_token(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestClient(app, client=("203.0.113.9", 1), raise_server_exceptions=False) as away:
        assert away.get("/metrics").status_code == 403
    with TestClient(app, client=LOCAL, raise_server_exceptions=False) as here:
        shown = here.get("/metrics")
        assert shown.status_code == 200
        assert "kazi_ledger_imbalance_minor 0.0" in shown.text
        assert here.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
        monkeypatch.setenv("KAZI_METRICS_TOKEN", "a token")
        settings.cache_clear()
        assert here.get("/metrics").status_code == 401
        assert here.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert here.get("/metrics", headers={"Authorization": "Bearer a token"}).status_code == 200
    settings.cache_clear()
