"""When a project will be finished, said as instants: nobody answers at night, so the night counts for nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import hours
from app.operations.pace import zone_of
from app.settings import settings
from app.tasks import forecasting
from app.tasks.forecasting import Going
from app.tasks.models import Answer, Project, Result, Task

# The rate is that of the newest answers, of the last day at most.
_NEWEST = 1000
_WINDOW = timedelta(days=1)
# So many finished tasks say how many answers one gets.
_LEAST_FINISHED = 20


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
        return Forecast(why="Every task is finished.")
    newest = _newest(session, project, now)
    going = _going(project, tasks, newest, now)
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
        select(Answer.answered_at, Answer.seconds)
        .where(Answer.project_id == project.id)
        .order_by(Answer.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    return session.execute(
        select(
            func.count().label("answers"),
            func.min(newest.c.answered_at).label("since"),
            func.percentile_cont(0.5).within_group(newest.c.seconds).label("usual_s"),
            func.percentile_cont(0.9).within_group(newest.c.seconds).label("round_s"),
        ).where(newest.c.answered_at > now - _WINDOW)
    ).one()


def _going(project: Project, tasks: Any, newest: Any, now: datetime) -> Going:
    answered = int(tasks.answered_open + tasks.answered_done)
    finished = tasks.tasks - tasks.left
    left = forecasting.answers_left(
        open_tasks=tasks.left,
        answered_open=int(tasks.answered_open),
        wanted=_wanted(project, finished, int(tasks.answered_done)),
        empty_places=int(tasks.empty),
        unsure_share=float(tasks.unsure) / max(1.0, float(tasks.unsure) + answered),
    )
    to_half = max(0.0, tasks.tasks / 2 - finished) / tasks.left
    begins = now - _WINDOW
    if newest.answers == _NEWEST:
        begins = newest.since
    elif project.launched_at is not None:
        begins = max(begins, project.launched_at)
    return Going(
        left=left,
        left_to_half=left * to_half,
        answers=newest.answers,
        over_s=hours.open_seconds(settings().quiet_hours, begins, now, zone_of(project)),
        usual_s=float(newest.usual_s or 0),
        round_s=float(newest.round_s or 0),
    )


def _wanted(project: Project, finished: int, answered_done: int) -> float:
    """Return how many answers a task is expected to get: as many as those finished had, where that is not fixed."""
    if not project.adaptive:
        return float(project.answers_wanted)
    if finished < _LEAST_FINISHED:
        return min(2.0, float(project.most_answers))
    # Those that finish first are the easy ones; what is left takes somewhat more.
    return min(1.2 * answered_done / finished, float(project.most_answers))


def _half_at(session: Session, project: Project, tasks: Any) -> datetime | None:
    """Return when half of the tasks were finished."""
    return session.scalar(
        select(Result.concluded_at)
        .where(Result.project_id == project.id)
        .order_by(Result.concluded_at)
        .offset(max(0, (tasks.tasks + 1) // 2 - 1))
        .limit(1)
    )
