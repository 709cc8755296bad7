"""What the model is compared with: majorities, and Dawid and Skene's method as plainly as it can be written."""

import numpy as np

from app.tasks.quality import Votes
from app.tasks.quality.votes import Floats, Ints, sums
from bench.quality.data import counts

_ROUNDS = 50
_SMOOTHING = 0.01
_SURE = 1e-9


def majority(votes: Votes) -> tuple[Floats, Floats]:
    """Return how probably each class is told (ties are told at random), and the share of votes as confidence."""
    found = counts(votes)
    top = found == found.max(axis=1, keepdims=True)
    total = np.maximum(found.sum(axis=1), 1)
    return top / top.sum(axis=1, keepdims=True), found.max(axis=1) / total


def first_to(votes: Votes, rank: Ints, wanted: int, cap: int) -> tuple[Votes, Floats]:
    """Return the votes asked for until a class has `wanted` of them, at most `cap`, and how many by task."""
    place = votes.task * votes.classes + votes.label
    order = np.lexsort((rank, place))
    starts = np.searchsorted(place[order], place[order], side="left")
    nth = np.empty(len(votes), dtype=np.intp)
    nth[order] = np.arange(len(votes)) - starts
    last = np.full(votes.tasks, cap - 1)
    reached = nth == wanted - 1
    np.minimum.at(last, votes.task[reached], rank[reached])
    asked = votes.only(rank <= last[votes.task])
    return asked, np.bincount(asked.task, minlength=votes.tasks).astype(np.float64)


def dawid_skene(votes: Votes) -> Floats:
    """Return posteriors (tasks, classes) by Dawid and Skene (1979), started from the majority."""
    told = counts(votes)
    told /= np.maximum(told.sum(axis=1, keepdims=True), 1)
    for _ in range(_ROUNDS):
        before = told
        table = sums(
            votes.worker * votes.classes + votes.label, told[votes.task].T, votes.workers * votes.classes
        )
        table = table.T.reshape(votes.workers, votes.classes, votes.classes) + _SMOOTHING
        log = np.log(table / table.sum(axis=1, keepdims=True))
        share = np.log(told.mean(axis=0) + _SURE)
        score = share + sums(votes.task, log[votes.worker, votes.label].T, votes.tasks).T
        told = np.exp(score - score.max(axis=1, keepdims=True))
        told /= told.sum(axis=1, keepdims=True)
        if np.abs(told - before).max() < 1e-4:
            break
    return told
