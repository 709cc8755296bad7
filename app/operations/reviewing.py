"""Reviewing: results that a person looks at, whom they are for, and what is decided; each in one transaction.

A result waits where the answers to its task do not settle it, or where the client disputes it. The staff decides, or
a partner's reviewers where the project says so and all who answered are that partner's people. Who decides has the
result to themselves for some minutes. Owns the rules of who may; the rows are app/tasks/judgement/reviews.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from app import clock, db, ids
from app.accounts import audit
from app.errors import Pointer, conflict, invalid, not_found
from app.people.models import Worker
from app.tasks.asking import TAGS_JOINT
from app.tasks.judgement import reviews
from app.tasks.models import Answer, Project, Result, Review, Task
from app.webhooks import service as webhooks

# How long after its project's end a result may be disputed.
DISPUTABLE = timedelta(days=30)
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Reviewer:
    """A signed-in person who reviews: of the staff, or (`partner_id`) of one partner."""

    user_id: UUID
    partner_id: UUID | None
    actor: str


def mine(partner_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition on reviews that somebody may see: the staff all, a partner's people their own alone."""
    return true() if partner_id is None else Review.partner_id == partner_id


def review_of(session: Session, *, review_id: UUID, partner_id: UUID | None, lock: bool = False) -> Review:
    """Return a review. Raises `not-found` (404), also for one that is not theirs to see."""
    statement = select(Review).where(Review.id == review_id, mine(partner_id))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise not_found("review", ids.show("rev", review_id))
    return found


def take_next(session: Session, *, who: Reviewer, now: datetime, after: UUID | None = None) -> Review | None:
    """Give the reviewer the result that is due first; behind the one they skipped, where `after` names it."""
    if after is not None:
        skipped = session.scalar(
            select(Review).where(Review.id == after, mine(who.partner_id)).with_for_update()
        )
        if skipped is None:
            raise not_found("review", ids.show("rev", after))
        reviews.release(session, review=skipped, user_id=who.user_id)
    return reviews.claim_next(session, mine=mine(who.partner_id), user_id=who.user_id, now=now, after=after)


def take(session: Session, *, review_id: UUID, who: Reviewer, now: datetime) -> Review:
    """Give the reviewer this result. Raises `claimed` or `decided` (409)."""
    found = review_of(session, review_id=review_id, partner_id=who.partner_id, lock=True)
    reviews.claim(session, review=found, user_id=who.user_id, now=now)
    return found


def decide(session: Session, *, review_id: UUID, value: str | None, who: Reviewer, now: datetime) -> Result:
    """Decide a result: a value of its project, or None: it cannot be said. Audited, and the client is told.

    Raises `invalid` (422) for another value, `claimed` or `decided` (409).
    """
    review = review_of(session, review_id=review_id, partner_id=who.partner_id, lock=True)
    project = session.get_one(Project, review.project_id)
    value = _checked(session, project, review.task_id, value)
    result = reviews.decide(
        session, review=review, project=project, value=value, user_id=who.user_id, now=now
    )
    before = review.before["value"]
    _noted(session, review, "review.decided", who.actor, {"from": before, "to": value}, now)
    webhooks.notify(
        session,
        client_id=review.client_id,
        event="result.reviewed",
        data={
            "project": ids.show("prj", project.id),
            "task": result.client_task_id,
            "result": value,
            "before": before,
        },
        now=now,
    )
    return result


def _checked(session: Session, project: Project, task_id: UUID, value: str | None) -> str | None:
    """Return the value as it is kept. Raises `invalid` (422) unless it is one of those to choose from."""
    if value is None:
        return None
    known = options(session, project, task_id)
    if project.spec.get("multiple"):
        chosen = set(value.split(TAGS_JOINT)) if value else set()
        if chosen <= set(known):
            return TAGS_JOINT.join(one for one in known if one in chosen)
    elif value in known:
        return value
    message = "That is none of the values to choose from. Reload the page and choose one of those shown."
    raise invalid(message, [Pointer("/value", message)])


def options(session: Session, project: Project, task_id: UUID) -> list[str]:
    """Return what a reviewer chooses from: the project's choices, else what was answered."""
    if project.spec.get("choices"):
        return [choice["value"] for choice in project.spec["choices"]]
    answered = select(Answer.value).where(Answer.task_id == task_id).order_by(Answer.id)
    return list(dict.fromkeys(session.scalars(answered)))


def take_back(session: Session, *, review_id: UUID, who: Reviewer, now: datetime) -> Review:
    """Undo the reviewer's own decision, moments after it. Raises `too-late` (409)."""
    review = review_of(session, review_id=review_id, partner_id=who.partner_id, lock=True)
    project = session.get_one(Project, review.project_id)
    reviews.take_back(session, review=review, project=project, user_id=who.user_id, now=now)
    _noted(session, review, "review.taken-back", who.actor, {}, now)
    return review


def last_decided(session: Session, *, who: Reviewer, now: datetime) -> Review | None:
    """Return the reviewer's last decision, while it can be taken back."""
    return session.scalar(
        select(Review)
        .where(
            Review.decided_by == who.user_id,
            Review.state == "decided",
            Review.decided_at > now - reviews.TAKE_BACK,
            mine(who.partner_id),
        )
        .order_by(Review.decided_at.desc())
        .limit(1)
    )


def _noted(
    session: Session, review: Review, action: str, actor: str, data: dict[str, Any], now: datetime
) -> None:
    shown = ids.show("rev", review.id)
    whole = {"task": ids.show("tsk", review.task_id), **data}
    audit.record(session, actor=actor, action=action, subject=shown, data=whole, now=now)


def dispute(
    session: Session, *, project: Project, client_task_id: str, why: str, actor: str, now: datetime
) -> Review:
    """Let a person look at a result its client does not believe; one that waits already goes on waiting.

    Raises `not-found` for a task that is not the project's, `no-result` (409) before there is one, and
    `not-disputable` (409) for opinions, and once the project has been over for long. The project's row is held.
    """
    task = session.scalar(
        select(Task)
        .where(Task.project_id == project.id, Task.client_task_id == client_task_id)
        .with_for_update(key_share=True)
    )
    result = session.get(Result, task.id, with_for_update=True, populate_existing=True) if task else None
    if task is None:
        raise not_found("task", client_task_id[:60])
    if result is None:
        raise conflict("no-result", "The task has no result yet. Wait for it, then dispute it.")
    if project.kind == "survey":
        raise conflict("not-disputable", "Opinions are not right or wrong: results of surveys stand.")
    if project.ended_at is not None and now - project.ended_at > DISPUTABLE:
        raise conflict(
            "not-disputable", f"Results are disputed within {DISPUTABLE.days} days of the project's end."
        )
    waiting = reviews.waiting_of(session, task.id)
    if waiting is not None:
        return waiting
    words = why.strip()[:LONGEST_WORDS]
    result.review = "waiting"
    reviews.open_reviews(session, project=project, task_ids=[task.id], why="client", words=words, now=now)
    reviews.tell(session, project, [result], now)
    opened = reviews.waiting_of(session, task.id)
    assert opened is not None, "the review was opened a moment ago"
    _noted(session, opened, "review.asked-for", actor, {}, now)
    return opened


def result_of(session: Session, review: Review) -> Result:
    """Return the result that is reviewed."""
    return session.get_one(Result, review.task_id)


def do_due(limit: int = 200) -> int:
    """Find out whose the new reviews are, and let those go that nobody decided in time; return how many."""
    now = clock.now()
    with db.transaction() as session:
        done = _route(session, limit)
    with db.transaction() as session:
        return done + len(reviews.lapse(session, now=now, limit=limit))


def _route(session: Session, limit: int) -> int:
    """Give reviews that are for a partner to the one whose people gave every answer; else they stay the staff's."""
    unrouted = session.scalars(
        select(Review)
        .where(Review.routed.is_(False), Review.state == "waiting")
        .order_by(Review.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    partners = _partners(session, [review.task_id for review in unrouted])
    for review in unrouted:
        review.routed = True
        found = partners.get(review.task_id, set())
        review.partner_id = next(iter(found)) if len(found) == 1 else None
    return len(unrouted)


def _partners(session: Session, task_ids: Sequence[UUID]) -> dict[UUID, set[UUID | None]]:
    rows = session.execute(
        select(Answer.task_id, Worker.partner_id)
        .join(Worker, Worker.id == Answer.worker_id)
        .where(Answer.task_id.in_(task_ids))
        .distinct()
    )
    found: dict[UUID, set[UUID | None]] = {}
    for task_id, partner_id in rows:
        found.setdefault(task_id, set()).add(partner_id)
    return found
