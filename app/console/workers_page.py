"""The workers: the list with its search; one person's conversation, balance and consent, and pausing them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock, hours, ids
from app.accounts import service as accounts
from app.console import pages
from app.console.auth import AdminOrPartner, Everybody, Visitor
from app.console.queries import people, standings, workers
from app.console.queries.workers import Search
from app.db import SessionDep
from app.errors import AppError, conflict, not_found
from app.operations import pausing, pay, telling
from app.people.models import WORKER_STATES, Worker
from app.people.service import lock_worker

router = APIRouter(prefix="/workers")


@router.get("")
def show_all(
    request: Request,
    session: SessionDep,
    who: Everybody,
    name: Annotated[str, Query(max_length=60)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    cohort: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The list, newest first, narrowed by pseudonym, state and cohort."""
    search = Search(name, state, cohort)
    lines = workers.workers(
        session, search, partner_id=who.partner_id, after=ids.read("wkr", after) if after else None
    )
    more = ids.show("wkr", lines[-1].worker.id) if len(lines) == workers.PAGE_LENGTH else None
    return pages.page(
        request,
        "workers.html",
        who,
        lines=lines,
        search=search,
        more=more,
        states=WORKER_STATES,
        codes=people.invite_codes(session, partner_id=who.partner_id),
    )


@router.get("/{shown_id}")
def show(request: Request, shown_id: str, session: SessionDep, who: Everybody) -> HTMLResponse:
    """One worker."""
    return page(request, session, who, ids.read("wkr", shown_id))


def page(
    request: Request, session: Session, who: Visitor, worker_id: UUID, *, typed: pages.Typed | None = None
) -> HTMLResponse:
    """Return a worker's page; where a form of it was refused, with what was typed and what is wrong with it."""
    seen = _seen(session, worker_id, who)
    places, paused = standings.places(session, worker_id), workers.pause_of(session, seen["worker"])
    return pages.page(
        request,
        "worker.html",
        who,
        status=typed.status if typed else 200,
        **seen,
        places=places,
        paused=paused,
        typed=typed or pages.Typed(),
        longest_why=telling.LONGEST_WHY,
    )


def _seen(session: Session, worker_id: UUID, who: Visitor) -> dict[str, Any]:
    line = workers.worker(session, worker_id, ids.show("wkr", worker_id), partner_id=who.partner_id)
    midnight = hours.local_midnight(clock.now(), line.worker.time_zone)
    return {
        "line": line,
        "worker": line.worker,
        "shown_id": ids.show("wkr", worker_id),
        "bubbles": workers.conversation(session, worker_id, with_text=who.reads_texts),
        "addresses": workers.addresses(session, worker_id),
        "consents": workers.consents(session, worker_id),
        "balances": workers.balances(session, worker_id, midnight),
    }


def regions(worker_id: UUID, session: Session, who: Visitor) -> dict[str, str]:
    """Return the live parts of a worker's page."""
    seen = _seen(session, worker_id, who)
    return {
        "talk": pages.render("parts/talk.html", who=who, **seen),
        "balance": pages.render("parts/balance.html", who=who, **seen),
    }


@router.post("/{shown_id}/pause")
def pause(
    request: Request,
    shown_id: str,
    session: SessionDep,
    who: AdminOrPartner,
    why: Annotated[str, Form()] = "",
) -> Response:
    """Pause somebody from all work, with a reason that they are told; a partner only its own people."""
    worker = _locked(session, shown_id, who)
    try:
        reason = telling.reason(why)
    except AppError as refused:
        typed = pages.Typed.refused("all", refused, why=why)
        return page(request, session, who, worker.id, typed=typed)
    pausing.pause(session, worker=worker, why=reason, now=clock.now(), actor=who.actor)
    return pages.back_to(f"{pages.PREFIX}/workers/{shown_id}", "paused-from-work")


@router.post("/{shown_id}/resume")
def resume(shown_id: str, session: SessionDep, who: AdminOrPartner) -> Response:
    """Let somebody work again who was paused from all work."""
    worker = _locked(session, shown_id, who)
    if not pausing.lift(session, worker=worker, now=clock.now(), actor=who.actor):
        raise conflict("not-paused", "This person is not paused. Reload the page to see how they stand.")
    return pages.back_to(f"{pages.PREFIX}/workers/{shown_id}", "work-again")


def _locked(session: Session, shown_id: str, who: Visitor) -> Worker:
    """Return the worker, locked. Raises `not-found`, also for another partner's person."""
    worker_id = ids.read("wkr", shown_id)
    workers.worker(session, worker_id, shown_id, partner_id=who.partner_id)
    worker = lock_worker(session, worker_id)
    if worker is None:
        raise not_found("worker", shown_id)
    return worker


@router.post("/{shown_id}/payout")
def request_payout(shown_id: str, session: SessionDep, who: AdminOrPartner) -> Response:
    """Ask for the payout of what the worker has: somebody else must approve it."""
    worker = _locked(session, shown_id, who)
    now = clock.now()
    for payout in pay.request_all(session, worker=worker, requested_by=who.actor, now=now):
        accounts.audit(
            session, actor=who.actor, action="payout.requested", subject=ids.show("pay", payout.id), now=now
        )
    return pages.back_to(f"{pages.PREFIX}/workers/{shown_id}", "requested")
