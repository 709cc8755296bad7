"""Whether a project as it is described can be run: every problem named at once, with a JSON pointer and what to do.

The shape is spec.py's. Words a worker's reply may not mean twice (commands), the languages spoken and the countries
served are handed in, because they belong to other rooms.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from babel.core import get_global

from app import ids
from app.errors import AppError, Pointer, invalid
from app.tasks import teaching, template, text_checking
from app.tasks.asking import TAGS_JOINT
from app.tasks.models import UNSURE
from app.tasks.quality.deciding import LEAST_CONFIDENCE, MOST_CONFIDENCE
from app.tasks.rules import same_name
from app.tasks.spec import BUILT_KINDS, KINDS, LEASE_S, REVIEWERS, Choice, ProjectSpec, duration_s, pointer


def check(
    spec: ProjectSpec,
    *,
    reserved: frozenset[str],
    normalize: Callable[[str], str],
    languages: Collection[str],
    countries: Collection[str],
    now: datetime,
    least_lease_s: int = LEASE_S[0],
    exams: Collection[str] = (),
) -> None:
    """Raise unless the project can be run: `not-available` (422) for what is not built, else `invalid` (422).

    `reserved` are the normalized words a reply may say that are no answers (commands, in every language), and
    `normalize` is how a reply is read; `languages` and `countries` (ISO 3166) are those the service works in;
    `exams` are the names of the client's exams, of which an audience may ask.
    """
    _refuse_unbuilt(spec)
    problems = [
        *_kind_problems(spec),
        *text_checking.problems(spec),
        *_template_problems(spec, languages),
        *_choice_problems(spec, reserved, normalize),
        *_pay_problems(spec),
        *_review_problems(spec),
        *_term_problems(spec, now, least_lease_s),
        *_audience_problems(spec, countries),
        *_skill_problems(spec, exams),
        *teaching.problems(spec),
    ]
    if problems:
        raise invalid("The project cannot be run as it is. Correct the fields named here.", problems)


def _refuse_unbuilt(spec: ProjectSpec) -> None:
    unbuilt = [
        (spec.kind in KINDS and spec.kind not in BUILT_KINDS, "/kind", f"Projects of kind {spec.kind}"),
        (spec.questions is not None, "/questions", "Questions of a survey"),
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


def _review_problems(spec: ProjectSpec) -> list[Pointer]:
    if spec.review is None or spec.review.by in REVIEWERS:
        return []
    known = ", ".join(REVIEWERS)
    return [
        Pointer("/review/by", f"{spec.review.by[:40]!r} does not review. Use one of: {known}."),
    ]


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


def _skill_problems(spec: ProjectSpec, exams: Collection[str]) -> list[Pointer]:
    """Return what is wrong with the exams asked for: one that does not exist nobody could ever pass."""
    known = {same_name(name) for name in exams}
    listed = ", ".join(repr(name) for name in sorted(set(exams))[:20])
    have = f"Your projects with an exam are {listed}." if exams else "No project of yours has an exam yet."
    return [
        Pointer(
            pointer("audience", "skills", index),
            f"There is no exam named {name!r}. {have} Name one of them, or leave it out.",
        )
        for index, name in enumerate(spec.audience.skills)
        if same_name(name) not in known
    ]
