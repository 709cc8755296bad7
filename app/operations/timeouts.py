"""What time brings: leases from delivery, one reminder, expiry, tasks to judge, projects that are over, paydays.

Each deed is a small transaction of its own, so that one that fails hinders no other.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app import clock, db, hours, outbox, texts
from app.channels import service as channels
from app.channels.models import Address, Message
from app.operations import judge, launch, pay, questions, reviewing, telling, texts_decided, timing
from app.operations.offer import may_push, named
from app.operations.pace import pace_of
from app.people import habits, rhythm
from app.people import service as people
from app.people.models import Worker
from app.settings import settings
from app.tasks import leases
from app.tasks import service as tasks
from app.tasks.description import pictures
from app.tasks.models import Assignment, Project, Task
from app.tasks.speed import pacing
from app.tasks.speed.pacing import Pace
from app.tasks.surveys import session as surveys

# Messages that will never arrive: the place is given to somebody else at once.
LOST = ("undelivered", "failed", "rejected", "suppressed", "cancelled")
BATCH = 200


def run_due() -> int:
    """Do everything whose time has come; return how many deeds were done."""
    done = start_leases()
    done += sum(_remind(assignment_id) for assignment_id in _due(Assignment.remind_at))
    done += sum(_expire(assignment_id) for assignment_id in _due(Assignment.expires_at))
    done += judge.judge_due() + reviewing.do_due()
    done += texts_decided.decide_due() + telling.push_due()
    with db.transaction() as session:
        done += launch.end_due(session, clock.now())
    return done + pay.request_by_threshold()


def _due(column: InstrumentedAttribute[datetime | None]) -> list[UUID]:
    """Return live assignments for which the instant in `column` has come, without locking: each deed locks anew."""
    with db.transaction() as session:
        return list(
            session.scalars(
                select(Assignment.id)
                .where(Assignment.state == "offered", column <= clock.now())
                .order_by(column)
                .limit(BATCH)
            )
        )


def start_leases() -> int:
    """Start the clock of questions that were delivered, or sent long enough ago without a receipt.

    A question that will never arrive expires at once, so that its place is given to somebody else.
    """
    now = clock.now()
    waited = now - timedelta(seconds=settings().receipt_wait_s)
    paces: dict[UUID, Pace] = {}
    with db.transaction() as session:
        rows = session.execute(
            select(
                Assignment.id,
                Assignment.lease_s,
                Message.status,
                Message.delivered_at,
                Message.sent_at,
                Worker.id.label("worker_id"),
                Worker.time_zone,
                Project,
            )
            .join(Message, Message.id == Assignment.message_id)
            .join(Project, Project.id == Assignment.project_id)
            .join(Worker, Worker.id == Assignment.worker_id)
            .where(
                Assignment.state == "offered",
                Assignment.started_at.is_(None),
                or_(Message.delivered_at.is_not(None), Message.status.in_(LOST), Message.sent_at <= waited),
            )
            .limit(BATCH)
            .with_for_update(of=Assignment, skip_locked=True)
        ).all()
        leases.start_all(
            session,
            [
                _lost(row.id, now)
                if row.status in LOST
                else _start(
                    row.id,
                    row.delivered_at or row.sent_at or now,
                    _lease_s(session, row, now, paces),
                    row.time_zone,
                )
                for row in rows
            ],
        )
    return len(rows)


def _lost(assignment_id: UUID, now: datetime) -> leases.Start:
    return leases.Start(assignment_id, now, expires_at=now, remind_at=None)


def _lease_s(session: Session, row: Any, now: datetime, paces: dict[UUID, Pace]) -> int:
    """Return how long the question is waited for: less near the deadline and in the tail, if others can be asked."""
    project: Project = row.Project
    if project.id not in paces:
        paces[project.id] = pace_of(session, project, now)
    short = pacing.lease_s(row.lease_s, least_s=settings().least_lease_s, pace=paces[project.id])
    if short == row.lease_s or not habits.others_come(
        session,
        but=row.worker_id,
        until=now + timedelta(seconds=short),
        countries=project.countries,
        languages=project.languages,
    ):
        return int(row.lease_s)
    return short


def _start(assignment_id: UUID, start: datetime, lease_s: int, zone: str) -> leases.Start:
    quiet, lease = settings().quiet_hours, timedelta(seconds=lease_s)
    return leases.Start(
        assignment_id,
        start,
        expires_at=hours.add_open_time(quiet, start, lease, zone),
        remind_at=hours.add_open_time(quiet, start, lease * settings().reminder_share, zone),
    )


def _locked(session: Session, assignment_id: UUID) -> tuple[Worker, Assignment] | None:
    """Lock the worker, then the assignment (the order every path takes), and return both if it is still live."""
    owner = session.scalar(select(Assignment.worker_id).where(Assignment.id == assignment_id))
    worker = people.lock_worker(session, owner, wait=False) if owner else None
    if worker is None:
        return None
    assignment = session.get_one(Assignment, assignment_id, populate_existing=True)
    return (worker, assignment) if assignment.state == "offered" else None


def _remind(assignment_id: UUID) -> bool:
    """Ask once more, if the worker may be texted and has not ignored the last ones; never a second time."""
    now = clock.now()
    with db.transaction() as session:
        found = _locked(session, assignment_id)
        if found is None:
            return False
        worker, assignment = found
        leases.reminded(session, [assignment])
        address = session.get_one(Address, worker.address_id)
        project = session.get_one(Project, assignment.project_id)
        if (
            worker.state != "active"
            or not may_push(address, now)
            or not _worth_it(session, worker, assignment, project)
        ):
            return False
        together = [
            one for one in leases.live_of(session, worker.id) if one.offered_at == assignment.offered_at
        ]
        together.sort(key=lambda one: one.number)
        leases.reminded(session, together)
        text = questions.render_all(
            project,
            [session.get_one(Task, one.task_id) for one in together],
            worker.language,
            prefixes=(texts.say("reminder", worker.language), ""),
            tag=f"Q{together[0].number}",
            at=surveys.at(project.spec, assignment) if project.kind == "survey" else None,
        )
        channels.queue_message(
            session,
            address=address,
            worker_id=worker.id,
            text=named(worker, text),
            purpose="reminder",
            assignment_id=assignment.id,
            project_id=project.id,
            media_url=pictures.url_of(project.spec, session.get_one(Task, assignment.task_id).data),
            due_at=_good_time(worker, assignment, now),
            now=now,
        )
    return True


def _worth_it(session: Session, worker: Worker, assignment: Assignment, project: Project) -> bool:
    """Say whether to remind: not who ignored the last ones, nor where somebody else can be asked before long.

    A reminder brings an answer from one in twenty, a question to somebody else from every second.
    """
    if worker.ignored_in_row >= rhythm.REMINDED_UNDER or assignment.expires_at is None:
        return False
    return not habits.others_come(
        session,
        but=worker.id,
        until=assignment.expires_at,
        countries=project.countries,
        languages=project.languages,
    )


def _good_time(worker: Worker, assignment: Assignment, now: datetime) -> datetime:
    """Return when to send a reminder: outside quiet hours, and in a good hour if one comes while it is of use."""
    opens = hours.open_at(settings().quiet_hours, now, worker.time_zone)
    if assignment.expires_at is None:
        return opens
    latest = opens + (assignment.expires_at - opens) / 2
    return max(opens, timing.push_at(worker, rhythm.CROWD, opens, latest))


def _expire(assignment_id: UUID) -> bool:
    """End a lease: the place is free for somebody else, and the worker is not blamed.

    The worker keeps the question in mind (`assignment_id` stays), so that a late answer finds it.
    """
    now = clock.now()
    with db.transaction() as session:
        found = _locked(session, assignment_id)
        if found is None:
            return False
        worker, assignment = found
        if assignment.expires_at is None or assignment.expires_at > now:
            return False
        tasks.free(session, assignment=assignment, state="expired", now=now)
        # Questions of one message were ignored once, not each for itself.
        if worker.assignment_id == assignment.id or assignment.asked == 1:
            habits.note_ignored(worker)
        if worker.assignment_id == assignment.id and worker.state == "active":
            rest = rhythm.rest(worker.ignored_in_row, settings().session_pause)
            worker.available_at = None if rest is None else now + rest
        outbox.ring(session, "assignment")
    return True
