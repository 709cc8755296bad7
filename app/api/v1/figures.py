"""A project's figures for its client: what it has cost so far by part, and how good the answers are.

Reads only, across the rooms of tasks and payments, for one project already known to be the caller's.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.api import schemas
from app.operations import forecast as forecasts
from app.operations import launch
from app.payments import ledger
from app.payments.models import LedgerAccount, LedgerTransaction, Posting
from app.tasks import service as tasks
from app.tasks.models import UNSURE, Answer, Project, Result, Task


def progress(session: Session, project: Project) -> schemas.Progress:
    """Return how far the project is."""
    counted = tasks.progress(session, project.id)
    return schemas.Progress(
        tasks=counted.tasks,
        tasks_finished=counted.finished,
        places=counted.places,
        answered=counted.answered,
        live=counted.live,
        unsure=counted.unsure,
        results=counted.results,
        in_review=counted.in_review,
    )


def forecast(session: Session, project: Project, now: datetime) -> schemas.Forecast:
    """Return when the project will be finished."""
    return schemas.Forecast.model_validate(asdict(forecasts.forecast_of(session, project, now)))


def spend(session: Session, project: Project) -> schemas.Spend:
    """Return what was reserved and what became of it: from the ledger, and what has fallen due but is not yet in it.

    Workers' pay is in the ledger at once; the fee and the airtime are charged when the project is settled, and
    until then reckoned as they will be.
    """
    moved = ledger.project_spend(session, project_id=project.id, currency=project.currency)
    reserved, pay = moved.get("reserve", 0), -moved.get("answer", 0)
    settled = _settlement(session, project)
    if settled is not None:
        fee, airtime = settled.get(ledger.FEE_INCOME, 0), settled.get(ledger.AIRTIME_INCOME, 0)
        refunded = settled.get(ledger.CLIENT_CREDIT, 0)
    else:
        fee = launch.fee_due(session, project)
        airtime = launch.airtime_spent(session, project.id, project.currency)
        refunded = 0
    return schemas.Spend(
        currency=project.currency,
        reserved_minor=reserved,
        pay_minor=pay,
        fee_minor=fee,
        airtime_minor=airtime,
        refunded_minor=refunded,
        spent_minor=pay + fee + airtime,
        settled=settled is not None,
    )


def _settlement(session: Session, project: Project) -> dict[str, int] | None:
    rows = session.execute(
        select(LedgerAccount.kind, func.sum(Posting.amount_minor))
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(LedgerTransaction.reference == f"settle:{project.id}")
        .group_by(LedgerAccount.kind)
    ).all()
    return {kind: int(amount) for kind, amount in rows} or None


def quality(session: Session, project: Project) -> schemas.Quality:
    """Return how far workers agree so far, over results that rest on answers, and how they do on gold."""
    results, agreement = session.execute(
        select(func.count(), func.avg(Result.confidence)).where(
            Result.project_id == project.id, Result.answers > 0
        )
    ).one()
    gold, right = session.execute(
        select(func.count(), func.count().filter(Answer.value == Task.gold))
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.project_id == project.id, Answer.gold, Answer.value != UNSURE, Task.gold.is_not(None))
    ).one()
    return schemas.Quality(
        results=results,
        mean_agreement=None if agreement is None else round(float(agreement), 4),
        gold_answers=gold,
        gold_accuracy=round(right / gold, 4) if gold else None,
    )
