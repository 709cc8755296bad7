"""Teaching and checking at work: lessons and exam questions offered, what an answer to a known question leads to.

What is due, and what follows, app/tasks decides (standings, exams, gold); here it becomes a text, and a note in
people that an exam was passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import texts
from app.operations import lesson_texts, questions
from app.operations.offered import Offered
from app.people import service as people
from app.people.models import Worker
from app.tasks.choosing import Taken
from app.tasks.models import UNSURE, Assignment, Exam, Pause, Project, Standing, Task
from app.tasks.rules import WorkerFacts, passing
from app.tasks.training import exams, gold, standings
from app.tasks.training.standings import Step

# A project's name is the client's and may be long; a text names it by its beginning.
LONGEST_NAME = 20


@dataclass(frozen=True)
class Outcome:
    """What answers to known questions led to: a pause that begins, or an exam that ends.

    `review`: it was failed for the last time, and a person must look before another.
    """

    project: Project
    pause: Pause | None = None
    exam: Exam | None = None
    review: bool = False


def name_of(project: Project) -> str:
    """Return how a text names the project."""
    name = project.name
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 2].rstrip() + ".."


def offer(
    session: Session,
    worker: Worker,
    facts: WorkerFacts,
    step: Step,
    *,
    now: datetime,
    prefixes: Sequence[str],
    message_id: UUID,
) -> Offered | None:
    """Offer the lesson or exam question that is due; None where it turns out that there is none."""
    project = session.get_one(Project, step.project_id)
    if step.kind == "exam":
        return _exam_question(session, worker, facts, project, now, prefixes, message_id)
    standing = standings.begun(session, worker_id=worker.id, project=project, now=now)
    text = questions.behind(
        _introduced(standing, project, worker.language, prefixes),
        lesson_text(standing, project, worker.language),
    )
    worker.stage, worker.lesson_of, worker.assignment_id = "lesson", project.id, None
    worker.available_at = None
    worker.asked_again = 0
    return Offered((), text, message_id, lesson_of=project)


def _introduced(
    standing: Standing, project: Project, language: str, prefixes: Sequence[str]
) -> tuple[str, ...]:
    """Return what may stand before a lesson: before the first, what comes now and that it can be left out."""
    if standing.lesson or standing.state != "lessons":
        return tuple(prefixes)
    intro = texts.say("lesson_intro", language, count=len(standings.lessons(standing, project)))
    return (*(texts.join(prefix, intro) for prefix in prefixes), intro, *prefixes)


def leave_lesson(session: Session, worker: Worker, now: datetime) -> None:
    """Let a lesson be that was never answered: it is asked again later, and other work before it."""
    worker.stage = "ready"
    worker.ignored_in_row += 1
    if worker.lesson_of is not None:
        project = session.get_one(Project, worker.lesson_of)
        standings.postpone(session, worker_id=worker.id, project=project, now=now)
        worker.lesson_of = None


def lesson_text(standing: Standing, project: Project, language: str) -> str:
    """Return the practice question the worker is at."""
    lessons = standings.lessons(standing, project)
    at = min(standing.lesson, len(lessons) - 1)
    return lesson_texts.asked(project, lessons[at], language, number=at + 1, count=len(lessons))


def _exam_question(
    session: Session,
    worker: Worker,
    facts: WorkerFacts,
    project: Project,
    now: datetime,
    prefixes: Sequence[str],
    message_id: UUID,
) -> Offered | None:
    found = exams.next_question(session, project=project, worker=facts, now=now, message_id=message_id)
    if found is None:
        return None
    exam, taken = found
    if len(exam.tasks) == 1:
        said = texts.say("exam_intro", worker.language, count=exam.questions, needed=exam.needed)
    else:
        said = texts.say("exam_number", worker.language, number=exam.asked + 1, count=exam.questions)
    tag = f"Q{facts.number}" if worker.assignment_id else None
    asked = texts.join(said, questions.render(project, taken.task, worker.language, tag=tag))
    worker.question_number = facts.number
    worker.assignment_id, worker.available_at, worker.asked_again = taken.assignment.id, None, 0
    return Offered((taken,), questions.behind(prefixes, asked), message_id)


def give_gold(
    session: Session, facts: WorkerFacts, step: Step, *, now: datetime, message_id: UUID
) -> Taken | None:
    """Give the gold question that is due, if there is one the worker never had; the next is due later either way."""
    project = session.get_one(Project, step.project_id)
    taken = gold.give(session, project=project, worker=facts, now=now, message_id=message_id)
    standings.note_given(session, worker_id=facts.id, project=project)
    return taken


def after_answer(
    session: Session, *, project: Project, task: Task, assignment: Assignment, value: str, now: datetime
) -> Outcome | None:
    """Note what an answer that was recorded says of its worker; return what it led to."""
    if task.state not in ("gold", "retired"):
        standings.note_work(session, worker_id=assignment.worker_id, project=project, now=now)
        return None
    exam = exams.exam_with(session, assignment)
    right = value == task.gold
    paused = None
    if value != UNSURE and task.gold is not None:
        who = assignment.worker_id
        gold.note_answer(session, project_id=project.id, worker_id=who, right=right, now=now)
        paused = standings.note_known(
            session, worker_id=who, project=project, right=right, checked=exam is None, now=now
        )
    if exam is not None:
        return _after_exam(session, exam, project, right, now)
    return Outcome(project, pause=paused) if paused else None


def after_skip(
    session: Session, *, project: Project, assignment: Assignment, now: datetime
) -> Outcome | None:
    """Note that a question was passed on: one of an exam counts as not known."""
    exam = exams.exam_with(session, assignment) if project.teaches else None
    return _after_exam(session, exam, project, False, now) if exam else None


def _after_exam(session: Session, exam: Exam, project: Project, right: bool, now: datetime) -> Outcome | None:
    if not exams.note_answer(session, exam=exam, project=project, right=right, now=now):
        return None
    if exam.state == "passed":
        note_passed(session, exam.worker_id, project)
    standing = standings.standing_of(session, worker_id=exam.worker_id, project_id=project.id)
    return Outcome(project, exam=exam, review=standing is not None and standing.state == "review")


def note_passed(session: Session, worker_id: UUID, project: Project) -> None:
    """Note that the worker passed the project's exam, of which other projects of its client may ask."""
    people.note_passed(session, worker_id=worker_id, name=passing(project.client_id, project.name))
