"""What a person does about trust: correct a gold that is wrong, pause a worker in a project, let them go on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import select

from app import clock, ids
from app.console import pages, workers_page
from app.console.auth import Admin
from app.db import SessionDep
from app.errors import AppError, Pointer, invalid, not_found
from app.operations import give_back, launch, telling
from app.people.models import Worker
from app.tasks.models import Pause
from app.tasks.training import gold, teaching

router = APIRouter()


@router.post("/projects/{shown_id}/gold")
def correct(
    shown_id: str,
    session: SessionDep,
    who: Admin,
    task: Annotated[str, Form(max_length=200)] = "",
    truth: Annotated[str, Form(max_length=600)] = "",
) -> Response:
    """Put another truth to a gold task; an empty one takes it out of stock. What rested on it is given back."""
    project = launch.project_of(session, None, ids.read("prj", shown_id))
    found = gold.gold_task(session, project=project, client_task_id=task)
    fault = teaching.gold_fault(project.spec, truth) if truth else None
    if fault:
        raise invalid(fault, [Pointer("/truth", fault)])
    give_back.correct_gold(
        session, project=project, task=found, truth=truth or None, now=clock.now(), actor=who.actor
    )
    return pages.back_to(f"{pages.PREFIX}/projects/{shown_id}", "gold")


@router.post("/workers/{shown_id}/hold")
def hold(
    request: Request,
    shown_id: str,
    session: SessionDep,
    who: Admin,
    project: Annotated[str, Form(max_length=40)] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Pause a worker in a project, with a reason they are told when they ask."""
    worker = _worker(session, shown_id)
    try:
        reason = telling.reason(why)
    except AppError as refused:
        typed = pages.Typed.refused(project, refused, why=why)
        return workers_page.page(request, session, who, worker, typed=typed)
    held_in = launch.project_of(session, None, ids.read("prj", project))
    give_back.pause_worker(
        session, worker_id=worker, project=held_in, note=reason, now=clock.now(), actor=who.actor
    )
    return pages.back_to(f"{pages.PREFIX}/workers/{shown_id}", "held-back")


@router.post("/workers/{shown_id}/release")
def release(
    shown_id: str, session: SessionDep, who: Admin, project: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Let a worker go on in a project."""
    worker, project_id = _worker(session, shown_id), ids.read("prj", project)
    pause = session.scalar(
        select(Pause).where(
            Pause.worker_id == worker, Pause.project_id == project_id, Pause.state != "lifted"
        )
    )
    if pause is None:
        raise not_found("pause", project)
    give_back.lift_pause(session, pause=pause, now=clock.now(), actor=who.actor)
    return pages.back_to(f"{pages.PREFIX}/workers/{shown_id}", "released")


def _worker(session: SessionDep, shown_id: str) -> UUID:
    worker_id = ids.read("wkr", shown_id)
    if session.get(Worker, worker_id) is None:
        raise not_found("worker", shown_id)
    return worker_id
