"""Review: the queue of results that wait for a person, one to decide, and the next; appeals are in appealing.py.

Every deed is a form, so that it works without a script; static/review.js adds the keys. Who opens one has it to
themselves for some minutes, and goes on to the next by deciding or skipping.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock, ids
from app.console import pages, words
from app.console.auth import Reviewing, Visitor
from app.console.queries import review as queries
from app.db import SessionDep
from app.errors import AppError, not_found
from app.operations import reviewing
from app.operations.reviewing import Reviewer
from app.tasks.asking import TAGS_JOINT

router = APIRouter(prefix="/review")

HOME = f"{pages.PREFIX}/review"
TABS = ("results", "appeals")


def reviewer(who: Visitor) -> Reviewer:
    """Return the visitor as the rules of reviewing know them."""
    return Reviewer(who.user_id, who.partner_id, who.actor)


@router.get("")
def show_all(
    request: Request, session: SessionDep, who: Reviewing, tab: Annotated[str, Query()] = "results"
) -> HTMLResponse:
    """The queue: results that wait, or appeals."""
    if tab not in TABS:
        raise not_found("list", tab[:20])
    return queue(request, session, who, tab)


def queue(
    request: Request, session: Session, who: Visitor, tab: str, *, problem: str = "", status: int = 200
) -> HTMLResponse:
    """Return the page of a queue, with what went wrong if anything did."""
    return pages.page(
        request, "review.html", who, status=status, tab=tab, problem=problem, **_queues(session, who)
    )


def _queues(session: Session, who: Visitor) -> dict[str, Any]:
    now = clock.now()
    return {
        "counts": queries.waiting(session, now, partner_id=who.partner_id),
        "results": queries.reviews(session, now, user_id=who.user_id, partner_id=who.partner_id),
        "appeals": queries.open_appeals(
            session, now, user_id=who.user_id, actor=who.actor, partner_id=who.partner_id
        ),
        "why": queries.WHY,
    }


def regions(session: Session, who: Visitor) -> dict[str, str]:
    """Return the live parts of the queue's page."""
    seen = _queues(session, who)
    parts = {
        name: pages.render(f"parts/review_{name}.html", who=who, **seen) for name in ("results", "appeals")
    }
    counts = seen["counts"]
    return parts | {
        "count-reviews": words.count(counts.reviews),
        "count-appeals": words.count(counts.appeals),
    }


@router.post("/next")
def take_next(
    session: SessionDep, who: Reviewing, after: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Take the result that is due first; behind the one skipped, where `after` names it."""
    skipped = ids.read("rev", after) if after else None
    return _go_on(session, who, after=skipped)


def _go_on(session: Session, who: Visitor, *, after: UUID | None = None, done: str | None = None) -> Response:
    found = reviewing.take_next(session, who=reviewer(who), now=clock.now(), after=after)
    if found is None:
        return pages.back_to(HOME, "none-left" if done is None else done)
    return pages.back_to(f"{HOME}/{ids.show('rev', found.id)}", done)


@router.post("/undo")
def undo(request: Request, session: SessionDep, who: Reviewing) -> Response:
    """Take one's last decision back, moments after it, and show it again."""
    last = reviewing.last_decided(session, who=reviewer(who), now=clock.now())
    if last is None:
        problem = "There is nothing to take back: only your own last decision can be, within two minutes."
        return queue(request, session, who, "results", problem=problem, status=409)
    try:
        reviewing.take_back(session, review_id=last.id, who=reviewer(who), now=clock.now())
    except AppError as refused:
        return queue(request, session, who, "results", problem=refused.message, status=refused.status)
    return pages.back_to(f"{HOME}/{ids.show('rev', last.id)}", "taken-back")


@router.get("/{shown_id}")
def show(request: Request, shown_id: str, session: SessionDep, who: Reviewing) -> HTMLResponse:
    """One result, with all that helps to decide it."""
    return _page(request, session, who, ids.read("rev", shown_id))


def _page(
    request: Request, session: Session, who: Visitor, review_id: UUID, *, problem: str = "", status: int = 200
) -> HTMLResponse:
    now = clock.now()
    seen = queries.review(session, review_id, partner_id=who.partner_id)
    mine = seen.review.claimed_by == who.user_id and (seen.review.claimed_until or now) > now
    return pages.page(
        request,
        "review_item.html",
        who,
        status=status,
        seen=seen,
        shown_id=ids.show("rev", review_id),
        why=queries.WHY[seen.review.why],
        mine=mine and seen.review.state == "waiting",
        late=seen.review.due_at <= now,
        last=reviewing.last_decided(session, who=reviewer(who), now=now),
        problem=problem,
    )


@router.post("/{shown_id}/take")
def take(request: Request, shown_id: str, session: SessionDep, who: Reviewing) -> Response:
    """Take this one."""
    review_id = ids.read("rev", shown_id)
    try:
        reviewing.take(session, review_id=review_id, who=reviewer(who), now=clock.now())
    except AppError as refused:
        return _refused(request, session, who, review_id, refused)
    return pages.back_to(f"{HOME}/{shown_id}")


@router.post("/{shown_id}/decide")
def decide(
    request: Request,
    shown_id: str,
    session: SessionDep,
    who: Reviewing,
    value: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies defaults
    undecided: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Decide: one of the values, of several labels those that apply, or that it cannot be said. Then the next."""
    review_id = ids.read("rev", shown_id)
    try:
        chosen = None if undecided else _chosen(session, review_id, who, value)
        reviewing.decide(session, review_id=review_id, value=chosen, who=reviewer(who), now=clock.now())
    except AppError as refused:
        return _refused(request, session, who, review_id, refused)
    return _go_on(session, who, after=review_id, done="decided")


def _chosen(session: Session, review_id: UUID, who: Visitor, values: list[str]) -> str:
    seen = queries.review(session, review_id, partner_id=who.partner_id)
    if seen.several:
        return TAGS_JOINT.join(values)
    if len(values) != 1:
        raise AppError("invalid", 422, "Choose one of the answers.")
    return values[0]


def _refused(
    request: Request, session: Session, who: Visitor, review_id: UUID, refused: AppError
) -> HTMLResponse:
    """Show what was refused where it was tried; what is not there, or not theirs, stays an error."""
    if refused.status == 404:
        raise refused
    return _page(request, session, who, review_id, problem=refused.message, status=refused.status)
