"""Running a project: launch (which funds every place), pause, resume, cancel, finish and settle."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from app import outbox, pricelist
from app.accounts import audit
from app.channels.models import Message
from app.errors import AppError, conflict
from app.ids import show
from app.operations import judge, texts_decided
from app.operations.funding import Funding, airtime_reserved, fund, wanted
from app.operations.quote import asks_all_alike, check_cost, fee_each, place_cost
from app.payments import ledger
from app.payments.models import LedgerTransaction
from app.payments.money import micros_to_minor
from app.tasks import service as tasks
from app.tasks.free_text import text_kind
from app.tasks.judgement import reviews
from app.tasks.loading import TaskItem
from app.tasks.models import CHECK, Answer, Assignment, Project, Task
from app.webhooks import service as webhooks

# The task of a survey that needs no data, when its client gives none.
ONLY_TASK = "survey"


def launch(session: Session, *, project: Project, now: datetime, actor: str) -> None:
    """Reserve what all places may cost and open the project to workers.

    A survey whose questions need no data, and that was given no task, gets one. Raises `no-tasks`, `too-few-gold`,
    `insufficient-credit` (402) with what is missing, `over-spend-cap` or `wrong-state`.
    """
    if project.state != "draft":
        raise conflict("wrong-state", f"The project is {project.state}; only a draft can be launched.")
    if asks_all_alike(project) and tasks.progress(session, project.id).tasks == 0:
        only = TaskItem(1, ONLY_TASK, {})
        tasks.add_tasks(session, project=project, lines=[only], now=now)
    if wanted(session, project).tasks == 0:
        raise conflict(
            "no-tasks", "The project has no tasks that want a result yet. Add tasks, then launch it."
        )
    cost = place_cost(session, project)
    project.place_pay_minor, project.place_fee_minor = cost.pay_minor, cost.fee_minor
    project.place_airtime_minor = cost.airtime_minor
    project.check_fee_minor = check_cost(session, project).fee_minor if project.check_pay_minor else 0
    fund(session, project=project, before=Funding(), reference="launch", now=now)
    tasks.set_state(session, project=project, to="running", now=now)
    _noted(session, project, "launched", actor, now)
    outbox.ring(session, "assignment")


def pause(session: Session, *, project: Project, now: datetime, actor: str) -> None:
    """Stop offering. Questions already out can still be answered and are paid."""
    tasks.set_state(session, project=project, to="paused", now=now)
    _noted(session, project, "paused", actor, now)


def resume(session: Session, *, project: Project, now: datetime, actor: str) -> None:
    """Offer again."""
    if project.state != "paused":
        raise conflict("wrong-state", f"The project is {project.state}; only a paused one can be resumed.")
    tasks.set_state(session, project=project, to="running", now=now)
    _noted(session, project, "resumed", actor, now)
    outbox.ring(session, "assignment")


def cancel(session: Session, *, project: Project, now: datetime, actor: str) -> None:
    """End the project. Questions already out are still taken and paid; what is left is refunded after them."""
    tasks.set_state(session, project=project, to="cancelled", now=now)
    _noted(session, project, "cancelled", actor, now)
    outbox.ring(session, "timeouts")


def end_due(session: Session, now: datetime) -> int:
    """Finish and settle every project that has nothing more to wait for; return how many.

    A running one is over when no task is open and no result waits for a person, or at its deadline when no question
    is out any more; a cancelled one when no question is out.
    """
    over = [project for project in session.scalars(_unsettled()) if _is_over(session, project, now)]
    for project in over:
        if project.state in {"running", "paused"}:
            tasks.set_state(session, project=project, to="finished", now=now)
            _noted(session, project, "finished", "system", now)
        texts_decided.close(session, project=project, now=now)
        judge.finish(session, project=project, now=now)
        reviews.lapse(session, now=now, project_id=project.id)
        session.refresh(project)
        settle(session, project=project, now=now)
    return len(over)


def _unsettled() -> Select[Project]:
    """Return the query of launched projects whose reserve is not settled yet, locked: few, however many ended."""
    settled = exists().where(LedgerTransaction.reference == func.concat("settle:", Project.id))
    cancelled = (Project.state == "cancelled") & Project.launched_at.is_not(None) & ~settled
    return (
        select(Project)
        .where(Project.state.in_(("running", "paused")) | cancelled)
        .with_for_update(key_share=True, skip_locked=True)
    )


def _is_over(session: Session, project: Project, now: datetime) -> bool:
    """Say whether nothing is left to wait for; each question is one look into an index."""
    over = project.state == "cancelled" or (project.deadline is not None and project.deadline <= now)
    if not over and (
        not tasks.project_is_done(session, project.id) or reviews.pending(session, project.id, now)
    ):
        return False
    # Questions whose answers are known may still be out when every task is concluded.
    out = select(Assignment.id).where(Assignment.project_id == project.id, Assignment.state == "offered")
    if session.scalar(out.limit(1)) is not None:
        return False
    again = not over and project.state == "running"
    return not (again and judge.goes_on(session, project=project, now=now))


def settle(session: Session, *, project: Project, now: datetime) -> None:
    """Charge the fee for paid answers and the airtime spent, and give the rest of the reserve back."""
    fee = fee_due(session, project)
    airtime = airtime_spent(session, project.id, project.currency)
    if project.launched_at is not None:
        ledger.settle_project(
            session,
            project_id=project.id,
            client_id=project.client_id,
            fee_minor=fee,
            airtime_minor=airtime,
            airtime_reserved_minor=airtime_reserved(session, project),
            currency=project.currency,
            now=now,
        )


def fee_due(session: Session, project: Project) -> int:
    """Return the fee for what was paid so far: each answer's, and each check's of its own."""
    paid = (
        select(func.count()).select_from(Answer).where(Answer.project_id == project.id, Answer.pay_minor > 0)
    )
    answers = session.scalar(paid) or 0
    if not project.check_fee_minor:
        return answers * fee_each(project)
    is_check = exists().where(Task.id == Answer.task_id, Task.step == CHECK)
    checks = session.scalar(paid.where(is_check)) or 0
    of_text = project.place_fee_minor - text_kind.checks_at_most(project.spec) * project.check_fee_minor
    return (answers - checks) * of_text + checks * project.check_fee_minor


def airtime_spent(session: Session, project_id: UUID, currency: str) -> int:
    """Return what the project's messages cost so far, both ways, in minor units of its currency, rounded up."""
    rows = session.execute(
        select(Message.price_currency, func.sum(Message.price_micros))
        .where(Message.project_id == project_id, Message.sent_at.is_not(None) | (Message.direction == "in"))
        .group_by(Message.price_currency)
    )
    micros = sum(
        pricelist.convert_micros(int(total), price_currency, currency) for price_currency, total in rows
    )
    return micros_to_minor(micros, currency)


def project_of(session: Session, client_id: UUID | None, project_id: UUID) -> Project:
    """Return the project, locked against a second launch, pause or end. Raises `not-found` for another tenant's."""
    statement = select(Project).where(Project.id == project_id).with_for_update(key_share=True)
    if client_id is not None:
        statement = statement.where(Project.client_id == client_id)
    project = session.scalar(statement)
    if project is None:
        raise AppError(
            "not-found", 404, f"There is no project {show('prj', project_id)!r} here. Check the id."
        )
    return project


def _noted(session: Session, project: Project, what: str, actor: str, now: datetime) -> None:
    shown = show("prj", project.id)
    audit.record(session, actor=actor, action=f"project.{what}", subject=shown, data={}, now=now)
    webhooks.notify(
        session, client_id=project.client_id, event=f"project.{what}", data={"project": shown}, now=now
    )
