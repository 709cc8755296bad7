"""A project as a client describes it: the shape of its JSON, and whether it can be run.

`ProjectSpec` is the shape (pydantic refuses what is not of it), `check` the meaning: it names every problem
at once, each with a JSON pointer and what to do. Words a worker's reply may not mean twice (commands), the
languages spoken and the countries served are handed in, because they belong to other rooms.
"""

import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from babel.core import get_global
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    ValidationError,
)
from pydantic.functional_validators import AfterValidator

from app import ids
from app.errors import AppError, Pointer, invalid
from app.tasks import template
from app.tasks.asking import TAGS_JOINT
from app.tasks.models import UNSURE
from app.tasks.quality.deciding import DEFAULT, LEAST_CONFIDENCE, MOST_CONFIDENCE

KINDS = ("verification", "tagging", "survey", "text")
BUILT_KINDS = ("verification", "tagging")
MOST_ANSWERS = 25
LEASE_S = (300, 14 * 24 * 3600)  # the shortest unless the operator says another, and the longest

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    """Return the text; refuse control characters and lone surrogates, which no phone and no database can take."""
    if _CONTROL.search(text):
        raise ValueError("holds a control character; take it out")
    return text


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, strict=True), AfterValidator(plain)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=60, strict=True), AfterValidator(plain)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Choice(_Part):
    """One answer a worker may give: the value of the result, and what it is called in each language."""

    value: Short
    label: dict[Language, Short]


class Pay(_Part):
    """What an answer earns: whole minor units (200 is KES 2.00) of an ISO 4217 currency."""

    amount: Annotated[StrictInt, Field(ge=1, le=10**9)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Redundancy(_Part):
    """How many answers a task gets: `fixed` with `answers`, or `adaptive` with `confidence` and `max_answers`."""

    mode: str = "fixed"
    answers: Annotated[StrictInt, Field(ge=1, le=MOST_ANSWERS)] | None = None
    confidence: float | None = None
    max_answers: Annotated[StrictInt, Field(ge=1, le=MOST_ANSWERS)] | None = None


class Audience(_Part):
    """Who may work on it: cohorts by id (empty: everybody)."""

    cohorts: list[str] = Field(default_factory=list, max_length=100)
    skills: list[Any] | dict[str, Any] | None = None


class ProjectSpec(_Part):
    """The body of a project. Every name and unit here is part of the API's promise."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strict=True), AfterValidator(plain)]
    kind: str
    instructions: dict[Language, Words] = Field(default_factory=dict)
    template: dict[Language, Words] = Field(default_factory=dict)
    choices: list[Choice] = Field(default_factory=list, max_length=9)
    multiple: bool = False
    questions: list[Any] | None = None
    pay: Pay
    redundancy: Redundancy = Redundancy(answers=3)
    lease: str = "PT4H"
    countries: list[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]] = Field(
        min_length=1, max_length=50
    )
    deadline: AwareDatetime | None = None
    spend_cap: Annotated[StrictInt, Field(ge=1, le=10**15)] | None = None
    audience: Audience = Audience()
    priority: Annotated[StrictInt, Field(ge=-10, le=10)] = 0
    bundle: Annotated[StrictInt, Field(ge=1, le=9)] | None = None

    @classmethod
    def read(cls, body: object) -> Self:
        """Return the spec of a parsed JSON body. Raises `invalid` (422) with a pointer for each problem."""
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise invalid("This is not a project. Correct the fields named here.", _pointers(error)) from None

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
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=False)


def duration_s(lease: str) -> int | None:
    """Return the seconds of an ISO 8601 duration of weeks to seconds, None where it is none.

    Months and years are no durations here: how long they are depends on when they begin.
    """
    found = _DURATION.fullmatch(lease)
    if found is None:
        return None
    return sum(int(count) * _SECONDS[unit] for unit, count in found.groupdict().items() if count)


def pointer(*path: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of a path of names and places."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _pointers(error: ValidationError) -> list[Pointer]:
    return [Pointer(pointer(*found["loc"]), found["msg"]) for found in error.errors(include_url=False)]


def check(
    spec: ProjectSpec,
    *,
    reserved: frozenset[str],
    normalize: Callable[[str], str],
    languages: Collection[str],
    countries: Collection[str],
    now: datetime,
    least_lease_s: int = LEASE_S[0],
) -> None:
    """Raise unless the project can be run: `not-available` (422) for what is not built, else `invalid` (422).

    `reserved` are the normalized words a reply may say that are no answers (commands, in every language), and
    `normalize` is how a reply is read; `languages` and `countries` (ISO 3166) are those the service works in.
    """
    _refuse_unbuilt(spec)
    problems = [
        *_kind_problems(spec),
        *_template_problems(spec, languages),
        *_choice_problems(spec, reserved, normalize),
        *_pay_problems(spec),
        *_term_problems(spec, now, least_lease_s),
        *_audience_problems(spec, countries),
    ]
    if problems:
        raise invalid("The project cannot be run as it is. Correct the fields named here.", problems)


def _refuse_unbuilt(spec: ProjectSpec) -> None:
    unbuilt = [
        (spec.kind in KINDS and spec.kind not in BUILT_KINDS, "/kind", f"Projects of kind {spec.kind}"),
        (spec.questions is not None, "/questions", "Questions of a survey"),
        (
            spec.multiple and spec.redundancy.mode == "adaptive",
            "/redundancy/mode",
            "Adaptive redundancy where several choices apply",
        ),
        (bool(spec.audience.skills), "/audience/skills", "An audience chosen by skills"),
    ]
    for asked, where, what in unbuilt:
        if asked:
            message = f"{what} cannot be run yet. Leave {where} out or wait for it."
            raise AppError("not-available", 422, message, errors=[Pointer(where, message)])


def _kind_problems(spec: ProjectSpec) -> list[Pointer]:
    found = []
    if spec.kind not in KINDS:
        found.append(
            Pointer(
                "/kind",
                f"There is no kind {spec.kind[:40]!r}. The kinds are {', '.join(KINDS)}; "
                f"those that can be run today: {', '.join(BUILT_KINDS)}.",
            )
        )
    elif spec.kind == "verification" and len(spec.choices) != 2:
        found.append(
            Pointer(
                "/choices",
                f"A verification has exactly two choices; these are {len(spec.choices)}. Give two.",
            )
        )
    elif spec.kind == "tagging" and len(spec.choices) < 2:
        found.append(
            Pointer("/choices", f"A tagging has two to nine choices; these are {len(spec.choices)}.")
        )
    return [*found, *_multiple_problems(spec)]


def _multiple_problems(spec: ProjectSpec) -> list[Pointer]:
    if not spec.multiple:
        return []
    if spec.kind != "tagging":
        return [
            Pointer(
                "/multiple", "Several choices in one answer are for kind 'tagging'. Change one of the two."
            )
        ]
    found = [
        Pointer(
            pointer("choices", index, "value"), f"{TAGS_JOINT!r} joins the values of an answer. Use another."
        )
        for index, choice in enumerate(spec.choices)
        if TAGS_JOINT in choice.value
    ]
    if (spec.bundle or 1) > 1:
        found.append(
            Pointer("/bundle", "An answer of several digits needs a message of its own. Leave bundle out.")
        )
    return found


def _template_problems(spec: ProjectSpec, languages: Collection[str]) -> list[Pointer]:
    found = []
    if not spec.template:
        found.append(
            Pointer("/template", "There is no template. Give the question in at least one language.")
        )
    for language, words in spec.template.items():
        where = pointer("template", language)
        faults = template.faults(words)
        found += [Pointer(where, fault) for fault in faults]
        if language not in languages:
            spoken = ", ".join(sorted(languages))
            found.append(
                Pointer(where, f"Workers are not written to in {language!r}. Use some of: {spoken}.")
            )
        if not faults and not template.fields(words):
            found.append(
                Pointer(
                    where,
                    "The template has no {field}: every task would be the same. Put one where data goes.",
                )
            )
    for language in spec.instructions:
        if language not in spec.template:
            found.append(
                Pointer(
                    pointer("instructions", language),
                    f"The template is not given in {language!r}. Add it there, or take it out here.",
                )
            )
    return found


def _choice_problems(
    spec: ProjectSpec, reserved: frozenset[str], normalize: Callable[[str], str]
) -> list[Pointer]:
    found = []
    owners: dict[str, int] = {}
    for index, choice in enumerate(spec.choices):
        for language in spec.template:
            if language not in choice.label:
                where = pointer("choices", index, "label", language)
                found.append(
                    Pointer(where, f"Choice {choice.value!r} has no label in {language!r}. Add one.")
                )
        for path, name in _names(index, choice):
            fault = _name_fault(name, index, reserved, normalize, owners)
            if fault:
                found.append(Pointer(path, fault))
    return found


def _names(index: int, choice: Choice) -> list[tuple[str, str]]:
    """Return every name a worker may answer this choice by, each with its pointer."""
    labels = [
        (pointer("choices", index, "label", language), label) for language, label in choice.label.items()
    ]
    return [(pointer("choices", index, "value"), choice.value), *labels]


def _name_fault(
    name: str,
    index: int,
    reserved: frozenset[str],
    normalize: Callable[[str], str],
    owners: dict[str, int],
) -> str | None:
    """Return what is wrong with a choice's name, noting whose it is: one reply must mean one choice."""
    read_as = normalize(name)
    if not read_as:
        return f"{name!r} has no letter a worker could type. Use a word."
    if read_as.replace(" ", "").isdigit():
        return f"{name!r} is a number, which a reply would choose by its place in the list. Use a word."
    if read_as in reserved or read_as == normalize(UNSURE):
        return f"{name!r} is a word that workers' replies already mean something else by. Use another."
    if owners.setdefault(read_as, index) != index:
        return f"{name!r} is also a name of choice {owners[read_as] + 1}. Each needs names of its own."
    return None


def _pay_problems(spec: ProjectSpec) -> list[Pointer]:
    found = []
    if spec.pay.currency not in get_global("all_currencies"):
        found.append(
            Pointer(
                "/pay/currency", f"{spec.pay.currency!r} is no currency of ISO 4217. Use one such as KES."
            )
        )
    if spec.redundancy.mode not in ("fixed", "adaptive"):
        found.append(
            Pointer(
                "/redundancy/mode",
                f"There is no mode {spec.redundancy.mode[:40]!r}. Use 'fixed' or 'adaptive'.",
            )
        )
    elif spec.adaptive:
        found += _adaptive_problems(spec)
    elif spec.redundancy.answers is None:
        found.append(
            Pointer("/redundancy/answers", "How many answers a task gets is missing. Give a whole number.")
        )
    return found


def _adaptive_problems(spec: ProjectSpec) -> list[Pointer]:
    found = []
    wanted = spec.redundancy.confidence
    if wanted is not None and not LEAST_CONFIDENCE <= wanted <= MOST_CONFIDENCE:
        found.append(
            Pointer(
                "/redundancy/confidence",
                f"{wanted} is no confidence to stop at. Give one from {LEAST_CONFIDENCE} to {MOST_CONFIDENCE}.",
            )
        )
    if spec.redundancy.answers is not None:
        found.append(
            Pointer(
                "/redundancy/answers",
                "An adaptive task has no fixed number of answers. Leave it out, or give max_answers.",
            )
        )
    return found


def _term_problems(spec: ProjectSpec, now: datetime, least: int) -> list[Pointer]:
    found = []
    seconds = duration_s(spec.lease)
    most = LEASE_S[1]
    if seconds is None or not least <= seconds <= most:
        found.append(
            Pointer(
                "/lease",
                f"{spec.lease[:40]!r} is no time between {least} seconds and {most // 86400} days. "
                "Write an ISO 8601 duration such as PT4H or P1D.",
            )
        )
    if spec.deadline is not None and spec.deadline <= now:
        found.append(
            Pointer("/deadline", "The deadline has passed. Give an instant to come, with its offset.")
        )
    if spec.spend_cap is not None and spec.spend_cap < spec.pay.amount * max(spec.most_answers, 1):
        found.append(Pointer("/spend_cap", "The cap does not pay for one task. Raise it, or leave it out."))
    return found


def _audience_problems(spec: ProjectSpec, countries: Collection[str]) -> list[Pointer]:
    found = []
    for index, country in enumerate(spec.countries):
        if country not in countries:
            served = ", ".join(sorted(countries))
            found.append(
                Pointer(
                    pointer("countries", index),
                    f"Workers in {country!r} are not served. Use some of: {served}.",
                )
            )
    for index, shown in enumerate(spec.audience.cohorts):
        try:
            ids.read("coh", shown)
        except AppError:
            found.append(
                Pointer(
                    pointer("audience", "cohorts", index),
                    f"{shown[:60]!r} is no cohort's id (coh_…). Copy it anew.",
                )
            )
    return found
