"""A project as a client describes it: the shape of its JSON.

Pydantic refuses what is not of this shape; whether a project of this shape can be run is checking.py's.
"""

import re
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictInt, StringConstraints, ValidationError
from pydantic.functional_validators import AfterValidator

from app import ids
from app.errors import invalid
from app.tasks.description.parts import Choice, Language, Short, Words, plain, pointers
from app.tasks.description.parts import Part as _Part
from app.tasks.description.template import FIELD_NAME
from app.tasks.quality.deciding import DEFAULT
from app.tasks.surveys.shape import MOST_QUESTIONS, SurveyQuestion

KINDS = ("verification", "tagging", "survey", "text")
MOST_ANSWERS = 25
MOST_RESPONDENTS = 10_000  # of a survey, whose answers are spread and not judged
REVIEWERS = ("staff", "partner", "none")
MOST_SEGMENTS = 4  # of one question
LONGEST_TEXT = 1000  # characters of a free text: about seven segments
LEASE_S = (300, 14 * 24 * 3600)  # the shortest unless the operator says another, and the longest

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


class Pay(_Part):
    """What an answer earns: whole minor units (200 is KES 2.00) of an ISO 4217 currency."""

    amount: Annotated[StrictInt, Field(ge=1, le=10**9)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Redundancy(_Part):
    """How many answers a task gets: `fixed` with `answers`, or `adaptive` with `confidence` and `max_answers`.

    Of a survey, `answers` are the people who answer the whole of it.
    """

    mode: str = "fixed"
    answers: Annotated[StrictInt, Field(ge=1, le=MOST_RESPONDENTS)] | None = None
    confidence: float | None = None
    max_answers: Annotated[StrictInt, Field(ge=1, le=MOST_ANSWERS)] | None = None


class ReviewTerms(_Part):
    """Who looks at results the answers do not settle (`staff`, `partner`, `none`), and within how many hours."""

    by: str = "staff"
    hours: Annotated[StrictInt, Field(ge=1, le=30 * 24)] = 48


class Audience(_Part):
    """Who may work on it: cohorts by id (empty: everybody) who passed all of `skills`, the client's exams by name.

    Who gave enough answers and whose skill hardly reaches `min_skill` gets no more; one worker gives
    `most_per_worker` answers at most, while there are others.
    """

    cohorts: list[str] = Field(default_factory=list, max_length=100)
    skills: list[Short] = Field(default_factory=list, max_length=20)
    min_skill: Annotated[float, Field(ge=0, le=1)] = 0.0
    most_per_worker: Annotated[StrictInt, Field(ge=1, le=10**9)] | None = None


class Written(_Part):
    """What an answer of kind `text` must be like: its length in characters, its alphabet (an ISO 15924 code).

    `language` says what it is to be written in. A copy of what was asked is no answer unless it `may_copy`.
    """

    min_length: Annotated[StrictInt, Field(ge=1, le=LONGEST_TEXT)] = 1
    max_length: Annotated[StrictInt, Field(ge=1, le=LONGEST_TEXT)] = 300
    script: Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{3}$")] | None = None
    language: Language | None = None
    may_copy: bool = False


class CheckPay(_Part):
    """What a check earns, in whole minor units; of the project's currency."""

    amount: Annotated[StrictInt, Field(ge=1, le=10**9)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None


class Check(_Part):
    """A second step: other workers are asked whether each text is good, before it is paid.

    `answers` are asked of each text, and where two differ a third; a place whose text was refused gets up to
    `retries` further ones; a text nobody has checked `within` that time is accepted.
    """

    template: dict[Language, Words]
    answers: Annotated[StrictInt, Field(ge=2, le=3)] = 2
    pay: CheckPay
    retries: Annotated[StrictInt, Field(ge=0, le=3)] = 1
    within: str = "P3D"


class Lesson(_Part):
    """A practice question of a project: its data, its right answer, and why, told after a mistake."""

    data: Annotated[dict[str, Any], Field(min_length=1, max_length=50)]
    answer: Short
    why: dict[Language, Annotated[Words, StringConstraints(max_length=120)]]


class ExamTerms(_Part):
    """An exam of so many of the project's gold tasks, passed with so many right; `workers`: exams funded."""

    questions: Annotated[StrictInt, Field(ge=1, le=20)]
    pass_: Annotated[StrictInt, Field(ge=1, le=20, alias="pass")]
    workers: Annotated[StrictInt, Field(ge=1, le=10_000)] | None = None


class ProjectSpec(_Part):
    """The body of a project. Every name and unit here is part of the API's promise."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strict=True), AfterValidator(plain)]
    kind: str
    instructions: dict[Language, Words] = Field(default_factory=dict)
    template: dict[Language, Words] = Field(default_factory=dict)
    # The question in a word or two, for messages of several questions to workers who know it well.
    short: dict[Language, Short] = Field(default_factory=dict)
    # How many segments a question may take: more than one is dearer, so only where the client says so.
    max_segments: Annotated[StrictInt, Field(ge=1, le=MOST_SEGMENTS)] = 1
    choices: list[Choice] = Field(default_factory=list, max_length=9)
    multiple: bool = False
    # The field of the tasks' data that holds the https address of a picture; asked by WhatsApp alone.
    media: Annotated[str, StringConstraints(pattern=rf"^{FIELD_NAME.pattern}$")] | None = None
    answer: Written | None = None
    check: Check | None = None
    questions: list[SurveyQuestion] = Field(default_factory=list, max_length=MOST_QUESTIONS)
    pay: Pay
    redundancy: Redundancy = Redundancy(answers=3)
    review: ReviewTerms | None = None
    lease: str = "PT4H"
    countries: list[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]] = Field(
        min_length=1, max_length=50
    )
    deadline: AwareDatetime | None = None
    spend_cap: Annotated[StrictInt, Field(ge=1, le=10**15)] | None = None
    audience: Audience = Audience()
    training: Annotated[list[Lesson], Field(max_length=10)] = Field(default_factory=list)
    exam: ExamTerms | None = None
    gold_share: Annotated[float, Field(ge=0, le=0.25)] | None = None
    priority: Annotated[StrictInt, Field(ge=-10, le=10)] = 0
    bundle: Annotated[StrictInt, Field(ge=1, le=9)] | None = None

    @classmethod
    def read(cls, body: object) -> Self:
        """Return the spec of a parsed JSON body. Raises `invalid` (422) with a pointer for each problem."""
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise invalid(
                "This is not a project. Correct the fields named here.", pointers(error, body)
            ) from None

    @property
    def languages(self) -> list[str]:
        """The languages it is asked in: its template's, or those of a survey's questions."""
        asked = [self.template, *(question.text for question in self.questions)]
        return list(dict.fromkeys(language for words in asked for language in words))

    @property
    def adaptive(self) -> bool:
        """Whether a task gets answers until it is sure enough, rather than a fixed number."""
        return self.redundancy.mode == "adaptive"

    @property
    def answers_wanted(self) -> int:
        """How many places a task begins with."""
        return 1 if self.adaptive else self.redundancy.answers or 0

    @property
    def most_answers(self) -> int:
        """How many places a task has at most."""
        return (self.redundancy.max_answers or DEFAULT.max_answers) if self.adaptive else self.answers_wanted

    @property
    def lease_s(self) -> int:
        """How long an answer is waited for, in seconds from the question's delivery."""
        return duration_s(self.lease) or 0

    def cohort_ids(self) -> list[UUID]:
        """Return the ids of the cohorts it is for."""
        return [ids.read("coh", shown) for shown in self.audience.cohorts]

    def as_json(self) -> dict[str, Any]:
        """Return what is kept, and shown again, of the accepted body."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=False)


def duration_s(lease: str) -> int | None:
    """Return the seconds of an ISO 8601 duration of weeks to seconds, None where it is none.

    Months and years are no durations here: how long they are depends on when they begin.
    """
    found = _DURATION.fullmatch(lease)
    if found is None:
        return None
    return sum(int(count) * _SECONDS[unit] for unit, count in found.groupdict().items() if count)
