"""Going on through an outage: what is in hand is done when the database is back, and nothing else is repeated."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app import db, outage
from app.servers import embedded


def backend(session: Session) -> int:
    return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)


@pytest.fixture
def elsewhere(database: Any) -> Iterator[Engine]:
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def end_backend(elsewhere: Engine, pid: int) -> None:
    with elsewhere.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_connection_lost_while_it_lay_idle_costs_nobody_their_work(elsewhere: Engine) -> None:
    first = outage.endure(backend, for_s=0)
    end_backend(elsewhere, first)
    assert outage.endure(backend, for_s=0) != first


def test_work_is_begun_anew_when_its_connection_is_lost_in_the_middle(elsewhere: Engine) -> None:
    tries = []

    def work(session: Session) -> str:
        tries.append(backend(session))
        session.execute(text("CREATE TABLE seen (pid int)"))
        if len(tries) == 1:
            end_backend(elsewhere, tries[0])
        session.execute(text("INSERT INTO seen VALUES (pg_backend_pid())"))
        return "done"

    assert outage.endure(work, for_s=5) == "done"
    with db.transaction() as session:
        assert session.scalars(text("SELECT pid FROM seen")).all() == tries[1:]
    assert len(tries) == 2


@pytest.mark.parametrize(
    "statement", ["SET LOCAL statement_timeout = 1; SELECT pg_sleep(9)", "SELECT 1 / 0", "SELECT nonsense"]
)
def test_what_is_no_outage_is_raised_at_once(database: Any, statement: str) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append(1)
        session.execute(text(statement))

    with pytest.raises(DBAPIError) as caught:
        outage.endure(work, for_s=5)
    assert not outage.is_outage(caught.value)
    assert len(tries) == 1


def test_a_database_that_stays_away_is_told_in_the_end() -> None:
    db.bind(create_engine("postgresql+psycopg://kazi@/kazi?host=/nowhere"))
    try:
        with pytest.raises(OperationalError) as caught:
            outage.endure(backend, for_s=0.1)
    finally:
        db.bind(None)
    assert outage.is_outage(caught.value)


def test_a_killed_server_is_waited_for_but_only_by_so_many(tmp_path: Path) -> None:
    refused = threading.Event()

    def ask(_number: int) -> int:
        try:
            return outage.endure(backend, for_s=60)
        except OperationalError:
            refused.set()
            return 0

    with embedded(tmp_path, durable=False) as servers:
        engine = create_engine(servers.urls.database_url)
        db.bind(engine)
        try:
            outage.endure(backend, for_s=0)
            os.kill(servers.pids()["postgres"], signal.SIGKILL)
            engine.dispose()  # a connection that was open may outlive the postmaster by a moment
            with ThreadPoolExecutor(outage.MOST_WAITING + 1) as threads:
                answers = threads.map(ask, range(outage.MOST_WAITING + 1))
                assert refused.wait(30)
                while not servers.check():
                    os.sched_yield()
                found = list(answers)
        finally:
            db.bind(None)
            engine.dispose()
    assert sum(pid == 0 for pid in found) == 1


@pytest.mark.usefixtures("database")
def test_a_server_that_vanishes_without_a_word_is_given_up_within_seconds() -> None:
    with db.engine().connect() as connection:
        told = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    unanswered_s = int(told["keepalives_idle"]) + int(told["keepalives_interval"]) * int(
        told["keepalives_count"]
    )
    assert int(told["tcp_user_timeout"]) <= 20_000
    assert unanswered_s <= 30
