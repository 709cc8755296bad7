"""What the commands do that a worker may send at any time: HELP SKIP MORE BAL PAY, and what is said to chatter."""

from typing import Literal

from app import hours, texts
from app.conversation import flow, learning, written
from app.conversation.acts import Context, Reply, help_phone, known, led_to, next_or, partner_name
from app.conversation.joining import consent_text, lesson_text, menu_of, welcome
from app.errors import AppError
from app.ids import new
from app.operations import pay, questions, teach
from app.operations.answer import Ask
from app.operations.offered import Offered
from app.payments import ledger
from app.people import service as people
from app.tasks import service as tasks
from app.tasks.bundling import SLIPS_LIMIT
from app.tasks.choosing import Taken
from app.tasks.free_text import text_kind


def help_(context: Context) -> Reply:
    """Name a person to call."""
    phone = help_phone(context.session, context.worker)
    if context.worker is None:
        return Reply(texts.say("help_unknown", "en", phone=phone))
    worker = context.worker
    return Reply(
        texts.say("help", worker.language, partner=partner_name(context.session, worker), phone=phone)
    )


def skip(context: Context) -> Reply:
    """Pass what was asked on without blame, and ask something else."""
    worker = known(context)
    if worker.stage == "lesson":
        return learning.skip(context)
    if context.ask is None:
        return Reply(texts.say("skip_nothing", worker.language))
    return pass_on(context, texts.say("skip_done", worker.language))


def pass_on(context: Context, said: str) -> Reply:
    """Give the open questions to somebody else; say so in front of the next ones."""
    worker = known(context)
    asked = context.ask.questions if context.ask and not context.ask.late else ()
    release(context, "skipped")
    worker.assignment_id = None
    worker.asked_again = 0
    for one in asked:
        outcome = teach.after_skip(
            context.session, project=one.project, assignment=one.assignment, now=context.now
        )
        if outcome is not None:
            return led_to(context, outcome, (said, ""))
    return next_or(context, (said, ""), texts.join(said, texts.say("no_work_now", worker.language)))


def release(context: Context, state: Literal["skipped", "withdrawn"]) -> None:
    """Give back the places of the open questions, in the order of their tasks' ids, as every verb locks them."""
    asked = context.ask.questions if context.ask and not context.ask.late else ()
    for question in sorted(asked, key=lambda one: one.task.id):
        tasks.free(context.session, assignment=question.assignment, state=state, now=context.now)


def more(context: Context) -> Reply:
    """Give work: what is open once more, or the next; a newcomer is asked what is still open with them."""
    worker = known(context)
    if worker.stage != "ready":
        return prompt(context)
    worker.session_answers = 0
    ask = context.ask
    if ask is not None and not ask.late:
        taken = tuple(Taken(one.project, one.task, one.assignment) for one in ask.questions)
        text = questions.render_all(ask.project, [one.task for one in taken], worker.language)
        message_id = new()
        for one in taken:
            one.assignment.message_id = message_id
        return Reply(text, Offered(taken, text, message_id), project_id=ask.project.id)
    return next_or(context, ("",), texts.say("more_none", worker.language))


def prompt(context: Context) -> Reply:
    """Ask again whatever the conversation stands at."""
    worker = known(context)
    if worker.stage == "language":
        return welcome(context)
    if worker.stage in {"consent", "declined"}:
        return Reply(consent_text(context))
    if worker.stage == "lesson":
        return learning.again(context)
    return Reply(lesson_text(worker, "training_next_question"))


def balance(context: Context) -> Reply:
    """Say what the worker has earned, what is on its way and what was paid, always net."""
    worker = known(context)
    midnight = hours.local_midnight(context.now, worker.time_zone)
    found = [
        ledger.worker_balance(context.session, worker_id=worker.id, currency=currency, since=midnight)
        for currency in ledger.currencies_of(context.session, worker.id)
        or [people.currency_of(worker.country)]
    ]
    available = _amounts([(one.available, one.currency) for one in found])
    in_flight = _amounts([(one.in_flight, one.currency) for one in found if one.in_flight])
    paid = _amounts([(one.paid, one.currency) for one in found])
    nothing = not any(one.available for one in found)
    key = "balance_in_flight" if in_flight else "balance_nothing" if nothing else "balance"
    return Reply(texts.say(key, worker.language, available=available, in_flight=in_flight, paid=paid))


def _amounts(amounts: list[tuple[int, str]]) -> str:
    return " + ".join(texts.money(minor, currency) for minor, currency in amounts)


def ask_for_pay(context: Context) -> Reply:
    """Ask for the worker's money to be sent, or say why not yet."""
    worker = known(context)
    try:
        requested = pay.request_all(context.session, worker=worker, requested_by="worker", now=context.now)
    except AppError as refusal:
        return Reply(_refused(context, refusal))
    amount = _amounts([(payout.amount_minor, payout.currency) for payout in requested])
    if any(payout.state in {"requested", "held"} for payout in requested):
        phone = help_phone(context.session, worker)
        return Reply(texts.say("pay_held", worker.language, amount=amount, phone=phone))
    ending = pay.ending_of(context.session, requested[0])
    return Reply(texts.say("pay_requested", worker.language, amount=amount, ending=ending))


def _refused(context: Context, refusal: AppError) -> str:
    language = known(context).language
    currency = str(refusal.data.get("currency", people.currency_of(known(context).country)))

    def money(name: str) -> str:
        return texts.money(int(refusal.data.get(name, 0)), currency)

    if refusal.code == "payout-below-minimum":
        return texts.say(
            "pay_below_minimum", language, available=money("available_minor"), minimum=money("minimum_minor")
        )
    if refusal.code == "payout-in-progress" and refusal.data["state"] in {"requested", "held"}:
        phone = help_phone(context.session, known(context))
        return texts.say("pay_held", language, amount=money("amount_minor"), phone=phone)
    if refusal.code == "payout-in-progress":
        return texts.say("pay_in_flight", language, amount=money("amount_minor"))
    return texts.say("pay_nothing", language)


def nothing_asked(context: Context) -> Reply:
    """Answer somebody who wrote while nothing was asked."""
    return Reply(texts.say("no_question", known(context).language))


def ask_again(context: Context, decision: flow.AskAgain) -> Reply:
    """Ask the one clarifying question."""
    worker = known(context)
    language = worker.language
    if decision.what == "language":
        menu = texts.menu(menu_of(context, worker))
        return Reply(texts.say("language_not_understood", language, menu=menu))
    if decision.what == "consent":
        return Reply(texts.say("consent_unclear", language))
    if decision.what == "lesson":
        return learning.clarify(context, decision.why)
    worker.asked_again += 1
    if decision.what == "question" and context.ask is not None:
        return _which_answer(context, context.ask, decision.why)
    labels = [choice.labels[language] for choice in flow.YES_NO]
    key = "stop_hint" if decision.why == "stop-inside" else "clarify"
    return Reply(texts.say(key, language, options=texts.options(labels, language)))


def _which_answer(context: Context, ask: Ask, why: str) -> Reply:
    """Ask for the answer once more; somebody who mixes up several questions gets one at a time from then on."""
    worker = known(context)
    if text_kind.is_written(ask.project.spec, ask.step):
        text = written.clarify(text_kind.wanted(ask.project.spec), why, worker.language)
        return Reply(text, project_id=ask.project.id)
    labels = questions.labels(ask.project, worker.language, ask.step)
    options = texts.options(labels, worker.language)
    if why == "stop-inside":
        text = texts.say("stop_hint", worker.language, options=options)
    elif len(ask.questions) > 1:
        worker.bundle_slips += 1
        worker.one_at_a_time |= worker.bundle_slips >= SLIPS_LIMIT
        text = texts.say(
            "clarify_bundle", worker.language, count=len(ask.questions), options=texts.short_options(labels)
        )
    else:
        text = texts.say("clarify", worker.language, options=options)
    return Reply(text, project_id=ask.project.id)


def gave_up(context: Context) -> Reply:
    """Not understood twice: the question goes to somebody else, without blame."""
    return pass_on(context, texts.say("clarify_gave_up", known(context).language))
