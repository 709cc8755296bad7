"""How long a project of 100,000 answers takes to be fitted anew, on one core, beside plain Dawid and Skene.

The crowd is made here, seeded: few workers answer much and many answer little, three answers a task on average. The
time is the processor's, so that what else the machine does counts little; the best of a few rounds.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np

from app.tasks.quality import DEFAULT, UNKNOWN, Votes, fit, update, verdicts
from app.tasks.quality.posterior import Vote
from app.tasks.quality.votes import Ints
from bench.outcome import Outcome, Target
from bench.quality.baselines import dawid_skene
from bench.quality.data import counts

_ANSWERS, _QUICK = 100_000, 10_000
_A_TASK, _WORKERS = 3, 1_000
_CLASSES = (2, 4, 10)
_GOLD = (0.0, 0.05)
_MOST_S = 1.0

_Result = TypeVar("_Result")


def run(*, quick: bool) -> Outcome:
    """Fit projects of two, four and ten classes, without gold and with 5 % of it."""
    answers, rounds = (_QUICK, 1) if quick else (_ANSWERS, 3)
    rows = [
        [
            "answers, classes",
            "gold",
            "refit s",
            "and all judged",
            "one task us",
            "accuracy",
            "dawid-skene s",
            "its",
        ]
    ]
    figures = {}
    for classes in _CLASSES:
        votes, truth = _crowd(answers, classes)
        plain_s, plain = _timed(partial(dawid_skene, votes), 1)
        plain_accuracy = _accuracy(votes, truth, plain.argmax(axis=1))
        for share in _GOLD:
            gold = np.where(np.random.default_rng(classes).random(votes.tasks) < share, truth, UNKNOWN)
            found = _measured(votes, truth, gold if share else None, rounds)
            found |= {"dawid_skene_s": round(plain_s, 4), "dawid_skene_accuracy": plain_accuracy}
            figures[f"{classes}, gold {share:.0%}"] = found
            rows.append(
                [
                    f"{answers:,}, {classes}",
                    f"{share:.0%}",
                    f"{found['refit_s']:.2f}",
                    f"{found['judged_s']:.2f}",
                    f"{found['task_us']:.0f}",
                    f"{found['accuracy']:.3f}",
                    f"{plain_s:.2f}",
                    f"{plain_accuracy:.3f}",
                ]
            )
    slowest = max(found["judged_s"] for found in figures.values())
    return Outcome(
        title=f"the model of a project of {answers:,} answers by {_WORKERS:,} workers, fitted anew",
        rows=rows,
        targets=[
            Target(
                f"{_ANSWERS:,} answers in under {_MOST_S:.0f} s, with gold and without, of every number of classes",
                f"{slowest:.2f} s",
                slowest < _MOST_S,
            )
        ],
        notes=[
            "seconds are the processor's, best of the rounds; Dawid and Skene's is run until nothing moves by 1e-4",
            "accuracy is over the tasks that are no gold; with gold there are two fits, and the truth of 5 % is known",
            "one task: its posterior from what is kept of the project and its workers, as between refits",
        ],
        figures=figures,
    )


def _measured(votes: Votes, truth: Ints, gold: Ints | None, rounds: int) -> dict[str, float]:
    fitted_s, found = _timed(lambda: fit(votes, gold=gold), rounds)
    judged_s, _ = _timed(
        lambda: verdicts(found, found.answers, DEFAULT.max_answers, DEFAULT.confidence), rounds
    )
    few = [Vote(found.worker(worker), label, counted=True) for worker, label in ((0, 0), (1, 1), (2, 1))]
    task_s, _ = _timed(lambda: update(found.model, few), 50)
    return {
        "answers": len(votes),
        "refit_s": round(fitted_s, 4),
        "judged_s": round(fitted_s + judged_s, 4),
        "task_us": round(task_s * 1e6, 1),
        "accuracy": _accuracy(votes, truth, found.best, gold),
    }


def _accuracy(votes: Votes, truth: Ints, best: Ints, gold: Ints | None = None) -> float:
    scored = counts(votes).sum(axis=1) > 0
    if gold is not None:
        scored &= gold == UNKNOWN
    return round(float(np.mean(best[scored] == truth[scored])), 4)


def _crowd(answers: int, classes: int) -> tuple[Votes, Ints]:
    """Return votes and truths; a worker who comes by the same task twice answers it once."""
    rng = np.random.default_rng(classes)
    tasks = answers // _A_TASK
    truth = rng.integers(0, classes, tasks)
    active = rng.pareto(1.2, _WORKERS) + 0.2
    active /= active.sum()
    skill = rng.beta(6, 2, _WORKERS)
    drawn = int(answers * 1.4)
    task, worker = rng.integers(0, tasks, drawn), rng.choice(_WORKERS, drawn, p=active)
    once = np.sort(np.unique(task * _WORKERS + worker, return_index=True)[1])[:answers]
    task, worker = task[once], worker[once]
    other = (truth[task] + rng.integers(1, classes, len(task))) % classes
    label = np.where(rng.random(len(task)) < skill[worker], truth[task], other)
    return Votes.of(task, worker, label, classes=classes, tasks=tasks, workers=_WORKERS), truth


def _timed(work: Callable[[], _Result], rounds: int) -> tuple[float, _Result]:
    times = []
    for _ in range(rounds):
        before = time.process_time()
        result = work()
        times.append(time.process_time() - before)
    return min(times), result
