"""Choosing a worker's next task, at a cost that does not grow with the number of tasks.

Owns the taking of places, and the cursors. One statement does it all, because this runs for every message: it
finds a task, locks it, takes the place, makes the assignment and moves the cursor; which task it finds is
described where it is written, in walks.py. Rows locked by another taker are passed over, not waited for; the
constraint on `tasks` makes over-answering impossible even so.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app import ids
from app.tasks.models import OFFERABLE, Assignment, Cursor, Project, Task
from app.tasks.rules import WorkerFacts
from app.tasks.surveys import crowd
from app.tasks.walks import STRICT, TAKE, open_to

# The project's front is moved up when a walk from it had to go further than this many positions.
FRONT_GAP = 1000
# Somebody is about who was asked since; where nobody is, or so near the deadline, a worker may get more
# than their share, and a task that somebody of their group has.
LULL = timedelta(hours=1)
SOON = timedelta(hours=6)
# Projects that are equal otherwise take turns by so many of a worker's questions: a session.
TURN = 5


@dataclass(frozen=True)
class Taken:
    """A place that was given to a worker.

    `tries` is how leniently it was found (see walks.py), and `room` how many more of the project the worker may be
    given on the same terms, None for any number.
    """

    project: Project
    task: Task
    assignment: Assignment
    tries: int = STRICT
    room: int | None = None


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
        "group_id": worker.group_id,
        "site": worker.site,
        "number": worker.number,
        "turn": worker.number // TURN,
        "now": now,
        "lull": now - LULL,
        "soon": now + SOON,
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
    row = session.execute(TAKE, values).one_or_none()
    if row is None and crowd.wait_for_place(session, worker, now):
        row = session.execute(TAKE, values).one_or_none()
    if row is None:
        return None
    project, task = row[0], row[1]
    # The task was read as it stood before this statement; its counters are those the place was taken with.
    for name in ("live", "answered", "unsure", "freed"):
        set_committed_value(task, name, getattr(row, name))
    if row.from_front and row.position - row.front > FRONT_GAP:
        _move_front(session, project.id)
    return Taken(project, task, _given(session, values, project, task, worker), row.tries, row.room)


# What may share the message of a task just taken: of the same project, offerable, new to the worker, as far apart
# from those the worker may depend on as the first. Read from where the worker stands, freed ones first, and taken
# only when it is known which of them fit.
_BESIDE = text(
    f"""
    SELECT t.id FROM (
        (SELECT id, position, freed, 0 AS turn FROM tasks
          WHERE project_id = :project_id AND freed AND {OFFERABLE} ORDER BY position LIMIT :window)
        UNION ALL
        (SELECT id, position, freed, 1 FROM tasks
          WHERE project_id = :project_id AND {OFFERABLE} AND position > :position
          ORDER BY position LIMIT :window)
    ) t
     WHERE (t.turn = 0 OR NOT t.freed) AND {open_to("t.id", "CAST(:tries AS int)")}
     ORDER BY t.turn, t.position LIMIT :limit
    """  # noqa: S608 - the parts are constants of this module
)

_TAKE_BESIDE = text(
    f"""
    WITH picked AS (
        SELECT id FROM tasks WHERE id = ANY (CAST(:task_ids AS uuid[])) AND {OFFERABLE}
         ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
    ), place AS (
        UPDATE tasks SET live = tasks.live + 1,
               freed = tasks.freed AND tasks.answered + tasks.live + 1 < tasks.places
          FROM picked WHERE tasks.id = picked.id
        RETURNING tasks.id
    ), moved AS (
        UPDATE cursors SET position = greatest(cursors.position, CAST(:position AS bigint)),
               given = given + (SELECT count(*) FROM place)
         WHERE worker_id = :worker_id AND project_id = :project_id
    )
    SELECT id FROM place
    """  # noqa: S608 - the parts are constants of this module
)


def beside(session: Session, taken: Taken, *, limit: int) -> list[Task]:
    """Return up to `limit` tasks that may be asked in the message of a task just taken, none of them taken yet."""
    limit = limit if taken.room is None else min(limit, taken.room)
    if limit <= 0:
        return []
    found = session.scalars(
        _BESIDE,
        {
            "project_id": taken.project.id,
            "worker_id": taken.assignment.worker_id,
            "group_id": taken.assignment.group_id,
            "site": taken.assignment.site,
            "tries": taken.tries,
            "position": _reached(session, taken),
            "window": limit * 3,
            "limit": limit,
        },
    ).all()
    rows = {task.id: task for task in session.scalars(select(Task).where(Task.id.in_(found)))}
    return [rows[task_id] for task_id in found]


def _reached(session: Session, taken: Taken) -> int:
    """Return the position the worker stands at: of the task just taken, unless that is gold, which stands anywhere."""
    if taken.task.state != "gold":
        return taken.task.position
    cursor = session.get(Cursor, (taken.assignment.worker_id, taken.project.id), populate_existing=True)
    return cursor.position if cursor is not None else -1


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
            group_id=first.group_id,
            site=first.site,
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
        question_id=None,
        nth=1,
        group_id=worker.group_id,
        site=worker.site,
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
