"""Exams: some of a project's gold tasks, given one by one, before a worker gets others of it.

Owns the table exams. Its questions are paid like any, because their answers are work; whether enough of them were
right is told at the end. Who failed may learn and try again, and appeal.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import ids
from app.tasks.choosing import Taken
from app.tasks.models import UNSURE, Answer, Assignment, Exam, Project, Standing, Task
from app.tasks.rules import WorkerFacts
from app.tasks.training import gold, standings, teaching

# How often a worker may try; after that a person looks.
MOST_EXAMS = 3

_FRESH = text(
    """
    SELECT count(*) FROM tasks t
     WHERE t.project_id = :project_id AND t.state = 'gold' AND t.places < :limit
       AND (SELECT a.id FROM assignments a WHERE a.task_id = t.id AND a.worker_id = :worker_id) IS NULL
    """
)


def taking(session: Session, *, worker_id: UUID, project_id: UUID) -> Exam | None:
    """Return the exam the worker is taking in the project."""
    return session.scalar(
        select(Exam).where(Exam.worker_id == worker_id, Exam.project_id == project_id, Exam.state == "taking")
    )


def next_question(
    session: Session, *, project: Project, worker: WorkerFacts, now: datetime, message_id: UUID | None
) -> tuple[Exam, Taken] | None:
    """Give the next question of the worker's exam, begun if need be; None where there is none to give now.

    Then, where the stock does not do for a whole exam or is not funded for one more, it is tried again later.
    """
    terms = teaching.exam_of(project.spec)
    standing = standings.begun(session, worker_id=worker.id, project=project, now=now)
    if terms is None:
        standings.admit(session, standing, now)
        return None
    exam = taking(session, worker_id=worker.id, project_id=project.id)
    if exam is None:
        fresh = session.scalar(
            _FRESH, {"project_id": project.id, "limit": project.gold_limit, "worker_id": worker.id}
        )
        if (fresh or 0) >= terms.questions:
            exam = _begin(session, project, worker.id, terms, now)
            standing.right = standing.wrong = 0
            standing.since = now
    taken = None
    if exam is not None:
        taken = gold.give(session, project=project, worker=worker, now=now, message_id=message_id)
    if exam is None or taken is None:
        standing.later_at = now + standings.LATER
        session.flush()
        return None
    exam.tasks = [*exam.tasks, str(taken.task.id)]
    session.flush()
    return exam, taken


def _begin(session: Session, project: Project, worker_id: UUID, terms: teaching.Exam, now: datetime) -> Exam:
    exam = Exam(
        id=ids.new(),
        project_id=project.id,
        worker_id=worker_id,
        state="taking",
        questions=terms.questions,
        needed=terms.needed,
        asked=0,
        right=0,
        tasks=[],
        began_at=now,
    )
    session.add(exam)
    session.flush()
    return exam


def exam_with(session: Session, assignment: Assignment) -> Exam | None:
    """Return the exam being taken that this question is one of."""
    exam = taking(session, worker_id=assignment.worker_id, project_id=assignment.project_id)
    return exam if exam is not None and str(assignment.task_id) in exam.tasks else None


def note_answer(session: Session, *, exam: Exam, project: Project, right: bool, now: datetime) -> bool:
    """Count a question of the exam as answered or passed on; return whether the exam is over with it."""
    exam.asked += 1
    exam.right += right
    session.flush()
    if exam.asked < exam.questions:
        return False
    _end(session, exam, project, now)
    return True


def _end(session: Session, exam: Exam, project: Project, now: datetime) -> None:
    exam.ended_at = now
    exam.state = "passed" if exam.right >= exam.needed else "failed"
    standing = session.get_one(Standing, (exam.worker_id, exam.project_id), populate_existing=True)
    if exam.state == "passed":
        _let_in(session, standing, now)
        return
    session.flush()
    tried = session.scalar(
        select(func.count()).where(Exam.worker_id == exam.worker_id, Exam.project_id == exam.project_id)
    )
    if (tried or 0) >= MOST_EXAMS:
        standing.state = "review"
    else:
        standing.state = "lessons" if teaching.lessons_of(project.spec) else "exam"
        standing.later_at = now + standings.LATER
    standing.lesson = standing.mistakes = 0
    session.flush()


def _let_in(session: Session, standing: Standing, now: datetime) -> None:
    """Admit who passed; what the exam showed goes on counting, so that good ones are asked less gold."""
    right, wrong, since = standing.right, standing.wrong, standing.since
    standings.admit(session, standing, now)
    standing.right, standing.wrong, standing.since = right, wrong, since
    session.flush()


def uphold(session: Session, *, exam: Exam, by: str, now: datetime) -> bool:
    """Let in somebody whose appeal against a failed exam is upheld; False where the exam is not failed."""
    session.refresh(exam, with_for_update=True)
    if exam.state != "failed":
        return False
    exam.state, exam.decided_by = "upheld", by
    standing = session.get_one(Standing, (exam.worker_id, exam.project_id), populate_existing=True)
    if _was_kept_out(session, standing):
        standings.admit(session, standing, now)
    return True


def _was_kept_out(session: Session, standing: Standing) -> bool:
    """Say whether it was the exam that kept the worker from the work: a pause goes on until it is lifted."""
    paused = standings.open_pause(session, worker_id=standing.worker_id, project_id=standing.project_id)
    return standing.state != "working" and paused is None


def recount(session: Session, *, exam: Exam, now: datetime) -> bool:
    """Count a failed exam anew after a gold was corrected; return whether it is passed by that.

    A question whose truth is not known any more counts as right for whoever answered it.
    """
    rows = session.execute(
        select(Answer.value, Task.gold)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.worker_id == exam.worker_id, Answer.task_id.in_([UUID(task) for task in exam.tasks]))
    )
    exam.right = sum(value != UNSURE and truth in (None, value) for value, truth in rows)
    session.flush()
    if exam.state != "failed" or exam.right < exam.needed:
        return False
    exam.state, exam.decided_by = "passed", "forgiven"
    standing = session.get_one(Standing, (exam.worker_id, exam.project_id), populate_existing=True)
    if _was_kept_out(session, standing):
        _let_in(session, standing, now)
    return True
