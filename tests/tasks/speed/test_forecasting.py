"""What is said of the end of a project, from what is left and how fast answers came."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tasks.speed.forecasting import (
    LEAST_ANSWERS,
    Ahead,
    Going,
    Tally,
    ahead,
    answers_left,
    before,
    to_half,
)

HOUR = 3600.0
STEADY = Going(
    left=400, left_to_half=150, answers=550, over_s=11 * HOUR, since_s=33 * HOUR, rest_s=4 * HOUR, open_tasks=150,
    run_out=98, ended=280, lease_s=4 * HOUR,
)  # fmt: skip


def told(**changed: float) -> Ahead:
    found = ahead(replace(STEADY, **changed))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_end_is_what_is_left_at_the_rate_so_far_and_the_rounds_of_the_open_tasks() -> None:
    found = told()
    assert found.half_s == 3 * HOUR
    # 150 tasks are waited for; of the questions 106 of 300 run out: after 5.2 rounds each is as likely as not answered.
    assert found.done_s == pytest.approx((8 + 5.17 * 0.55 * 4) * HOUR, rel=0.01)
    # Seven rounds will do in nine cases of ten.
    assert found.done_by_s == pytest.approx(1.3 * (8 + 6.98 * 0.55 * 4) * HOUR, rel=0.01)


def test_where_all_answer_one_round_ends_it_and_where_few_do_many() -> None:
    everybody = told(run_out=0, ended=10_000, open_tasks=1)
    nobody = told(run_out=9000, ended=10_000, open_tasks=1)
    assert everybody.done_s == pytest.approx((8 + 0.55 * 4) * HOUR)
    assert nobody.done_s > everybody.done_s + 10 * HOUR


def test_one_after_another_takes_as_many_times_the_rounds() -> None:
    assert told(in_turn=2).done_s - 8 * HOUR == pytest.approx(2 * (told().done_s - 8 * HOUR))


def test_a_job_just_begun_is_not_taken_to_go_on_as_fast() -> None:
    """Everybody was rested; the first rest is still to come, and who seldom answers was asked once."""
    first_day = told(since_s=11 * HOUR)
    half_of_it = told(since_s=16.5 * HOUR)
    later = told(since_s=22 * HOUR)
    assert first_day.half_s == pytest.approx(1.4 * later.half_s)
    assert half_of_it.half_s == pytest.approx(1.2 * later.half_s)
    assert later.half_s == told().half_s
    # In the morning of the first day it goes on until the evening as it does, but for the rest; then slower.
    morning = {"answers": 100, "over_s": 2 * HOUR, "since_s": 2 * HOUR}
    an_answer = (2 + 4 * 9 / 11) / 100 * HOUR
    assert told(**morning, left_to_half=100).half_s == pytest.approx(100 * an_answer)
    assert told(**morning, left_to_half=300).half_s == pytest.approx(
        9 * HOUR + 1.4 * (300 * an_answer - 9 * HOUR)
    )


def test_nothing_is_said_before_there_is_something_to_go_by() -> None:
    assert ahead(replace(STEADY, answers=LEAST_ANSWERS - 1)) is None
    assert ahead(replace(STEADY, over_s=0)) is None
    assert ahead(replace(STEADY, answers=LEAST_ANSWERS)) is not None


goings = st.builds(
    Going,
    left=st.floats(1, 1e7),
    left_to_half=st.just(0.0),
    answers=st.integers(0, 1000),
    over_s=st.floats(0, 1e6),
    since_s=st.floats(0, 1e6),
    rest_s=st.floats(0, 1e5),
    open_tasks=st.integers(1, 10**7),
    run_out=st.integers(0, 500),
    ended=st.integers(500, 1000),
    lease_s=st.floats(0, 1e6),
)


@given(goings, st.floats(0, 1))
def test_half_comes_before_the_likely_end_and_that_before_the_late_one(going: Going, share: float) -> None:
    found = ahead(replace(going, left_to_half=share * going.left))
    if found is not None:
        assert 0 <= found.half_s <= found.done_s <= found.done_by_s


def tally(**counted: int) -> Tally:
    none = {
        "tasks": 10,
        "open_tasks": 10,
        "empty_places": 0,
        "answered_open": 0,
        "answered_done": 0,
        "unsure": 0,
    }
    return Tally(**{**none, **counted})


@pytest.mark.parametrize(
    ("counted", "wanted", "left"),
    [
        (tally(empty_places=30), 3.0, 30.0),
        (tally(answered_open=25, empty_places=5), 3.0, 10.0),
        (tally(answered_open=5, empty_places=12), 2.0, 15.0),
        (tally(open_tasks=1, answered_open=9, empty_places=4), 2.0, 4.0),
    ],
)
def test_how_many_answers_are_left(counted: Tally, wanted: float, left: float) -> None:
    assert answers_left(counted, quoted=wanted, most=10, adaptive=True) == left


def test_dont_knows_come_on_top() -> None:
    counted = tally(open_tasks=10, tasks=20, empty_places=30, answered_done=30, unsure=10)
    assert answers_left(counted, quoted=3, most=3, adaptive=False) == pytest.approx(40)


def test_an_adaptive_project_takes_what_its_tasks_took_if_that_was_more_and_never_more_than_the_most() -> (
    None
):
    counted = tally(tasks=60, open_tasks=40, answered_done=60)
    assert answers_left(counted, quoted=2, most=10, adaptive=True) == pytest.approx(40 * 1.2 * 3)
    assert answers_left(counted, quoted=2, most=3, adaptive=True) == pytest.approx(40 * 3)
    assert answers_left(counted, quoted=3, most=3, adaptive=False) == pytest.approx(40 * 3)
    few = tally(tasks=59, open_tasks=40, answered_done=60)
    assert answers_left(few, quoted=2, most=10, adaptive=True) == pytest.approx(40 * 2), "too few to go by"


def test_half_of_the_tasks_takes_its_share_of_what_is_left() -> None:
    assert to_half(tally(tasks=100, open_tasks=80), 240.0) == pytest.approx(90)
    assert to_half(tally(tasks=100, open_tasks=50), 240.0) == 0
    assert to_half(tally(tasks=100, open_tasks=10), 240.0) == 0


# A day and more under way, so that nothing is thought of the first; of five questions two run out.
WORKED = Going(
    left=100, left_to_half=50, answers=200, over_s=11 * HOUR, since_s=22 * HOUR, rest_s=4 * HOUR, open_tasks=1,
    run_out=0, ended=0, lease_s=4 * HOUR,
)  # fmt: skip


def rounds(chance: float, tasks: int, share: float) -> float:
    """How many rounds it takes until all of so many tasks are answered, each by a chance of its own."""
    return max(1.0, math.log(1 - chance ** (1 / tasks)) / math.log(share))


@pytest.mark.parametrize(
    ("changes", "half_h", "bulk_h", "tasks", "share", "turns"),
    [
        ({}, 2.75, 5.5, 1, 0.4, 1),
        ({"open_tasks": 20}, 2.75, 5.5, 20, 0.4, 1),
        ({"open_tasks": 20, "in_turn": 2}, 2.75, 5.5, 20, 0.4, 2),
        # Of 120 questions, twenty of them made up, 38 ran out.
        ({"open_tasks": 20, "run_out": 30, "ended": 100}, 2.75, 5.5, 20, 38 / 120, 1),
        ({"open_tasks": 20, "run_out": 9999, "ended": 9999}, 2.75, 5.5, 20, 0.95, 1),
        ({"run_out": 0, "ended": 10**6}, 2.75, 5.5, 1, 0.01, 1),
        # Half a day under way: half a rest is still to come, and what lies behind this day is slower.
        ({"over_s": 5.5 * HOUR, "since_s": 5.5 * HOUR, "answers": 100}, 3.75, 7.5 + 0.4 * 2, 1, 0.4, 1),
        # A day and a half: half of what was seen is the first day.
        ({"since_s": 16.5 * HOUR}, 2.75 * 1.2, 5.5 * 1.2, 1, 0.4, 1),
    ],
)
def test_the_end_worked_out_by_hand(
    changes: dict[str, Any], half_h: float, bulk_h: float, tasks: int, share: float, turns: int
) -> None:
    found = ahead(replace(WORKED, **changes))
    assert found is not None
    round_h = turns * 0.55 * 4
    assert found.half_s / HOUR == pytest.approx(half_h)
    assert found.done_s / HOUR == pytest.approx(bulk_h + round_h * rounds(0.5, tasks, share))
    assert found.done_by_s / HOUR == pytest.approx(1.3 * (bulk_h + round_h * rounds(0.9, tasks, share)))


def test_ten_answers_are_enough_to_say_something() -> None:
    assert ahead(replace(WORKED, answers=10)) is not None
    assert ahead(replace(WORKED, answers=9)) is None


@pytest.mark.parametrize(("adaptive", "turns"), [(False, 1), (True, 2)])
def test_before_it_begins_each_worker_is_taken_to_give_four_answers_on_the_first_day(
    adaptive: bool, turns: int
) -> None:
    found = before(answers=400, tasks=50, workers=10, lease_s=4 * HOUR, adaptive=adaptive)
    bulk_h = 110 + 0.4 * 99
    assert found.half_s / HOUR == pytest.approx(55 + 0.4 * 44)
    assert found.done_s / HOUR == pytest.approx(bulk_h + turns * 2.2 * rounds(0.5, 50, 0.4))
