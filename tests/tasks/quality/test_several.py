"""Tasks to which several labels may apply: each label a yes or no, judged by one model of the workers."""

import numpy as np
import pytest

from app.tasks.quality import (
    Label,
    Vote,
    Votes,
    decide_several,
    each_label,
    fit,
    several_labels,
    update,
    verdicts,
)
from app.tasks.quality.votes import Bools, Ints

SHARES = (0.5, 0.3, 0.1, 0.05)
LABELS = len(SHARES)


@pytest.fixture(scope="module")
def answers() -> tuple[Ints, Ints, Bools, Bools]:
    """Return tasks, workers and what each of 900 answers names, and what is true of 300 tasks."""
    rng = np.random.default_rng(5)
    truth = rng.random((300, LABELS)) < np.array(SHARES)
    right = rng.uniform(0.6, 0.97, 40)
    task = np.repeat(np.arange(300), 3)
    worker = np.concatenate([rng.choice(40, 3, replace=False) for _ in range(300)])
    chance = np.where(truth[task], right[worker][:, None], 1 - right[worker][:, None])
    return task, worker, rng.random(chance.shape) < chance, truth


def test_more_sets_are_right_than_by_the_majority_of_each(answers: tuple[Ints, Ints, Bools, Bools]) -> None:
    task, worker, named, truth = answers
    votes, kind = each_label(task, worker, named, tasks=300)
    ours = fit(votes, kind=kind).best.reshape(300, LABELS) == truth
    one_prior = fit(votes).best.reshape(300, LABELS) == truth
    share = np.stack([np.bincount(task, named[:, label]) for label in range(LABELS)], axis=1) / 3
    majority = (share > 0.5) == truth
    assert ours.all(axis=1).mean() > majority.all(axis=1).mean() + 0.05
    assert ours[:, 2:].mean() > one_prior[:, 2:].mean() + 0.005


def test_a_task_is_asked_while_one_label_is_unsure(answers: tuple[Ints, Ints, Bools, Bools]) -> None:
    task, worker, named, _ = answers
    votes, kind = each_label(task, worker, named, tasks=300)
    found = fit(votes, kind=kind)
    told = verdicts(found, np.full(300, 3), 5, 0.9, labels=LABELS)
    sure = found.confidence.reshape(300, LABELS).min(axis=1)
    assert told.ask.shape == (300,)
    assert not told.ask[sure >= 0.9].any()
    assert told.ask[sure < 0.6].all()
    assert 0 < told.ask.sum() < 300
    capped = verdicts(found, np.full(300, 3), np.full(300, 3), 0.9, labels=LABELS)
    assert not capped.ask.any()
    alone = [
        decide_several([found.posterior(task * LABELS + label) for label in range(LABELS)], 3, 3, 0.9)
        for task in range(300)
    ]
    assert [capped.of(task) for task in range(300)] == alone
    # Where a task goes to a person, few have no label that is sure by itself.
    assert 10 < alone.count("review") < 290


def test_one_task_between_refits_is_judged_by_its_labels_shares(
    answers: tuple[Ints, Ints, Bools, Bools],
) -> None:
    task, worker, named, _ = answers
    votes, kind = each_label(task, worker, named, tasks=300)
    found = fit(votes, kind=kind)
    for one in range(0, 300, 31):
        rows = np.flatnonzero(task == one)
        for label in range(LABELS):
            said = [Vote(found.worker(worker[row]), int(named[row, label]), counted=True) for row in rows]
            again = update(found.model.of_kind(label), said)
            assert np.allclose(again.probabilities, found.probabilities[one * LABELS + label], atol=0.06)


def test_what_names_nothing_is_a_no_to_each() -> None:
    votes, kind = each_label(np.zeros(3, int), np.arange(3), np.zeros((3, 2), bool), tasks=1)
    found = fit(votes, kind=kind)
    labels = [Label(value, found.posterior(at)) for at, value in enumerate(("flood", "fire"))]
    assert several_labels(labels).value == ""
    assert kind.tolist() == [0, 1]
    assert votes.task.tolist() == [0, 1] * 3


def test_kinds_without_answers_have_the_shares_of_all() -> None:
    votes = Votes.of([0, 1, 2], [0, 1, 2], [1, 1, 1], classes=2, tasks=4)
    found = fit(votes, kind=np.array([0, 0, 0, 1]))
    assert found.model.prior.shape == (2, 2)
    assert 0.5 < found.probabilities[3, 1] < found.model.prior[0, 1]
