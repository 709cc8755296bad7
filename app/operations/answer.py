"""Taking an answer: record it, pay it, and say what became of it, all in the caller's one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from app import outbox
from app.channels import service as channels
from app.channels.models import Message
from app.operations import referral, teach
from app.operations.teach import Outcome
from app.payments import ledger
from app.people import service as people
from app.people.models import Worker
from app.tasks import leases
from app.tasks import service as tasks
from app.tasks.models import CHECK, UNSURE, Assignment, Project, Task
from app.tasks.rules import Reading


@dataclass(frozen=True)
class OpenQuestion:
    """The question a reply is about: still live, or expired and therefore late."""

    assignment: Assignment
    task: Task
    project: Project

    @property
    def late(self) -> bool:
        """Whether the lease ended before the reply came."""
        return self.assignment.state != "offered"


@dataclass(frozen=True)
class Ask:
    """The questions a reply is about: those of one message that can still be answered, in their order.

    `size` is how many the message asked.
    """

    questions: tuple[OpenQuestion, ...]
    size: int

    @property
    def project(self) -> Project:
        """The project that asks."""
        return self.questions[0].project

    @property
    def step(self) -> str:
        """The step of what is asked: `do`, or `check` where a text is checked."""
        return self.questions[0].task.step

    @property
    def late(self) -> bool:
        """Whether the lease ended before the reply came."""
        return self.questions[0].late


@dataclass(frozen=True)
class Taken:
    """What became of an answer. `pay_minor` is 0 for `unsure` and for an answer that came too late.

    `pending`: others check it first, and it is paid when they have accepted it.
    `outcome` is what it led to, where its truth was known.
    """

    accepted: bool
    value: str
    pay_minor: int
    currency: str
    pending: bool = False
    outcome: Outcome | None = None


# Made once: they run for every answer. What was asked together was offered at one instant.
# Somebody in the middle of a survey was asked it before, though its next question may still be on its way.
def _asked(*, named: bool) -> Select[Assignment, Task, Project, bool]:
    sent = Message.first_tried_at <= bindparam("received_at")
    last = (
        select(Assignment.worker_id, Assignment.offered_at, func.coalesce(sent, false()).label("sent"))
        .join(Message, Message.id == Assignment.message_id)
        .where(Assignment.worker_id == bindparam("worker_id"), or_(sent, Assignment.nth > 1))
        .order_by(Assignment.offered_at.desc())
        .limit(1)
    )
    if named:
        last = last.where(Assignment.number == bindparam("number"))
    found = last.subquery()
    return (
        select(Assignment, Task, Project, found.c.sent)
        .join(Task, Task.id == Assignment.task_id)
        .join(Project, Project.id == Assignment.project_id)
        .join(
            found,
            (found.c.worker_id == Assignment.worker_id) & (found.c.offered_at == Assignment.offered_at),
        )
        .where(Assignment.state.in_(("offered", "expired")))
        .order_by(Assignment.number)
    )


_LAST_ASKED, _NAMED_ASKED = _asked(named=False), _asked(named=True)


def open_ask(
    session: Session, worker: Worker, *, received_at: datetime, number: int | None = None
) -> Ask | None:
    """Return the questions a reply received then is about: those last sent before it, or with the one it names.

    A reply cannot be about a question that had not been sent when it came: it is then about the one before.
    Only a question that still waits (offered) or whose lease ran out (expired) can be answered; None where
    none of the message's can.
    """
    values: dict[str, object] = {"worker_id": worker.id, "received_at": received_at}
    asked = _LAST_ASKED
    if number is not None:
        asked, values = _NAMED_ASKED, {**values, "number": number}
    rows = session.execute(asked, values).all()
    if not rows or not rows[0][3]:
        return None
    return Ask(tuple(OpenQuestion(*row[:3]) for row in rows), rows[0][0].asked)


def take_answers(
    session: Session,
    *,
    worker: Worker,
    answers: Sequence[tuple[OpenQuestion, Reading]],
    channel: str,
    now: datetime,
) -> list[Taken]:
    """Record answers given in one reply by a worker whose row is locked; return what became of each, in order.

    Their tasks are locked in the order of their ids, so that two replies at once never wait for each other.
    """
    taken: dict[UUID, Taken] = {}
    for question, reading in sorted(answers, key=lambda answer: answer[0].task.id):
        taken[question.assignment.id] = take_answer(
            session, worker=worker, question=question, reading=reading, channel=channel, now=now
        )
    referral.settle(session, worker=worker, now=now)
    return [taken[question.assignment.id] for question, _ in answers]


def take_answer(
    session: Session, *, worker: Worker, question: OpenQuestion, reading: Reading, channel: str, now: datetime
) -> Taken:
    """Record an answer of a worker whose row is locked, and pay it.

    A late answer is taken and paid while a place is free or its replacement is unsent; else it is not accepted,
    and the worker is to be thanked and told.
    """
    late = question.late
    if late and not regain_place(session, question, now):
        leases.note_unneeded(session, assignment=question.assignment, now=now)
        return Taken(accepted=False, value=reading.value, pay_minor=0, currency=question.project.currency)
    recorded = tasks.record_answer(
        session,
        assignment=question.assignment,
        task=question.task,
        project=question.project,
        reading=reading,
        language=worker.language,
        channel=channel,
        late=late,
        now=now,
    )
    pay_minor = recorded.answer.pay_minor
    if pay_minor:
        ledger.pay_answer(
            session,
            project_id=question.project.id,
            worker_id=worker.id,
            answer_id=recorded.answer.id,
            amount_minor=pay_minor,
            currency=question.project.currency,
            now=now,
        )
    if reading.value == UNSURE or recorded.answer.state == "pending":
        outbox.ring(session, "assignment")
    if question.project.adaptive or question.task.step == CHECK:
        outbox.ring(session, "timeouts")
    # A task that is done may end its project: the sweeper lets that be looked at every few seconds, which is
    # soon enough, where a bell for each task would cost more than the answers.
    outcome = None
    if question.project.teaches:
        outcome = teach.after_answer(
            session,
            project=question.project,
            task=question.task,
            assignment=question.assignment,
            value=reading.value,
            now=now,
        )
    return Taken(
        accepted=True,
        value=reading.value,
        pay_minor=pay_minor,
        currency=question.project.currency,
        pending=recorded.answer.state == "pending",
        outcome=outcome,
    )


def regain_place(session: Session, question: OpenQuestion, now: datetime) -> bool:
    """Take the expired assignment's place again: a free one, or that of a replacement whose text is unsent."""
    if question.project.state not in {"running", "paused"}:
        return False
    if tasks.revive(session, assignment=question.assignment):
        return True
    if not make_room(session, question.task.id, now):
        return False
    return tasks.revive(session, assignment=question.assignment)


def make_room(session: Session, task_id: UUID, now: datetime) -> bool:
    """Withdraw one replacement of the task whose text is unsent; say whether there was one."""
    return any(
        _withdraw_unsent(session, replacement, now) for replacement in tasks.replacements(session, task_id)
    )


def _withdraw_unsent(session: Session, replacement: Assignment, now: datetime) -> bool:
    """Withdraw a replacement, if its text is certain never to be sent; its worker goes back to waiting.

    The other worker's row is only tried for, never waited for: two workers answering late at once must not
    wait for each other.
    """
    other = people.lock_worker(session, replacement.worker_id, wait=False)
    if other is None or replacement.message_id is None:
        return False
    if not channels.cancel_queued(session, replacement.message_id):
        return False
    with_it = [one for one in tasks.live_of(session, other.id) if one.message_id == replacement.message_id]
    for assignment in sorted(with_it, key=lambda one: one.task_id):
        tasks.free(session, assignment=assignment, state="withdrawn", now=now)
    other.assignment_id = None
    other.available_at = now
    return True
