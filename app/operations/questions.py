"""How a task becomes the text a worker reads: the project's template filled, its choices numbered, one segment.

The receipt of the last answer travels in front of the next question; where both do not fit one segment the
receipt is shortened first, never the question.
"""

from collections.abc import Sequence

from app import texts
from app.channels import segments
from app.tasks.models import Project, Task
from app.tasks.template import fill


def labels(project: Project, language: str) -> list[str]:
    """Return the labels of the project's choices in the language, in the order of their numbers."""
    return [_in_language(choice["label"], language) for choice in project.spec["choices"]]


def _in_language(by_language: dict[str, str], language: str) -> str:
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()))


def render(
    project: Project, task: Task, language: str, *, prefixes: Sequence[str] = ("",), tag: str | None = None
) -> str:
    """Return the question, behind the first of `prefixes` (longest first) that costs no further segment."""
    filled = fill(_in_language(project.spec["template"], language), task.data)
    pay = texts.money(project.pay_minor, project.currency)
    choices = labels(project, language)
    question = texts.question(language=language, template_text=filled, labels=choices, pay=pay, tag=tag)
    return behind(prefixes, question)


def behind(prefixes: Sequence[str], text: str) -> str:
    """Return the text behind the first of `prefixes` (longest first) that costs no further segment, or alone."""
    alone = segments.count(text).segments
    for prefix in prefixes:
        joined = texts.join(prefix, text)
        if segments.count(joined).segments <= alone:
            return joined
    return text


def rendered(
    spec: dict[str, object], data: dict[str, object], language: str, pay_minor: int, currency: str
) -> str:
    """Return the question a task of a project not yet stored would make: for quotes and for refusing long texts."""
    project = Project(spec=spec, pay_minor=pay_minor, currency=currency)
    return render(project, Task(data=data), language)
