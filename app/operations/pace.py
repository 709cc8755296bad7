"""How a project goes on, read from its rows: what asking places side by side and the forecast are decided by."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import hours
from app.people import habits
from app.people import service as people
from app.settings import settings
from app.tasks.models import Answer, Project, Task
from app.tasks.speed.pacing import TAIL_SHARE, Pace

# The newest answers say how long one takes; so many are read, and fewer than the least say nothing yet.
_NEWEST, _LEAST = 200, 20
# Open tasks and waiting people are counted up to this: more is not the tail.
_MOST_COUNTED = 1000
# Who is free within this is as good as waiting.
_SOON = timedelta(hours=1)


def pace_of(session: Session, project: Project, now: datetime) -> Pace:
    """Return how the project goes on. Costs a bounded number of rows, however large it is."""
    open_tasks = _count(session, project, most=_MOST_COUNTED, only_open=True)
    # All tasks matter only as long as few are open: counted as far as it takes to know that.
    enough = int(open_tasks / TAIL_SHARE) + 1
    return Pace(
        left_s=left_s(project, now),
        round_s=round_s(session, project),
        tasks=_count(session, project, most=enough, only_open=False),
        open_tasks=open_tasks,
        idle=habits.idle(
            session,
            until=now + _SOON,
            countries=project.countries,
            languages=project.languages,
            most=_MOST_COUNTED,
        ),
    )


def zone_of(project: Project) -> str:
    """Return the time zone the project's open hours are reckoned in: its first country's."""
    return people.time_zone(project.countries[0])


def left_s(project: Project, now: datetime) -> float | None:
    """Return the seconds of open time before the deadline; None where there is none."""
    if project.deadline is None:
        return None
    return hours.open_seconds(settings().quiet_hours, now, project.deadline, zone_of(project))


def round_s(session: Session, project: Project) -> float:
    """Return in how many seconds nine of ten answers come: of the newest, or half a lease before there are enough."""
    newest = (
        select(Answer.seconds)
        .where(Answer.project_id == project.id)
        .order_by(Answer.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    count, slow = session.execute(
        select(func.count(), func.percentile_cont(0.9).within_group(newest.c.seconds)).select_from(newest)
    ).one()
    return float(slow) if count >= _LEAST else project.lease_s / 2


def _count(session: Session, project: Project, *, most: int, only_open: bool) -> int:
    some = select(Task.id).where(Task.project_id == project.id)
    if only_open:
        some = some.where(Task.state == "open")
    return session.scalar(select(func.count()).select_from(some.limit(most).subquery())) or 0
