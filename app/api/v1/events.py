"""A project's events, live: server-sent events that can be resumed where they broke off.

Async, as the only route of the API: a stream waits most of its life. The database is asked in a thread.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import exists, select, tuple_
from starlette.concurrency import run_in_threadpool

from app import clock, db, ids
from app.api.caller import CallerDep, read_id
from app.api.problems import responses
from app.api.v1 import figures
from app.tasks import events as project_events
from app.tasks import service as tasks
from app.tasks.models import Project, ProjectEvent

router = APIRouter(prefix="/projects/{project_id}", tags=["Projects"])

POLL_S = 0.5
FORECAST_EVERY = timedelta(seconds=30)
_OVER = ("finished", "cancelled")


@dataclass(frozen=True)
class Watch:
    """What is watched, and from where on."""

    project_id: UUID
    after: tuple[int, int]


class NothingMore(Exception):
    """The stream asked to be resumed has ended: 204, which tells a browser's EventSource not to come again."""


def nothing_more(_request: Request, _error: Exception) -> Response:
    """Return the 204."""
    return Response(status_code=204)


def _watch(
    project_id: str,
    caller: CallerDep,
    last_event_id: Annotated[
        str | None,
        Header(max_length=60, description="The id of the last event received; none: from the beginning."),
    ] = None,
) -> Watch:
    after = project_events.read_event_id(last_event_id) if last_event_id else project_events.BEGINNING
    with db.transaction() as session:
        project = tasks.project_of(session, project_id=read_id("prj", project_id), client_id=caller.client_id)
    watch = Watch(project.id, after)
    if last_event_id:
        found, state = _read(watch)
        if state and not found:
            raise NothingMore
    return watch


def _read(watch: Watch) -> tuple[list[ServerSentEvent], str | None]:
    """Return the events that have come, and the project's state once it has ended and none is left to come."""
    with db.transaction() as session:
        # The state is read first: an event written with it is then among those looked for.
        state = session.scalar(select(Project.state).where(Project.id == watch.project_id))
        found = project_events.read_events(session, watch.project_id, watch.after)
        last = (found[-1].transaction, found[-1].id) if found else watch.after
        more = session.scalar(
            select(
                exists().where(
                    ProjectEvent.project_id == watch.project_id,
                    tuple_(ProjectEvent.transaction, ProjectEvent.id) > tuple_(*last),
                )
            )
        )
    shown = [
        ServerSentEvent(
            event=event.kind,
            id=project_events.show_event_id(event),
            data={**event.data, "project": ids.show("prj", event.project_id), "at": event.at.isoformat()},
        )
        for event in found
    ]
    return shown, state if state in _OVER and not more else None


@dataclass
class _Told:
    """What a stream has said of the end, and when it looked last."""

    at: datetime | None = None
    forecast: dict[str, Any] | None = None


def _forecast(project_id: UUID, told: _Told) -> ServerSentEvent | None:
    """Return the forecast as an event, where it is another than was told; it is looked at now and then."""
    now = clock.now()
    if told.at is not None and now - told.at < FORECAST_EVERY:
        return None
    told.at = now
    with db.transaction() as session:
        project = session.get_one(Project, project_id)
        data = figures.forecast(session, project, now).model_dump(mode="json")
    if data["done_at"] is None or data == told.forecast:
        return None
    told.forecast = data
    return ServerSentEvent(event="forecast", data={**data, "project": ids.show("prj", project_id)})


@router.get(
    "/events",
    operation_id="watchProject",
    response_class=EventSourceResponse,
    responses={
        **responses(401, 404, 422, 429),
        204: {"description": "The stream to be resumed has ended; do not come again."},
    },
)
async def watch_project(
    watch: Annotated[Watch, Depends(_watch, scope="function")],
) -> AsyncIterator[ServerSentEvent]:
    """Follow the project live: `state`, `answer`, `check` and `result` events, and `end` after the last one.

    Resumed with `Last-Event-ID`, the stream goes on after that event and misses none. Between them a `forecast` says
    when the project will be finished, once that can be said, and again when it has changed; it has no id.
    """
    told = _Told()
    while True:
        found, ended = await run_in_threadpool(_read, watch)
        for event in found:
            yield event
        if not ended and (forecast := await run_in_threadpool(_forecast, watch.project_id, told)):
            yield forecast
        if found:
            watch = Watch(watch.project_id, project_events.read_event_id(found[-1].id or ""))
        if ended:
            yield ServerSentEvent(event="end", data={"state": ended})
            return
        if not found:
            await anyio.sleep(POLL_S)
