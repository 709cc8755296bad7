"""How far a worker is trusted: the share of known questions, pauses, and what a person should look at."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tasks.training import trust
from app.tasks.training.trust import GoldAnswer, Habits

COUNT = st.integers(0, 400)
FLOOR = trust.floor_of(2, several=False)


@given(COUNT, COUNT, COUNT, st.floats(0.001, 0.25))
def test_the_share_of_known_questions_falls_as_trust_grows(
    answers: int, right: int, wrong: int, wanted: float
) -> None:
    now = trust.share(answers, right, wrong, wanted)
    assert trust.LEAST_TIMES * wanted <= now <= trust.NEWCOMER_TIMES * wanted
    assert trust.share(answers + 1, right, wrong, wanted) <= now
    assert trust.share(answers, right + 1, wrong, wanted) <= now
    assert trust.share(answers, right, wrong + 1, wanted) >= now


def test_a_newcomer_gets_a_tenth_and_somebody_proven_two_in_a_hundred() -> None:
    assert trust.share(0, 0, 0) == pytest.approx(0.10)
    assert trust.share(20, 2, 0) == pytest.approx(0.10)
    assert 0.04 < trust.share(150, 8, 0) < 0.05
    assert trust.share(10_000, 60, 1) == pytest.approx(0.02)
    assert trust.share(150, 4, 4) > trust.share(150, 8, 0)


@pytest.mark.parametrize(
    ("answers", "right", "told"),
    [(20, 2, 0.10), (50, 4, 0.076), (100, 7, 0.050), (200, 11, 0.034), (500, 18, 0.02)],
)
def test_the_share_is_what_the_handbook_says(answers: int, right: int, told: float) -> None:
    assert trust.share(answers, right, 0) == pytest.approx(told, abs=0.0011)


def test_mistakes_count_by_the_square_of_what_is_right() -> None:
    # Of twelve known ones nine right, and one and one before any: ten in fourteen.
    assert trust.share(100, 9, 3) == pytest.approx(0.1 * (20 / (100 * (10 / 14) ** 2)) ** 0.5)


@given(st.uuids(), st.uuids(), st.integers(0, 300), st.floats(0.01, 0.5))
def test_the_next_known_question_comes_anywhere_around_its_mean_distance(
    worker: UUID, project: UUID, given_before: int, wanted: float
) -> None:
    found = trust.gap(worker, project, given_before, wanted)
    assert isinstance(found, int)
    assert max(1, 0.5 / wanted - 0.5) <= found <= 1.5 / wanted + 0.5
    assert found == trust.gap(worker, project, given_before, wanted)


def test_over_many_workers_the_distance_is_the_mean_and_varies() -> None:
    found = [trust.gap(UUID(int=n), UUID(int=7), 0, 0.05) for n in range(2000)]
    assert 19 < sum(found) / len(found) < 21
    assert len(set(found)) > 15


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.05, 0.95))
def test_more_right_makes_a_low_skill_less_likely_and_more_wrong_more(
    right: int, wrong: int, floor: float
) -> None:
    now = trust.below(floor, right, wrong)
    assert 0 <= now <= 1
    assert trust.below(floor, right + 1, wrong) <= now + 1e-12
    assert trust.below(floor, right, wrong + 1) >= now - 1e-12


@given(st.integers(0, 60), st.integers(0, 60), st.integers(2, 9))
def test_nobody_is_paused_on_little_or_when_mostly_right(right: int, wrong: int, choices: int) -> None:
    due = trust.pause_due(right, wrong, trust.floor_of(choices, several=False))
    if right + wrong < trust.LEAST_KNOWN or right >= 2 * wrong:
        assert not due
    if due:
        assert trust.pause_due(right, wrong + 1, trust.floor_of(choices, several=False))


def test_where_the_line_is() -> None:
    assert pytest.approx(0.65) == FLOOR
    assert trust.pause_due(0, 5, FLOOR)
    assert not trust.pause_due(1, 4, FLOOR)
    assert not trust.pause_due(0, 4, FLOOR)
    assert trust.pause_due(2, 7, FLOOR)
    assert not trust.pause_due(14, 6, FLOOR)
    # Guessing among five is a fifth right: the floor lies lower.
    assert trust.floor_of(5, several=False) == pytest.approx(0.44)
    assert trust.floor_of(5, several=True) == pytest.approx(0.30)


def test_the_chance_is_that_of_the_beta_distribution() -> None:
    # Beta(3, 2): the distribution function is x^3 (4 - 3x).
    assert trust.below(0.6, 1, 1) == pytest.approx(0.6**3 * (4 - 3 * 0.6))


def test_what_is_funded_is_a_share_of_the_places_and_the_exams() -> None:
    none = trust.funded(places=600, gold_tasks=0, wanted=0.05, exam=None, lessons=0)
    assert none == trust.Funded(0, 0)
    assert trust.funded(places=600, gold_tasks=10, wanted=0.05, exam=None, lessons=3) == trust.Funded(3, 36)
    assert trust.funded(places=600, gold_tasks=10, wanted=0.05, exam=(5, 20), lessons=0).limit == 13
    # Rounded up, so that each gold may be given as often as the others; a dozen people are expected at six hundred.
    assert trust.funded(places=601, gold_tasks=3, wanted=0.05, exam=None, lessons=0).limit == 11
    assert trust.funded(places=600, gold_tasks=10, wanted=0.05, exam=(5, None), lessons=0).limit == 9


@pytest.mark.parametrize(
    ("places", "workers"), [(1, 5), (250, 5), (251, 6), (49_950, 999), (50_000, 1000), (10**7, 1000)]
)
def test_one_worker_is_expected_for_fifty_places(places: int, workers: int) -> None:
    assert trust.expected_workers(places) == workers


@given(st.integers(1, 10_000), st.integers(1, 50), st.floats(0, 0.25))
def test_gold_is_funded_in_full(places: int, gold_tasks: int, wanted: float) -> None:
    found = trust.funded(places=places, gold_tasks=gold_tasks, wanted=wanted, exam=None, lessons=0)
    assert found.limit * gold_tasks >= places * wanted


GOOD, POOR = (6, 1), (2, 6)


def test_a_gold_is_doubtful_when_those_known_to_be_good_miss_it() -> None:
    def answers(*found: tuple[str, tuple[int, int]]) -> list[GoldAnswer]:
        return [GoldAnswer(value, *others) for value, others in found]

    assert trust.suspicious("yes", answers(("no", GOOD), ("no", GOOD), ("yes", GOOD)))
    assert not trust.suspicious("yes", answers(("no", GOOD), ("no", GOOD)))
    assert not trust.suspicious("yes", answers(*[("no", POOR)] * 9, *[("yes", GOOD)] * 3))
    # Half of them are enough.
    assert trust.suspicious("yes", answers(*[("no", GOOD), ("yes", GOOD)] * 2))
    assert not trust.suspicious("yes", answers(("no", GOOD), *[("yes", GOOD)] * 2))


@pytest.mark.parametrize(
    ("right", "wrong", "trusted"), [(3, 0, True), (2, 0, False), (3, 1, True), (6, 3, False), (0, 0, False)]
)
def test_good_is_who_is_right_three_times_in_four_of_three_others_or_more(
    right: int, wrong: int, trusted: bool
) -> None:
    assert GoldAnswer("yes", right, wrong).trusted is trusted


def test_alerts_are_for_answers_all_alike_and_given_too_fast() -> None:
    crowd = Counter(yes=50, no=50)
    assert trust.alerts(Habits(Counter(yes=30), 0, 60), crowd) == ("alike",)
    assert trust.alerts(Habits(Counter(yes=16, no=14), 20, 2), crowd) == ("hasty",)
    assert trust.alerts(Habits(Counter(yes=16, no=14), 3, 60), crowd) == ()
    assert trust.alerts(Habits(Counter(yes=10), 10, 1), crowd) == ()
    # Where everybody says the same, saying it shows nothing.
    assert trust.alerts(Habits(Counter(yes=30), 0, 60), Counter(yes=97, no=3)) == ()


@pytest.mark.parametrize(
    ("same", "others", "crowd", "hasty", "found"),
    [
        (19, 1, 0.5, 0, ("alike",)),  # nineteen of twenty are nearly all
        (18, 2, 0.5, 0, ()),
        (18, 1, 0.5, 19, ()),  # under twenty answers say nothing
        (20, 0, 0.84, 0, ("alike",)),
        (20, 0, 0.85, 0, ()),  # the crowd's are nearly as much alike
        (10, 10, 0.5, 10, ("hasty",)),
        (10, 10, 0.5, 9, ()),
        (20, 0, 0.5, 20, ("alike", "hasty")),
    ],
)
def test_where_the_lines_of_the_alerts_are(
    same: int, others: int, crowd: float, hasty: int, found: tuple[str, ...]
) -> None:
    own = Counter(yes=same, no=others)
    everybody = Counter(yes=round(100 * crowd), no=100 - round(100 * crowd))
    assert trust.alerts(Habits(own, hasty, 60), everybody) == found


def test_a_run_of_lessons_allows_a_third_of_mistakes() -> None:
    assert [trust.run_passed(mistakes, 3) for mistakes in range(4)] == [True, True, False, False]
    assert not trust.run_passed(1, 2)
