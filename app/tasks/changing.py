"""Changing an answer that was given, while nothing was concluded from it: a correction, or UNDO.

The value changes and nothing else: the place stays filled, what was paid stays paid, and `raw` keeps all that was
written. A `don't know` filled no place and was not paid: who knows after all takes a place, if one is free, and is
paid as for any answer. Held under the task's row, so that a task is concluded from the answers before or after the
change.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.tasks.answering import event_of, settle
from app.tasks.free_text import text_kind
from app.tasks.models import UNSURE, Answer, Assignment, Project, Task
from app.tasks.rules import Reading, mask_numbers
from app.tasks.surveys.paths import following
from app.tasks.surveys.shape import UNANSWERED, SurveyQuestion, questions_of

# Kinds whose answers are one of a few; a free text is changed otherwise (app/tasks/free_text/text_changing.py).
CHANGEABLE_KINDS = ("verification", "tagging", "survey")
# Among so many questions asked last are the ones that were answered last.
_LOOKED_AT = 20


@dataclass(frozen=True)
class Given:
    """An answer somebody gave, with what it answers."""

    assignment: Assignment
    task: Task
    project: Project
    answer: Answer


_CHANGE = text(
    """
    WITH held AS MATERIALIZED (
        SELECT id FROM tasks WHERE id = :task_id AND state = 'open' FOR UPDATE
    ), changed AS (
        UPDATE answers SET value = :value, raw = answers.raw || E'\\n' || :raw, confidence = :confidence
          FROM held
         WHERE answers.id = :id AND answers.task_id = held.id AND answers.state = 'counted'
           AND answers.value <> :unsure
        RETURNING answers.project_id, answers.client_id, answers.raw
    ), told AS (
        INSERT INTO project_events (project_id, client_id, kind, data, at)
        SELECT project_id, client_id, 'answer', CAST(:event AS jsonb), :now FROM changed
    )
    SELECT raw FROM changed
    """
)


# As `_CHANGE`, of a `don't know`: the answer takes a free place, and what it is paid is written with it.
_FILL = text(
    """
    WITH held AS MATERIALIZED (
        SELECT id FROM tasks WHERE id = :task_id AND state = 'open' AND answered + live < places FOR UPDATE
    ), changed AS (
        UPDATE answers SET value = :value, raw = answers.raw || E'\\n' || :raw, confidence = :confidence,
               pay_minor = :pay_minor
          FROM held
         WHERE answers.id = :id AND answers.task_id = held.id AND answers.state = 'counted'
           AND answers.value = :unsure
        RETURNING answers.project_id, answers.client_id, answers.raw
    ), told AS (
        INSERT INTO project_events (project_id, client_id, kind, data, at)
        SELECT project_id, client_id, 'answer', CAST(:event AS jsonb), :now FROM changed
    ), counted AS (
        UPDATE tasks SET answered = tasks.answered + 1, unsure = tasks.unsure - 1,
               freed = tasks.freed AND tasks.answered + tasks.live + 1 < tasks.places
          FROM held, changed WHERE tasks.id = held.id
        RETURNING tasks.places, tasks.live, tasks.answered, tasks.unsure, tasks.freed
    )
    SELECT raw, places, live, answered, unsure, freed FROM changed, counted
    """
)


def last_given(session: Session, worker_id: UUID) -> list[Given]:
    """Return the answers of the worker's last reply that answered anything, in the order of their questions."""
    lately = (
        select(Assignment.id)
        .where(Assignment.worker_id == worker_id)
        .order_by(Assignment.offered_at.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    rows = session.execute(
        select(Assignment, Task, Project, Answer)
        .join(lately, lately.c.id == Assignment.id)
        .join(Answer, Answer.assignment_id == Assignment.id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Project, Project.id == Assignment.project_id)
        .order_by(Answer.answered_at.desc(), Assignment.number)
    ).all()
    return [Given(*row) for row in rows if row[3].answered_at == rows[0][3].answered_at]


def question_of(given: Given) -> SurveyQuestion | None:
    """Return the question of a survey that an answer answers; None where its project is none."""
    questions = questions_of(given.project.spec)
    return next((one for one in questions if one.id == given.answer.question_id), None)


def is_text(given: Given) -> bool:
    """Say whether an answer is a free text that stands by itself, and not what a survey asks or a check of one."""
    return given.project.kind == "text" and text_kind.is_written(given.project.spec, given.task.step)


def leads_on(given: Given, value: str) -> bool:
    """Say whether another value leads where the answer led: in a survey, to the question that was asked next."""
    question = question_of(given)
    if question is None:
        return value != UNSURE
    questions = questions_of(given.project.spec)
    if value in UNANSWERED:
        return False
    return following(questions, question.id, value) == following(questions, question.id, given.answer.value)


def may_change(given: Sequence[Given]) -> bool:
    """Say whether these answers may be given other values: nothing was concluded from any, or told about it.

    In a survey `don't know` led on without pay, and stays; and from the answer to a question whose truth is known,
    something was concluded at once.
    """
    return bool(given) and all(
        (one.project.kind in CHANGEABLE_KINDS or is_text(one))
        and one.project.state in {"running", "paused"}
        and one.task.state == "open"
        and one.task.gold is None
        and (one.answer.state == "counted" or (is_text(one) and one.answer.state == "pending"))
        and (
            one.answer.value not in UNANSWERED or (one.answer.value == UNSURE and not one.answer.question_id)
        )
        for one in given
    )


def change_answer(session: Session, *, given: Given, reading: Reading, now: datetime) -> bool:
    """Give an answer another value; False where its task was concluded meanwhile, and nothing changed."""
    raw = session.execute(_CHANGE, _values(given, reading, now)).scalar_one_or_none()
    if raw is None:
        return False
    _changed(given.answer, value=reading.value, raw=raw, confidence=reading.confidence)
    return True


def fill(session: Session, *, given: Given, reading: Reading, now: datetime) -> bool:
    """Let a `don't know` become an answer, which takes a place and is to be paid; False where no place is free."""
    pay_minor = given.project.pay_for(given.task.step)
    row = session.execute(_FILL, {**_values(given, reading, now), "pay_minor": pay_minor}).one_or_none()
    if row is None:
        return False
    _changed(
        given.answer, value=reading.value, raw=row.raw, confidence=reading.confidence, pay_minor=pay_minor
    )
    settle(session, given.project, given.task, row, now)
    return True


def _values(given: Given, reading: Reading, now: datetime) -> dict[str, object]:
    told = event_of(given.task, given.answer)
    event = {**told, "label": reading.value, "instead_of": given.answer.value}
    return {
        "id": given.answer.id,
        "task_id": given.task.id,
        "value": reading.value,
        "raw": mask_numbers(reading.raw),
        "confidence": reading.confidence,
        "unsure": UNSURE,
        "event": json.dumps(event, ensure_ascii=False),
        "now": now,
    }


def _changed(answer: Answer, **values: object) -> None:
    for name, value in values.items():
        set_committed_value(answer, name, value)
