"""A conclusion, and the plainest way to one, the majority. Pure.

Owns the majority. Which answers are votes (not the unsure ones) and where the result is kept is concluding.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAJORITY = "majority"
_JOINT = "|"


@dataclass(frozen=True)
class Conclusion:
    """A value (None where nobody answered), how sure (0..1), from how many answers, by which method."""

    value: str | None
    confidence: float
    answers: int
    method: str


def majority(votes: Mapping[str, float], choices: Sequence[str]) -> Conclusion:
    """Return the value most voted for; its confidence is the agreement, the share of votes it got.

    `votes` gives what the answers count by value, `choices` the values in the project's order: of equally many
    votes the earliest choice wins, so that the same answers always conclude the same, and the share says how weakly.
    """
    total = sum(votes.get(choice, 0) for choice in choices)
    if total == 0:
        return Conclusion(None, 0.0, 0, MAJORITY)
    best = max(choices, key=lambda choice: votes.get(choice, 0))
    return Conclusion(best, votes[best] / total, round(total), MAJORITY)


def majority_of_each(votes: Mapping[str, float], choices: Sequence[str]) -> Conclusion:
    """Return the choices that more than half of the answers name, joined by `|`; `""` where none is.

    For questions to which several choices may apply: `votes` counts whole answers (`a|c`). The set is as sure as
    its least sure choice, whose confidence is the share of answers that agree about it.
    """
    named = {answer: count for answer, count in votes.items() if set(_parts(answer)) <= set(choices)}
    total = sum(named.values())
    if total == 0:
        return Conclusion(None, 0.0, 0, MAJORITY)
    shares = {
        choice: sum(count for answer, count in named.items() if choice in _parts(answer)) / total
        for choice in choices
    }
    value = _JOINT.join(choice for choice in choices if shares[choice] > 1 / 2)
    return Conclusion(value, min(max(share, 1 - share) for share in shares.values()), round(total), MAJORITY)


def _parts(answer: str) -> tuple[str, ...]:
    return tuple(answer.split(_JOINT)) if answer else ()
