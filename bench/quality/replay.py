"""Recorded answers, asked one by one: a project with adaptive redundancy as it would have gone.

Tasks arrive in ten batches. In each round every open task draws one more of its recorded answers at random, the
project is refitted, and each task is concluded, asked again, or handed to review by the app's own `verdicts`: one
concluded before too, as long as there are tasks to ask. The results are those of the last fit. A batch comes a round
(`overlapping`), or when the one before is done. A task with no recorded answer left ends unsure.
"""

from dataclasses import dataclass

import numpy as np

from app.tasks.quality import UNKNOWN, Settings, Votes, fit, verdicts
from app.tasks.quality.votes import Bools, Floats, Ints
from bench.quality.data import Classes, ranks
from bench.quality.measures import Judged, calibration_error, judged, told

BATCHES = 10


@dataclass(frozen=True)
class Course:
    """How a replay went: by task the class told, how surely, after how many answers, whether it was reviewed."""

    best: Ints
    confidence: Floats
    answers: Ints
    review: Bools
    ambiguous: float


def replay(
    data: Classes,
    settings: Settings,
    seed: int,
    *,
    gold: Bools | None = None,
    overlapping: bool = True,
) -> Course:
    """Replay a set once. Gold tasks (a mask) are known to the fit, and asked up to the cap: they test the workers."""
    rng = np.random.default_rng(seed)
    votes, tasks = data.votes, data.votes.tasks
    rank, cap = ranks(votes.task, rng), min(settings.max_answers, data.cap)
    most = np.minimum(cap, np.bincount(votes.task, minlength=tasks))
    batch = rng.permutation(tasks) % BATCHES
    truth = np.where(gold, data.truth, UNKNOWN) if gold is not None else None
    known = np.zeros(tasks, dtype=bool) if truth is None else truth != UNKNOWN
    answers, started, asked = np.zeros(tasks, dtype=np.intp), 0, np.zeros(tasks, dtype=bool)
    while True:
        if started < BATCHES and (overlapping or not asked.any()):
            asked |= batch == started
            started += 1
        answers[asked] += 1
        found = fit(votes.only(rank < answers[votes.task]), gold=truth)
        verdict = verdicts(found, answers, most, settings.confidence, known)
        # A task whose batch has not come waits; one that can be asked no more than it was is at its most.
        asked = verdict.ask & (batch < started)
        if started == BATCHES and not asked.any():
            return Course(found.best, found.confidence, answers, verdict.review, found.model.ambiguous)


def judge(data: Classes, course: Course, gold: Bools | None = None) -> Judged:
    """Judge a replay over its scored tasks, gold ones left out; what gold cost is shared by the others."""
    known = data.known if gold is None else data.known[~gold[data.known]]
    truth = data.truth[known]
    spent = course.answers[known].mean()
    if gold is not None:
        spent = course.answers.sum() / max((~gold).sum(), 1)
    found = judged(
        told(course.best[known], data.votes.classes), course.confidence[known], truth, float(spent)
    )
    kept = known[~course.review[known]]
    concluded = float(np.mean(course.best[kept] == data.truth[kept])) if len(kept) else None
    review = float(course.review[known].mean())
    return Judged(found.accuracy, found.balanced, found.calibration_error, found.answers, review, concluded)


def at_once(data: Classes, asked: Votes) -> Judged:
    """Judge our fit of votes that are all there at once."""
    known = data.known
    found = fit(asked)
    spent = np.bincount(asked.task, minlength=asked.tasks)[known].mean()
    right = found.best[known] == data.truth[known]
    judged_now = judged(told(found.best[known], asked.classes), None, data.truth[known], float(spent))
    error = calibration_error(found.confidence[known], right.astype(np.float64))
    return Judged(judged_now.accuracy, judged_now.balanced, error, judged_now.answers)
