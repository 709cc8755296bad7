"""The flow, purely: whatever is written in whatever situation, one decision; the worker's word comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation import flow
from app.conversation.correcting import Given
from app.conversation.flow import (
    Answers,
    AskAgain,
    Consent,
    Do,
    Join,
    NothingAsked,
    PassOn,
    Silence,
    Situation,
)
from app.conversation.lessons import LESSONS, after
from app.people.models import STAGES, WORKER_STATES
from app.tasks.asking import Choice, Question

YES_OR_NO = Question(
    choices=(
        Choice("yes", {"en": "Yes", "sw": "Ndiyo", "lg": "Yee"}),
        Choice("no", {"en": "No", "sw": "Hapana", "lg": "Nedda"}),
    )
)
QUESTIONS = (YES_OR_NO,)
situations = st.builds(
    Situation,
    state=st.sampled_from([*WORKER_STATES, "unknown"]),
    stage=st.sampled_from(STAGES),
    language=st.sampled_from(["en", "sw", "lg"]),
    menu=st.just(("en", "sw")),
    training_step=st.integers(0, 5),
    asked_again=st.integers(0, 3),
    questions=st.sampled_from([(), QUESTIONS, QUESTIONS * 3]),
    given=st.none()
    | st.builds(
        Given,
        questions=st.just(QUESTIONS),
        values=st.sampled_from([("yes",), ("no",)]),
        recent=st.booleans(),
        undoing=st.booleans(),
        unseen=st.booleans(),
    ),
)


@given(situations, st.text(max_size=200))
def test_every_text_in_every_situation_gets_one_decision(situation: Situation, text: str) -> None:
    assert isinstance(flow.decide(situation, text), flow.Decision)


@given(situations, st.sampled_from(["STOP", "stop", " Stop. ", "acha", "UNSUBSCRIBE", "lekeraawo"]))
def test_stop_is_read_before_anything_else(situation: Situation, text: str) -> None:
    decision = flow.decide(situation, text)
    gone = situation.state in {"unknown", "stopped"}
    assert decision == (Silence() if gone else Do("STOP"))


@given(situations, st.text(max_size=80))
def test_nothing_but_start_and_join_is_heard_after_stop(situation: Situation, text: str) -> None:
    stopped = Situation(**{**situation.__dict__, "state": "stopped"})
    assert flow.decide(stopped, text) in (Silence(), Do("START"))
    assert flow.decide(stopped, "START") == Do("START")
    assert flow.decide(stopped, "JOIN MAJI24") == Do("START")


def active(**changes: object) -> Situation:
    """Return a worker who works, with a question open unless said otherwise."""
    usual: dict[str, object] = {"state": "active", "stage": "ready", "questions": QUESTIONS}
    return Situation(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("situation", "text", "expected"),
    [
        (active(), "YES", Answers),
        (active(questions=QUESTIONS * 3), "121", Answers),
        (active(questions=QUESTIONS * 3), "1", Answers),
        (active(questions=QUESTIONS * 2), "121", AskAgain),
        (active(), "start", Do),
        (active(), "maybe", AskAgain),
        (active(asked_again=1), "maybe", PassOn),
        (active(questions=()), "hello", NothingAsked),
        (active(), "please stop sending me these", AskAgain),
        (Situation(state="new", stage="consent"), "nakubali", Consent),
        (Situation(state="new", stage="consent"), "perhaps", AskAgain),
        (Situation(state="unknown"), "join maji24", Join),
        (active(), "JOIN MAJI24 Amina", Join),
    ],
)
def test_what_is_decided(situation: Situation, text: str, expected: type) -> None:
    assert isinstance(flow.decide(situation, text), expected)


def test_start_from_somebody_who_never_left_is_no_start() -> None:
    assert flow.decide(active(), "START") == Do("MORE")


def test_a_mistake_brings_a_further_lesson_and_training_bars_nobody() -> None:
    assert after(0, right=True) is None
    assert after(0, right=False) == LESSONS[1]
    assert after(len(LESSONS) - 1, right=False) is None
