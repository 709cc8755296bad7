"""When a project will be finished, said as instants: nobody answers at night, so the night counts for nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import hours, ids
from app.operations.expect import expectation_of
from app.operations.pace import zone_of
from app.settings import settings
from app.tasks.judgement import reviews
from app.tasks.models import Answer, Assignment, Project, Result, Task
from app.tasks.quality.model import SKILL
from app.tasks.speed import forecasting
from app.tasks.speed.forecasting import ADAPTIVE_IN_TURN, Going, Tally

# The rate is that of the last day.
_WINDOW = timedelta(days=1)
# So many questions say how many run out.
_NEWEST = 1000


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
    """Return the forecast of a project. Reads its tasks once, and counts the answers of a day."""
    if project.state != "running":
        return Forecast(why=_UNSAID[project.state])
    tally = _tally(session, project)
    if not tally.open_tasks:
        waits = reviews.pending(session, project.id, now)
        return Forecast(
            why="Every task is finished; results wait for a person." if waits else "Every task is finished."
        )
    going = _going(session, project, tally, now)
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
        else _half_at(session, project, tally.tasks),
        done_at=done_at,
        done_by=_instant(project, now, found.done_by_s),
        late=None if project.deadline is None else done_at > project.deadline,
    )


def _instant(project: Project, now: datetime, open_s: float) -> datetime:
    found = hours.add_open_time(settings().quiet_hours, now, timedelta(seconds=open_s), zone_of(project))
    return found.replace(microsecond=0)


def _tally(session: Session, project: Project) -> Tally:
    """Return the tally, in the order of its fields."""
    is_open = Task.state == "open"
    found = session.execute(
        select(
            func.count(),
            func.count().filter(is_open),
            func.coalesce(func.sum(Task.places - Task.answered).filter(is_open), 0),
            func.coalesce(func.sum(Task.answered).filter(is_open), 0),
            func.coalesce(func.sum(Task.answered).filter(~is_open), 0),
            func.coalesce(func.sum(Task.unsure), 0),
        ).where(Task.project_id == project.id)
    ).one()
    return Tally(*(int(value) for value in found))


def _answers(session: Session, project: Project, since: datetime) -> int:
    """Return how many places were answered since then. Of a day: an hour of it is a rush, or nobody's.

    A respondent of a survey is one place, with as many answers as were asked.
    """
    if project.kind == "survey":
        ended = (
            Assignment.project_id == project.id,
            Assignment.state == "answered",
            Assignment.ended_at > since,
        )
        return session.scalar(select(func.count()).where(*ended)) or 0
    came = (
        Answer.project_id == project.id,
        Answer.id >= ids.earliest(since),
        Answer.answered_at > since,
    )
    return session.scalar(select(func.count()).where(*came)) or 0


def _run_out(session: Session, project: Project, now: datetime) -> tuple[int, int]:
    """Return how many of the newest questions whose lease is over ended without an answer, and how many those are.

    Those still out are left out, the answered among them too: else a project just begun would seem to be answered by
    all.
    """
    lease_ends = func.coalesce(
        Assignment.expires_at, Assignment.offered_at + timedelta(seconds=project.lease_s)
    )
    newest = (
        select(Assignment.state)
        .where(Assignment.project_id == project.id, lease_ends <= now)
        .order_by(Assignment.offered_at.desc())
        .limit(_NEWEST)
        .subquery()
    )
    lost = func.count().filter(newest.c.state.in_(("expired", "skipped")))
    answered = func.count().filter(newest.c.state == "answered")
    run_out, ended = session.execute(select(lost, lost + answered).select_from(newest)).one()
    return run_out, ended


def _going(session: Session, project: Project, tally: Tally, now: datetime) -> Going:
    left = forecasting.answers_left(
        tally, quoted=_quoted(project), most=float(project.most_places), adaptive=project.adaptive
    )
    launched_at = project.launched_at or now - _WINDOW
    begins = max(now - _WINDOW, launched_at)
    run_out, ended = _run_out(session, project, now)

    def open_s(since: datetime) -> float:
        return hours.open_seconds(settings().quiet_hours, since, now, zone_of(project))

    return Going(
        left=left,
        left_to_half=forecasting.to_half(tally, left),
        answers=_answers(session, project, begins),
        over_s=open_s(begins),
        since_s=open_s(max(launched_at, now - 2 * _WINDOW)),
        rest_s=float(settings().session_pause_s),
        # The people a survey waits for are its one task's.
        open_tasks=tally.empty_places if project.kind == "survey" else tally.open_tasks,
        run_out=run_out,
        ended=ended,
        lease_s=float(project.lease_s),
        in_turn=ADAPTIVE_IN_TURN if project.adaptive else 1,
    )


def _quoted(project: Project) -> float:
    """Return how many answers a task was expected to get before the project ran."""
    if not project.adaptive:
        return float(project.answers_wanted)
    return 2.0 if project.spec.get("multiple") else expectation_of(project, SKILL).answers


def _half_at(session: Session, project: Project, tasks: int) -> datetime | None:
    """Return when half of the tasks were finished."""
    return session.scalar(
        select(Result.concluded_at)
        .where(Result.project_id == project.id)
        .order_by(Result.concluded_at)
        .offset(max(0, (tasks + 1) // 2 - 1))
        .limit(1)
    )
