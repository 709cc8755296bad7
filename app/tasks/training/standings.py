"""Where a worker stands in a project that teaches or checks: its lessons, their trust, pauses, whether they may go on.

Owns the tables standings and pauses, and `admitted` of cursors, by which choosing passes a project over. What is due
next is found in one statement, because every offer asks for it. Exams are exams.py's, gold itself gold.py's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import ids
from app.tasks import choosing
from app.tasks.models import OFFERABLE, Pause, Project, Standing, Task
from app.tasks.rules import WorkerFacts
from app.tasks.training import gold, teaching, trust
from app.tasks.walks import order_of

# How long lessons or an exam are not offered again to somebody who put them off or failed.
LATER = timedelta(days=1)
# Runs of a retraining that may fail before a person looks, and questions missed that it asks once more.
MOST_RUNS = 2
MOST_MISSED = 3

Kind = Literal["gold", "lessons", "exam", "retraining"]
Learnt = Literal["next", "done", "exam", "again", "review"]


@dataclass(frozen=True)
class Step:
    """What is due for a worker before another task: a gold question, lessons, or an exam; of which project.

    `before_work` is whether the project comes first among those the worker could be given tasks of.
    """

    kind: Kind
    project_id: UUID
    before_work: bool


# `o` are the projects with work for the worker that come before this one, as choosing would ask them. Practice after a
# pause comes before all: they were told that it is what their next word brings.
_FITS = """{p}.state = 'running' AND {p}.countries @> jsonb_build_array(CAST(:country AS text))
           AND {p}.languages @> jsonb_build_array(CAST(:language AS text))
           AND ({p}.cohorts = '[]' OR {p}.cohorts @> jsonb_build_array(CAST(:cohort AS text)))
           AND ({p}.deadline IS NULL OR {p}.deadline > :now) AND {p}.requires <@ CAST(:passed AS jsonb)"""
_DUE = text(
    f"""
    SELECT p.id, s.state, coalesce(s.state = 'retraining', false) OR NOT EXISTS (
             SELECT 1 FROM projects o LEFT JOIN cursors c ON c.project_id = o.id AND c.worker_id = :worker_id
              WHERE {_FITS.format(p="o")} AND coalesce(c.admitted, NOT o.gated)
                AND ({order_of("o")}) < ({order_of("p")})
                AND EXISTS (SELECT 1 FROM tasks WHERE project_id = o.id AND {OFFERABLE})) AS before_work
      FROM projects p LEFT JOIN standings s ON s.project_id = p.id AND s.worker_id = :worker_id
     WHERE {_FITS.format(p="p")} AND p.teaches
       AND (s.state = 'working' AND s.answers >= s.gold_due_at
            OR s.worker_id IS NULL AND p.gated
            OR s.state IN ('lessons', 'exam', 'retraining') AND (s.later_at IS NULL OR s.later_at <= :now))
       AND EXISTS (SELECT 1 FROM tasks WHERE project_id = p.id AND {OFFERABLE})
     ORDER BY s.state IS DISTINCT FROM 'retraining', {order_of("p")} LIMIT 1
    """  # noqa: S608 - the parts are constants of this module and of the models
)
_ANY = text("SELECT 1 FROM projects WHERE state = 'running' AND teaches LIMIT 1")
_COUNT = text(
    """
    INSERT INTO standings (worker_id, project_id, state, answers, gold_due_at, gold_given, "right", wrong, since,
                           lesson, mistakes, lessons)
    VALUES (:worker_id, :project_id, 'working', 1, :due_at, 0, 0, 0, :now, 0, 0, '[]')
    ON CONFLICT (worker_id, project_id) DO UPDATE SET answers = standings.answers + 1
    """
)
_ADMIT = text(
    """
    INSERT INTO cursors (worker_id, project_id, position, admitted)
    VALUES (:worker_id, :project_id, -1, :admitted)
    ON CONFLICT (worker_id, project_id) DO UPDATE SET admitted = excluded.admitted
    """
)


def due(session: Session, *, worker: WorkerFacts, now: datetime) -> Step | None:
    """Return what is due for the worker in a project that teaches or checks, None for nothing: nearly always."""
    if session.execute(_ANY).one_or_none() is None:
        return None
    values = {
        "worker_id": worker.id,
        "country": worker.country,
        "language": worker.language,
        "cohort": str(worker.cohort_id) if worker.cohort_id else "",
        "passed": json.dumps(worker.passed),
        "turn": worker.number // choosing.TURN,
        "now": now,
    }
    row = session.execute(_DUE, values).one_or_none()
    if row is None:
        return None
    if row.state == "working":
        return Step("gold", row.id, row.before_work)
    if row.state is not None:
        return Step(row.state, row.id, row.before_work)
    project = session.get_one(Project, row.id)
    return Step("lessons" if teaching.lessons_of(project.spec) else "exam", row.id, row.before_work)


def standing_of(session: Session, *, worker_id: UUID, project_id: UUID) -> Standing | None:
    """Return where the worker stands in the project, None where nothing is kept of it."""
    return session.get(Standing, (worker_id, project_id), populate_existing=True)


def begun(session: Session, *, worker_id: UUID, project: Project, now: datetime) -> Standing:
    """Return where the worker, whose row is locked, stands in the project; at its beginning, if they are new to it."""
    found = standing_of(session, worker_id=worker_id, project_id=project.id)
    if found is not None:
        return found
    lessons, exam = teaching.lessons_of(project.spec), teaching.exam_of(project.spec)
    state = "lessons" if lessons else "exam" if exam else "working"
    standing = Standing(
        worker_id=worker_id,
        project_id=project.id,
        state=state,
        answers=0,
        gold_due_at=_first_gold(worker_id, project),
        gold_given=0,
        right=0,
        wrong=0,
        since=now,
        lesson=0,
        mistakes=0,
        lessons=[],
    )
    session.add(standing)
    session.flush()
    return standing


def _first_gold(worker_id: UUID, project: Project) -> int | None:
    wanted = teaching.gold_share(project.spec)
    return trust.gap(worker_id, project.id, 0, trust.share(0, 0, 0, wanted)) if wanted else None


def lessons(standing: Standing, project: Project) -> tuple[teaching.Lesson, ...]:
    """Return the lessons the worker is at: the project's, or those of their retraining."""
    if standing.state == "retraining":
        return tuple(teaching.read_lesson(each) for each in standing.lessons)
    return teaching.lessons_of(project.spec)


def note_work(session: Session, *, worker_id: UUID, project: Project, now: datetime) -> None:
    """Count an answer to an ordinary task, on which the next gold question depends."""
    values = {"worker_id": worker_id, "project_id": project.id, "now": now}
    session.execute(_COUNT, {**values, "due_at": _first_gold(worker_id, project)})


def note_given(session: Session, *, worker_id: UUID, project: Project) -> None:
    """Note that a gold question was given, or that none is left: when the next one is due."""
    standing = session.get_one(Standing, (worker_id, project.id), populate_existing=True)
    standing.gold_given += 1
    wanted = trust.share(standing.answers, standing.right, standing.wrong, teaching.gold_share(project.spec))
    standing.gold_due_at = standing.answers + trust.gap(worker_id, project.id, standing.gold_given, wanted)
    session.flush()


def note_known(
    session: Session, *, worker_id: UUID, project: Project, right: bool, checked: bool, now: datetime
) -> Pause | None:
    """Count an answer to a gold task; return the pause that is due by it. An exam's are counted, not `checked`."""
    standing = begun(session, worker_id=worker_id, project=project, now=now)
    standing.right += right
    standing.wrong += not right
    session.flush()
    if not checked or right or standing.state != "working":
        return None
    if not trust.pause_due(standing.right, standing.wrong, teaching.floor(project.spec)):
        return None
    return pause(session, worker_id=worker_id, project=project, reason="gold", now=now)


def pause(
    session: Session,
    *,
    worker_id: UUID,
    project: Project,
    reason: str,
    now: datetime,
    note: str | None = None,
) -> Pause:
    """Give the worker no more of the project until they have learnt, or, the second time or by staff, a person says so.

    The one that is open already is returned as it is.
    """
    standing = begun(session, worker_id=worker_id, project=project, now=now)
    open_one = open_pause(session, worker_id=worker_id, project_id=project.id)
    if open_one is not None:
        return open_one
    missed = gold.missed(session, project_id=project.id, worker_id=worker_id, since=standing.since)
    relearnt = _retraining(project, missed) if reason == "gold" else []
    before = select(func.count()).where(
        Pause.project_id == project.id,
        Pause.worker_id == worker_id,
        Pause.ended_by.is_distinct_from("forgiven"),
    )
    first = bool(relearnt) and not session.scalar(before)
    made = Pause(
        id=ids.new(),
        project_id=project.id,
        worker_id=worker_id,
        state="retraining" if first else "review",
        reason=reason,
        right=standing.right,
        wrong=standing.wrong,
        missed=[str(task.id) for task in missed],
        runs=0,
        note=note,
        began_at=now,
    )
    session.add(made)
    standing.state, standing.lesson, standing.mistakes, standing.later_at = made.state, 0, 0, None
    standing.lessons = relearnt
    _admit(session, worker_id, project.id, admitted=False)
    return made


def _retraining(project: Project, missed: Sequence[Task]) -> list[dict[str, Any]]:
    """Return the lessons of a retraining: what was missed last, whose answers may be told now, then the project's."""
    again = [teaching.Lesson(task.data, task.gold or "", {}) for task in missed[:MOST_MISSED]]
    return [lesson.as_json() for lesson in (*again, *teaching.lessons_of(project.spec))]


def open_pause(session: Session, *, worker_id: UUID, project_id: UUID) -> Pause | None:
    """Return the pause of the worker in the project that has not ended."""
    return session.scalar(
        select(Pause).where(
            Pause.worker_id == worker_id, Pause.project_id == project_id, Pause.state != "lifted"
        )
    )


def lift(session: Session, *, pause: Pause, by: str, now: datetime) -> bool:
    """End a pause, and let trust begin anew; False where it had ended."""
    session.refresh(pause, with_for_update=True)
    if pause.state == "lifted":
        return False
    pause.state, pause.ended_at, pause.ended_by = "lifted", now, by
    standing = session.get_one(Standing, (pause.worker_id, pause.project_id), populate_existing=True)
    admit(session, standing, now)
    return True


def admit(session: Session, standing: Standing, now: datetime) -> None:
    """Let the worker work in the project, with trust that begins anew."""
    standing.state, standing.lesson, standing.mistakes, standing.later_at = "working", 0, 0, None
    standing.lessons, standing.since = [], now
    standing.right = standing.wrong = 0
    _admit(session, standing.worker_id, standing.project_id, admitted=True)


def _admit(session: Session, worker_id: UUID, project_id: UUID, *, admitted: bool) -> None:
    session.flush()
    session.execute(_ADMIT, {"worker_id": worker_id, "project_id": project_id, "admitted": admitted})


def put_off(session: Session, *, worker_id: UUID, project: Project, now: datetime) -> Standing:
    """Let the worker pass on the lessons: those before the work are over with it, a retraining waits until later."""
    standing = begun(session, worker_id=worker_id, project=project, now=now)
    if standing.state == "lessons":
        _onward(session, standing, project, now)
    else:
        standing.later_at = now + LATER
        session.flush()
    return standing


def postpone(session: Session, *, worker_id: UUID, project: Project, now: datetime) -> None:
    """Ask lessons that were not answered again no sooner than later."""
    begun(session, worker_id=worker_id, project=project, now=now).later_at = now + LATER
    session.flush()


def note_lesson(
    session: Session, *, standing: Standing, project: Project, right: bool, now: datetime
) -> Learnt:
    """Note the answer to the lesson the worker is at; return what follows.

    `next`: another lesson; `done`: they may work; `exam`: the exam; `again`: a retraining whose run had too many
    mistakes begins anew; `review`: it had so for the last time, and a person looks.
    """
    standing.lesson += 1
    standing.mistakes += not right
    count = len(lessons(standing, project))
    session.flush()
    if standing.lesson < count:
        return "next"
    if standing.state == "lessons":
        return _onward(session, standing, project, now)
    paused = open_pause(session, worker_id=standing.worker_id, project_id=project.id)
    if paused is None or trust.run_passed(standing.mistakes, count):
        if paused is not None:
            lift(session, pause=paused, by="retraining", now=now)
        else:
            admit(session, standing, now)
        return "done"
    paused.runs += 1
    standing.lesson = standing.mistakes = 0
    if paused.runs >= MOST_RUNS:
        paused.state = standing.state = "review"
    session.flush()
    return "again" if paused.state == "retraining" else "review"


def _onward(session: Session, standing: Standing, project: Project, now: datetime) -> Learnt:
    """Let the worker go on from the lessons before the work: to the exam, or to work."""
    if teaching.exam_of(project.spec) is not None:
        standing.state = "exam"
        session.flush()
        return "exam"
    admit(session, standing, now)
    return "done"
