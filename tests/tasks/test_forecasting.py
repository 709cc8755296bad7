"""What is said of the end of a project, from what is left and how fast answers came."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tasks.forecasting import LEAST_ANSWERS, Going, ahead, answers_left

HOUR = 3600.0
STEADY = Going(left=400, left_to_half=150, answers=200, over_s=4 * HOUR, usual_s=3000, round_s=2 * HOUR)


def test_the_end_is_what_is_left_at_the_rate_so_far_and_one_more_answer() -> None:
    found = ahead(STEADY)
    assert found is not None
    assert found.done_s == 8 * HOUR + 3000
    assert found.half_s == 3 * HOUR
    assert found.done_by_s > found.done_s


def test_nothing_is_said_before_there_is_something_to_go_by() -> None:
    assert ahead(replace(STEADY, answers=LEAST_ANSWERS - 1)) is None
    assert ahead(replace(STEADY, over_s=0)) is None


def test_the_more_is_known_the_closer_the_two_ends() -> None:
    few, many = ahead(replace(STEADY, answers=20, over_s=0.4 * HOUR)), ahead(STEADY)
    assert few is not None
    assert many is not None
    assert few.done_by_s / few.done_s > many.done_by_s / many.done_s


goings = st.builds(
    Going,
    left=st.floats(1, 1e7),
    left_to_half=st.just(0.0),
    answers=st.integers(0, 1000),
    over_s=st.floats(0, 1e6),
    usual_s=st.floats(0, 1e6),
    round_s=st.floats(0, 1e6),
)


@given(goings, st.floats(0, 1))
def test_half_comes_before_the_likely_end_and_that_before_the_late_one(going: Going, share: float) -> None:
    found = ahead(replace(going, left_to_half=share * going.left))
    if found is not None:
        assert 0 <= found.half_s <= found.done_s <= found.done_by_s


@pytest.mark.parametrize(
    ("open_tasks", "answered_open", "wanted", "empty", "left"),
    [(10, 0, 3.0, 30, 30.0), (10, 25, 3.0, 5, 10.0), (10, 5, 2.0, 12, 15.0), (1, 9, 2.0, 4, 4.0)],
)
def test_how_many_answers_are_left(
    open_tasks: int, answered_open: int, wanted: float, empty: int, left: float
) -> None:
    found = answers_left(
        open_tasks=open_tasks, answered_open=answered_open, wanted=wanted, empty_places=empty, unsure_share=0
    )
    assert found == left


def test_dont_knows_come_on_top() -> None:
    found = answers_left(open_tasks=10, answered_open=0, wanted=3, empty_places=30, unsure_share=0.25)
    assert found == pytest.approx(40)
