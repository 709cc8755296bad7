"""Many people at one survey: its places are those of few tasks, so that takers meet at the same rows.

Elsewhere a task that somebody is just taking is passed over, because there is another. Here there may be none, and
who passes it over would be told that there is no work. So they wait for it, for a moment: what is held is held for
one short transaction. The wait is bounded well below the database's check for deadlocks, so that people who finish
one survey and begin another, each holding what the next wants, never stop each other.
"""

from datetime import datetime

from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.tasks.models import OFFERABLE
from app.tasks.rules import WorkerFacts

# How long somebody waits for the row of a survey's task.
PATIENCE_MS = 500

_WAITED_FOR = text(
    f"""
    SELECT t.id FROM projects pr
     CROSS JOIN LATERAL (
        SELECT tasks.id FROM tasks
         WHERE tasks.project_id = pr.id AND {OFFERABLE}
           AND (SELECT a.id FROM assignments a WHERE a.task_id = tasks.id AND a.worker_id = :worker_id) IS NULL
         ORDER BY tasks.position LIMIT 1
     ) t
     WHERE pr.state = 'running' AND pr.kind = 'survey'
       AND pr.countries @> jsonb_build_array(CAST(:country AS text))
       AND pr.languages @> jsonb_build_array(CAST(:language AS text))
       AND (pr.cohorts = '[]' OR pr.cohorts @> jsonb_build_array(CAST(:cohort AS text)))
       AND (pr.deadline IS NULL OR pr.deadline > :now)
     ORDER BY pr.priority DESC, pr.launched_at, pr.id
     LIMIT 1
    """  # noqa: S608 - the parts are constants of the room
)
_WAIT = text("SELECT id FROM tasks WHERE id = :task_id FOR NO KEY UPDATE")


def wait_for_place(session: Session, worker: WorkerFacts, now: datetime) -> bool:
    """Wait until nobody else holds a survey's task that the worker might be given; False where there is none.

    The task is then held by this transaction, and so is not passed over when it is looked for again.
    """
    found = {
        "worker_id": worker.id,
        "country": worker.country,
        "language": worker.language,
        "cohort": str(worker.cohort_id) if worker.cohort_id else "",
        "now": now,
    }
    task_id = session.scalar(_WAITED_FOR, found)
    if task_id is None:
        return False
    before = session.scalar(text("SELECT current_setting('lock_timeout')"))
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_MS}ms'"))
            session.execute(_WAIT, {"task_id": task_id})
            session.execute(text("SELECT set_config('lock_timeout', :before, true)"), {"before": before})
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        return False
    return True
