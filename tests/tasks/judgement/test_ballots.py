"""Answers as votes, and what they say of one label and of several."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import ids
from app.tasks.judgement.ballots import Ballot, Choices, counted, number, weighed
from app.tasks.judgement.fitted import Fitted
from app.tasks.quality import UNKNOWN, Posterior, fit

ONE, TWO, THREE = (ids.new() for _ in range(3))
VILLAGE = ids.new()
TAGS = Choices(("water", "road", "school"), several=True)
YES_NO = Choices(("yes", "no"), several=False)


def vote(value: str, group: UUID | None = None, task: UUID = ONE) -> Ballot:
    return Ballot(task, ids.new(), value, group)


def test_an_answer_of_several_labels_is_a_yes_or_no_to_each() -> None:
    assert TAGS.labels("water|school") == [1, 0, 1]
    assert TAGS.labels("") == [0, 0, 0]
    assert YES_NO.labels("no") == [1]


def test_votes_of_several_labels_stand_by_task_and_label() -> None:
    found = number([vote("road"), vote("", task=TWO)], TAGS, {TWO: "school", THREE: "road"})
    assert found.votes.task.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.votes.label.tolist() == [0, 1, 0, 0, 0, 0]
    assert found.votes.worker.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.truth.tolist() == [UNKNOWN] * 3 + [0, 0, 1]


def test_each_of_several_labels_is_as_frequent_as_it_is_named() -> None:
    tasks = [ids.new() for _ in range(40)]
    said = [
        vote("water|road" if at % 10 == 0 else "water", task=task)
        for at, task in enumerate(tasks)
        for _ in (1, 2)
    ]
    found = number(said, TAGS, {})
    assert found.kind is not None
    assert found.kind.tolist() == [0, 1, 2] * 40
    assert number([vote("yes")], YES_NO, {}).kind is None
    water, road, school = fit(found.votes, kind=found.kind).model.prior[:, 1]
    assert water > 0.8
    assert 0.4 > road > school
    assert road < fit(found.votes).model.prior[1] - 0.1


def test_of_one_label_a_truth_is_its_own_tasks_only() -> None:
    found = number([vote("yes"), vote("no", task=TWO), vote("no", task=THREE)], YES_NO, {ONE: "no"})
    assert found.truth.tolist() == [1, UNKNOWN, UNKNOWN]


def test_several_labels_are_as_many_votes_of_two_classes() -> None:
    roads = Choices(("mud", "tar", "sand"), several=False)
    assert (roads.classes, roads.parts) == (3, 1)
    assert (TAGS.classes, TAGS.parts) == (2, 3)


@pytest.mark.parametrize(
    ("choices", "value", "known"),
    [
        (YES_NO, "yes", True),
        (YES_NO, "yes|no", False),
        (YES_NO, None, False),
        (TAGS, "water", True),
        (TAGS, "water|road", True),
        (TAGS, "water|road|school", True),
        (TAGS, "", True),
        (TAGS, "water|sea", False),
        (TAGS, None, False),
    ],
)
def test_a_value_is_known_that_is_made_of_the_choices(
    choices: Choices, value: str | None, known: bool
) -> None:
    assert choices.knows(value) is known


def test_gold_of_another_shape_is_no_truth() -> None:
    assert number([vote("yes")], YES_NO, {ONE: "maybe"}).truth.tolist() == [UNKNOWN]


def test_a_conclusion_of_several_labels_is_as_sure_as_its_least_sure() -> None:
    said = [Posterior((0.1, 0.9), 3, 0.9), Posterior((0.8, 0.2), 3, 0.9), Posterior((0.3, 0.7), 3, 0.9)]
    found = TAGS.conclusion(said)
    assert (found.value, found.answers) == ("water|school", 3)
    assert found.confidence == pytest.approx(0.7)


def test_of_several_labels_the_one_that_needs_most_decides() -> None:
    sure, open_, unclear = (
        Posterior((0.01, 0.99), 3, 0.99),
        Posterior((0.4, 0.6), 3, 0.6),
        Posterior((0.45, 0.55), 3, 0.999),
    )

    def verdict(*said: Posterior, answers: int = 3) -> str:
        return TAGS.verdict(said, answers, 5, 0.9, audit=False)

    assert verdict(sure, sure, sure) == "conclude"
    assert verdict(sure, open_, unclear) == "ask"
    assert verdict(sure, unclear, sure) == "review"
    assert verdict(sure, open_, sure, answers=5) == "review"


def test_answers_of_one_group_count_for_less_than_their_number_on_one_task_only() -> None:
    ballots = [vote("yes", VILLAGE), vote("yes", VILLAGE), vote("no"), vote("yes", VILLAGE, TWO)]
    assert weighed(ballots) == pytest.approx([2 / 3, 2 / 3, 1, 1])
    assert counted(ballots[:3]) == pytest.approx({"yes": 4 / 3, "no": 1})


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([None, VILLAGE, THREE])), max_size=12))
def test_weights_never_count_for_more_than_the_answers(said: list[tuple[str, UUID | None]]) -> None:
    found = counted([vote(value, group) for value, group in said])
    assert sum(found.values()) <= len(said) + 1e-9
    independent = sum(group is None for _, group in said)
    assert sum(found.values()) >= independent - 1e-9


def test_a_village_that_agrees_is_believed_less_than_strangers() -> None:
    def sure(group: UUID | None) -> float:
        ballots = [vote("yes", group) for _ in range(3)]
        # Others, so that there is a prior to speak of.
        ballots += [vote(value, None, TWO) for value in ("yes", "no")]
        found = number(ballots, YES_NO, {})
        return float(np.max(fit(found.votes).probabilities[found.tasks[ONE]]))

    assert sure(VILLAGE) < sure(None)


@pytest.mark.parametrize("choices", [YES_NO, TAGS])
def test_very_many_are_read_as_one_is(choices: Choices) -> None:
    said = ("yes", "no", "yes") if choices is YES_NO else ("water|road", "", "road")
    ballots = [vote(value, task=task) for task in (ONE, TWO, THREE) for value in said[: 1 + (task != ONE)]]
    found = number(ballots, choices, {})
    whole = Fitted(choices, found, fit(found.votes))
    for task in (ONE, TWO, THREE):
        conclusion = choices.conclusion(whole.posteriors(task))
        assert whole.told(task) == (conclusion.value, conclusion.confidence)


def test_neighbours_count_a_little_less_than_their_number_and_friends_much_less() -> None:
    neighbours = [Ballot(ONE, ids.new(), "yes", None, "Kibera") for _ in range(3)]
    assert sum(weighed(neighbours)) == pytest.approx(3 / 1.1)
    assert sum(weighed([*neighbours[:1], vote("yes")])) == 2
    friends = [Ballot(ONE, ids.new(), "yes", VILLAGE, "Kibera") for _ in range(3)]
    assert sum(weighed(friends)) == pytest.approx(3 / 1.1 / 2)
    # Neighbours by other tasks have nothing to do with it.
    assert weighed([neighbours[0], Ballot(TWO, ids.new(), "yes", None, "Kibera")]) == [1, 1]
