"""Whether the service lives, is ready, and how it does: for load balancers and monitoring, not for clients."""

import ipaddress
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import redis
from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import db, heartbeat, metrics, outbox
from app.db import SessionDep
from app.errors import AppError
from app.settings import settings

router = APIRouter(include_in_schema=False)

_ROOT = Path(__file__).resolve().parents[2]
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/healthz")
def healthz() -> JSONResponse:
    """Say that this process answers; nothing else is asked."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz() -> JSONResponse:
    """Say whether work can be done: database, its migrations, Redis, and a living process for every queue."""
    checks = {
        "database": _checked(_database),
        "migrations": _checked(_migrations),
        "redis": _checked(_redis),
        "queues": _checked(_queues),
    }
    wrong = [f"{name}: {found}" for name, found in checks.items() if found != "ok"]
    if wrong:
        raise AppError(
            "not-ready", 503, f"Not ready: {'; '.join(wrong)}.", {"checks": checks, "retry_after_s": 2}
        )
    return JSONResponse({"status": "ok", "checks": checks})


def _checked(check: Callable[[], str]) -> str:
    try:
        return check()
    except (SQLAlchemyError, redis.RedisError, OSError) as error:
        return f"away ({type(error).__name__})"


def _database() -> str:
    with db.transaction() as session:
        session.execute(text("SELECT 1"))
    return "ok"


@lru_cache
def _newest_migration() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "alembic"))
    return ScriptDirectory.from_config(config).get_current_head()


def _migrations() -> str:
    with db.transaction() as session:
        applied = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    newest = _newest_migration()
    return "ok" if applied == newest else f"at {applied}, this code needs {newest}: run ./kazi migrate"


def _redis() -> str:
    outbox.connection().ping()
    return "ok"


def _queues() -> str:
    silent = heartbeat.silent_queues()
    return f"nobody works on {', '.join(silent)}" if silent else "ok"


@router.get("/metrics")
def show_metrics(request: Request, session: SessionDep) -> Response:
    """Return the metrics to whoever has the token, or, where none is set, to this machine itself."""
    _let_in(request)
    return Response(metrics.render(session), media_type="text/plain; version=0.0.4; charset=utf-8")


def _let_in(request: Request) -> None:
    token = settings().metrics_token.get_secret_value()
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), token.encode()):
            raise AppError("unauthorized", 401, "Send `Authorization: Bearer …` with KAZI_METRICS_TOKEN.")
    elif not _is_local(request):
        raise AppError(
            "forbidden",
            403,
            "Metrics are shown to this machine alone. Set KAZI_METRICS_TOKEN to read them elsewhere.",
        )


def _is_local(request: Request) -> bool:
    """Return whether the caller is this machine; what a proxy on it passes on is not."""
    if any(name in request.headers for name in _FORWARDED) or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
