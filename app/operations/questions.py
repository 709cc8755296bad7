"""How tasks become the text a worker reads: the project's template filled, its choices numbered, one segment.

The receipt of the last answer travels in front of the next question; where both do not fit one segment the
receipt is shortened first, never the question. Several short questions share a message where they fit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app import texts
from app.channels import segments
from app.operations import survey_texts
from app.tasks import asking, bundling
from app.tasks.description.template import fill
from app.tasks.free_text import text_kind
from app.tasks.models import UNSURE, Assignment, Project, Task
from app.tasks.surveys import session

# From this many questions on a worker knows that answers go in order, and is not told each time; from this many of a
# project on they know its question, and are asked it in short.
EXPERIENCED_FROM = 10
KNOWN_FROM = 5
# The most letters of a message of several questions where a message is billed whole, whatever its length: two screens
# of a phone, and well under the 1,600 that a provider takes.
WHOLE_LETTERS = 1000


def labels(project: Project, language: str, step: str = "do") -> list[str]:
    """Return the labels of the choices a step of the project offers, in the order of their numbers."""
    return [_in_language(choice["label"], language) for choice in choices_of(project, step)]


def choices_of(project: Project, step: str = "do") -> list[dict[str, Any]]:
    """Return the choices a step of the project offers, each its value and its label by language."""
    return list(text_kind.asked_spec(project.spec, step)["choices"])


def echo(project: Project, value: str, language: str, step: str = "do") -> tuple[str, str]:
    """Return the digits and labels an answer stands for: of several tags, all; 0 for don't know."""
    if value == UNSURE:
        return "0", ""
    choices = [choice["value"] for choice in choices_of(project, step)]
    named = labels(project, language, step)
    chosen = asking.parted(value) if project.spec.get("multiple") else (value,)
    if not chosen:
        return "", texts.say("none_of_them", language)
    numbers = [choices.index(one) for one in chosen]
    return " ".join(str(number + 1) for number in numbers), ", ".join(named[number] for number in numbers)


def _in_language(by_language: dict[str, str], language: str) -> str:
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()))


def asked_of(
    project: Project, task: Task, language: str, assignment: Assignment | None = None
) -> asking.Question:
    """Return what a task asks, as reading its answer needs it; of a survey, where the assignment is."""
    tag = assignment.number if assignment else None
    if project.kind == "survey" and assignment is not None:
        return session.at(project.spec, assignment).question.asked(tag)
    if text_kind.is_written(project.spec, task.step):
        words = _in_language(project.spec["template"], language)
        return text_kind.question(project.spec, task.data, words, tag)
    choices = tuple(
        asking.Choice(choice["value"], choice["label"]) for choice in choices_of(project, task.step)
    )
    return asking.Question(
        type="tags" if project.spec.get("multiple") else "choice",
        choices=choices,
        tag=tag,
        wordings=tuple(text_kind.asked_spec(project.spec, task.step)["template"].values()),
    )


def render(
    project: Project,
    task: Task,
    language: str,
    *,
    prefixes: Sequence[str] = ("",),
    tag: str | None = None,
    experienced: bool = False,
) -> str:
    """Return the question, behind the first of `prefixes` (longest first) that costs no further segment.

    One too long for a segment is asked in fewer letters where that spares one. Where only a receipt that names what was
    earned or the pay fits, it is the receipt.
    """
    filled = fill(
        _in_language(text_kind.asked_spec(project.spec, task.step)["template"], language), task.data
    )
    if text_kind.is_written(project.spec, task.step):
        pay = texts.money(project.pay_for(task.step), project.currency)
        return behind(prefixes, texts.written_question(language=language, asked=filled, pay=pay, tag=tag))
    forms = _forms(project, task, filled, language, tag=tag, experienced=experienced)
    shortest = min(prefixes, key=len)

    def cost(form: tuple[str, str]) -> tuple[int, int]:
        behind_it = texts.join(shortest, form[1] if texts.names_pay(shortest) else form[0])
        return segments.count(form[0]).segments, segments.count(behind_it).segments

    paid, unpaid = min(forms, key=cost)
    if segments.count(unpaid).segments < segments.count(paid).segments:
        return behind(prefixes, paid)  # the pay is named, though it alone costs a segment
    return _behind_any(prefixes, (paid, unpaid))


def _forms(
    project: Project, task: Task, filled: str, language: str, *, tag: str | None, experienced: bool
) -> list[tuple[str, str]]:
    """Return the ways to ask a question, each with its pay and without; in fewer letters only what is too long."""
    choices = labels(project, language, task.step)
    several = bool(project.spec.get("multiple"))
    pay = texts.money(project.pay_for(task.step), project.currency)
    whole = [
        texts.question(
            language=language, template_text=filled, labels=choices, pay=said, tag=tag, several=several
        )
        for said in (pay, None)
    ]
    if several or segments.count(whole[0]).segments == 1:
        return [(whole[0], whole[1])]
    brief = [
        (
            texts.brief_question(template_text=asked, labels=choices, pay=pay, tag=tag),
            texts.brief_question(template_text=asked, labels=choices, pay=None, tag=tag),
        )
        for asked in _briefly(project, task, language, experienced=experienced)
    ]
    return [(whole[0], whole[1]), *brief]


def _briefly(project: Project, task: Task, language: str, *, experienced: bool) -> list[str]:
    """Return a long task's question in fewer letters: without quotes and, to who knows it, with its short form."""
    parts = bundling.shared(_in_language(text_kind.asked_spec(project.spec, task.step)["template"], language))
    if parts is None:
        return []
    item = parts.filled(task.data)
    short = project.spec.get("short", {}).get(language) if experienced else None
    return [texts.join(parts.head, item, parts.tail), *([texts.join(short, item)] if short else [])]


def render_all(
    project: Project,
    tasks: Sequence[Task],
    language: str,
    *,
    prefixes: Sequence[str] = ("",),
    tag: str | None = None,
    experienced: bool = False,
    at: session.At | None = None,
    whole: bool = False,
) -> str:
    """Return one message that asks all of `tasks`, behind the first of `prefixes` that costs no further segment.

    `at` is where the worker is in a survey; without it, at its beginning. Where the tag alone would cost a further
    segment it is left out: a plain reply is about what was asked last anyway. `whole` where a message is billed as one
    whatever its length: nothing is cut then of what asks several tasks.
    """
    if whole and len(tasks) > 1:
        paid, _ = _bundles(project, tasks, language, tag=tag, experienced=experienced)
        return texts.join(prefixes[0], paid)

    def rendered_with(named: str | None) -> str:
        return _all(project, tasks, language, prefixes=prefixes, tag=named, experienced=experienced, at=at)

    text = rendered_with(tag)
    if tag is None or segments.count(text).segments == 1:
        return text
    return min(text, rendered_with(None), key=lambda each: segments.count(each).segments)


def _all(
    project: Project,
    tasks: Sequence[Task],
    language: str,
    *,
    prefixes: Sequence[str],
    tag: str | None,
    experienced: bool,
    at: session.At | None,
) -> str:
    alone = tasks[0]
    if project.kind == "survey":
        here = at or session.at_first(project.spec)
        return survey_texts.render(project, alone.data, here, language, prefixes=prefixes, tag=tag)
    if len(tasks) == 1:
        return render(project, alone, language, prefixes=prefixes, tag=tag, experienced=experienced)
    text = _behind_any(prefixes, _bundles(project, tasks, language, tag=tag, experienced=experienced))
    if not experienced and segments.count(text).segments > 1:
        # It was asked of somebody who knows it, and is asked again.
        text = _behind_any(prefixes, _bundles(project, tasks, language, tag=tag, experienced=True))
    if segments.count(text).segments > 1:
        # It was asked where a message is billed whole.
        text = behind(prefixes, _bundles(project, tasks, language, tag=tag, experienced=experienced)[0])
    return text


def _bundles(
    project: Project, tasks: Sequence[Task], language: str, *, tag: str | None, experienced: bool
) -> tuple[str, str]:
    """Return the message that asks all of `tasks`, and the same without the pay, for behind a receipt that names it."""
    parts = bundling.shared(_in_language(project.spec["template"], language))
    assert parts is not None, "a template without fields is refused when the project is made"
    short = project.spec.get("short", {}).get(language) if experienced else None
    head, tail = (short, "") if short else (parts.head, parts.tail)
    pay = texts.money(project.pay_minor, project.currency)

    def bundle(said: str | None) -> str:
        return texts.bundle(
            language=language,
            head=f"{tag}: {head}" if tag else head,
            items=[parts.filled(task.data) for task in tasks],
            tail=tail,
            labels=labels(project, language),
            pay=said,
            explained=not experienced,
            dense=bool(short),
        )

    return bundle(pay), bundle(None)


def _behind_any(prefixes: Sequence[str], forms: tuple[str, str]) -> str:
    """Return the message behind the first of `prefixes` that costs no further segment.

    `forms` are the message that names the pay, and one that does not: it will do behind a receipt that says what the
    same answers have just earned, and in a reminder, and only where the other does not fit.
    """
    paid, unpaid = forms
    alone = min(segments.count(form).segments for form in forms)
    tried = [(prefix, paid) for prefix in prefixes if prefix]
    tried += [(prefix, unpaid) for prefix in prefixes if texts.names_pay(prefix)]
    for prefix, text in tried:
        joined = texts.join(prefix, text)
        if segments.count(joined).segments <= alone:
            return joined
    return paid if segments.count(paid).segments == alone else unpaid


def fitting(
    project: Project,
    candidates: Sequence[Task],
    language: str,
    *,
    prefixes: Sequence[str] = ("",),
    experienced: bool = False,
    tag: str | None = None,
    whole: bool = False,
) -> list[Task]:
    """Return the candidates that share one segment with the first and the shortest prefix, in their order.

    A candidate too long to fit is passed over: a shorter one behind it may still. `whole` where a message is billed as
    one whatever its length: then a segment is no bound.
    """
    chosen = list(candidates[:1])
    shortest = min(prefixes, key=len)
    for task in candidates[1:]:
        if len(chosen) == bundling.most(project.spec):
            break
        together = [*chosen, task]
        paid, unpaid = _bundles(project, together, language, tag=tag, experienced=experienced)
        # Asked again later, there is no receipt before it: with its pay it must fit alone, too.
        behind_it = texts.join(shortest, unpaid if texts.names_pay(shortest) else paid)
        if all(_fits(text, whole=whole) for text in (paid, behind_it)):
            chosen.append(task)
    return chosen


def _fits(text: str, *, whole: bool) -> bool:
    return len(text) <= WHOLE_LETTERS if whole else segments.count(text).segments == 1


def behind(prefixes: Sequence[str], text: str) -> str:
    """Return the text behind the first of `prefixes` (longest first) that costs no further segment, or alone."""
    alone = segments.count(text).segments
    for prefix in prefixes:
        joined = texts.join(prefix, text)
        if segments.count(joined).segments <= alone:
            return joined
    return text


def render_unpaid(project: Project, data: Mapping[str, object], language: str) -> str:
    """Return a practice question of the project: as a task asks it, but for the pay."""
    return texts.question(
        language=language,
        template_text=fill(_in_language(project.spec["template"], language), data),
        labels=labels(project, language),
        pay=None,
        several=bool(project.spec.get("multiple")),
    )


def rendered(
    spec: dict[str, object], data: dict[str, object], language: str, pay_minor: int, currency: str
) -> str:
    """Return the question a task of a project not yet stored would make: for quotes and for refusing long texts."""
    project = Project(spec=spec, pay_minor=pay_minor, currency=currency)
    return render(project, Task(data=data, step="do"), language)
