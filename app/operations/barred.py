"""Telling a worker that a project's questions go to others from now on: being passed over is never silent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ids import show
from app.operations import telling
from app.people.models import Notice
from app.tasks.models import Project, Skill
from app.tasks.walks import KNOWN_FROM


def tell(session: Session, *, project: Project, now: datetime) -> int:
    """Note, for each worker whose skill hardly reaches what the project asks, that they are to be told; once each.

    The caller holds the project's row. What they earned stays theirs, and other projects go on asking them.
    """
    if not project.min_skill:
        return 0
    shown = show("prj", project.id)
    below = select(Skill.worker_id).where(
        Skill.project_id == project.id, Skill.answers >= KNOWN_FROM, Skill.lower < project.min_skill
    )
    told = select(Notice.worker_id).where(
        Notice.kind == telling.BARRED, Notice.data["project"].astext == shown, Notice.worker_id.in_(below)
    )
    found: list[UUID] = sorted(set(session.scalars(below)) - set(session.scalars(told)))
    for worker_id in found:
        telling.note(session, worker_id=worker_id, kind=telling.BARRED, data={"project": shown}, now=now)
    return len(found)
