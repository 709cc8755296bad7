"""What every test may use: real PostgreSQL and real Redis, a fresh state for each test, and no way out.

Servers are the embedded ones, or those named by KAZI_TEST_DATABASE_URL and KAZI_TEST_REDIS_URL. A migrated
template database is made once a run. `session` gives a savepoint that is rolled back (3 ms); `database` gives a
clone of the template, for what must really commit (several processes, threads, or connections).
"""

import os
import socket
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import crypto, db, outbox
from app.servers import embedded
from app.settings import settings

# Machines are small and shared: how long an example takes says nothing here.
hypothesis.settings.register_profile(
    "kazi", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("kazi")

ROOT = Path(__file__).parent.parent
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
TEST_SETTINGS = {
    "KAZI_SECRET_KEY": "a secret of the tests, 32 characters or more",
    "KAZI_PUBLIC_URL": "https://kazi.example",
    "KAZI_QUIET_HOURS": "none",
    "KAZI_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "KAZI_TWILIO_AUTH_TOKEN": "token-of-the-tests",
    "KAZI_TWILIO_SMS_FROM": "+254711000000",
    "KAZI_TWILIO_WHATSAPP_FROM": "+254711000001",
    "KAZI_LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class TestServers:
    """Where this run's servers are, and the name of the migrated template database."""

    __test__ = False
    database_url: str
    redis_url: str
    template: str


def pytest_configure(config: pytest.Config) -> None:
    """Set the tests' settings before anything reads them; what the caller's shell says of KAZI_ is not used."""
    for name in list(os.environ):
        if name.startswith("KAZI_") and not name.startswith("KAZI_TEST_"):
            del os.environ[name]
    os.environ.update(TEST_SETTINGS)
    os.environ["KAZI_DATA_DIR"] = tempfile.mkdtemp(prefix="kazi-test-")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser to the end: its installation keeps running to the last, and would take others' bells."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def reset() -> None:
    """Forget everything that was read from the settings."""
    settings.cache_clear()
    crypto.forget_keys()
    outbox.connection.cache_clear()
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()


def _admin(url: str, statement: str) -> None:
    engine = create_engine(
        make_url(url).set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _url_of(servers_url: str, database: str) -> str:
    return make_url(servers_url).set(database=database).render_as_string(hide_password=False)


def _migrate(url: str) -> None:
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["database_url"] = url
    command.upgrade(config, "head")


@pytest.fixture(scope="session")
def servers() -> Iterator[TestServers]:
    """The servers of this run, with a migrated template database."""
    given_database, given_redis = (
        os.environ.get("KAZI_TEST_DATABASE_URL"),
        os.environ.get("KAZI_TEST_REDIS_URL"),
    )
    if given_database and given_redis:
        yield from _prepared(given_database, given_redis)
        return
    with (
        tempfile.TemporaryDirectory(prefix="kazi-servers-", ignore_cleanup_errors=True) as folder,
        embedded(Path(folder), durable=False) as running,
    ):
        yield from _prepared(running.urls.database_url, running.urls.redis_url)


def _prepared(database_url: str, redis_url: str) -> Iterator[TestServers]:
    template = f"kazi_template_{uuid.uuid4().hex[:12]}"
    _admin(database_url, f"CREATE DATABASE {template}")
    try:
        _migrate(_url_of(database_url, template))
        yield TestServers(database_url, redis_url, template)
    finally:
        _admin(database_url, f"DROP DATABASE IF EXISTS {template} WITH (FORCE)")


@dataclass(frozen=True)
class Database:
    """A database of one test's (or one run's) own."""

    url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that is to work on it."""
        return {**os.environ, "KAZI_DATABASE_URL": self.url, "KAZI_REDIS_URL": self.redis_url}


def _clone(servers: TestServers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    name = f"kazi_{uuid.uuid4().hex[:12]}"
    _admin(servers.database_url, f"CREATE DATABASE {name} TEMPLATE {servers.template}")
    found = Database(_url_of(servers.database_url, name), servers.redis_url)
    monkeypatch.setenv("KAZI_DATABASE_URL", found.url)
    monkeypatch.setenv("KAZI_REDIS_URL", found.redis_url)
    reset()
    outbox.connection().flushdb()
    try:
        yield found
    finally:
        reset()
        _admin(servers.database_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def database(servers: TestServers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A clone of the migrated template, which the settings point at: for what really commits."""
    yield from _clone(servers, monkeypatch)


@pytest.fixture(scope="session")
def shared_database(servers: TestServers) -> Iterator[Database]:
    """The one database under every `session`: nothing is ever committed to it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for found in _clone(servers, monkeypatch):
            # Who wants it says so: left set, it would be a setting of every later test.
            monkeypatch.undo()
            reset()
            yield found


@pytest.fixture
def session(shared_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session in a transaction that is rolled back; `db.transaction()` in the code under test joins it."""
    monkeypatch.setenv("KAZI_DATABASE_URL", shared_database.url)
    monkeypatch.setenv("KAZI_REDIS_URL", shared_database.redis_url)
    reset()
    outbox.connection().flushdb()
    with db.engine().connect() as connection:
        outer = connection.begin()
        db.bind(connection)
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as found:
            try:
                yield found
            finally:
                db.bind(None)
        outer.rollback()
    reset()


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to anywhere but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise OSError(f"tests do not talk to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
