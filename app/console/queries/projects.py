"""What the projects' screens show: progress, answers, agreement, spend by part, the results so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Client
from app.errors import not_found
from app.ids import show
from app.operations import launch
from app.payments import ledger
from app.tasks.models import CHECK, STOCK, UNSURE, Answer, Assignment, Project, Result, Review, Task
from app.tasks.quality.texts import MEDOID

PAGE_LENGTH = 50


@dataclass(frozen=True)
class Progress:
    """How far a project has come."""

    tasks: int
    finished: int
    places: int
    answered: int
    live: int
    unsure: int


@dataclass(frozen=True)
class ProjectLine:
    """One project in the list."""

    project: Project
    client: str
    progress: Progress


@dataclass(frozen=True)
class Quality:
    """How the answers agree: means over the tasks concluded so far; None before the first."""

    confidence: float | None
    unanimous: float | None
    late: int
    skipped: int
    expired: int


@dataclass(frozen=True)
class ResultLine:
    """One result, and the review of it that waits for a person, if one does."""

    result: Result
    review: Review | None


@dataclass(frozen=True)
class Reviews:
    """How many results wait for a person; `disputed` of them because the client said so."""

    waiting: int
    disputed: int


@dataclass(frozen=True)
class Spend:
    """A project's money by part, in minor units of its currency."""

    reserved: int
    pay: int
    fee: int
    airtime: int
    refunded: int
    left: int

    @property
    def spent(self) -> int:
        """What the project has cost so far."""
        return self.pay + self.fee + self.airtime


def projects(
    session: Session, *, client_id: UUID | None = None, after: UUID | None = None
) -> Sequence[ProjectLine]:
    """Return a page of the projects, newest first: of one client where `client_id` is given, older than `after`."""
    statement = (
        select(Project, Client.name)
        .join(Client, Client.id == Project.client_id)
        .order_by(Project.id.desc())
        .limit(PAGE_LENGTH)
    )
    if client_id is not None:
        statement = statement.where(Project.client_id == client_id)
    if after is not None:
        statement = statement.where(Project.id < after)
    rows = session.execute(statement).all()
    progress = _progress(session, [project.id for project, _ in rows])
    return [ProjectLine(project, client, progress[project.id]) for project, client in rows]


def project(session: Session, project_id: UUID, *, client_id: UUID | None = None) -> ProjectLine:
    """Return one project. Raises `not-found`, also for another client's where `client_id` is given."""
    statement = (
        select(Project, Client.name)
        .join(Client, Client.id == Project.client_id)
        .where(Project.id == project_id)
    )
    if client_id is not None:
        statement = statement.where(Project.client_id == client_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise not_found("project", show("prj", project_id))
    return ProjectLine(row[0], row[1], _progress(session, [project_id])[project_id])


def _progress(session: Session, project_ids: Sequence[UUID]) -> dict[UUID, Progress]:
    rows = session.execute(
        select(
            Task.project_id,
            func.count(),
            func.count().filter(Task.state == "finished"),
            func.sum(Task.places),
            func.sum(Task.answered),
            func.sum(Task.live),
            func.sum(Task.unsure),
        )
        .where(Task.project_id.in_(project_ids), Task.step != CHECK, Task.state.not_in(STOCK))
        .group_by(Task.project_id)
    )
    found = {row[0]: Progress(*(int(number) for number in row[1:])) for row in rows}
    return {identifier: found.get(identifier, Progress(0, 0, 0, 0, 0, 0)) for identifier in project_ids}


def quality(session: Session, project_id: UUID) -> Quality:
    """Return how sure and how agreed the results so far are, and how questions ended that got no answer."""
    votes = (
        select(func.count())
        .select_from(func.jsonb_object_keys(Result.votes).alias("choice"))
        .scalar_subquery()
    )
    confidence, unanimous, concluded = session.execute(
        select(func.avg(Result.confidence), func.count().filter(votes == 1), func.count()).where(
            # A single text has no other to agree with.
            Result.project_id == project_id,
            Result.value.is_not(None),
            (Result.method != MEDOID) | (Result.answers > 1),
        )
    ).one()
    states = (
        select(Assignment.state, func.count())
        .where(Assignment.project_id == project_id)
        .group_by(Assignment.state)
    )
    ended = dict(session.execute(states).all())
    late = session.scalar(
        select(func.count()).select_from(Answer).where(Answer.project_id == project_id, Answer.late)
    )
    return Quality(
        confidence=float(confidence) if concluded else None,
        unanimous=unanimous / concluded if concluded else None,
        late=late or 0,
        skipped=ended.get("skipped", 0),
        expired=ended.get("expired", 0),
    )


def answer_counts(session: Session, project_id: UUID) -> Sequence[tuple[str, int]]:
    """Return how often each value was answered, `unsure` last; of texts, no two alike, how many stand how.

    Answers to known questions are left out.
    """
    is_text = (Project.kind == "text") & (Answer.value != UNSURE)
    shown = case((is_text, Answer.state), else_=Answer.value)
    rows = session.execute(
        select(shown, func.count())
        .join(Task, Task.id == Answer.task_id)
        .join(Project, Project.id == Answer.project_id)
        .where(Answer.project_id == project_id, Task.step != CHECK, Answer.gold.is_(False))
        .group_by(shown)
    ).all()
    return sorted(
        ((value, number) for value, number in rows), key=lambda row: (row[0] == UNSURE, -row[1], row[0])
    )


def results(session: Session, project_id: UUID, limit: int = PAGE_LENGTH) -> Sequence[ResultLine]:
    """Return the latest results, newest first, each with the review of it that waits."""
    rows = session.execute(
        select(Result, Review)
        .outerjoin(Review, (Review.task_id == Result.task_id) & (Review.state == "waiting"))
        .where(Result.project_id == project_id)
        .order_by(Result.concluded_at.desc(), Result.task_id)
        .limit(limit)
    )
    return [ResultLine(result, review) for result, review in rows]


def for_review(session: Session, project_id: UUID) -> Reviews:
    """Return how many results of the project wait for a person, and how many its client disputes."""
    row = session.execute(
        select(func.count(), func.count().filter(Review.why == "client")).where(
            Review.project_id == project_id, Review.state == "waiting"
        )
    ).one()
    return Reviews(row[0], row[1])


def spend(session: Session, of: Project, airtime_minor: int) -> Spend:
    """Return where the project's money went: from the ledger, and airtime so far from its messages."""
    moved: dict[str, Any] = ledger.project_spend(session, project_id=of.id, currency=of.currency)
    reserved, pay = moved.get("reserve", 0), -moved.get("answer", 0)
    fee = launch.fee_due(session, of)
    settled = -moved.get("settle", 0)
    refunded = max(0, settled - fee - airtime_minor) if settled else 0
    return Spend(
        reserved=reserved,
        pay=pay,
        fee=fee,
        airtime=airtime_minor,
        refunded=refunded,
        left=max(0, reserved - pay - fee - airtime_minor - refunded),
    )
