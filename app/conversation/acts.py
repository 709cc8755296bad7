"""What each decision does and what is said about it: one small function a decision.

Everything happens in the transaction of the message. Joining and leaving are in app/conversation/joining.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import hours, texts
from app.channels.models import Address, Message
from app.channels.service import Purpose
from app.conversation import flow, outcomes, written
from app.conversation.parse import Read
from app.operations import offer, questions
from app.operations.answer import Ask, OpenQuestion, Taken, take_answers
from app.operations.offered import Offered
from app.operations.teach import Outcome
from app.payments import ledger
from app.people import service as people
from app.people.models import Worker
from app.settings import settings
from app.tasks.changing import Given
from app.tasks.free_text import text_kind
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
    ask: Ask | None
    now: datetime
    project_id: UUID | None = None  # whose question the message answers: who bears its price
    given: Sequence[Given] = ()  # the answers of the last reply, where the message may be about them


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
    return Reply(offered.text, offered, project_id=offered.project.id)


def known(context: Context) -> Worker:
    """Return the worker of a context in which there must be one."""
    assert context.worker is not None, "the flow decided for a worker where there is none"
    return context.worker


def answers(context: Context, decision: flow.Answers) -> Reply:
    """Take the answers; say what was understood and earned, and ask what comes next in the same message."""
    worker, ask = known(context), context.ask
    assert ask is not None, "the flow found answers where nothing was asked"
    given = [
        (question, _reading(question, read, mask_numbers(context.text), position))
        for position, (question, read) in enumerate(zip(ask.questions, decision.replied.answers, strict=True))
        if read.value is not None
    ]
    late = ask.late
    taken = take_answers(
        context.session, worker=worker, answers=given, channel=context.address.channel, now=context.now
    )
    worker.asked_again = 0
    answered = {question.assignment.id for question, _ in given}
    left = [one for one in ask.questions if one.assignment.id not in answered]
    if worker.assignment_id in {question.assignment.id for question in ask.questions}:
        worker.assignment_id = left[0].assignment.id if left and not late else None
    receipt = _receipts(context, ask, taken, late=late)
    worker.session_answers += sum(one.accepted for one in taken)
    if ask.size > 1 and not left:
        worker.bundle_slips = 0
    waiting = left if not late else []
    outcome = next((one.outcome for one in taken if one.outcome), None)
    if outcome is not None:
        return led_to(context, outcome, receipt, rest_of(context, ask, waiting, receipt) if waiting else None)
    return _after(context, ask, waiting, receipt)


def led_to(context: Context, outcome: Outcome, receipt: tuple[str, ...], rest: str | None = None) -> Reply:
    """Tell what answers to known questions led to; `rest` is what of the message still waits, with its receipt."""
    worker = known(context)
    said = outcomes.said(outcome, worker.language, help_phone(context.session, worker))
    if rest is not None:
        return Reply(texts.join(said, rest), project_id=outcome.project.id)
    if outcome.exam is not None and outcome.exam.state == "passed":
        reply = next_or(context, receipt, texts.join(receipt[0], texts.say("no_work_now", worker.language)))
        return Reply(
            texts.join(said, reply.text), reply.offered, reply.purpose, reply.project_id or outcome.project.id
        )
    worker.available_at = context.now + settings().session_pause
    return Reply(questions.behind(receipt, said), project_id=outcome.project.id)


def _reading(question: OpenQuestion, read: Read, raw: str, position: int) -> Reading:
    value = read.value or ""
    if text_kind.is_written(question.project.spec, question.task.step):
        value = text_kind.without_numbers(value, question.task.data)
    return Reading(value, raw, read.confidence, position)


def _after(context: Context, ask: Ask, left: list[OpenQuestion], receipt: tuple[str, ...]) -> Reply:
    """Go on: with what the message asked and was not answered, the end of the session, or the next question."""
    worker = known(context)
    if left:
        return Reply(rest_of(context, ask, left, receipt), project_id=ask.project.id)
    if worker.assignment_id is not None:
        return Reply(receipt[0], project_id=ask.project.id)  # another question of theirs is still open
    if worker.session_answers >= settings().session_tasks:
        return session_over(context, ask, receipt)
    reply = next_or(context, receipt, f"{receipt[0]} {texts.say('no_work_now', worker.language)}")
    return Reply(reply.text, reply.offered, reply.purpose, reply.project_id or ask.project.id)


def rest_of(context: Context, ask: Ask, left: list[OpenQuestion], said: tuple[str, ...]) -> str:
    """Return the questions of a message that still wait, behind what is said and how many they are."""
    language = known(context).language
    still = texts.say("bundle_left", language, count=len(left))
    prefixes = (*(texts.join(one, still) for one in said), *said, "")
    return questions.render_all(
        ask.project, [one.task for one in left], language, prefixes=prefixes, experienced=True
    )


def _receipts(context: Context, ask: Ask, taken: list[Taken], *, late: bool) -> tuple[str, ...]:
    """Return the receipt, the longest wording first; a shorter one stands by for long questions."""
    language = known(context).language
    accepted = [one for one in taken if one.accepted]
    if not accepted:
        return (texts.say("late_thanks_not_needed", language),)
    pay_text = texts.money(sum(one.pay_minor for one in accepted), accepted[0].currency)
    if len(taken) > 1:
        return _receipts_of_several(context, ask, taken, pay_text)
    if accepted[0].value == UNSURE:
        return (texts.say("receipt_unsure", language), "OK.")
    if accepted[0].pending:
        promised = texts.money(ask.project.pay_minor, ask.project.currency)
        return written.pending_receipts(accepted[0].value, language, pay=promised)
    if text_kind.is_written(ask.project.spec, ask.step):
        today = earned_today(context, accepted[0].currency)
        return written.receipts(accepted[0].value, language, pay=pay_text, today=today, late=late)
    number, label = questions.echo(ask.project, accepted[0].value, language, ask.step)
    if late:
        return (
            " ".join(
                texts.say("late_thanks_paid", language, number=number, label=label, pay=pay_text).split()
            ),
            f"+{pay_text}.",
        )
    today = earned_today(context, accepted[0].currency)
    full = texts.say("receipt", language, number=number, label=label, pay=pay_text, today=today)
    short = f"{number} {label}, +{pay_text}.".strip()
    return (" ".join(full.split()), short, f"+{pay_text}.", f"+{pay_text}")


def _receipts_of_several(context: Context, ask: Ask, taken: list[Taken], pay_text: str) -> tuple[str, ...]:
    """Return the receipt of a message's answers: the digits as understood, so that a slip is seen at once."""
    digits = " ".join(str(number) for number in _numbers(ask, taken))
    today = earned_today(context, taken[0].currency)
    full = texts.say("bundle_receipt", known(context).language, answers=digits, pay=pay_text, today=today)
    return (full, f"{digits}, +{pay_text}.", f"{digits.replace(' ', '')} +{pay_text}.")


def _numbers(ask: Ask, taken: list[Taken]) -> list[int]:
    """Return the numbers on the keypad that the answers stand for; 0 for don't know."""
    values = [UNSURE, *(choice["value"] for choice in questions.choices_of(ask.project, ask.step))]
    return [values.index(one.value) for one in taken]


def earned_today(context: Context, currency: str) -> str:
    """Return what the worker has earned since their midnight, as it is written."""
    worker = known(context)
    midnight = hours.local_midnight(context.now, worker.time_zone)
    today = ledger.earned_since(context.session, worker_id=worker.id, currency=currency, since=midnight)
    return texts.money(today, currency)


def session_over(context: Context, ask: Ask, receipts: tuple[str, ...]) -> Reply:
    """Say what was understood, as ever, that this is enough for now, and how to go on."""
    worker = known(context)
    count = worker.session_answers
    worker.session_answers = 0
    worker.available_at = context.now + settings().session_pause
    text = texts.say("session_done", worker.language, count=count)
    return Reply(questions.behind(receipts, text), project_id=ask.project.id)
