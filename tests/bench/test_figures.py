"""The arithmetic behind the benchmarks, on values worked out by hand."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import (
    Text,
    alternating,
    arrivals,
    median,
    percentile,
    rotated,
    spread,
    steady_rate,
    texts_of,
    waits,
)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([15, 20, 35, 40, 50], 30, 20),
        ([15, 20, 35, 40, 50], 100, 50),
        ([50, 15, 40, 20, 35], 50, 35),
        ([7], 99, 7),
        (list(range(1, 101)), 95, 95),
        ([1.0, math.inf], 95, math.inf),
    ],
)
def test_percentile_is_the_nearest_rank(values: list[float], percent: float, expected: float) -> None:
    assert percentile(values, percent) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.1, 100))
def test_at_least_so_many_are_not_above_a_percentile(values: list[float], percent: float) -> None:
    point = percentile(values, percent)
    assert sum(value <= point for value in values) >= percent / 100 * len(values) - 1e-9
    assert point in values


@pytest.mark.parametrize(("values", "expected"), [([3, 1, 2], 2), ([4, 1, 2, 3], 2.5), ([5], 5)])
def test_median(values: list[float], expected: float) -> None:
    assert median(values) == expected


@pytest.mark.parametrize(
    "of", [lambda: percentile([], 50), lambda: median([]), lambda: steady_rate([1, 2], 1)]
)
def test_nothing_has_no_figures(of: object) -> None:
    assert callable(of)
    with pytest.raises(ValueError, match=r"nothing|Too few"):
        of()


def test_spread_is_the_largest_over_the_smallest() -> None:
    assert spread([2.0, 3.0, 2.5]) == 1.5


def test_no_name_always_comes_first() -> None:
    assert alternating(["a", "b", "c"], 3) == [["a", "b", "c"], ["c", "b", "a"], ["a", "b", "c"]]
    assert [rotated([1, 2, 3], turn) for turn in (0, 1, 2, 3)] == [[1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 2, 3]]


def test_arrivals_are_as_many_as_asked_and_the_same_again() -> None:
    found = arrivals(50, 200, seed=4)
    assert found == arrivals(50, 200, seed=4)
    assert found != arrivals(50, 200, seed=5)
    assert found == sorted(found)
    assert found[-1] < 200
    # Ten thousand expected; five standard deviations of a Poisson stream are five hundred.
    assert 9500 < len(found) < 10500


def test_a_steady_rate_leaves_out_the_first_and_counts_batches_by_what_follows() -> None:
    assert steady_rate([0, 5, 10, 11, 12, 13, 14], skipped=2) == 1
    # Two batches of three, two seconds apart, after one slow row.
    assert steady_rate([0, 10, 10, 10, 12, 12, 12], skipped=1) == 1.5


def test_texts_are_read_from_the_journal_in_both_directions() -> None:
    journal = [
        {"kind": "message", "direction": "inbound", "from_": "+1", "to": "+9", "created_at": 5.5},
        {"kind": "status", "sid": "SM1", "status": "sent"},
        {"kind": "message", "direction": "outbound-api", "from_": "+9", "to": "+1", "created_at": 6.0},
    ]
    lines = [json.dumps(event, separators=(",", ":")) for event in journal]
    assert texts_of(lines) == [Text("+1", inbound=True, at=5.5), Text("+1", inbound=False, at=6.0)]


def test_a_wait_is_from_a_phones_text_to_the_next_one_to_that_phone() -> None:
    texts = [
        Text("a", inbound=False, at=0.5),
        Text("a", inbound=True, at=1.0),
        Text("b", inbound=True, at=1.1),
        Text("b", inbound=False, at=1.3),
        Text("a", inbound=False, at=1.6),
    ]
    assert waits(texts, 0, 10) == pytest.approx([0.2, 0.6])


def test_an_unanswered_text_waited_for_ever() -> None:
    texts = [
        Text("a", inbound=True, at=1.0),
        Text("b", inbound=True, at=2.0),
        Text("b", inbound=False, at=2.5),
    ]
    assert sorted(waits(texts, 0, 10)) == [0.5, math.inf]


def test_only_what_was_written_in_the_time_asked_for_counts() -> None:
    texts = [
        Text("a", inbound=True, at=1.0),
        Text("a", inbound=False, at=1.1),
        Text("a", inbound=True, at=2.0),
        Text("a", inbound=False, at=2.4),
        Text("a", inbound=True, at=3.0),
    ]
    assert waits(texts, 1.5, 3.0) == pytest.approx([0.4])


def test_two_texts_before_an_answer_are_paired_in_their_order() -> None:
    texts = [
        Text("a", inbound=True, at=1.0),
        Text("a", inbound=True, at=2.0),
        Text("a", inbound=False, at=4.0),
        Text("a", inbound=False, at=4.5),
    ]
    assert waits(texts, 0, 10) == [3.0, 2.5]
