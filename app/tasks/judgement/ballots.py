"""Answers as votes: of one label, or of several that may apply, each of which is a yes or no of its own. Pure.

Owns the way from an answer's value to classes, and from posteriors back to a conclusion and to what comes next.
Where the answers are read and what is kept of a fit is fitted.py's.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.tasks.asking import parted
from app.tasks.quality import (
    UNKNOWN,
    Conclusion,
    Label,
    Posterior,
    Verdict,
    Votes,
    decide_several,
    several_labels,
    single_label,
    weights,
)

# How much neighbours' answers have in common, as surveys of villages find it (an intra-cluster correlation of about
# 0.05): three count 2.7, five 4.2. A project for one village must still become sure of its results.
NEIGHBOURS = 0.05


@dataclass(frozen=True)
class Ballot:
    """One answer that is a vote: whose, to which task, saying what; the group its worker may depend on, and where
    its worker has neighbours.
    """

    task_id: UUID
    worker_id: UUID
    value: str
    group: UUID | None = None
    site: str | None = None


@dataclass(frozen=True)
class Choices:
    """What may be voted for: the values in order, one of them true, or (`several`) each true or not."""

    values: tuple[str, ...]
    several: bool

    @property
    def classes(self) -> int:
        """How many classes a vote has."""
        return 2 if self.several else len(self.values)

    @property
    def parts(self) -> int:
        """How many votes one answer is."""
        return len(self.values) if self.several else 1

    def labels(self, value: str) -> list[int]:
        """Return the class of each vote that an answer is."""
        if not self.several:
            return [self.values.index(value)]
        chosen = set(parted(value))
        return [int(one in chosen) for one in self.values]

    def knows(self, value: str | None) -> bool:
        """Say whether a value is made of these choices: a project's gold may be anything else."""
        if value is None:
            return False
        return set(parted(value)) <= set(self.values) if self.several else value in self.values

    def conclusion(self, posteriors: Sequence[Posterior]) -> Conclusion:
        """Return what a task's posteriors conclude."""
        if not self.several:
            return single_label(posteriors[0], self.values)
        return several_labels(map(Label, self.values, posteriors))

    def verdict(
        self, posteriors: Sequence[Posterior], answers: int, cap: int, confidence: float, *, audit: bool
    ) -> Verdict:
        """Return what a task needs next: of several labels, what the one that needs most does."""
        return decide_several(posteriors, answers, cap, confidence, audit)


def weighed(ballots: Sequence[Ballot]) -> list[float]:
    """Return what each vote counts: answers of one group, or of neighbours, to one task count for less together."""
    if all(ballot.group is None and ballot.site is None for ballot in ballots):
        return [1.0] * len(ballots)
    of_task: dict[UUID, list[int]] = defaultdict(list)
    for position, ballot in enumerate(ballots):
        of_task[ballot.task_id].append(position)
    found = [1.0] * len(ballots)
    for positions in of_task.values():
        groups: list[Hashable | None] = [ballots[position].group for position in positions]
        sites: list[Hashable | None] = [ballots[position].site for position in positions]
        by_group, by_site = weights(groups), weights(sites, NEIGHBOURS)
        for at, position in enumerate(positions):
            found[position] = by_group[at] * by_site[at]
    return found


def counted(ballots: Sequence[Ballot]) -> dict[str, float]:
    """Return the weight of the votes by value, of one task's answers."""
    found: dict[str, float] = defaultdict(float)
    for ballot, weight in zip(ballots, weighed(ballots), strict=True):
        found[ballot.value] += weight
    return dict(found)


@dataclass(frozen=True)
class Numbered:
    """Ballots as arrays: the votes, the known truths, and which row of them is which task and worker.

    `kind` says of each row which of several labels it is of (None where there is one): labels differ in how often
    they apply.
    """

    votes: Votes
    truth: NDArray[np.intp]
    kind: NDArray[np.intp] | None
    tasks: dict[UUID, int]
    workers: list[UUID]


def number(ballots: Sequence[Ballot], choices: Choices, gold: Mapping[UUID, str]) -> Numbered:
    """Return ballots, of which there is one or more, as votes; `gold` gives the truth where it is known."""
    tasks = {one: at for at, one in enumerate(dict.fromkeys(ballot.task_id for ballot in ballots))}
    workers = {one: at for at, one in enumerate(dict.fromkeys(ballot.worker_id for ballot in ballots))}
    parts = choices.parts
    by_value = {value: choices.labels(value) for value in {ballot.value for ballot in ballots}}
    task = np.array([tasks[ballot.task_id] for ballot in ballots], dtype=np.intp)
    votes = Votes.of(
        (task[:, None] * parts + np.arange(parts)).ravel(),
        np.repeat(np.array([workers[ballot.worker_id] for ballot in ballots], dtype=np.intp), parts),
        np.array([by_value[ballot.value] for ballot in ballots], dtype=np.intp).ravel(),
        classes=choices.classes,
        weight=np.repeat(weighed(ballots), parts),
        tasks=len(tasks) * parts,
        workers=len(workers),
    )
    truth = np.full(votes.tasks, UNKNOWN, dtype=np.intp)
    for task_id, value in gold.items():
        if task_id in tasks and choices.knows(value):
            at = tasks[task_id] * parts
            truth[at : at + parts] = choices.labels(value)
    kind = np.tile(np.arange(parts), len(tasks)) if choices.several else None
    return Numbered(votes, truth, kind, tasks, list(workers))
