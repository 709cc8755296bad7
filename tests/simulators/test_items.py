"""The demonstration's reports: enough of them, short, plain, and with a truth that a reader can see."""

from collections import Counter

import pytest

from simulators.items import LANGUAGES, LONGEST_TEXT, about_water, make_items, texts, truth_of
from simulators.twilio.segments import encoding_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_stock(language: str) -> None:
    both = texts(language, "yes") + texts(language, "no")
    assert len(set(both)) == len(both) >= 250
    assert max(map(len, both)) <= LONGEST_TEXT
    assert {encoding_of(text) for text in both} == {"GSM-7"}
    assert not any('"' in text for text in both), "a question quotes its text"


@pytest.mark.parametrize("truth", ["yes", "no"])
def test_a_reader_can_see_the_truth(truth: str) -> None:
    for language in LANGUAGES:
        assert {about_water(text) for text in texts(language, truth)} == {truth == "yes"}


def test_items_are_mixed_evenly_and_repeat_for_a_seed() -> None:
    items = make_items(240, seed=4)
    assert items == make_items(240, seed=4)
    assert items != make_items(240, seed=5)
    assert len({item["id"] for item in items}) == len(truth_of(items)) == 240
    assert set(Counter((item["language"], item["truth"]) for item in items).values()) == {40}


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="not 100000"):
        make_items(100_000)
