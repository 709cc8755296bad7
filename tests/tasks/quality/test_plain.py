"""The fit beside the same model written as plainly as it can be: one vote, one class, one pair at a time."""

from math import exp, log
from typing import Any

import numpy as np
import pytest

from app.tasks.quality import UNKNOWN, Fit, Votes, fit
from app.tasks.quality.model import (
    AMBIGUOUS_ANSWERS,
    CLASS_ANSWERS,
    MEAN_WORKERS,
    ROW_TASKS,
    SKILL,
    SKILL_TASKS,
    SPLIT,
    WRONG_TASKS,
    expected_ambiguous,
)
from app.tasks.quality.votes import Floats, Ints
from tests.tasks.quality.crowds import crowd
from tests.tasks.quality.test_invariants import _colluding

ROUNDS, ROUNDS_ALIKE, STILL, GOLD_ANSWERS, FIRST_SKILL = 15, 4, 3e-4, 2.0, 0.85


class Plain:
    """One fit, with workers told apart or (`alike`) not."""

    def __init__(self, votes: Votes, truth: Ints, kind: Ints | None, *, alike: bool) -> None:
        self.votes, self.truth, self.alike = votes, truth, alike
        self.kind = np.zeros(votes.tasks, dtype=int) if kind is None else kind
        self.classes = range(votes.classes)
        self.of_task: list[list[int]] = [[] for _ in range(votes.tasks)]
        for at, task in enumerate(votes.task):
            self.of_task[task].append(at)
        self.evidence = [
            weight * (GOLD_ANSWERS if truth[task] != UNKNOWN else 1.0)
            for task, weight in zip(votes.task, votes.weight, strict=True)
        ]
        self.mean, self.ambiguous = SKILL, expected_ambiguous(votes.classes)
        self.wrong = (1 - np.eye(votes.classes)) / (votes.classes - 1)
        self.prior = self._priors() if kind is not None else self._named()
        self._run()

    def _priors(self) -> Floats:
        every, named = self._named()[0], np.zeros((int(self.kind.max()) + 1, self.votes.classes))
        for task in range(self.votes.tasks):
            named[self.kind[task]] += self._shares(task)
        found: Floats = (named + CLASS_ANSWERS * every) / (named.sum(axis=1, keepdims=True) + CLASS_ANSWERS)
        return found

    def _named(self) -> Floats:
        named = sum((self._shares(task) for task in range(self.votes.tasks)), np.zeros(self.votes.classes))
        found: Floats = (named + CLASS_ANSWERS / self.votes.classes) / (named.sum() + CLASS_ANSWERS)
        return found[None]

    def _shares(self, task: int) -> Floats:
        """Return how a task's answers are shared among the classes: 1 together, 0 where there are none."""
        given, found = sum(self.votes.weight[at] for at in self.of_task[task]), np.zeros(self.votes.classes)
        for at in self.of_task[task]:
            found[self.votes.label[at]] += self.votes.weight[at] / given
        return found

    def _run(self) -> None:
        first = [[float(self.truth[task] == true) for true in self.classes] for task in self.votes.task]
        self.mean = FIRST_SKILL
        self._read_all(self._chances(first))
        for _ in range(ROUNDS_ALIKE if self.alike else ROUNDS):
            self._learn()
            before = self.probabilities.copy()
            self._read_all(self._chances(self.seen))
            if np.abs(self.probabilities - before).sum() < STILL * self.votes.tasks:
                break
        self.table = self._table(self.seen)

    def _table(self, seen: list[list[float]]) -> Floats:
        table = np.zeros((self.votes.workers, self.votes.classes, self.votes.classes))
        for at, share in enumerate(seen):
            for true in self.classes:
                table[self.votes.worker[at], true, self.votes.label[at]] += self.evidence[at] * share[true]
        return table

    def _chances(self, seen: list[list[float]]) -> list[list[float]]:
        table = self._table(seen)
        found = []
        for at, (worker, label) in enumerate(zip(self.votes.worker, self.votes.label, strict=True)):
            others = np.zeros_like(table[worker]) if self.alike else table[worker].copy()
            if not self.alike:
                others[:, label] -= self.evidence[at] * np.array(seen[at])
            skill = (np.trace(others) + SKILL_TASKS * self.mean) / (others.sum() + SKILL_TASKS)
            found.append(
                [
                    (others[true, label] + ROW_TASKS * self._expected(skill, true, label))
                    / (others[true].sum() + ROW_TASKS)
                    for true in self.classes
                ]
            )
        self.chance = found
        return found

    def _expected(self, skill: float, true: int, label: int) -> float:
        return skill if true == label else float((1 - skill) * self.wrong[true, label])

    def _learn(self) -> None:
        table = self._table(self.seen)
        answers = table.sum(axis=(1, 2))
        right = np.trace(table, axis1=1, axis2=2)
        known = answers / (answers + SKILL_TASKS)
        shares = right / np.maximum(answers, 1e-9)
        self.mean = float(((known * shares).sum() + MEAN_WORKERS * SKILL) / (known.sum() + MEAN_WORKERS))
        for true in self.classes:
            mistakes = table[:, true].sum(axis=0)
            mistakes[true] = 0.0
            for label in self.classes:
                beside = WRONG_TASKS / (self.votes.classes - 1) if label != true else 0.0
                self.wrong[true, label] = (mistakes[label] + beside) / (mistakes.sum() + WRONG_TASKS)
        answered = [self.unclear[task] for task, votes in enumerate(self.of_task) if votes]
        each = self.votes.weight.sum() / len(answered)
        expected = AMBIGUOUS_ANSWERS * expected_ambiguous(self.votes.classes)
        self.ambiguous = (each * sum(answered) / len(answered) + expected) / (each + AMBIGUOUS_ANSWERS)

    def _read_all(self, chances: list[list[float]]) -> None:
        tasks = self.votes.tasks
        self.probabilities, self.unclear = np.zeros((tasks, self.votes.classes)), np.zeros(tasks)
        self.settled = np.zeros(tasks)
        self.seen = [[0.0 for _ in self.classes] for _ in self.votes.task]
        for task in range(tasks):
            self._read(task, chances, int(self.truth[task]))

    def _read(self, task: int, chances: list[list[float]], truth: int) -> None:
        prior, mine = self.prior[self.kind[task]], self.of_task[task]
        weight = self.votes.weight
        clear = [
            log(prior[true]) + sum(weight[at] * log(chances[at][true]) for at in mine)
            for true in self.classes
        ]
        self.settled[task] = 1 / sum(exp(one - max(clear)) for one in clear)
        leading = sorted(self.classes, key=lambda true: -clear[true])[:3]
        last = leading[-1]
        standing = {true: prior[true] for true in leading}
        if not any(chances[at][last] == max(chances[at]) for at in mine if weight[at] > 0):
            standing[last] += 1 - sum(prior[true] for true in leading)
        score = {(true, true): clear[true] + log(1 - self.ambiguous) for true in self.classes}
        for true in leading:
            for shown in leading:
                if shown != true:
                    pair = standing[true] * standing[shown] / max(1 - prior[true], 1e-9)
                    score[true, shown] = (
                        log(self.ambiguous)
                        + log(max(pair, 1e-300))
                        + sum(weight[at] * log(self._mix(chances[at], true, shown)) for at in mine)
                    )
        if truth != UNKNOWN:
            score = {(truth, truth): 0.0}
        most = max(score.values())
        total = sum(exp(one - most) for one in score.values())
        for (true, shown), one in score.items():
            share = exp(one - most) / total
            self.probabilities[task, true] += share
            self.unclear[task] += share if true != shown else 0.0
            for at in mine:
                if true == shown:
                    self.seen[at][true] += share
                    continue
                mix = self._mix(chances[at], true, shown)
                self.seen[at][true] += share * (1 - SPLIT) * chances[at][true] / mix
                self.seen[at][shown] += share * SPLIT * chances[at][shown] / mix
        if not mine and truth == UNKNOWN:
            self.probabilities[task] = prior

    @staticmethod
    def _mix(chance: list[float], true: int, shown: int) -> float:
        return (1 - SPLIT) * chance[true] + SPLIT * chance[shown]

    def informed(self) -> Floats:
        """Return how much each worker's answers could be checked by others."""
        found, classes = np.zeros(self.votes.workers), self.votes.classes
        for at, worker in enumerate(self.votes.worker):
            others = np.array(self.seen[at]) / np.array(self.chance[at])
            others /= others.sum()
            found[worker] += self.votes.weight[at] * (classes * (others**2).sum() - 1) / (classes - 1)
        return found


def _differences(found: Fit, plain: Plain) -> list[str]:
    """Return the names of what a fit found otherwise than the plain one did."""
    pairs: dict[str, tuple[Any, Any]] = {
        "seen": (found.seen, plain.table),
        "informed": (found.informed, plain.informed()),
        "ambiguous": (found.ambiguous, plain.unclear),
        "mean skill": (found.model.mean_skill, plain.mean),
        "share ambiguous": (found.model.ambiguous, plain.ambiguous),
        "wrong": (found.model.wrong, plain.wrong),
    }
    if found.model.temper == 1.0:
        pairs["probabilities"] = (found.probabilities, plain.probabilities)
        pairs["settled"] = (found.settled, plain.settled)
    return [name for name, (one, other) in pairs.items() if not np.allclose(one, other, atol=1e-6)]


@pytest.mark.parametrize("classes", [2, 3, 6])
@pytest.mark.parametrize("gold", [0, 8])
def test_the_fit_is_what_the_model_says(classes: int, gold: int) -> None:
    some = crowd(classes, tasks=60, workers=9, classes=classes, each=4, hard=0.3)
    rng = np.random.default_rng(1)
    kept = some.votes.only(rng.random(len(some.votes)) < 0.7)
    votes = kept.weighted(rng.choice([0.25, 1.0], len(kept)))
    kind = np.arange(60) % 2
    truth = np.where(np.arange(60) < gold, some.truth, UNKNOWN)
    found = fit(votes, gold=truth, kind=kind)
    assert _differences(found, Plain(votes, truth, kind, alike=False)) == []


def test_the_fit_that_holds_all_workers_alike_is_what_the_model_says() -> None:
    votes, truth = _colluding(1)
    gold = np.where(np.arange(800) % 20 == 0, truth, UNKNOWN)
    found = fit(votes, gold=gold)
    assert found.model.trust == 0
    assert _differences(found, Plain(votes, gold, None, alike=True)) == []
