"""How a reason is shortened to what its message holds."""

import pytest

from app.operations.grounds import cut


@pytest.mark.parametrize(
    ("words", "most", "expected"),
    [
        ("too fast", 8, "too fast"),
        ("too fast", 7, "too..."),  # no space before the dots
        ("x" * 60, 50, "x" * 47 + "..."),
        ("", 5, ""),
    ],
)
def test_words_are_cut_to_what_fits(words: str, most: int, expected: str) -> None:
    assert cut(words, most) == expected
    assert len(cut(words, most)) <= most
