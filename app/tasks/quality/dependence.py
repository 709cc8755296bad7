"""Answers that may depend on each other: what they count together, and who answers too much alike.

Owns both. Who may depend on whom (one referrer, one payout account, one site) is known elsewhere and comes as groups.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from app.tasks.quality.fitting import Fit
from app.tasks.quality.model import ROW_TASKS, SKILL_TASKS, SPLIT
from app.tasks.quality.votes import Floats, Ints, Votes

# A cohort may be one village of honest people: a group still counts for more the larger it is, but never for two.
_SHARED = 0.5

# Pairs are compared over this many common tasks or more; the chance of one false alert in a project is this.
_COMMON = 12
_FALSE_ALERT = 0.01


def weights(groups: Sequence[Hashable | None], shared: float = _SHARED) -> list[float]:
    """Return what each answer to one task counts, 0..1; `groups` names each answer's group, None: depends on nobody.

    n answers of one group count together as n / (1 + (n - 1) * shared), what n observations that correlate by
    `shared` are worth as independent ones (the design effect of cluster samples, Kish 1965): with 0.5, two count
    1.33, five 1.67, never two. With `shared` 1 a whole group is one vote.
    """
    sizes = Counter(group for group in groups if group is not None)
    return [1.0 if group is None else 1 / (1 + (sizes[group] - 1) * shared) for group in groups]


@dataclass(frozen=True)
class Alike:
    """Two workers (indices) who said the same on `same` of `common` tasks, where `expected` were to be.

    `chance` is how probable as many are if they do not know each other, over all pairs compared.
    """

    first: int
    second: int
    common: int
    same: int
    expected: float
    chance: float


def too_alike(votes: Votes, fit: Fit) -> list[Alike]:
    """Return pairs of workers whose agreement their skill does not explain, the most suspicious first.

    Good workers agree because both are right. So a pair's agreement is compared with what each one's skill and the
    tasks' results make likely, task by task, and only more of it than chance allows over all pairs is told.
    An alert, not a verdict: two who misread one instruction alike are found too.
    """
    pairs = _pairs(votes)
    if not len(pairs):
        return []
    one, other = pairs[:, 0], pairs[:, 1]
    expected = _expected(votes, fit, one, other)
    same = (votes.label[one] == votes.label[other]).astype(np.float64)
    first, second = votes.worker[one], votes.worker[other]
    low, high = np.minimum(first, second), np.maximum(first, second)
    key, which = np.unique(low * votes.workers + high, return_inverse=True)
    common = np.bincount(which)
    agreed, hoped = np.bincount(which, same), np.bincount(which, expected)
    spread = np.sqrt(np.maximum(np.bincount(which, expected * (1 - expected)), 1e-9))
    enough = np.flatnonzero(common >= _COMMON)
    found = []
    for index in enough:
        # A normal tail is too thin for the last few agreements: half a one is taken off, and the spread kept up.
        far = (agreed[index] - 0.5 - hoped[index]) / max(spread[index], 1.0)
        chance = min(1.0, 0.5 * erfc(far / sqrt(2)) * len(enough))
        if chance < _FALSE_ALERT:
            a, b = divmod(int(key[index]), votes.workers)
            found.append(Alike(a, b, int(common[index]), int(agreed[index]), float(hoped[index]), chance))
    return sorted(found, key=lambda alike: (alike.chance, alike.first, alike.second))


def _pairs(votes: Votes) -> Ints:
    """Return positions (pairs, 2) of votes on the same task."""
    order = np.argsort(votes.task, kind="stable")
    task = votes.task[order]
    found = []
    for apart in range(1, len(votes)):
        same = np.flatnonzero(task[apart:] == task[:-apart])
        if not len(same):
            break
        found.append(np.stack([order[same], order[same + apart]], axis=1))
    return np.concatenate(found) if found else np.empty((0, 2), dtype=np.intp)


def _expected(votes: Votes, fit: Fit, one: Ints, other: Ints) -> Floats:
    """Return how probably each pair agrees on their task, were they to answer independently."""
    skill = _row_chances(fit)
    mixed = (1 - SPLIT) * skill
    task = votes.task[one]
    found = np.zeros(len(one))
    for true in range(votes.classes):
        # An ambiguous task is to be seen as one of the others now and then.
        unclear = mixed[:, true] + SPLIT * (skill.sum(axis=1) - skill[:, true]) / (votes.classes - 1)
        clear = (skill[votes.worker[one], true] * skill[votes.worker[other], true]).sum(axis=1)
        blurred = (unclear[votes.worker[one]] * unclear[votes.worker[other]]).sum(axis=1)
        share = fit.ambiguous[task]
        found += fit.probabilities[task, true] * ((1 - share) * clear + share * blurred)
    return np.clip(found, 1e-6, 1 - 1e-6)


def _row_chances(fit: Fit) -> Floats:
    """Return each worker's chance (workers, classes true, classes said), drawn to their skill as in the fit."""
    model, seen = fit.model, fit.seen
    total = seen.sum(axis=(1, 2))
    right = np.trace(seen, axis1=1, axis2=2)
    skill = (right + SKILL_TASKS * model.mean_skill) / (total + SKILL_TASKS)
    expected = (1 - skill)[:, None, None] * model.wrong + skill[:, None, None] * np.eye(model.classes)
    found: Floats = (seen + ROW_TASKS * expected) / (seen.sum(axis=2, keepdims=True) + ROW_TASKS)
    return found
