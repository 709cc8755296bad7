"""What the review screens show: what waits for a person, and one result or appeal with all that helps to decide it.

Everything is narrowed to what the visitor may see: a partner's people see only what is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Client
from app.operations import appeals, reviewing
from app.people.models import Appeal, Partner, Worker
from app.tasks import asking
from app.tasks.description import template
from app.tasks.models import Answer, Project, Result, Review, Skill, Task

PAGE_LENGTH = 100

WHY = {
    "unsure": "The answers do not settle it, and more would not.",
    "disputed": "The answers have no majority.",
    "client": "The client disputes the result.",
}
ABOUT = {
    "answer": "A text that was refused",
    "exam": "A failed exam",
    "pause": "A pause in one project",
    "stopped-work": "A pause from all work",
}


@dataclass(frozen=True)
class Waiting:
    """How much waits for a person, and how much of it is overdue."""

    reviews: int
    appeals: int
    overdue: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.reviews + self.appeals


@dataclass(frozen=True)
class ReviewLine:
    """One result in the queue; `taken` while somebody else looks at it."""

    review: Review
    project: str
    task: str
    text: str
    taken: bool
    late: bool


@dataclass(frozen=True)
class AppealLine:
    """One appeal in the queue; `own` where it is against the visitor's own decision."""

    appeal: Appeal
    about: str
    taken: bool
    own: bool
    late: bool


@dataclass(frozen=True)
class Given:
    """One answer to a task under review: whose, what, and how far its worker is trusted in the project.

    `place` is which question of how many it answers, where one message asked several and one text answered them.
    """

    worker_id: UUID
    value: str
    raw: str
    language: str
    seconds: int
    place: tuple[int, int] | None
    skill: float | None
    lower: float | None
    dependent: bool


@dataclass(frozen=True)
class Option:
    """One thing a reviewer may choose: the digit it is chosen by, its value, what it is called."""

    number: int
    value: str
    label: str
    votes: int


@dataclass(frozen=True)
class ReviewSeen:
    """A result under review, whole."""

    review: Review
    project: Project
    client: str
    result: Result
    task: str
    texts: Sequence[tuple[str, str]]
    answers: Sequence[Given]
    options: Sequence[Option]
    several: bool


@dataclass(frozen=True)
class AppealSeen:
    """An appeal, whole: `question` and `text` are what a refused text was asked and said."""

    appeal: Appeal
    about: str
    project: str
    partner: str
    language: str
    question: str
    text: str
    own: bool


def waiting(session: Session, now: datetime, *, partner_id: UUID | None) -> Waiting:
    """Count what waits for the visitor."""
    reviews_, late_reviews = session.execute(
        select(func.count(), func.count().filter(Review.due_at <= now)).where(
            Review.state == "waiting", reviewing.mine(partner_id)
        )
    ).one()
    appeals_, late_appeals = session.execute(
        select(func.count(), func.count().filter(Appeal.due_at <= now)).where(
            Appeal.state == "open", appeals.mine(partner_id)
        )
    ).one()
    return Waiting(reviews_, appeals_, late_reviews + late_appeals)


def reviews(session: Session, now: datetime, *, user_id: UUID, partner_id: UUID | None) -> list[ReviewLine]:
    """Return the results that wait, those due first first."""
    rows = session.execute(
        select(Review, Project, Task)
        .join(Project, Project.id == Review.project_id)
        .join(Task, Task.id == Review.task_id)
        .where(Review.state == "waiting", reviewing.mine(partner_id))
        .order_by(Review.due_at, Review.id)
        .limit(PAGE_LENGTH)
    )
    return [
        ReviewLine(
            review,
            project.name,
            task.client_task_id,
            _texts(project, task)[0][1],
            _is_taken(review.claimed_by, review.claimed_until, user_id, now),
            review.due_at <= now,
        )
        for review, project, task in rows
    ]


def _is_taken(claimed_by: UUID | None, until: datetime | None, user_id: UUID, now: datetime) -> bool:
    return claimed_by not in (None, user_id) and until is not None and until > now


def _texts(project: Project, task: Task) -> list[tuple[str, str]]:
    """Return the question in each language."""
    return [
        (language, template.fill(words, task.data))
        for language, words in project.spec.get("template", {}).items()
    ] or [("", task.client_task_id)]


def review(session: Session, review_id: UUID, *, partner_id: UUID | None) -> ReviewSeen:
    """Return one result under review. Raises `not-found`, also for one that is not theirs to see."""
    found = reviewing.review_of(session, review_id=review_id, partner_id=partner_id)
    project, task = session.get_one(Project, found.project_id), session.get_one(Task, found.task_id)
    answers = _answers(session, found)
    said = [answer.value for answer in answers]
    several = bool(project.spec.get("multiple"))
    named = {choice["value"]: choice["label"] for choice in project.spec.get("choices", [])}
    values = reviewing.options(session, project, task.id)
    return ReviewSeen(
        review=found,
        project=project,
        client=session.scalars(select(Client.name).where(Client.id == found.client_id)).one_or_none()
        or "\u2013",
        result=session.get_one(Result, found.task_id),
        task=task.client_task_id,
        texts=_texts(project, task),
        answers=answers,
        options=[
            Option(number, value, _label(named.get(value), value), _votes(said, value, several=several))
            for number, value in enumerate(values, 1)
        ],
        several=several,
    )


def _label(by_language: dict[str, str] | None, value: str) -> str:
    return (by_language or {}).get("en") or next(iter((by_language or {}).values()), value)


def _votes(said: Sequence[str], value: str, *, several: bool) -> int:
    return sum(value in asking.parted(one) if several else value == one for one in said)


def _answers(session: Session, found: Review) -> list[Given]:
    rows = session.execute(
        select(Answer, Worker.group_id, Skill.skill, Skill.lower)
        .join(Worker, Worker.id == Answer.worker_id)
        .outerjoin(Skill, (Skill.worker_id == Answer.worker_id) & (Skill.project_id == Answer.project_id))
        .where(Answer.task_id == found.task_id)
        .order_by(Answer.answered_at, Answer.id)
    ).all()
    groups = [group for _, group, _, _ in rows if group is not None]
    return [
        Given(
            worker_id=answer.worker_id,
            value=answer.value,
            raw=answer.raw,
            language=answer.language,
            seconds=answer.seconds,
            place=(answer.position + 1, answer.asked) if answer.asked > 1 else None,
            skill=skill,
            lower=lower,
            dependent=group is not None and groups.count(group) > 1,
        )
        for answer, group, skill, lower in rows
    ]


def open_appeals(
    session: Session, now: datetime, *, user_id: UUID, actor: str, partner_id: UUID | None
) -> list[AppealLine]:
    """Return the open appeals, those due first first."""
    rows = session.scalars(
        select(Appeal)
        .where(Appeal.state == "open", appeals.mine(partner_id))
        .order_by(Appeal.due_at, Appeal.id)
        .limit(PAGE_LENGTH)
    )
    return [
        AppealLine(
            appeal,
            ABOUT[appeal.kind],
            _is_taken(appeal.claimed_by, appeal.claimed_until, user_id, now),
            appeal.against == actor,
            appeal.due_at <= now,
        )
        for appeal in rows
    ]


def appeal(session: Session, appeal_id: UUID, *, actor: str, partner_id: UUID | None) -> AppealSeen:
    """Return one appeal. Raises `not-found`, also for one of another partner's people."""
    found = appeals.appeal_of(session, appeal_id=appeal_id, partner_id=partner_id)
    worker = session.get_one(Worker, found.worker_id)
    partner = session.get(Partner, found.partner_id) if found.partner_id else None
    question, said = "", ""
    if found.kind == "answer":
        answer = session.get_one(Answer, found.subject_id)
        task, project = session.get_one(Task, answer.task_id), session.get_one(Project, answer.project_id)
        question, said = _texts(project, task)[0][1], answer.value
    return AppealSeen(
        appeal=found,
        about=ABOUT[found.kind],
        project=appeals.project_name(session, found.project_id),
        partner=partner.name if partner else "\u2013",
        language=worker.language,
        question=question,
        text=said,
        own=found.against == actor,
    )
