"""How like texts are, and which of several is taken, worked out by hand from the measures' definitions."""

import pytest

from app.tasks.quality import Conclusion, alikeness, checked_text, text


def test_likeness_is_the_mean_of_words_shared_and_letters_shared() -> None:
    # Of the words `a`, `b`, `a b` one is shared: 1/3. Of the letters one of two, of the pairs none: 1/4.
    assert alikeness("a b", "a c") == pytest.approx((1 / 3 + 1 / 4) / 2)
    assert alikeness("a b c", "a b c") == pytest.approx(1.0)
    assert alikeness("a", "b") == 0
    # Of one word against two the larger number counts: 1 of 3; of the letters all of one and half of the other.
    assert alikeness("a", "a b") == pytest.approx((1 / 3 + (_f2(1, 1 / 2) + _f2(1 / 2, 1)) / 2 / 2) / 2)


def _f2(precision: float, recall: float) -> float:
    return 5 * precision * recall / (4 * precision + recall)


def test_letters_missing_weigh_more_than_letters_too_many() -> None:
    # No word in common. Letters: 2 of 2 and 2 of 4; pairs: 1 of 1 and 1 of 3; threes and fours: only one has them.
    there = (_f2(1, 1 / 2) + _f2(1, 1 / 3) + 0 + 0) / 4
    back = (_f2(1 / 2, 1) + _f2(1 / 3, 1) + 0 + 0) / 4
    assert alikeness("ab", "abab") == pytest.approx((there + back) / 2 / 2)


def test_runs_of_up_to_four_words_and_six_letters_count() -> None:
    same, one_off = "a b c d e f g", "a b c d e f h"
    # Of 7 + 6 + 5 + 4 runs of words, the last of each length differs; of 7 + … + 2 runs of letters, too.
    words = (7 + 6 + 5 + 4 - 4) / (7 + 6 + 5 + 4)
    letters = sum((length - 1) / length for length in (7, 6, 5, 4, 3, 2)) / 6
    assert alikeness(same, one_off) == pytest.approx((words + letters) / 2)


def test_case_signs_and_spaces_count_for_nothing_in_any_script() -> None:
    assert alikeness("The PUMP, is  dry!", "the pump is dry") == pytest.approx(1.0)
    assert alikeness("ＡＢＣ", "abc") == pytest.approx(1.0)
    assert alikeness("room 7", "room 8") < 1
    assert alikeness("पानी", "पन") < 1  # the vowel signs are letters too


def test_of_equally_like_texts_the_first_is_taken_and_weights_say_whose_likeness_counts() -> None:
    found = text(["maji safi", "", "maji safi", "zzz"])
    assert (found.value, found.answers, found.method) == ("maji safi", 3, "medoid")
    assert found.confidence == pytest.approx(1 / 2)
    weighed = text(["maji safi", "maji safi", "zzz"], weights=[1.0, 0.5, 1.5])
    # The first is all like the second (0.5) and not like the third (1.5).
    assert weighed.confidence == pytest.approx(max(0.5 / 2, 1.0 / 2.5))
    assert text(["one", "two"], weights=[0.0, 0.0]) == Conclusion("one", 0.0, 2, "medoid")
    assert text(["...", ""]) == Conclusion(None, 0.0, 0, "medoid")
    assert text(["only one", "?"]) == Conclusion("only one", 0.0, 1, "medoid")


def test_few_checks_are_drawn_to_two_in_three() -> None:
    assert checked_text(["a"], [1], [0]) == Conclusion("a", 3 / 4, 1, "checked")
    assert checked_text(["a"], [2], [1]) == Conclusion("a", 4 / 6, 1, "checked")
    found = checked_text(["a", "b"], [1, 3], [0, 1])
    assert (found.value, found.answers) == ("a", 2)  # 3/4 against 5/7
    assert found.confidence == pytest.approx(3 / 4)


def test_a_text_counts_while_no_more_refuse_it_than_accept_it() -> None:
    assert checked_text(["a"], [1], [1]).value == "a"
    assert checked_text(["a", "b"], [1, 0], [2, 2]) == Conclusion(None, 0.0, 2, "checked")
    assert checked_text(["a", "..."], [1, 9], [1, 0]).value == "a"  # no word in it, so no text


def test_without_checks_likeness_decides_and_is_the_confidence() -> None:
    found = checked_text(["x", "a b", "a b"], [0, 0, 0], [0, 0, 0])
    assert found.value == "a b"
    assert found.confidence == pytest.approx(1 / 2)
    # Of texts accepted alike the one most like the others is taken.
    assert checked_text(["x", "a b", "a b"], [1, 1, 1], [0, 0, 0]).value == "a b"


@pytest.mark.parametrize(("accepted", "refused"), [([1, 2], [0]), ([1], [0, 0]), ([], [])])
def test_checks_belong_to_texts(accepted: list[int], refused: list[int]) -> None:
    with pytest.raises(ValueError, match="differ in length"):
        checked_text(["a"], accepted, refused)
