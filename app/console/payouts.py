"""The payouts: the lists by state, and one payout to approve or refuse by somebody who did not ask for it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock, ids
from app.accounts import service as accounts
from app.console import pages, words
from app.console.auth import Approver, Everybody, Visitor
from app.console.queries import payouts
from app.db import SessionDep
from app.errors import AppError, Pointer, invalid
from app.operations import pay
from app.payments import payouts as verbs

router = APIRouter(prefix="/payouts")


@router.get("")
def show_all(
    request: Request, session: SessionDep, who: Everybody, group: Annotated[str, Query()] = "waiting"
) -> HTMLResponse:
    """The list: those that wait, those under way, those settled."""
    if group not in payouts.GROUPS:
        raise AppError("not-found", 404, "There is no such list of payouts. Choose one from the tabs.")
    return pages.page(
        request,
        "payouts.html",
        who,
        group=group,
        lines=payouts.payouts(session, group, partner_id=who.partner_id),
        counts=payouts.counts(session, partner_id=who.partner_id),
    )


@router.get("/{shown_id}")
def show(request: Request, shown_id: str, session: SessionDep, who: Everybody) -> HTMLResponse:
    """One payout with its history."""
    return pages.page(request, "payout.html", who, **_seen(session, shown_id, who), problem=None)


def _seen(session: Session, shown_id: str, who: Visitor) -> dict[str, Any]:
    payout_id: UUID = ids.read("pay", shown_id)
    line = payouts.payout(session, payout_id, partner_id=who.partner_id)
    events = verbs.events(session, payout_id)
    return {
        "line": line,
        "payout": line.payout,
        "shown_id": shown_id,
        "attempts": payouts.attempts(session, payout_id),
        "events": events,
        "names": payouts.names(session, [event.actor for event in events]),
        "decides": who.may("admin", "approver") and line.payout.state in payouts.WAITING,
        "is_requester": line.payout.requested_by == who.actor,
    }


def regions(shown_id: str, session: Session, who: Visitor) -> dict[str, str]:
    """Return the live parts of a payout's page. What is typed into its forms is left alone."""
    seen = _seen(session, shown_id, who)
    return {
        name: pages.render(f"parts/payout_{name}.html", who=who, **seen)
        for name in ("now", "what", "history")
    }


@router.post("/{shown_id}/approve")
def approve(
    request: Request, shown_id: str, session: SessionDep, who: Approver, amount: Annotated[str, Form()] = ""
) -> Response:
    """Approve: the amount is typed once more, so that nobody approves what they did not read."""
    seen = _seen(session, shown_id, who)
    payout = seen["payout"]
    if words.typed_amount(amount, payout.currency) != payout.amount_minor:
        problem = "The amount you typed is not the amount of this payout. Nothing was sent. Read it again."
        return pages.page(request, "payout.html", who, status=422, **seen, problem=problem)
    now = clock.now()
    pay.approve(session, payout_id=payout.id, user_id=who.user_id, now=now)
    accounts.audit(session, actor=who.actor, action="payout.approved", subject=shown_id, now=now)
    return pages.back_to(f"{pages.PREFIX}/payouts/{shown_id}", "approved")


@router.post("/{shown_id}/refuse")
def refuse(
    shown_id: str, session: SessionDep, who: Approver, reason: Annotated[str, Form(max_length=300)] = ""
) -> Response:
    """Refuse, with a reason that the worker is told."""
    if not reason.strip():
        raise invalid("A refusal has a reason: the worker is told it.", [Pointer("/reason", "missing")])
    now = clock.now()
    payout_id = ids.read("pay", shown_id)
    verbs.refuse(session, payout_id=payout_id, user_id=who.user_id, reason=reason, now=now)
    accounts.audit(session, actor=who.actor, action="payout.refused", subject=shown_id, now=now)
    return pages.back_to(f"{pages.PREFIX}/payouts/{shown_id}", "refused")
