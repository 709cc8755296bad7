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
from app.operations import pay, telling
from app.payments import payouts as verbs

router = APIRouter(prefix="/payouts")


@router.get("")
def show_all(
    request: Request,
    session: SessionDep,
    who: Everybody,
    group: Annotated[str, Query()] = "waiting",
    after: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The list: those that wait, those under way, those settled."""
    if group not in payouts.GROUPS:
        raise AppError("not-found", 404, "There is no such list of payouts. Choose one from the tabs.")
    behind = ids.read("pay", after) if after else None
    lines = payouts.payouts(session, group, partner_id=who.partner_id, after=behind)
    return pages.page(
        request,
        "payouts.html",
        who,
        group=group,
        lines=lines,
        more=ids.show("pay", lines[-1].payout.id) if len(lines) == payouts.PAGE_LENGTH else None,
        counts=payouts.counts(session, partner_id=who.partner_id),
    )


@router.get("/{shown_id}")
def show(request: Request, shown_id: str, session: SessionDep, who: Everybody) -> HTMLResponse:
    """One payout with its history."""
    return _page(request, session, shown_id, who)


def _page(
    request: Request, session: Session, shown_id: str, who: Visitor, typed: pages.Typed | None = None
) -> HTMLResponse:
    return pages.page(
        request,
        "payout.html",
        who,
        status=typed.status if typed else 200,
        **_seen(session, shown_id, who),
        typed=typed or pages.Typed(),
        longest_why=telling.LONGEST_WHY,
    )


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
        refused = invalid(problem, [Pointer("/amount", problem)])
        typed = pages.Typed.refused("approve", refused, amount=amount)
        return _page(request, session, shown_id, who, typed)
    now = clock.now()
    pay.approve(session, payout_id=payout.id, user_id=who.user_id, now=now)
    accounts.audit(session, actor=who.actor, action="payout.approved", subject=shown_id, now=now)
    return pages.back_to(f"{pages.PREFIX}/payouts/{shown_id}", "approved")


@router.post("/{shown_id}/refuse")
def refuse(
    request: Request, shown_id: str, session: SessionDep, who: Approver, reason: Annotated[str, Form()] = ""
) -> Response:
    """Refuse, with a reason that the worker is told."""
    now = clock.now()
    payout_id = ids.read("pay", shown_id)
    try:
        pay.refuse(session, payout_id=payout_id, user_id=who.user_id, reason=reason, now=now)
    except AppError as refused:
        typed = pages.Typed.refused("refuse", refused, reason=reason)
        return _page(request, session, shown_id, who, typed)
    accounts.audit(session, actor=who.actor, action="payout.refused", subject=shown_id, now=now)
    return pages.back_to(f"{pages.PREFIX}/payouts/{shown_id}", "refused")
