"""When a project will be finished, said as instants: nobody answers at night, so the night counts for nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import hours
from app.operations.expect import expectation_of
from app.operations.pace import round_s, zone_of
from app.settings import settings
from app.tasks.judgement import reviews
from app.tasks.models import Answer, Assignment, Project, Result, Task
from app.tasks.quality.model import SKILL
from app.tasks.speed import forecasting
from app.tasks.speed.forecasting import ADAPTIVE_IN_TURN, Going

# The rate is that of the newest answers, of the last day at most.
_NEWEST = 1000
_WINDOW = timedelta(days=1)
# So many finished tasks say how many answers one gets.
_LEAST_FINISHED = 20
_HARDER = 1.2


@dataclass(frozen=True)
class Forecast:
    """When half of the tasks and all of them are likely finished, and by when in nine of ten cases; or why not said.

    `late`: that the likely end lies behind the deadline; None where there is no deadline or nothing is said.
    """

    half_at: datetime | None = None
    done_at: datetime | None = None
    done_by: datetime | None = None
    late: bool | None = None
    why: str | None = None


_UNSAID = {
    "draft": "It is not launched; the quote says how long it may take.",
    "paused": "It is paused; resume it to have a forecast.",
    "finished": "It is finished.",
    "cancelled": "It is cancelled.",
}


def forecast_of(session: Session, project: Project, now: datetime) -> Forecast:
    """Return the forecast of a project. Reads its tasks once, and the newest answers."""
    if project.state != "running":
        return Forecast(why=_UNSAID[project.state])
    tasks = _tasks(session, project)
    if not tasks.left:
        waits = reviews.pending(session, project.id, now)
        return Forecast(
            why="Every task is finished; results wait for a person." if waits else "Every task is finished."
        )
    newest = _newest(session, project, now)
    going = _going(session, project, tasks, newest, now)
    found = forecasting.ahead(going)
    if found is None:
        least = forecasting.LEAST_ANSWERS
        return Forecast(
            why=f"Fewer than {least} answers have come in the last day; a forecast needs {least}."
        )
    done_at = _instant(project, now, found.done_s)
    return Forecast(
        half_at=_instant(project, now, found.half_s)
        if going.left_to_half
        else _half_at(session, project, tasks),
        done_at=done_at,
        done_by=_instant(project, now, found.done_by_s),
        late=None if project.deadline is None else done_at > project.deadline,
    )


def _instant(project: Project, now: datetime, open_s: float) -> datetime:
    found = hours.add_open_time(settings().quiet_hours, now, timedelta(seconds=open_s), zone_of(project))
    return found.replace(microsecond=0)


def _tasks(session: Session, project: Project) -> Any:
    is_open = Task.state == "open"
    return session.execute(
        select(
            func.count().label("tasks"),
            func.count().filter(is_open).label("left"),
            func.coalesce(func.sum(Task.answered).filter(is_open), 0).label("answered_open"),
            func.coalesce(func.sum(Task.places - Task.answered).filter(is_open), 0).label("empty"),
            func.coalesce(func.sum(Task.answered).filter(~is_open), 0).label("answered_done"),
            func.coalesce(func.sum(Task.unsure), 0).label("unsure"),
        ).where(Task.project_id == project.id)
    ).one()


def _newest(session: Session, project: Project, now: datetime) -> Any:
    newest = (
        select(Answer.answered_at)
        .where(Answer.project_id == project.id)
        .order_by(Answer.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    return session.execute(
        select(func.count().label("answers"), func.min(newest.c.answered_at).label("since")).where(
            newest.c.answered_at > now - _WINDOW
        )
    ).one()


def _run_out(session: Session, project: Project) -> tuple[int, int]:
    """Return how many of the newest questions that ended did so without an answer, and how many those are."""
    newest = (
        select(Assignment.state)
        .where(Assignment.project_id == project.id)
        .order_by(Assignment.offered_at.desc())
        .limit(_NEWEST)
        .subquery()
    )
    lost = func.count().filter(newest.c.state.in_(("expired", "skipped")))
    answered = func.count().filter(newest.c.state == "answered")
    run_out, ended = session.execute(select(lost, lost + answered).select_from(newest)).one()
    return run_out, ended


def _going(session: Session, project: Project, tasks: Any, newest: Any, now: datetime) -> Going:
    answered = int(tasks.answered_open + tasks.answered_done)
    finished = tasks.tasks - tasks.left
    left = forecasting.answers_left(
        open_tasks=tasks.left,
        answered_open=int(tasks.answered_open),
        wanted=_wanted(project, finished, int(tasks.answered_done)),
        empty_places=int(tasks.empty),
        unsure_share=float(tasks.unsure) / max(1.0, float(tasks.unsure) + answered),
    )
    begins = now - _WINDOW
    if newest.answers == _NEWEST:
        begins = newest.since
    elif project.launched_at is not None:
        begins = max(begins, project.launched_at)
    run_out, ended = _run_out(session, project)
    return Going(
        left=left,
        left_to_half=left * max(0.0, tasks.tasks / 2 - finished) / tasks.left,
        answers=newest.answers,
        over_s=hours.open_seconds(settings().quiet_hours, begins, now, zone_of(project)),
        rest_s=float(settings().session_pause_s),
        tasks=tasks.tasks,
        open_tasks=tasks.left,
        run_out=run_out,
        ended=ended,
        round_s=min(round_s(session, project), float(project.lease_s)),
        in_turn=ADAPTIVE_IN_TURN if project.adaptive else 1,
    )


def _wanted(project: Project, finished: int, answered_done: int) -> float:
    """Return how many answers a task is expected to get: as the quote said, or more where those finished had more."""
    if not project.adaptive:
        return float(project.answers_wanted)
    wanted = 2.0 if project.spec.get("multiple") else expectation_of(project, SKILL).answers
    if finished >= _LEAST_FINISHED:
        # Those that finish first are the easy ones; what is left takes somewhat more.
        wanted = max(wanted, _HARDER * answered_done / finished)
    return min(wanted, float(project.most_answers))


def _half_at(session: Session, project: Project, tasks: Any) -> datetime | None:
    """Return when half of the tasks were finished."""
    return session.scalar(
        select(Result.concluded_at)
        .where(Result.project_id == project.id)
        .order_by(Result.concluded_at)
        .offset(max(0, (tasks.tasks + 1) // 2 - 1))
        .limit(1)
    )
