"""The second step of free text: each text is checked by others, as a task of its own, before it counts and is paid.

Owns the check tasks, and the state of answers that wait for them. A check is a hidden task of the same project, so that
places, leases and late answers hold for it as for any; its writer stands on it as somebody who had it already, and so
is never asked, nor is who may depend on them where there is a choice. What the checks come to is text_kind.py's; paying
and telling are operations'.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app import ids
from app.tasks.free_text import text_kind
from app.tasks.free_text.text_kind import ANSWER_FIELD, MOST_CHECKS, Checked, Verdict
from app.tasks.models import CHECK, UNSURE, Answer, Assignment, Project, Task
from app.tasks.rules import unsure_limit

# What parts the client's own id of a task from the rest in a check's: a character that no such id may have.
_JOINT = "\x1f"


def has_checks(project: Project) -> bool:
    """Say whether the project's texts are checked by others."""
    return project.spec.get("check") is not None


def open_check(
    session: Session, *, project: Project, task: Task, answer: Answer, assignment: Assignment, now: datetime
) -> Task:
    """Make the task that asks others about a text; it is offered before all others."""
    check = Task(
        id=ids.new(),
        project_id=project.id,
        client_id=project.client_id,
        client_task_id=f"{task.client_task_id}{_JOINT}{answer.id}",
        data={**task.data, ANSWER_FIELD: answer.value},
        step=CHECK,
        about_answer_id=answer.id,
        places=int(project.spec["check"]["answers"]),
        freed=True,
        created_at=now,
    )
    session.add(check)
    session.flush()
    session.add(
        Assignment(
            id=ids.new(),
            project_id=project.id,
            client_id=project.client_id,
            task_id=check.id,
            worker_id=answer.worker_id,
            state="answered",
            number=0,
            language=answer.language,
            group_id=assignment.group_id,
            site=assignment.site,
            offered_at=now,
            lease_s=0,
            ended_at=now,
        )
    )
    session.flush()
    return check


def client_task_id(task: Task) -> str:
    """Return the client's own id of a task, or of the task whose text a check is about."""
    return task.client_task_id.partition(_JOINT)[0]


def waits(session: Session, task_id: UUID) -> bool:
    """Say whether a text of the task is still being checked."""
    pending = select(Answer.id).where(Answer.task_id == task_id, Answer.state == "pending").limit(1)
    return session.scalar(pending) is not None


def to_decide(session: Session, limit: int) -> list[UUID]:
    """Return the texts (answers) whose checks are in, without locking: each is locked when it is decided."""
    found = select(Task.about_answer_id).where(Task.judge, Task.step == CHECK).limit(limit)
    return [answer_id for answer_id in session.scalars(found) if answer_id is not None]


def overdue(session: Session, now: datetime, limit: int) -> list[UUID]:
    """Return the texts (answers) that have waited for their checks as long as their project lets them."""
    waited = Answer.answered_at + func.make_interval(0, 0, 0, 0, 0, 0, Project.check_s) <= now
    found = (
        select(Answer.id)
        .join(Project, Project.id == Answer.project_id)
        # No project lets a text wait for less.
        .where(Answer.state == "pending", Answer.answered_at <= now - timedelta(hours=1), waited)
        .order_by(Answer.answered_at)
        .limit(limit)
    )
    return list(session.scalars(found))


def pending_of(session: Session, project_id: UUID) -> list[UUID]:
    """Return the texts (answers) of a project that still wait to be decided."""
    found = select(Answer.id).where(Answer.state == "pending", Answer.project_id == project_id)
    return list(session.scalars(found.order_by(Answer.id)))


def lock(session: Session, answer_id: UUID) -> tuple[Task, Answer, Task | None] | None:
    """Hold the rows of a text's task, of the text and of its check, in this order; None where there is no such text."""
    task_id = session.scalar(select(Answer.task_id).where(Answer.id == answer_id))
    if task_id is None:
        return None
    task = session.get_one(Task, task_id, with_for_update={"key_share": True}, populate_existing=True)
    answer = session.get_one(Answer, answer_id, with_for_update=True, populate_existing=True)
    about = select(Task).where(Task.about_answer_id == answer_id)
    check = session.scalars(
        about.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one_or_none()
    return task, answer, check


def verdict_of(session: Session, project: Project, check: Task, *, last: bool) -> Verdict:
    """Return what a text's checks come to; `last`: no more of them can be had."""
    accepted, refused = _votes(session, check.id)
    nobody_knows = check.unsure >= unsure_limit(check.places)
    return text_kind.verdict(
        accepted=accepted,
        refused=refused,
        wanted=int(project.spec["check"]["answers"]),
        may_ask=not last and not nobody_knows and accepted + refused < MOST_CHECKS,
    )


def refused_by(session: Session, check: Task) -> int:
    """Return how many checks found the text bad."""
    return _votes(session, check.id)[1]


def _votes(session: Session, check_id: UUID) -> tuple[int, int]:
    accepted, refused = session.execute(
        select(
            func.count().filter(Answer.value == text_kind.YES),
            func.count().filter(Answer.value == text_kind.NO),
        ).where(Answer.task_id == check_id)
    ).one()
    return accepted, refused


def ask_more(session: Session, check: Task) -> None:
    """Open a further place of a check whose answers differ."""
    check.judge = False
    if check.places < MOST_CHECKS and check.answered >= check.places:
        check.places += 1
        check.freed = True
    session.flush()


def close_check(session: Session, check: Task | None) -> None:
    """End a check that is decided: it is offered to nobody more. Who has it still may answer, and is paid."""
    if check is not None:
        check.state, check.judge = "finished", False
        session.flush()


def take_in(session: Session, *, task: Task, answer: Answer, pay_minor: int) -> bool:
    """Let a text count, paid so much. False where it was refused before and its place is no longer free.

    Either way it counts; where False, the place's money went to another text, and this one's must come from elsewhere.
    """
    has_place = answer.state == "pending"
    if answer.state == "refused" and task.state == "open" and task.answered + task.live < task.places:
        task.answered += 1
        has_place = True
    answer.state, answer.pay_minor, answer.refused_why = "counted", pay_minor, None
    session.flush()
    return has_place


def turn_down(session: Session, *, project: Project, task: Task, answer: Answer, why: str) -> None:
    """Refuse a text that was pending: its place is offered again, unless no further text is funded for it."""
    answer.state, answer.refused_why = "refused", why
    task.answered -= 1
    task.refused += 1
    if task.refused > int(project.spec["check"]["retries"]) * project.answers_wanted:
        task.places -= 1
    else:
        task.freed = True
    session.flush()


def texts_of(session: Session, task_ids: Sequence[UUID]) -> dict[UUID, tuple[list[Checked], int]]:
    """Return each task's texts in the order they came, with their checks, and how many did not know."""
    vote, check = aliased(Answer), aliased(Task)
    rows = session.execute(
        select(
            Answer.task_id,
            Answer.value,
            Answer.state,
            func.count().filter(vote.value == text_kind.YES),
            func.count().filter(vote.value == text_kind.NO),
        )
        .outerjoin(check, check.about_answer_id == Answer.id)
        .outerjoin(vote, vote.task_id == check.id)
        .where(Answer.task_id.in_(task_ids))
        .group_by(Answer.id)
        .order_by(Answer.id)
    ).all()
    found: dict[UUID, tuple[list[Checked], int]] = {}
    for task_id, value, state, accepted, refused in rows:
        texts, unsure = found.get(task_id, ([], 0))
        if value == UNSURE:
            found[task_id] = (texts, unsure + 1)
        else:
            found[task_id] = ([*texts, Checked(value, state == "counted", accepted, refused)], unsure)
    return found
