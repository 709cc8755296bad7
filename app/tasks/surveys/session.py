"""One person's way through a survey: where they are, and what an answer brings.

An assignment is a respondent's place. It says which question they are at; each answer is kept as a row of its own,
so that nothing is lost when they stop. Its lease runs anew with each question. The last answer fills the place.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app import ids
from app.errors import conflict
from app.tasks import answering
from app.tasks.choosing import Taken
from app.tasks.models import Answer, Assignment, Project, Task
from app.tasks.rules import Reading, mask_numbers
from app.tasks.surveys.paths import following, longest_from, place_of
from app.tasks.surveys.shape import UNANSWERED, SurveyQuestion, questions_of


@dataclass(frozen=True)
class At:
    """Where in a survey somebody is: at the question, the `step`-th they are asked of `most` at the most."""

    question: SurveyQuestion
    step: int
    most: int


_ADVANCE = text(
    f"""
    WITH ended AS (
        UPDATE assignments SET question_id = :following, nth = nth + 1, message_id = CAST(:message_id AS uuid),
               offered_at = :now, started_at = NULL, expires_at = NULL, remind_at = NULL
         WHERE id = :assignment_id AND state = 'offered'
           AND coalesce(question_id, :question_id) = CAST(:question_id AS text)
        RETURNING id, project_id, client_id, task_id, worker_id, nth
    ), kept AS ({answering.KEEP}), told AS ({answering.TELL})
    SELECT nth FROM ended
    """  # noqa: S608 - the parts are constants of the room
)


def at_first(spec: Mapping[str, Any]) -> At:
    """Return where everybody begins."""
    questions = questions_of(spec)
    return At(questions[0], 1, longest_from(questions))


def at(spec: Mapping[str, Any], assignment: Assignment) -> At:
    """Return where a respondent is."""
    questions = questions_of(spec)
    question = (
        questions[place_of(questions, assignment.question_id)] if assignment.question_id else questions[0]
    )
    return At(question, assignment.nth, assignment.nth - 1 + longest_from(questions, question.id))


def record(
    session: Session,
    *,
    taken: Taken,
    reading: Reading,
    language: str,
    channel: str,
    late: bool,
    message_id: UUID,
    now: datetime,
) -> tuple[Answer, At | None]:
    """Keep the answer to the question a respondent is at, and take them to the next; None: the survey is over.

    `message_id` is the message that is to carry the next question. The answer after which none follows fills the
    place, unless nothing was answered in the whole survey. A project that has ended asks nothing more: what was
    said stays, as of somebody who stopped half-way. Raises `wrong-state` (409) when the assignment ended meanwhile.
    """
    project, assignment = taken.project, taken.assignment
    questions = questions_of(project.spec)
    here = at(project.spec, assignment)
    if here.question.type == "text":
        reading = replace(reading, value=mask_numbers(reading.value))
    paid = project.pay_minor if reading.value not in UNANSWERED else 0
    then = following(questions, here.question.id, reading.value)
    if then is None:
        fills = paid > 0 or _answered(session, assignment.id)
        recorded = answering.record_answer(
            session,
            assignment=assignment,
            task=taken.task,
            project=project,
            reading=reading,
            language=language,
            channel=channel,
            late=late,
            now=now,
            survey=answering.OfSurvey(here.question.id, paid, fills),
        )
        return recorded.answer, None
    this = answering.OfSurvey(here.question.id, paid)
    answer = answering.new_answer(taken, reading, language, channel, late, now, this)
    _advance(session, taken, answer, then.id, message_id, now)
    if _is_over(project, now):
        answering.free(session, assignment=assignment, state="withdrawn", now=now)
        return answer, None
    return answer, at(project.spec, assignment)


def ask_again(session: Session, *, assignment: Assignment, message_id: UUID, now: datetime) -> None:
    """Let another message carry the question a respondent is at; the lease runs from its delivery."""
    assignment.message_id, assignment.offered_at = message_id, now
    assignment.started_at = assignment.expires_at = assignment.remind_at = None
    session.flush()


def unfinished(session: Session, worker_id: UUID) -> Taken | None:
    """Return the survey the worker stopped in last, if its project still runs; its place may be another's by now."""
    statement = (
        select(Project, Task, Assignment)
        .select_from(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .join(Project, Project.id == Assignment.project_id)
        .where(
            Assignment.worker_id == worker_id,
            Assignment.state == "expired",
            Project.kind == "survey",
            Project.state == "running",
            Task.state == "open",
        )
        .order_by(Assignment.offered_at.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return Taken(row[0], row[1], row[2]) if row else None


def _answered(session: Session, assignment_id: UUID) -> bool:
    paid = exists().where(Answer.assignment_id == assignment_id, Answer.pay_minor > 0)
    return bool(session.scalar(select(paid)))


def _is_over(project: Project, now: datetime) -> bool:
    if project.state not in ("running", "paused"):
        return True
    return project.deadline is not None and project.deadline <= now


def _advance(
    session: Session, taken: Taken, answer: Answer, following_id: str, message_id: UUID, now: datetime
) -> None:
    assignment = taken.assignment
    values = {
        **{name: getattr(answer, name) for name in answering.ANSWER_VALUES},
        "event": json.dumps(answering.event_of(taken.task, answer), ensure_ascii=False),
        "kind": "answer",
        "following": following_id,
        "message_id": message_id,
        "now": now,
    }
    if session.execute(_ADVANCE, values).one_or_none() is None:
        raise conflict(
            "wrong-state",
            f"The question {ids.show('asg', assignment.id)} is not open any more. Load it again before answering.",
        )
    moved = {"question_id": following_id, "nth": assignment.nth + 1, "message_id": message_id}
    stopped = dict.fromkeys(("started_at", "expires_at", "remind_at"))
    for name, value in {**moved, **stopped, "offered_at": now}.items():
        set_committed_value(assignment, name, value)
