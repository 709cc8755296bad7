"""Tempering: how far log-odds are scaled so that of the results told with 0.9, nine in ten are right.

Owns the search on gold; applying it is posterior.py's.
"""

import numpy as np

from app.tasks.quality.votes import Floats, Ints

_TEMPERS = np.round(np.arange(0.4, 1.301, 0.05), 2)
# Gold tasks needed before they are listened to, and how many of them 1.0 (no tempering) is worth.
_ENOUGH = 30
_WORTH = 30.0
_LEAST = 1e-9
# One gold task that is itself wrong is not to decide between two fits.
_POSSIBLE = 1e-3


def temper_on(probabilities: Floats, truth: Ints) -> float:
    """Return the temper under which the known truths (tasks) are most probable; 1.0 where too few are known.

    `probabilities` (tasks, classes) are what the votes said without the truth. A penalty draws it to 1.0, so
    that few gold tasks that happen to be easy or hard move it little.
    """
    if len(truth) < _ENOUGH:
        return 1.0
    log = np.log(np.maximum(probabilities, _LEAST))
    found = [_likelihood(log * temper, truth) - _WORTH * np.log(temper) ** 2 for temper in _TEMPERS]
    return float(_TEMPERS[int(np.argmax(found))])


def fitting(probabilities: Floats, truth: Ints) -> float:
    """Return the log likelihood of truths (tasks) under probabilities (tasks, classes), none taken for impossible."""
    return _likelihood(np.log(np.maximum(probabilities, _POSSIBLE)), truth)


def _likelihood(log: Floats, truth: Ints) -> float:
    log = log - log.max(axis=1, keepdims=True)
    told = log[np.arange(len(truth)), truth] - np.log(np.exp(log).sum(axis=1))
    return float(told.sum())
