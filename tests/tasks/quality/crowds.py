"""Crowds of our own making, with the truth known: seeded, so that a test finds the same each time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.tasks.quality import Votes
from app.tasks.quality.votes import Ints


@dataclass(frozen=True)
class Crowd:
    votes: Votes
    truth: Ints


def crowd(
    seed: int,
    *,
    tasks: int = 400,
    workers: int = 40,
    classes: int = 2,
    each: int = 5,
    skills: Sequence[float] | None = None,
    hard: float = 0.0,
    shares: Sequence[float] | None = None,
) -> Crowd:
    """Each task gets `each` different workers; a wrong answer is any other class. `hard` tasks nobody knows well."""
    rng = np.random.default_rng(seed)
    known = rng.uniform(0.6, 0.95, workers) if skills is None else np.asarray(skills)
    truth = rng.choice(classes, tasks, p=shares)
    task = np.repeat(np.arange(tasks), each)
    worker = np.concatenate([rng.choice(len(known), each, replace=False) for _ in range(tasks)])
    right = known[worker]
    right = np.where((rng.random(tasks) < hard)[task], np.minimum(right, 0.6), right)
    other = (truth[task] + rng.integers(1, classes, len(task))) % classes
    label = np.where(rng.random(len(task)) < right, truth[task], other)
    votes = Votes.of(task, worker, label, classes=classes, tasks=tasks, workers=len(known))
    return Crowd(votes, truth)


def accuracy(best: Ints, truth: Ints) -> float:
    return float(np.mean(best == truth))


def most_voted(votes: Votes) -> Ints:
    counts = np.zeros((votes.tasks, votes.classes))
    np.add.at(counts, (votes.task, votes.label), 1)
    found: Ints = counts.argmax(axis=1)
    return found
