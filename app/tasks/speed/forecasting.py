"""When a project will be finished: from what is left to ask and how fast answers have come. Pure.

In seconds of open time; quiet hours and instants are operations/forecast.py's.
"""

from dataclasses import dataclass
from math import log, sqrt

# So many answers there must be before anything is said.
LEAST_ANSWERS = 10
# Answers come in conversations, and these in waves: so many times fewer independent events is the rate known from.
_BURST = 20.0
# How far below the rate seen so far the slow one lies: nine in ten are faster. Never under a quarter of it.
_TENTH = 1.28
_SLOWEST = 0.25
# What the rate may fall to besides: of those who answer at first not all go on.
_FALLS_TO = 0.75
# A job begins with everybody rested: until a day is seen, a rest is still to come that slows it down.
_DAY_S = 11 * 3600.0
# The share of questions that run out, before it is known: worth so many questions.
RUN_OUT = 0.4
_RUN_OUT_WORTH = 20.0
# Of the tasks, as many as are waited for at the end, each by itself.
_TAIL_SHARE = 0.1
_HALF, _MOST = 0.5, 0.9
# Of an adaptive project the last tasks are the doubtful ones: what one answer says decides about the next.
ADAPTIVE_IN_TURN = 2


@dataclass(frozen=True)
class Going:
    """How far a project is and how fast it goes.

    `left` answers are expected to be needed still, `left_to_half` of them until half of the tasks are finished (0: they
    are); `answers` came in the last `over_s` open seconds. At the end, tasks wait for people and not for their turn:
    `open_tasks` of `tasks` are left, `run_out` of `ended` questions ended without an answer, and `round_s` passes until
    such a one is asked of somebody else; the last tasks get so many answers one after another (`in_turn`). `rest_s` is
    how long people rest between two sessions.
    """

    left: float
    left_to_half: float
    answers: int
    over_s: float
    rest_s: float
    tasks: int
    open_tasks: int
    run_out: int
    ended: int
    round_s: float
    in_turn: int = 1


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
    over_s = going.over_s + going.rest_s * max(0.0, 1 - going.over_s / _DAY_S)
    rate = going.answers / over_s
    slow = rate * max(_SLOWEST, _FALLS_TO - _TENTH / sqrt(going.answers / _BURST))
    return Ahead(
        half_s=going.left_to_half / rate,
        done_s=going.left / rate + going.in_turn * _rounds(going, _HALF) * going.round_s,
        done_by_s=going.left / slow + going.in_turn * _rounds(going, _MOST) * going.round_s,
    )


def _rounds(going: Going, chance: float) -> float:
    """Return how often the last tasks are asked until, with this chance, each of them was answered.

    The longest of so many geometric waits: (1 - q^r)^n = chance.
    """
    waiting = max(1.0, min(going.open_tasks, _TAIL_SHARE * going.tasks))
    share = (going.run_out + RUN_OUT * _RUN_OUT_WORTH) / (going.ended + _RUN_OUT_WORTH)
    missing = 1 - chance ** (1 / waiting)
    return max(1.0, log(missing) / log(min(max(share, 0.01), 0.95)))


def answers_left(
    *, open_tasks: int, answered_open: int, wanted: float, empty_places: int, unsure_share: float
) -> float:
    """Return how many answers are expected to come still, don't knows with them.

    `wanted` is how many a task is expected to get, `answered_open` how many those open have. No fewer than the places
    that are open now, nor than one for each open task.
    """
    left = max(open_tasks * wanted - answered_open, float(empty_places), float(open_tasks))
    return left / max(0.1, 1 - unsure_share)
