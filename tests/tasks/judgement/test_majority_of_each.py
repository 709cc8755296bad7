import pytest

from app.tasks.quality import majority_of_each

CHOICES = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("votes", "value", "confidence", "answers"),
    [
        ({}, None, 0.0, 0),
        ({"unsure": 4}, None, 0.0, 0),
        ({"a|c": 3}, "a|c", 1.0, 3),
        ({"a": 1, "a|b": 2}, "a|b", 2 / 3, 3),
        ({"": 2, "a": 1}, "", 2 / 3, 3),
        ({"a": 1, "b": 1}, "", 0.5, 2),  # half is not more than half
        ({"a": 2, "unsure": 9}, "a", 1.0, 2),
    ],
)
def test_each_choice_has_its_own_majority(
    votes: dict[str, int], value: str | None, confidence: float, answers: int
) -> None:
    found = majority_of_each(votes, CHOICES)
    assert (found.value, found.answers) == (value, answers)
    assert found.confidence == pytest.approx(confidence)
