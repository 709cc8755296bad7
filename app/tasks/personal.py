"""What tasks keep of a person, told and forgotten: their open questions, their answers in their own words,
exams and pauses.

What an answer was taken for stays: it is the client's result, paid for.
"""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.tasks.models import Answer, Assignment, Exam, Pause


def open_assignments(session: Session, worker_id: UUID) -> list[Assignment]:
    """Return the questions that wait for the worker's answer, their rows locked."""
    waiting = select(Assignment).where(Assignment.worker_id == worker_id, Assignment.state == "offered")
    return list(session.scalars(waiting.with_for_update()))


def answers_of(session: Session, worker_id: UUID) -> list[Answer]:
    """Return the worker's answers, oldest first."""
    return list(session.scalars(select(Answer).where(Answer.worker_id == worker_id).order_by(Answer.id)))


def exams_of(session: Session, worker_id: UUID) -> list[Exam]:
    """Return the exams the worker took, oldest first."""
    return list(session.scalars(select(Exam).where(Exam.worker_id == worker_id).order_by(Exam.id)))


def pauses_of(session: Session, worker_id: UUID) -> list[Pause]:
    """Return the pauses of the worker in projects, oldest first."""
    return list(session.scalars(select(Pause).where(Pause.worker_id == worker_id).order_by(Pause.id)))


def forget_words(session: Session, *, worker_id: UUID) -> None:
    """Empty what the worker's answers say in their own words, for ever."""
    session.execute(update(Answer).where(Answer.worker_id == worker_id).values(raw=""))
