"""Projects and their tasks: made, quoted, launched, paused, resumed, cancelled, looked at."""

import io
import math
from datetime import datetime
from typing import Protocol

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app import clock, ids
from app.api import schemas
from app.api.caller import CallerDep, Doing, DoingDep, DoingTasksDep, read_id
from app.api.examples import PROJECT_BODY, TASKS_BODY
from app.api.paging import AfterQuery, LimitQuery, cursor
from app.api.problems import responses
from app.api.v1 import figures
from app.db import SessionDep
from app.errors import AppError, Pointer
from app.operations import create, launch
from app.operations import quote as quotes
from app.operations.expect import Expectation, expect
from app.payments import ledger, pricing
from app.tasks import loading
from app.tasks import service as tasks
from app.tasks.models import Project

router = APIRouter(prefix="/projects", tags=["Projects"])

_MOST_FAULTS_IN_PROBLEM = 100


def _shown(project: Project) -> dict[str, object]:
    return {
        "id": ids.show("prj", project.id),
        "name": project.name,
        "kind": project.kind,
        "state": project.state,
        "languages": project.languages,
        "countries": project.countries,
        "created_at": project.created_at,
        "launched_at": project.launched_at,
        "ended_at": project.ended_at,
        "deadline": project.deadline,
    }


def _detail(session: Session, project: Project) -> schemas.ProjectDetail:
    return schemas.ProjectDetail.model_validate(
        {
            **_shown(project),
            "spec": project.spec,
            "progress": figures.progress(session, project),
            "spend": figures.spend(session, project),
            "quality": figures.quality(session, project),
            "forecast": figures.forecast(session, project, clock.now()),
        }
    )


def _locked(doing: Doing, project_id: str) -> Project:
    return launch.project_of(doing.session, doing.caller.client_id, read_id("prj", project_id))


@router.post(
    "",
    operation_id="createProject",
    status_code=201,
    response_model=schemas.ProjectDetail,
    responses=responses(400, 401, 409, 413, 422, 429),
    openapi_extra={"requestBody": PROJECT_BODY},
)
def create_project(doing: DoingDep) -> Response:
    """Make a project, as a draft."""
    project = create.create_project(
        doing.session,
        client_id=doing.caller.client_id,
        body=doing.json(),
        now=doing.now,
        actor=doing.caller.actor,
    )
    return doing.answer(201, _detail(doing.session, project))


@router.get(
    "",
    operation_id="listProjects",
    responses=responses(401, 422, 429),
)
def list_projects(
    caller: CallerDep, session: SessionDep, limit: LimitQuery = 20, starting_after: AfterQuery = None
) -> schemas.ProjectPage:
    """List projects, newest first."""
    found = tasks.projects_of(
        session, client_id=caller.client_id, limit=limit + 1, starting_after=cursor("prj", starting_after)
    )
    shown = [schemas.Project.model_validate(_shown(project)) for project in found[:limit]]
    return schemas.ProjectPage(data=shown, has_more=len(found) > limit)


@router.get(
    "/{project_id}",
    operation_id="getProject",
    responses=responses(401, 404, 429),
)
def get_project(project_id: str, caller: CallerDep, session: SessionDep) -> schemas.ProjectDetail:
    """Show a project: state, progress, spend by part, quality so far, and when it will be finished."""
    project = tasks.project_of(session, project_id=read_id("prj", project_id), client_id=caller.client_id)
    return _detail(session, project)


@router.post(
    "/{project_id}/tasks",
    operation_id="addTasks",
    response_model=schemas.TasksAdded,
    responses=responses(400, 401, 402, 404, 409, 413, 415, 422, 429),
    openapi_extra={"requestBody": TASKS_BODY},
)
def add_tasks(project_id: str, doing: DoingTasksDep) -> Response:
    """Add tasks from a JSON list, NDJSON or CSV. Faulty lines are named and the others added.

    The same `id` with the same data changes nothing. When every line is faulty nothing is added, and the
    answer is 422. A launched project reserves what the new tasks cost, or refuses them all (402).
    """
    project = _locked(doing, project_id)
    lines = loading.read(io.BytesIO(doing.body), doing.content_type, bare=quotes.asks_all_alike(project))
    report = create.add_tasks(doing.session, project=project, lines=lines, now=doing.now)
    if report.failed and not report.added and not report.unchanged:
        raise _nothing_added(report)
    errors = [
        schemas.LineFault(line=fault.line, id=fault.id, pointer=fault.pointer, detail=fault.message)
        for fault in report.errors
    ]
    added = schemas.TasksAdded(
        added=report.added, unchanged=report.unchanged, failed=report.failed, errors=errors
    )
    return doing.answer(200, added)


def _nothing_added(report: tasks.AddReport) -> AppError:
    faults = report.errors[:_MOST_FAULTS_IN_PROBLEM]
    return AppError(
        "invalid",
        422,
        f"No task was added: all {report.failed} lines are faulty. The first, line {faults[0].line}: "
        f"{faults[0].message}",
        {"failed": report.failed},
        [Pointer(f"/{fault.line}{fault.pointer}", fault.message) for fault in faults],
    )


@router.post(
    "/{project_id}/quote",
    operation_id="quoteProject",
    response_model=schemas.Quote,
    responses=responses(401, 404, 409, 413, 422, 429),
)
def quote_project(project_id: str, doing: DoingDep) -> Response:
    """Say what launching the project now would reserve, by part, the segments by language, and what to expect."""
    project = tasks.project_of(
        doing.session, project_id=read_id("prj", project_id), client_id=doing.caller.client_id
    )
    quote = quotes.quote(doing.session, project=project)
    credit = ledger.client_credit(doing.session, client_id=project.client_id, currency=project.currency)
    expected = expect(
        doing.session, project=project, tasks=quote.cost.tasks, places=quote.cost.places, now=doing.now
    )
    return doing.answer(200, _quoted(project, quote, credit, expected))


def _quoted(project: Project, quote: quotes.Quote, credit_minor: int, expected: Expectation) -> schemas.Quote:
    cost = quote.cost
    return schemas.Quote(
        currency=cost.currency,
        tasks=cost.tasks,
        places=cost.places,
        gold_places=cost.gold_places,
        lesson_messages=cost.lesson_messages,
        expected_answers=math.ceil(expected.answers),
        total_minor=cost.total_minor,
        parts=schemas.CostParts(
            pay_minor=cost.pay_minor, fee_minor=cost.fee_minor, airtime_minor=cost.airtime_minor
        ),
        checks=_checks(quote.checks),
        per_task_minor=-(-cost.total_minor // cost.tasks) if cost.tasks else None,
        segments={
            language: schemas.Segments(mean=round(mean, 3), longest=quote.longest_segments[language])
            for language, mean in quote.mean_segments.items()
        },
        credit_minor=credit_minor,
        sufficient_credit=credit_minor >= cost.total_minor,
        spend_cap_minor=project.spend_cap_minor,
        net_pay_per_hour_minor=expected.net_pay_per_hour_minor,
        pay_floor_per_hour_minor=expected.pay_floor_per_hour_minor,
        under_pay_floor=expected.under_pay_floor,
        accuracy=expected.accuracy,
        finished_in_s=expected.finished_in_s,
        basis=expected.basis,
        unknown=expected.unknown,
    )


def _checks(cost: pricing.Quote | None) -> schemas.CheckCosts:
    if cost is None:
        return schemas.CheckCosts(at_most=0, pay_minor=0, fee_minor=0, airtime_minor=0)
    return schemas.CheckCosts(
        at_most=cost.places,
        pay_minor=cost.pay_minor,
        fee_minor=cost.fee_minor,
        airtime_minor=cost.airtime_minor,
    )


_DEED_ERRORS = responses(401, 402, 404, 409, 413, 422, 429)


@router.post(
    "/{project_id}/launch",
    operation_id="launchProject",
    response_model=schemas.ProjectDetail,
    responses=_DEED_ERRORS,
)
def launch_project(project_id: str, doing: DoingDep) -> Response:
    """Launch a draft: reserve its budget from the credit, and offer its tasks."""
    return _do(launch.launch, project_id, doing)


@router.post(
    "/{project_id}/pause",
    operation_id="pauseProject",
    response_model=schemas.ProjectDetail,
    responses=_DEED_ERRORS,
)
def pause_project(project_id: str, doing: DoingDep) -> Response:
    """Offer no more. Questions already out may still be answered, and are paid."""
    return _do(launch.pause, project_id, doing)


@router.post(
    "/{project_id}/resume",
    operation_id="resumeProject",
    response_model=schemas.ProjectDetail,
    responses=_DEED_ERRORS,
)
def resume_project(project_id: str, doing: DoingDep) -> Response:
    """Offer again."""
    return _do(launch.resume, project_id, doing)


@router.post(
    "/{project_id}/cancel",
    operation_id="cancelProject",
    response_model=schemas.ProjectDetail,
    responses=_DEED_ERRORS,
)
def cancel_project(project_id: str, doing: DoingDep) -> Response:
    """End the project. What is already out is still paid; what is left is refunded after it."""
    return _do(launch.cancel, project_id, doing)


class _Deed(Protocol):
    def __call__(self, session: Session, *, project: Project, now: datetime, actor: str) -> None: ...


def _do(deed: _Deed, project_id: str, doing: Doing) -> Response:
    project = _locked(doing, project_id)
    deed(doing.session, project=project, now=doing.now, actor=doing.caller.actor)
    return doing.answer(200, _detail(doing.session, project))
