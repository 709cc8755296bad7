"""What becomes of a place that was given out: answered, freed, taken again by a late answer.

Owns the end of an assignment, and the answers. Each verb is one statement that changes the assignment only
from the state it expects and the task's counters with it, so that a reply and an expiry at the same instant
have one effect between them.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app import ids
from app.errors import conflict
from app.tasks import judging, text_checks, text_kind
from app.tasks.choosing import Taken
from app.tasks.concluding import conclude
from app.tasks.models import CHECK, STOCK, UNSURE, Answer, Assignment, Project, Task
from app.tasks.rules import Reading, TaskCounts, is_complete, mask_numbers


@dataclass(frozen=True)
class Recorded:
    """An answer that was kept, whether it is paid, and whether it was the one that finished its task."""

    answer: Answer
    pays: bool
    task_done: bool


@dataclass(frozen=True)
class Freed:
    """Whether the assignment was still running and its place came back; whether that finished its task."""

    freed: bool
    task_done: bool


_RECORD = text(
    """
    WITH ended AS (
        UPDATE assignments SET state = 'answered', ended_at = :now, remind_at = NULL
         WHERE id = :assignment_id AND state = 'offered'
        RETURNING id, project_id, client_id, task_id, worker_id
    ), kept AS (
        INSERT INTO answers (id, assignment_id, project_id, client_id, task_id, worker_id, value, raw, confidence,
                             language, channel, seconds, late, pay_minor, currency, gold, state, position,
                             asked, answered_at)
        SELECT CAST(:id AS uuid), id, project_id, client_id, task_id, worker_id, :value, :raw, :confidence,
               :language, :channel, :seconds, :late, :pay_minor, :currency, :gold, :state, :position, :asked,
               :now
          FROM ended
    ), told AS (
        INSERT INTO project_events (project_id, client_id, kind, data, at)
        SELECT project_id, client_id, :kind, CAST(:event AS jsonb), :now FROM ended
    )
    UPDATE tasks SET live = tasks.live - 1, answered = tasks.answered + :filled, unsure = tasks.unsure + :unsure,
           freed = (tasks.freed OR :filled = 0) AND tasks.state <> 'gold',
           places = tasks.places - CASE WHEN tasks.state = 'gold' AND :filled = 0 THEN 1 ELSE 0 END
      FROM ended WHERE tasks.id = ended.task_id
    RETURNING tasks.places, tasks.live, tasks.answered, tasks.unsure, tasks.freed
    """
)

_FREE = text(
    """
    WITH ended AS (
        UPDATE assignments SET state = :state, ended_at = :now, remind_at = NULL
         WHERE id = :assignment_id AND state = 'offered'
        RETURNING task_id
    )
    UPDATE tasks SET live = tasks.live - 1, freed = tasks.state <> 'gold',
           places = tasks.places - CASE WHEN tasks.state = 'gold' THEN 1 ELSE 0 END
      FROM ended WHERE tasks.id = ended.task_id
    RETURNING tasks.places, tasks.live, tasks.answered, tasks.unsure, tasks.freed, tasks.state
    """
)

_REVIVE = text(
    """
    WITH held AS MATERIALIZED (
        SELECT id, task_id FROM assignments WHERE id = :assignment_id AND state = 'expired' FOR UPDATE
    ), place AS (
        UPDATE tasks SET live = tasks.live + 1,
               places = tasks.places + CASE WHEN tasks.state = 'gold' THEN 1 ELSE 0 END
          FROM held, projects
         WHERE tasks.id = held.task_id AND projects.id = tasks.project_id
           AND (tasks.state = 'open' AND tasks.answered + tasks.live < tasks.places
                OR tasks.state = 'gold' AND tasks.places < projects.gold_limit)
        RETURNING tasks.places, tasks.live, tasks.answered, tasks.unsure, tasks.freed
    ), again AS (
        UPDATE assignments SET state = 'offered', ended_at = NULL FROM held, place
         WHERE assignments.id = held.id
    )
    SELECT places, live, answered, unsure, freed FROM place
    """
)


def question(session: Session, assignment_id: UUID) -> Taken | None:
    """Return an assignment with its task and project, the assignment's row locked; None where there is none.

    An answer begins with this, so that what is decided about the assignment holds until it is written.
    """
    statement = (
        select(Project, Task, Assignment)
        .select_from(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .join(Project, Project.id == Assignment.project_id)
        .where(Assignment.id == assignment_id)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    row = session.execute(statement).one_or_none()
    return Taken(row[0], row[1], row[2]) if row else None


def record_answer(  # noqa: PLR0913 - what is known of an answer, each by its name
    session: Session,
    *,
    assignment: Assignment,
    task: Task,
    project: Project,
    reading: Reading,
    language: str,
    channel: str,
    late: bool,
    now: datetime,
) -> Recorded:
    """Keep the answer, fill the place (or, `unsure`, give it back unpaid) and conclude the task when complete.

    One statement, and two more where the task is done. Raises `wrong-state` (409) when the assignment ended
    meanwhile. Paying is the caller's, by `pays`: a text that others check is not paid yet.
    """
    fills = reading.value != UNSURE
    answer = _answer(assignment, task, project, reading, language, channel, late, now)
    shown = text_checks.client_task_id(task)
    event = {"task": shown, "label": reading.value, "language": language, "channel": channel}
    values = {
        **{name: getattr(answer, name) for name in _ANSWER_VALUES},
        "filled": int(fills),
        "unsure": int(not fills),
        "kind": "check" if task.step == CHECK else "answer",
        "event": json.dumps(event, ensure_ascii=False),
        "now": now,
    }
    counts = session.execute(_RECORD, values).one_or_none()
    if counts is None:
        raise conflict(
            "wrong-state",
            f"The question {ids.show('asg', assignment.id)} is not open any more. Load it again before answering.",
        )
    _ended(assignment, "answered", now)
    make_transient_to_detached(answer)
    session.add(answer)
    pays = answer.pay_minor > 0
    if answer.state == "pending":
        text_checks.open_check(
            session, project=project, task=task, answer=answer, assignment=assignment, now=now
        )
    return Recorded(answer, pays, _settle(session, project, task, counts, now))


def free(
    session: Session,
    *,
    assignment: Assignment,
    state: Literal["skipped", "expired", "withdrawn"],
    now: datetime,
) -> Freed:
    """End an assignment without an answer: its place is offered again, first of all.

    Does nothing where the assignment ended meanwhile. A task that waited only for this one (too many said
    "don't know") is concluded.
    """
    row = session.execute(_FREE, {"assignment_id": assignment.id, "state": state, "now": now}).one_or_none()
    if row is None:
        session.refresh(assignment)
        return Freed(freed=False, task_done=False)
    _ended(assignment, state, now)
    complete = is_complete(TaskCounts(row.places, row.live, row.answered, row.unsure))
    if row.state != "open" or not (complete or (row.live == 0 and row.answered > 0)):
        _update_loaded(session, assignment.task_id, row)
        return Freed(freed=True, task_done=False)
    task = session.get_one(Task, assignment.task_id)
    project = session.get_one(Project, assignment.project_id)
    return Freed(freed=True, task_done=_settle(session, project, task, row, now))


def revive(session: Session, *, assignment: Assignment) -> bool:
    """Take the place of an expired assignment again for its late answer; False where none is free."""
    row = session.execute(_REVIVE, {"assignment_id": assignment.id}).one_or_none()
    if row is None:
        return False
    set_committed_value(assignment, "state", "offered")
    set_committed_value(assignment, "ended_at", None)
    _update_loaded(session, assignment.task_id, row)
    return True


def replacements(session: Session, task_id: UUID) -> list[Assignment]:
    """Return the running assignments of a task, newest first, locked: which of them is unsent, the caller knows.

    One whose row somebody holds is left out: it is being answered or sent at this instant.
    """
    statement = (
        select(Assignment)
        .where(Assignment.task_id == task_id, Assignment.state == "offered")
        .order_by(Assignment.offered_at.desc())
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


# The columns of an answer that the statement binds; the others come from the assignment's row.
_ANSWER_VALUES = (
    "id",
    "assignment_id",
    "value",
    "raw",
    "confidence",
    "language",
    "channel",
    "seconds",
    "late",
    "pay_minor",
    "currency",
    "gold",
    "state",
    "position",
    "asked",
)


def _answer(
    assignment: Assignment,
    task: Task,
    project: Project,
    reading: Reading,
    language: str,
    channel: str,
    late: bool,
    now: datetime,
) -> Answer:
    asked_at = assignment.started_at or assignment.offered_at
    pending = (
        reading.value != UNSURE
        and text_kind.is_written(project.spec, task.step)
        and text_checks.has_checks(project)
    )
    return Answer(
        id=ids.new(),
        assignment_id=assignment.id,
        project_id=project.id,
        client_id=project.client_id,
        task_id=task.id,
        worker_id=assignment.worker_id,
        value=reading.value,
        raw=mask_numbers(reading.raw),
        confidence=reading.confidence,
        language=language,
        channel=channel,
        seconds=max(0, int((now - asked_at).total_seconds())),
        late=late,
        pay_minor=project.pay_for(task.step) if reading.value != UNSURE and not pending else 0,
        currency=project.currency,
        gold=task.state in STOCK,
        state="pending" if pending else "counted",
        refused_why=None,
        position=reading.position,
        asked=assignment.asked,
        answered_at=now,
    )


def _ended(assignment: Assignment, state: str, now: datetime) -> None:
    set_committed_value(assignment, "state", state)
    set_committed_value(assignment, "ended_at", now)
    set_committed_value(assignment, "remind_at", None)


def _update_counts(task: Task, row: Row[Any]) -> None:
    for name in ("places", "live", "answered", "unsure", "freed"):
        set_committed_value(task, name, getattr(row, name))


def _update_loaded(session: Session, task_id: UUID, row: Row[Any]) -> None:
    task = session.identity_map.get(session.identity_key(Task, task_id))
    if task is not None:
        _update_counts(task, row)


def _settle(session: Session, project: Project, task: Task, row: Row[Any], now: datetime) -> bool:
    """Bring the task's counters up to date and conclude it when it is complete; say whether it was."""
    _update_counts(task, row)
    if task.state != "open":
        return False
    complete = is_complete(TaskCounts(row.places, row.live, row.answered, row.unsure))
    # Of places asked for side by side the answers that came may do: nobody is out any more to be waited for.
    at_rest = row.live == 0 and row.answered > 0 and not complete
    if project.adaptive and (row.answered >= row.places or at_rest):
        judging.flag(session, task)
        return False
    if not complete:
        return False
    if task.step == CHECK:
        judging.flag(session, task)
        return False
    if text_checks.has_checks(project) and text_checks.waits(session, task.id):
        return False
    conclude(session, project=project, task=task, now=now)
    return True


def conclude_if_complete(session: Session, *, project: Project, task: Task, now: datetime) -> bool:
    """Conclude a task whose row is held, and of which a text was just decided, if it has all it will get."""
    counts = TaskCounts(task.places, task.live, task.answered, task.unsure)
    if task.state != "open" or not is_complete(counts) or text_checks.waits(session, task.id):
        return False
    conclude(session, project=project, task=task, now=now)
    return True
