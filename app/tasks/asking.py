"""What a message asks: the questions a reply is read against, and how an answer is written down. Pure.

One message may ask several questions (a bundle); each is of one type. An answer is kept as a string: a choice's
value; for `tags` the values chosen, in the project's order, joined by `|`; a number without needless noughts
(`35`, `2.5`); a scale's step; a date as `2026-11-23`; a text as it was written. `0` is `unsure` in all of them
but a number whose bounds take 0 in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

QuestionType = Literal["choice", "tags", "number", "scale", "date", "text"]
TAGS_JOINT = "|"


@dataclass(frozen=True)
class Choice:
    """One of a question's choices; its number is its position, from 1. `labels` are by language code."""

    value: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One question of a message, as far as reading its answer needs it.

    `choices` are those of `choice` and `tags`; `lowest` and `highest` bound `number` and `scale` (both given
    for a scale), `whole` forbids a fraction; `earliest` and `latest` bound a `date`; a `text` has `shortest` to
    `longest` characters, may be bound to the alphabet with the ISO 15924 code `script`, and is none of the
    `copies`, which are what the worker was sent; `may_say_stop` where the worker was told how to leave, and said
    again what holds that word. `tag` is the number by which a reply may name the question (7 for Q7).
    `wordings` are how a question of the project is put, by language and with its fields still in braces: a reply
    may answer in its words (it is about water).
    """

    type: QuestionType = "choice"
    choices: tuple[Choice, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    whole: bool = True
    earliest: date | None = None
    latest: date | None = None
    shortest: int = 1
    longest: int | None = None
    script: str | None = None
    copies: tuple[str, ...] = ()
    may_say_stop: bool = False
    tag: int | None = None
    wordings: tuple[str, ...] = ()


def joined(values: Sequence[str], choices: Sequence[Choice]) -> str:
    """Return the answer to a `tags` question: the values, in the order of the choices, each once."""
    return TAGS_JOINT.join(choice.value for choice in choices if choice.value in set(values))


def parted(answer: str) -> tuple[str, ...]:
    """Return the values of an answer to a `tags` question."""
    return tuple(answer.split(TAGS_JOINT)) if answer else ()
