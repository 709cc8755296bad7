"""What a quote expects: the same for the same project, better for better people, dearer for surer results."""

import numpy as np
import pytest

from app.tasks.speed.expecting import _PEOPLE, Expected, _answers, _skills, expected


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


@pytest.mark.parametrize(("classes", "skill"), [(2, 0.6), (2, 0.75), (5, 0.75)])
def test_people_are_right_on_any_task_as_often_as_was_said(classes: int, skill: float) -> None:
    """Ambiguous tasks are among those their skill was measured on: they are not taken off it twice."""
    truth, _, said = _answers(classes, skill)
    assert float(np.mean(said == truth[:, None])) == pytest.approx(skill, abs=0.02)


def test_the_crowd_has_just_the_skill_it_is_drawn_for() -> None:
    found = _skills(np.random.default_rng(1), 0.8)
    assert found.mean() == pytest.approx(0.8, abs=0.01)
    assert found.std() == pytest.approx(0.14, abs=0.02)


def test_what_turns_out_doubtful_is_asked_again() -> None:
    """With results left as they first were, this crowd's would be no better than one of its people."""
    found = adaptive(0.75, 0.755)
    assert found.answers > 2
    assert found.accuracy > 0.82


def test_a_task_in_fifty_gets_all_its_answers_whatever_they_say() -> None:
    # Of people who are right nearly always, one answer is enough for any other.
    found = expected(classes=2, skill=0.98, fixed=None, confidence=0.5, most=10)
    assert found.answers == 0.98 * 1 + 0.02 * 10
    assert found.review == 0


def test_no_more_are_asked_than_there_are_people() -> None:
    found = expected(classes=2, skill=0.6, fixed=None, confidence=0.999, most=40)
    assert 12 < found.answers <= _PEOPLE
    assert found == expected(classes=2, skill=0.6, fixed=None, confidence=0.999, most=_PEOPLE)
    assert found.review > 0.2
    assert fixed(0.75, 40).accuracy == fixed(0.75, _PEOPLE).accuracy


def test_nobody_is_worse_than_guessing_nor_always_right() -> None:
    assert fixed(0.1, 3) == fixed(0.5, 3)
    assert fixed(1.0, 3) == fixed(0.98, 3)
    assert expected(classes=4, skill=0.1, fixed=3, confidence=0.8, most=3) == expected(
        classes=4, skill=0.25, fixed=3, confidence=0.8, most=3
    )


def test_a_skill_is_told_in_steps_of_two_points() -> None:
    assert fixed(0.75, 5) == fixed(0.769, 5) == fixed(0.751, 5)
    assert fixed(0.75, 5).accuracy != fixed(0.79, 5).accuracy


def test_some_tasks_are_ambiguous_and_the_best_people_miss_half_of_them() -> None:
    assert 0.90 < fixed(0.98, 11).accuracy < 0.99


def test_fixed_answers_are_all_given_and_none_is_looked_at() -> None:
    assert (fixed(0.6, 5).answers, fixed(0.6, 5).review) == (5.0, 0.0)
