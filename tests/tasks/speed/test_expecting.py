"""What a quote expects: the same for the same project, better for better people, dearer for surer results."""

from app.tasks.speed.expecting import Expected, expected


def adaptive(skill: float, confidence: float, classes: int = 2) -> Expected:
    return expected(classes=classes, skill=skill, fixed=None, confidence=confidence, most=10)


def fixed(skill: float, answers: int) -> Expected:
    return expected(classes=2, skill=skill, fixed=answers, confidence=0.8, most=answers)


def test_the_same_project_is_told_the_same() -> None:
    assert adaptive(0.75, 0.8) == adaptive(0.75, 0.8) == adaptive(0.754, 0.8)


def test_better_people_and_more_answers_make_better_results() -> None:
    assert fixed(0.7, 3).accuracy < fixed(0.9, 3).accuracy
    assert fixed(0.75, 1).accuracy < fixed(0.75, 7).accuracy
    assert abs(fixed(0.75, 1).accuracy - 0.75) < 0.06


def test_to_be_surer_takes_more_answers_and_never_more_than_the_most() -> None:
    less, more = adaptive(0.8, 0.75), adaptive(0.8, 0.95)
    assert less.answers < more.answers <= 10
    assert less.accuracy <= more.accuracy


def test_more_than_two_classes_and_people_who_only_guess_are_told_too() -> None:
    assert adaptive(0.8, 0.9, classes=5).accuracy > 0.7
    assert 0.3 < fixed(0.0, 3).accuracy < 0.7
