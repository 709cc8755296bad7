"""Databases with very many tasks, in which people have worked before: what choosing is measured in.

Made in bulk, as the services would have made them, but without the hours that would take. Routing has everything
to look at: people in groups and villages, exams passed, skills known, doubtful tasks for the better half, and a
project before the measured one of which each has had their share while others are about.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import clock, db, ids
from app.channels.base import Inbound
from app.channels.models import Address
from app.channels.store import store_inbound
from app.people import service as people
from app.people.models import Worker
from app.settings import settings
from app.tasks import service as tasks
from app.tasks.description.spec import ProjectSpec
from app.tasks.models import Project
from app.tasks.rules import WorkerFacts, passing
from bench.people import PROJECT
from bench.stage import SMS_NUMBER, say

WORKERS, GROUP, VILLAGE = 20, 4, 10
EXAM = "Water exam"
# Done before the measuring begins: a fifth of the tasks, and of the largest no more than this, which is history
# enough to show a cost that grows with it.
DONE_SHARE, MOST_DONE = 5, 400_000
# Of what comes next each worker holds a part; and of a project before it, everybody has had their share.
HELD_STRETCH, SHARED, SHARE = 2000, 1000, 5

# Ids that sort by when they were made, as the app's own do.
_ID = (
    "CAST(lpad(to_hex(1760000000000 + :first + n), 12, '0') || '70008' || substr(md5({salt} || n + :first), 1, 15)"
    " AS uuid)"
)
_TASKS = text(
    f"""
    INSERT INTO tasks (id, project_id, client_id, client_task_id, data, state, places, live, answered, unsure,
                       freed, created_at)
    SELECT {_ID.format(salt="'task'")}, :project, :client, 't' || n,
           jsonb_build_object('text', 'Pump ' || n || ' is broken'),
           CASE WHEN n <= :done THEN 'finished' ELSE 'open' END, 3,
           CASE WHEN n > :done AND n <= :held THEN 1 ELSE 0 END,
           CASE WHEN n <= :done THEN 3 ELSE 0 END, 0, n > :done AND n % 10 = 0 AND n <= :held, :now
      FROM generate_series(1, CAST(:count AS int)) n ORDER BY n
    """
)
_ASSIGNMENTS = text(
    f"""
    INSERT INTO assignments (id, project_id, client_id, task_id, worker_id, state, number, language, group_id, site,
                             offered_at, lease_s, ended_at)
    SELECT CAST(lpad(to_hex(1760000000000 + :first + n), 12, '0') || '7' || lpad(to_hex(place), 3, '0') || '8'
                || substr(md5('held' || n + :first), 1, 15) AS uuid),
           :project, :client, {_ID.format(salt="'task'")}, w.id,
           CASE WHEN n <= :done THEN 'answered' ELSE 'offered' END, 1, 'en', w.group_id, w.site, :now, 14400,
           CASE WHEN n <= :done THEN CAST(:now AS timestamptz) END
      FROM generate_series(1, CAST(:held AS int)) n
     CROSS JOIN LATERAL generate_series(1, CASE WHEN n <= :done THEN 3 ELSE 1 END) place
      JOIN workers w ON w.id =
           (CAST(:workers AS uuid[]))[1 + (n + place) % cardinality(CAST(:workers AS uuid[]))]
     ORDER BY n
    """
)
_CURSORS = text(
    """
    INSERT INTO cursors (worker_id, project_id, position, given)
    SELECT worker, :project, (SELECT min(position) - 1 FROM tasks WHERE project_id = :project AND state = 'open'),
           CAST(:given AS bigint)
      FROM unnest(CAST(:workers AS uuid[])) worker
    """
)
_SKILLS = text(
    """
    INSERT INTO skills (project_id, worker_id, answers, skill, lower, kept, fitted_at)
    SELECT :project, worker, 100, 0.9, 0.6 + 0.01 * place, '{}', :now
      FROM unnest(CAST(:workers AS uuid[])) WITH ORDINALITY AS known (worker, place)
    """
)
_INDEXES = text(
    """
    SELECT i.indexrelid::regclass::text AS name, c.conname AS key, pg_get_indexdef(i.indexrelid) AS made,
           pg_get_constraintdef(c.oid) AS kept
      FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
     WHERE i.indrelid = CAST(:table AS regclass) AND NOT i.indisprimary
    """
)


@dataclass(frozen=True)
class Stock:
    """A database, the project measured in it, and the people who take its tasks."""

    engine: Engine
    project_id: UUID
    workers: Sequence[WorkerFacts]


def filled(size: int) -> Stock:
    """Make a database like the migrated one, with so many tasks; the planner knows it only as it was when empty."""
    say(f"choosing: loading {size:,} tasks")
    engine = _database(size)
    # The planner is to know only what it knew when the tables were empty.
    for table in ("tasks", "assignments", "cursors", "skills"):
        maintain(engine, f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    maintain(engine, "ANALYZE")
    with bound(engine), db.transaction() as session:
        crowd = [_worker(session, number) for number in range(2 * WORKERS)]
        measured, others = crowd[:WORKERS], crowd[WORKERS:]
        facts = _related(session, measured)
    with without_indexes(engine, "tasks"), without_indexes(engine, "assignments"):
        project_id = _fill(engine, size, measured, others)
    maintain(engine, "CHECKPOINT")
    return Stock(engine, project_id, facts)


def _fill(engine: Engine, size: int, measured: Sequence[UUID], others: Sequence[UUID]) -> UUID:
    with bound(engine), db.transaction() as session:
        # The rows are right by construction; checking each reference would be most of the loading.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        _shared(session, measured, others)
        return _measured(session, size, measured)


def _database(size: int) -> Engine:
    """Make a database like the migrated one; connect to it as the application connects to its own."""
    url = make_url(settings().database_url)
    admin = create_engine(url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE tasks_{size} TEMPLATE {url.database}"))
    return create_engine(url.set(database=f"tasks_{size}"), pool_size=1)


@contextmanager
def bound(engine: Engine) -> Iterator[None]:
    """Let the application use this database."""
    db.bind(engine)
    try:
        yield
    finally:
        db.bind(None)


@contextmanager
def without_indexes(engine: Engine, table: str) -> Iterator[None]:
    """Take a table's indexes away and make them again, which is much quicker than to fill them row by row.

    Making an index tells the planner how large the table is; it is made to forget it again.
    """
    size = f"SELECT relpages, reltuples FROM pg_class WHERE oid = '{table}'::regclass"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET maintenance_work_mem = '512MB'"))
        found = connection.execute(_INDEXES, {"table": table}).all()
        pages, rows = connection.execute(text(size)).one()
        for index in found:
            gone = (
                f"ALTER TABLE {table} DROP CONSTRAINT {index.key}"
                if index.key
                else f"DROP INDEX {index.name}"
            )
            connection.execute(text(gone))
        yield
        for index in found:
            kept = f"ALTER TABLE {table} ADD CONSTRAINT {index.key} {index.kept}" if index.key else index.made
            connection.exec_driver_sql(kept)
        connection.execute(
            text(
                "UPDATE pg_class SET relpages = :pages, reltuples = :rows WHERE oid = CAST(:name AS regclass)"
            ),
            {"pages": pages, "rows": rows, "name": table},
        )
        connection.execute(text("RESET ALL"))


def _worker(session: Session, number: int) -> UUID:
    phone = f"+2547140{number:05d}"
    inbound = Inbound("twilio_sms", f"SM{ids.new().hex}", phone, SMS_NUMBER, "JOIN", "KE")
    store_inbound(session, inbound, clock.now())
    newest = session.query(Address.id).order_by(Address.created_at.desc(), Address.id.desc()).first()
    assert newest is not None
    worker = people.create_worker(
        session, address_id=newest[0], country="KE", cohort=None, name="", now=clock.now()
    )
    return worker.id


def _related(session: Session, workers: Sequence[UUID]) -> list[WorkerFacts]:
    """Put the workers into groups and villages, and let each have passed the exam; return what choosing is told."""
    facts = []
    for number, worker_id in enumerate(workers):
        if number % GROUP:
            people.join_group(session, worker_id=worker_id, other_id=workers[number - 1])
        session.get_one(Worker, worker_id).site = f"Village {number // VILLAGE}"
    session.flush()
    session.expire_all()
    for worker_id in workers:
        worker = session.get_one(Worker, worker_id)
        known = WorkerFacts(
            id=worker.id,
            language="en",
            country="KE",
            cohort_id=None,
            number=1,
            passed=tuple(passing(_CLIENT, name) for name in ("Soil exam", "Road exam", EXAM)),
            group_id=worker.group_id,
            site=worker.site,
        )
        facts.append(known)
    return facts


_CLIENT = ids.new()


def _project(session: Session, **changes: Any) -> Project:
    """Make a running project that asks for the exam, and for a skill all have."""
    audience = {"skills": [EXAM], "min_skill": 0.5, **changes.pop("audience", {})}
    spec = ProjectSpec.read({**PROJECT, "audience": audience, **changes})
    project = tasks.create_project(session, client_id=_CLIENT, spec=spec, now=clock.now())
    tasks.set_state(session, project=project, to="running", now=clock.now())
    return project


def _measured(session: Session, size: int, workers: Sequence[UUID]) -> UUID:
    """Fill the project that is measured, with the history of the workers in it."""
    project = _project(session)
    project.median_lower = 0.705  # half of the workers lie above it
    done = min(size // DONE_SHARE, MOST_DONE)
    values = {
        "project": project.id, "client": _CLIENT, "now": clock.now(), "count": size, "done": done,
        "held": done + HELD_STRETCH, "workers": list(workers), "first": 0, "given": 3 * done // WORKERS,
    }  # fmt: skip
    project.most_per_worker = size
    session.flush()
    _write(session, values, _TASKS, _ASSIGNMENTS, _CURSORS, _SKILLS)
    return project.id


def _shared(session: Session, workers: Sequence[UUID], others: Sequence[UUID]) -> None:
    """Fill a project that goes before it, of which the workers have had their share; others are about for long."""
    project = _project(session, name="Before", priority=1, audience={"most_per_worker": SHARE})
    project.most_per_worker = SHARE
    values = {
        "project": project.id, "client": _CLIENT, "now": clock.now() + timedelta(days=1), "count": SHARED, "done": 0,
        "held": SHARED // 2, "workers": list(others), "first": -10**6, "given": SHARE,
    }  # fmt: skip
    session.flush()
    _write(session, values, _TASKS, _ASSIGNMENTS)
    _write(session, {**values, "workers": list(workers)}, _CURSORS)


def _write(session: Session, values: dict[str, Any], *statements: Any) -> None:
    for statement in statements:
        names = statement.compile().params
        session.execute(statement, {name: values[name] for name in names})


def maintain(engine: Engine, statement: str) -> None:
    """Run a statement that cannot be in a transaction."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text(statement))
        connection.execute(text("RESET ALL"))
