"""The processes of a whole installation on one machine: web, a pool of queue workers, the sweeper.

Owns which processes there are and how each is started; app/servers keeps them running. Also the choice between
given servers and embedded ones, and migrating before anything is served.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app import crypto, db, outbox
from app.errors import AppError
from app.servers import ProcessSpec, Servers, embedded, join
from app.settings import settings

ROOT = Path(__file__).parent.parent
WEB_STOP_S = 15.0
# A queue worker finishes its batch before it ends.
WORKER_STOP_S = 30.0


def point_at(database_url: str, redis_url: str) -> None:
    """Make this process, and those it starts, use these servers."""
    os.environ["KAZI_DATABASE_URL"], os.environ["KAZI_REDIS_URL"] = database_url, redis_url
    settings.cache_clear()
    crypto.forget_keys()
    outbox.connection.cache_clear()
    if db.engine.cache_info().currsize:
        db.engine().dispose()
        db.engine.cache_clear()


def given() -> bool:
    """Say whether the settings name servers. Raises `half-configured` when they name only one of the two."""
    urls = (settings().database_url, settings().redis_url)
    if any(urls) and not all(urls):
        raise AppError(
            "half-configured",
            500,
            "Set both KAZI_DATABASE_URL and KAZI_REDIS_URL, or neither: with neither, Kazi runs its own servers.",
        )
    return all(urls)


@contextmanager
def owned_servers(data_dir: Path) -> Iterator[Servers | None]:
    """Run on the given servers (yields None), or on embedded ones that this process owns for the block."""
    if given():
        yield None
        return
    with embedded(data_dir) as servers:
        point_at(servers.urls.database_url, servers.urls.redis_url)
        yield servers


@contextmanager
def reached_servers(data_dir: Path) -> Iterator[None]:
    """Reach the servers for a short command: given ones, those of a running `up`, or embedded ones for as long."""
    if given():
        yield
        return
    running = join(data_dir)
    if running is not None:
        point_at(running.database_url, running.redis_url)
        yield
        return
    with owned_servers(data_dir):
        migrate()
        yield


def migrate() -> None:
    """Bring the database to the newest migration; harmless when it is there, and when two do it at once."""
    command.upgrade(_alembic(), "head")


def migrations_pending() -> bool:
    """Say whether the database is behind the newest migration."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - only readiness checks and the doctor ask

    newest = ScriptDirectory.from_config(_alembic()).get_current_head()
    engine = create_engine(settings().database_url, poolclass=NullPool)
    with engine.connect() as connection:
        exists = connection.scalar(text("SELECT to_regclass('alembic_version')"))
        current = connection.scalar(text("SELECT version_num FROM alembic_version")) if exists else None
    engine.dispose()
    return current != newest


def _alembic() -> Config:
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["database_url"] = settings().database_url
    return config


def processes(port: int, *, host: str, log_dir: Path | None) -> list[ProcessSpec]:
    """Return every process of an installation, in the order they are started."""
    specs = [_python("web", web_argv(port, host=host), log_dir, WEB_STOP_S)]
    for queue in outbox.QUEUES:
        for number in range(1, worker_count(queue) + 1):
            name = f"worker-{queue}-{number}"
            specs.append(_python(name, ["-m", "workers.run", queue], log_dir, WORKER_STOP_S))
    specs.append(_python("sweeper", ["-m", "workers.sweeper"], log_dir, WORKER_STOP_S))
    return specs


def worker_count(queue: str) -> int:
    """Return how many queue workers a queue has on this machine."""
    counts: Mapping[str, int] = {
        "inbound": settings().inbound_workers,
        "outbound": settings().outbound_workers,
    }
    return counts.get(queue, 1)


def web_argv(port: int, *, host: str) -> list[str]:
    """Return the arguments (after python) that serve the web side. Proxy headers are not believed."""
    return [
        "-m", "uvicorn", "app.main:serve", "--factory", "--host", host, "--port", str(port),
        "--workers", str(settings().web_processes), "--no-access-log", "--no-proxy-headers",
        "--no-server-header", "--log-level", "warning", "--timeout-graceful-shutdown", "8",
    ]  # fmt: skip


def _python(name: str, argv: list[str], log_dir: Path | None, stop_timeout_s: float) -> ProcessSpec:
    log = log_dir / f"{name}.log" if log_dir else None
    return ProcessSpec(
        name=name,
        argv=[sys.executable, *argv],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stop_timeout_s=stop_timeout_s,
        log=log,
    )
