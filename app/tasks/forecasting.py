"""When a project will be finished: from what is left to ask and how fast answers have come. Pure.

In seconds of open time; quiet hours and instants are operations/forecast.py's.
"""

from dataclasses import dataclass
from math import sqrt

# So many answers there must be before anything is said.
LEAST_ANSWERS = 10
# Answers come in conversations of some five: so many times fewer independent events are what the rate is known from.
_BURST = 5.0
# How far below the rate seen so far the slow one lies: nine in ten are faster. Never under a quarter of it.
_TENTH = 1.28
_SLOWEST = 0.25
# The last answers wait for people, not for their turn: one usual round, or two slow ones.
_SLOW_ROUNDS = 2.0


@dataclass(frozen=True)
class Going:
    """How far a project is and how fast it goes.

    `left` answers are expected to be needed still, `left_to_half` of them until half of the tasks are finished (0: they
    are); `answers` came in the last `over_s` open seconds; `usual_s` and `round_s` is what a question takes, half and
    nine in ten of them.
    """

    left: float
    left_to_half: float
    answers: int
    over_s: float
    usual_s: float
    round_s: float


@dataclass(frozen=True)
class Ahead:
    """Seconds of open time to half of the tasks, to the end as is likely, and to the end in nine of ten cases."""

    half_s: float
    done_s: float
    done_by_s: float


def ahead(going: Going) -> Ahead | None:
    """Return what lies ahead; None while too little is known."""
    if going.answers < LEAST_ANSWERS or going.over_s <= 0:
        return None
    rate = going.answers / going.over_s
    slow = rate * max(_SLOWEST, 1 - _TENTH / sqrt(going.answers / _BURST))
    done_s = going.left / rate + going.usual_s
    return Ahead(
        half_s=going.left_to_half / rate,
        done_s=done_s,
        done_by_s=max(done_s, going.left / slow + _SLOW_ROUNDS * going.round_s),
    )


def answers_left(
    *, open_tasks: int, answered_open: int, wanted: float, empty_places: int, unsure_share: float
) -> float:
    """Return how many answers are expected to come still, don't knows with them.

    `wanted` is how many a task is expected to get, `answered_open` how many those open have. No fewer than the places
    that are open now, nor than one for each open task.
    """
    left = max(open_tasks * wanted - answered_open, float(empty_places), float(open_tasks))
    return left / max(0.1, 1 - unsure_share)
