"""What went against a worker, of which kind, and why: what WHY tells, and what an appeal can be against.

Each kind of thing has one function that finds the last of it. Reads only; what an appeal does is appeals.py's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import ids, texts
from app.accounts.models import AuditEntry
from app.payments.models import Payout
from app.people.models import Worker
from app.tasks import leases
from app.tasks.models import UNSURE, Answer, Exam, Pause

# What is older than this is told no more, and cannot be appealed against.
REMEMBERED = timedelta(days=30)
# So much of a reason, and of the beginning of a text, fits the message that tells it.
LONGEST_REASON, LONGEST_START = 50, 20
# What a person can decide otherwise.
APPEALABLE = frozenset({"answer", "exam", "pause", "stopped-work"})

Kind = Literal["answer", "exam", "pause", "stopped-work", "payout", "late", "unsure"]


@dataclass(frozen=True)
class Ground:
    """One thing that went against a worker: of which kind, since when, and why, in words they can be told.

    `lasts` says that it still stands in their way, whatever came after it. `about` fills the text of WHY further.
    `against` is who decided it, where that was a person.
    """

    kind: Kind
    subject_id: UUID
    at: datetime
    reason: str = ""
    lasts: bool = False
    project_id: UUID | None = None
    against: str | None = None
    about: dict[str, object] = field(default_factory=dict)

    @property
    def is_appealable(self) -> bool:
        """Whether a person may decide otherwise."""
        return self.kind in APPEALABLE


def ground_of(session: Session, worker: Worker, now: datetime, *, appealable: bool = False) -> Ground | None:
    """Return the last thing that went against the worker: what still stands in their way first, else the latest.

    Only of those that can be appealed against, where that is asked for.
    """
    found = [ground for find in _FINDERS if (ground := find(session, worker, now)) is not None]
    kept = [
        ground
        for ground in found
        if (ground.lasts or ground.at > now - REMEMBERED) and (ground.is_appealable or not appealable)
    ]
    return max(kept, key=lambda ground: (ground.lasts, ground.at), default=None)


def _paused(session: Session, worker: Worker, now: datetime) -> Ground | None:
    if worker.state != "paused":
        return None
    return Ground(
        "stopped-work",
        worker.id,
        now,
        reason=worker.pause_reason or "",
        lasts=True,
        against=_who_paused(session, worker, None),
    )


def _refused(session: Session, worker: Worker, _now: datetime) -> Ground | None:
    answer = session.scalar(
        select(Answer)
        .where(Answer.worker_id == worker.id, Answer.state == "refused")
        .order_by(Answer.answered_at.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if answer is None:
        return None
    return Ground(
        "answer",
        answer.id,
        answer.answered_at,
        reason=answer.refused_why or "",
        project_id=answer.project_id,
        about={"start": cut(" ".join(answer.value.split()), LONGEST_START)},
    )


def _failed(session: Session, worker: Worker, _now: datetime) -> Ground | None:
    exam = session.scalar(
        select(Exam)
        .where(Exam.worker_id == worker.id, Exam.state == "failed")
        .order_by(Exam.ended_at.desc())
        .limit(1)
    )
    if exam is None or exam.ended_at is None:
        return None
    passed_since = select(Exam.id).where(
        Exam.worker_id == worker.id,
        Exam.project_id == exam.project_id,
        Exam.state.in_(("passed", "upheld")),
        Exam.ended_at >= exam.ended_at,
    )
    if session.scalar(passed_since.limit(1)) is not None:
        return None
    about: dict[str, object] = {"right": exam.right, "asked": exam.questions, "needed": exam.needed}
    return Ground("exam", exam.id, exam.ended_at, project_id=exam.project_id, about=about)


def _paused_in_project(session: Session, worker: Worker, _now: datetime) -> Ground | None:
    pause = session.scalar(
        select(Pause)
        .where(Pause.worker_id == worker.id, Pause.state != "lifted")
        .order_by(Pause.began_at.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if pause is None:
        return None
    asked = pause.right + pause.wrong
    measured = texts.say("why_gold_reason", worker.language, wrong=pause.wrong, asked=asked)
    return Ground(
        "pause",
        pause.id,
        pause.began_at,
        reason=pause.note or measured,
        lasts=True,
        project_id=pause.project_id,
        against=_who_paused(session, worker, pause.project_id) if pause.reason == "staff" else None,
    )


def _who_paused(session: Session, worker: Worker, project_id: UUID | None) -> str | None:
    """Return who paused the worker last in a project, or altogether, as the audit trail names them."""
    project = AuditEntry.data["project"].astext
    entry = (
        select(AuditEntry.actor)
        .where(
            AuditEntry.subject == ids.show("wkr", worker.id),
            AuditEntry.action == "worker.paused",
            project == ids.show("prj", project_id) if project_id else project.is_(None),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return session.scalar(entry)


def _payout_refused(session: Session, worker: Worker, _now: datetime) -> Ground | None:
    """A payout that a person did not let go: one the rail failed had been approved before."""
    refused = session.scalar(
        select(Payout)
        .where(Payout.worker_id == worker.id, Payout.state == "failed", Payout.approved_at.is_(None))
        .order_by(Payout.requested_at.desc())
        .limit(1)
    )
    if refused is None:
        return None
    about: dict[str, object] = {"amount": texts.money(refused.amount_minor, refused.currency)}
    at = refused.settled_at or refused.requested_at
    return Ground("payout", refused.id, at, reason=refused.reason or "", about=about)


def _late(session: Session, worker: Worker, now: datetime) -> Ground | None:
    found = leases.last_unneeded(session, worker.id)
    if found is None:
        return None
    return Ground("late", found.id, found.unneeded_at or now, project_id=found.project_id)


def _unsure(session: Session, worker: Worker, _now: datetime) -> Ground | None:
    last = session.scalar(
        select(Answer).where(Answer.worker_id == worker.id).order_by(Answer.answered_at.desc()).limit(1)
    )
    if last is None or last.value != UNSURE:
        return None
    return Ground("unsure", last.id, last.answered_at, project_id=last.project_id)


_FINDERS: tuple[Callable[[Session, Worker, datetime], Ground | None], ...] = (
    _paused,
    _paused_in_project,
    _failed,
    _refused,
    _payout_refused,
    _late,
    _unsure,
)


def cut(words: str, most: int) -> str:
    """Return the words, cut at the last that fits."""
    if len(words) <= most:
        return words
    return words[: most - 3].rstrip() + "..."
