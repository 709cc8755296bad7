"""APPEAL with a reason behind it."""

import pytest

from app.conversation import appealing, flow, parse
from app.tasks.asking import Choice, Question

WATER = Question(choices=(Choice("yes", {"en": "Yes"}), Choice("no", {"en": "No"})))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("APPEAL my text was right", "my text was right"),
        ("appeal: It WAS right, ask Mama", "It WAS right, ask Mama"),
        ("  Rufaa, nilijibu sahihi!", "nilijibu sahihi"),
        ("faire appel mon texte est juste", "mon texte est juste"),
        ("अपील मेरा जवाब सही था", "मेरा जवाब सही था"),
        ("appeal", None),
        ("appeal 1", None),
        ("appeal y", None),
        ("I appeal to you", None),
        ("appealing to all", None),
        ("", None),
    ],
)
def test_what_is_said_behind_appeal(text: str, words: str | None) -> None:
    assert appealing.words_of(text) == words


def situation(*questions: Question) -> flow.Situation:
    return flow.Situation(state="active", stage="ready", questions=questions)


def test_an_appeal_is_heard_with_and_without_words() -> None:
    for questions in ((), (WATER,)):
        assert flow.decide(situation(*questions), "appeal") == flow.Do("APPEAL")
        assert flow.decide(situation(*questions), "appeal I was right") == flow.Do("APPEAL", "I was right")


def test_where_a_text_is_asked_for_it_may_begin_with_the_word() -> None:
    text = "Appeal court frees the farmer"
    decided = flow.decide(situation(Question(type="text", longest=100)), text)
    assert isinstance(decided, flow.Answers)
    assert decided.replied.answers[0].value == text
    assert parse.command(text) is None
