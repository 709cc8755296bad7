"""Fitting: from all votes of a project to its model, its workers' parameters and every task's posterior.

Expectation maximisation over three levels: a worker's confusion of classes is drawn to the worker's one skill, that
to the mean skill of the project's crowd, that to a fixed prior, each as firmly as the evidence is thin (the
shrinkage of Dawid and Skene's model that makes one answer a task usable). Each vote is judged by what its worker
did on *other* tasks: with a worker's own vote left in, few answers confirm themselves.

Where there is gold it has the last word on whether workers are told apart at all: see `_TOLD_APART`.
"""

from dataclasses import dataclass, replace

import numpy as np

from app.tasks.quality.model import (
    AMBIGUOUS_ANSWERS,
    CLASS_ANSWERS,
    MEAN_WORKERS,
    SKILL,
    SKILL_TASKS,
    WRONG_TASKS,
    Model,
    Worker,
    chances,
    chances_alike,
    expected_ambiguous,
)
from app.tasks.quality.posterior import Posterior, Readings, read, told_by
from app.tasks.quality.tempering import fitting, temper_on
from app.tasks.quality.votes import UNKNOWN, Floats, Ints, Votes, sums

_ROUNDS = 15
# With one skill for all there is little to learn, and it is there soon.
_ROUNDS_ALIKE = 4
# Further rounds change results little once probabilities move by less than this on average.
_STILL = 3e-4
# The first reading takes workers for better than they are thought to be, and so begins near the majority, from which
# the rounds lead on. Anything from SKILL to 0.95 leads to the same results within what chance does.
_FIRST_SKILL = 0.85
# How many answers one to a gold task counts for, in what is known of its worker.
_GOLD_ANSWERS = 2.0
# By how much (in log likelihood) gold must speak for all workers being alike before they are held to be: a block of
# workers who agree in secret looks like the best of all to a fit that tells workers apart, and only gold can say no.
_TOLD_APART = 2.0


@dataclass(frozen=True)
class Fit:
    """What a fit found: the model, `seen` (workers, classes, classes), `informed` (workers), and of each task its
    probabilities (tasks, classes; gold ones certain) how probably it is ambiguous and how settled it is.
    """

    model: Model
    seen: Floats
    informed: Floats
    probabilities: Floats
    ambiguous: Floats
    answers: Ints
    settled: Floats

    def worker(self, index: int) -> Worker:
        """Return one worker's parameters, to be kept."""
        return Worker(self.seen[index], float(self.informed[index]))

    def posterior(self, task: int) -> Posterior:
        """Return one task's posterior."""
        return Posterior(
            tuple(map(float, self.probabilities[task])), int(self.answers[task]), float(self.settled[task])
        )

    @property
    def confidence(self) -> Floats:
        """How probable each task's best class is."""
        found: Floats = self.probabilities.max(axis=1)
        return found

    @property
    def best(self) -> Ints:
        """Each task's most probable class."""
        found: Ints = self.probabilities.argmax(axis=1)
        return found


@dataclass(frozen=True)
class _Counts:
    """The workers' tables: of each class seen a row over (worker, label), and sums of it: `total` over (worker)."""

    by_label: Floats
    total: Floats
    right: Floats
    answers: Floats


def fit(votes: Votes, *, gold: Ints | None = None, skill: float = SKILL, kind: Ints | None = None) -> Fit:
    """Return the fit of a project's votes; the same votes give the same fit.

    `gold` names the true class of each task, UNKNOWN where it is not known. `skill` is what is thought of workers
    nobody has seen. `kind`, where given, parts the tasks (0, 1, …): each kind has classes of its own frequency, and a
    worker is the same in all. Where there is enough gold the confidence is tempered on it; and where gold is better
    told by a plain majority than by telling workers apart, all are held alike (`Model.trust` is 0).
    """
    truth = np.full(votes.tasks, UNKNOWN, dtype=np.intp) if gold is None else np.asarray(gold, dtype=np.intp)
    # Votes of one task side by side: the rounds walk through memory in order, and take half the time.
    votes = votes.only(np.lexsort((votes.worker, votes.task)))
    blank = _start(votes, skill, kind)
    known = np.flatnonzero((truth != UNKNOWN) & (np.bincount(votes.task, minlength=votes.tasks) > 0))
    found = _rounds(blank, votes, truth, kind)
    if len(known):
        alike = _rounds(replace(blank, trust=0.0), votes, truth, kind)
        apart_told, alike_told = (_told_of_gold(one, votes, known, kind) for one in (found, alike))
        better = fitting(alike_told, truth[known]) - fitting(apart_told, truth[known])
        found, told = (alike, alike_told) if better > _TOLD_APART else (found, apart_told)
        found = replace(found, model=found.model.tempered(temper_on(told, truth[known])))
    return _finished(found, votes)


@dataclass(frozen=True)
class _Found:
    """Where the rounds ended: the model, the workers' tables, the votes' chances, and what they say."""

    model: Model
    counts: _Counts
    chance: Floats
    readings: Readings


def _rounds(model: Model, votes: Votes, truth: Ints, kind: Ints | None) -> _Found:
    """Learn from a blank model until results move little more."""
    skill = model.mean_skill
    # What is seen on gold is certain; agreement with others may be a common error, or agreed on.
    evidence = votes.weighted(votes.weight * np.where(truth[votes.task] != UNKNOWN, _GOLD_ANSWERS, 1.0))
    chance = _first_chances(model, evidence, truth)
    found = read(model, chance, votes.task, votes.weight, votes.tasks, truth, kind)
    for _ in range(_ROUNDS if model.trust else _ROUNDS_ALIKE):
        counts = _counted(evidence, found.seen)
        model = _learned(model, votes, counts, found, skill)
        chance = _without_own(model, evidence, counts, found.seen)
        before = found.probabilities
        found = read(model, chance, votes.task, votes.weight, votes.tasks, truth, kind)
        if np.abs(found.probabilities - before).sum() < _STILL * votes.tasks:
            break
    return _Found(model, _counted(evidence, found.seen), chance, found)


def _start(votes: Votes, skill: float, kind: Ints | None) -> Model:
    """Return a blank model with the classes as frequent as the answers name them, each task counted once.

    Learning the classes' shares from the results instead would collapse to one class while answers are few; and
    counting every answer would make rare what is sure, since the tasks asked again are the doubtful ones. A kind of
    task of which little is known has the shares of them all.
    """
    given = np.maximum(np.bincount(votes.task, votes.weight, votes.tasks), 1e-9)
    share = votes.weight / given[votes.task]
    blank = Model.blank(votes.classes, skill=skill)
    prior = _drawn(sums(votes.label, share, votes.classes), blank.prior)
    if kind is not None:
        kinds = int(kind.max()) + 1 if len(kind) else 1
        place = kind[votes.task] * votes.classes + votes.label
        prior = _drawn(sums(place, share, kinds * votes.classes).reshape(kinds, votes.classes), prior)
    return Model(prior, blank.mean_skill, blank.wrong, blank.ambiguous)


def _drawn(named: Floats, prior: Floats) -> Floats:
    """Return the shares of what is named, drawn to a prior as firmly as there is little."""
    found: Floats = (named + CLASS_ANSWERS * prior) / (named.sum(axis=-1, keepdims=True) + CLASS_ANSWERS)
    return found


def _first_chances(model: Model, votes: Votes, truth: Ints) -> Floats:
    """Return chances by what gold shows of the workers: where many answer the wrong way round, or alike, only that
    leads the rounds that follow to the truth and not to its opposite.
    """
    seen = (truth[votes.task] == np.arange(votes.classes)[:, None]).astype(np.float64)
    return _without_own(replace(model, mean_skill=_FIRST_SKILL), votes, _counted(votes, seen), seen)


def _counted(votes: Votes, seen: Floats) -> _Counts:
    place = votes.worker * votes.classes + votes.label
    by_label = sums(place, seen * votes.weight, votes.workers * votes.classes)
    table = by_label.reshape(votes.classes, votes.workers, votes.classes)
    total = table.sum(axis=2)
    return _Counts(by_label, total, np.trace(table, axis1=0, axis2=2), total.sum(axis=0))


def _learned(model: Model, votes: Votes, counts: _Counts, found: Readings, skill: float) -> Model:
    """Return the project's own parameters: mean skill, wrong answers, share of ambiguous tasks."""
    known = counts.answers / (counts.answers + SKILL_TASKS)
    shares = counts.right / np.maximum(counts.answers, 1e-9)
    mean = ((known * shares).sum() + MEAN_WORKERS * skill) / (known.sum() + MEAN_WORKERS)
    classes = votes.classes
    table = counts.by_label.reshape(classes, votes.workers, classes).sum(axis=1)
    off = table * (1 - np.eye(classes))
    wrong = off + WRONG_TASKS / (classes - 1) * (1 - np.eye(classes))
    wrong /= off.sum(axis=1, keepdims=True) + WRONG_TASKS
    return replace(model, mean_skill=float(mean), wrong=wrong, ambiguous=_share_ambiguous(votes, found))


def _share_ambiguous(votes: Votes, found: Readings) -> float:
    """Return the share of ambiguous tasks: what is expected, until tasks have answers enough to tell.

    Every task that has an answer counts once, those with one too, though one tells little: the tasks asked again are
    those whose answers contradict each other, and they alone would make all look ambiguous.
    """
    answered = np.bincount(votes.task, minlength=votes.tasks) > 0
    if not answered.any():
        return expected_ambiguous(votes.classes)
    each, told = votes.weight.sum() / answered.sum(), found.ambiguous[answered].mean()
    expected = expected_ambiguous(votes.classes)
    return float((each * told + AMBIGUOUS_ANSWERS * expected) / (each + AMBIGUOUS_ANSWERS))


def _without_own(model: Model, votes: Votes, counts: _Counts, seen: Floats) -> Floats:
    """Return each vote's chances by what its worker did elsewhere."""
    if not model.trust:
        return chances_alike(model, votes.label)
    own = seen * votes.weight
    own_right = own[votes.label, np.arange(len(votes))]
    return chances(
        model,
        votes.label,
        counts.by_label.take(votes.worker * votes.classes + votes.label, axis=1) - own,
        counts.total.take(votes.worker, axis=1) - own,
        counts.right.take(votes.worker) - own_right,
        counts.answers.take(votes.worker) - own.sum(axis=0),
    )


def _told_of_gold(found: _Found, votes: Votes, known: Ints, kind: Ints | None) -> Floats:
    """Return what the votes say of the gold tasks, read as if they were none, each by what its worker did elsewhere."""
    theirs = np.flatnonzero(np.isin(votes.task, known))
    task = np.searchsorted(known, votes.task[theirs])
    chance = found.chance.take(theirs, axis=1)
    told = read(
        found.model,
        chance,
        task,
        votes.weight[theirs],
        len(known),
        kind=None if kind is None else kind[known],
    )
    return told.probabilities


def _finished(found: _Found, votes: Votes) -> Fit:
    classes = votes.classes
    table = found.counts.by_label.reshape(classes, votes.workers, classes)
    # What each vote could be checked by: how much the others' votes alone say, 0 (nothing) to 1 (all).
    others = found.readings.seen / found.chance
    others /= others.sum(axis=0)
    said = (classes * (others**2).sum(axis=0) - 1) / (classes - 1)
    told, settled = told_by(found.readings, found.model.temper)
    return Fit(
        model=found.model,
        seen=np.ascontiguousarray(table.transpose(1, 0, 2)),
        informed=sums(votes.worker, said * votes.weight, votes.workers),
        probabilities=told,
        ambiguous=found.readings.ambiguous,
        answers=np.bincount(votes.task, minlength=votes.tasks),
        settled=settled,
    )
