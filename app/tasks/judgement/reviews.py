"""Results that a person is to look at: opened, claimed by one reviewer at a time, decided, or lapsed.

Owns the table reviews, and of results what a person makes of them. Who may decide which, what is told of it and to
whom, is operations/reviewing.py's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app import ids
from app.errors import conflict
from app.tasks.events import record_events
from app.tasks.models import Project, Result, Review
from app.tasks.quality import Conclusion

METHOD = "review"
UNREVIEWED = "+unreviewed"
# How long a reviewer has a result to themselves, and how long a decision may be taken back.
CLAIM = timedelta(minutes=10)
TAKE_BACK = timedelta(minutes=2)
HOURS = 48

Why = Literal["unsure", "disputed", "client"]


@dataclass(frozen=True)
class Terms:
    """Who looks at a project's doubtful results, and how long they may take."""

    by: str
    within: timedelta

    @property
    def wanted(self) -> bool:
        """Whether doubtful results are handed to a person at all."""
        return self.by != "none"


def terms(project: Project) -> Terms:
    """Return the project's terms: unless it says otherwise, the staff looks at what adaptive projects leave open."""
    given: dict[str, Any] = project.spec.get("review") or {"by": "staff" if project.adaptive else "none"}
    return Terms(given["by"], timedelta(hours=given.get("hours", HOURS)))


def is_disputed(found: Conclusion, votes: Sequence[float]) -> bool:
    """Say whether answers do not settle a task of fixed redundancy: none, a tie, or under half of them agree.

    `votes` are the weights of the values voted for.
    """
    most = max(votes, default=0.0)
    tied = sum(abs(weight - most) < 1e-9 for weight in votes) > 1
    return found.value is None or tied or found.confidence < 1 / 2


def open_reviews(
    session: Session, *, project: Project, task_ids: Sequence[UUID], why: Why, now: datetime, words: str = ""
) -> None:
    """Let these tasks, whose results say so, wait for a person. They are due no later than their project."""
    found = terms(project)
    due_at = now + found.within
    if project.deadline is not None and now < project.deadline < due_at:
        due_at = project.deadline
    session.add_all(
        Review(
            id=ids.new(),
            project_id=project.id,
            client_id=project.client_id,
            task_id=task_id,
            routed=found.by != "partner",
            why=why,
            words=words or None,
            state="waiting",
            before={},
            opened_at=now,
            due_at=due_at,
        )
        for task_id in task_ids
    )
    session.flush()


def waiting_of(session: Session, task_id: UUID) -> Review | None:
    """Return the review that a task waits for, its row held."""
    return session.scalar(
        select(Review).where(Review.task_id == task_id, Review.state == "waiting").with_for_update()
    )


def pending(session: Session, project_id: UUID, now: datetime) -> bool:
    """Say whether a person may still change a result: one waits for them, or was decided a moment ago."""
    found = select(Review.id).where(
        Review.project_id == project_id,
        or_(
            Review.state == "waiting",
            (Review.state == "decided") & (Review.decided_at > now - TAKE_BACK),
        ),
    )
    return session.scalar(found.limit(1)) is not None


def claim_next(
    session: Session, *, mine: ColumnElement[bool], user_id: UUID, now: datetime, after: UUID | None = None
) -> Review | None:
    """Give a reviewer the result that is due first, of those that are theirs and nobody else's; None: none is left.

    `after` names the one they skipped: they go on behind it, and begin anew at the end.
    """
    last = session.get(Review, after) if after else None
    free = or_(Review.claimed_until.is_(None), Review.claimed_until <= now, Review.claimed_by == user_id)
    waiting = select(Review).where(Review.state == "waiting", mine, free).order_by(Review.due_at, Review.id)
    found = None
    if last is not None:
        behind = (Review.due_at > last.due_at) | ((Review.due_at == last.due_at) & (Review.id > last.id))
        found = session.scalar(waiting.where(behind).limit(1).with_for_update(skip_locked=True))
        waiting = waiting.where(Review.id != last.id)
    if found is None:
        found = session.scalar(waiting.limit(1).with_for_update(skip_locked=True))
    if found is not None:
        _claimed(session, found, user_id, now)
    return found


def claim(session: Session, *, review: Review, user_id: UUID, now: datetime) -> None:
    """Give a reviewer this one. Raises `claimed` (409) while somebody else has it, `decided` (409) when it is over.

    The caller holds the row.
    """
    if review.state != "waiting":
        raise conflict("decided", "This result does not wait for a review any more. Take the next one.")
    if review.claimed_by not in (None, user_id) and review.claimed_until and review.claimed_until > now:
        raise conflict("claimed", "Somebody else is looking at this result just now. Take the next one.")
    _claimed(session, review, user_id, now)


def _claimed(session: Session, review: Review, user_id: UUID, now: datetime) -> None:
    review.claimed_by, review.claimed_until = user_id, now + CLAIM
    session.flush()


def release(session: Session, *, review: Review, user_id: UUID) -> None:
    """Give it back undecided."""
    if review.claimed_by == user_id:
        review.claimed_by = review.claimed_until = None
        session.flush()


def decide(
    session: Session, *, review: Review, project: Project, value: str | None, user_id: UUID, now: datetime
) -> Result:
    """Write what a person says into the result: sure, or (None) that it cannot be said. The caller holds the row.

    Raises as `claim` does: who decides must have it to themselves.
    """
    claim(session, review=review, user_id=user_id, now=now)
    result = session.get_one(Result, review.task_id, with_for_update=True, populate_existing=True)
    review.before = {
        "value": result.value,
        "confidence": result.confidence,
        "method": result.method,
        "concluded_at": result.concluded_at.isoformat(),
    }
    review.state, review.decided_by, review.decided_at = "decided", user_id, now
    review.claimed_by = review.claimed_until = None
    result.value, result.confidence = value, 0.0 if value is None else 1.0
    result.method, result.review, result.concluded_at = METHOD, "decided", now
    session.flush()
    tell(session, project, [result], now)
    return result


def take_back(session: Session, *, review: Review, project: Project, user_id: UUID, now: datetime) -> Result:
    """Undo a decision of the same reviewer, moments after it; it is theirs to decide again. The caller holds the row.

    Raises `too-late` (409) after that, or when the task waits for another review by now.
    """
    recent = review.decided_at is not None and now - review.decided_at < TAKE_BACK
    if review.state != "decided" or review.decided_by != user_id or not recent:
        raise conflict("too-late", "Only your own last decision can be taken back, within two minutes.")
    if waiting_of(session, review.task_id) is not None:
        raise conflict("too-late", "The client has disputed the result meanwhile. It is in the queue again.")
    result = session.get_one(Result, review.task_id, with_for_update=True, populate_existing=True)
    before = review.before
    result.value, result.confidence, result.method = before["value"], before["confidence"], before["method"]
    result.review, result.concluded_at = "waiting", datetime.fromisoformat(before["concluded_at"])
    review.state, review.decided_by, review.decided_at, review.before = "waiting", None, None, {}
    _claimed(session, review, user_id, now)
    tell(session, project, [result], now)
    return result


def lapse(
    session: Session, *, now: datetime, project_id: UUID | None = None, limit: int = 500
) -> list[Result]:
    """Let reviews that nobody decided in time (or all that wait in a project that ends) go; return their results.

    Each result stays what the answers made it, and says that nobody looked.
    """
    over = Review.due_at <= now if project_id is None else Review.project_id == project_id
    reviews = session.scalars(
        select(Review)
        .where(Review.state == "waiting", over)
        .order_by(Review.due_at)
        .limit(limit if project_id is None else None)
        .with_for_update(skip_locked=project_id is None)
    ).all()
    found = []
    for review in reviews:
        result = session.get_one(Result, review.task_id, with_for_update=True, populate_existing=True)
        review.state, review.claimed_by, review.claimed_until = "lapsed", None, None
        # A person had decided it before it was disputed: that stands.
        result.review = "decided" if result.method == METHOD else "unreviewed"
        if result.review == "unreviewed" and not result.method.endswith(UNREVIEWED):
            result.method += UNREVIEWED
        found.append(result)
    session.flush()
    for result in found:
        tell(session, session.get_one(Project, result.project_id), [result], now)
    return found


def settle(session: Session, task_ids: Sequence[UUID]) -> list[UUID]:
    """Take tasks that have become sure by themselves out of the queue, where nobody is looking at them.

    Return which were. Their results are the caller's.
    """
    if not task_ids:
        return []
    rows = session.execute(
        update(Review)
        .where(
            Review.task_id.in_(task_ids),
            Review.state == "waiting",
            Review.why == "unsure",
            Review.claimed_by.is_(None),
        )
        .values(state="settled")
        .returning(Review.task_id)
        .execution_options(synchronize_session="fetch")
    )
    return [row[0] for row in rows]


def tell(session: Session, project: Project, results: Iterable[Result], now: datetime) -> None:
    """Record in the project's stream that results told before are others now, or final."""
    data = [
        {
            "task": result.client_task_id,
            "result": result.value,
            "confidence": round(result.confidence or 0.0, 4),
            "answers": result.answers,
            "method": result.method,
            "review": result.review,
            "revised": True,
        }
        for result in results
    ]
    record_events(session, project=project, kind="result", data=data, now=now)
