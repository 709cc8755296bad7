"""What becomes of a place that was given out: answered, freed, taken again by a late answer.

Owns the end of an assignment, and the answers. Each verb is one statement that changes the assignment only
from the state it expects and the task's counters with it, so that a reply and an expiry at the same instant
have one effect between them.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app import ids
from app.errors import conflict
from app.tasks.choosing import Taken
from app.tasks.free_text import text_checks, text_kind
from app.tasks.judgement import judging
from app.tasks.judgement.concluding import conclude
from app.tasks.models import CHECK, STOCK, UNSURE, Answer, Assignment, Project, Task
from app.tasks.rules import Reading, TaskCounts, is_complete, mask_numbers
from app.tasks.surveys import funds

# How many running assignments of a task a late answer looks at: a survey has very many.
MOST_REPLACEMENTS = 25


@dataclass(frozen=True)
class Recorded:
    """An answer that was kept, whether it is paid, and whether it was the one that finished its task."""

    answer: Answer
    pays: bool
    task_done: bool


class OfSurvey(NamedTuple):
    """An answer of a survey: to which question, what it is paid, and whether with it the survey fills its place."""

    question_id: str
    pay_minor: int
    fills: bool = False


@dataclass(frozen=True)
class Freed:
    """Whether the assignment was still running and its place came back; whether that finished its task."""

    freed: bool
    task_done: bool


# What keeping an answer writes, beside the row of its assignment, which is called `ended`.
KEEP = """
        INSERT INTO answers (id, assignment_id, question_id, project_id, client_id, task_id, worker_id, value, raw,
                             confidence, language, channel, seconds, late, pay_minor, currency, gold, state, position,
                             asked, answered_at)
        SELECT CAST(:id AS uuid), id, :question_id, project_id, client_id, task_id, worker_id, :value, :raw,
               :confidence, :language, :channel, :seconds, :late, :pay_minor, :currency, :gold, :state, :position,
               :asked, :now
          FROM ended"""
TELL = """
        INSERT INTO project_events (project_id, client_id, kind, data, at)
        SELECT project_id, client_id, :kind, CAST(:event AS jsonb), :now FROM ended"""

_RECORD = text(
    f"""
    WITH ended AS (
        UPDATE assignments SET state = 'answered', ended_at = :now, remind_at = NULL
         WHERE id = :assignment_id AND state = 'offered'
        RETURNING id, project_id, client_id, task_id, worker_id
    ), kept AS ({KEEP}), told AS ({TELL})
    UPDATE tasks SET live = tasks.live - 1, answered = tasks.answered + :filled, unsure = tasks.unsure + :unsure,
           freed = (tasks.freed OR :filled = 0) AND tasks.state <> 'gold',
           places = tasks.places - CASE WHEN tasks.state = 'gold' AND :filled = 0 THEN 1 ELSE 0 END
      FROM ended WHERE tasks.id = ended.task_id
    RETURNING tasks.places, tasks.live, tasks.answered, tasks.unsure, tasks.freed
    """  # noqa: S608 - the parts are constants of this module
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
    survey: OfSurvey | None = None,
) -> Recorded:
    """Keep the answer, fill the place (or, `unsure`, give it back unpaid) and conclude the task when complete.

    One statement, and two more where the task is done. Raises `wrong-state` (409) when the assignment ended
    meanwhile. Paying is the caller's, by `pays`: a text that others check is not paid yet. `survey` is given with
    the last answer of one.
    """
    fills = survey.fills if survey else reading.value != UNSURE
    answer = new_answer(Taken(project, task, assignment), reading, language, channel, late, now, survey)
    values = {
        **{name: getattr(answer, name) for name in ANSWER_VALUES},
        "filled": int(fills),
        "unsure": int(not fills),
        "kind": "check" if task.step == CHECK else "answer",
        "event": json.dumps(event_of(task, answer), ensure_ascii=False),
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
    if survey is not None:
        counts = funds.balance(
            session, project=project, task_id=task.id, assignment_id=assignment.id, ended=True
        )
    pays = answer.pay_minor > 0
    if answer.state == "pending":
        text_checks.open_check(
            session, project=project, task=task, answer=answer, assignment=assignment, now=now
        )
    return Recorded(answer, pays, settle(session, project, task, counts, now))


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
    if assignment.question_id is not None:
        survey = session.get_one(Project, assignment.project_id)
        row = funds.balance(
            session, project=survey, task_id=assignment.task_id, assignment_id=assignment.id, ended=True
        )
    complete = is_complete(TaskCounts(row.places, row.live, row.answered, row.unsure))
    if row.state != "open" or not (complete or (row.live == 0 and row.answered > 0)):
        _update_loaded(session, assignment.task_id, row)
        return Freed(freed=True, task_done=False)
    task = session.get_one(Task, assignment.task_id)
    project = session.get_one(Project, assignment.project_id)
    return Freed(freed=True, task_done=settle(session, project, task, row, now))


def revive(session: Session, *, assignment: Assignment) -> bool:
    """Take the place of an expired assignment again for its late answer; False where none is free."""
    row = session.execute(_REVIVE, {"assignment_id": assignment.id}).one_or_none()
    if row is None:
        return False
    set_committed_value(assignment, "state", "offered")
    set_committed_value(assignment, "ended_at", None)
    if assignment.question_id is not None:
        survey = session.get_one(Project, assignment.project_id)
        row = funds.balance(
            session, project=survey, task_id=assignment.task_id, assignment_id=assignment.id, ended=False
        )
    _update_loaded(session, assignment.task_id, row)
    return True


def replacements(session: Session, task_id: UUID) -> list[Assignment]:
    """Return the running assignments of a task, newest first, locked: which of them is unsent, the caller knows.

    One whose row somebody holds is left out: it is being answered or sent at this instant; so is somebody in the
    middle of a survey, which is no replacement that nobody would miss.
    """
    statement = (
        select(Assignment)
        .where(Assignment.task_id == task_id, Assignment.state == "offered", Assignment.nth == 1)
        .order_by(Assignment.offered_at.desc())
        .limit(MOST_REPLACEMENTS)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


# The columns of an answer that the statement binds; the others come from the assignment's row.
ANSWER_VALUES = (
    "id",
    "assignment_id",
    "question_id",
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


def new_answer(
    taken: Taken,
    reading: Reading,
    language: str,
    channel: str,
    late: bool,
    now: datetime,
    survey: OfSurvey | None = None,
) -> Answer:
    """Return an answer as a row that is not written yet; `survey` says which question of one it is to."""
    project, task, assignment = taken.project, taken.task, taken.assignment
    asked_at = assignment.started_at or assignment.offered_at
    pending = (
        reading.value != UNSURE
        and text_kind.is_written(project.spec, task.step)
        and text_checks.has_checks(project)
    )
    pay_minor = project.pay_for(task.step) if reading.value != UNSURE and not pending else 0
    if survey is not None:
        pay_minor = survey.pay_minor
    return Answer(
        id=ids.new(),
        assignment_id=assignment.id,
        question_id=survey.question_id if survey else "",
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
        pay_minor=pay_minor,
        currency=project.currency,
        gold=task.state in STOCK,
        state="pending" if pending else "counted",
        refused_why=None,
        position=reading.position,
        asked=assignment.asked,
        answered_at=now,
    )


def event_of(task: Task, answer: Answer) -> dict[str, str]:
    """Return what a project's stream tells of an answer."""
    said = {
        "task": text_checks.client_task_id(task),
        "label": answer.value,
        "language": answer.language,
        "channel": answer.channel,
    }
    return {**said, "question": answer.question_id} if answer.question_id else said


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


def settle(session: Session, project: Project, task: Task, row: Row[Any], now: datetime) -> bool:
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
