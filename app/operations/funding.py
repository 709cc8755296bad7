"""What a project's places, gold and lessons are funded with: reckoned for a quote, reserved at launch and for more.

Gold tasks open places as they are given, up to a limit that is reserved beforehand; practice questions cost airtime
alone. What is not used goes back to the client when the project is settled.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import conflict
from app.payments import ledger
from app.tasks.models import CHECK, STOCK, Project, Task
from app.tasks.training import teaching, trust


@dataclass(frozen=True)
class Funding:
    """How many tasks want a result, how many places they and the gold tasks may open, how many lessons are sent."""

    tasks: int = 0
    places: int = 0
    gold_tasks: int = 0
    gold_places: int = 0
    lesson_messages: int = 0


def wanted(session: Session, project: Project) -> Funding:
    """Return what the project's tasks want to be funded with, never less than it is."""
    ordinary, gold_tasks = _counts(session, project.id)
    exam = teaching.exam_of(project.spec)
    funded = trust.funded(
        places=ordinary * project.most_places,
        gold_tasks=gold_tasks,
        wanted=teaching.gold_share(project.spec),
        exam=(exam.questions, exam.workers) if exam else None,
        lessons=len(teaching.lessons_of(project.spec)),
    )
    return Funding(
        ordinary,
        ordinary * project.most_places,
        gold_tasks,
        gold_tasks * max(funded.limit, project.gold_limit),
        max(funded.lesson_messages, project.lesson_messages),
    )


def held(session: Session, project: Project) -> Funding:
    """Return what a launched project is funded with."""
    ordinary, gold_tasks = _counts(session, project.id)
    return Funding(
        ordinary,
        ordinary * project.most_places,
        gold_tasks,
        gold_tasks * project.gold_limit,
        project.lesson_messages,
    )


def _counts(session: Session, project_id: UUID) -> tuple[int, int]:
    stocked = Task.state.in_(STOCK)
    row = session.execute(
        select(func.count().filter(~stocked), func.count().filter(stocked)).where(
            Task.project_id == project_id, Task.step != CHECK
        )
    ).one()
    return int(row[0]), int(row[1])


def fund(session: Session, *, project: Project, before: Funding, reference: str, now: datetime) -> None:
    """Reserve what the project wants beyond what was held before, and let it open that much.

    Raises `insufficient-credit` (402), `over-spend-cap` (409) where all that is reserved would be more than the client
    allows, or `too-few-gold` (409) where an exam has more questions than there is gold.
    """
    after = wanted(session, project)
    exam = teaching.exam_of(project.spec)
    if exam is not None and after.gold_tasks < exam.questions:
        raise conflict(
            "too-few-gold",
            f"The exam has {exam.questions} questions, and the project has {after.gold_tasks} gold tasks to take them "
            "from. Add tasks with gold; twice as many let those who fail try again.",
        )
    _check_cap(project, after)
    project.gold_limit = after.gold_places // after.gold_tasks if after.gold_tasks else project.gold_limit
    project.lesson_messages = after.lesson_messages
    project.gated = exam is not None or bool(teaching.lessons_of(project.spec))
    project.teaches = project.gated or project.gold_limit > 0
    amount = _cost(project, after) - _cost(project, before)
    if amount:
        ledger.reserve(
            session,
            client_id=project.client_id,
            project_id=project.id,
            amount_minor=amount,
            currency=project.currency,
            reference=f"reserve:{project.id}:{reference}",
            now=now,
        )


def _cost(project: Project, funded: Funding) -> int:
    """Return what so much is reserved at, in minor units."""
    each = project.place_pay_minor + project.place_fee_minor + project.place_airtime_minor
    return (funded.places + funded.gold_places) * each + funded.lesson_messages * project.place_airtime_minor


def _check_cap(project: Project, after: Funding) -> None:
    cap, cost = project.spend_cap_minor, _cost(project, after)
    if cap is not None and cost > cap:
        raise conflict(
            "over-spend-cap",
            f"The project may cost {cost} {project.currency} (minor units), more than its spend_cap of {cap}. "
            "Make it smaller, or make a project with a higher cap.",
        )


def airtime_reserved(session: Session, project: Project) -> int:
    """Return what a launched project has reserved for messages, in minor units."""
    funded = held(session, project)
    return (funded.places + funded.gold_places + funded.lesson_messages) * project.place_airtime_minor
