"""How the answers to a question are told, worked out by hand."""

from math import sqrt
from typing import Any

import pytest

from app.tasks.surveys import outcome
from app.tasks.surveys.shape import SurveyQuestion

TEXT = {"en": "Well?"}


def told(counts: dict[str, int], **changes: Any) -> dict[str, Any]:
    return outcome.summary(SurveyQuestion.read({"id": "a", "text": TEXT, **changes}), counts)


def choices(*values: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": {"en": value.title()}} for value in values]


def test_what_was_not_answered_is_told_apart_and_counts_in_no_share() -> None:
    counts = {"yes": 3, "unsure": 2, "no": 1, "skipped": 4, "unclear": 5}
    found = told(counts, type="choice", choices=choices("yes", "no", "perhaps"))
    margin = round(1.96 * sqrt((2 / 8) * (6 / 8) / 8), 4)
    assert found == {
        "type": "choice",
        "answers": 4,
        "unsure": 2,
        "skipped": 4,
        "unclear": 5,
        "counts": {"yes": 3, "no": 1, "perhaps": 0},
        "shares": {"yes": 0.75, "no": 0.25, "perhaps": 0.0},
        "margins": {
            "yes": pytest.approx(0.3355, abs=1e-4),
            "no": pytest.approx(0.3355, abs=1e-4),
            "perhaps": margin,
        },
    }


def test_of_several_choices_each_is_a_share_of_those_who_answered() -> None:
    counts = {"roof|well": 2, "well": 1, "": 1, "unsure": 1}
    found = told(counts, type="choice", multiple=True, choices=choices("roof", "well"))
    assert (found["answers"], found["counts"], found["none_of_them"]) == (4, {"roof": 2, "well": 3}, 1)
    assert found["shares"] == {"roof": 0.5, "well": 0.75}
    assert "none_of_them" not in told(
        {"well": 1}, type="choice", multiple=True, choices=choices("roof", "well")
    )
    assert told({}, type="choice", choices=choices("a", "b"))["margins"] == {}


def test_numbers_are_told_by_their_middle_and_their_ends() -> None:
    found = told({"10": 1, "2": 2, "3.5": 1}, type="number", decimals=1)
    assert list(found["counts"].items()) == [("2", 2), ("3.5", 1), ("10", 1)]
    # In order: 2, 2, 3.5, 10.
    assert {name: found[name] for name in ("mean", "median", "quartiles", "lowest", "highest")} == {
        "mean": 4.375,
        "median": 2.75,
        "quartiles": [2, 5.125],
        "lowest": 2,
        "highest": 10,
    }
    assert "mean" not in told({"unsure": 3}, type="number")


def test_more_numbers_than_are_listed_are_told_without_their_counts() -> None:
    most = {str(number): 1 for number in range(outcome.MOST_COUNTS)}
    assert len(told(most, type="number")["counts"]) == outcome.MOST_COUNTS
    more = told({**most, "900": 1}, type="number")
    assert "counts" not in more
    assert more["highest"] == 900


def test_every_step_of_a_scale_is_told_and_its_middle() -> None:
    found = told({"2": 1, "4": 2}, type="scale", min=1, max=4)
    assert found["counts"] == {"1": 0, "2": 1, "3": 0, "4": 2}
    assert found["shares"]["4"] == 0.6667
    assert (found["mean"], found["median"]) == (3.3333, 4)


def test_the_middle_of_dates_is_a_day_that_was_said() -> None:
    found = told({"2026-03-01": 2, "2026-01-01": 1, "2026-02-01": 1}, type="date")
    assert list(found["counts"]) == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert (found["median"], found["lowest"], found["highest"]) == ("2026-02-01", "2026-01-01", "2026-03-01")
    assert told({"2026-03-01": 2, "2026-01-01": 1}, type="date")["median"] == "2026-03-01"
    assert "median" not in told({"unclear": 1}, type="date")
    most = {f"{1900 + at}-01-01": 1 for at in range(outcome.MOST_COUNTS)}
    assert len(told(most, type="date")["counts"]) == outcome.MOST_COUNTS
    assert "counts" not in told({**most, "1800-01-01": 1}, type="date")


def test_so_many_texts_are_listed_and_the_rest_counted() -> None:
    said = {f"text {at}": 1 for at in range(outcome.MOST_TEXTS + 2)}
    found = told(said, type="text")
    assert (len(found["texts"]), found["texts"][0], found["more"]) == (outcome.MOST_TEXTS, "text 0", 2)
    assert told({"a": 1, "unsure": 2}, type="text")["texts"] == ["a"]
    assert told({"a": 1}, type="text")["more"] == 0


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.25, 1.75), (0.5, 2.5), (0.75, 3.25), (1.0, 4)])
def test_a_quantile_lies_between_two_by_the_line(share: float, expected: float) -> None:
    assert outcome.quantile([1, 2, 3, 4], share) == expected
    assert outcome.quantile([7], share) == 7
