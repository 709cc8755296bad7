"""Projects: made as drafts, moved through their states, counted, and found when something is due.

Owns the table projects but for its front (choosing.py's). What a launch or an end costs is operations'.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import ids
from app.errors import conflict, not_found
from app.tasks.description import pictures
from app.tasks.description.spec import ProjectSpec, duration_s
from app.tasks.events import record_event
from app.tasks.models import CHECK, STOCK, Project, Result, Review, Task
from app.tasks.rules import allowed_from, passing


@dataclass(frozen=True)
class Progress:
    """How far a project is. `places` is what all its tasks want, `answered` and `live` how many of them are
    filled and given out; `unsure` answers fill none; `finished` of the `tasks` are concluded, and `in_review` of the
    results wait for a person.
    """

    tasks: int
    finished: int
    places: int
    answered: int
    live: int
    unsure: int
    results: int
    in_review: int


def create_project(session: Session, *, client_id: UUID, spec: ProjectSpec, now: datetime) -> Project:
    """Make a project, a draft without tasks. The spec has passed `spec.check`."""
    project = Project(
        id=ids.new(),
        client_id=client_id,
        name=spec.name,
        kind=spec.kind,
        state="draft",
        spec=spec.as_json(),
        languages=spec.languages,
        countries=list(spec.countries),
        cohorts=[str(cohort_id) for cohort_id in spec.cohort_ids()],
        requires=[
            *(passing(client_id, name) for name in spec.audience.skills),
            *pictures.requires(spec),
        ],
        min_skill=spec.audience.min_skill,
        answers_wanted=spec.answers_wanted,
        most_answers=spec.most_answers if spec.adaptive else 0,
        pay_minor=spec.pay.amount,
        currency=spec.pay.currency,
        check_pay_minor=spec.check.pay.amount if spec.check else 0,
        check_s=(duration_s(spec.check.within) or 0) if spec.check else 0,
        lease_s=spec.lease_s,
        priority=spec.priority,
        deadline=spec.deadline,
        spend_cap_minor=spec.spend_cap,
        created_at=now,
    )
    session.add(project)
    session.flush()
    record_event(session, project=project, kind="state", data={"state": "draft"}, now=now)
    return project


def project_of(session: Session, *, project_id: UUID, client_id: UUID) -> Project:
    """Return the client's project. Raises `not-found` (404), also for another client's."""
    found = session.scalars(
        select(Project).where(Project.id == project_id, Project.client_id == client_id)
    ).one_or_none()
    if found is None:
        raise not_found("project", ids.show("prj", project_id))
    return found


def projects_of(
    session: Session, *, client_id: UUID | None, limit: int, starting_after: UUID | None = None
) -> list[Project]:
    """Return up to `limit` projects, newest first, after the one given; of every client where that is None."""
    statement = select(Project).order_by(Project.id.desc()).limit(limit)
    if client_id is not None:
        statement = statement.where(Project.client_id == client_id)
    if starting_after is not None:
        statement = statement.where(Project.id < starting_after)
    return list(session.scalars(statement))


def exam_names(session: Session, client_id: UUID) -> list[str]:
    """Return the names of the client's projects that have an exam, by which an audience asks for it."""
    found = select(Project.name).where(Project.client_id == client_id, Project.spec.has_key("exam"))
    return list(session.scalars(found.distinct()))


def lock_project(session: Session, project: Project) -> None:
    """Read the project anew and hold its row until the transaction ends.

    The lock lets workers go on taking tasks (their rows refer to the project's key, which does not change).
    """
    session.refresh(project, with_for_update={"key_share": True})


def set_state(session: Session, *, project: Project, to: str, now: datetime) -> None:
    """Move the project to another state and record the event. Raises `wrong-state` (409), saying what may be.

    What goes with it (money, the running assignments) is the caller's: see ending.wind_up.
    """
    lock_project(session, project)
    allowed = allowed_from(project.state)
    if to not in allowed:
        may = " or ".join(allowed) if allowed else "nothing else any more"
        raise conflict(
            "wrong-state",
            f"The project {ids.show('prj', project.id)} is {project.state} and cannot become {to}; "
            f"from here it may become {may}.",
            state=project.state,
            allowed=list(allowed),
        )
    project.state = to
    if to == "running" and project.launched_at is None:
        project.launched_at = now
    if to in ("finished", "cancelled"):
        project.ended_at = now
    session.flush()
    record_event(session, project=project, kind="state", data={"state": to}, now=now)


def progress(session: Session, project_id: UUID) -> Progress:
    """Count the project's tasks, places and answers, without gold. Reads every task of the project once."""
    counted = session.execute(
        select(
            func.count(),
            func.count().filter(Task.state == "finished"),
            func.coalesce(func.sum(Task.places), 0),
            func.coalesce(func.sum(Task.answered), 0),
            func.coalesce(func.sum(Task.live), 0),
            func.coalesce(func.sum(Task.unsure), 0),
            select(func.count()).where(Result.project_id == project_id).scalar_subquery(),
            select(func.count())
            .where(Review.project_id == project_id, Review.state == "waiting")
            .scalar_subquery(),
        ).where(Task.project_id == project_id, Task.step != CHECK, Task.state.not_in(STOCK))
    ).one()
    return Progress(*(int(number) for number in counted))


def project_is_done(session: Session, project_id: UUID) -> bool:
    """Say whether none of the project's tasks is open. Looks from the end, where the last open one stands."""
    last = (
        select(Task.id)
        .where(Task.project_id == project_id, Task.state == "open")
        .order_by(Task.position.desc())
        .limit(1)
    )
    return session.execute(last).one_or_none() is None


def past_deadline(session: Session, now: datetime, *, limit: int = 20) -> list[Project]:
    """Return running or paused projects whose deadline has come, locked; one that somebody holds is left out."""
    statement = (
        select(Project)
        .where(Project.state.in_(("running", "paused")), Project.deadline <= now)
        .order_by(Project.deadline)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list(session.scalars(statement))
