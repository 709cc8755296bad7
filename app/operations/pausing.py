"""Pausing a worker from all work, by a person who says why, and letting them work again; the worker is told of both.

A pause in one project is give_back.py's; appeals against either are appeals.py's. Nothing that was earned is touched:
a paused worker may ask for their pay, for help, for the reason and for another person's look, and may leave.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app import hours, ids, outbox, texts
from app.accounts import audit
from app.channels import service as channels
from app.channels.models import Address
from app.errors import conflict
from app.operations import telling
from app.operations.offer import may_push, named
from app.people import service as people
from app.people.models import Worker
from app.settings import settings
from app.tasks import personal as work
from app.tasks import service as tasks


def pause(session: Session, *, worker: Worker, why: str, now: datetime, actor: str) -> None:
    """Give a locked worker no work at all until a person says so; what is open with them goes to others.

    Somebody who left stays so, and is paused if they come back. Raises `invalid` (422) without a reason,
    `not-pausable` (409) for who is paused already, has not joined yet or was erased.
    """
    told = telling.reason(why)
    if worker.pause_reason is not None or worker.state not in {"active", "stopped"}:
        raise conflict("not-pausable", _WHY_NOT.get(worker.state, _WHY_NOT["paused"]))
    for assignment in work.open_assignments(session, worker.id):
        if assignment.message_id is not None:
            channels.cancel_queued(session, assignment.message_id)
        freed = tasks.free(session, assignment=assignment, state="withdrawn", now=now)
        outbox.ring(session, "timeouts" if freed.task_done else "assignment")
    people.pause(worker, told)
    data = {"why": told}
    audit.record(
        session, actor=actor, action="worker.paused", subject=ids.show("wkr", worker.id), data=data, now=now
    )
    _tell(session, worker, "paused_from_work", now, reason=told)


_WHY_NOT = {
    "paused": "This person is paused already. Reload the page to see why.",
    "new": "This person has not joined yet, and so gets no work.",
    "erased": "This person was erased, and gets no work.",
}


def lift(session: Session, *, worker: Worker, now: datetime, actor: str, told: bool = True) -> bool:
    """Let a locked worker work again, and tell them unless the caller does; False where they were not paused."""
    if worker.pause_reason is None and worker.state != "paused":
        return False
    people.unpause(worker, now)
    audit.record(
        session, actor=actor, action="worker.unpaused", subject=ids.show("wkr", worker.id), data={}, now=now
    )
    if told:
        _tell(session, worker, "work_again", now)
    return True


def _tell(session: Session, worker: Worker, key: str, now: datetime, **values: str) -> None:
    """Text the worker, outside quiet hours, unless they left or may not be texted."""
    address = session.get_one(Address, worker.address_id)
    if not may_push(address, now):
        return
    partner = people.partner_of(session, worker.partner_id)
    phone = partner.help_phone if partner else settings().help_phone
    channels.queue_message(
        session,
        address=address,
        worker_id=worker.id,
        text=named(worker, texts.say(key, worker.language, phone=phone, **values)),
        purpose="push",
        due_at=hours.open_at(settings().quiet_hours, now, worker.time_zone),
        now=now,
    )
