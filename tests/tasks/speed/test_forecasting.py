"""What is said of the end of a project, from what is left and how fast answers came."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tasks.speed.forecasting import LEAST_ANSWERS, Going, ahead, answers_left

HOUR = 3600.0
STEADY = Going(
    left=400, left_to_half=150, answers=550, over_s=11 * HOUR, rest_s=4 * HOUR, tasks=200, open_tasks=150,
    run_out=100, ended=400, round_s=2 * HOUR,
)  # fmt: skip


def test_the_end_is_what_is_left_at_the_rate_so_far_and_the_rounds_of_the_last_tasks() -> None:
    found = ahead(STEADY)
    assert found is not None
    assert found.half_s == 3 * HOUR
    bulk = 8 * HOUR
    # Twenty tasks are waited for at the end; of four questions about one runs out, so that three rounds will likely do.
    assert 2 * 2 * HOUR < found.done_s - bulk < 4 * 2 * HOUR
    assert found.done_by_s > found.done_s + 2 * HOUR


def test_where_all_answer_one_round_ends_it_and_where_few_do_many() -> None:
    everybody = ahead(replace(STEADY, run_out=0, ended=10_000, open_tasks=1))
    nobody = ahead(replace(STEADY, run_out=9000, ended=10_000, open_tasks=1))
    assert everybody is not None
    assert nobody is not None
    assert everybody.done_s == 8 * HOUR + 2 * HOUR
    assert nobody.done_s > everybody.done_s + 5 * HOUR


def test_a_job_just_begun_is_not_taken_to_go_on_as_fast() -> None:
    """Everybody was rested; the first rest is still to come."""
    morning = ahead(replace(STEADY, answers=100, over_s=2 * HOUR))
    day = ahead(replace(STEADY, answers=550, over_s=11 * HOUR))
    assert morning is not None
    assert day is not None
    assert morning.half_s > 2 * day.half_s


def test_nothing_is_said_before_there_is_something_to_go_by() -> None:
    assert ahead(replace(STEADY, answers=LEAST_ANSWERS - 1)) is None
    assert ahead(replace(STEADY, over_s=0)) is None


def test_the_more_is_known_the_closer_the_two_ends() -> None:
    few, many = ahead(replace(STEADY, answers=50, over_s=HOUR)), ahead(STEADY)
    assert few is not None
    assert many is not None
    assert few.done_by_s / few.done_s > many.done_by_s / many.done_s > 1


goings = st.builds(
    Going,
    left=st.floats(1, 1e7),
    left_to_half=st.just(0.0),
    answers=st.integers(0, 1000),
    over_s=st.floats(0, 1e6),
    rest_s=st.floats(0, 1e5),
    tasks=st.integers(1, 10**7),
    open_tasks=st.integers(1, 10**7),
    run_out=st.integers(0, 500),
    ended=st.integers(500, 1000),
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
