"""When a project will be finished: from what is left to ask and how fast answers have come. Pure.

In seconds of open time; quiet hours and instants are operations/forecast.py's.
"""

from dataclasses import dataclass
from math import log

# So many answers there must be before anything is said.
LEAST_ANSWERS = 10
# A job begins with everybody rested, and with everybody who seldom answers asked once: its first day brings so many
# times what a later one does. The first hours bring more still, until a rest is seen.
_FIRST_DAY = 1.4
_DAY_S = 11 * 3600.0
# What a worker answers on the first day of a project that has work for all, as the simulated crowd does.
FIRST_DAY_ANSWERS = 4
# The share of questions that run out, before it is known: worth so many questions.
RUN_OUT = 0.4
_RUN_OUT_WORTH = 20.0
# What a round of the tasks that wait takes, of a lease: a question that is answered takes less, one that is not a whole
# lease, or half of one in the tail (pacing.py).
_ROUND = 0.55
# Of an adaptive project the last tasks are the doubtful ones: what one answer says decides about the next.
ADAPTIVE_IN_TURN = 2
# In one case of ten the last tasks are asked as often as is seldom needed, and all of it takes so much longer besides:
# so it was of the jobs played through, early and late, with many people and with few (docs/speed.md).
_HALF, _MOST = 0.5, 0.9
_LATE = 1.3
# So many finished tasks say how many answers one gets. Those that finish first are the easy ones; what is left takes
# somewhat more.
_LEAST_FINISHED = 20
_HARDER = 1.2


@dataclass(frozen=True)
class Tally:
    """The tasks of a project: those open, their empty places and answers, the answers of those done; don't knows."""

    tasks: int
    open_tasks: int
    empty_places: int
    answered_open: int
    answered_done: int
    unsure: int


@dataclass(frozen=True)
class Going:
    """How far a project is and how fast it goes.

    `left` answers are expected to be needed still, `left_to_half` of them until half of the tasks are finished (0 if
    they are); `answers` came in the last `over_s` open seconds, of `since_s` since it began. `rest_s` is how long
    people rest between two sessions. `open_tasks` are left: at the end they wait for people and not for their turn.
    `run_out` of `ended` questions ended without an answer; `lease_s` is how long one is waited for; the last tasks get
    so many answers one after another (`in_turn`).
    """

    left: float
    left_to_half: float
    answers: int
    over_s: float
    since_s: float
    rest_s: float
    open_tasks: int
    run_out: int
    ended: int
    lease_s: float
    in_turn: int = 1


@dataclass(frozen=True)
class Ahead:
    """Seconds of open time to half of the tasks, to the end as is likely, and to the end in nine of ten cases."""

    half_s: float
    done_s: float
    done_by_s: float


def ahead(going: Going) -> Ahead | None:
    """Return what lies ahead; None while too little is known."""
    return _ahead(going) if going.answers >= LEAST_ANSWERS and going.over_s > 0 else None


def before(*, answers: float, tasks: int, workers: int, lease_s: float, adaptive: bool) -> Ahead:
    """Return what lies ahead of a project of so many answers and tasks that has not begun, for so many workers."""
    return _ahead(
        Going(
            left=answers,
            left_to_half=answers / 2,
            answers=workers * FIRST_DAY_ANSWERS,
            over_s=_DAY_S,
            since_s=0.0,
            rest_s=0.0,
            open_tasks=tasks,
            run_out=0,
            ended=0,
            lease_s=lease_s,
            in_turn=ADAPTIVE_IN_TURN if adaptive else 1,
        )
    )


def _ahead(going: Going) -> Ahead:
    over_s = going.over_s + going.rest_s * max(0.0, 1 - going.over_s / _DAY_S)
    # How much of what the rate was seen in is the first day, and what is left of that.
    first = min(1.0, max(0.0, 2 - going.since_s / _DAY_S))
    soon_s = max(0.0, _DAY_S - going.since_s)
    slower = 1 + (_FIRST_DAY - 1) * first

    def takes_s(answers: float) -> float:
        as_so_far_s = answers * over_s / going.answers
        return as_so_far_s + (slower - 1) * max(0.0, as_so_far_s - soon_s)

    def done_s(chance: float) -> float:
        return takes_s(going.left) + going.in_turn * _rounds(going, chance) * _ROUND * going.lease_s

    return Ahead(takes_s(going.left_to_half), done_s(_HALF), _LATE * done_s(_MOST))


def _rounds(going: Going, chance: float) -> float:
    """Return how often the tasks that are open are asked until, with this chance, each of them was answered.

    The longest of so many geometric waits: (1 - q^r)^n = chance.
    """
    share = (going.run_out + RUN_OUT * _RUN_OUT_WORTH) / (going.ended + _RUN_OUT_WORTH)
    missing = 1 - chance ** (1 / max(1, going.open_tasks))
    return max(1.0, log(missing) / log(min(max(share, 0.01), 0.95)))


def answers_left(tally: Tally, *, quoted: float, most: float, adaptive: bool) -> float:
    """Return how many answers are expected to come still, don't knows with them.

    `quoted` is how many a task was expected to get before the project ran, `most` the most it can. No fewer than the
    places that are open now, nor than one for each open task.
    """
    finished = tally.tasks - tally.open_tasks
    wanted = quoted
    if adaptive and finished >= _LEAST_FINISHED:
        wanted = max(wanted, _HARDER * tally.answered_done / finished)
    left = max(
        tally.open_tasks * min(wanted, most) - tally.answered_open,
        float(tally.empty_places),
        float(tally.open_tasks),
    )
    unsure_share = tally.unsure / max(1, tally.unsure + tally.answered_open + tally.answered_done)
    return left / max(0.1, 1 - unsure_share)


def to_half(tally: Tally, left: float) -> float:
    """Return how many of the answers left come before half of the tasks are finished; 0 where half are."""
    finished = tally.tasks - tally.open_tasks
    return left * max(0.0, tally.tasks / 2 - finished) / tally.open_tasks
