"""Offering work: the next task to a worker who is writing, or, unasked, to workers who wait."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app import clock, db, hours, ids
from app.channels import service as channels
from app.channels.models import Address
from app.operations import questions, teach, timing
from app.operations.offered import Offered
from app.people import service as people
from app.people.models import Worker
from app.settings import settings
from app.tasks import bundling, choosing
from app.tasks.choosing import Taken
from app.tasks.description import pictures
from app.tasks.models import Cursor, Project
from app.tasks.rules import WorkerFacts
from app.tasks.training import standings

# How long a worker for whom there was nothing is not looked at again by the offering job.
NOTHING_FOR_S = 20
WHATSAPP_WINDOW = timedelta(hours=24)
LESSON_WAITS = timedelta(hours=12)


# How many tasks are looked at for sharing a message with the first.
_CANDIDATES = 12


def take(
    session: Session, worker: Worker, *, now: datetime, prefixes: tuple[str, ...] = ("",)
) -> Offered | None:
    """Take the next place for a worker whose row is locked, and render its question; None when there is no work.

    The worker is then busy: nothing is pushed to them until they answer, skip, or the lease ends.
    """
    facts = WorkerFacts(
        id=worker.id,
        language=worker.language,
        country=worker.country,
        cohort_id=worker.cohort_id,
        number=worker.question_number + 1,
        passed=(*worker.passed, *_seen(session, worker)),
        group_id=worker.group_id,
        site=worker.site,
    )
    message_id = ids.new()
    step = standings.due(session, worker=facts, now=now)
    first = None
    if step is not None and step.kind == "gold":
        first, step = teach.give_gold(session, facts, step, now=now, message_id=message_id), None
    if step is not None and step.before_work:
        learning = teach.offer(
            session, worker, facts, step, now=now, prefixes=prefixes, message_id=message_id
        )
        if learning is not None:
            return learning
        step = None
    first = first or choosing.take_next(session, worker=facts, now=now, message_id=message_id)
    if first is None and step is not None:
        return teach.offer(session, worker, facts, step, now=now, prefixes=prefixes, message_id=message_id)
    return _asked(session, worker, facts, first, prefixes) if first else None


def _seen(session: Session, worker: Worker) -> tuple[str, ...]:
    """Return what the channel a worker last wrote from lets them do."""
    address = session.get_one(Address, worker.address_id)
    return (pictures.SEES_PICTURES,) if channels.carries_pictures(address) else ()


def _asked(
    session: Session, worker: Worker, facts: WorkerFacts, first: Taken, prefixes: tuple[str, ...]
) -> Offered:
    """Ask what was taken, with others in the same message where they fit: the worker is busy with it."""
    # A question is out of sequence while an earlier one was never answered: then a reply must be able to say
    # which of the two it means.
    tag = f"Q{facts.number}" if worker.assignment_id else None
    experienced = _experienced(session, worker, first.project)
    whole = channels.bills_whole(session.get_one(Address, worker.address_id))
    taken = _mixed(_with_others(session, worker, first, prefixes, tag, experienced=experienced, whole=whole))
    text = questions.render_all(
        first.project,
        [one.task for one in taken],
        worker.language,
        prefixes=prefixes,
        tag=tag,
        experienced=experienced,
        whole=whole,
    )
    worker.question_number = facts.number + len(taken) - 1
    worker.assignment_id = taken[0].assignment.id
    worker.available_at = None
    worker.asked_again = 0
    return Offered(tuple(taken), text, first.assignment.message_id or ids.new())


def _mixed(taken: Sequence[Taken]) -> Sequence[Taken]:
    """Put a gold question anywhere among those of its message: nobody is to know it by its place."""
    if taken[0].task.state != "gold" or len(taken) == 1:
        return taken
    gold, *others = taken
    others.insert(secrets.randbelow(len(taken)), gold)
    for number, one in enumerate(others, gold.assignment.number):
        one.assignment.number = number
    return others


def _with_others(
    session: Session,
    worker: Worker,
    first: Taken,
    prefixes: tuple[str, ...],
    tag: str | None,
    *,
    experienced: bool,
    whole: bool,
) -> Sequence[Taken]:
    """Take further tasks that fit the message of the first.

    A session that is nearly over does not cut a message short: one question costs the airtime of several.
    """
    wanted = bundling.most(first.project.spec)
    if wanted <= 1 or worker.one_at_a_time:
        return [first]
    beside = choosing.beside(session, first, limit=_CANDIDATES)
    fit = questions.fitting(
        first.project,
        [first.task, *beside],
        worker.language,
        prefixes=prefixes,
        experienced=experienced,
        tag=tag,
        whole=whole,
    )[1:wanted]
    return choosing.take_beside(session, first, fit) if fit else [first]


def _experienced(session: Session, worker: Worker, project: Project) -> bool:
    """Say whether the worker knows how several questions are answered and, where it has a short form, this one."""
    if worker.question_number < questions.EXPERIENCED_FROM:
        return False
    if not project.spec.get("short"):
        return True
    cursor = session.get(Cursor, (worker.id, project.id), populate_existing=True)
    return cursor is not None and cursor.given >= questions.KNOWN_FROM


def offer_due(limit: int = 50) -> int:
    """Push a question to up to `limit` waiting workers, each in a transaction of its own; return how many got one."""
    with db.transaction() as session:
        due = timing.round_of(session, clock.now(), limit)
    return sum(_push_to(worker_id, due) for worker_id in due.workers)


def _push_to(worker_id: UUID, due: timing.Round) -> bool:
    now = clock.now()
    with db.transaction() as session:
        worker = people.lock_worker(session, worker_id, wait=False)
        if worker is None or worker.state != "active" or not worker.available_at or worker.available_at > now:
            return False
        address = session.get_one(Address, worker.address_id)
        opens = hours.open_at(settings().quiet_hours, now, worker.time_zone)
        if opens == now:
            opens = timing.push_at(worker, due.crowd, now, due.latest)
        if opens > now:
            worker.available_at = opens
            return False
        if not may_push(address, now):
            worker.available_at = None
            return False
        if worker.stage == "lesson":
            teach.leave_lesson(session, worker, now)
        offered = take(session, worker, now=now)
        if offered is None:
            worker.available_at = now + timedelta(seconds=NOTHING_FOR_S)
            return False
        channels.queue_message(
            session,
            address=address,
            worker_id=worker.id,
            text=named(worker, offered.text),
            purpose="push",
            assignment_id=offered.assignment_id,
            project_id=offered.project.id,
            message_id=offered.message_id,
            media_url=offered.media_url,
            now=now,
        )
        if offered.lesson_of is not None:
            # No lease ends a lesson: who does not answer is asked something else after this.
            worker.available_at = now + LESSON_WAITS
        return True


def may_push(address: Address, now: datetime) -> bool:
    """Say whether an unasked text may go to the address: not after STOP, and on WhatsApp only in its window."""
    if address.suppressed_at is not None:
        return False
    if address.channel != "twilio_whatsapp":
        return True
    return address.last_inbound_at is not None and now - address.last_inbound_at < WHATSAPP_WINDOW


def named(worker: Worker, text: str) -> str:
    """Return the text opened by the worker's name, where several people share the phone."""
    name = people.name_of(worker)
    return f"{name}: {text}" if name else text
