"""Pauses and exams by a person's word, and what a gold found wrong gives back: done, noted, told to the worker.

What rests on what, app/tasks decides (standings, exams, forgiving).
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import hours, texts
from app.accounts import audit
from app.channels import service as channels
from app.channels.models import Address
from app.ids import show
from app.operations.offer import may_push, named
from app.operations.teach import name_of, note_passed
from app.people import service as people
from app.people.models import Worker
from app.settings import settings
from app.tasks.models import Exam, Pause, Project, Task
from app.tasks.training import exams, forgiving, standings


def correct_gold(
    session: Session, *, project: Project, task: Task, truth: str | None, now: datetime, actor: str
) -> int:
    """Correct a gold found wrong; give back what rested on it, and tell those concerned. Return how many they are.

    The caller holds the project's row, so that it is not judged meanwhile.
    """
    forgiven = forgiving.correct(session, project=project, task=task, truth=truth, now=now)
    for one in forgiven:
        if one.what == "exam":
            note_passed(session, one.worker_id, project)
        key = "forgiven_exam" if one.what == "exam" else "forgiven_pause"
        _tell(session, one.worker_id, project, key, now)
    data = {"task": task.client_task_id, "gold": truth, "given_back": len(forgiven)}
    _noted(session, "gold.corrected", show("prj", project.id), data, actor, now)
    return len(forgiven)


def pause_worker(
    session: Session, *, worker_id: UUID, project: Project, note: str, now: datetime, actor: str
) -> Pause:
    """Pause a worker in a project, by a person who says why; the worker is told. One paused already is left so."""
    people.lock_worker(session, worker_id)
    before = standings.open_pause(session, worker_id=worker_id, project_id=project.id)
    if before is not None:
        return before
    paused = standings.pause(
        session, worker_id=worker_id, project=project, reason="staff", note=note, now=now
    )
    _tell(session, worker_id, project, "paused_by_staff", now)
    data = {"project": show("prj", project.id), "why": note}
    _noted(session, "worker.paused", show("wkr", worker_id), data, actor, now)
    return paused


def lift_pause(session: Session, *, pause: Pause, now: datetime, actor: str, told: bool = True) -> bool:
    """Let a worker go on who was paused in a project; tell them, unless the caller does. False where it had ended."""
    people.lock_worker(session, pause.worker_id)
    if not standings.lift(session, pause=pause, by=actor, now=now):
        return False
    project = session.get_one(Project, pause.project_id)
    if told:
        _tell(session, pause.worker_id, project, "pause_lifted", now)
    data = {"project": show("prj", project.id)}
    _noted(session, "worker.unpaused", show("wkr", pause.worker_id), data, actor, now)
    return True


def uphold_exam(session: Session, *, exam: Exam, now: datetime, actor: str, told: bool = True) -> bool:
    """Let a worker in who failed an exam and is right to complain; False where it is not a failed one."""
    people.lock_worker(session, exam.worker_id)
    if not exams.uphold(session, exam=exam, by=actor, now=now):
        return False
    project = session.get_one(Project, exam.project_id)
    note_passed(session, exam.worker_id, project)
    if told:
        _tell(session, exam.worker_id, project, "pause_lifted", now)
    data = {"project": show("prj", project.id)}
    _noted(session, "exam.upheld", show("wkr", exam.worker_id), data, actor, now)
    return True


def _noted(
    session: Session, action: str, subject: str, data: Mapping[str, object], actor: str, now: datetime
) -> None:
    audit.record(session, actor=actor, action=action, subject=subject, data=dict(data), now=now)


def _tell(session: Session, worker_id: UUID, project: Project, key: str, now: datetime) -> None:
    """Text the worker, outside quiet hours, unless they left or may not be texted."""
    worker = session.get_one(Worker, worker_id)
    address = session.get_one(Address, worker.address_id)
    if worker.state != "active" or not may_push(address, now):
        return
    text = texts.say(key, worker.language, project=name_of(project))
    channels.queue_message(
        session,
        address=address,
        worker_id=worker.id,
        text=named(worker, text),
        purpose="push",
        project_id=project.id,
        due_at=hours.open_at(settings().quiet_hours, now, worker.time_zone),
        now=now,
    )
