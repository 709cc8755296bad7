"""What numbers and steps of a scale come to, worked out by hand from what each rule says."""

from math import erf, sqrt

import pytest

from app.tasks.quality import Conclusion, distribution, number, on_a_scale


def test_bounds_belong_to_what_is_counted() -> None:
    assert number([0, 100], low=0, high=100) == number([0, 100, 101, -1], low=0, high=100)
    assert number([0, 100], low=0, high=100).answers == 2
    assert number([-5, 4, 6], low=0).value == "5"
    assert number([4, 6, 15], high=10).value == "5"
    assert number([1, 2, 2]).value == "1.66667"
    assert number([200], low=0, high=100) == Conclusion(None, 0.0, 0, "mean")


def test_what_lies_eight_deviations_out_is_drawn_in_to_there() -> None:
    # The median is 10, half lie within 1 of it: a standard deviation of 1.4826, so that 21.86 is the furthest.
    assert number([8, 9, 10, 11, 21]).value == f"{(8 + 9 + 10 + 11 + 21) / 5:.6g}"
    assert number([8, 9, 10, 11, 1000]).value == f"{(8 + 9 + 10 + 11 + 10 + 8 * 1.4826) / 5:.6g}"
    assert number([10, 11, 1_000_000]).value == f"{(10 + 11 + 11 + 8 * 1.4826) / 3:.6g}"


def test_a_bound_on_one_side_leaves_the_other_open() -> None:
    wild = [8, 9, 10, 11, 1000]
    assert number(wild, low=0) == number(wild, high=2000) == number(wild)
    assert number(wild, low=0, high=2000).value == f"{sum(wild) / 5:.6g}"


def test_two_answers_are_left_as_they_are() -> None:
    assert number([0, 1_000_000]).value == "500000"


def test_where_most_agree_exactly_the_others_still_count() -> None:
    # The mean distance from 10, the absurd one counted as half of 10: (0 + 0 + 0 + 2 + 5) / 5.
    assert number([10, 10, 10, 12, 1000]).value == f"{(30 + 12 + 10 + 8 * 1.4) / 5:.6g}"
    # Near zero a distance counts for 1 at the most: (0 + 0 + 0 + 0.5 + 1) / 5.
    assert number([0, 0, 0, 0.5, 100]).value == f"{(0.5 + 8 * 0.3) / 5:.6g}"


def test_sureness_is_the_chance_that_the_mean_is_near() -> None:
    # The mean is 0 with a standard error of 0.1, near is a twentieth of 1: within half a standard error.
    chance = erf(0.5 / sqrt(2))
    assert number([-0.1, 0.1]).confidence == pytest.approx(chance * 2 / 3, abs=0.015)
    # As far apart in their bounds, wherever those lie; a standard error of 5 is a twentieth of 100.
    chance = erf(1 / sqrt(2))
    for shift in (0, 1000):
        found = number([45 + shift, 55 + shift], low=shift, high=100 + shift)
        assert found.confidence == pytest.approx(chance * 2 / 3, abs=0.015)
    # Without both bounds near is a twentieth of the size.
    sized = number([45, 55])
    assert sized.confidence == pytest.approx(erf(0.5 / sqrt(2)) * 2 / 3, abs=0.015)
    assert number([45, 55], low=0) == number([45, 55], high=100) == sized


def test_answers_that_are_all_the_same_are_as_sure_as_they_are_many() -> None:
    assert number([7, 7]).confidence == pytest.approx(2 / 3)
    assert number([7] * 9).confidence == pytest.approx(9 / 10)


def test_a_step_is_the_nearest_and_halves_go_outwards() -> None:
    steps = {(1, 2): "2", (-1, -2): "-2", (2, 2, 2, 3, 3): "2", (-2, -2, -2, -3, -3): "-2", (0, 1, 1): "1"}
    assert {values: on_a_scale(values, -3, 5).value for values in steps} == steps


def test_a_step_is_as_sure_as_many_chose_it_or_the_next() -> None:
    assert on_a_scale([1, 2, 3, 5], 1, 5) == Conclusion("3", 2 / 4 * 4 / 5, 4, "scale")
    assert on_a_scale([1, 5], 1, 5).answers == 2
    assert on_a_scale([3, 0, 6], 1, 5) == Conclusion("3", 1 / 2, 1, "scale")
    assert on_a_scale([9], 1, 5) == Conclusion(None, 0.0, 0, "scale")


def test_the_margin_of_a_share_counts_two_more_for_and_two_against() -> None:
    found = distribution(["good", "bad"])
    assert found.margin("good") == pytest.approx(1.96 * sqrt((3 / 6) * (3 / 6) / 6))
    assert found.margin("never said") == pytest.approx(1.96 * sqrt((2 / 6) * (4 / 6) / 6))
