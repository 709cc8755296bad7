"""What a project may expect before it runs: answers a task and accuracy, by playing it through with people made up.

Pure, and the same for the same project. The judging is the app's own (quality); what is made up is only who answers:
a crowd of the mean skill given, spread as crowds are, and as many ambiguous tasks as the model takes for granted.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from app.tasks.quality import AUDIT_SHARE, Votes, fit, verdicts
from app.tasks.quality.model import SPLIT, expected_ambiguous
from app.tasks.quality.votes import Bools, Floats, Ints

_SEED = 20
# Enough tasks and people that the figures are steady to a point or so, few enough to be told at once.
_TASKS, _PEOPLE = 480, 24
# How alike people are: their skills are spread as a Beta of so many pseudo-answers.
_SPREAD = 6.8
# Skills are told to so fine a step: a quote does not change with every answer given anywhere.
STEP = 0.02


@dataclass(frozen=True)
class Expected:
    """Answers a task and the share of right results (0..1), and the share handed to a person's review."""

    answers: float
    accuracy: float
    review: float


def expected(*, classes: int, skill: float, fixed: int | None, confidence: float, most: int) -> Expected:
    """Return what to expect of tasks of so many classes by people of this mean skill (0..1).

    `fixed` answers a task concluded by majority; else (None) answers until as sure as `confidence`, `most` at most.
    """
    steps = round(skill / STEP) * STEP
    return _expected(classes, round(min(max(steps, 1 / classes), 0.98), 3), fixed, confidence, most)


@lru_cache(maxsize=256)
def _expected(classes: int, skill: float, fixed: int | None, confidence: float, most: int) -> Expected:
    most = min(most, _PEOPLE)
    truth, order, said = _answers(classes, skill)
    if fixed is not None:
        best = _majority(said[:, : min(fixed, _PEOPLE)], classes)
        return Expected(float(fixed), float(np.mean(best == truth)), 0.0)
    answers, best, review = _adaptive(order, said, classes, confidence, most)
    mean = (1 - AUDIT_SHARE) * float(answers.mean()) + AUDIT_SHARE * most
    return Expected(round(mean, 2), float(np.mean(best == truth)), float(review.mean()))


def _adaptive(
    order: Ints, said: Ints, classes: int, confidence: float, most: int
) -> tuple[Ints, Ints, Bools]:
    """Return each task's answers, result and whether it went to review.

    All are asked once more a round while they are to be: one that was sure enough, too, once it is no more.
    """
    answers, asked = np.zeros(_TASKS, dtype=np.intp), np.ones(_TASKS, dtype=np.bool_)
    while True:
        answers[asked] += 1
        task, turn = np.nonzero(np.arange(_PEOPLE) < answers[:, None])
        votes = Votes.of(
            task, order[task, turn], said[task, turn], classes=classes, tasks=_TASKS, workers=_PEOPLE
        )
        found = fit(votes)
        verdict = verdicts(found, answers, most, confidence)
        asked = verdict.ask
        if not asked.any():
            return answers, found.best, verdict.review


def _answers(classes: int, skill: float) -> tuple[Ints, Ints, Ints]:
    """Return each task's truth, who is asked in which turn, and what they say then (tasks, people)."""
    rng = np.random.default_rng(_SEED)
    truth = rng.integers(0, classes, _TASKS)
    skills = _skills(rng, _clear(skill, classes))
    other = (truth + rng.integers(1, classes, _TASKS)) % classes
    share = expected_ambiguous(classes)
    ambiguous = (rng.random(_TASKS) < share)[:, None] & (rng.random((_TASKS, _PEOPLE)) < SPLIT)
    shown = np.where(ambiguous, other[:, None], truth[:, None])
    wrong = (shown + rng.integers(1, classes, (_TASKS, _PEOPLE))) % classes
    said = np.where(rng.random((_TASKS, _PEOPLE)) < skills, shown, wrong)
    # Whoever is asked first is anybody.
    order = rng.permuted(np.tile(np.arange(_PEOPLE), (_TASKS, 1)), axis=1)
    return truth.astype(np.intp), order.astype(np.intp), np.take_along_axis(said, order, 1).astype(np.intp)


def _clear(skill: float, classes: int) -> float:
    """Return how often people are right on a clear task who are right so often on any (model.py's `skill`, back)."""
    missed = expected_ambiguous(classes) * SPLIT
    by_chance = missed / (classes - 1)
    return min(max((skill - by_chance) / (1 - missed - by_chance), 1 / classes), 0.98)


def _skills(rng: Generator, mean: float) -> Floats:
    """Return people's skills: as a few are, but of just that mean and spread, so that chance draws no better crowd."""
    many = np.sort(rng.beta(mean * _SPREAD, (1 - mean) * _SPREAD, 100 * _PEOPLE))
    found: Floats = many.reshape(_PEOPLE, 100).mean(axis=1)
    return found


def _majority(said: Ints, classes: int) -> Ints:
    counts = np.stack([(said == each).sum(axis=1) for each in range(classes)], axis=1)
    best: Ints = counts.argmax(axis=1)
    return best
