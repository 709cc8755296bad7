"""What the votes of tasks say together: how probable each class is, by the workers who said it.

Pure arithmetic over likelihoods; where those come from is model.py's, what is done about it deciding.py's.

A task is *clear*, and everyone is to see its true class z, or it is *ambiguous* between two classes, and those who
answer see the true one only more often than the other (SPLIT). The share of ambiguous tasks is learned. Without
it, answers that contradict each other are read as if more of them must settle the matter, and confidence is far
above the share of right results.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.tasks.quality.model import SPLIT, Model, Worker, likelihoods
from app.tasks.quality.votes import UNKNOWN, Bools, Floats, Ints, sums

_NEVER = -1e30
# A task is held to be ambiguous between two of its three most probable classes.
_LEADING = 3


@dataclass(frozen=True)
class Posterior:
    """How probable each class of one task is; `answers` counts the votes it comes from.

    `settled` is how probable the best one would be were it known that the task is clear: what stays open then,
    more answers can settle. What lies between it and the confidence is that the task may be ambiguous.
    """

    probabilities: tuple[float, ...]
    answers: int
    settled: float = 0.0

    @property
    def best(self) -> int:
        """The most probable class, the first of equals."""
        return int(np.argmax(self.probabilities))

    @property
    def confidence(self) -> float:
        """How probable that one is, 0..1."""
        return max(self.probabilities)


@dataclass(frozen=True)
class Vote:
    """One answer to a task: who (None or Worker.unknown: nobody known), which class, what it counts (0..1).

    `counted` says that the answer was among those the worker's parameters were fitted to.
    """

    worker: Worker | None
    label: int
    weight: float = 1.0
    counted: bool = False


@dataclass(frozen=True)
class Readings:
    """What a set of votes says: probabilities (tasks, classes), ambiguous, settled (tasks), seen (votes, classes)."""

    probabilities: Floats
    ambiguous: Floats
    seen: Floats
    settled: Floats


def update(model: Model, votes: Sequence[Vote]) -> Posterior:
    """Return the posterior of one task from its votes: cheap enough for every answer that comes in.

    What a counted vote put into its worker's parameters is taken out again, as the fit does.
    """
    if not votes:
        return Posterior(tuple(map(float, model.prior)), 0, float(model.prior.max()))
    blank = Worker.unknown(model.classes)
    seen = np.stack([(vote.worker or blank).seen for vote in votes])
    label = np.array([vote.label for vote in votes], dtype=np.intp)
    weight = np.array([vote.weight for vote in votes])
    counted = np.array([vote.counted for vote in votes], dtype=np.float64)
    task = np.zeros(len(votes), dtype=np.intp)
    own: Floats | None = None
    found = read(model, likelihoods(model, seen, label), task, weight, 1)
    if counted.any():
        own = found.seen * (weight * counted)[:, None]
        room = np.take_along_axis(seen, label[:, None, None], axis=2)[:, :, 0]
        found = read(model, likelihoods(model, seen, label, np.minimum(own, room)), task, weight, 1)
    told, settled = told_by(found, model.temper)
    return Posterior(tuple(map(float, told[0])), len(votes), float(settled[0]))


def told_by(found: Readings, temper: float) -> tuple[Floats, Floats]:
    """Return what is told of readings: each task's probabilities and how settled it is, both tempered."""
    both = tempered(np.stack([found.settled, 1 - found.settled], axis=1), temper)
    return tempered(found.probabilities, temper), both[:, 0]


def tempered(probabilities: Floats, temper: float) -> Floats:
    """Return probabilities with their log-odds scaled: under 1 less sure, over 1 more. Which is best stays."""
    if temper == 1.0:
        return probabilities
    raised = np.power(np.maximum(probabilities, 1e-300), temper)
    scaled: Floats = raised / raised.sum(axis=1, keepdims=True)
    return scaled


def read(
    model: Model,
    chance: Floats,
    task: Ints,
    weight: Floats,
    tasks: int,
    truth: Ints | None = None,
    kind: Ints | None = None,
) -> Readings:
    """Return what votes say, from the chance of each under each class (votes, classes).

    `truth`, where given, names the class of each gold task (UNKNOWN elsewhere): it is certain, and clear. `kind`,
    where given, names each task's row of the model's prior.
    """
    prior = np.broadcast_to(model.prior if kind is None else model.prior[kind], (tasks, model.classes))
    clear = np.log(prior) + sums(task, np.log(chance) * weight[:, None], tasks)
    leading = np.argsort(-clear, axis=1, kind="stable")[:, :_LEADING]
    pairs = _pairs(leading.shape[1])
    flat = np.arange(len(task)) * model.classes
    places = [flat + leading[:, at].take(task) for at in range(leading.shape[1])]
    said = [chance.take(place) for place in places]
    mixed = [(1 - SPLIT) * said[true] + SPLIT * said[shown] for true, shown in pairs]
    unclear = _pair_priors(prior, leading, _unnamed(task, weight, chance, leading))
    unclear += np.stack([np.bincount(task, np.log(mix) * weight, tasks) for mix in mixed], axis=1)
    together = np.concatenate([clear + np.log1p(-model.ambiguous), unclear + np.log(model.ambiguous)], axis=1)
    if truth is not None:
        together = _known(together, truth)
    together = np.exp(together - together.max(axis=1, keepdims=True))
    together /= together.sum(axis=1, keepdims=True)
    clearly, unclearly = np.ascontiguousarray(together[:, : model.classes]), together[:, model.classes :]
    seen = clearly.take(task, axis=0)
    for at, (true, shown) in enumerate(pairs):
        share = unclearly[:, at].take(task) / mixed[at]
        seen.ravel()[places[true]] += share * (1 - SPLIT) * said[true]
        seen.ravel()[places[shown]] += share * SPLIT * said[shown]
    answered = np.bincount(task, minlength=tasks) > 0
    if truth is not None:
        answered |= truth != UNKNOWN
    probabilities = np.where(answered[:, None], _true(clearly, unclearly, leading), prior)
    settled = np.exp(clear - clear.max(axis=1, keepdims=True))
    settled = 1 / settled.sum(axis=1)
    return Readings(probabilities, unclearly.sum(axis=1), seen, settled)


def _pairs(leading: int) -> list[tuple[int, int]]:
    """Return every (true, shown) two of the leading classes a task may be ambiguous between."""
    return [(true, shown) for true in range(leading) for shown in range(leading) if true != shown]


def _true(clearly: Floats, unclearly: Floats, leading: Ints) -> Floats:
    """Return how probably each class is true, whether the task is clear or not."""
    probabilities = clearly.copy()
    for at, (true, _) in enumerate(_pairs(leading.shape[1])):
        probabilities[np.arange(len(clearly)), leading[:, true]] += unclearly[:, at]
    return probabilities


def _unnamed(task: Ints, weight: Floats, chance: Floats, leading: Ints) -> Bools:
    """Say for each task whether nobody spoke for the last of its leading classes."""
    speaks = (weight > 0) & (chance.argmax(axis=1) == leading[:, -1].take(task))
    found: Bools = np.bincount(task, speaks, len(leading)) == 0
    return found


def _pair_priors(priors: Floats, leading: Ints, unnamed: Bools) -> Floats:
    """Return the log of how probable each pair is, given that the task is ambiguous.

    A last leading class that nobody named stands for all the classes that do not lead: nobody named them either.
    """
    prior = np.take_along_axis(priors, leading, axis=1)
    standing = prior.copy()
    standing[unnamed, -1] += np.maximum(1 - prior[unnamed].sum(axis=1), 0.0)
    found = [
        standing[:, true] * standing[:, shown] / np.maximum(1 - prior[:, true], 1e-9)
        for true, shown in _pairs(leading.shape[1])
    ]
    return np.log(np.maximum(np.stack(found, axis=1), 1e-300))


def _known(together: Floats, truth: Ints) -> Floats:
    known = truth != UNKNOWN
    pinned = together.copy()
    pinned[known] = _NEVER
    pinned[np.flatnonzero(known), truth[known]] = 0.0
    return pinned
