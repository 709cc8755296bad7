"""Projects that teach and check, marked as a launch marks them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.tasks import service as tasks
from app.tasks.models import Project
from app.tasks.training import gold, standings
from tests.tasks.arrange import NOW, answer, draft, facts, items

LESSONS = [
    {"data": {"text": "Hose is torn"}, "answer": "yes", "why": {"en": "It carries water.", "sw": "Maji."}},
    {"data": {"text": "Bus is late"}, "answer": "no", "why": {"en": "Not water.", "sw": "Si maji."}},
]


def checked(
    session: Session,
    *,
    stock: int = 0,
    ordinary: int = 30,
    limit: int = 9,
    now: datetime = NOW,
    **changes: Any,
) -> Project:
    """A running project with so much gold, whose truth is `yes`, and so many ordinary tasks."""
    project = draft(session, **changes)
    known = [tasks.TaskItem(n, f"g{n}", {"text": f"Well {n}"}, "yes") for n in range(1, stock + 1)]
    tasks.add_tasks(session, project=project, lines=[*known, *items(ordinary)], now=now)
    tasks.set_state(session, project=project, to="running", now=now)
    project.gated = "exam" in changes or "training" in changes
    project.teaches, project.gold_limit = True, limit if stock else 0
    session.flush()
    return project


def known(session: Session, project: Project, worker: UUID, value: str, now: Any = NOW) -> UUID:
    """Let the worker answer a gold task they never had; return which, noting nothing of it."""
    taken = gold.give(session, project=project, worker=facts(worker), now=now, message_id=None)
    assert taken is not None
    answer(session, taken, value, now)
    return taken.task.id


def judged(session: Session, project: Project, worker: UUID, *values: str, now: Any = NOW) -> Any:
    """Let the worker answer so many gold tasks, each noted as operations do; return the pause the last led to."""
    paused = None
    for value in values:
        known(session, project, worker, value, now)
        right = value == "yes"
        gold.note_answer(session, project_id=project.id, worker_id=worker, right=right, now=now)
        paused = standings.note_known(
            session, worker_id=worker, project=project, right=right, checked=True, now=now
        )
    return paused
