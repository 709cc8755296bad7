"""The shell around the flow: takes a stored message, decides, carries it out, answers; one transaction a message.

The worker's row is locked throughout, so that two texts at once make one conversation. A message that cannot be
handled stays stored, is tried again, and after some tries is set aside for a person: nothing is lost.
"""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import clock, crypto, db, hours, outage, texts
from app.channels import inbox
from app.channels import service as channels
from app.channels.models import Message
from app.conversation import changing, flow, joining, learning, parse
from app.conversation.acts import Context, Reply
from app.conversation.perform import perform
from app.operations import questions, telling
from app.operations.answer import Ask, open_ask
from app.operations.offer import named
from app.people import habits
from app.people import service as people
from app.people.models import Worker
from app.tasks.models import Project, Task

BATCH = 20
# What a killed process held waits for so long. Long enough for a batch on a slow disk; where it is not, the same
# message may be worked on twice, and only one of the two is kept.
LEASE_S = 10

log = structlog.get_logger()


def handle_due(limit: int = BATCH) -> int:
    """Handle up to `limit` received messages, oldest first; return how many were taken up."""
    with db.transaction() as session:
        ids = inbox.claim_received(session, now=clock.now(), limit=limit, lease_s=LEASE_S)
    for message_id in ids:
        handle(message_id)
    return len(ids)


class _HandledMeanwhileError(Exception):
    """Another process has handled the message: what was done here must not be kept."""


def handle(message_id: UUID) -> None:
    """Handle one received message. An error is logged and noted on the row; it does not reach the caller.

    Only a database that stays away does: that is no fault of the message, which is as due as before.
    """
    try:
        outage.endure(lambda session: _handle(session, message_id), for_s=outage.WORKER_S)
    except _HandledMeanwhileError:
        return
    except Exception as error:  # whatever is wrong with our understanding, the reply is kept
        if isinstance(error, DBAPIError) and outage.is_outage(error):
            raise
        log.exception("message not handled", message=str(message_id), error=type(error).__name__)
        with db.transaction() as session:
            inbox.note_failure(session, message_id, now=clock.now(), why=type(error).__name__)


def _handle(session: Session, message_id: UUID) -> None:
    with session.no_autoflush:
        _handle_in(session, message_id)


def _handle_in(session: Session, message_id: UUID) -> None:
    now = clock.now()
    message, address = inbox.received(session, message_id)
    text = crypto.decrypt(message.body)
    worker = people.current_worker(session, address.id)
    context = Context(session, message, text, address, worker, None, now)
    repeat = inbox.repeats_last(session, message, text)
    if not repeat:
        context.ask = _ask(session, worker, message, text)
        lesson = learning.asked(context)
        if context.ask is not None:
            context.project_id = context.ask.project.id
        elif lesson is not None:
            context.project_id = lesson[0].id
        reply = _only_a_picture(context) or perform(context, flow.decide(_situation(context, lesson), text))
        if reply is not None:
            _send(context, reply)
    worker = context.worker
    if worker is not None:
        habits.note_heard(worker, asked_at=_asked_at(context.ask), now=now)
    session.flush()
    handled = inbox.mark_handled(
        session,
        message_id,
        worker_id=worker.id if worker else None,
        project_id=context.project_id,
        repeat=repeat,
        now=now,
    )
    if not handled:
        raise _HandledMeanwhileError


def _only_a_picture(context: Context) -> Reply | None:
    """Return what is said to a worker whose picture, voice note or the like came without a word."""
    worker = context.worker
    wordless = context.message.media_count > 0 and not context.text.strip()
    if not wordless or worker is None or worker.state != "active":
        return None
    return Reply(texts.say("text_only", worker.language), project_id=context.project_id)


def _asked_at(ask: Ask | None) -> datetime | None:
    """Return when the questions a message answers came to the worker, as far as it is known."""
    if ask is None:
        return None
    first = ask.questions[0].assignment
    return first.started_at or first.offered_at


def _ask(session: Session, worker: Worker | None, message: Message, text: str) -> Ask | None:
    """Return the questions the message is about: those it names, else the last that were sent before it."""
    if worker is None or worker.assignment_id is None or worker.state != "active":
        return None
    tag = parse.tag(text)
    if tag is not None:
        named = open_ask(session, worker, received_at=message.created_at, number=int(tag[1:]))
        if named is not None:
            return named
    return open_ask(session, worker, received_at=message.created_at)


def _situation(context: Context, lesson: tuple[Project, Task] | None) -> flow.Situation:
    worker = context.worker
    if worker is None:
        return flow.Situation(state="unknown")
    asked = context.ask.questions if context.ask else ()
    waiting = tuple(
        questions.asked_of(one.project, one.task, worker.language, one.assignment) for one in asked
    )
    if lesson is not None:
        waiting = (questions.asked_of(*lesson, worker.language),)
    menu = joining.menu_of(context, worker) if worker.stage == "language" else ()
    return flow.Situation(
        state=worker.state,
        stage=worker.stage,
        language=worker.language,
        menu=menu,
        given=changing.given_last(context),
        training_step=worker.training_step,
        asked_again=worker.asked_again,
        today=hours.local_date(context.now, worker.time_zone),
        questions=waiting,
    )


def _send(context: Context, reply: Reply) -> None:
    worker = context.worker
    text = reply.text
    if worker is not None and reply.purpose == "reply":
        text = telling.joined(context.session, worker, text, context.now)
    channels.queue_message(
        context.session,
        address=context.address,
        worker_id=worker.id if worker else None,
        text=named(worker, text) if worker else text,
        purpose=reply.purpose,
        in_reply_to=context.message.id,
        assignment_id=reply.offered.assignment_id if reply.offered else None,
        project_id=reply.project_id,
        message_id=reply.offered.message_id if reply.offered else None,
        media_url=reply.offered.media_url if reply.offered else None,
        now=context.now,
    )
