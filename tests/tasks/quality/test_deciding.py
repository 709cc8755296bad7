import numpy as np
import pytest

from app.tasks.quality import (
    AUDIT_SHARE,
    CAREFUL,
    DEFAULT,
    Posterior,
    Settings,
    Verdict,
    Votes,
    audited,
    decide,
    decide_several,
    fit,
    verdicts,
)
from tests.tasks.quality.crowds import crowd

SURE, UNSURE = Posterior((0.96, 0.04), 2, 0.97), Posterior((0.6, 0.4), 2, 0.7)
AMBIGUOUS, SPLIT = Posterior((0.85, 0.15), 3, 0.96), Posterior((0.6, 0.4), 3, 0.96)


@pytest.mark.parametrize(
    ("posterior", "answers", "audit", "verdict"),
    [
        (SURE, 2, False, "conclude"),
        (UNSURE, 2, False, "ask"),
        (UNSURE, 7, False, "review"),
        (SURE, 7, False, "conclude"),
        (SURE, 2, True, "ask"),
        (SURE, 7, True, "conclude"),
        (UNSURE, 7, True, "review"),
        (SURE, 0, False, "ask"),
        (AMBIGUOUS, 3, False, "conclude"),
        (AMBIGUOUS, 3, True, "ask"),
        (SPLIT, 3, False, "review"),
        (SPLIT, 3, True, "ask"),
        (UNSURE, 9, False, "review"),
    ],
)
def test_what_a_task_needs_next(posterior: Posterior, answers: int, audit: bool, verdict: Verdict) -> None:
    assert decide(posterior, answers, 7, 0.9, audit) == verdict


def test_audits_are_the_share_said_and_the_same_each_time() -> None:
    names = [f"task-{number}" for number in range(20_000)]
    chosen = [name for name in names if audited(name)]
    assert abs(len(chosen) / len(names) - AUDIT_SHARE) < 0.01
    assert chosen == [name for name in names if audited(name)]
    assert not any(audited(name, 0.0) for name in names[:100])


def test_careful_asks_for_more_than_the_default() -> None:
    assert DEFAULT.confidence < CAREFUL.confidence


@pytest.mark.parametrize(("confidence", "most"), [(0.4, 5), (1.0, 5), (0.9, 0)])
def test_settings_out_of_reach_are_refused(confidence: float, most: int) -> None:
    with pytest.raises(ValueError, match=r"max_answers|confidence"):
        Settings(confidence, most)


def test_all_tasks_at_once_are_decided_as_each_alone() -> None:
    some = crowd(1, tasks=200, workers=20, classes=3, each=4, hard=0.3)
    found = fit(some.votes.only(np.arange(len(some.votes)) % 7 > 0))
    audit = np.arange(200) % 11 == 0
    together = verdicts(found, found.answers, 4, 0.9, audit)
    alone = [
        decide(found.posterior(task), int(found.answers[task]), 4, 0.9, bool(audit[task]))
        for task in range(200)
    ]
    assert [together.of(task) for task in range(200)] == alone
    assert set(alone) == {"ask", "conclude", "review"}


def test_a_concluded_task_is_asked_again_when_its_worker_turns_out_to_guess() -> None:
    # On the first task one worker answers, whom nobody knows; on all others four agree, and this one guesses.
    guesses, right = np.random.default_rng(0).integers(0, 2, 39), np.arange(39) % 2
    task, worker = [0, *np.repeat(np.arange(1, 40), 5)], [0, *np.tile(np.arange(5), 39)]
    label = [0, *np.stack([guesses, right, right, right, right], axis=1).ravel()]
    votes = Votes.of(task, worker, label, classes=2)
    before, after = fit(votes.only(votes.task < 1)), fit(votes)
    assert verdicts(before, before.answers, 5, 0.7).of(0) == "conclude"
    assert verdicts(after, after.answers, 5, 0.7).of(0) == "ask"


LIKELY, UNLIKELY = Posterior((0.02, 0.98), 2, 0.98), Posterior((0.97, 0.03), 2, 0.98)


@pytest.mark.parametrize(
    ("labels", "answers", "audit", "verdict"),
    [
        ([LIKELY, UNLIKELY], 2, False, "conclude"),
        ([LIKELY, UNSURE], 2, False, "ask"),
        ([LIKELY, UNSURE], 7, False, "review"),
        ([LIKELY, SPLIT], 3, False, "review"),
        ([UNSURE, SPLIT], 3, False, "ask"),
        ([LIKELY, UNLIKELY], 2, True, "ask"),
    ],
)
def test_several_labels_are_asked_for_while_one_is_unsure(
    labels: list[Posterior], answers: int, audit: bool, verdict: Verdict
) -> None:
    assert decide_several(labels, answers, 7, 0.9, audit) == verdict
