import json
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tasks.quality import UNKNOWN, Model, Vote, Votes, Worker, fit, update
from app.tasks.quality.tempering import temper_on
from tests.tasks.quality.crowds import accuracy, crowd, most_voted


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_finds_more_than_the_majority_where_workers_differ(classes: int) -> None:
    mixed = crowd(1, tasks=800, workers=40, classes=classes, skills=[0.55] * 28 + [0.95] * 12)
    found = fit(mixed.votes)
    assert accuracy(found.best, mixed.truth) > accuracy(most_voted(mixed.votes), mixed.truth) + 0.01


def test_knows_the_good_workers_from_the_guessing_ones() -> None:
    mixed = crowd(2, tasks=800, workers=40, skills=[0.5] * 20 + [0.95] * 20)
    found = fit(mixed.votes)
    skills = [found.model.skill(found.worker(index)) for index in range(40)]
    assert max(skills[:20]) < 0.7
    assert min(skills[20:]) > 0.85


def test_confidence_is_about_the_share_of_right_results() -> None:
    for seed in range(3):
        hard = crowd(seed, tasks=1500, workers=60, each=4, hard=0.2)
        found = fit(hard.votes)
        right = accuracy(found.best, hard.truth)
        assert abs(found.confidence.mean() - right) < 0.03


def test_gold_is_certain_and_teaches_who_answers_the_wrong_way_round() -> None:
    turned = crowd(3, tasks=600, workers=30, each=5, skills=[0.1] * 20 + [0.9] * 10)
    gold = np.full(600, UNKNOWN)
    gold[:60] = turned.truth[:60]
    rest = slice(60, None)
    assert accuracy(fit(turned.votes).best[rest], turned.truth[rest]) < 0.3
    found = fit(turned.votes, gold=gold)
    assert found.confidence[:60].min() == 1.0
    assert accuracy(found.best[:60], turned.truth[:60]) == 1.0
    assert accuracy(found.best[rest], turned.truth[rest]) > 0.9


def test_single_answers_do_not_confirm_themselves() -> None:
    one = crowd(4, tasks=300, workers=30, each=1, skills=[0.75] * 30)
    found = fit(one.votes)
    assert 0.6 < found.confidence.mean() < 0.8
    assert found.informed.max() < 0.05 * 10


def test_rare_classes_are_kept() -> None:
    rare = crowd(5, tasks=2000, workers=60, each=3, shares=[0.9, 0.1], skills=[0.85] * 60)
    found = fit(rare.votes)
    balanced = np.mean([np.mean(found.best[rare.truth == true] == true) for true in (0, 1)])
    assert balanced > 0.85


def test_the_order_of_votes_changes_nothing() -> None:
    some = crowd(6, tasks=100)
    order = np.random.default_rng(0).permutation(len(some.votes))
    assert np.allclose(fit(some.votes).probabilities, fit(some.votes.only(order)).probabilities, atol=1e-9)


def test_a_dependent_vote_counts_for_less() -> None:
    votes = Votes.of([0, 0, 0], [0, 1, 2], [0, 1, 1], classes=2)
    alone = fit(votes).probabilities[0]
    shared = fit(votes.weighted(np.array([1.0, 0.25, 0.25]))).probabilities[0]
    assert alone[1] > 0.5 > shared[1]


def test_nothing_answered_is_the_prior() -> None:
    found = fit(Votes.of([], [], [], classes=3, tasks=2, workers=0))
    assert np.allclose(found.probabilities, 1 / 3)


def test_one_task_between_refits_is_what_the_refit_says() -> None:
    some = crowd(7, tasks=300, classes=3)
    found = fit(some.votes)
    model = Model.from_json(json.loads(json.dumps(found.model.as_json())))
    for task in range(0, 300, 17):
        rows = np.flatnonzero(some.votes.task == task)
        votes = [
            Vote(
                Worker.from_json(json.loads(json.dumps(found.worker(some.votes.worker[row]).as_json()))),
                int(some.votes.label[row]),
                counted=True,
            )
            for row in rows
        ]
        again = update(model, votes)
        assert again.best == found.best[task] or found.confidence[task] < 0.6
        assert np.allclose(again.probabilities, found.probabilities[task], atol=0.06)


def test_an_unknown_worker_is_of_the_projects_mean_skill() -> None:
    good = fit(crowd(8, skills=[0.95] * 40).votes).model
    poor = fit(crowd(8, skills=[0.6] * 40).votes).model
    one = [Vote(None, 0)]
    assert update(good, one).confidence > update(poor, one).confidence + 0.1
    assert update(good, []).answers == 0


def test_the_lower_bound_rises_with_what_is_known() -> None:
    some = crowd(9, tasks=1000, workers=20, each=4, skills=[0.9] * 20)
    many, few = fit(some.votes), fit(some.votes.only(some.votes.task < 20))
    assert many.model.lower(many.worker(0)) > few.model.lower(few.worker(0))
    below = [many.model.lower(many.worker(index)) < 0.92 for index in range(20)]
    assert sum(below) >= 18
    blank = Model.blank(2)
    assert blank.lower(Worker.unknown(2)) < 0.6 < blank.skill(Worker.unknown(2))


def test_temper_follows_gold_only_where_there_is_enough() -> None:
    rng = np.random.default_rng(0)
    told = np.tile([0.97, 0.03], (400, 1))
    truth = (rng.random(400) > 0.8).astype(int)
    assert temper_on(told, truth) < 0.8
    assert temper_on(told[:20], truth[:20]) == 1.0
    fair = (rng.random(400) > 0.97).astype(int)
    assert abs(temper_on(told, fair) - 1.0) <= 0.15


def test_gold_that_nobody_answered_says_nothing() -> None:
    some = crowd(10, tasks=100, shares=[0.85, 0.15])
    votes = Votes.of(some.votes.task, some.votes.worker, some.votes.label, classes=2, tasks=200)
    gold = np.where(np.arange(200) < 100, UNKNOWN, 1)
    assert fit(votes, gold=gold).model.temper == 1.0


def test_gold_of_an_overconfident_crowd_lowers_every_confidence() -> None:
    # All are wrong together on a third of the tasks: nothing but gold can tell.
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 600)
    shown = np.where(rng.random(600) < 0.33, 1 - truth, truth)
    task = np.repeat(np.arange(600), 5)
    label = np.where(rng.random(3000) < 0.95, shown[task], 1 - shown[task])
    votes = Votes.of(task, np.tile(np.arange(30), 100), label, classes=2)
    gold = np.full(600, UNKNOWN)
    gold[:100] = truth[:100]
    without, told = fit(votes), fit(votes, gold=gold)
    assert told.confidence[100:].mean() < without.confidence[100:].mean()


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        Votes.of([0], [0, 1], [0], classes=2)
    with pytest.raises(ValueError, match="label lies outside"):
        Votes.of([0], [0], [2], classes=2)
    with pytest.raises(ValueError, match="two classes"):
        Votes.of([0], [0], [0], classes=1)


@given(st.data())
def test_every_posterior_is_a_distribution(data: st.DataObject) -> None:
    classes = data.draw(st.integers(2, 5))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), unique=True, max_size=25))
    labels = data.draw(st.lists(st.integers(0, classes - 1), min_size=len(pairs), max_size=len(pairs)))
    weight = data.draw(st.lists(st.floats(0, 1), min_size=len(pairs), max_size=len(pairs)))
    gold = np.array(data.draw(st.lists(st.integers(-1, classes - 1), min_size=7, max_size=7)))
    task, worker = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    votes = Votes.of(task, worker, labels, classes=classes, weight=weight, tasks=7, workers=5)
    found = fit(votes, gold=gold)
    assert np.isfinite(found.probabilities).all()
    assert np.allclose(found.probabilities.sum(axis=1), 1)
    assert (found.informed >= -1e-9).all()
    for index in range(5):
        worker_now = found.worker(index)
        assert 0 <= found.model.lower(worker_now) <= found.model.skill(worker_now) <= 1


def test_a_hundred_thousand_answers_take_under_a_second() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 30_000)
    task = rng.integers(0, 30_000, 100_000)
    worker = np.minimum((rng.pareto(1, 100_000) * 20).astype(int), 999)
    label = np.where(rng.random(100_000) < 0.8, truth[task], rng.integers(0, 4, 100_000))
    votes = Votes.of(task, worker, label, classes=4)
    before = time.process_time()
    fit(votes)
    assert time.process_time() - before < 1.0
