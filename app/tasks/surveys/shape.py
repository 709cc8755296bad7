"""The questions of a survey as a client describes them: the shape of their JSON, and how each is read.

Whether questions of this shape can be asked is checking.py's.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    StrictFloat,
    StrictInt,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from app.errors import invalid
from app.tasks import asking
from app.tasks.description.parts import Choice, Language, Part, Short, Words, pointers

# More would not be answered on a phone: of five or six questions about half are (see docs/surveys.md).
MOST_QUESTIONS = 30
END = "end"
# What an answer is when nothing was said to the question: `unsure` (0), skipped, or not understood and passed over.
UNSURE, SKIPPED, UNCLEAR = "unsure", "skipped", "unclear"
UNANSWERED = (UNSURE, SKIPPED, UNCLEAR)
SCALE = (1, 5)

Number = StrictInt | StrictFloat
_NAME = r"^[a-z][a-z0-9_]{0,39}$"
Name = Annotated[str, StringConstraints(pattern=_NAME, strict=True)]


class Range(Part):
    """A condition on a number or a step of a scale: from `min` to `max`, both included, one of them may lack."""

    min: Number | None = None
    max: Number | None = None


class Period(Part):
    """A condition on a date: from `earliest` to `latest`, both included, one of them may lack."""

    earliest: date | None = None
    latest: date | None = None


Condition = Short | Number | list[Short | Number] | Range | Period


class Rule(Part):
    """Where to go from a question: to `to`, if the answer fits the condition; without one, in any case.

    A condition is a value or several, a range, a period, or `unsure`: the question was not answered.
    """

    when: Condition | None = Field(default=None, alias="if")
    to: Name


class SurveyQuestion(Part):
    """One question: its name, its type and what that needs, the words by language, and what follows it."""

    id: Name
    type: Literal["choice", "number", "scale", "date", "text"]
    text: dict[Language, Words]
    choices: list[Choice] = Field(default_factory=list, max_length=9)
    multiple: bool = False
    min: Number | None = None
    max: Number | None = None
    decimals: Annotated[StrictInt, Field(ge=0, le=6)] = 0
    min_label: dict[Language, Short] = Field(default_factory=dict)
    max_label: dict[Language, Short] = Field(default_factory=dict)
    earliest: date | None = None
    latest: date | None = None
    min_length: Annotated[StrictInt, Field(ge=1, le=640)] | None = None
    max_length: Annotated[StrictInt, Field(ge=1, le=640)] | None = None
    script: Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{3}$")] | None = None
    optional: bool = False
    next: Annotated[list[Rule], Field(max_length=20)] | None = None

    @field_validator("next", mode="before")
    @classmethod
    def _one_way_is_a_rule(cls, given: object) -> object:
        """Read a name alone as the rule that always leads there."""
        return [{"to": given}] if isinstance(given, str) else given

    @model_validator(mode="after")
    def _scale_has_bounds(self) -> Self:
        """Give a scale without bounds the usual ones, so that what is kept says what was asked."""
        if self.type == "scale":
            for name, bound in zip(("min", "max"), SCALE, strict=True):
                if getattr(self, name) is None:
                    object.__setattr__(self, name, bound)
        return self

    @classmethod
    def read(cls, body: object) -> Self:
        """Return the question of a parsed JSON object. Raises `invalid` (422) with a pointer for each problem."""
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            message = "This is not a question of a survey. Correct the fields named here."
            raise invalid(message, pointers(error, body)) from None

    @property
    def rules(self) -> list[Rule]:
        """Where to go from here; empty: to the next in order."""
        return self.next or []

    @property
    def zero_is_answer(self) -> bool:
        """Whether 0 is one of the answers, so that it cannot mean `don't know`."""
        if self.type not in ("number", "scale"):
            return False
        return (self.min is None or self.min <= 0) and (self.max is None or self.max >= 0)

    def asked(self, tag: int | None = None) -> asking.Question:
        """Return what is asked, as reading the answer needs it."""
        kind: asking.QuestionType = "tags" if self.type == "choice" and self.multiple else self.type
        return asking.Question(
            type=kind,
            choices=tuple(asking.Choice(choice.value, choice.label) for choice in self.choices),
            lowest=_decimal(self.min),
            highest=_decimal(self.max),
            whole=self.decimals == 0,
            earliest=self.earliest,
            latest=self.latest,
            shortest=self.min_length or 1,
            longest=self.max_length,
            script=self.script,
            copies=tuple(self.text.values()) if self.type == "text" else (),
            wordings=tuple(self.text.values()),
            tag=tag,
        )

    def said(self, value: str) -> str:
        """Return what a person said to the question as it is kept: a number with no more decimals than asked for.

        Not to know is to skip, where that was offered. Words of theirs that would look like an answer that was not
        given are written with a capital.
        """
        if value == UNSURE:
            return SKIPPED if self.optional else UNSURE
        if self.type == "text" and value in UNANSWERED:
            return value.capitalize()
        if self.type != "number" or not self.decimals:
            return value
        step = Decimal(1).scaleb(-self.decimals)
        rounded = Decimal(value)
        if rounded % step:
            rounded = rounded.quantize(step, ROUND_HALF_UP)
        plain = format(rounded.normalize(), "f")
        return "0" if plain == "-0" else plain


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def questions_of(spec: Mapping[str, Any]) -> list[SurveyQuestion]:
    """Return the questions of a kept project; empty where it is no survey."""
    return [SurveyQuestion.model_validate(one) for one in spec.get("questions") or []]
