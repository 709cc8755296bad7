"""What is done about a correction and about UNDO: the answer given last is changed, or asked for again.

Which answer a reply is about is decided in app/conversation/correcting.py; what may still be changed, in
app/tasks/changing.py. Pay said is pay given: a change costs nothing and earns nothing.
"""

from collections.abc import Sequence
from datetime import timedelta

from app import hours, texts
from app.conversation import correcting
from app.conversation.acts import Context, Reply, earned_today, known
from app.conversation.reply.correcting import mentions, only_thanks
from app.ids import new
from app.operations import questions, survey_texts
from app.operations.amend import amend
from app.operations.offered import Offered
from app.tasks import changing as tasks
from app.tasks.asking import Question
from app.tasks.changing import Given
from app.tasks.choosing import Taken
from app.tasks.rules import Reading, mask_numbers
from app.tasks.surveys import session as surveys
from app.texts.render import shortened

# So long after an answer `sorry` is about it; later it is about the delay.
RECENT = timedelta(minutes=10)
# So soon after a text comes the rest of it, where the network or a keypad cut it in two.
JOIN_FOR = timedelta(seconds=90)
# So long a question asked again after UNDO waits for its new answer.
UNDO_FOR = timedelta(hours=4)


def given_last(context: Context) -> correcting.Given | None:
    """Return the answers a message may be about that were given before it; None where it surely is about none.

    Looked up only where the words of the message, or what was asked, leave it open: most messages cost nothing.
    """
    worker = context.worker
    if worker is None or worker.state != "active" or worker.stage != "ready":
        return None
    undoing = _undoing(context)
    idle = context.ask is None
    text = context.text
    if not (undoing or idle or mentions(text, worker.language) or only_thanks(text, worker.language)):
        return None
    context.given = tasks.last_given(context.session, worker.id)
    unseen = idle and (worker.assignment_id is not None or _wrote(context))
    if undoing and not any(one.assignment.id == worker.undo_assignment_id for one in context.given):
        undoing = False
    asked = tuple(_asked(one, worker.language) for one in context.given)
    if not asked or not (
        undoing or unseen or mentions(text, worker.language) or only_thanks(text, worker.language)
    ):
        return None
    if any(one is None or (one.type == "text" and not (undoing or _wrote(context))) for one in asked):
        return None
    since = context.message.created_at - context.given[0].answer.answered_at
    recent = since <= RECENT
    return correcting.Given(
        tuple(one for one in asked if one is not None),
        tuple(one.answer.value for one in context.given),
        recent=recent,
        undoing=undoing,
        unseen=unseen and recent,
        joins=since <= JOIN_FOR,
        today=hours.local_date(context.now, worker.time_zone),
    )


def _wrote(context: Context) -> bool:
    """Say whether the last answer is a free text, alone."""
    return len(context.given) == 1 and tasks.is_text(context.given[0])


def _asked(given: Given, language: str) -> Question | None:
    """Return what an answer answers, as reading another needs it; None where none is read."""
    if given.project.kind not in tasks.CHANGEABLE_KINDS and not tasks.is_text(given):
        return None
    of_survey = tasks.question_of(given)
    if of_survey is not None:
        return of_survey.asked(given.assignment.number)
    return questions.asked_of(given.project, given.task, language, given.assignment)


def _undoing(context: Context) -> bool:
    """Say whether the question that waits is one asked again after UNDO: nothing else was asked since."""
    worker = known(context)
    if worker.undo_assignment_id is None or worker.undo_at is None:
        return False
    asked = context.ask.questions[0].assignment if context.ask else None
    since = asked is not None and asked.offered_at > worker.undo_at
    if since or context.message.created_at - worker.undo_at > UNDO_FOR:
        _done(context)
        return False
    return context.message.created_at >= worker.undo_at


def _done(context: Context) -> None:
    worker = known(context)
    worker.undo_assignment_id = worker.undo_at = None


def perform(context: Context, decision: correcting.Correcting) -> Reply | None:
    """Carry out what a reply does to the answers given last."""
    match decision:
        case correcting.Changes():
            return _change(context, decision)
        case correcting.WhichOne():
            return _which_one(context)
        case correcting.UndoUnclear():
            return _ask_undone_again(context)
        case correcting.Keeps():
            return _kept(context)
        case correcting.Nothing():
            return None


def _change(context: Context, decision: correcting.Changes) -> Reply:
    """Change what is to be changed, and say what the answers are now in front of what is open."""
    worker = known(context)
    changed = [
        (one, value)
        for one, value in zip(context.given, decision.values, strict=True)
        if value is not None and value != one.answer.value
    ]
    _done(context)
    worker.asked_again = 0
    leads_on = all(tasks.leads_on(one, value) for one, value in changed)
    if not leads_on or not tasks.may_change([one for one, _ in changed]):
        return _with_open(context, _too_late(worker.language))
    earned: list[int] = []
    for one, value in sorted(changed, key=lambda each: each[0].task.id):
        of_survey = tasks.question_of(one)
        kept = of_survey.said(value) if of_survey else value
        reading = Reading(kept, mask_numbers(context.text), decision.confidence)
        pay_minor = amend(context.session, worker=worker, given=one, reading=reading, now=context.now)
        earned += [] if pay_minor is None else [pay_minor]
    if not earned:
        return _with_open(context, _too_late(worker.language))
    return _with_open(context, _receipts(context, worker.language, sum(earned)))


def _receipts(context: Context, language: str, earned_minor: int) -> tuple[str, ...]:
    """Return what the answers are now, and what that earned if anything, the longest wording first."""
    said = [_echo(one, language) for one in context.given]
    if earned_minor:
        return _paid_receipts(context, said, earned_minor)
    if len(said) == 1:
        [(number, label)] = said
        full = texts.say("corrected", language, number=number, label=label)
        return (" ".join(full.split()), f"{number} {label}.".strip())
    digits = " ".join(number for number, _ in said)
    return (texts.say("corrected_several", language, answers=digits), f"{digits}.")


def _paid_receipts(context: Context, said: list[tuple[str, str]], earned_minor: int) -> tuple[str, ...]:
    """Return the receipt of what was not known before and is paid now: as that of any answer."""
    language, currency = known(context).language, context.given[0].project.currency
    pay, today = texts.money(earned_minor, currency), earned_today(context, currency)
    if len(said) == 1:
        [(number, label)] = said
        full = texts.say("receipt", language, number=number, label=label, pay=pay, today=today)
        return (" ".join(full.split()), f"{number} {label}, +{pay}.".strip(), f"+{pay}.")
    digits = " ".join(number for number, _ in said)
    full = texts.say("bundle_receipt", language, answers=digits, pay=pay, today=today)
    return (full, f"{digits}, +{pay}.", f"+{pay}.")


def _echo(given: Given, language: str) -> tuple[str, str]:
    if tasks.is_text(given):
        begun = shortened(given.answer.value)
        return "", f'"{begun}"' if begun else "OK"
    of_survey = tasks.question_of(given)
    if of_survey is not None:
        return survey_texts.echo(of_survey, given.answer.value, language)
    return questions.echo(given.project, given.answer.value, language)


def _too_late(language: str) -> tuple[str, ...]:
    return (texts.say("correction_too_late", language), texts.say("correction_too_late_short", language))


def _with_open(context: Context, said: tuple[str, ...]) -> Reply:
    """Say it in front of the question that is open, asked again in short; alone where none is, or both are too long."""
    worker, ask = known(context), context.ask
    alone = Reply(said[0], project_id=context.given[0].project.id)
    if ask is None or ask.late or ask.project.kind not in tasks.CHANGEABLE_KINDS:
        return alone
    taken = tuple(Taken(one.project, one.task, one.assignment) for one in ask.questions)
    if ask.project.kind == "survey":
        return _with_survey(context, taken[0], said) or alone
    text = questions.render_all(
        ask.project, [one.task for one in taken], worker.language, prefixes=said, experienced=True
    )
    if not text.startswith(said):
        return alone
    message_id = new()
    for one in taken:
        one.assignment.message_id = message_id
    return Reply(text, Offered(taken, text, message_id), project_id=ask.project.id)


def _with_survey(context: Context, taken: Taken, said: tuple[str, ...]) -> Reply | None:
    """As `_with_open`, in front of the question of a survey; None where both are too long."""
    at = surveys.at(taken.project.spec, taken.assignment)
    text = survey_texts.render(taken.project, taken.task.data, at, known(context).language, prefixes=said)
    if not text.startswith(said):
        return None
    message_id = new()
    surveys.ask_again(context.session, assignment=taken.assignment, message_id=message_id, now=context.now)
    return Reply(text, Offered((taken,), text, message_id), project_id=taken.project.id)


def _which_one(context: Context) -> Reply:
    """Ask the one time which answer is meant: UNDO names the last one, an answer alone what is open."""
    worker = known(context)
    worker.asked_again += 1
    return Reply(texts.say("which_answer", worker.language), project_id=context.given[0].project.id)


def _kept(context: Context) -> Reply:
    _done(context)
    worker = known(context)
    worker.asked_again = 0
    return _with_open(context, (texts.say("undo_kept", worker.language), "OK."))


def undo(context: Context) -> Reply:
    """Ask the questions of the last reply again: the next reply replaces its answers, unless it is too late."""
    worker = known(context)
    context.given = tasks.last_given(context.session, worker.id)
    if not context.given:
        return Reply(texts.say("undo_nothing", worker.language))
    if not tasks.may_change(context.given):
        return _with_open(context, _too_late(worker.language))
    worker.undo_assignment_id, worker.undo_at = context.given[0].assignment.id, context.now
    worker.asked_again = 0
    return _ask_undone(context, context.given, texts.say("undo_again", worker.language))


def _ask_undone_again(context: Context) -> Reply:
    worker = known(context)
    worker.asked_again += 1
    return _ask_undone(context, context.given, texts.say("undo_again", worker.language))


def _ask_undone(context: Context, given: Sequence[Given], said: str) -> Reply:
    first, language = given[0], known(context).language
    of_survey = tasks.question_of(first)
    if of_survey is not None:
        at = surveys.At(of_survey, 1, 1)
        text = survey_texts.render(first.project, first.task.data, at, language, prefixes=(said, ""))
        return Reply(text, project_id=first.project.id)
    text = questions.render_all(
        first.project, [one.task for one in given], language, prefixes=(said, ""), experienced=True
    )
    return Reply(text, project_id=first.project.id)
