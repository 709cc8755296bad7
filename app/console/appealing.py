"""Appeals in the console: one to decide, with the reason the worker is told, and the next. The queue is review.py's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock, ids
from app.console import pages
from app.console.auth import Reviewing, Visitor
from app.console.queries import review as queries
from app.console.review import HOME, reviewer
from app.db import SessionDep
from app.errors import AppError
from app.operations import appeals

router = APIRouter(prefix="/appeals")

HERE = f"{pages.PREFIX}/appeals"
LIST = f"{HOME}?tab=appeals"


@router.post("/next")
def take_next(
    session: SessionDep, who: Reviewing, after: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Take the appeal that is due first; behind the one skipped, where `after` names it."""
    return _go_on(session, who, after=ids.read("apl", after) if after else None)


def _go_on(session: Session, who: Visitor, *, after: UUID | None = None, done: str | None = None) -> Response:
    found = appeals.take_next(session, who=reviewer(who), now=clock.now(), after=after)
    if found is None:
        return pages.back_to(LIST, "none-left" if done is None else done)
    return pages.back_to(f"{HERE}/{ids.show('apl', found.id)}", done)


@router.get("/{shown_id}")
def show(request: Request, shown_id: str, session: SessionDep, who: Reviewing) -> HTMLResponse:
    """One appeal."""
    return _page(request, session, who, ids.read("apl", shown_id))


def _page(
    request: Request,
    session: Session,
    who: Visitor,
    appeal_id: UUID,
    *,
    problem: str = "",
    note: str = "",
    status: int = 200,
) -> HTMLResponse:
    now = clock.now()
    seen = queries.appeal(session, appeal_id, actor=who.actor, partner_id=who.partner_id)
    mine = seen.appeal.claimed_by == who.user_id and (seen.appeal.claimed_until or now) > now
    return pages.page(
        request,
        "appeal_item.html",
        who,
        status=status,
        seen=seen,
        shown_id=ids.show("apl", appeal_id),
        mine=mine and seen.appeal.state == "open",
        late=seen.appeal.due_at <= now,
        longest=appeals.LONGEST_NOTE,
        problem=problem,
        note=note,
    )


@router.post("/{shown_id}/take")
def take(request: Request, shown_id: str, session: SessionDep, who: Reviewing) -> Response:
    """Take this one."""
    appeal_id = ids.read("apl", shown_id)
    try:
        appeals.take(session, appeal_id=appeal_id, who=reviewer(who), now=clock.now())
    except AppError as refused:
        return _refused(request, session, who, appeal_id, refused, "")
    return pages.back_to(f"{HERE}/{shown_id}")


@router.post("/{shown_id}/decide")
def decide(
    request: Request,
    shown_id: str,
    session: SessionDep,
    who: Reviewing,
    verdict: Annotated[str, Form(max_length=10)] = "",
    note: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Uphold or reject, with the reason that the worker is told. Then the next."""
    appeal_id = ids.read("apl", shown_id)
    if verdict not in {"uphold", "reject"}:
        problem = "Choose whether the appeal is upheld or rejected."
        return _page(request, session, who, appeal_id, problem=problem, note=note, status=422)
    try:
        # What is refused half-way, by what upholding does, leaves nothing behind.
        with session.begin_nested():
            appeals.decide(
                session,
                appeal_id=appeal_id,
                uphold=verdict == "uphold",
                note=note,
                who=reviewer(who),
                now=clock.now(),
            )
    except AppError as refused:
        return _refused(request, session, who, appeal_id, refused, note)
    return _go_on(session, who, after=appeal_id, done="appeal-decided")


def _refused(
    request: Request, session: Session, who: Visitor, appeal_id: UUID, refused: AppError, note: str
) -> HTMLResponse:
    if refused.status == 404:
        raise refused
    return _page(request, session, who, appeal_id, problem=refused.message, note=note, status=refused.status)
