"""Which process dies when: every kind, at seeded moments, the same for the same seed."""

from collections import Counter

import pytest

from app import stack
from bench.kills import plan
from bench.kills.plan import FLUSH, PAYS, SERVERS

PROCESSES = [spec.name for spec in stack.processes(1, host="127.0.0.1", log_dir=None)]
KINDS = [*PROCESSES, *SERVERS]


def make(seed: int, kills: int = 20) -> plan.Plan:
    return plan.make(seed, kills=kills, flushes=3, kinds=KINDS, answers=180)


def test_the_same_seed_is_the_same_plan_and_another_is_another() -> None:
    assert make(1) == make(1)
    assert make(1) != make(2)


@pytest.mark.parametrize("seed", range(20))
def test_every_kind_of_process_dies_and_redis_forgets(seed: int) -> None:
    found = make(seed)
    victims = Counter(strike.victim for strike in (*found.job, *found.payday))
    assert found.kills == 20
    assert victims.keys() == {*KINDS, FLUSH}
    assert victims[FLUSH] == 3
    assert {"web", "sweeper", PAYS, "worker-inbound-2"} < set(KINDS)


@pytest.mark.parametrize("seed", range(20))
def test_the_blows_fall_in_order_while_there_is_work(seed: int) -> None:
    found = make(seed)
    moments = [strike.at for strike in found.job]
    assert moments == sorted(moments)
    assert moments[0] > 0
    assert moments[-1] <= 180 * 0.86
    assert found.payday[0].victim == PAYS


def test_fewer_kills_than_kinds_are_all_different() -> None:
    found = make(1, kills=4)
    victims = [strike.victim for strike in found.job if strike.victim != FLUSH]
    assert len(set(victims)) == len(victims) == 4


def test_the_number_of_a_process_is_not_its_kind() -> None:
    assert plan.kind_of("worker-inbound-2") == "worker-inbound"
    assert plan.kind_of("postgres backend") == "postgres backend"
    assert plan.kind_of("worker-outbound-1") in plan.CUTTING


def test_only_those_asked_for_die() -> None:
    found = plan.make(1, kills=10, flushes=0, kinds=["worker-outbound-1"], answers=180)
    assert {strike.victim for strike in (*found.job, *found.payday)} == {"worker-outbound-1"}
    assert found.kills == 10
