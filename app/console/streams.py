"""The live streams: server-sent events that carry the parts of a page whose HTML has changed.

One stream a page. Each tick reads in a thread, in a short transaction of its own, so that no connection to the
database is held while nothing happens; each tick also looks whether the person is still signed in. A stream
ends after some minutes and the browser opens the next: nothing lives for ever.
"""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session

from app import clock, db, ids
from app.accounts import service as accounts
from app.console import auth, overview, pages, payouts, phone, projects, review, workers_page
from app.console.auth import Admin, Everybody, OfProjects, Reviewing, Visitor
from app.console.queries import payouts as payout_queries
from app.console.queries import projects as project_queries
from app.console.queries import workers as worker_queries
from app.db import SessionDep

router = APIRouter(prefix="/streams")

TICK_S = 1.0
TICKS = 300

Regions = Callable[[Session, Visitor], dict[str, str]]


# What is not there, or not theirs, is said before a stream begins: then no error can be told any more.


def _project(shown_id: str, session: SessionDep, who: OfProjects) -> UUID:
    project_id = ids.read("prj", shown_id)
    return project_queries.project(session, project_id, client_id=who.client_id).project.id


def _worker(shown_id: str, session: SessionDep, who: Everybody) -> UUID:
    worker_id = ids.read("wkr", shown_id)
    return worker_queries.worker(session, worker_id, shown_id, partner_id=who.partner_id).worker.id


def _payout(shown_id: str, session: SessionDep, who: Everybody) -> str:
    payout_queries.payout(session, ids.read("pay", shown_id), partner_id=who.partner_id)
    return shown_id


@router.get("/overview", response_class=EventSourceResponse)
async def stream_overview(request: Request, who: Everybody) -> AsyncIterator[ServerSentEvent]:
    """The overview's figures, queues, queue workers and feed."""
    async for event in changes(request, who, overview.regions):
        yield event


@router.get("/projects/{shown_id}", response_class=EventSourceResponse)
async def stream_project(
    request: Request, who: OfProjects, project_id: Annotated[UUID, Depends(_project)]
) -> AsyncIterator[ServerSentEvent]:
    """One project's progress, answers, spend and results."""
    async for event in changes(request, who, partial(projects.regions, project_id)):
        yield event


@router.get("/workers/{shown_id}", response_class=EventSourceResponse)
async def stream_worker(
    request: Request, who: Everybody, worker_id: Annotated[UUID, Depends(_worker)]
) -> AsyncIterator[ServerSentEvent]:
    """One worker's conversation and balance."""
    async for event in changes(request, who, partial(workers_page.regions, worker_id)):
        yield event


@router.get("/payouts/{shown_id}", response_class=EventSourceResponse)
async def stream_payout(
    request: Request, who: Everybody, shown_id: Annotated[str, Depends(_payout)]
) -> AsyncIterator[ServerSentEvent]:
    """One payout's state and history."""
    async for event in changes(request, who, partial(payouts.regions, shown_id)):
        yield event


@router.get("/review", response_class=EventSourceResponse)
async def stream_review(request: Request, who: Reviewing) -> AsyncIterator[ServerSentEvent]:
    """What waits for a person."""
    async for event in changes(request, who, review.regions):
        yield event


@router.get("/phone/{token}", response_class=EventSourceResponse)
async def stream_phone(request: Request, token: str, _who: Admin) -> AsyncIterator[ServerSentEvent]:
    """What arrives on, or leaves, a simulated phone; `Last-Event-ID` says what the page has."""
    after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    async for cursor, html in phone.arrivals(token, int(after) if after.isdecimal() else 0):
        yield ServerSentEvent(raw_data=live([("thread", html)], how="beforeend"), id=str(cursor))


async def changes(request: Request, who: Visitor, regions: Regions) -> AsyncIterator[ServerSentEvent]:
    """Yield, each second, those regions whose HTML is not what was sent last."""
    token = request.cookies.get(auth.cookie_name(), "")
    sent: dict[str, str] = {}
    for _ in range(TICKS):
        found = await anyio.to_thread.run_sync(_read, token, who, regions)
        if found is None:
            return
        changed = [(name, html) for name, html in found.items() if sent.get(name) != html]
        if changed:
            yield ServerSentEvent(raw_data=live(changed, how="innerMorph"))
        sent = found
        await anyio.sleep(TICK_S)


def _read(token: str, who: Visitor, regions: Regions) -> dict[str, str] | None:
    """Return the regions as they are now, or None once the person is signed out or has another role."""
    with db.transaction() as session:
        found = accounts.session_user(session, token, clock.now())
        if found is None or found[0].role != who.role:
            return None
        return regions(session, who)


def live(regions: list[tuple[str, str]], *, how: str) -> str:
    """Return what htmx puts into the page: each region's HTML with where it goes and how."""
    return pages.render("parts/live.html", regions=regions, how=how)
