"""Which process dies when: pure, from a seed. A moment is a number of answers or payouts, never a time.

So that a seed means the same on a slow machine and a quick one. Who carries it out is `system`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

FLUSH = "flushall"
SUPERVISOR = "supervisor"
POSTMASTER = "postgres"
BACKEND = "postgres backend"
VALKEY = "valkey"
SERVERS = (POSTMASTER, BACKEND, VALKEY, SUPERVISOR)
# The death of any of these may cut a send of which nobody then knows whether the provider took it.
CUTTING = frozenset({"worker-outbound", POSTMASTER, BACKEND, SUPERVISOR})
# What dies first when people ask for their money.
PAYS = "worker-payouts-1"

# The last answers come from few people: the blows fall while many are at work.
_FIRST_SHARE, _LAST_SHARE = 0.04, 0.85
_PAYDAY_SHARE = 5  # every so many blows, one falls on payday
_PAYOUTS_BETWEEN = 3


@dataclass(frozen=True)
class Strike:
    """One blow: who, and once how many answers were given, or payouts settled since payday began."""

    victim: str
    at: int


@dataclass(frozen=True)
class Plan:
    """The blows of one round, in their order."""

    job: tuple[Strike, ...]
    payday: tuple[Strike, ...]

    @property
    def kills(self) -> int:
        """How many processes die."""
        return sum(strike.victim != FLUSH for strike in (*self.job, *self.payday))


def make(seed: int, *, kills: int, flushes: int, kinds: Sequence[str], answers: int) -> Plan:
    """Return the blows of a round in which so many answers are wanted.

    Each of `kinds` dies at least once where `kills` suffices; who dies again is chance, as is the order.
    """
    rng = random.Random(f"kills {seed}")
    on_payday = kills // _PAYDAY_SHARE
    job = _chosen(kinds, kills - on_payday, rng)
    first = PAYS if PAYS in kinds else kinds[0]
    payday = [first, *rng.choices(kinds, k=on_payday - 1)] if on_payday else []
    blows = _moments(job, answers, rng) + _moments([FLUSH] * flushes, answers, rng)
    return Plan(
        job=tuple(sorted(blows, key=lambda strike: strike.at)),
        payday=tuple(Strike(victim, place * _PAYOUTS_BETWEEN) for place, victim in enumerate(payday)),
    )


def _chosen(kinds: Sequence[str], count: int, rng: random.Random) -> list[str]:
    once = rng.sample(kinds, min(count, len(kinds)))
    chosen = [*once, *rng.choices(kinds, k=count - len(once))]
    rng.shuffle(chosen)
    return chosen


def _moments(victims: Sequence[str], answers: int, rng: random.Random) -> list[Strike]:
    """Spread the blows over the job, each somewhere within its share of it."""
    share = (_LAST_SHARE - _FIRST_SHARE) / max(len(victims), 1)
    return [
        Strike(victim, round(answers * (_FIRST_SHARE + share * (place + rng.random()))))
        for place, victim in enumerate(victims)
    ]


def kind_of(victim: str) -> str:
    """Return the victim without the number of its process: `worker-inbound-2` is one of the inbound workers."""
    stem, _, number = victim.rpartition("-")
    return stem if number.isdigit() else victim
