"""Choosing a worker's next task, at a cost that does not grow with the number of tasks.

Owns the search, the taking of a place, and the cursors. One statement does it all, because this runs for
every message: it finds a task, locks it, takes the place, makes the assignment and moves the cursor.

How it finds one: of the running projects the worker may work on, by priority and then by age, the first that
has a task for them. In a project, tasks whose place came back go first, so that old ones get finished; then
the walk goes on from where this worker came to (their cursor), and once round from the project's front. Each
of these reads a bounded number of rows from a partial index that holds only tasks with an empty place. Rows
locked by another taker are passed over, not waited for; the constraint on `tasks` makes over-answering
impossible even so.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Uuid, select, text
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app import ids
from app.tasks.models import OFFERABLE, Assignment, Project, Task
from app.tasks.rules import WorkerFacts

# How many candidates one walk looks at before it gives up: tasks the worker had are passed over.
WINDOW = 100
# How many projects are asked, at most, before a worker is told there is nothing.
PROJECTS = 200
# The project's front is moved up when a walk from it had to go further than this many positions.
FRONT_GAP = 1000


@dataclass(frozen=True)
class Taken:
    """A place that was given to a worker."""

    project: Project
    task: Task
    assignment: Assignment


def _walk(name: str, condition: str) -> str:
    """Return the SQL of one walk: the first task of the window that the worker never had and nobody is taking.

    The window is read from the index first and the row looked at again after it, so that the number of rows
    touched is bounded also where the worker had them all. The look-up of the worker's own assignment is a
    scalar subquery on purpose: it stays an index probe whatever the statistics say, where NOT EXISTS may be
    turned into a hash of the whole table.
    """
    return f"""
        SELECT * FROM (
         SELECT t.id, t.position, '{name}' AS walk
           FROM (SELECT id, position FROM tasks
                  WHERE project_id = p.id AND {OFFERABLE} AND {condition}
                  ORDER BY position LIMIT {WINDOW}) seen
           JOIN tasks t ON t.id = seen.id
          WHERE t.state = 'open' AND t.answered + t.live < t.places AND t.unsure <= 2 * t.places
            AND (SELECT a.id FROM assignments a WHERE a.task_id = t.id AND a.worker_id = :worker_id) IS NULL
          ORDER BY seen.position LIMIT 1
            FOR UPDATE OF t SKIP LOCKED) {name}"""  # noqa: S608 - the parts are constants of this module


# `spread` (0..1) starts the last walk anywhere in the project: a worker who had all of the other windows
# still comes by everything in a few tries.
_PICKED = text(
    f"""
    SELECT p.id AS project_id, p.front, t.id AS task_id, t.position, t.walk = 'front' AS from_front
      FROM (SELECT pr.id, pr.front, greatest(coalesce(c.position, -1), pr.front - 1) AS reached
              FROM projects pr
              LEFT JOIN cursors c ON c.project_id = pr.id AND c.worker_id = :worker_id
             WHERE pr.state = 'running'
               AND pr.countries @> jsonb_build_array(CAST(:country AS text))
               AND pr.languages @> jsonb_build_array(CAST(:language AS text))
               AND (pr.cohorts = '[]' OR pr.cohorts @> jsonb_build_array(CAST(:cohort AS text)))
               AND (pr.deadline IS NULL OR pr.deadline > :now)
               AND pr.requires <@ CAST(:passed AS jsonb)
             ORDER BY pr.priority DESC, pr.launched_at, pr.id
             LIMIT {PROJECTS}) p
     CROSS JOIN LATERAL (
        {_walk("freed", "freed")}
        UNION ALL
        {_walk("onward", "position > p.reached AND p.reached >= p.front")}
        UNION ALL
        {_walk("front", "position >= p.front")}
        UNION ALL
        {_walk("spread", "position >= p.front + CAST(:spread * greatest(p.reached - p.front, 0) AS bigint)")}
     ) t
     LIMIT 1
    """  # noqa: S608 - the parts are constants of this module
).columns()

_PLACE = text(
    """
    UPDATE tasks SET live = tasks.live + 1,
           freed = tasks.freed AND tasks.answered + tasks.live + 1 < tasks.places
      FROM picked
     WHERE tasks.id = picked.task_id AND tasks.state = 'open'
       AND tasks.answered + tasks.live < tasks.places
    RETURNING tasks.id AS task_id, picked.project_id, picked.from_front, picked.front, tasks.position,
              tasks.live, tasks.answered, tasks.unsure, tasks.freed
    """
)

_MOVED = text(
    """
    INSERT INTO cursors (worker_id, project_id, position)
    SELECT CAST(:worker_id AS uuid), project_id, position FROM place
    ON CONFLICT (worker_id, project_id) DO UPDATE SET position = excluded.position
    """
)

_GIVEN = text(
    """
    INSERT INTO assignments
           (id, project_id, client_id, task_id, worker_id, state, number, language, message_id, offered_at,
            lease_s)
    SELECT CAST(:assignment_id AS uuid), project.id, project.client_id, place.task_id,
           CAST(:worker_id AS uuid), 'offered', :number, :language, CAST(:message_id AS uuid), :now,
           project.lease_s
      FROM place JOIN projects project ON project.id = place.project_id
    """
)


def _take_statement() -> Any:
    picked = _PICKED.cte("picked")
    place = _PLACE.columns(
        task_id=Uuid,
        project_id=Uuid,
        from_front=Boolean,
        front=BigInteger,
        position=BigInteger,
        live=BigInteger,
        answered=BigInteger,
        unsure=BigInteger,
        freed=Boolean,
    ).cte("place")
    moved = _MOVED.columns().cte("moved")
    given = _GIVEN.columns().cte("given")
    return (
        select(Project, Task, place)
        .select_from(place)
        .join(Task, Task.id == place.c.task_id)
        .join(Project, Project.id == place.c.project_id)
        .add_cte(picked, place, moved, given)
    )


_TAKE = _take_statement()


def parameters(worker: WorkerFacts, now: datetime, message_id: UUID | None = None) -> dict[str, Any]:
    """Return what the statement binds; the assignment's id is made here."""
    return {
        "assignment_id": ids.new(),
        "message_id": message_id,
        "worker_id": worker.id,
        "language": worker.language,
        "country": worker.country,
        "cohort": str(worker.cohort_id) if worker.cohort_id else "",
        "passed": json.dumps(worker.passed),
        "number": worker.number,
        "now": now,
        "spread": secrets.randbelow(1 << 16) / (1 << 16),
    }


def take_next(
    session: Session, *, worker: WorkerFacts, now: datetime, message_id: UUID | None = None
) -> Taken | None:
    """Take a place for the worker across the running projects, or return None where there is nothing for them.

    The caller holds the lock on the worker's row, so that one worker takes one place at a time. The
    assignment's clock does not run yet: see leases.start_lease. `message_id` is the message that is to carry
    the question.
    """
    values = parameters(worker, now, message_id)
    row = session.execute(_TAKE, values).one_or_none()
    if row is None:
        return None
    project, task = row[0], row[1]
    # The task was read as it stood before this statement; its counters are those the place was taken with.
    for name in ("live", "answered", "unsure", "freed"):
        set_committed_value(task, name, getattr(row, name))
    if row.from_front and row.position - row.front > FRONT_GAP:
        _move_front(session, project.id)
    return Taken(project, task, _given(session, values, project, task, worker))


# What may share the message of a task just taken: of the same project, offerable, new to the worker. Read from
# where the worker stands, freed ones first, and taken only when it is known which of them fit.
_BESIDE = text(
    f"""
    SELECT t.id FROM (
        (SELECT id, position, 0 AS turn FROM tasks
          WHERE project_id = :project_id AND freed AND {OFFERABLE} ORDER BY position LIMIT :window)
        UNION
        (SELECT id, position, 1 FROM tasks
          WHERE project_id = :project_id AND {OFFERABLE} AND position > :position
          ORDER BY position LIMIT :window)
    ) t
     WHERE (SELECT a.id FROM assignments a WHERE a.task_id = t.id AND a.worker_id = :worker_id) IS NULL
     ORDER BY t.turn, t.position LIMIT :limit
    """  # noqa: S608 - the parts are constants of this module
)

_TAKE_BESIDE = text(
    f"""
    WITH picked AS (
        SELECT id FROM tasks WHERE id = ANY (CAST(:task_ids AS uuid[])) AND {OFFERABLE}
         ORDER BY id FOR UPDATE SKIP LOCKED
    ), place AS (
        UPDATE tasks SET live = tasks.live + 1,
               freed = tasks.freed AND tasks.answered + tasks.live + 1 < tasks.places
          FROM picked WHERE tasks.id = picked.id
        RETURNING tasks.id
    ), moved AS (
        UPDATE cursors SET position = greatest(cursors.position, CAST(:position AS bigint))
         WHERE worker_id = :worker_id AND project_id = :project_id
    )
    SELECT id FROM place
    """  # noqa: S608 - the parts are constants of this module
)


def beside(session: Session, taken: Taken, *, limit: int) -> list[Task]:
    """Return up to `limit` tasks that may be asked in the message of a task just taken, none of them taken yet."""
    found = session.scalars(
        _BESIDE,
        {
            "project_id": taken.project.id,
            "worker_id": taken.assignment.worker_id,
            "position": taken.task.position,
            "window": limit * 3,
            "limit": limit,
        },
    ).all()
    rows = {task.id: task for task in session.scalars(select(Task).where(Task.id.in_(found)))}
    return [rows[task_id] for task_id in dict.fromkeys(found) if task_id in rows and task_id != taken.task.id]


def take_beside(session: Session, taken: Taken, tasks: Sequence[Task]) -> list[Taken]:
    """Take a place of each of these tasks too, for the same message; those gone meanwhile are left out.

    Every assignment of the message then knows how many questions it asks.
    """
    got = set(
        session.scalars(
            _TAKE_BESIDE,
            {
                "task_ids": [task.id for task in tasks],
                "worker_id": taken.assignment.worker_id,
                "project_id": taken.project.id,
                "position": max(task.position for task in tasks),
            },
        )
    )
    first = taken.assignment
    assignments = [taken]
    for task in tasks:
        if task.id not in got:
            continue
        assignment = Assignment(
            id=ids.new(),
            project_id=first.project_id,
            client_id=first.client_id,
            task_id=task.id,
            worker_id=first.worker_id,
            state="offered",
            number=first.number + len(assignments),
            language=first.language,
            message_id=first.message_id,
            offered_at=first.offered_at,
            lease_s=first.lease_s,
        )
        session.add(assignment)
        set_committed_value(task, "live", task.live + 1)
        assignments.append(Taken(taken.project, task, assignment))
    for each in assignments:
        each.assignment.asked = len(assignments)
    session.flush()
    return assignments


def _given(
    session: Session, values: dict[str, Any], project: Project, task: Task, worker: WorkerFacts
) -> Assignment:
    """Return the assignment the statement has inserted, as a row this session holds, without reading it back."""
    assignment = Assignment(
        id=values["assignment_id"],
        project_id=project.id,
        client_id=project.client_id,
        task_id=task.id,
        worker_id=worker.id,
        state="offered",
        number=worker.number,
        language=worker.language,
        message_id=values["message_id"],
        group_id=None,
        site=None,
        offered_at=values["now"],
        lease_s=project.lease_s,
        asked=1,
        started_at=None,
        expires_at=None,
        remind_at=None,
        ended_at=None,
    )
    make_transient_to_detached(assignment)
    session.add(assignment)
    return assignment


def _move_front(session: Session, project_id: UUID) -> None:
    """Move the project's front up to its first task with an empty place.

    Reads without locking, so that a task somebody is just taking counts as still having its place; what is
    passed can come back only by `freed`, which is looked at first. Tasks are added under the project's lock,
    so that none with a lower position can appear later.
    """
    session.execute(
        text(
            f"""
            UPDATE projects SET front = greatest(front, coalesce(
                   (SELECT position FROM tasks
                     WHERE project_id = projects.id AND {OFFERABLE} AND position >= projects.front
                     ORDER BY position LIMIT 1), front))
             WHERE id = :project_id
            """  # noqa: S608 - the parts are constants of this module
        ),
        {"project_id": project_id},
    )
