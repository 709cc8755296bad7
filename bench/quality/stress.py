"""Answers spoiled on purpose: a share of them comes from workers who are lazy, guess, collude or turn every answer.

Owns how they are spoiled. What is asked then is whether the model is ever worse than majority at the same cost.
"""

from typing import Literal, get_args

import numpy as np

from app.tasks.quality import CAREFUL, DEFAULT, Settings
from app.tasks.quality.votes import Bools, Ints
from bench.quality.baselines import majority
from bench.quality.data import Classes, ranks
from bench.quality.measures import Judged, at_cost, judged, mean
from bench.quality.replay import judge, replay

Way = Literal["lazy", "random", "colluding", "inverted"]
WAYS: tuple[Way, ...] = get_args(Way)

SHARE = 0.3
GOLD = (0.0, 0.05)
_BLOCK_RIGHT = 0.6
_FIXED = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)


def spoiled(data: Classes, way: Way, seed: int, share: float = SHARE) -> Classes:
    """Return the set with the answers of random workers, `share` of all answers, replaced.

    Lazy: each gives one class always. Random: any class. Colluding: one block that gives the same answer to a
    task, right in 60 %. Inverted: never the class they had given, but the next.
    """
    rng = np.random.default_rng([seed, WAYS.index(way)])
    votes, classes = data.votes, data.votes.classes
    bad = _some_workers(votes.worker, votes.workers, share, rng)
    truth = np.where(data.truth >= 0, data.truth, rng.integers(0, classes, votes.tasks))
    wrong = (truth + rng.integers(1, classes, votes.tasks)) % classes
    block = np.where(rng.random(votes.tasks) < _BLOCK_RIGHT, truth, wrong)
    label = {
        "lazy": rng.integers(0, classes, votes.workers)[votes.worker],
        "random": rng.integers(0, classes, len(votes)),
        "colluding": block[votes.task],
        "inverted": (votes.label + 1) % classes,
    }[way]
    now = np.where(bad[votes.worker], label, votes.label)
    changed = type(votes)(
        votes.task, votes.worker, now, votes.weight, votes.tasks, votes.workers, votes.classes
    )
    return Classes(data.name, changed, data.truth, data.values)


def on_set(data: Classes, seeds: int) -> dict[str, dict[str, float]]:
    """Return by way, gold and setting: our accuracy, answers a task, calibration error, majority at that cost."""
    found: dict[str, dict[str, float]] = {}
    for way in WAYS:
        for gold in GOLD:
            for told, settings in (("default", DEFAULT), ("careful", CAREFUL)):
                runs = [_once(data, way, gold, settings, seed) for seed in range(seeds)]
                ours, beside = mean([run[0] for run in runs]), [run[1] for run in runs]
                found[f"{way}, gold {gold:.0%}, {told}"] = {
                    "accuracy": round(ours.accuracy, 4),
                    "answers": round(ours.answers, 3),
                    "calibration_error": round(ours.calibration_error or 0.0, 4),
                    "majority": round(float(np.mean(beside)), 4),
                }
    return found


def _once(data: Classes, way: Way, share: float, settings: Settings, seed: int) -> tuple[Judged, float]:
    bad = spoiled(data, way, seed)
    gold = _some_gold(bad, share, seed) if share else None
    ours = judge(bad, replay(bad, settings, seed, gold=gold), gold)
    return ours, at_cost(_majority_curve(bad, seed, gold), ours.answers)


def _majority_curve(data: Classes, seed: int, gold: Bools | None) -> dict[float, float]:
    rank = ranks(data.votes.task, np.random.default_rng(seed))
    known = data.known if gold is None else data.known[~gold[data.known]]
    found = {}
    for answers in _FIXED:
        asked = data.votes.only(rank < answers)
        spent = float(np.bincount(asked.task, minlength=asked.tasks)[known].mean())
        found[spent] = judged(majority(asked)[0][known], None, data.truth[known], spent).accuracy
    return found


def _some_gold(data: Classes, share: float, seed: int) -> Bools:
    rng = np.random.default_rng([seed, 99])
    gold = np.zeros(data.votes.tasks, dtype=bool)
    gold[rng.choice(data.known, max(1, round(share * len(data.known))), replace=False)] = True
    return gold


def _some_workers(worker: Ints, workers: int, share: float, rng: np.random.Generator) -> Bools:
    """Return random workers who gave about this share of all answers."""
    given = np.bincount(worker, minlength=workers)
    order = rng.permutation(workers)
    before = np.cumsum(given[order]) - given[order] / 2
    bad = np.zeros(workers, dtype=bool)
    bad[order[before < share * len(worker)]] = True
    return bad
