"""Whether a project as it is described can be run: every problem named at once, with a JSON pointer and what to do.

The shape is spec.py's. Words a worker's reply may not mean twice (commands), the languages spoken and the countries
served are handed in, because they belong to other rooms.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from babel.core import get_global

from app import ids
from app.errors import AppError, Pointer, invalid
from app.tasks.asking import TAGS_JOINT
from app.tasks.bundling import BUNDLED_KINDS
from app.tasks.description import choice_names, pictures, template
from app.tasks.description.parts import pointer
from app.tasks.description.spec import KINDS, LEASE_S, MOST_ANSWERS, REVIEWERS, ProjectSpec, duration_s
from app.tasks.free_text import text_checking
from app.tasks.quality.deciding import LEAST_CONFIDENCE, MOST_CONFIDENCE
from app.tasks.rules import same_name
from app.tasks.surveys import checking as surveys
from app.tasks.training import teaching


def check(  # noqa: PLR0913 - what other rooms know, each by its name
    spec: ProjectSpec,
    *,
    reserved: frozenset[str],
    normalize: Callable[[str], str],
    languages: Collection[str],
    countries: Collection[str],
    now: datetime,
    least_lease_s: int = LEASE_S[0],
    exams: Collection[str] = (),
    too_long: Callable[[ProjectSpec], list[Pointer]] = lambda _: [],
) -> None:
    """Raise `invalid` (422) unless the project can be run.

    `reserved` are the normalized words a reply may say that are no answers (commands, in every language), and
    `normalize` is how a reply is read; `languages` and `countries` (ISO 3166) are those the service works in;
    `exams` are the names of the client's exams, of which an audience may ask. `too_long` names the questions whose
    words alone do not fit their messages; asked where nothing else is wrong with them.
    """
    is_survey = spec.kind == "survey"
    of_questions = surveys.problems(spec.questions, languages, reserved, normalize) if is_survey else []
    problems = [
        *_kind_problems(spec),
        *text_checking.problems(spec),
        *pictures.problems(spec),
        *(surveys.misplaced(spec) if is_survey else _template_problems(spec, languages)),
        *of_questions,
        *_instruction_problems(spec),
        *_short_problems(spec),
        *choice_names.problems(
            spec.choices, ["choices"], languages=spec.template, reserved=reserved, normalize=normalize
        ),
        *_pay_problems(spec),
        *_review_problems(spec),
        *_term_problems(spec, now, least_lease_s),
        *_audience_problems(spec, countries),
        *_skill_problems(spec, exams),
        *teaching.problems(spec),
    ]
    if not of_questions and "/pay/currency" not in {problem.pointer for problem in problems}:
        problems += too_long(spec)
    if problems:
        raise invalid("The project cannot be run as it is. Correct the fields named here.", problems)


def _kind_problems(spec: ProjectSpec) -> list[Pointer]:
    found = []
    if spec.kind not in KINDS:
        found.append(
            Pointer(
                "/kind",
                f"There is no kind {spec.kind[:40]!r}. The kinds are {', '.join(KINDS)}.",
            )
        )
    elif spec.kind != "survey" and spec.questions:
        found.append(
            Pointer("/questions", "Questions are for kind 'survey'. Leave them out, or change the kind.")
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
        if not faults and not template.fields(words) and spec.media is None:
            found.append(
                Pointer(
                    where,
                    "The template has no {field}: every task would be the same. Put one where data goes.",
                )
            )
    return found


def _instruction_problems(spec: ProjectSpec) -> list[Pointer]:
    asked = "questions are" if spec.kind == "survey" else "template is"
    return [
        Pointer(
            pointer("instructions", language),
            f"The {asked} not given in {language!r}. Add it there, or take it out here.",
        )
        for language in spec.instructions
        if language not in spec.languages
    ]


def _short_problems(spec: ProjectSpec) -> list[Pointer]:
    found = [
        Pointer(
            pointer("short", language),
            f"The template is not given in {language!r}. Add it there, or take it out.",
        )
        for language in spec.short
        if language not in spec.template
    ]
    found += [
        Pointer(
            pointer("short", language),
            "The short question is said once for several tasks and has no {field}.",
        )
        for language, words in spec.short.items()
        if template.fields(words) or template.faults(words)
    ]
    if spec.short and spec.kind not in BUNDLED_KINDS:
        found.append(Pointer("/short", f"Only {' and '.join(BUNDLED_KINDS)} share messages. Leave it out."))
    return found


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
    elif spec.adaptive and spec.kind == "survey":
        found.append(
            Pointer(
                "/redundancy/mode",
                "The answers of a survey have no truth to be sure of, so it cannot stop when it is sure enough. "
                "Use 'fixed', and give in `answers` how many people are to answer it.",
            )
        )
    elif spec.adaptive:
        found += _adaptive_problems(spec)
    elif spec.redundancy.answers is None:
        found.append(
            Pointer("/redundancy/answers", "How many answers a task gets is missing. Give a whole number.")
        )
    elif spec.kind != "survey" and spec.redundancy.answers > MOST_ANSWERS:
        found.append(
            Pointer("/redundancy/answers", f"A task gets at most {MOST_ANSWERS} answers. Give fewer.")
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
    found = [
        Pointer(
            pointer("audience", "skills", index),
            f"There is no exam named {name!r}. {have} Name one of them, or leave it out.",
        )
        for index, name in enumerate(spec.audience.skills)
        if same_name(name) not in known
    ]
    if spec.audience.min_skill and not spec.adaptive:
        how = "A worker's skill is known where answers are judged by a model of the workers."
        found.append(
            Pointer(pointer("audience", "min_skill"), f"{how} Leave it out, or make redundancy adaptive.")
        )
    return found
