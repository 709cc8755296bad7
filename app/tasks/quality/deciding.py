"""Deciding what tasks need next: to be concluded, one more answer, or a person's eyes.

Owns the settings a project chooses from and which tasks are audited. How probable a class is is posterior.py's.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.tasks.quality.fitting import Fit
from app.tasks.quality.posterior import Posterior
from app.tasks.quality.votes import Bools, Floats, Ints

Verdict = Literal["conclude", "ask", "review"]

LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.5, 0.999

# The share of tasks that get every answer allowed, however sure they are: what the rest is checked by.
AUDIT_SHARE = 0.02

# Of the doubt a project allows, how much may be such that more answers would settle it.
_TO_SETTLE = 0.75
# How many times the doubt allowed an ambiguous task may have and still be concluded.
_AMBIGUOUS = 2.0


@dataclass(frozen=True)
class Settings:
    """When a task stops: at this confidence (0.5..0.999), as `decide` reads it, or at this many answers."""

    confidence: float
    max_answers: int

    def __post_init__(self) -> None:
        if not LEAST_CONFIDENCE <= self.confidence <= MOST_CONFIDENCE:
            raise ValueError(
                f"confidence is {self.confidence}; it lies in {LEAST_CONFIDENCE}..{MOST_CONFIDENCE}"
            )
        if self.max_answers < 1:
            raise ValueError(f"max_answers is {self.max_answers}; a task needs one answer or more")


# What a project gets that says nothing: more than five-fold majority's accuracy for two answers a task.
DEFAULT = Settings(confidence=0.755, max_answers=10)
# More than ten-fold Dawid-Skene's accuracy for three.
CAREFUL = Settings(confidence=0.915, max_answers=10)


@dataclass(frozen=True)
class Verdicts:
    """What each task of a project needs: one more answer, or else a person's eyes; neither: it is concluded."""

    ask: Bools
    review: Bools

    def of(self, task: int) -> Verdict:
        """Return one task's."""
        if self.ask[task]:
            return "ask"
        return "review" if self.review[task] else "conclude"


def verdicts(
    found: Fit, answers: Ints, cap: Ints | int, confidence: float, audit: Bools | None = None, labels: int = 1
) -> Verdicts:
    """Return what every task of a project needs next, those concluded before among them.

    `answers` and `cap` (tasks, or one for all) are how many each has and may have. A task that is concluded is
    judged like any other at each refit: when what is learned of its workers since makes it doubtful it is asked
    again, and what it concludes is what the last fit says. `labels` is how many labels a task may have where several
    may apply: its yes or no to each lie side by side in the fit, as `each_label` puts them.
    """
    each = _verdicts(
        found.confidence,
        found.settled,
        np.repeat(answers, labels),
        np.repeat(cap, labels) if np.ndim(cap) else np.asarray(cap),
        confidence,
        None if audit is None else np.repeat(audit, labels),
    )
    if labels == 1:
        return each
    ask = np.logical_or.reduce(each.ask.reshape(-1, labels), axis=1)
    return Verdicts(ask, np.logical_or.reduce(each.review.reshape(-1, labels), axis=1) & ~ask)


def decide(posterior: Posterior, answers: int, cap: int, confidence: float, audit: bool = False) -> Verdict:
    """Return what a task with so many answers needs next.

    It is concluded once it is as sure as wanted. It is asked no more, either, once further answers could take away
    no more than three quarters of the doubt allowed: the rest of the doubt is that the task is ambiguous. It is
    concluded then, with the lower confidence it has, where its doubt is at most twice the allowed, and else goes to
    review, as a task does that is unsure at the cap. An audited task is asked up to the cap before any of it. A task
    without an answer is asked, however lopsided the classes are.
    """
    return decide_several([posterior], answers, cap, confidence, audit)


def decide_several(
    labels: Sequence[Posterior], answers: int, cap: int, confidence: float, audit: bool = False
) -> Verdict:
    """Return what a task needs next to which several labels may apply, each with a posterior of its own.

    Its answers speak for all labels at once, and its result is as sure as the least sure of them: it is asked while
    any label is to be, and goes to review where any does.
    """
    found = _verdicts(
        np.array([label.confidence for label in labels]),
        np.array([label.settled for label in labels]),
        np.full(len(labels), answers),
        np.asarray(cap),
        confidence,
        np.full(len(labels), audit),
    )
    if found.ask.any():
        return "ask"
    return "review" if found.review.any() else "conclude"


def _verdicts(
    sure: Floats, settled: Floats, answers: Ints, cap: Ints, confidence: float, audit: Bools | None
) -> Verdicts:
    allowed, doubt = 1 - confidence, 1 - sure
    enough = doubt <= allowed
    ambiguous = ~enough & (settled >= 1 - _TO_SETTLE * allowed)
    done = enough | ambiguous if audit is None else (enough | ambiguous) & ~audit
    ask = (answers < cap) & (~done | (answers == 0))
    passed = enough | (ambiguous & (doubt <= _AMBIGUOUS * allowed))
    return Verdicts(ask, ~ask & ~passed)


def audited(task_id: str, share: float = AUDIT_SHARE) -> bool:
    """Say whether a task is audited: by a hash of its id, so that it is the same wherever and whenever it is asked."""
    found = hashlib.blake2b(task_id.encode(), digest_size=8, person=b"kazi-audit").digest()
    return int.from_bytes(found, "big") < share * 2**64
