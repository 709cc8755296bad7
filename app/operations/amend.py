"""Changing an answer that was given: its value, or a `don't know` into an answer, which is paid then."""

from datetime import datetime

from sqlalchemy.orm import Session

from app import outbox
from app.operations import referral
from app.operations.answer import make_room
from app.payments import ledger
from app.people.models import Worker
from app.tasks import changing
from app.tasks.changing import Given
from app.tasks.free_text.text_changing import change_text
from app.tasks.models import UNSURE
from app.tasks.rules import Reading


def amend(session: Session, *, worker: Worker, given: Given, reading: Reading, now: datetime) -> int | None:
    """Give an answer of a worker whose row is locked another value; return what that earned them.

    Nothing, but where it was `don't know`: that filled no place and was not paid, so that what they know after all
    takes a place while one is free or its replacement is unsent. None where it is too late, and nothing changed.
    """
    if changing.is_text(given):
        changed = given.answer.value != UNSURE and change_text(session, answer=given.answer, reading=reading)
        return 0 if changed else None
    if given.answer.value != UNSURE:
        return 0 if changing.change_answer(session, given=given, reading=reading, now=now) else None
    if not _fill(session, given, reading, now):
        return None
    ledger.pay_answer(
        session,
        project_id=given.project.id,
        worker_id=worker.id,
        answer_id=given.answer.id,
        amount_minor=given.answer.pay_minor,
        currency=given.project.currency,
        now=now,
    )
    if given.project.adaptive:
        outbox.ring(session, "timeouts")
    referral.settle(session, worker=worker, now=now)
    return given.answer.pay_minor


def _fill(session: Session, given: Given, reading: Reading, now: datetime) -> bool:
    if changing.fill(session, given=given, reading=reading, now=now):
        return True
    return make_room(session, given.task.id, now) and changing.fill(
        session, given=given, reading=reading, now=now
    )
