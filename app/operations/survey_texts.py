"""What a worker reads of a survey: each question in one segment, what to do where a reply was not understood.

Whether every question fits its segment is found out when the project is made, and again for each task's data.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app import texts
from app.channels import segments
from app.errors import AppError, Pointer
from app.tasks.asking import parted
from app.tasks.description import template
from app.tasks.description.parts import pointer
from app.tasks.description.spec import ProjectSpec
from app.tasks.models import Project
from app.tasks.surveys.paths import longest_from, place_of
from app.tasks.surveys.session import At
from app.tasks.surveys.shape import SurveyQuestion, questions_of
from app.texts import surveys as words


def render(
    project: Project,
    data: Mapping[str, Any],
    at: At,
    language: str,
    *,
    prefixes: Sequence[str] = ("",),
    tag: str | None = None,
) -> str:
    """Return the question, behind the first of `prefixes` (longest first) that costs no further segment."""
    question = words.asked(
        words=template.fill(_in_language(at.question.text, language), data),
        how=how(at.question, language),
        progress=(at.step, at.most),
        pay=texts.money(project.pay_minor, project.currency),
        tag=tag,
    )
    alone = segments.count(question).segments
    for prefix in prefixes:
        joined = texts.join(prefix, question)
        if segments.count(joined).segments <= alone:
            return joined
    return question


def how(question: SurveyQuestion, language: str, *, bounds: bool = False) -> str:
    """Return how a question is answered; with `bounds`, all that its answer must keep to."""
    zero = _zero(question, language)
    if question.type == "choice":
        labels = [_in_language(choice.label, language) for choice in question.choices]
        return words.of_choices(labels, language, several=question.multiple, zero=zero)
    asked = question.asked()
    if question.type == "number":
        said = words.of_number(asked.lowest, asked.highest, language)
    elif question.type == "scale":
        said = _of_scale(question, language)
    elif question.type == "date":
        said = words.of_date(asked.earliest, asked.latest, language, bounds=bounds)
    else:
        said = words.of_text(asked.shortest, asked.longest, language, bounds=bounds)
    if question.zero_is_answer:
        return texts.join(said, texts.say("survey_skip_word", language) if question.optional else "")
    return f"{texts.join(said, f'0 {zero}')}."


def _of_scale(question: SurveyQuestion, language: str) -> str:
    low, high = (
        (Decimal(str(step)), _in_language(label, language) if label else "")
        for step, label in ((question.min, question.min_label), (question.max, question.max_label))
    )
    return words.of_scale(low, high, language)


def _zero(question: SurveyQuestion, language: str) -> str:
    return texts.say("survey_skip_option" if question.optional else "unsure_option", language)


def clarified(question: SurveyQuestion, why: str, language: str) -> str:
    """Return the one clarifying question: what was not understood, and what an answer must be."""
    key = {
        "stop-inside": "survey_stop_hint",
        **dict.fromkeys(
            ("out-of-range", "too-short", "too-long", "fraction", "wrong-script"), "survey_outside"
        ),
    }.get(why, "survey_unclear")
    told = how(question, language, bounds=True)
    said = texts.say(key, language, how=told)
    return said if segments.count(said).segments == 1 else told


def echo(question: SurveyQuestion, value: str, language: str) -> tuple[str, str]:
    """Return the number and the label by which a receipt names an answer; the number is empty where there is none."""
    if question.type == "choice":
        values = [choice.value for choice in question.choices]
        chosen = parted(value) if question.multiple else (value,)
        if not chosen:
            return "", texts.say("none_of_them", language)
        at = [values.index(one) for one in chosen]
        labels = [_in_language(question.choices[place].label, language) for place in at]
        return " ".join(str(place + 1) for place in at), ", ".join(labels)
    if question.type == "date":
        return "", words.written_date(date.fromisoformat(value))
    return "", words.short(value)


def too_long(spec: ProjectSpec) -> list[Pointer]:
    """Return the questions of a described survey whose words alone, without any data, do not fit one segment."""
    if spec.kind != "survey":
        return []
    try:
        texts.money(spec.pay.amount, spec.pay.currency)
    except AppError as unknown:
        return [Pointer("/pay/currency", unknown.message)]
    project = Project(spec=spec.as_json(), pay_minor=spec.pay.amount, currency=spec.pay.currency)
    return [
        Pointer(pointer("questions", at, "text", language), fault)
        for at, language, fault in _too_long(project, _Blank(), spec.languages)
    ]


def data_too_long(project: Project, data: Mapping[str, Any]) -> str | None:
    """Return what is wrong where a task's data makes a question too long in some language, else None."""
    for at, language, fault in _too_long(project, data, project.languages):
        return f"Question {at + 1} in {language!r}: {fault}"
    return None


class _Blank(dict[str, str]):
    """The data of no task: every field is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _too_long(
    project: Project, data: Mapping[str, Any], languages: Sequence[str]
) -> Iterator[tuple[int, str, str]]:
    """Yield each question and language of which the whole message takes more than a segment, with what to do."""
    for place in places(project):
        for language in languages:
            counted = segments.count(render(project, data, place, language))
            if counted.segments <= 1:
                continue
            why = (
                f" because of {' '.join(counted.offending)!r}, which SMS can only send as UCS-2"
                if counted.offending
                else f", of {counted.units} characters"
            )
            at = place_of(questions_of(project.spec), place.question.id)
            yield (
                at,
                language,
                (
                    f"With its answers and its pay the question would take {counted.segments} segments{why}; it may "
                    "take 1. Shorten the words, the labels or the data."
                ),
            )


def places(project: Project) -> list[At]:
    """Return every question of a project's survey where its place in it is longest to write."""
    questions = questions_of(project.spec)
    most = longest_from(questions)
    return [At(question, min(at + 1, most), most) for at, question in enumerate(questions)]


def _in_language(by_language: Mapping[str, str], language: str) -> str:
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()))
