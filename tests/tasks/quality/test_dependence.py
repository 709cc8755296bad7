import numpy as np
import pytest

from app.tasks.quality import Votes, fit, too_alike, weights
from tests.tasks.quality.crowds import crowd


def test_a_group_counts_for_less_than_its_number_and_never_for_two() -> None:
    assert weights([None, "a", "b"]) == [1.0, 1.0, 1.0]
    for size in (2, 3, 5, 20):
        total = sum(weights(["kin"] * size))
        assert 1 < total < min(size, 2)
    assert sum(weights(["kin"] * 5)) > sum(weights(["kin"] * 4))
    assert sum(weights(["kin"] * 5 + [None], shared=1.0)) == pytest.approx(2.0)


def test_honest_workers_are_not_called_alike() -> None:
    for seed in range(6):
        honest = crowd(seed, tasks=300, workers=25, each=8, classes=2 + seed % 2, hard=0.2)
        assert too_alike(honest.votes, fit(honest.votes)) == []


def test_two_who_copy_are_found() -> None:
    some = crowd(3, tasks=400, workers=25, each=8, skills=[0.75] * 25)
    votes = some.votes
    said = dict(zip(zip(votes.task, votes.worker, strict=True), votes.label, strict=True))
    label = [
        said.get((task, 0), given) if worker == 1 else given
        for task, worker, given in zip(votes.task, votes.worker, votes.label, strict=True)
    ]
    copied = Votes.of(votes.task, votes.worker, label, classes=2)
    found = too_alike(copied, fit(copied))
    assert [(pair.first, pair.second) for pair in found] == [(0, 1)]
    assert found[0].same == found[0].common > found[0].expected


def test_nobody_to_compare_is_nothing_found() -> None:
    votes = Votes.of(np.arange(5), np.arange(5), [0, 1, 0, 1, 0], classes=2)
    assert too_alike(votes, fit(votes)) == []
