"""Seeded chance: steady for its words, different between them, and fair enough."""

from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from simulators.chance import Chance


@given(st.integers(), st.text(), st.integers())
def test_a_draw_is_steady_and_in_range(seed: int, word: str, number: int) -> None:
    drawn = Chance(seed).draw(word, number)
    assert 0 <= drawn < 1
    assert drawn == Chance(seed).draw(word, number)
    assert drawn != Chance(seed + 1).draw(word, number)


def test_rates_and_spans_are_kept() -> None:
    chance = Chance(1)
    assert 250 < sum(chance.happens(0.3, "x", n) for n in range(1000)) < 350
    assert not any(chance.happens(0.0, "x", n) for n in range(100))
    assert all(chance.happens(1.0, "x", n) for n in range(100))
    assert all(2 <= chance.between((2, 3), n) <= 3 for n in range(100))
    assert {chance.pick("abc", n) for n in range(100)} == set("abc")
    times = [chance.lognormal(20, 0.6, n) for n in range(1000)]
    assert 18 < median(times) < 22
    assert max(times) > 60
