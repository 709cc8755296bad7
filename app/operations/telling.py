"""Telling workers what became of their texts: with the next message where that costs nothing, else alone, later.

What is still to be told is app/people/notices.py's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app import clock, db, gsm7, hours, texts
from app.channels import segments
from app.channels import service as channels
from app.channels.models import Address
from app.errors import Pointer, invalid
from app.operations.offer import may_push, named
from app.people import notices
from app.people import service as people
from app.people.models import Notice, Worker
from app.settings import settings
from app.tasks.models import Answer
from app.texts.render import shortened

ACCEPTED, REFUSED = "text-accepted", "text-refused"
BARRED = "barred"  # a project's questions go to others from now on: see barred.py
# How long something waits for a message that takes it along.
ALONE_AFTER = timedelta(minutes=30)
# So much of a reason fits the message that tells it.
LONGEST_WHY = 50


def reason(why: str, field: str = "why", longest: int = LONGEST_WHY) -> str:
    """Return a person's reason as a worker is told it.

    Raises `invalid` (422) for none, for one too long, and for characters that make a message dear.
    """
    found = " ".join(why.split())
    if not 0 < len(found) <= longest:
        message = f"Say why in 1 to {longest} characters: the worker is told."
        raise invalid(message, [Pointer(f"/{field}", message)])
    if not gsm7.fits(found):
        message = "Use letters and digits that every phone shows, and no pictures: the worker is told."
        raise invalid(message, [Pointer(f"/{field}", message)])
    return found


def note(session: Session, *, worker_id: UUID, kind: str, data: Mapping[str, Any], now: datetime) -> None:
    """Note what a worker is to be told."""
    notices.add(session, worker_id=worker_id, kind=kind, data=data, due_at=now + ALONE_AFTER, now=now)


def joined(session: Session, worker: Worker, text: str, now: datetime) -> str:
    """Return a text to a worker whose row is locked, behind what they are still to be told if that costs nothing."""
    if worker.state != "active":
        return text
    waiting = notices.untold(session, worker.id)
    alone = segments.count(named(worker, text)).segments
    accepted = [notice for notice in waiting if notice.kind == ACCEPTED]
    for several in dict.fromkeys((tuple(waiting), tuple(accepted))):
        told = texts.join(_said(session, worker, several), text)
        if several and segments.count(named(worker, told)).segments <= alone:
            notices.told(session, several, now)
            return told
    return text


def push_due(limit: int = 50) -> int:
    """Tell by itself what no message has taken along; return how many were told."""
    now = clock.now()
    with db.transaction() as session:
        due = notices.due_workers(session, now, limit)
    return sum(_push(worker_id) for worker_id in due)


def _push(worker_id: UUID) -> bool:
    now = clock.now()
    with db.transaction() as session:
        worker = people.lock_worker(session, worker_id, wait=False)
        if worker is None:
            return False
        address = session.get_one(Address, worker.address_id)
        opens = hours.open_at(settings().quiet_hours, now, worker.time_zone)
        if worker.state != "active" or not may_push(address, now):
            notices.put_off(session, worker_id, None)
            return False
        if opens > now:
            notices.put_off(session, worker_id, opens)
            return False
        waiting = notices.untold(session, worker_id)
        notices.told(session, waiting, now)
        text = _said(session, worker, waiting)
        if not text:
            return False
        channels.queue_message(
            session,
            address=address,
            worker_id=worker_id,
            text=named(worker, text),
            purpose="push",
            now=now,
        )
        return True


def _said(session: Session, worker: Worker, waiting: Sequence[Notice]) -> str:
    """Return one text for all: what was earned, then what was refused."""
    accepted = [notice for notice in waiting if notice.kind == ACCEPTED]
    refused = [notice for notice in waiting if notice.kind == REFUSED]
    said = texts.join(_earned(accepted, worker.language), _refused(session, refused, worker.language))
    if all(notice.kind != BARRED for notice in waiting):
        return said
    return texts.join(said, texts.say("barred", worker.language, phone=_help_phone(session, worker)))


def _help_phone(session: Session, worker: Worker) -> str:
    partner = people.partner_of(session, worker.partner_id)
    return partner.help_phone if partner else settings().help_phone


def _earned(accepted: Sequence[Notice], language: str) -> str:
    if not accepted:
        return ""
    sums: Counter[str] = Counter()
    for notice in accepted:
        sums[notice.data["currency"]] += int(notice.data["amount_minor"])
    pay = " +".join(texts.money(minor, currency) for currency, minor in sums.items())
    if len(accepted) == 1:
        return texts.say("text_accepted", language, pay=pay)
    return texts.say("texts_accepted", language, pay=pay, count=len(accepted))


def _refused(session: Session, refused: Sequence[Notice], language: str) -> str:
    answers = [session.get_one(Answer, UUID(notice.data["answer"])) for notice in refused]
    # One that was accepted after all is not spoken of any more.
    still = [answer for answer in answers if answer.state == "refused"]
    if len(still) > 1:
        return texts.say("texts_refused", language, count=len(still))
    return "".join(
        texts.say("text_refused", language, text=shortened(one.value) or "...", why=one.refused_why or "")
        for one in still
    )
