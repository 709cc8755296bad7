"""A survey in conversation: the receipt of one answer and the next question in one message, to the end.

A question may be skipped where it need not be answered, is passed over where the reply was not understood twice,
and waits where the person stopped: their next reply, or MORE, takes it up there.
"""

from uuid import UUID

from app import texts
from app.conversation import commands, flow
from app.conversation.acts import Context, Reply, earned_today, known, next_or, session_over
from app.operations import survey_texts, surveying
from app.operations.answer import Ask, OpenQuestion
from app.operations.offered import Offered
from app.operations.surveying import Step
from app.settings import settings
from app.tasks import service as tasks
from app.tasks.choosing import Taken
from app.tasks.rules import Reading, mask_numbers
from app.tasks.surveys import session as surveys
from app.tasks.surveys.session import At
from app.tasks.surveys.shape import SKIPPED, UNANSWERED, UNCLEAR, UNSURE


def is_asked(context: Context) -> bool:
    """Say whether the message is about a question of a survey."""
    return context.ask is not None and context.ask.project.kind == "survey"


def answered(context: Context, decision: flow.Answers) -> Reply:
    """Keep the answer, say what was understood and earned, and ask the next question."""
    at = _at(context)
    if decision.replied.corrects and at.step > 1 and not known(context).asked_again:
        # Perhaps the answer before was meant: taken for this one, a correction would make two answers wrong.
        return ask_again(context, "two-readings")
    [read] = decision.replied.answers
    assert read.value is not None, "a message of one question was answered or not understood"
    return _go_on(context, at, at.question.said(read.value), read.confidence)


def skip(context: Context) -> Reply:
    """Skip a question that need not be answered; else give the survey to somebody else."""
    at = _at(context)
    if at.question.optional:
        return _go_on(context, at, SKIPPED, 1.0)
    return commands.skip(context)


def passed_over(context: Context) -> Reply:
    """Not understood twice: go on without an answer to that question."""
    return _go_on(context, _at(context), UNCLEAR, 0.0)


def ask_again(context: Context, why: str) -> Reply:
    """Ask the one clarifying question, with the bounds an answer must keep to."""
    worker = known(context)
    worker.asked_again += 1
    text = survey_texts.clarified(_at(context).question, why, worker.language)
    return Reply(text, project_id=_ask(context).project.id)


def resumed(context: Context, said: str = "") -> Reply | None:
    """After MORE, and behind what is said after START: ask again where the worker is in a survey, or stopped.

    None where there is none to go on with.
    """
    worker = known(context)
    if worker.stage != "ready":
        return None
    if is_asked(context):
        [question] = _ask(context).questions
        taken = Taken(question.project, question.task, question.assignment)
    elif context.ask is None or context.ask.late:
        found = surveys.unfinished(context.session, worker.id)
        if found is None or worker.language not in found.project.languages:
            return None
        taken = found
    else:
        return None  # a question of another project is open
    message_id = surveying.resume(context.session, taken=taken, now=context.now)
    if message_id is None:
        return None
    worker.session_answers = 0
    at = surveys.at(taken.project.spec, taken.assignment)
    again = texts.say("survey_resumed", worker.language)
    return _asking(context, taken, at, message_id, (texts.join(said, again), again, ""))


def _ask(context: Context) -> Ask:
    assert context.ask is not None, "the flow found an answer where nothing was asked"
    return context.ask


def _question(context: Context) -> OpenQuestion:
    return _ask(context).questions[0]


def _at(context: Context) -> At:
    question = _question(context)
    return surveys.at(question.project.spec, question.assignment)


def _go_on(context: Context, at: At, value: str, confidence: float) -> Reply:
    """Record what was said, or not said, to the question; say so, and ask what follows."""
    worker, question = known(context), _question(context)
    late = question.late
    step = surveying.answer(
        context.session,
        worker=worker,
        question=question,
        reading=Reading(value, mask_numbers(context.text), confidence),
        channel=context.address.channel,
        now=context.now,
    )
    worker.asked_again = 0
    worker.session_answers += step.answer is not None and step.answer.pay_minor > 0
    receipts = _receipts(context, at, step, late=late)
    if step.following is not None:
        taken = Taken(question.project, question.task, question.assignment)
        return _asking(context, taken, step.following, step.message_id, (*receipts, ""))
    return _over(context, step, receipts)


def _asking(context: Context, taken: Taken, at: At, message_id: UUID, prefixes: tuple[str, ...]) -> Reply:
    worker = known(context)
    in_sequence = worker.assignment_id in (None, taken.assignment.id)
    text = survey_texts.render(
        taken.project,
        taken.task.data,
        at,
        worker.language,
        prefixes=prefixes,
        tag=None if in_sequence else f"Q{taken.assignment.number}",
    )
    worker.assignment_id = taken.assignment.id
    worker.available_at = None
    worker.asked_again = 0
    offered = Offered((taken,), text, message_id)
    return Reply(text, offered, project_id=taken.project.id)


def _over(context: Context, step: Step, receipts: tuple[str, ...]) -> Reply:
    """End a survey: thank, and ask what comes next, or say that this is enough for now."""
    worker, ask = known(context), _ask(context)
    said = receipts
    if step.answer is not None and _question(context).assignment.state == "answered":
        done = texts.say("survey_done", worker.language)
        said = (*(texts.join(receipt, done) for receipt in receipts), *receipts)
    others = tasks.live_of(context.session, worker.id)
    worker.assignment_id = others[0].id if others else None
    if others:
        return Reply(said[0], project_id=ask.project.id)
    if worker.session_answers >= settings().session_tasks:
        return session_over(context, ask, said)
    reply = next_or(context, (*said, ""), texts.join(said[0], texts.say("no_work_now", worker.language)))
    return Reply(reply.text, reply.offered, reply.purpose, reply.project_id or ask.project.id)


def _receipts(context: Context, at: At, step: Step, *, late: bool) -> tuple[str, ...]:
    """Return the receipt, the longest wording first; a shorter one stands by for long questions."""
    language = known(context).language
    kept = step.answer
    if kept is None:
        return (texts.say("late_thanks_not_needed", language),)
    if kept.value in UNANSWERED:
        key = {UNSURE: "receipt_unsure", SKIPPED: "survey_skipped", UNCLEAR: "survey_passed_over"}[kept.value]
        return (texts.say(key, language), "OK.")
    pay = texts.money(kept.pay_minor, kept.currency)
    number, label = survey_texts.echo(at.question, kept.value, language)
    values = {"number": number, "label": label, "pay": pay}
    short = f"{number} {label}, +{pay}.".strip()
    if late:
        full = texts.say("late_thanks_paid", language, **values)
    else:
        full = texts.say("receipt", language, today=earned_today(context, kept.currency), **values)
    return (" ".join(full.split()), short, f"+{pay}.")
