"""The model of a project's workers: fitted to all its answers, kept, and asked again between two fits.

Owns the table skills but for its columns of gold, and of projects the model and who is too alike. What answers say
is quality.py's and ballots.py's, what is done about it judging.py's.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import median
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.orm import Session

from app.tasks.asking import TAGS_JOINT
from app.tasks.judgement.ballots import Ballot, Choices, Numbered, number, weighed
from app.tasks.models import UNSURE, Answer, Assignment, Project, Skill, Task
from app.tasks.quality import Fit, Model, Posterior, Vote, Worker, fit, too_alike, update, verdicts

# Given workers' ids, the group of each who may depend on others: as known now, of which people keeps account.
Groups = Callable[[Collection[UUID]], Mapping[UUID, UUID]]

# How many pairs of workers too much alike are kept to be shown.
_MOST_ALIKE = 20

_KEEP = text(
    """
    INSERT INTO skills (project_id, worker_id, answers, skill, lower, kept, fitted_at)
    SELECT :project_id, worker_id, answers, skill, lower, CAST(kept AS jsonb), :now
      FROM unnest(CAST(:workers AS uuid[]), CAST(:answers AS bigint[]), CAST(:skills AS float8[]),
                  CAST(:lowers AS float8[]), CAST(:kept AS text[])) AS found (worker_id, answers, skill, lower, kept)
     ORDER BY worker_id
        ON CONFLICT (project_id, worker_id) DO UPDATE
       SET answers = excluded.answers, skill = excluded.skill, lower = excluded.lower, kept = excluded.kept,
           fitted_at = excluded.fitted_at
    """
)


@dataclass(frozen=True)
class Fitted:
    """A fit of a project's answers, and where each task and worker stands in it."""

    choices: Choices
    numbered: Numbered
    fit: Fit

    def __contains__(self, task_id: UUID) -> bool:
        """Say whether the fit knows answers to the task."""
        return task_id in self.numbered.tasks

    def posteriors(self, task_id: UUID) -> list[Posterior]:
        """Return what the answers to a task say: one posterior, or one for each of several labels."""
        at = self.numbered.tasks[task_id] * self.choices.parts
        return [self.fit.posterior(at + part) for part in range(self.choices.parts)]

    def told(self, task_id: UUID) -> tuple[str, float]:
        """Return what a task's posteriors conclude and how surely: as `Choices.conclusion`, for very many tasks."""
        at, values = self.numbered.tasks[task_id] * self.choices.parts, self.choices.values
        if not self.choices.several:
            return values[self._best[at]], self._sure[at]
        end = at + self.choices.parts
        chosen = [value for value, best in zip(values, self._best[at:end], strict=True) if best]
        return TAGS_JOINT.join(chosen), min(self._sure[at:end])

    def doubtful(self, cap: int, confidence: float) -> set[UUID]:
        """Return the tasks that would be asked again by what is known now, those concluded before among them."""
        verdict = verdicts(self.fit, self.fit.answers, cap, confidence)
        asked = np.flatnonzero(verdict.ask) // self.choices.parts
        positions = set(map(int, asked))
        return {task_id for task_id, at in self.numbered.tasks.items() if at in positions}

    @cached_property
    def _best(self) -> list[int]:
        return list(map(int, self.fit.best))

    @cached_property
    def _sure(self) -> list[float]:
        return list(map(float, self.fit.confidence))


def choices_of(project: Project) -> Choices:
    """Return what the project's answers choose from."""
    values = tuple(choice["value"] for choice in project.spec["choices"])
    return Choices(values, several=bool(project.spec.get("multiple")))


def fitted(session: Session, project: Project, groups: Groups) -> Fitted | None:
    """Return the fit of all the project's answers that are votes; None before the first."""
    ballots = _ballots(session, Answer.project_id == project.id, Assignment.project_id == project.id, groups)
    if not ballots:
        return None
    choices = choices_of(project)
    gold = select(Task.id, Task.gold).where(Task.project_id == project.id, Task.gold.is_not(None))
    truth = {task_id: value for task_id, value in session.execute(gold) if value is not None}
    found = number(ballots, choices, truth)
    return Fitted(choices, found, fit(found.votes, gold=found.truth, kind=found.kind))


def _ballots(
    session: Session, answers: ColumnElement[bool], assignments: ColumnElement[bool], groups: Groups
) -> list[Ballot]:
    rows = session.execute(
        select(Answer.task_id, Answer.worker_id, Answer.value)
        .where(answers, Answer.value != UNSURE, Answer.state == "counted")
        .order_by(Answer.id)
    ).all()
    now = groups({row.worker_id for row in rows})
    then = _ties_then(session, assignments)
    alone = (None, None)
    found = []
    for task_id, worker_id, value in rows:
        group, site = then.get((task_id, worker_id), alone)
        found.append(Ballot(task_id, worker_id, value, now.get(worker_id) or group, site))
    return found


def _ties_then(
    session: Session, which: ColumnElement[bool]
) -> dict[tuple[UUID, UUID], tuple[UUID | None, str | None]]:
    """Return the group and the site of whom had one when they took their places, by task and worker."""
    tied = or_(Assignment.group_id.is_not(None), Assignment.site.is_not(None))
    rows = session.execute(
        select(Assignment.task_id, Assignment.worker_id, Assignment.group_id, Assignment.site).where(
            which, tied, Assignment.state == "answered"
        )
    )
    return {(task_id, worker_id): (group, site) for task_id, worker_id, group, site in rows}


def keep(session: Session, project: Project, found: Fitted, now: datetime) -> None:
    """Keep what the fit found of the project and of each of its workers, whose project's row the caller holds."""
    model, votes = found.fit.model, found.numbered.votes
    project.model = model.as_json()
    project.alike = [
        {
            "workers": [
                str(found.numbered.workers[pair.first]),
                str(found.numbered.workers[pair.second]),
            ],
            "common": pair.common,
            "same": pair.same,
            "expected": round(pair.expected, 1),
        }
        for pair in too_alike(votes, found.fit)[:_MOST_ALIKE]
    ]
    workers = [found.fit.worker(at) for at in range(votes.workers)]
    lowers = [model.lower(worker) for worker in workers]
    project.median_lower = median(lowers)
    given = [0] * votes.workers
    for at in votes.worker[:: found.choices.parts]:
        given[at] += 1
    session.execute(
        _KEEP,
        {
            "project_id": project.id,
            "workers": found.numbered.workers,
            "answers": given,
            "skills": [model.skill(worker) for worker in workers],
            "lowers": lowers,
            "kept": [json.dumps(worker.as_json()) for worker in workers],
            "now": now,
        },
    )
    session.flush()


def by_what_is_kept(
    session: Session, project: Project, task_ids: Sequence[UUID], groups: Groups
) -> dict[UUID, list[Posterior]]:
    """Return what the answers to some tasks say by the model of the last fit, reading no others.

    Tasks without a vote are left out. The project has a model.
    """
    assert project.model is not None, "nothing is kept before the first fit"
    model, choices = Model.from_json(project.model), choices_of(project)
    ballots = _ballots(session, Answer.task_id.in_(task_ids), Assignment.task_id.in_(task_ids), groups)
    known = _kept(session, project.id, {ballot.worker_id for ballot in ballots})
    when = {
        (row.task_id, row.worker_id): row.answered_at
        for row in session.execute(
            select(Answer.task_id, Answer.worker_id, Answer.answered_at).where(Answer.task_id.in_(task_ids))
        )
    }
    votes: dict[UUID, list[list[Vote]]] = defaultdict(lambda: [[] for _ in range(choices.parts)])
    for ballot, weight in zip(ballots, weighed(ballots), strict=True):
        worker, fitted_at = known.get(ballot.worker_id, (None, None))
        # What the worker's parameters were fitted to is taken out of them again: nobody confirms themselves.
        counted = fitted_at is not None and when[ballot.task_id, ballot.worker_id] <= fitted_at
        for part, label in enumerate(choices.labels(ballot.value)):
            votes[ballot.task_id][part].append(Vote(worker, label, weight, counted))
    models = [model.of_kind(part) for part in range(choices.parts)]
    return {task_id: list(map(update, models, parts)) for task_id, parts in votes.items()}


def _kept(
    session: Session, project_id: UUID, worker_ids: Collection[UUID]
) -> dict[UUID, tuple[Worker, datetime]]:
    rows = session.execute(
        select(Skill.worker_id, Skill.kept, Skill.fitted_at).where(
            Skill.project_id == project_id, Skill.worker_id.in_(worker_ids)
        )
    )
    # A row without parameters was made when a known question was answered, before any fit.
    return {
        worker_id: (Worker.from_json(kept), fitted_at)
        for worker_id, kept, fitted_at in rows
        if "seen" in kept
    }
