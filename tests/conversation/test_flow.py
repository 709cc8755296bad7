"""The flow, purely: whatever is written in whatever situation, one decision; the worker's word comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation import flow
from app.conversation.correcting import Given, Keeps
from app.conversation.flow import (
    Answers,
    AskAgain,
    AskToJoin,
    Consent,
    Do,
    Join,
    Learned,
    NothingAsked,
    PassOn,
    PickLanguage,
    Practised,
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


UNDOING, GIVEN = (
    Given(QUESTIONS, ("yes",), recent=True, undoing=undoing, unseen=False) for undoing in (True, False)
)
STRANGER, STOPPED = Situation(state="unknown"), Situation(state="stopped", stage="ready")


def training(step: int, asked_again: int = 0) -> Situation:
    return Situation(state="active", stage="training", training_step=step, asked_again=asked_again)


@pytest.mark.parametrize(
    ("situation", "text", "expected"),
    [
        (STRANGER, "hello", AskToJoin()),
        (STRANGER, "HELP", AskToJoin(helped=True)),
        (STRANGER, "PAY", AskToJoin()),
        (STRANGER, "STOP", Silence()),
        (STRANGER, "JOIN MAJI24 Amina", Join("MAJI24", "Amina")),
        (STRANGER, "JOIN MAJI24 Aminawanjiruwakamauotieno", Join("MAJI24", "Aminawanjiruwakamauo")),
        # After STOP nothing but coming back is heard, no command either.
        (STOPPED, "HELP", Silence()),
        (STOPPED, "PAY", Silence()),
        (STOPPED, "1", Silence()),
        (STOPPED, "START", Do("START")),
        (Situation(state="erased"), "BAL", Silence()),
        # A JOIN from who has joined is MORE, but for a name, which is somebody else on the phone.
        (active(), "JOIN MAJI24", Do("MORE")),
        (active(), "JOIN MAJI24 Amina", Join("MAJI24", "Amina")),
        (Situation(state="new"), "JOIN MAJI24", Join("MAJI24", "")),
        (Situation(state="new"), "START", Do("MORE")),
        (active(), "HELP", Do("HELP")),
        (Situation(state="new", stage="consent"), "HELP", Do("HELP")),
        # SKIP keeps an answer that is asked again after UNDO, and else passes the question on.
        (active(given=UNDOING), "SKIP", Keeps()),
        (active(given=UNDOING), "HELP", Do("HELP")),
        (active(given=GIVEN), "SKIP", Do("SKIP")),
        (active(), "SKIP", Do("SKIP")),
        (Situation(state="new", menu=("en", "sw")), "2", PickLanguage("sw")),
        (Situation(state="new", menu=("en", "sw")), "3", AskAgain("language", "no language of the menu")),
        (Situation(state="new", stage="consent"), "1", Consent(agreed=True)),
        (Situation(state="new", stage="consent"), "2", Consent(agreed=False)),
        (Situation(state="new", stage="declined"), "1", Consent(agreed=True)),
        (training(0), "1", Practised(0, right=LESSONS[0].right == 1)),
        (training(0), "2", Practised(0, right=LESSONS[0].right == 2)),
        (training(1), "2", Practised(1, right=LESSONS[1].right == 2)),
        (training(7), "2", Practised(7, right=LESSONS[-1].right == 2)),
        # Not understood twice is a mistake, not a wall.
        (training(1, asked_again=1), "perhaps", Practised(1, right=False)),
        (active(stage="lesson"), "1", Learned("yes")),
        (active(stage="lesson", asked_again=1), "perhaps", Learned(None)),
        (active(stage="lesson", questions=()), "1", NothingAsked()),
    ],
)
def test_what_is_decided_exactly(situation: Situation, text: str, expected: flow.Decision) -> None:
    assert flow.decide(situation, text) == expected


@pytest.mark.parametrize("stage", ["training", "lesson", "ready"])
def test_what_is_not_understood_is_asked_about_once(stage: str) -> None:
    what = {"training": "training", "lesson": "lesson", "ready": "question"}[stage]
    decision = flow.decide(active(stage=stage), "perhaps")
    assert isinstance(decision, AskAgain)
    assert decision.what == what
    assert not isinstance(flow.decide(active(stage=stage, asked_again=1), "perhaps"), AskAgain)


def test_who_was_told_how_to_leave_and_says_stop_in_words_again_means_their_text() -> None:
    written = Question(type="text", longest=100)
    text = "tell them to stop the pump"
    first = flow.decide(active(questions=(written,)), text)
    assert isinstance(first, AskAgain)
    assert first.why == "stop-inside"
    assert isinstance(flow.decide(active(questions=(written,), asked_again=1), text), Answers)


def test_words_that_sound_like_an_appeal_are_one_where_no_text_is_asked_for() -> None:
    words = "APPEAL my answer was right"
    assert flow.decide(active(), words) == Do("APPEAL", "my answer was right")
