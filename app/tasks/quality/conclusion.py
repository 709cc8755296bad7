"""A conclusion, and the plainest way to one, the majority. Pure.

Owns the majority. Which answers are votes (not the unsure ones) and where the result is kept is concluding.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAJORITY = "majority"


@dataclass(frozen=True)
class Conclusion:
    """A value (None where nobody answered), how sure (0..1), from how many answers, by which method."""

    value: str | None
    confidence: float
    answers: int
    method: str


def majority(votes: Mapping[str, int], choices: Sequence[str]) -> Conclusion:
    """Return the value most voted for; its confidence is the agreement, the share of votes it got.

    `votes` counts answers by value, `choices` gives the values in the project's order: of equally many votes
    the earliest choice wins, so that the same answers always conclude the same, and the share says how weakly.
    """
    total = sum(votes.get(choice, 0) for choice in choices)
    if total == 0:
        return Conclusion(None, 0.0, 0, MAJORITY)
    best = max(choices, key=lambda choice: votes.get(choice, 0))
    return Conclusion(best, votes[best] / total, total, MAJORITY)
