"""A client, workers and projects for the tests of tasks, made through the services that make them in earnest."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import ids
from app.channels.base import Inbound
from app.channels.models import Address
from app.channels.store import store_inbound
from app.people import service as people
from app.tasks import service as tasks
from app.tasks.description.checking import check
from app.tasks.description.spec import ProjectSpec
from app.tasks.models import Project
from app.tasks.rules import Reading, WorkerFacts
from app.texts import LANGUAGES, reserved

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COUNTRIES = ("KE", "TZ", "UG")
# Projects of the client that have an exam.
EXAMS = ("Water Exam",)


def body(**changes: Any) -> dict[str, Any]:
    """The body of a project that can be run, with changes; None takes a field out."""
    whole = {
        "name": "Water reports",
        "kind": "verification",
        "template": {"en": 'Is this about WATER? "{text}"', "sw": 'Je, hii inahusu MAJI? "{text}"'},
        "choices": [
            {"value": "yes", "label": {"en": "Yes", "sw": "Ndiyo"}},
            {"value": "no", "label": {"en": "No", "sw": "Hapana"}},
        ],
        "pay": {"amount": 200, "currency": "KES"},
        "redundancy": {"mode": "fixed", "answers": 3},
        "lease": "PT4H",
        "countries": ["KE"],
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def checked(**changes: Any) -> ProjectSpec:
    """Read and check that body as the API does."""
    spec = ProjectSpec.read(body(**changes))
    check(
        spec,
        reserved=reserved.words(),
        normalize=reserved.normalize,
        languages=LANGUAGES,
        countries=COUNTRIES,
        now=NOW,
        exams=EXAMS,
    )
    return spec


def items(count: int, first: int = 1) -> Iterable[tasks.TaskItem]:
    """So many tasks, numbered from the first."""
    for number in range(first, first + count):
        yield tasks.TaskItem(number, f"t{number}", {"text": f"The pump {number} is dry"})


def draft(session: Session, client_id: UUID | None = None, **changes: Any) -> Project:
    """A project without tasks, of the client or of one of its own."""
    return tasks.create_project(session, client_id=client_id or ids.new(), spec=checked(**changes), now=NOW)


def running(session: Session, count: int = 3, now: datetime = NOW, **changes: Any) -> Project:
    """A project with so many tasks, running."""
    project = draft(session, **changes)
    tasks.add_tasks(session, project=project, lines=items(count), now=now)
    tasks.set_state(session, project=project, to="running", now=now)
    return project


def make_workers(session: Session, count: int) -> list[UUID]:
    """So many workers, each with a phone."""
    made = []
    for place in range(count):
        inbound = Inbound(
            channel="twilio_sms",
            provider_message_id=f"SM{ids.new().hex}",
            number=f"+2547120{place:05}",
            sender="+254711000000",
            body="JOIN",
            country="KE",
        )
        store_inbound(session, inbound, NOW)
        address_id = session.scalars(
            select(Address.id).order_by(Address.created_at.desc(), Address.id.desc())
        ).first()
        assert address_id is not None
        worker = people.create_worker(
            session, address_id=address_id, country="KE", cohort=None, name="", now=NOW
        )
        made.append(worker.id)
    return made


def facts(worker_id: UUID, **changes: Any) -> WorkerFacts:
    """What choosing knows of a worker."""
    whole: dict[str, Any] = {"language": "en", "country": "KE", "cohort_id": None, "number": 1, **changes}
    return WorkerFacts(id=worker_id, **whole)


def take(session: Session, worker_id: UUID, now: datetime = NOW, **changes: Any) -> tasks.Taken | None:
    """Take the worker's next place."""
    return tasks.take_next(session, worker=facts(worker_id, **changes), now=now)


def must_take(session: Session, worker_id: UUID, now: datetime = NOW, **changes: Any) -> tasks.Taken:
    """Take the worker's next place, which there must be."""
    taken = take(session, worker_id, now, **changes)
    assert taken is not None
    return taken


def answer(
    session: Session, taken: tasks.Taken, value: str, now: datetime = NOW, *, late: bool = False
) -> tasks.Recorded:
    """Record an answer to what was taken."""
    return tasks.record_answer(
        session,
        assignment=taken.assignment,
        task=taken.task,
        project=taken.project,
        reading=Reading(value, value, 1.0),
        language="en",
        channel="twilio_sms",
        late=late,
        now=now,
    )


def fill(session: Session, project: Project, count: int) -> None:
    """Finish the project's first tasks at a stroke, as though they had been answered."""
    session.execute(
        text(
            "UPDATE tasks SET answered = places, state = 'finished' WHERE project_id = :id AND position <="
            " (SELECT position FROM tasks WHERE project_id = :id AND client_task_id = :last)"
        ),
        {"id": project.id, "last": f"t{count}"},
    )
