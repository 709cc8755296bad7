"""The search for a task reads few rows, by the indexes made for it: whatever the planner knew, whoever asks."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import db, ids
from app.people import service as people
from app.people.models import Worker
from app.tasks import choosing, walks
from app.tasks import service as tasks
from app.tasks.models import Project
from app.tasks.rules import WorkerFacts
from tests.tasks.arrange import NOW, draft, facts, fill, items, make_workers, must_take, running

# What the planner knew of the tables when it made the plan that is used.
KNOWLEDGE = ("never analyzed", "analyzed while tiny", "planned while tiny", "fresh")
LOADED = 20_000
# Who asks: somebody alone; one of a group and a site; the same with all of their share.
ASKING = ("alone", "of a group", "of a group, with their share")
TABLES = ("tasks", "assignments", "projects", "cursors", "skills")


@pytest.mark.parametrize("who", ASKING)
@pytest.mark.parametrize("knowledge", KNOWLEDGE)
def test_the_search_walks_the_partial_indexes_whatever_the_planner_knew(
    session: Session, knowledge: str, who: str
) -> None:
    (worker,) = make_workers(session, 1)
    if knowledge != "never analyzed":
        running(session, 3, priority=-5)
        _analyze(session)
    group = {"group_id": ids.new(), "site": "Kibera"} if who != "alone" else {}
    plan = Plan(session, facts(worker, **group))
    if knowledge == "planned while tiny":
        plan.explain()
    project = _loaded(session)
    if who == "of a group, with their share":
        project.most_per_worker = 1
        must_take(session, worker)
    if knowledge == "fresh":
        _analyze(session)
    nodes = plan.explain()
    used = {node.get("Index Name") for node in nodes}
    assert {"ix_tasks_offerable", "ix_tasks_freed"} <= used
    # The whole search looks at a handful of tasks.
    assert 0 < read(nodes, "tasks") <= 10


@pytest.mark.parametrize("knowledge", KNOWLEDGE)
def test_what_a_worker_and_their_group_had_is_passed_over_at_a_bounded_cost(
    session: Session, knowledge: str
) -> None:
    """They had all that comes back first and all that comes next, and the group what is at the front."""
    worker, mate, other = make_workers(session, 3)
    if knowledge != "never analyzed":
        running(session, 3, priority=-5)
        _analyze(session)
    people.join_group(session, worker_id=worker, other_id=mate)
    group_id = session.get_one(Worker, worker).group_id
    plan = Plan(session, facts(worker, group_id=group_id, site="Kibera"))
    if knowledge == "planned while tiny":
        plan.explain()
    project = _loaded(session)
    _had(session, project, worker, first=1, count=5 * walks.WINDOW, freed=True)
    _had(session, project, mate, first=1 + 5 * walks.WINDOW, count=5 * walks.WINDOW, freed=False)
    _answered(session, project, other)
    if knowledge == "fresh":
        _analyze(session)
    nodes = plan.explain()
    # Three tries of six walks, each a window from the index and its rows, at the worst.
    most = 3 * 6 * 2 * walks.WINDOW
    assert 4 * walks.WINDOW <= read(nodes, "tasks") <= most
    assert walks.WINDOW <= read(nodes, "assignments") <= most
    assert read(nodes, "cursors") + read(nodes, "skills") + read(nodes, "projects") <= 50 + walks.RECENT


def test_one_plan_is_kept_for_everybody(session: Session) -> None:
    """Planning takes several times as long as the search: it must not be done for each of them."""
    _loaded(session)
    _analyze(session)
    workers = make_workers(session, 4)
    for worker in workers:
        for _ in range(6):
            must_take(session, worker)
    kept, made = session.execute(
        text(
            "SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements"
            " WHERE statement LIKE '%from_front%'"
        )
    ).one()
    # The driver prepares what it has run five times, and the database tries five plans before it keeps one.
    assert kept >= 14
    assert made <= 5
    # It keeps it because knowing who asks makes no plan look cheaper.
    plan = Plan(session, facts(workers[0]))
    assert plan.cost("force_custom_plan") == pytest.approx(plan.cost("force_generic_plan"), rel=0.01)


def _loaded(session: Session) -> Project:
    project = draft(session, redundancy={"mode": "fixed", "answers": 5})
    tasks.add_tasks(session, project=project, lines=items(LOADED), now=NOW)
    tasks.set_state(session, project=project, to="running", now=NOW)
    fill(session, project, LOADED // 2)
    session.flush()
    return project


def _had(session: Session, project: Project, worker: UUID, *, first: int, count: int, freed: bool) -> None:
    """Give the worker's answer to so many of the open tasks at a stroke, as though each had been taken."""
    values = {"project": project.id, "worker": worker, "first": first, "last": first + count - 1, "now": NOW}
    chosen = (
        "SELECT id, client_id FROM (SELECT id, client_id, row_number() OVER (ORDER BY position) AS n FROM tasks"
        " WHERE project_id = :project AND state = 'open') numbered WHERE n BETWEEN :first AND :last"
    )
    session.execute(
        text(
            "INSERT INTO assignments (id, project_id, client_id, task_id, worker_id, state, number, language,"
            " offered_at, ended_at, lease_s) SELECT gen_random_uuid(), :project, client_id, id, :worker,"
            f" 'answered', 1, 'en', :now, :now, 60 FROM ({chosen}) chosen"
        ),
        values,
    )
    session.execute(
        text(
            f"UPDATE tasks SET answered = 1, freed = :freed FROM ({chosen}) chosen WHERE tasks.id = chosen.id"
        ),
        {**values, "freed": freed},
    )


def _answered(session: Session, project: Project, worker: UUID) -> None:
    """Give somebody else's answer to all the finished tasks, far more than are looked at."""
    session.execute(
        text(
            "INSERT INTO assignments (id, project_id, client_id, task_id, worker_id, state, number, language,"
            " offered_at, ended_at, lease_s) SELECT gen_random_uuid(), project_id, client_id, id, :worker,"
            " 'answered', 1, 'en', :now, :now, 60 FROM tasks WHERE project_id = :project AND state = 'finished'"
        ),
        {"project": project.id, "worker": worker, "now": NOW},
    )


def read(nodes: list[dict[str, Any]], table: str) -> float:
    """Return how many rows of a table were read: those each node gave, and those it threw away."""
    return float(
        sum(
            (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            for node in nodes
            if node.get("Relation Name") == table and node["Node Type"] != "ModifyTable"
        )
    )


def _analyze(session: Session) -> None:
    for table in TABLES:
        session.execute(text(f"ANALYZE {table}"))


POSTGRES_TYPES = {UUID: "uuid", str: "text", int: "bigint", float: "float8", datetime: "timestamptz"}
WHERE_NOTHING_IS_KNOWN = {"group_id": "uuid", "site": "text"}


class Plan:
    """The generic plan of the search, which a connection keeps for what it runs often."""

    def __init__(self, session: Session, worker: WorkerFacts) -> None:
        self.session, self.values = session, choosing.parameters(worker, NOW, ids.new())
        compiled = str(walks.TAKE.compile(db.engine()))
        numbered = re.sub(
            r"%\((\w+)\)s(::\w+)?", lambda found: f"${list(self.values).index(found[1]) + 1}", compiled
        )
        types = ", ".join(
            WHERE_NOTHING_IS_KNOWN.get(name) or POSTGRES_TYPES[type(value)]
            for name, value in self.values.items()
        )
        self._run("SET LOCAL plan_cache_mode = force_generic_plan")
        self._run("DEALLOCATE ALL")
        self._run(f"PREPARE taking ({types}) AS {numbered.replace('%%', '%')}")

    def explain(self) -> list[dict[str, Any]]:
        """Return every node of the plan as it ran, with what it did undone."""
        given = ", ".join("NULL" if value is None else f"'{value}'" for value in self.values.values())
        self._run("SAVEPOINT before")
        found = self._run(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE taking ({given})")
        self._run("ROLLBACK TO before")
        return _nodes(found[0][0][0]["Plan"])

    def cost(self, mode: str) -> float:
        """Return what the planner thinks the search costs, seeing who asks or not."""
        given = ", ".join("NULL" if value is None else f"'{value}'" for value in self.values.values())
        self._run(f"SET LOCAL plan_cache_mode = {mode}")
        found = self._run(f"EXPLAIN (FORMAT JSON) EXECUTE taking ({given})")
        return float(found[0][0][0]["Plan"]["Total Cost"])

    def _run(self, statement: str) -> Any:
        self.session.flush()
        connection = self.session.connection().connection.driver_connection
        assert connection is not None
        cursor = connection.execute(statement, prepare=False)
        return cursor.fetchall() if cursor.description else None


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in _nodes(child))]
