"""What reading a reply can come to. Pure values."""

from dataclasses import dataclass
from typing import Literal

UNSURE = "unsure"

Why = Literal[
    "number", "label", "letter", "number-word", "yes-no", "unsure", "typo", "correction", "echo"
]  # what a choice was recognised by
Doubt = Literal[
    "empty",
    "too-long",
    "stop-inside",  # STOP among other words: neither a command nor an answer
    "command-inside",
    "two-readings",
    "negated",  # says only what it is not
    "out-of-range",
    "unfinished",  # ends in `wait`
    "nothing-known",
    "too-many",  # more answers than questions
    "inexact",  # more than 5, half, a dozen
    "fraction",  # where only whole numbers are asked for
    "phone",  # a phone number
    "pin",  # what looks like somebody's secret
    "too-short",
    "wrong-script",
    "copy",  # what was asked, sent back
    "greeting",  # where a text was asked for
    "other-question",  # names a question that was not asked here
]


@dataclass(frozen=True)
class Answered:
    """A choice was meant: its value (`unsure` for 0) and number, 0 to 1 how sure that is, and by what."""

    value: str
    number: int
    confidence: float
    why: Why
    tag: str | None = None


@dataclass(frozen=True)
class Unclear:
    """Nothing was meant for sure; `tag` is the question (`Q7`) the reply names, if it does."""

    why: Doubt
    tag: str | None = None


@dataclass(frozen=True)
class Read:
    """What a reply says to one question.

    `value` is written as app/tasks/asking.py has it (None: not answered), `confidence` is from 0 to 1, and `why`
    is what it was recognised by.
    """

    value: str | None
    confidence: float
    why: str


@dataclass(frozen=True)
class Replied:
    """What a reply says to the questions of a message, in their order.

    `tag` is the number of the question the reply names, when it names one. `corrects`: the reply opens with
    `sorry` or its like, so that it may be about the answer given before.
    """

    answers: tuple[Read, ...]
    tag: int | None = None
    corrects: bool = False


NOT_ANSWERED = Read(None, 0.0, "not-answered")
