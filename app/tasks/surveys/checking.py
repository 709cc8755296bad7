"""Whether the questions of a survey can be asked: every problem named at once, with a pointer and what to do. Pure.

That the words fit their messages is told by app/operations, because a segment is the channels' to count.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from app.errors import Pointer
from app.tasks.asking import TAGS_JOINT
from app.tasks.description import choice_names, template
from app.tasks.description.parts import Choice, pointer
from app.tasks.surveys import paths
from app.tasks.surveys.shape import (
    END,
    MOST_QUESTIONS,
    UNANSWERED,
    UNSURE,
    Condition,
    Period,
    Range,
    SurveyQuestion,
)

# What a type may be given beside the words; anything else would be kept and never heeded.
_OWN = {
    "choice": ("choices", "multiple"),
    "number": ("min", "max", "decimals"),
    "scale": ("min", "max", "min_label", "max_label"),
    "date": ("earliest", "latest"),
    "text": ("min_length", "max_length", "script"),
}
_ALL = tuple(dict.fromkeys(name for names in _OWN.values() for name in names))
_LONGEST_NUMBER = 10**9  # of nine digits; longer ones are read as somebody's phone
_MOST_STEPS = 10


class _Project(Protocol):
    @property
    def template(self) -> dict[str, str]: ...

    @property
    def choices(self) -> list[Choice]: ...

    @property
    def bundle(self) -> int | None: ...


def misplaced(spec: _Project) -> list[Pointer]:
    """Return what a survey is given that belongs to other kinds."""
    found = [
        Pointer(f"/{name}", f"A survey has questions instead of {name}. Leave it out.")
        for name, given in (("template", spec.template), ("choices", spec.choices))
        if given
    ]
    if (spec.bundle or 1) > 1:
        alone = "The questions of a survey are asked one a message. Leave bundle out."
        found.append(Pointer("/bundle", alone))
    return found


def problems(
    questions: Sequence[SurveyQuestion],
    languages: Collection[str],
    reserved: frozenset[str],
    normalize: Callable[[str], str],
) -> list[Pointer]:
    """Return what is wrong with the questions; `languages` are those workers are written to in.

    `reserved` are the normalized words that replies may already mean something else by, and `normalize` is how a
    reply is read.
    """
    if not questions:
        return [Pointer("/questions", f"A survey has 1 to {MOST_QUESTIONS} questions. Give them.")]
    found = _id_problems(questions)
    wanted = list(dict.fromkeys(language for question in questions for language in question.text))
    words = reserved | {normalize(state) for state in UNANSWERED}
    for at, question in enumerate(questions):
        where = ("questions", at)
        found += _text_problems(question, where, wanted, languages)
        found += _type_problems(question, where)
        found += _choices_problems(question, where, wanted, words, normalize)
        found += _next_problems(questions, at)
    if not found:
        found += _unreachable(questions)
    return found


def _id_problems(questions: Sequence[SurveyQuestion]) -> list[Pointer]:
    found, seen = [], set()
    for at, question in enumerate(questions):
        where = pointer("questions", at, "id")
        if question.id == END:
            found.append(Pointer(where, "'end' is the end of the survey. Name the question otherwise."))
        elif question.id in seen:
            found.append(Pointer(where, f"There is a question {question.id!r} already. Give another id."))
        seen.add(question.id)
    return found


def _text_problems(
    question: SurveyQuestion, where: tuple[str | int, ...], wanted: Sequence[str], languages: Collection[str]
) -> list[Pointer]:
    found = []
    if not question.text:
        found.append(Pointer(pointer(*where, "text"), "The words are missing. Give them by language."))
    for language, words in question.text.items():
        at = pointer(*where, "text", language)
        found += [Pointer(at, fault) for fault in template.faults(words)]
        if language not in languages:
            spoken = ", ".join(sorted(languages))
            found.append(Pointer(at, f"Workers are not written to in {language!r}. Use some of: {spoken}."))
    asked: list[tuple[str, dict[str, str]]] = [("text", question.text)] if question.text else []
    asked += [
        (name, given) for name in ("min_label", "max_label") if (given := dict(getattr(question, name)))
    ]
    for name, given in asked:
        for language in wanted:
            if language not in given:
                lacks = (
                    f"Other questions are asked in {language!r}, and this one has no words in it. Add them."
                )
                found.append(Pointer(pointer(*where, name, language), lacks))
    return found


def _type_problems(question: SurveyQuestion, where: tuple[str | int, ...]) -> list[Pointer]:
    found = []
    for name in _ALL:
        default = SurveyQuestion.model_fields[name].get_default(call_default_factory=True)
        if name not in _OWN[question.type] and getattr(question, name) != default:
            unheeded = f"A question of type {question.type!r} has no {name}. Leave it out."
            found.append(Pointer(pointer(*where, name), unheeded))
    if question.type in ("number", "scale"):
        found += _bound_problems(question, where)
    elif question.type == "date" and question.earliest and question.latest:
        if question.earliest > question.latest:
            found.append(
                Pointer(pointer(*where, "latest"), "The latest day lies before the earliest. Swap them.")
            )
    elif question.type == "text" and (question.min_length or 1) > (question.max_length or 640):
        found.append(
            Pointer(
                pointer(*where, "max_length"),
                "The longest length is below the shortest. Correct one of them.",
            )
        )
    return found


def _bound_problems(question: SurveyQuestion, where: tuple[str | int, ...]) -> list[Pointer]:
    found = []
    step = Decimal(1).scaleb(-question.decimals)
    for name, bound in (("min", question.min), ("max", question.max)):
        if bound is None:
            continue
        if abs(bound) >= _LONGEST_NUMBER:
            found.append(
                Pointer(pointer(*where, name), "A bound has at most nine digits. Give a nearer one.")
            )
        elif Decimal(str(bound)) % step:
            fraction = f"{bound} has more decimals than the {question.decimals} that answers may have."
            found.append(Pointer(pointer(*where, name), f"{fraction} Round it, or raise decimals."))
    if question.min is not None and question.max is not None and question.min >= question.max:
        found.append(
            Pointer(pointer(*where, "max"), f"{question.max} is not above the min, {question.min}. Raise it.")
        )
    elif question.type == "scale" and (question.max or 0) - (question.min or 0) > _MOST_STEPS:
        wide = f"A scale has at most {_MOST_STEPS + 1} steps. Narrow it, or ask for a number."
        found.append(Pointer(pointer(*where, "max"), wide))
    return found


def _choices_problems(
    question: SurveyQuestion,
    where: tuple[str | int, ...],
    wanted: Sequence[str],
    reserved: frozenset[str],
    normalize: Callable[[str], str],
) -> list[Pointer]:
    if question.type != "choice":
        return []
    at = (*where, "choices")
    if len(question.choices) < 2:
        few = f"A choice has two to nine choices; these are {len(question.choices)}. Give more."
        return [Pointer(pointer(*at), few)]
    found = choice_names.problems(
        question.choices, at, languages=wanted, reserved=reserved, normalize=normalize
    )
    if question.multiple:
        found += [
            Pointer(
                pointer(*at, index, "value"), f"{TAGS_JOINT!r} joins the values of an answer. Use another."
            )
            for index, choice in enumerate(question.choices)
            if TAGS_JOINT in choice.value
        ]
    return found


def _next_problems(questions: Sequence[SurveyQuestion], at: int) -> list[Pointer]:
    question = questions[at]
    places = {one.id: place for place, one in enumerate(questions)}
    found = []
    for index, rule in enumerate(question.rules):
        where = ("questions", at, "next", index)
        if rule.to != END and rule.to not in places:
            ids = ", ".join([*places, END])
            found.append(
                Pointer(pointer(*where, "to"), f"There is no question {rule.to!r}. There are {ids}.")
            )
        elif rule.to != END and places[rule.to] <= at:
            back = (
                f"From {question.id!r} this goes back to {rule.to!r}: a survey goes forward, so that it ends."
            )
            found.append(Pointer(pointer(*where, "to"), f"{back} Lead to a question behind it, or to 'end'."))
        if rule.when is None and index < len(question.rules) - 1:
            found.append(
                Pointer(
                    pointer(*where), "A rule without `if` always holds, so none after it does. Put it last."
                )
            )
        found += [Pointer(pointer(*where, "if"), fault) for fault in _condition_faults(question, rule.when)]
    return found


def _condition_faults(question: SurveyQuestion, when: Condition | None) -> Iterator[str]:
    """Yield what is wrong with a condition: of another type than the answers, or one that none can meet."""
    if when is None or when == UNSURE:
        return
    if isinstance(when, Range):
        yield from _span_faults(question, when, ("number", "scale"), (when.min, when.max))
    elif isinstance(when, Period):
        yield from _span_faults(question, when, ("date",), (when.earliest, when.latest))
    elif when == []:
        yield "The list is empty, so no answer is in it. Name the values."
    else:
        for value in when if isinstance(when, list) else [when]:
            yield from _value_faults(question, value)


def _span_faults(
    question: SurveyQuestion,
    when: Range | Period,
    types: Sequence[str],
    bounds: tuple[float | date | None, float | date | None],
) -> Iterator[str]:
    low, high = bounds
    if low is None and high is None:
        yield "The condition is empty. Give one bound, or two; or leave `if` out of the last rule."
    elif question.type not in types:
        yield f"An answer of type {question.type!r} is never between bounds of {' or '.join(types)}."
    elif low is not None and high is not None and low > high:  # type: ignore[operator]
        yield "The bounds are the wrong way round. Swap them."
    else:
        floor, ceiling = (
            (question.min, question.max)
            if isinstance(when, Range)
            else (
                question.earliest,
                question.latest,
            )
        )
        above = ceiling is not None and low is not None and low > ceiling  # type: ignore[operator]
        below = floor is not None and high is not None and high < floor  # type: ignore[operator]
        if above or below:
            yield "No answer that the question takes lies there. Change the bounds here or there."


def _value_faults(question: SurveyQuestion, value: str | float) -> Iterator[str]:
    if value == UNSURE:
        return
    if question.type == "choice":
        values = [choice.value for choice in question.choices]
        if value not in values:
            yield f"{value!r} is no choice of {question.id!r}. It has {', '.join(values)}."
    elif question.type in ("number", "scale"):
        if isinstance(value, str):
            yield f"{value!r} is no number. Write it without quotes, or as a range {{min, max}}."
        elif (question.min is not None and value < question.min) or (
            question.max is not None and value > question.max
        ):
            yield f"{value} is outside what {question.id!r} takes. Change one of the two."
    else:
        usual = "a period {earliest, latest}, or " if question.type == "date" else ""
        yield f"An answer of type {question.type!r} is not compared with a value. Use {usual}'unsure'."


def _unreachable(questions: Sequence[SurveyQuestion]) -> list[Pointer]:
    reached = paths.reached(questions)
    return [
        Pointer(
            pointer("questions", at, "id"),
            f"No answer leads to {question.id!r}. Lead to it from a question before it, or take it out.",
        )
        for at, question in enumerate(questions)
        if at not in reached
    ]
