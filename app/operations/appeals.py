"""APPEAL: a person's look at what went against a worker; what is upheld is paid or lifted, and the worker told.

What can go against somebody is found by grounds.py. Each kind that can be appealed against is one entry of KINDS: what
upholding does. All of a decision is one transaction. Nobody decides about what they had decided themselves.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from app import hours, ids, texts
from app.accounts import audit
from app.channels import service as channels
from app.channels.models import Address
from app.errors import AppError, not_found
from app.operations import give_back, pausing, telling, texts_decided
from app.operations.grounds import cut, ground_of
from app.operations.offer import may_push, named
from app.operations.reviewing import Reviewer
from app.people import appeals
from app.people import service as people
from app.people.models import Appeal, Worker
from app.settings import settings
from app.tasks.models import Answer, Exam, Pause, Project

# So much of a reason fits the message that tells it.
LONGEST_NOTE = 70
LONGEST_WORDS = 300

Taken = Literal["taken", "open", "decided", "nothing"]


def appeal(session: Session, *, worker: Worker, words: str, now: datetime) -> tuple[Taken, Appeal | None]:
    """Take an appeal of a worker, whose row is locked, against the last thing that can be appealed against.

    `open`: a person looks at it already; what is said more is added. `decided`: one has, which is final. `nothing`:
    there is nothing to appeal against.
    """
    ground = ground_of(session, worker, now, appealable=True)
    if ground is None:
        return "nothing", None
    last = appeals.latest_on(session, worker_id=worker.id, kind=ground.kind, subject_id=ground.subject_id)
    if last is not None and last.state == "open":
        last.words = cut(f"{last.words} {words}".strip(), LONGEST_WORDS)
        session.flush()
        return "open", last
    if last is not None and last.state == "rejected" and not ground.lasts:
        return "decided", last
    made = appeals.open_appeal(
        session,
        worker=worker,
        kind=ground.kind,
        subject_id=ground.subject_id,
        project_id=ground.project_id,
        reason=ground.reason,
        words=cut(words, LONGEST_WORDS),
        against=ground.against,
        due_at=now + timedelta(hours=settings().appeal_hours),
        now=now,
    )
    _noted(session, made, "appeal.opened", f"worker:{worker.id}", now)
    return "taken", made


def mine(partner_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition on appeals that somebody may see: the staff all, a partner those of its own people."""
    return true() if partner_id is None else Appeal.partner_id == partner_id


def decidable(who: Reviewer) -> ColumnElement[bool]:
    """Return the condition on appeals that somebody may decide: not those against what they did themselves."""
    return mine(who.partner_id) & Appeal.against.is_distinct_from(who.actor)


def appeal_of(session: Session, *, appeal_id: UUID, partner_id: UUID | None, lock: bool = False) -> Appeal:
    """Return an appeal. Raises `not-found` (404), also for one of another partner's people."""
    statement = select(Appeal).where(Appeal.id == appeal_id, mine(partner_id))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise not_found("appeal", ids.show("apl", appeal_id))
    return found


def take_next(session: Session, *, who: Reviewer, now: datetime, after: UUID | None = None) -> Appeal | None:
    """Give a person the appeal that is due first; behind the one they skipped, where `after` names it."""
    if after is not None:
        skipped = appeal_of(session, appeal_id=after, partner_id=who.partner_id, lock=True)
        appeals.release(session, appeal=skipped, user_id=who.user_id)
    return appeals.claim_next(session, mine=decidable(who), user_id=who.user_id, now=now, after=after)


def take(session: Session, *, appeal_id: UUID, who: Reviewer, now: datetime) -> Appeal:
    """Give a person this appeal. Raises `own-decision` (403), `claimed` or `decided` (409)."""
    found = appeal_of(session, appeal_id=appeal_id, partner_id=who.partner_id, lock=True)
    _check_not_own(found, who)
    appeals.claim(session, appeal=found, user_id=who.user_id, now=now)
    return found


def _check_not_own(found: Appeal, who: Reviewer) -> None:
    if found.against == who.actor:
        raise AppError(
            "own-decision", 403, "This appeal is against your own decision, so somebody else must decide it."
        )


def decide(
    session: Session, *, appeal_id: UUID, uphold: bool, note: str, who: Reviewer, now: datetime
) -> Appeal:
    """Uphold an appeal, which pays or lifts what it is about, or reject it; either way the worker is told why.

    Raises `invalid` (422) without a reason that can be told, `own-decision` (403), `claimed` or `decided` (409).
    """
    why = telling.reason(note, "note", LONGEST_NOTE)
    known = appeal_of(session, appeal_id=appeal_id, partner_id=who.partner_id)
    # The worker first, as everywhere: they may be saying more about it at this instant.
    people.lock_worker(session, known.worker_id)
    found = appeal_of(session, appeal_id=appeal_id, partner_id=who.partner_id, lock=True)
    _check_not_own(found, who)
    state: Literal["upheld", "rejected"] = "upheld" if uphold else "rejected"
    appeals.decide(session, appeal=found, state=state, note=why, user_id=who.user_id, now=now)
    if uphold:
        KINDS[found.kind](session, found, who.actor, now)
    _noted(session, found, f"appeal.{state}", who.actor, now)
    _tell(session, found, why, now)
    return found


def _lift(session: Session, found: Appeal, actor: str, now: datetime) -> None:
    worker = session.get_one(Worker, found.worker_id)
    pausing.lift(session, worker=worker, now=now, actor=actor, told=False)


def _lift_in_project(session: Session, found: Appeal, actor: str, now: datetime) -> None:
    pause = session.get_one(Pause, found.subject_id)
    give_back.lift_pause(session, pause=pause, now=now, actor=actor, told=False)


def _let_in(session: Session, found: Appeal, actor: str, now: datetime) -> None:
    exam = session.get_one(Exam, found.subject_id)
    give_back.uphold_exam(session, exam=exam, now=now, actor=actor, told=False)


def _accept(session: Session, found: Appeal, _actor: str, now: datetime) -> None:
    texts_decided.accept_text(session, session.get_one(Answer, found.subject_id), now=now)


# What upholding an appeal does, by its kind: those of grounds.APPEALABLE. Each does nothing the second time.
KINDS: dict[str, Callable[[Session, Appeal, str, datetime], None]] = {
    "answer": _accept,
    "exam": _let_in,
    "pause": _lift_in_project,
    "stopped-work": _lift,
}


def _tell(session: Session, found: Appeal, why: str, now: datetime) -> None:
    """Tell the worker what was decided, in their language, when they may be texted; not after STOP."""
    worker = session.get_one(Worker, found.worker_id)
    address = session.get_one(Address, worker.address_id)
    if worker.state not in {"active", "paused"} or not may_push(address, now):
        return
    partner = people.partner_of(session, worker.partner_id)
    phone = partner.help_phone if partner else settings().help_phone
    text = texts.say(f"appeal_{found.state}", worker.language, note=why, phone=phone)
    channels.queue_message(
        session,
        address=address,
        worker_id=worker.id,
        # What an accepted text earned travels with it where that costs nothing.
        text=named(worker, telling.joined(session, worker, text, now)),
        purpose="push",
        project_id=None,
        due_at=hours.open_at(settings().quiet_hours, now, worker.time_zone),
        now=now,
    )


def _noted(session: Session, found: Appeal, action: str, actor: str, now: datetime) -> None:
    data = {"kind": found.kind, "worker": ids.show("wkr", found.worker_id)}
    audit.record(session, actor=actor, action=action, subject=ids.show("apl", found.id), data=data, now=now)


def project_name(session: Session, project_id: UUID | None) -> str:
    """Return the name of the project an appeal is about, or nothing."""
    found = session.get(Project, project_id) if project_id else None
    return found.name if found else ""
