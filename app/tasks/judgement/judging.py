"""Judging: whether the answers an adaptive task has will do, one more is asked for, or a person is to look.

Owns the flag by which a task waits for it, and what is done about what the model says. A project is fitted as a
whole, in batches: the more is known of its workers, the less each task needs. Between two fits a task is judged by
what the last one left, and at a fit the results told before are read again.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.tasks.judgement import concluding, reviews
from app.tasks.judgement.concluding import result_of, write
from app.tasks.judgement.fitted import Fitted, Groups, by_what_is_kept, choices_of, fitted, keep
from app.tasks.judgement.reviews import UNREVIEWED
from app.tasks.models import Answer, Project, Result, Task
from app.tasks.quality import DEFAULT, Conclusion, Posterior, audited
from app.tasks.quality.labels import MODEL
from app.tasks.speed.pacing import CALM, Pace, audit_goes_on, places_to_open


@dataclass(frozen=True)
class Judged:
    """How many tasks were concluded, and how many get another answer; of the former, how many a person looks at.

    `revised` results told before are others now, and of the tasks opened `again` had been concluded.
    """

    concluded: int = 0
    opened: int = 0
    reviewed: int = 0
    revised: int = 0
    again: int = 0


def flag(session: Session, task: Task) -> None:
    """Let the task, whose row the caller holds, wait to be judged."""
    session.execute(
        update(Task).where(Task.id == task.id).values(judge=True).execution_options(synchronize_session=False)
    )
    set_committed_value(task, "judge", True)


def due_project(session: Session, but: Collection[UUID] = ()) -> Project | None:
    """Return a project with tasks to judge, its row held, or None; one that somebody judges is left out."""
    waiting = exists().where(Task.project_id == Project.id, Task.judge)
    statement = (
        select(Project)
        .where(
            Project.state.in_(("running", "paused")),
            Project.most_answers > 0,
            Project.id.not_in(but),
            waiting,
        )
        .order_by(Project.judge_after.nulls_first())
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def is_fit_due(project: Project, now: datetime) -> bool:
    """Say whether all the project's answers may be fitted anew by now, or have never been."""
    return project.model is None or project.judge_after is None or project.judge_after <= now


def judge(session: Session, *, project: Project, groups: Groups, now: datetime, pace: Pace = CALM) -> Judged:
    """Fit the project's answers, keep what was found, judge each waiting task, and read earlier results again.

    The caller holds the project's row. A task whose row is held at this instant is left for the next time.
    """
    ready = _ready(session, project)
    found = fitted(session, project, groups) if ready else None
    if found is None:
        return Judged()
    posteriors = {task.id: found.posteriors(task.id) for task in ready if task.id in found}
    judged = _judged(session, project, ready, posteriors, now, pace)
    again = open_again(session, project=project, found=found)
    revised = read_again(session, project=project, found=found, now=now)
    keep(session, project, found, now)
    return Judged(judged.concluded, judged.opened + again, judged.reviewed, revised, again)


def judge_by_what_is_kept(
    session: Session, *, project: Project, groups: Groups, now: datetime, pace: Pace = CALM
) -> Judged:
    """Judge each waiting task by the model of the last fit: only the answers to these tasks are read.

    The caller holds the project's row, and the project has a model.
    """
    ready = _ready(session, project)
    if not ready:
        return Judged()
    posteriors = by_what_is_kept(session, project, [task.id for task in ready], groups)
    return _judged(session, project, ready, posteriors, now, pace)


def _ready(session: Session, project: Project) -> list[Task]:
    """Return the tasks that wait and can be judged, their rows held."""
    tasks = session.scalars(
        select(Task)
        .where(Task.project_id == project.id, Task.judge)
        .order_by(Task.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    # An answer may have come late meanwhile, or the place of an expired question been taken again. Of places asked
    # for side by side one may stand empty: what the others said may do without it.
    return [task for task in tasks if task.state == "open" and task.live == 0 and task.answered > 0]


def wanted_confidence(project: Project) -> float:
    """Return the confidence at which the project's tasks are sure enough."""
    return float(project.spec["redundancy"].get("confidence") or DEFAULT.confidence)


def _judged(
    session: Session,
    project: Project,
    ready: Sequence[Task],
    posteriors: Mapping[UUID, Sequence[Posterior]],
    now: datetime,
    pace: Pace,
) -> Judged:
    """Do with each task what its posteriors say; one without is left waiting."""
    choices, wanted, most = choices_of(project), wanted_confidence(project), project.most_answers
    counts = _counted(session, ready)
    asked: dict[int, list[Task]] = defaultdict(list)
    results: list[Result] = []
    doubtful: list[UUID] = []
    for task in ready:
        found = posteriors.get(task.id)
        if not found:
            continue
        audit = audited(str(task.id)) and audit_goes_on(task.answered, most, pace)
        verdict = choices.verdict(found, task.answered, most, wanted, audit=audit)
        if verdict == "ask":
            more = places_to_open(
                doubt=1 - min(one.confidence for one in found),
                allowed=1 - wanted,
                room=most - task.answered,
                pace=pace,
                audit=audit,
            )
            asked[max(task.places, task.answered + more)].append(task)
            continue
        result = result_of(
            project, task.id, task.client_task_id, choices.conclusion(found), counts[task.id], now
        )
        if verdict == "review" and reviews.terms(project).wanted:
            result.review = "waiting"
            doubtful.append(task.id)
        results.append(result)
    for places, tasks in asked.items():
        _open(session, tasks, places)
    write(session, results)
    reviews.open_reviews(session, project=project, task_ids=doubtful, why="unsure", now=now)
    _finished({result.task_id for result in results}, ready)
    return Judged(len(results), sum(map(len, asked.values())), len(doubtful))


def _counted(session: Session, tasks: Sequence[Task]) -> dict[UUID, Counter[str]]:
    counts: dict[UUID, Counter[str]] = {task.id: Counter() for task in tasks}
    rows = session.execute(
        select(Answer.task_id, Answer.value).where(
            Answer.task_id.in_(list(counts)), Answer.state == "counted"
        )
    )
    for task_id, value in rows:
        counts[task_id][value] += 1
    return counts


def _open(session: Session, tasks: Sequence[Task], places: int) -> None:
    """Let each of these tasks, whose rows are held, have so many places; they are offered first."""
    session.execute(
        update(Task)
        .where(Task.id.in_([task.id for task in tasks]))
        .values(places=places, freed=True, judge=False)
        .execution_options(synchronize_session=False)
    )
    # What this session holds of them is brought up to date with what was written past it.
    for task in tasks:
        set_committed_value(task, "judge", False)
        set_committed_value(task, "places", places)
        set_committed_value(task, "freed", True)


def _finished(task_ids: Collection[UUID], tasks: Sequence[Task]) -> None:
    for task in tasks:
        if task.id in task_ids:
            set_committed_value(task, "judge", False)
            set_committed_value(task, "state", "finished")


def open_again(session: Session, *, project: Project, found: Fitted) -> int:
    """Ask one more answer of tasks concluded before that a newer fit would ask again; return how many.

    What has been learned of their workers since makes them doubtful. Their results stay until they are concluded
    anew. What a person has looked at, or is to, is left alone. The caller holds the project's row.
    """
    doubtful = found.doubtful(project.most_answers, wanted_confidence(project))
    if not doubtful:
        return 0
    concluded = (
        select(Task)
        .join(Result, Result.task_id == Task.id)
        .where(
            Task.id.in_(doubtful),
            Task.state == "finished",
            Task.gold.is_(None),
            Task.answered < project.most_answers,
            Task.unsure <= 2 * Task.places,  # else too many have said that they don't know
            Result.review.is_(None),
        )
        .order_by(Task.id)
        .with_for_update(of=Task, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    tasks = session.scalars(concluded).all()
    asked: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        task.state = "open"
        asked[max(task.places, task.answered + 1)].append(task)
    session.flush()
    for places, of_them in asked.items():
        _open(session, of_them, places)
    return len(tasks)


def conclude_all(
    session: Session, *, project: Project, task_ids: Sequence[UUID], found: Fitted, now: datetime
) -> int:
    """Conclude tasks of a project that ends by its last fit; those the fit does not know, by majority."""
    names = dict(session.execute(select(Task.id, Task.client_task_id).where(Task.id.in_(task_ids))).all())
    known = [task_id for task_id in task_ids if task_id in found]
    tasks = [session.get_one(Task, task_id) for task_id in known]
    counts = _counted(session, tasks)
    write(
        session,
        [result_of(project, one, names[one], _conclusion(found, one), counts[one], now) for one in known],
    )
    others = [task_id for task_id in task_ids if task_id not in found]
    return len(known) + concluding.conclude_all(session, project=project, task_ids=others, now=now)


def _conclusion(found: Fitted, task_id: UUID) -> Conclusion:
    return found.choices.conclusion(found.posteriors(task_id))


_REVISE = text(
    """
    UPDATE results
       SET value = f.value, confidence = f.confidence,
           method = :method || CASE WHEN results.review = 'unreviewed' THEN :unreviewed ELSE '' END,
           concluded_at = CASE WHEN results.value IS DISTINCT FROM f.value THEN :now ELSE concluded_at END
      FROM unnest(CAST(:ids AS uuid[]), CAST(:values AS text[]), CAST(:confidences AS float8[]))
           AS f (task_id, value, confidence)
     WHERE results.task_id = f.task_id AND results.review IS DISTINCT FROM 'decided'
    """
)


def read_again(
    session: Session, *, project: Project, found: Fitted, now: datetime, final: bool = False
) -> int:
    """Read results told earlier by a newer fit; return how many have another value now.

    While the project runs, only where the fit is as sure of another value as a conclusion must be: results are not to
    go back and forth. At its end (`final`) every result and confidence is the last fit's. What a person decided
    stays; what waits for one and has become sure by itself waits no more.
    """
    rows = session.execute(
        select(Result.task_id, Result.value, Result.review).where(
            Result.project_id == project.id, Result.review.is_distinct_from("decided")
        )
    ).all()
    wanted = wanted_confidence(project)
    read: dict[UUID, tuple[str, float]] = {}
    changed: list[UUID] = []
    sure: list[UUID] = []
    for task_id, value, review in rows:
        if task_id not in found:
            continue
        now_value, confidence = found.told(task_id)
        is_sure = confidence >= wanted
        if final or (is_sure and (now_value != value or review == "waiting")):
            read[task_id] = (now_value, confidence)
        if now_value != value and (final or is_sure):
            changed.append(task_id)
        if review == "waiting" and is_sure:
            sure.append(task_id)
    _revise(session, read, now)
    settled = reviews.settle(session, sure)
    session.execute(
        update(Result)
        .where(Result.task_id.in_(settled))
        .values(review=None)
        .execution_options(synchronize_session=False)
    )
    told = session.scalars(
        select(Result)
        .where(Result.task_id.in_({*changed, *settled}), Result.review.is_distinct_from("decided"))
        .execution_options(populate_existing=True)
    )
    reviews.tell(session, project, told, now)
    return len(changed)


def _revise(session: Session, read: Mapping[UUID, tuple[str, float]], now: datetime) -> None:
    if read:
        session.execute(
            _REVISE,
            {
                "ids": list(read),
                "values": [value for value, _ in read.values()],
                "confidences": [confidence for _, confidence in read.values()],
                "method": MODEL,
                "unreviewed": UNREVIEWED,
                "now": now,
            },
        )
