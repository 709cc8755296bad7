"""The projects: the list, and one project live, with pause, resume and cancel."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock, db, exports, ids
from app.console import pages
from app.console.auth import Admin, Staff, Visitor
from app.console.queries import projects, standings
from app.db import SessionDep
from app.errors import AppError
from app.operations import launch
from app.operations.forecast import forecast_of
from app.tasks import results as outcomes
from app.tasks.surveys.outcome import spread
from app.tasks.training import gold

router = APIRouter(prefix="/projects")


@router.get("")
def show_all(
    request: Request, session: SessionDep, who: Staff, after: Annotated[str, Query(max_length=40)] = ""
) -> HTMLResponse:
    """The list, newest first."""
    lines = projects.projects(session, after=ids.read("prj", after) if after else None)
    more = ids.show("prj", lines[-1].project.id) if len(lines) == projects.PAGE_LENGTH else None
    return pages.page(request, "projects.html", who, lines=lines, more=more)


@router.get("/{shown_id}")
def show(request: Request, shown_id: str, session: SessionDep, who: Staff) -> HTMLResponse:
    """One project."""
    project_id = ids.read("prj", shown_id)
    seen = _seen(session, project_id)
    seen["gold"], seen["standings"] = gold.stock(session, project_id), standings.held(session, project_id)
    return pages.page(request, "project.html", who, **seen)


def _seen(session: Session, project_id: UUID) -> dict[str, Any]:
    line = projects.project(session, project_id)
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
def download(shown_id: str, session: SessionDep, who: Staff) -> Response:
    """All results so far as the file that its client gets by the API."""
    del who
    project_id = projects.project(session, ids.read("prj", shown_id)).project.id
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
    seen = _seen(session, project_id)
    return {
        name: pages.render(f"parts/project_{name}.html", who=who, **seen)
        for name in ("state", "progress", "answers", "spend", "results")
    }


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
