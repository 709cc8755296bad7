"""Coming and going: JOIN, the language, consent, training, STOP and START."""

from collections.abc import Callable
from typing import Literal

from sqlalchemy import select

from app import texts
from app.channels import addresses
from app.channels.models import Address
from app.conversation import flow, redress
from app.conversation.acts import Context, Reply, help_phone, known, next_or, partner_name
from app.conversation.lessons import LESSONS, after
from app.operations import people_money, referral
from app.people import inviting
from app.people import service as people
from app.people.models import Cohort, Worker, WorkerAddress
from app.settings import settings
from app.tasks import service as tasks

ALL_LANGUAGES = tuple(texts.LANGUAGES)


def menu_of(context: Context, worker: Worker) -> tuple[str, ...]:
    """Return the languages the worker is offered: their cohort's, in its order, else their country's."""
    cohort = context.session.get(Cohort, worker.cohort_id) if worker.cohort_id else None
    wanted = cohort.languages if cohort else people.languages_of(worker.country)
    return tuple(code for code in wanted if code in texts.LANGUAGES) or ALL_LANGUAGES


def stranger() -> Reply:
    """Tell somebody who never joined how to."""
    return Reply(texts.say("unknown_sender", "en"))


def join(context: Context, decision: flow.Join) -> Reply:
    """Let somebody in: a new person, one known from another channel, or another on this phone.

    An invite code makes them one of its cohort, and so does that of a worker of it, who brought them; without one
    they come to the operator itself.
    """
    country = context.address.country
    if country not in settings().country_list:
        return Reply(texts.say("join_not_here", "en"))
    cohort = people.cohort_by_code(context.session, decision.code) if decision.code else None
    friend = inviting.inviter(context.session, decision.code) if decision.code and cohort is None else None
    if cohort is None and friend is None and (decision.code or not settings().open_join):
        key = "join_unknown_code" if decision.code else "join_needs_code"
        return Reply(texts.say(key, "en", code=decision.code[:12]))
    if friend is not None:
        cohort = inviting.cohort_of(context.session, friend)
    worker = context.worker
    if worker is not None and worker.state == "new" and not decision.name:
        people.put_into(worker, cohort)
        worker.stage = "language"
        _brought(context, friend)
        return welcome(context)
    same = _known_elsewhere(context, decision.name)
    if same is not None:
        people.use_address(context.session, worker=same, address_id=context.address.id, now=context.now)
        context.worker = same
        return Reply(texts.say("already_started", same.language))
    context.worker = people.create_worker(
        context.session,
        address_id=context.address.id,
        country=country or "",
        cohort=cohort,
        name=decision.name,
        now=context.now,
    )
    addresses.lift_suppression(context.session, address_id=context.address.id)
    _consent(context, "joined")
    _brought(context, friend)
    return welcome(context)


def _brought(context: Context, friend: Worker | None) -> None:
    if friend is not None:
        rewarded = referral.pay_minor(friend.country) > 0
        inviting.brought(context.session, worker=known(context), by=friend, rewarded=rewarded)


def invite(context: Context) -> Reply:
    """Say by which code friends join; somebody who has not joined themselves yet goes on joining first."""
    worker = known(context)
    if worker.consented_at is None:
        return welcome(context) if worker.stage == "language" else Reply(consent_text(context))
    code = inviting.own_code(context.session, worker)
    pay = referral.pay_minor(worker.country)
    if not pay:
        return Reply(texts.say("invite", worker.language, code=code))
    text = texts.say(
        "invite_paid",
        worker.language,
        code=code,
        pay=texts.money(pay, people.currency_of(worker.country)),
        count=settings().referral_answers,
        friends=settings().referral_most,
    )
    return Reply(text)


def _known_elsewhere(context: Context, name: str) -> Worker | None:
    """Return who this is, if they are known: the same name on this phone, or the same number on another channel."""
    if name:
        for person in people.people_at(context.session, context.address.id):
            if people.name_of(person).casefold() == name.casefold():
                return people.lock_worker(context.session, person.id)
        return None
    found = context.session.scalar(
        select(WorkerAddress.worker_id)
        .join(Address, Address.id == WorkerAddress.address_id)
        .where(
            Address.number_index == context.address.number_index,
            Address.id != context.address.id,
            WorkerAddress.current,
        )
    )
    return people.lock_worker(context.session, found) if found else None


def welcome(context: Context) -> Reply:
    """Say who is asking, whom to call, that replies are free, and offer the languages."""
    worker = known(context)
    text = texts.say(
        "welcome",
        "en",
        partner=partner_name(context.session, worker),
        phone=help_phone(context.session, worker),
        menu=texts.menu(menu_of(context, worker)),
    )
    return Reply(text)


def pick_language(context: Context, decision: flow.PickLanguage) -> Reply:
    """Write in the language from now on; somebody who is joining is asked for consent next."""
    worker = known(context)
    worker.language, worker.asked_again = decision.language, 0
    if worker.consented_at is None:
        worker.stage = "consent"
        return Reply(consent_text(context))
    worker.stage = "ready"
    changed = texts.say(
        "language_changed", worker.language, new_language=texts.LANGUAGES[worker.language].name_in_itself
    )
    return Reply(changed)


def consent_text(context: Context) -> str:
    """Return the text that asks for leave to keep the number."""
    worker = known(context)
    pay = people_money.typical_pay(context.session, worker.country)
    when = texts.say("when_on_request", worker.language)
    return texts.say("consent", worker.language, pay=pay, when=when)


def language_menu(context: Context) -> Reply:
    """Offer the languages again, after LANG."""
    worker = known(context)
    worker.stage = "language"
    return Reply(texts.say("language_menu", worker.language, menu=texts.menu(menu_of(context, worker))))


def consent(context: Context, decision: flow.Consent) -> Reply:
    """Note the consent and begin the training, or take leave."""
    worker = known(context)
    worker.asked_again = 0
    if not decision.agreed:
        worker.stage = "declined"
        _consent(context, "declined")
        return Reply(texts.say("consent_declined", worker.language))
    worker.state, worker.stage, worker.training_step = "active", "training", 0
    worker.consented_at = context.now
    _consent(context, "agreed")
    people_money.open_account(context.session, worker=worker, address=context.address, now=context.now)
    return Reply(lesson_text(worker, "training_intro_question"))


def lesson_text(worker: Worker, key: str) -> str:
    """Return the practice question the worker is at."""
    lesson = LESSONS[min(worker.training_step, len(LESSONS) - 1)]
    return texts.say(key, worker.language, item=texts.say(lesson.item_key, worker.language))


def practised(context: Context, decision: flow.Practised) -> Reply:
    """Say whether the practice answer was right; ask the next one, or the first paid question."""
    worker = known(context)
    language = worker.language
    worker.asked_again = 0
    said = texts.say("training_right", language) if decision.right else _corrected(decision.step, language)
    following = after(decision.step, right=decision.right)
    if following is not None:
        worker.training_step = decision.step + 1
        return Reply(texts.join(said, lesson_text(worker, "training_next_question")))
    worker.stage = "ready"
    paid = texts.say("training_done_now_paid", language)
    return next_or(context, (texts.join(said, paid), paid, ""), texts.say("training_done_no_work", language))


def _corrected(step: int, language: str) -> str:
    right = LESSONS[min(step, len(LESSONS) - 1)].right
    label = flow.YES_NO[right - 1].labels[language]
    return texts.say("training_wrong", language, number=right, label=label)


def stop(context: Context) -> Reply | None:
    """Let the worker go at once: their question goes to somebody else, one confirmation, nothing after it."""
    worker = known(context)
    asked = context.ask.questions if context.ask and not context.ask.late else ()
    for question in sorted(asked, key=lambda one: one.task.id):
        # Who was in a survey may go on with it after START, as after a long silence.
        state: Literal["expired", "withdrawn"] = (
            "expired" if question.project.kind == "survey" else "withdrawn"
        )
        tasks.free(context.session, assignment=question.assignment, state=state, now=context.now)
    worker.assignment_id = None
    worker.available_at = None
    worker.state = "stopped"
    _consent(context, "stopped")
    addresses.suppress_address(context.session, address_id=context.address.id, why="stopped", now=context.now)
    if settings().twilio_confirms_stop and context.address.channel == "twilio_sms":
        return None  # a second text after STOP would be one too many
    return Reply(texts.say("stop_confirmed", worker.language), purpose="confirmation")


def start(context: Context, go_on: Callable[[Context, str], Reply | None]) -> Reply:
    """Welcome back somebody who had left, where they had stopped.

    `go_on` takes up the survey they were in, behind what is said; None where they were in none.
    """
    worker = known(context)
    addresses.lift_suppression(context.session, address_id=context.address.id)
    _consent(context, "started")
    worker.session_answers = worker.asked_again = 0
    if worker.consented_at is None:
        worker.state, worker.stage = "new", "language"
        return welcome(context)
    if worker.pause_reason is not None:
        worker.state, worker.stage = "paused", "ready"
        return redress.why(context)
    worker.state = "active"
    back = texts.say("start_again", worker.language)
    if worker.stage == "training":
        return Reply(texts.join(back, lesson_text(worker, "training_next_question")))
    worker.stage = "ready"
    otherwise = texts.join(back, texts.say("no_work_now", worker.language))
    return go_on(context, back) or next_or(context, (back, ""), otherwise)


def _consent(context: Context, kind: str) -> None:
    people.record_consent(
        context.session,
        worker=known(context),
        kind=kind,
        address_id=context.address.id,
        message_id=context.message.id,
        now=context.now,
    )
