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
    """What a set of votes says: probabilities (tasks, classes), ambiguous (tasks), seen (classes, votes).

    `clear` (classes, tasks) is the log of how probable each class is were the task known to be clear, not yet to one.
    """

    probabilities: Floats
    ambiguous: Floats
    seen: Floats
    clear: Floats

    @property
    def settled(self) -> Floats:
        """How probable each task's best class would be were it known that the task is clear."""
        found: Floats = 1 / np.exp(self.clear - self.clear.max(axis=0)).sum(axis=0)
        return found


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
        own = found.seen * (weight * counted)
        room = seen[np.arange(len(label)), :, label].T
        found = read(model, likelihoods(model, seen, label, np.minimum(own, room)), task, weight, 1)
    told, settled = told_by(found, model.temper)
    return Posterior(tuple(map(float, told[0])), len(votes), float(settled[0]))


def told_by(found: Readings, temper: float) -> tuple[Floats, Floats]:
    """Return what is told of readings: each task's probabilities and how settled it is, both tempered."""
    settled = found.settled
    both = tempered(np.stack([settled, 1 - settled], axis=1), temper)
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
    """Return what votes say, from the chance of each under each class (classes, votes).

    `truth`, where given, names the class of each gold task (UNKNOWN elsewhere): it is certain, and clear. `kind`,
    where given, names each task's row of the model's prior. Within, a class is a row and not a column: what is done
    with one class of all tasks then walks through memory in order.
    """
    prior = _priors(model, tasks, kind)
    clear = np.log(prior) + sums(task, np.log(chance) * weight, tasks)
    leading = _leading(clear)
    pairs = _pairs(len(leading))
    votes = np.arange(len(task))
    places = [each.take(task) * len(task) + votes for each in leading]
    said = [chance.take(place) for place in places]
    mixed = [(1 - SPLIT) * said[true] + SPLIT * said[shown] for true, shown in pairs]
    unnamed = np.bincount(task, (weight > 0) & (said[-1] >= chance.max(axis=0)), tasks) == 0
    unclear = _pair_priors(prior, leading, unnamed)
    unclear += np.stack([sums(task, np.log(mix) * weight, tasks) for mix in mixed])
    together = np.concatenate([clear + np.log1p(-model.ambiguous), unclear + np.log(model.ambiguous)])
    if truth is not None:
        _pin(together, truth)
    np.exp(together - together.max(axis=0), out=together)
    together /= together.sum(axis=0)
    clearly, unclearly = together[: model.classes], together[model.classes :]
    seen = clearly.take(task, axis=1)
    for place, more in zip(places, _seen_unclear(unclearly, said, mixed, task), strict=True):
        seen.ravel()[place] += more
    answered = np.bincount(task, minlength=tasks) > 0
    if truth is not None:
        answered |= truth != UNKNOWN
    probabilities = np.where(answered, _true(clearly, unclearly, leading), prior)
    return Readings(np.ascontiguousarray(probabilities.T), unclearly.sum(axis=0), seen, clear)


def _priors(model: Model, tasks: int, kind: Ints | None) -> Floats:
    """Return how probable each class of each task is before its votes (classes, tasks)."""
    if kind is None:
        return np.broadcast_to(model.prior[:, None], (model.classes, tasks))
    return np.ascontiguousarray(model.prior.T).take(kind, axis=1)


def _leading(clear: Floats) -> Ints:
    """Return the most probable classes of each task (places, tasks), the first of equals first."""
    left, tasks = clear.copy(), np.arange(clear.shape[1])
    found = []
    for _ in range(min(_LEADING, len(clear))):
        best = left.argmax(axis=0)
        left[best, tasks] = -np.inf
        found.append(best)
    return np.stack(found)


def _pairs(leading: int) -> list[tuple[int, int]]:
    """Return every (true, shown) two of the leading classes a task may be ambiguous between."""
    return [(true, shown) for true in range(leading) for shown in range(leading) if true != shown]


def _seen_unclear(
    unclearly: Floats, said: Sequence[Floats], mixed: Sequence[Floats], task: Ints
) -> list[Floats]:
    """Return how probably each vote's worker saw each of the leading classes of a task that is ambiguous."""
    found = [np.zeros(len(task)) for _ in said]
    for pair, mix, (true, shown) in zip(unclearly, mixed, _pairs(len(said)), strict=True):
        share = pair.take(task) / mix
        found[true] += (1 - SPLIT) * share * said[true]
        found[shown] += SPLIT * share * said[shown]
    return found


def _true(clearly: Floats, unclearly: Floats, leading: Ints) -> Floats:
    """Return how probably each class is true, whether the task is clear or not."""
    probabilities, tasks = clearly.copy(), np.arange(clearly.shape[1])
    more = np.zeros(leading.shape)
    for pair, (true, _) in zip(unclearly, _pairs(len(leading)), strict=True):
        more[true] += pair
    for one, best in zip(more, leading, strict=True):
        probabilities[best, tasks] += one
    return probabilities


def _pair_priors(priors: Floats, leading: Ints, unnamed: Bools) -> Floats:
    """Return the log of how probable each pair is, given that the task is ambiguous (pairs, tasks).

    A last leading class that nobody named stands for all the classes that do not lead: nobody named them either.
    """
    prior = np.take_along_axis(priors, leading, axis=0)
    standing = prior.copy()
    standing[-1] += np.where(unnamed, np.maximum(1 - prior.sum(axis=0), 0.0), 0.0)
    found = [
        standing[true] * standing[shown] / np.maximum(1 - prior[true], 1e-9)
        for true, shown in _pairs(len(leading))
    ]
    log: Floats = np.log(np.maximum(np.stack(found), 1e-300))
    return log


def _pin(together: Floats, truth: Ints) -> None:
    """Make the truth of gold tasks certain, and them clear."""
    known = np.flatnonzero(truth != UNKNOWN)
    together[:, known] = _NEVER
    together[truth[known], known] = 0.0
