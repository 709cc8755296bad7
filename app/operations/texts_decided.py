"""What becomes of a text that others checked: accepted and paid, or refused with a reason; and told either way.

The verbs are idempotent, so that an appeal that is upheld can accept what was refused. Each text is decided in a small
transaction of its own, its task's row held before its own and its check's.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import clock, db, outbox, texts
from app.operations import telling
from app.payments import ledger
from app.people.models import Worker
from app.tasks import answering
from app.tasks.free_text import text_checks
from app.tasks.models import Answer, Project, Task

BATCH = 200


def accept_text(session: Session, answer: Answer, *, now: datetime) -> bool:
    """Let a text count and pay it; False, and nothing changes, where it counts already.

    A text that was refused takes its place again while that is free; else the house pays, for its place has paid for
    another text. Raises AssertionError for an answer that never needed a check.
    """
    found = text_checks.lock(session, answer.id)
    assert found is not None, "the answer was just read"
    task, answer, check = found
    if answer.state == "counted":
        return False
    project = session.get_one(Project, answer.project_id)
    has_place = text_checks.take_in(session, task=task, answer=answer, pay_minor=project.pay_minor)
    text_checks.close_check(session, check)
    _pay(session, answer, now, from_project=has_place)
    pay = {"amount_minor": answer.pay_minor, "currency": answer.currency}
    telling.note(session, worker_id=answer.worker_id, kind=telling.ACCEPTED, data=pay, now=now)
    answering.conclude_if_complete(session, project=project, task=task, now=now)
    return True


def _pay(session: Session, answer: Answer, now: datetime, *, from_project: bool) -> None:
    if from_project:
        ledger.pay_answer(
            session,
            project_id=answer.project_id,
            worker_id=answer.worker_id,
            answer_id=answer.id,
            amount_minor=answer.pay_minor,
            currency=answer.currency,
            now=now,
        )
        return
    ledger.pay_answer_from_house(
        session,
        worker_id=answer.worker_id,
        answer_id=answer.id,
        amount_minor=answer.pay_minor,
        currency=answer.currency,
        now=now,
    )


def refuse_text(session: Session, answer: Answer, why: str, *, now: datetime) -> bool:
    """Refuse a text that waits for its checks; `why` is in its writer's language. False where it is decided already.

    Its place is offered again while a further text is funded for it.
    """
    found = text_checks.lock(session, answer.id)
    assert found is not None, "the answer was just read"
    task, answer, check = found
    if answer.state != "pending":
        return False
    project = session.get_one(Project, answer.project_id)
    text_checks.turn_down(session, project=project, task=task, answer=answer, why=why)
    text_checks.close_check(session, check)
    data = {"answer": str(answer.id)}
    telling.note(session, worker_id=answer.worker_id, kind=telling.REFUSED, data=data, now=now)
    if not answering.conclude_if_complete(session, project=project, task=task, now=now):
        outbox.ring(session, "assignment")
    return True


def decide_due() -> int:
    """Decide every text whose checks are in, or that has waited long enough for them; return how many were."""
    now = clock.now()
    with db.transaction() as session:
        ready = text_checks.to_decide(session, BATCH)
        late = text_checks.overdue(session, now, BATCH)
    done = 0
    for answer_id in dict.fromkeys([*ready, *late]):
        with db.transaction() as session:
            done += _decide(session, answer_id, now, last=answer_id in late)
    return done


def close(session: Session, *, project: Project, now: datetime) -> None:
    """Decide the texts of a project that ends, by the checks they have: what nobody found bad is paid."""
    for answer_id in text_checks.pending_of(session, project.id):
        _decide(session, answer_id, now, last=True)


def _decide(session: Session, answer_id: UUID, now: datetime, *, last: bool) -> bool:
    found = text_checks.lock(session, answer_id)
    if found is None:
        return False
    _, answer, check = found
    if check is None or answer.state != "pending":
        text_checks.close_check(session, check)
        return False
    project = session.get_one(Project, answer.project_id)
    verdict = text_checks.verdict_of(session, project, check, last=last)
    if verdict == "ask":
        text_checks.ask_more(session, check)
        outbox.ring(session, "assignment")
        return True
    if verdict == "accept":
        return accept_text(session, answer, now=now)
    return refuse_text(session, answer, _why(session, answer, check), now=now)


def _why(session: Session, answer: Answer, check: Task) -> str:
    language = session.get_one(Worker, answer.worker_id).language
    return texts.say("text_refused_why", language, count=text_checks.refused_by(session, check))
