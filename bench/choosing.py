"""Taking the next task, among ten thousand, a hundred thousand and a million: what it costs must not grow.

A database for each size, all measured in the same interleaved rounds. A fifth of each project is done, by the
people measured; of what comes next they hold a part. Measured with the statistics a database has when it was
filled and never analysed, and again after it was. Timed is the call alone, in a transaction that has locked
the worker's row, as the conversation does; its commit, which is the disk's affair, is not.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app import clock, db, ids
from app.channels.base import Inbound
from app.channels.models import Address
from app.channels.store import store_inbound
from app.people import service as people
from app.settings import settings
from app.tasks import choosing
from app.tasks import service as tasks
from app.tasks.rules import WorkerFacts
from app.tasks.spec import ProjectSpec
from bench.figures import median, percentile, rotated, spread
from bench.outcome import Outcome, Target
from bench.people import PROJECT
from bench.stage import SMS_NUMBER, say, staged

SIZES = (10**4, 10**5, 10**6)
WORKERS = 20
MOST_SPREAD = 1.2
STALE, ANALYSED = "statistics of an empty table", "analysed"
# Done by the workers before the measuring begins, and a stretch of which each holds a part.
DONE_SHARE = 5
HELD_STRETCH = 2000

# Ids that sort by when they were made, as the app's own do.
_ID = "CAST(lpad(to_hex(1760000000000 + n), 12, '0') || '70008' || substr(md5({salt} || n), 1, 15) AS uuid)"

_TASKS = text(
    f"""
    INSERT INTO tasks (id, project_id, client_id, client_task_id, data, state, places, live, answered, unsure,
                       freed, created_at)
    SELECT {_ID.format(salt="'task'")}, :project, :client, 't' || n,
           jsonb_build_object('text', 'Pump ' || n || ' is broken'),
           CASE WHEN n <= :done THEN 'finished' ELSE 'open' END, 3,
           CASE WHEN n > :done AND n <= :held THEN 1 ELSE 0 END,
           CASE WHEN n <= :done THEN 3 ELSE 0 END, 0, false, :now
      FROM generate_series(1, CAST(:count AS int)) n ORDER BY n
    """
)
_ASSIGNMENTS = text(
    f"""
    INSERT INTO assignments (id, project_id, client_id, task_id, worker_id, state, number, language, offered_at,
                             lease_s, ended_at)
    SELECT CAST(lpad(to_hex(1760000000000 + n), 12, '0') || '7' || lpad(to_hex(place), 3, '0') || '8'
                || substr(md5('held' || n), 1, 15) AS uuid),
           :project, :client, {_ID.format(salt="'task'")},
           (CAST(:workers AS uuid[]))[1 + (n + place) % cardinality(CAST(:workers AS uuid[]))],
           CASE WHEN n <= :done THEN 'answered' ELSE 'offered' END, 1, 'en', :now, 14400,
           CASE WHEN n <= :done THEN CAST(:now AS timestamptz) END
      FROM generate_series(1, CAST(:held AS int)) n,
           LATERAL generate_series(1, CASE WHEN n <= :done THEN 3 ELSE 1 END) place
     ORDER BY n
    """
)
_CURSORS = text(
    """
    INSERT INTO cursors (worker_id, project_id, position)
    SELECT worker, :project, (SELECT min(position) - 1 FROM tasks WHERE project_id = :project AND state = 'open')
      FROM unnest(CAST(:workers AS uuid[])) worker
    """
)


def run(*, quick: bool) -> Outcome:
    """Measure; `quick` stops at a hundred thousand and takes fewer rounds."""
    sizes, rounds = (SIZES[:2], 10) if quick else (SIZES, 30)
    took: dict[str, dict[int, list[float]]] = {}
    with staged("choosing"):
        engines = {size: _database(size) for size in sizes}
        try:
            workers = {size: _fill(engines[size], size) for size in sizes}
            took[STALE] = _measure(engines, workers, rounds)
            for engine in engines.values():
                _maintain(engine, "VACUUM ANALYZE")
            took[ANALYSED] = _measure(engines, workers, rounds)
        finally:
            for engine in engines.values():
                engine.dispose()
    return _outcome(took, rounds)


def _database(size: int) -> Engine:
    """Make a database like the migrated one; connect to it as the application connects to its own."""
    url = make_url(settings().database_url)
    admin = create_engine(url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE tasks_{size} TEMPLATE {url.database}"))
    return create_engine(url.set(database=f"tasks_{size}"), pool_size=1)


@contextmanager
def _bound(engine: Engine) -> Iterator[None]:
    db.bind(engine)
    try:
        yield
    finally:
        db.bind(None)


def _fill(engine: Engine, size: int) -> list[UUID]:
    """Make the workers and the project by the services, and its tasks and their history in bulk."""
    say(f"choosing: loading {size:,} tasks")
    # The planner is to know only what it knew when the tables were empty.
    for table in ("tasks", "assignments", "cursors"):
        _maintain(engine, f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    _maintain(engine, "ANALYZE")
    with _bound(engine), db.transaction() as session:
        now = clock.now()
        workers = [_worker(session, number) for number in range(WORKERS)]
        project = tasks.create_project(session, client_id=ids.new(), spec=ProjectSpec.read(PROJECT), now=now)
        tasks.set_state(session, project=project, to="running", now=now)
        done = size // DONE_SHARE
        values = {
            "project": project.id, "client": project.client_id, "now": now, "count": size, "done": done,
            "held": done + HELD_STRETCH, "workers": workers,
        }  # fmt: skip
        # The rows are right by construction; checking each reference would be most of the loading.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in (_TASKS, _ASSIGNMENTS, _CURSORS):
            names = statement.compile().params
            session.execute(statement, {name: values[name] for name in names})
    _maintain(engine, "CHECKPOINT")
    return workers


def _worker(session: Any, number: int) -> UUID:
    phone = f"+2547140{number:05d}"
    inbound = Inbound("twilio_sms", f"SM{ids.new().hex}", phone, SMS_NUMBER, "JOIN", "KE")
    store_inbound(session, inbound, clock.now())
    newest = session.query(Address.id).order_by(Address.created_at.desc(), Address.id.desc()).first()
    worker = people.create_worker(
        session, address_id=newest[0], country="KE", cohort=None, name="", now=clock.now()
    )
    return worker.id


def _maintain(engine: Engine, statement: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _measure(
    engines: dict[int, Engine], workers: Mapping[int, Sequence[UUID]], rounds: int
) -> dict[int, list[float]]:
    """Let every worker take a task in each database, round after round; return the seconds each took."""
    sizes = list(engines)
    took: dict[int, list[float]] = {size: [] for size in sizes}
    # Statements are planned anew some times before their plan is kept: the first round is not counted.
    for number in range(rounds + 1):
        for size in rotated(sizes, number):
            with _bound(engines[size]):
                seconds = [_take(worker) for worker in workers[size]]
            if number:
                took[size] += seconds
    for size in sizes:
        say(f"choosing: among {size:,}: {1000 * median(took[size]):.2f} ms")
    return took


def _take(worker_id: UUID) -> float:
    facts = WorkerFacts(id=worker_id, language="en", country="KE", cohort_id=None, number=1)
    with db.transaction() as session:
        people.lock_worker(session, worker_id)
        began = time.perf_counter()
        taken = choosing.take_next(session, worker=facts, now=clock.now())
        took_s = time.perf_counter() - began
    if taken is None:
        raise RuntimeError("A worker was told that there is nothing, among thousands of open tasks.")
    return took_s


def _outcome(took: dict[str, dict[int, list[float]]], rounds: int) -> Outcome:
    rows: list[Sequence[str]] = [("tasks", "statistics", "median ms", "p95 ms", "of baseline")]
    targets = []
    figures: dict[str, Any] = {}
    for state, by_size in took.items():
        medians = {size: median(seconds) for size, seconds in by_size.items()}
        for size, seconds in by_size.items():
            name = f"{size:,}" + (" (baseline)" if size == SIZES[0] else "")
            points = f"{1000 * medians[size]:.2f}", f"{1000 * percentile(seconds, 95):.2f}"
            rows.append((name, state, *points, f"{medians[size] / medians[SIZES[0]]:.2f}"))
        ratio = spread(list(medians.values()))
        wanted = f"medians within {MOST_SPREAD} of each other up to {max(by_size):,} tasks, {state}"
        targets.append(Target(wanted, f"{ratio:.2f}", ratio <= MOST_SPREAD))
        figures[state] = {
            "spread": ratio,
            "median_ms": {size: 1000 * value for size, value in medians.items()},
            "p95_ms": {size: 1000 * percentile(seconds, 95) for size, seconds in by_size.items()},
        }
    return Outcome(
        title=f"taking the next task, {WORKERS} workers with histories, {rounds} interleaved rounds",
        rows=rows,
        targets=targets,
        figures=figures,
    )
