"""Judging the adaptive projects that have something to judge, one at a time, each in a transaction of its own."""

import time
from datetime import timedelta

from app import clock, db, outbox
from app.tasks import judging

# A project is not judged again before this long, nor before ten times as long as judging it took: a large one takes
# a second, and a few answers more or less change little in it.
PAUSE_S = 1.0
PAUSE_TIMES = 10


def judge_due() -> int:
    """Judge every project that is due; return how many tasks were concluded or get another answer."""
    done = 0
    while True:
        began = time.monotonic()
        with db.transaction() as session:
            project = judging.due_project(session, clock.now())
            if project is None:
                return done
            judged = judging.judge(session, project=project, now=clock.now())
            pause_s = max(PAUSE_S, PAUSE_TIMES * (time.monotonic() - began))
            project.judge_after = clock.now() + timedelta(seconds=pause_s)
            if judged.opened:
                outbox.ring(session, "assignment")
        done += judged.concluded + judged.opened
