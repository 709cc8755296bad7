"""What each decision does and what is said about it: one small function a decision.

Everything happens in the transaction of the message. Joining and leaving are in app/conversation/joining.py.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import hours, texts
from app.channels.models import Address, Message
from app.channels.service import Purpose
from app.conversation import flow
from app.operations import offer, questions
from app.operations.answer import OpenQuestion, Taken, open_question, take_answer
from app.operations.offer import Offered
from app.payments import ledger
from app.people import service as people
from app.people.models import Worker
from app.settings import settings
from app.tasks.models import UNSURE
from app.tasks.rules import Reading, mask_numbers


@dataclass
class Context:
    """A message being handled, its text, and what was known when it came."""

    session: Session
    message: Message
    text: str
    address: Address
    worker: Worker | None
    question: OpenQuestion | None
    now: datetime
    project_id: UUID | None = None  # whose question the message answers: who bears its price


@dataclass(frozen=True)
class Reply:
    """What is said: the text, the question it carries if any, and the project that bears its price."""

    text: str
    offered: Offered | None = None
    purpose: Purpose = "reply"
    project_id: UUID | None = None


def help_phone(session: Session, worker: Worker | None) -> str:
    """Return the number of a person to call: the partner's, or the operator's."""
    partner = people.partner_of(session, worker.partner_id if worker else None)
    return partner.help_phone if partner else settings().help_phone


def partner_name(session: Session, worker: Worker) -> str:
    """Return who recruited the worker, or what the operator calls itself."""
    partner = people.partner_of(session, worker.partner_id)
    return partner.name if partner else settings().operator_name


def next_or(context: Context, prefixes: tuple[str, ...], otherwise: str) -> Reply:
    """Return the next question behind the longest prefix that fits, or `otherwise` where there is no work."""
    worker = known(context)
    offered = None
    if worker.state == "active":
        offered = offer.take(context.session, worker, now=context.now, prefixes=prefixes)
    if offered is None:
        worker.available_at = context.now if worker.state == "active" else None
        return Reply(otherwise)
    return Reply(offered.text, offered, project_id=offered.taken.project.id)


def known(context: Context) -> Worker:
    """Return the worker of a context in which there must be one."""
    assert context.worker is not None, "the flow decided for a worker where there is none"
    return context.worker


def answers(context: Context, decision: flow.Answers) -> Reply:
    """Take an answer; say what was understood and earned, and ask the next question in the same message."""
    worker, question = known(context), _question_meant(context, decision)
    if question is None:
        return next_or(context, ("",), texts.say("no_question", worker.language))
    reading = Reading(
        value=decision.reading.value,
        raw=mask_numbers(context.text),
        confidence=decision.reading.confidence,
    )
    late = question.late
    taken = take_answer(
        context.session,
        worker=worker,
        question=question,
        reading=reading,
        channel=context.address.channel,
        now=context.now,
    )
    context.project_id = question.project.id
    worker.asked_again = 0
    if worker.assignment_id == question.assignment.id:
        worker.assignment_id = None
    receipt = _receipts(context, question, taken, late=late)
    worker.session_answers += taken.accepted
    if worker.assignment_id is not None:
        return Reply(receipt[0], project_id=question.project.id)  # another question of theirs is still open
    if worker.session_answers >= settings().session_tasks:
        return _session_over(context, question, receipt)
    reply = next_or(context, receipt, f"{receipt[0]} {texts.say('no_work_now', worker.language)}")
    return Reply(reply.text, reply.offered, reply.purpose, reply.project_id or question.project.id)


def _question_meant(context: Context, decision: flow.Answers) -> OpenQuestion | None:
    """Return the question a tagged reply (`Q7 1`) names, else the current one."""
    tag = decision.reading.tag
    current = context.question
    number = int(tag[1:]) if tag and tag[1:].isdigit() else None
    if number is None or (current is not None and current.assignment.number == number):
        return current
    return open_question(
        context.session, known(context), received_at=context.message.created_at, number=number
    )


def _receipts(context: Context, question: OpenQuestion, taken: Taken, *, late: bool) -> tuple[str, ...]:
    """Return the receipt, the longest wording first; a shorter one stands by for long questions."""
    worker = known(context)
    language = worker.language
    if not taken.accepted:
        return (texts.say("late_thanks_not_needed", language),)
    if taken.value == UNSURE:
        return (texts.say("receipt_unsure", language), "OK.")
    values = [choice["value"] for choice in question.project.spec["choices"]]
    number = values.index(taken.value) + 1
    label = questions.labels(question.project, language)[number - 1]
    pay_text = texts.money(taken.pay_minor, taken.currency)
    if late:
        return (
            texts.say("late_thanks_paid", language, number=number, label=label, pay=pay_text),
            f"+{pay_text}.",
        )
    midnight = hours.local_midnight(context.now, worker.time_zone)
    today = ledger.earned_since(context.session, worker_id=worker.id, currency=taken.currency, since=midnight)
    full = texts.say(
        "receipt",
        language,
        number=number,
        label=label,
        pay=pay_text,
        today=texts.money(today, taken.currency),
    )
    return (full, f"{number} {label}, +{pay_text}.", f"+{pay_text}.")


def _session_over(context: Context, question: OpenQuestion, receipts: tuple[str, ...]) -> Reply:
    """Say what was understood, as ever, that this is enough for now, and how to go on."""
    worker = known(context)
    count = worker.session_answers
    worker.session_answers = 0
    worker.available_at = context.now + settings().session_pause
    text = texts.say("session_done", worker.language, count=count)
    return Reply(questions.behind(receipts, text), project_id=question.project.id)
