"""What must hold of every fit, whatever the votes: names mean nothing, agreement never makes less sure, 0 is absent."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tasks.quality import DEFAULT, UNKNOWN, Model, Vote, Votes, Worker, fit, update, verdicts
from app.tasks.quality.votes import Ints
from tests.tasks.quality.crowds import accuracy, crowd, most_voted

TASKS, WORKERS = 7, 5


@st.composite
def some_votes(draw: st.DrawFn, classes: int | None = None) -> tuple[Votes, Ints]:
    """Return votes of a few workers on a few tasks, and gold."""
    count = draw(st.integers(2, 5)) if classes is None else classes
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, TASKS - 1), st.integers(0, WORKERS - 1)),
            unique=True,
            min_size=1,
            max_size=25,
        )
    )
    labels = draw(st.lists(st.integers(0, count - 1), min_size=len(pairs), max_size=len(pairs)))
    weight = draw(st.lists(st.sampled_from([0.25, 0.5, 1.0]), min_size=len(pairs), max_size=len(pairs)))
    gold = draw(st.lists(st.integers(-1, count - 1), min_size=TASKS, max_size=TASKS))
    task, worker = zip(*pairs, strict=True)
    votes = Votes.of(task, worker, labels, classes=count, weight=weight, tasks=TASKS, workers=WORKERS)
    return votes, np.array(gold)


@given(some_votes(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_classes_workers_and_tasks_may_be_renamed(found: tuple[Votes, Ints], random: Any) -> None:
    votes, gold = found
    label, worker, task = (random.sample(range(n), n) for n in (votes.classes, WORKERS, TASKS))
    renamed = Votes.of(
        np.array(task)[votes.task],
        np.array(worker)[votes.worker],
        np.array(label)[votes.label],
        classes=votes.classes,
        weight=votes.weight,
        tasks=TASKS,
        workers=WORKERS,
    )
    regold = np.full(TASKS, UNKNOWN)
    regold[np.array(task)] = np.where(gold == UNKNOWN, UNKNOWN, np.array(label)[gold])
    plain, again = fit(votes, gold=gold), fit(renamed, gold=regold)
    # Of equally probable classes beyond the three leading ones either may be left out.
    if votes.classes <= 3:
        there = again.probabilities[np.array(task)][:, np.array(label)]
        assert np.allclose(there, plain.probabilities, atol=1e-6)


@given(some_votes())
@settings(max_examples=60, deadline=None)
def test_votes_of_weight_nothing_are_absent(found: tuple[Votes, Ints]) -> None:
    votes, gold = found
    kept = np.arange(len(votes)) % 2 == 0
    # Which tasks have an answer at all is counted, not weighed: so only tasks that keep one are compared.
    kept |= ~np.isin(votes.task, votes.task[kept])
    silent = fit(votes.weighted(np.where(kept, votes.weight, 0.0)), gold=gold)
    absent = fit(votes.only(kept), gold=gold)
    assert np.allclose(silent.probabilities, absent.probabilities, atol=1e-6)


@given(st.integers(2, 5), st.floats(0.55, 0.95), st.integers(1, 6), st.integers(0, 3))
def test_one_more_who_agrees_never_makes_less_sure(
    classes: int, mean: float, agreeing: int, other: int
) -> None:
    model = Model.blank(classes, skill=mean)
    votes = [Vote(None, 0)] * agreeing + [Vote(None, 1)] * other
    before, after = update(model, votes), update(model, [*votes, Vote(None, 0)])
    assert after.probabilities[0] >= before.probabilities[0] - 1e-9
    assert after.answers == before.answers + 1


@given(st.integers(2, 5), st.floats(0.6, 0.95), st.integers(1, 5))
def test_a_better_worker_is_believed_more(classes: int, mean: float, seen: int) -> None:
    model = Model.blank(classes, skill=mean)
    good = Worker(np.eye(classes) * 4.0 * seen, 4.0 * seen)
    assert update(model, [Vote(good, 0)]).confidence >= update(model, [Vote(None, 0)]).confidence


def test_asking_the_doubtful_tasks_again_makes_no_class_rarer_and_not_all_ambiguous() -> None:
    # Three answers recorded to each task; the second and third are asked only where it is not yet sure.
    full = crowd(11, tasks=1500, workers=60, each=3, shares=[0.88, 0.12], skills=[0.85] * 60)
    rank = np.arange(len(full.votes)) % 3
    answers = np.ones(1500, dtype=int)
    for _ in range(2):
        found = fit(full.votes.only(rank < answers[full.votes.task]))
        answers = np.minimum(answers + verdicts(found, answers, 3, DEFAULT.confidence).ask, 3)
    found = fit(full.votes.only(rank < answers[full.votes.task]))
    assert 1 < answers.mean() < 2
    assert found.model.ambiguous < 0.2
    assert abs(found.confidence.mean() - accuracy(found.best, full.truth)) < 0.04
    assert found.model.prior[0] > 0.74


def _colluding(seed: int, share: float = 0.4) -> tuple[Votes, Ints]:
    """Return a poor crowd in which a block agrees on one answer to each task, right in six of ten."""
    rng = np.random.default_rng(seed)
    honest = crowd(seed, tasks=800, workers=40, each=7, skills=[0.72] * 40)
    block = np.where(rng.random(800) < 0.6, honest.truth, 1 - honest.truth)
    votes = honest.votes
    label = np.where(votes.worker < share * 40, block[votes.task], votes.label)
    return Votes.of(votes.task, votes.worker, label, classes=2), honest.truth


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_gold_says_when_a_block_that_agrees_misleads(seed: int) -> None:
    votes, truth = _colluding(seed)
    gold = np.where(np.arange(800) % 20 == 0, truth, UNKNOWN)
    rest = gold == UNKNOWN
    majority = accuracy(most_voted(votes)[rest], truth[rest])
    assert accuracy(fit(votes).best[rest], truth[rest]) < majority - 0.05
    found = fit(votes, gold=gold)
    assert accuracy(found.best[rest], truth[rest]) > majority - 0.02
    assert found.model.trust == 0


def test_all_alike_is_kept_and_read_between_refits() -> None:
    votes, truth = _colluding(1)
    found = fit(votes, gold=np.where(np.arange(800) % 20 == 0, truth, UNKNOWN))
    model = Model.from_json(json.loads(json.dumps(found.model.as_json())))
    assert model.trust == 0
    skills = {round(model.skill(found.worker(index)), 9) for index in range(40)}
    assert len(skills) == 1
    rows = np.flatnonzero(votes.task == 3)
    said = [Vote(found.worker(votes.worker[row]), int(votes.label[row]), counted=True) for row in rows]
    assert np.allclose(update(model, said).probabilities, found.probabilities[3], atol=1e-3)
    kept = found.model.as_json()
    del kept["trust"]
    assert Model.from_json(kept).trust == 1


def test_an_honest_crowd_is_told_apart_with_gold_too() -> None:
    for seed in range(3):
        mixed = crowd(seed, tasks=800, workers=40, skills=[0.55] * 20 + [0.95] * 20)
        gold = np.where(np.arange(800) % 20 == 0, mixed.truth, UNKNOWN)
        assert fit(mixed.votes, gold=gold).model.trust == 1
