"""Gold: tasks whose truth is known, given among the others to learn how far a worker can be relied on.

Owns their giving, and what their answers say of a worker (`gold_answers`, `gold_right` of skills). A gold task has no
places of its own to fill: it opens one when it is given and closes it when no answer comes, up to the limit that was
funded at launch. So it is in no walk of choosing.py, is never concluded, and answers and live questions are never
more than its places. What a worker is told, and whether they go on, is standings.py's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app import ids
from app.errors import conflict, not_found
from app.tasks.choosing import Taken
from app.tasks.models import STOCK, UNSURE, Answer, Assignment, Project, Skill, Task
from app.tasks.rules import WorkerFacts
from app.tasks.training.trust import PRIOR_RIGHT, PRIOR_WRONG, GoldAnswer, suspicious

# The least used first, so that no question gets around; one that somebody is being given is passed over.
_GIVE = text(
    """
    WITH picked AS (
        SELECT t.id FROM tasks t JOIN projects p ON p.id = t.project_id
         WHERE t.project_id = :project_id AND t.state = 'gold' AND t.places < p.gold_limit AND p.state = 'running'
           AND (SELECT a.id FROM assignments a WHERE a.task_id = t.id AND a.worker_id = :worker_id) IS NULL
         ORDER BY t.places, t.position LIMIT 1 FOR UPDATE OF t SKIP LOCKED
    )
    UPDATE tasks SET places = tasks.places + 1, live = tasks.live + 1
      FROM picked WHERE tasks.id = picked.id
    RETURNING tasks.id, tasks.places, tasks.live, tasks.answered, tasks.unsure
    """
)

_KNOWN = text(
    """
    INSERT INTO skills (project_id, worker_id, answers, gold_answers, gold_right, skill, lower, kept, fitted_at)
    VALUES (:project_id, :worker_id, 0, 1, :right, :skill, 0, '{}', :now)
    ON CONFLICT (project_id, worker_id) DO UPDATE
       SET gold_answers = skills.gold_answers + 1, gold_right = skills.gold_right + :right
    """
)

_RECOUNT = text(
    """
    UPDATE skills SET gold_answers = found.known, gold_right = found.good
      FROM (SELECT w.id AS worker_id, count(t.id) AS known, count(t.id) FILTER (WHERE a.value = t.gold) AS good
              FROM unnest(CAST(:worker_ids AS uuid[])) AS w (id)
              LEFT JOIN answers a ON a.worker_id = w.id AND a.project_id = :project_id AND a.gold
                    AND a.value <> 'unsure'
              LEFT JOIN tasks t ON t.id = a.task_id AND t.gold IS NOT NULL
             GROUP BY w.id) found
     WHERE skills.project_id = :project_id AND skills.worker_id = found.worker_id
    """
)


@dataclass(frozen=True)
class Stocked:
    """A gold task and how it did: its answers, and whether what is taken for its truth may be wrong."""

    task: Task
    right: int
    wrong: int
    unsure: int
    suspicious: bool


def give(
    session: Session, *, project: Project, worker: WorkerFacts, now: datetime, message_id: UUID | None
) -> Taken | None:
    """Give the worker, whose row is locked, a gold task they never had; None where none is left or funded."""
    row = session.execute(_GIVE, {"project_id": project.id, "worker_id": worker.id}).one_or_none()
    if row is None:
        return None
    task = session.get_one(Task, row.id)
    for name in ("places", "live", "answered", "unsure"):
        set_committed_value(task, name, getattr(row, name))
    assignment = Assignment(
        id=ids.new(),
        project_id=project.id,
        client_id=project.client_id,
        task_id=task.id,
        worker_id=worker.id,
        state="offered",
        number=worker.number,
        language=worker.language,
        message_id=message_id,
        group_id=worker.group_id,
        site=worker.site,
        offered_at=now,
        lease_s=project.lease_s,
        asked=1,
    )
    session.add(assignment)
    session.flush()
    return Taken(project, task, assignment)


def note_answer(session: Session, *, project_id: UUID, worker_id: UUID, right: bool, now: datetime) -> None:
    """Count an answer to a gold task that was not `unsure`."""
    values = {
        "project_id": project_id,
        "worker_id": worker_id,
        "right": int(right),
        "skill": PRIOR_RIGHT / (PRIOR_RIGHT + PRIOR_WRONG),
        "now": now,
    }
    session.execute(_KNOWN, values)


def gold_task(session: Session, *, project: Project, client_task_id: str) -> Task:
    """Return the project's gold task of the client's own id. Raises `not-found` (404), or `not-gold` (409)."""
    task = session.scalar(
        select(Task).where(Task.project_id == project.id, Task.client_task_id == client_task_id)
    )
    if task is None:
        raise not_found("task", client_task_id[:60])
    if task.state not in STOCK and (task.gold is None or task.state != "finished"):
        raise conflict(
            "not-gold",
            f"The task {client_task_id[:60]!r} was added without gold, so there is none to correct.",
        )
    return task


def correct(session: Session, *, task: Task, truth: str | None) -> list[UUID]:
    """Put another truth to a gold task, or none, which takes it out of stock; return who had answered it.

    The counters of those are made anew; what else rested on the answers is standings.forgive's.
    """
    session.refresh(task, with_for_update={"key_share": True})
    if task.gold == truth:
        return []
    task.gold = truth
    if truth is None and task.state == "gold":
        task.state = "retired"
    session.flush()
    answered = session.scalars(
        select(Answer.worker_id)
        .where(Answer.task_id == task.id, Answer.value != UNSURE)
        .order_by(Answer.worker_id)
    ).all()
    session.execute(_RECOUNT, {"project_id": task.project_id, "worker_ids": list(answered)})
    return list(answered)


def missed(
    session: Session, *, project_id: UUID, worker_id: UUID, since: datetime, excluding: Collection[str] = ()
) -> list[Task]:
    """Return the gold tasks a worker has missed since then, newest first, but those of the ids excluded."""
    rows = session.scalars(
        select(Task)
        .join(Answer, Answer.task_id == Task.id)
        .where(
            Answer.project_id == project_id,
            Answer.worker_id == worker_id,
            Answer.gold,
            Answer.value != UNSURE,
            Answer.value != Task.gold,
            Answer.answered_at >= since,
        )
        .order_by(Answer.answered_at.desc(), Answer.id.desc())
    )
    return [task for task in rows if str(task.id) not in excluding]


def counted(
    session: Session, *, project_id: UUID, worker_id: UUID, since: datetime, until: datetime | None = None
) -> tuple[int, int]:
    """Return how many of a worker's answers to gold tasks since then (and until) are right, and wrong."""
    statement = (
        select(Answer.value == Task.gold)
        .join(Task, Task.id == Answer.task_id)
        .where(
            Answer.project_id == project_id,
            Answer.worker_id == worker_id,
            Answer.gold,
            Answer.value != UNSURE,
            Task.gold.is_not(None),
            Answer.answered_at >= since,
        )
    )
    if until is not None:
        statement = statement.where(Answer.answered_at <= until)
    found = session.scalars(statement).all()
    return sum(found), len(found) - sum(found)


def stock(session: Session, project_id: UUID) -> list[Stocked]:
    """Return the project's gold tasks with how they did, those that may be wrong first, then the oldest."""
    tasks = session.scalars(
        select(Task)
        .where(Task.project_id == project_id, Task.gold.is_not(None), Task.state.in_(("gold", "retired")))
        .order_by(Task.position)
    ).all()
    rows = session.execute(
        select(Answer.task_id, Answer.value, Answer.worker_id, Skill.gold_answers, Skill.gold_right)
        .outerjoin(Skill, (Skill.project_id == Answer.project_id) & (Skill.worker_id == Answer.worker_id))
        .where(Answer.project_id == project_id, Answer.gold)
    ).all()
    truths = {task.id: task.gold or "" for task in tasks}
    answers: dict[UUID, list[GoldAnswer]] = {task.id: [] for task in tasks}
    unsure = dict.fromkeys(truths, 0)
    for row in rows:
        if row.task_id not in truths:
            continue
        if row.value == UNSURE:
            unsure[row.task_id] += 1
            continue
        right = row.value == truths[row.task_id]
        known, good = row.gold_answers or 0, row.gold_right or 0
        answers[row.task_id].append(GoldAnswer(row.value, good - right, known - good - (not right)))
    found = [_stocked(task, answers[task.id], unsure[task.id]) for task in tasks]
    return sorted(found, key=lambda one: not one.suspicious)


def _stocked(task: Task, answers: list[GoldAnswer], unsure: int) -> Stocked:
    right = sum(answer.value == task.gold for answer in answers)
    return Stocked(task, right, len(answers) - right, unsure, suspicious(task.gold or "", answers))
