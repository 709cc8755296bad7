"""Making a project and adding its tasks: what needs several rooms' knowledge to be checked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app import outbox
from app.accounts import audit
from app.channels import segments
from app.errors import conflict, invalid
from app.ids import new, show
from app.operations import funding, lesson_texts, questions, survey_texts
from app.settings import settings
from app.tasks import service as tasks
from app.tasks.description import checking
from app.tasks.description.spec import MOST_SEGMENTS, ProjectSpec
from app.tasks.loading import Line
from app.tasks.models import Project
from app.texts import LANGUAGES, reserved


def create_project(
    session: Session,
    *,
    client_id: UUID,
    body: Mapping[str, Any],
    now: datetime,
    actor: str,
) -> Project:
    """Make a draft from the body of the request. Raises `invalid` or `not-available` with pointers to the fields."""
    spec = ProjectSpec.read(body)
    checking.check(
        spec,
        reserved=reserved.words(),
        normalize=reserved.normalize,
        languages=LANGUAGES,
        countries=settings().country_list,
        least_lease_s=settings().least_lease_s,
        exams=tasks.exam_names(session, client_id) if spec.audience.skills else (),
        now=now,
        too_long=survey_texts.too_long,
    )
    too_long = lesson_texts.problems(spec)
    if too_long:
        raise invalid("The practice questions do not fit their messages. Shorten those named here.", too_long)
    project = tasks.create_project(session, client_id=client_id, spec=spec, now=now)
    audit.record(
        session, actor=actor, action="project.created", subject=show("prj", project.id), data={}, now=now
    )
    return project


def add_tasks(session: Session, *, project: Project, lines: Iterable[Line], now: datetime) -> tasks.AddReport:
    """Add tasks to a draft, or to a launched project, which then reserves their cost too or refuses them.

    Raises `wrong-state` for a project that has ended, and for a launched one `insufficient-credit` (402), or
    `over-spend-cap` (409) where it would then cost more than its client allows.
    """
    if project.state not in {"draft", "running", "paused"}:
        raise conflict("wrong-state", f"The project is {project.state}; tasks are added before it ends.")
    before = funding.held(session, project) if project.state != "draft" else None
    report = tasks.add_tasks(
        session, project=project, lines=lines, too_long=lambda data: too_long(project, data), now=now
    )
    if before is not None and report.added:
        funding.fund(session, project=project, before=before, reference=str(new()), now=now)
        outbox.ring(session, "assignment")
    return report


def too_long(project: Project, data: Mapping[str, Any]) -> str | None:
    """Return what is wrong where a task's question does not fit its segments in some language, else None."""
    if project.kind == "survey":
        return survey_texts.data_too_long(project, data)
    most = int(project.spec.get("max_segments") or 1)
    for language in project.languages:
        text = questions.rendered(project.spec, dict(data), language, project.pay_minor, project.currency)
        counted = segments.count(text)
        if counted.segments > most:
            why = (
                f" because of {' '.join(counted.offending)!r}, which SMS can only send as UCS-2"
                if counted.offending
                else ""
            )
            return (
                f"The question would take {counted.segments} segments in {language!r}{why}; it may take "
                f"{most}. Shorten the text or the template, or say in the project's max_segments (up to "
                f"{MOST_SEGMENTS}) that you accept the price."
            )
    return None
