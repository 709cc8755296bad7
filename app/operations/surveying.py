"""An answer to a question of a survey: record it, pay it, and go to the next, all in the caller's one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import outbox
from app.ids import new
from app.operations.answer import OpenQuestion, regain_place
from app.payments import ledger
from app.people.models import Worker
from app.tasks import leases
from app.tasks.choosing import Taken
from app.tasks.models import Answer
from app.tasks.rules import Reading
from app.tasks.surveys import session as surveys
from app.tasks.surveys.session import At


@dataclass(frozen=True)
class Step:
    """What became of an answer to a survey: None where it came too late and its place is another's.

    `following` is where the respondent is now, and `message_id` the message that is to carry that question; None
    where the survey is over for them.
    """

    answer: Answer | None
    following: At | None
    message_id: UUID


def answer(
    session: Session,
    *,
    worker: Worker,
    question: OpenQuestion,
    reading: Reading,
    channel: str,
    now: datetime,
) -> Step:
    """Record what a worker, whose row is locked, said to the question they are at; an answer is paid at once."""
    message_id, late = new(), question.late
    if late and not regain_place(session, question, now):
        leases.note_unneeded(session, assignment=question.assignment, now=now)
        return Step(None, None, message_id)
    taken = Taken(question.project, question.task, question.assignment)
    kept, following = surveys.record(
        session,
        taken=taken,
        reading=reading,
        language=worker.language,
        channel=channel,
        late=late,
        message_id=message_id,
        now=now,
    )
    if kept.pay_minor:
        ledger.pay_answer(
            session,
            project_id=question.project.id,
            worker_id=worker.id,
            answer_id=kept.id,
            amount_minor=kept.pay_minor,
            currency=question.project.currency,
            now=now,
        )
    if following is None:
        outbox.ring(session, "assignment")
    return Step(kept, following, message_id)


def resume(session: Session, *, taken: Taken, now: datetime) -> UUID | None:
    """Take up a survey where its respondent stopped, if its place is free still; return the message to carry it on.

    One that still runs is only asked again.
    """
    question = OpenQuestion(taken.assignment, taken.task, taken.project)
    if question.late and not regain_place(session, question, now):
        return None
    message_id = new()
    surveys.ask_again(session, assignment=taken.assignment, message_id=message_id, now=now)
    return message_id
