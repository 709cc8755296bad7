"""Deciding what a task needs next: to be concluded, one more answer, or a person's eyes.

Owns the settings a project chooses from and which tasks are audited. How probable a class is is posterior.py's.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from app.tasks.quality.posterior import Posterior

Verdict = Literal["conclude", "ask", "review"]

LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.5, 0.999

# The share of tasks that get every answer allowed, however sure they are: what the rest is checked by.
AUDIT_SHARE = 0.05

# Of the doubt a project allows, how much may be such that more answers would settle it.
_TO_SETTLE = 0.5
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


# What a project gets that says nothing: five-fold majority's accuracy for two answers a task.
DEFAULT = Settings(confidence=0.81, max_answers=10)
# Ten-fold Dawid-Skene's accuracy for three.
CAREFUL = Settings(confidence=0.925, max_answers=10)


def decide(posterior: Posterior, answers: int, cap: int, confidence: float, audit: bool = False) -> Verdict:
    """Return what a task with so many answers needs next.

    It is concluded once it is as sure as wanted. It is asked no more, either, once further answers could take away
    no more than half of the doubt allowed: the rest of the doubt is that the task is ambiguous. It is concluded
    then, with the lower confidence it has, where its doubt is at most twice the allowed, and else goes to review,
    as a task does that is unsure at the cap. An audited task is asked up to the cap before any of it. A task
    without an answer is asked, however lopsided the classes are.
    """
    if answers < cap and (audit or answers == 0):
        return "ask"
    allowed, doubt = 1 - confidence, 1 - posterior.confidence
    if doubt <= allowed:
        return "conclude"
    if posterior.settled >= 1 - _TO_SETTLE * allowed:
        return "conclude" if doubt <= _AMBIGUOUS * allowed else "review"
    return "ask" if answers < cap else "review"


def audited(task_id: str, share: float = AUDIT_SHARE) -> bool:
    """Say whether a task is audited: by a hash of its id, so that it is the same wherever and whenever it is asked."""
    found = hashlib.blake2b(task_id.encode(), digest_size=8, person=b"kazi-audit").digest()
    return int.from_bytes(found, "big") < share * 2**64
