"""How many places are asked for at once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tasks.speed.pacing import (
    CALM,
    Pace,
    answers_needed,
    audit_goes_on,
    lease_s,
    places_to_open,
)

BUSY = Pace(left_s=None, round_s=7200, tasks=1000, open_tasks=600, idle=50)
HOUR = 3600.0


def opened(pace: Pace, doubt: float = 0.4, room: int = 8, *, audit: bool = False) -> int:
    return places_to_open(doubt=doubt, allowed=0.1, room=room, pace=pace, audit=audit)


def test_without_haste_one_after_another() -> None:
    assert opened(BUSY) == opened(CALM) == 1
    assert opened(replace(BUSY, left_s=100 * HOUR)) == 1


def test_near_the_deadline_as_many_as_the_rounds_left_require() -> None:
    needed = answers_needed(0.4, 0.1)
    assert opened(replace(BUSY, left_s=HOUR)) == needed > 1
    assert 1 < opened(replace(BUSY, left_s=4 * HOUR)) < needed


def test_in_the_tail_no_more_than_there_are_people_for() -> None:
    tail = replace(BUSY, open_tasks=20)
    assert tail.in_tail
    assert opened(tail) == 2
    assert opened(replace(tail, idle=1000)) == 3
    assert not replace(tail, idle=39).in_tail
    # As many people as may be: while more than a tenth of the tasks is open it is no tail.
    assert opened(replace(BUSY, open_tasks=200, idle=1000)) == 1


@pytest.mark.parametrize(
    ("tasks", "open_tasks", "idle", "tail"),
    [
        (1000, 100, 200, True),
        (1000, 101, 1000, False),
        (1000, 100, 199, False),
        (5, 1, 2, True),
        (5, 2, 9, False),
        (1, 1, 1, False),
    ],
)
def test_the_tail_is_a_tenth_of_the_tasks_and_two_people_for_each(
    tasks: int, open_tasks: int, idle: int, tail: bool
) -> None:
    assert replace(BUSY, tasks=tasks, open_tasks=open_tasks, idle=idle).in_tail is tail


def test_an_audited_task_gets_all_its_places_at_once() -> None:
    assert opened(BUSY, audit=True, room=9) == 9


PACES = st.builds(
    Pace,
    left_s=st.none() | st.floats(0, 1e7),
    round_s=st.floats(0, 1e6),
    tasks=st.integers(1, 10**6),
    open_tasks=st.integers(0, 10**6),
    idle=st.integers(0, 10**6),
)


@given(st.floats(0, 1), st.floats(0.001, 0.5), st.integers(0, 25), PACES, st.booleans())
def test_at_least_one_and_never_more_than_there_is_room_for(
    doubt: float, allowed: float, room: int, pace: Pace, audit: bool
) -> None:
    found = places_to_open(doubt=doubt, allowed=allowed, room=room, pace=pace, audit=audit)
    assert min(room, 1) <= found <= room


@pytest.mark.parametrize(
    ("doubt", "allowed", "needed"),
    [
        (0.4, 0.1, 4),
        (0.5, 0.05, 6),
        (0.2, 0.05, 3),
        (0.05, 0.05, 1),
        (0.01, 0.05, 1),
        (0.5, 0, 17),
        (1, 0.5, 17),
    ],
)
def test_each_answer_more_is_hoped_to_be_of_somebody_right_three_times_in_four(
    doubt: float, allowed: float, needed: int
) -> None:
    assert answers_needed(doubt, allowed) == needed


def test_a_doubtful_task_needs_more_than_a_likely_one() -> None:
    assert answers_needed(0.5, 0.05) > answers_needed(0.2, 0.05) >= 1 == answers_needed(0.05, 0.05)


def lease(pace: Pace, of: int = 14400) -> int:
    return lease_s(of, least_s=300, pace=pace)


def test_leases_shorten_as_the_deadline_nears() -> None:
    assert lease(BUSY) == 14400
    assert lease(replace(BUSY, left_s=24 * HOUR)) == 14400
    assert lease(replace(BUSY, left_s=6 * HOUR)) == 7200
    assert lease(replace(BUSY, left_s=0)) == 300
    assert lease(replace(BUSY, left_s=0), of=200) == 200


def test_in_the_tail_nobody_is_waited_for_longer_than_nine_of_ten_take() -> None:
    tail = replace(BUSY, open_tasks=20)
    assert lease(replace(tail, round_s=6000)) == 6000
    # Never more than half of the lease, which is what is waited where it is not known yet.
    assert lease(replace(tail, round_s=10_000)) == lease(replace(tail, round_s=0)) == 7200
    assert lease(replace(tail, round_s=60)) == 300
    assert lease(replace(tail, idle=10)) == 14400


def test_an_audit_does_not_delay_the_end() -> None:
    tail = replace(BUSY, open_tasks=20)
    assert audit_goes_on(9, 10, BUSY)
    assert audit_goes_on(4, 10, tail)
    assert not audit_goes_on(5, 10, tail)
