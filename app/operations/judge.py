"""Judging the adaptive projects that have something to judge, one at a time, each in a transaction of its own."""

import time
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app import clock, db, outbox
from app.operations import barred
from app.operations.pace import pace_of
from app.people import service as people
from app.tasks import service as tasks
from app.tasks.judgement import concluding, judging
from app.tasks.judgement.fitted import fitted, keep
from app.tasks.judgement.judging import Judged
from app.tasks.models import Project

# A project's answers are not fitted anew before this long, nor before ten times as long as fitting took: a large
# one takes a second, and a few answers more or less change little in it. Between, tasks are judged by the last fit.
PAUSE_S = 1.0
PAUSE_TIMES = 10


def judge_due() -> int:
    """Judge every project that has tasks to judge, once; return how many were concluded or get another answer."""
    done = 0
    seen: set[UUID] = set()
    while True:
        with db.transaction() as session:
            project = judging.due_project(session, seen)
            if project is None:
                return done
            seen.add(project.id)
            judged = _judge(session, project)
            if judged.opened:
                outbox.ring(session, "assignment")
        done += judged.concluded + judged.opened


def _judge(session: Session, project: Project) -> Judged:
    groups, pace = partial(people.groups_of, session), pace_of(session, project, clock.now())
    if not judging.is_fit_due(project, clock.now()):
        return judging.judge_by_what_is_kept(
            session, project=project, groups=groups, now=clock.now(), pace=pace
        )
    began = time.monotonic()
    judged = judging.judge(session, project=project, groups=groups, now=clock.now(), pace=pace)
    barred.tell(session, project=project, now=clock.now())
    pause_s = max(PAUSE_S, PAUSE_TIMES * (time.monotonic() - began))
    project.judge_after = clock.now() + timedelta(seconds=pause_s)
    return judged


def goes_on(session: Session, *, project: Project, now: datetime) -> bool:
    """Look once more at an adaptive project all of whose tasks are concluded; say whether some are asked again.

    The caller holds the project's row.
    """
    found = fitted(session, project, partial(people.groups_of, session)) if project.adaptive else None
    if found is None or not judging.open_again(session, project=project, found=found):
        return False
    keep(session, project, found, now)
    outbox.ring(session, "assignment")
    return True


def finish(session: Session, *, project: Project, now: datetime) -> None:
    """End an adaptive project by one last fit of its answers: what is open is concluded, what was told read again.

    What a person decided stays as it is.
    """
    found = fitted(session, project, partial(people.groups_of, session)) if project.adaptive else None
    conclude = partial(judging.conclude_all, found=found) if found else concluding.conclude_all
    tasks.wind_up(session, project=project, now=now, conclude=conclude)
    if found is not None:
        session.refresh(project)
        judging.read_again(session, project=project, found=found, now=now, final=True)
        keep(session, project, found, now)
