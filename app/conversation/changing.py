"""What is done about a correction and about UNDO: the answer given last is changed, or asked for again.

Which answer a reply is about is decided in app/conversation/correcting.py; what may still be changed, in
app/tasks/changing.py. Pay said is pay given: a change costs nothing and earns nothing.
"""

from collections.abc import Sequence
from datetime import timedelta

from app import texts
from app.conversation import correcting
from app.conversation.acts import Context, Reply, known
from app.conversation.reply.correcting import mentions, only_thanks
from app.ids import new
from app.operations import questions
from app.operations.offered import Offered
from app.tasks import changing as tasks
from app.tasks.changing import Given
from app.tasks.choosing import Taken
from app.tasks.models import UNSURE
from app.tasks.rules import Reading, mask_numbers

# So long after an answer `sorry` is about it; later it is about the delay.
RECENT = timedelta(minutes=10)
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
    unseen = context.ask is None and worker.assignment_id is not None
    text = context.text
    if not (undoing or unseen or mentions(text, worker.language) or only_thanks(text, worker.language)):
        return None
    context.given = tasks.last_given(context.session, worker.id)
    if undoing and not any(one.assignment.id == worker.undo_assignment_id for one in context.given):
        undoing = False
    answered = [one for one in context.given if one.project.kind in tasks.CHANGEABLE_KINDS]
    if not answered or len(answered) != len(context.given):
        return None
    received = context.message.created_at
    return correcting.Given(
        tuple(questions.asked_of(one.project, one.task, worker.language, one.assignment) for one in answered),
        tuple(one.answer.value for one in answered),
        recent=received - answered[0].answer.answered_at <= RECENT,
        undoing=undoing,
        unseen=unseen and received - answered[0].answer.answered_at <= RECENT,
    )


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
    """Change what is to be changed, all or nothing, and say so in front of what is open."""
    worker = known(context)
    changed = [
        (one, value)
        for one, value in zip(context.given, decision.values, strict=True)
        if value is not None and value != one.answer.value
    ]
    _done(context)
    worker.asked_again = 0
    if UNSURE in decision.values or not tasks.may_change([one for one, _ in changed]):
        return _with_open(context, _too_late(worker.language))
    for one, value in sorted(changed, key=lambda each: each[0].task.id):
        reading = Reading(value, mask_numbers(context.text), decision.confidence)
        if not tasks.change_answer(context.session, given=one, reading=reading, now=context.now):
            return _with_open(context, _too_late(worker.language))
    return _with_open(context, _receipts(context, worker.language))


def _receipts(context: Context, language: str) -> tuple[str, ...]:
    """Return what the answers are now, the longest wording first."""
    project = context.given[0].project
    if len(context.given) == 1:
        number, label = questions.echo(project, context.given[0].answer.value, language)
        said = texts.say("corrected", language, number=number, label=label)
        return (" ".join(said.split()), f"{number} {label}.".strip())
    digits = " ".join(questions.echo(project, one.answer.value, language)[0] for one in context.given)
    return (texts.say("corrected_several", language, answers=digits), f"{digits}.")


def _too_late(language: str) -> tuple[str, ...]:
    return (texts.say("correction_too_late", language), texts.say("correction_too_late_short", language))


def _with_open(context: Context, said: tuple[str, ...]) -> Reply:
    """Say it in front of the question that is open, asked again in short; alone where none is, or both are too long."""
    worker, ask = known(context), context.ask
    if ask is None or ask.late or ask.project.kind not in tasks.CHANGEABLE_KINDS:
        return Reply(said[0], project_id=context.given[0].project.id)
    taken = tuple(Taken(one.project, one.task, one.assignment) for one in ask.questions)
    text = questions.render_all(
        ask.project, [one.task for one in taken], worker.language, prefixes=said, experienced=True
    )
    if not text.startswith(said):
        return Reply(said[0], project_id=ask.project.id)
    message_id = new()
    for one in taken:
        one.assignment.message_id = message_id
    return Reply(text, Offered(taken, text, message_id), project_id=ask.project.id)


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
    project = given[0].project
    text = questions.render_all(
        project,
        [one.task for one in given],
        known(context).language,
        prefixes=(said, ""),
        experienced=True,
    )
    return Reply(text, project_id=project.id)
