import pytest

from app.tasks.quality import AUDIT_SHARE, CAREFUL, DEFAULT, Posterior, Settings, Verdict, audited, decide

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
