"""The projects: the list, and one project live, its results as a file, disputes; pause, resume and cancel.

A client's own people see theirs alone.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock, db, exports, ids
from app.console import pages
from app.console.auth import Admin, Disputing, OfProjects, Visitor
from app.console.queries import projects, standings
from app.db import SessionDep
from app.errors import AppError, Pointer, invalid
from app.operations import launch, reviewing
from app.operations.forecast import forecast_of
from app.tasks import results as outcomes
from app.tasks.surveys.outcome import spread
from app.tasks.training import gold

router = APIRouter(prefix="/projects")


@router.get("")
def show_all(
    request: Request, session: SessionDep, who: OfProjects, after: Annotated[str, Query(max_length=40)] = ""
) -> HTMLResponse:
    """The list, newest first."""
    behind = ids.read("prj", after) if after else None
    lines = projects.projects(session, client_id=who.client_id, after=behind)
    more = ids.show("prj", lines[-1].project.id) if len(lines) == projects.PAGE_LENGTH else None
    return pages.page(request, "projects.html", who, lines=lines, more=more)


@router.get("/{shown_id}")
def show(request: Request, shown_id: str, session: SessionDep, who: OfProjects) -> HTMLResponse:
    """One project."""
    return _page(request, session, who, ids.read("prj", shown_id))


def _page(
    request: Request, session: Session, who: Visitor, project_id: UUID, typed: pages.Typed | None = None
) -> HTMLResponse:
    seen = _seen(session, project_id, who)
    seen["gold"], seen["standings"] = gold.stock(session, project_id), standings.held(session, project_id)
    status = typed.status if typed else 200
    return pages.page(request, "project.html", who, status=status, **seen, typed=typed or pages.Typed())


def _seen(session: Session, project_id: UUID, who: Visitor) -> dict[str, Any]:
    line = projects.project(session, project_id, client_id=who.client_id)
    airtime = launch.airtime_spent(session, project_id, line.project.currency)
    return {
        "line": line,
        "project": line.project,
        "progress": line.progress,
        "quality": projects.quality(session, project_id),
        "answers": projects.answer_counts(session, project_id),
        "spend": projects.spend(session, line.project, airtime),
        "results": projects.results(session, project_id),
        "reviews": projects.for_review(session, project_id),
        "spread": spread(session, line.project) if line.project.kind == "survey" else {},
        "forecast": forecast_of(session, line.project, clock.now()),
    }


@router.get("/{shown_id}/results.csv")
def download(shown_id: str, session: SessionDep, who: OfProjects) -> Response:
    """All results so far as the file that its client gets by the API."""
    project_id = projects.project(session, ids.read("prj", shown_id), client_id=who.client_id).project.id
    return exports.response("csv", f"{shown_id}-results", outcomes.RESULT_COLUMNS, _rows(project_id), None)


def _rows(project_id: UUID) -> exports.Page:
    def page(after: UUID | None) -> tuple[list[exports.Row], UUID | None]:
        with db.transaction() as session:
            found, more = outcomes.results_page(
                session, project_id, limit=exports.PAGE_ROWS, starting_after=after
            )
        return [outcomes.result_row(result) for result in found], found[-1].task_id if more else None

    return page


def regions(project_id: UUID, session: Session, who: Visitor) -> dict[str, str]:
    """Return the live parts of a project's page."""
    seen = _seen(session, project_id, who)
    return {
        name: pages.render(f"parts/project_{name}.html", who=who, **seen)
        for name in ("state", "progress", "answers", "spend", "results")
    }


@router.post("/{shown_id}/dispute")
def dispute(
    request: Request,
    shown_id: str,
    session: SessionDep,
    who: Disputing,
    task: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Let a person look at a result that its client does not believe; the reviewer reads why."""
    project = launch.project_of(session, who.client_id, ids.read("prj", shown_id))
    try:
        _check_dispute(task, why)
        reviewing.dispute(
            session, project=project, client_task_id=task.strip(), why=why, actor=who.actor, now=clock.now()
        )
    except AppError as refused:
        error = refused
        if refused.status == 404:
            message = "There is no such task in this project. Copy its id from the results."
            error = invalid(message, [Pointer("/task", message)])
        typed = pages.Typed.refused("dispute", error, task=task, why=why)
        return _page(request, session, who, project.id, typed)
    return pages.back_to(f"{pages.PREFIX}/projects/{shown_id}", "disputed")


def _check_dispute(task: str, why: str) -> None:
    if not task.strip():
        message = "Say which task, by its id in the results."
        raise invalid(message, [Pointer("/task", message)])
    if not 0 < len(why.strip()) <= reviewing.LONGEST_WORDS:
        message = f"Say why in 1 to {reviewing.LONGEST_WORDS} characters: who reviews it reads that."
        raise invalid(message, [Pointer("/why", message)])


_DEEDS = {
    "pause": (launch.pause, "paused"),
    "resume": (launch.resume, "resumed"),
    "cancel": (launch.cancel, "cancelled"),
}


@router.post("/{shown_id}/{deed}")
def act(shown_id: str, deed: str, session: SessionDep, who: Admin) -> Response:
    """Pause, resume or cancel."""
    if deed not in _DEEDS:
        raise AppError("not-found", 404, f"A project cannot be told to {deed!r}.")
    verb, done = _DEEDS[deed]
    project = launch.project_of(session, None, ids.read("prj", shown_id))
    verb(session, project=project, now=clock.now(), actor=who.actor)
    return pages.back_to(f"{pages.PREFIX}/projects/{shown_id}", done)
