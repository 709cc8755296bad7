"""The overview: figures, queues, queue workers and the feed of messages; and the feed alone, after a pause."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock
from app.console import pages
from app.console.auth import EVERYBODY, REVIEWERS, Everybody, Visitor, VisitorDep
from app.console.queries import hands, overview, review
from app.db import SessionDep

router = APIRouter()


@router.get("")
def show(request: Request, session: SessionDep, who: VisitorDep) -> Response:
    """The first page; a client's is the list of its projects."""
    if who.role not in EVERYBODY:
        return pages.back_to(f"{pages.PREFIX}/projects")
    return pages.page(request, "overview.html", who, **_seen_by(session, who))


@router.get("/feed")
def feed(session: SessionDep, who: Everybody) -> HTMLResponse:
    """The feed's lines alone: what Resume asks for."""
    lines = overview.feed(session, partner_id=who.partner_id, with_text=who.reads_texts)
    return HTMLResponse(pages.render("parts/feed.html", feed=lines, who=who))


def _seen_by(session: Session, who: Visitor) -> dict[str, Any]:
    now = clock.now()
    seen: dict[str, Any] = {
        "day": overview.day(session, now, partner_id=who.partner_id),
        "feed": overview.feed(session, partner_id=who.partner_id, with_text=who.reads_texts),
    }
    reviews = who.may(*REVIEWERS)
    seen["for_review"] = review.waiting(session, now, partner_id=who.partner_id) if reviews else None
    if who.partner_id is None:
        seen |= {"queues": overview.queue_states(session, now), "hands": hands.queue_workers(now)}
    return seen


def regions(session: Session, who: Visitor) -> dict[str, str]:
    """Return the live parts of the page by the id of what they fill. A partner sees no machinery."""
    seen = _seen_by(session, who)
    found = {name: name for name in ("feed", "queues", "hands") if name in seen} | {"figures": "figures"}
    return {name: pages.render(f"parts/{part}.html", who=who, **seen) for name, part in found.items()}
