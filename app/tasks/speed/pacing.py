"""How many places of a task are asked for at once, and how long a silent worker is waited for. Pure.

Answers one after another are the cheapest: each says whether another is needed. They are also the slowest. Places are
asked for side by side where it costs nothing (an audited task gets all of them anyway), where the deadline leaves no
time for the rounds a task is likely to need, and in the tail, where more people wait than tasks are open.
"""

from dataclasses import dataclass
from math import ceil, log

# What one answer more is hoped to add to the log-odds of the leading class: of workers who are right three times in
# four, 2 (p - 1/2) log(p / (1 - p)).
_GAIN = 0.55
_LEAST_DOUBT = 1e-4
# The tail of a project: so small a share of its tasks is still open, and so many people wait for each of them.
TAIL_SHARE = 0.1
TAIL_IDLE = 2.0
TAIL_AT_ONCE = 3
# Of the time left before a deadline, how much one question may take, so that somebody else can still be asked.
LEASE_SHARE = 1 / 3
TAIL_LEASE_SHARE = 1 / 2


@dataclass(frozen=True)
class Pace:
    """How a project goes on. Times are seconds of open time (quiet hours left out).

    `left_s` is what is left before the deadline (None: there is none); `round_s` what a place takes from its opening
    to its answer, in nine of ten cases; `open_tasks` of `tasks` are not finished; `idle` workers wait for a question.
    """

    left_s: float | None
    round_s: float
    tasks: int
    open_tasks: int
    idle: int

    @property
    def in_tail(self) -> bool:
        """Whether few tasks are left and more people than they need have nothing to do."""
        few = self.open_tasks <= max(1.0, TAIL_SHARE * self.tasks)
        return few and self.idle >= TAIL_IDLE * self.open_tasks


# Nothing known: one after another.
CALM = Pace(left_s=None, round_s=0.0, tasks=1, open_tasks=1, idle=0)


def answers_needed(doubt: float, allowed: float) -> int:
    """Return how many further answers a task is likely to need: its doubt and the doubt allowed are 0..1."""
    have, want = (log((1 - each) / each) for each in (_within(doubt), _within(allowed)))
    return max(1, ceil((want - have) / _GAIN))


def _within(doubt: float) -> float:
    return min(max(doubt, _LEAST_DOUBT), 1 - _LEAST_DOUBT)


def places_to_open(*, doubt: float, allowed: float, room: int, pace: Pace, audit: bool = False) -> int:
    """Return how many places to open of a task that is to be asked again; 1 is one after another, `room` the most.

    Near the deadline as many as the rounds left require, if each round asked so many; in the tail as many as are
    likely to be needed, three at most and no more than there are people for.
    """
    if audit:
        return room
    needed = answers_needed(doubt, allowed)
    wanted = 1
    if pace.left_s is not None:
        rounds = needed if pace.left_s >= needed * pace.round_s else max(1, int(pace.left_s / pace.round_s))
        wanted = ceil(needed / rounds)
    if pace.in_tail:
        each = pace.idle // max(1, pace.open_tasks)
        wanted = max(wanted, min(needed, each, TAIL_AT_ONCE))
    return min(room, wanted)


def lease_s(lease_s: int, *, least_s: int, pace: Pace) -> int:
    """Return how long an answer is waited for, of the project's lease: shorter near the deadline, and in the tail.

    In the tail half as long, or as long as nine of ten answers take: who has not answered then mostly does not, and
    somebody else waits. The worker is not held to it: their answer is taken as long as its place is free.
    """
    wanted = float(lease_s)
    if pace.left_s is not None:
        wanted = min(wanted, pace.left_s * LEASE_SHARE)
    if pace.in_tail:
        wanted = min(wanted, TAIL_LEASE_SHARE * lease_s, pace.round_s or wanted)
    return min(lease_s, max(least_s, int(wanted)))


def audit_goes_on(answers: int, most: int, pace: Pace) -> bool:
    """Say whether an audited task is still asked up to the most; in the tail half of it will do, to end sooner."""
    return not (pace.in_tail and 2 * answers >= most)
