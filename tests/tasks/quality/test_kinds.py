"""Conclusions of every kind of answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tasks.quality import (
    Label,
    Posterior,
    alikeness,
    checked_text,
    distribution,
    majority,
    number,
    on_a_scale,
    several_labels,
    single_label,
    text,
)


def _number(values: list[float]) -> float:
    return float(number(values).value or "nan")


YES, NO, MAYBE = Posterior((0.05, 0.95), 3), Posterior((0.9, 0.1), 3), Posterior((0.3, 0.7), 2)


def test_one_label_is_the_most_probable() -> None:
    found = single_label(Posterior((0.2, 0.7, 0.1), 2), ["a", "b", "c"])
    assert (found.value, found.confidence, found.answers) == ("b", 0.7, 2)
    assert single_label(Posterior((0.5, 0.5), 0), ["a", "b"]).value is None


def test_several_labels_are_as_sure_as_the_least_sure() -> None:
    found = several_labels([Label("flood", YES), Label("fire", NO), Label("need", MAYBE)])
    assert (found.value, found.confidence, found.answers) == ("flood|need", 0.7, 3)
    assert several_labels([Label("fire", NO)]).value == ""
    assert several_labels([]).value is None


def test_a_number_is_the_mean_within_its_bounds() -> None:
    assert number([4, 5, 6]).value == "5"
    assert number([4, 5, 6, 900], low=0, high=100).value == "5"
    assert number([1, 2, 2], whole=True).value == "2"
    assert number([200], low=0, high=100).value is None
    assert number([7]).confidence == 0.5


def test_an_absurd_answer_moves_a_number_little() -> None:
    found = _number([10, 11, 9, 10, 12, 1_000_000])
    assert 9 < found < 13
    assert _number([10, 10, 10, 10, 1_000_000]) < 20


def test_numbers_that_agree_are_surer() -> None:
    assert number([10, 10.1, 9.9, 10]).confidence > number([10, 14, 5, 11]).confidence
    assert number([10, 14, 5, 11] * 8).confidence > number([10, 14, 5, 11]).confidence


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12))
def test_a_number_lies_among_its_answers(values: list[float]) -> None:
    found = number(values)
    slack = 1e-5 * (1 + max(map(abs, values)))
    assert min(values) - slack <= _number(values) <= max(values) + slack
    assert 0 <= found.confidence <= 1


def test_a_scale_takes_the_nearest_step() -> None:
    assert on_a_scale([2, 3, 3], 1, 5).value == "3"
    assert on_a_scale([-2, -2, -1], -3, 3).value == "-2"
    assert on_a_scale([9], 1, 5).value is None
    assert on_a_scale([3, 3, 3, 3], 1, 5).confidence > on_a_scale([1, 5, 1, 5], 1, 5).confidence


def test_opinions_are_told_not_judged() -> None:
    found = distribution(["good", "bad", "good"])
    assert list(found.counts.items()) == [("good", 2), ("bad", 1)]
    assert found.share("good") == pytest.approx(2 / 3)
    assert found.share("none") == 0
    assert distribution(["good"] * 400).margin("good") < found.margin("good")
    assert distribution([]).share("good") == 0


def test_the_text_most_like_the_others_is_taken() -> None:
    answers = ["The pump is broken", "the pump is broken.", "pump broken", "I like football"]
    found = text(answers)
    assert found.value in answers[:2]
    assert 0 < found.confidence < 1
    assert text(["  ", "..."]).value is None
    assert text(["only one"]).confidence == 0
    assert text(["one thing", "another matter"], weights=[0.0, 0.0]).answers == 2


def test_texts_that_agree_are_surer_and_skill_counts() -> None:
    assert text(["maji safi"] * 3).confidence == pytest.approx(1.0)
    answers = ["water is near", "water is near here", "wells are far", "wells are far away"]
    assert "wells" in str(text(answers, weights=[0.1, 0.1, 1.0, 1.0]).value)
    assert "water" in str(text(answers, weights=[1.0, 1.0, 0.1, 0.1]).value)


def test_likeness_reads_every_script() -> None:
    assert alikeness("ውሃ አለ", "ውሃ አለ!") == pytest.approx(1.0)
    assert alikeness("पानी नहीं है", "पानी है") > alikeness("पानी नहीं है", "खाना")
    assert alikeness("", "word") == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_goes_both_ways(one: str, other: str) -> None:
    assert alikeness(one, other) == pytest.approx(alikeness(other, one))
    assert 0 <= alikeness(one, other) <= 1 + 1e-9


def test_checks_decide_between_texts() -> None:
    found = checked_text(["good one", "bad one"], accepted=[2, 0], refused=[0, 2])
    assert found.value == "good one"
    assert found.confidence == pytest.approx(4 / 5)
    assert checked_text(["bad"], accepted=[0], refused=[2]).value is None
    assert checked_text(["a b", "a b", "c"], accepted=[0, 0, 0], refused=[0, 0, 0]).value == "a b"
    with pytest.raises(ValueError, match="differ in length"):
        checked_text(["a"], accepted=[1, 2], refused=[0])


def test_majority_takes_the_earliest_of_equals() -> None:
    found = majority({"no": 1, "yes": 1}, ["yes", "no"])
    assert (found.value, found.confidence, found.answers) == ("yes", 0.5, 2)
    assert majority({}, ["yes"]).value is None
