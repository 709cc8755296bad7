"""The workers: the list with its search, and one person's conversation, balance and consent."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock, hours, ids
from app.accounts import service as accounts
from app.console import pages
from app.console.auth import AdminOrPartner, Everybody, Visitor
from app.console.queries import people, standings, workers
from app.console.queries.workers import Search
from app.db import SessionDep
from app.errors import not_found
from app.operations import pay
from app.people.models import WORKER_STATES
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
    worker_id = ids.read("wkr", shown_id)
    seen = _seen(session, worker_id, who)
    return pages.page(request, "worker.html", who, **seen, places=standings.places(session, worker_id))


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


@router.post("/{shown_id}/payout")
def request_payout(shown_id: str, session: SessionDep, who: AdminOrPartner) -> Response:
    """Ask for the payout of what the worker has: somebody else must approve it."""
    worker_id = ids.read("wkr", shown_id)
    workers.worker(session, worker_id, shown_id, partner_id=who.partner_id)
    worker = lock_worker(session, worker_id)
    if worker is None:
        raise not_found("worker", shown_id)
    now = clock.now()
    for payout in pay.request_all(session, worker=worker, requested_by=who.actor, now=now):
        accounts.audit(
            session, actor=who.actor, action="payout.requested", subject=ids.show("pay", payout.id), now=now
        )
    return pages.back_to(f"{pages.PREFIX}/workers/{shown_id}", "requested")
