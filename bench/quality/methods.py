"""Every method on one set of classes: fixed numbers of answers, first to so many, and adaptive at fixed settings."""

from collections.abc import Callable

import numpy as np

from app.tasks.quality import CAREFUL, DEFAULT, Votes
from app.tasks.quality.votes import Floats
from bench.quality.baselines import dawid_skene, first_to, majority
from bench.quality.data import Classes, ranks
from bench.quality.measures import Judged, judged, mean
from bench.quality.replay import at_once, judge, replay

ALL = 10**6
FIXED = (1, 2, 3, 5, 7, 10, ALL)
FIRST_TO = (2, 3)
SETTINGS = {"default": DEFAULT, "careful": CAREFUL}


def name(method: str, answers: int) -> str:
    """Return what a method at so many answers is called."""
    return f"{method} {'all' if answers == ALL else answers}"


def on_set(data: Classes, seeds: int, *, overlapping: bool = True) -> dict[str, Judged]:
    """Return what each method reaches on a set, as a mean over seeds."""
    found: dict[str, list[Judged]] = {}
    for seed in range(seeds):
        for method, figures in _once(data, seed, overlapping).items():
            found.setdefault(method, []).append(figures)
    return {method: mean(figures) for method, figures in found.items()}


def curve(found: dict[str, Judged]) -> dict[float, float]:
    """Return majority's accuracy by its answers a task."""
    return {found[key].answers: found[key].accuracy for key in found if key.startswith("majority")}


def _once(data: Classes, seed: int, overlapping: bool) -> dict[str, Judged]:
    votes = data.votes
    rank = ranks(votes.task, np.random.default_rng(seed))
    found: dict[str, Judged] = {}
    most = int(np.bincount(votes.task).max())
    for answers in (count for count in FIXED if count <= most or count == ALL):
        asked = votes.only(rank < answers)
        found[name("majority", answers)] = _majority(data, asked)
        found[name("dawid-skene", answers)] = _posterior(data, asked, dawid_skene)
        found[name("ours", answers)] = at_once(data, asked)
    for wanted in FIRST_TO:
        asked, _ = first_to(votes, rank, wanted, data.cap)
        found[f"first to {wanted}"] = _majority(data, asked)
    for told, settings in SETTINGS.items():
        found[f"ours {told}"] = judge(data, replay(data, settings, seed, overlapping=overlapping))
    return found


def _majority(data: Classes, asked: Votes) -> Judged:
    known = data.known
    probability, confidence = majority(asked)
    return judged(probability[known], confidence[known], data.truth[known], _answers(data, asked))


def _posterior(data: Classes, asked: Votes, method: Callable[[Votes], Floats]) -> Judged:
    known = data.known
    posterior = method(asked)[known]
    best = np.eye(asked.classes)[posterior.argmax(axis=1)]
    return judged(best, posterior.max(axis=1), data.truth[known], _answers(data, asked))


def _answers(data: Classes, asked: Votes) -> float:
    return float(np.bincount(asked.task, minlength=asked.tasks)[data.known].mean())
