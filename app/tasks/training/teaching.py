"""What a project teaches and checks, as its description says it: lessons, exam, the share of gold. Pure.

Whether it can be run is said here too, beside checking.py, which asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import Pointer
from app.tasks import asking
from app.tasks.description import template
from app.tasks.description.parts import pointer
from app.tasks.description.spec import ProjectSpec
from app.tasks.training.trust import DEFAULT_SHARE, floor_of

# Kinds whose answers are one of a list, so that one of them can be known to be right.
TAUGHT_KINDS = ("verification", "tagging")


@dataclass(frozen=True)
class Lesson:
    """A practice question: its data, its right answer, and why, by language (a gold's may be unsaid)."""

    data: Mapping[str, Any]
    answer: str
    why: Mapping[str, str]

    def why_in(self, language: str) -> str:
        """Return the explanation in the language, or in another where it is not given in that."""
        return self.why.get(language) or self.why.get("en") or next(iter(self.why.values()), "")

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"data": dict(self.data), "answer": self.answer, "why": dict(self.why)}


@dataclass(frozen=True)
class Exam:
    """So many questions, passed with so many right; `workers`: how many exams are funded, None: as expected."""

    questions: int
    needed: int
    workers: int | None


def lessons_of(spec: Mapping[str, Any]) -> tuple[Lesson, ...]:
    """Return the lessons of a project as it was described."""
    return tuple(read_lesson(each) for each in spec.get("training") or ())


def read_lesson(kept: Mapping[str, Any]) -> Lesson:
    """Return a lesson as it was kept."""
    return Lesson(kept["data"], kept["answer"], kept.get("why") or {})


def exam_of(spec: Mapping[str, Any]) -> Exam | None:
    """Return a project's exam, None where it has none."""
    found = spec.get("exam")
    return Exam(found["questions"], found["pass"], found.get("workers")) if found else None


def gold_share(spec: Mapping[str, Any]) -> float:
    """Return the share of gold among a project's questions, in the long run."""
    found = spec.get("gold_share")
    return DEFAULT_SHARE if found is None else float(found)


def floor(spec: Mapping[str, Any]) -> float:
    """Return the skill under which a worker of the project is paused."""
    return floor_of(len(spec["choices"]), several=bool(spec.get("multiple")))


def problems(spec: ProjectSpec) -> list[Pointer]:
    """Return what is wrong with a project's lessons, exam and share of gold, each with what to do."""
    asked = {
        "training": bool(spec.training),
        "exam": spec.exam is not None,
        "gold_share": spec.gold_share is not None,
    }
    if spec.kind not in TAUGHT_KINDS:
        return [
            Pointer(f"/{name}", f"Only projects of kind {' or '.join(TAUGHT_KINDS)} have this. Leave it out.")
            for name, given in asked.items()
            if given
        ]
    found = [fault for number, _ in enumerate(spec.training) for fault in _lesson_problems(spec, number)]
    if spec.exam is not None and spec.exam.pass_ > spec.exam.questions:
        found.append(
            Pointer(
                "/exam/pass",
                f"{spec.exam.pass_} right of {spec.exam.questions} questions cannot be reached. Lower it.",
            )
        )
    return found


def _lesson_problems(spec: ProjectSpec, number: int) -> list[Pointer]:
    lesson = spec.training[number]
    found = []
    needed = sorted({name for words in spec.template.values() for name in template.fields(words)})
    found += [
        Pointer(
            pointer("training", number, "data", name),
            f"The template asks for {{{name}}}, which this practice question lacks or leaves empty. Add it.",
        )
        for name in needed
        if str(lesson.data.get(name, "")).strip() == ""
    ]
    if not is_answer([choice.value for choice in spec.choices], lesson.answer, several=spec.multiple):
        known = ", ".join(choice.value for choice in spec.choices)
        found.append(
            Pointer(
                pointer("training", number, "answer"),
                f"{lesson.answer!r} is no choice. Use one of: {known}"
                + (
                    f"; several are joined by {asking.TAGS_JOINT!r}, in this order." if spec.multiple else "."
                ),
            )
        )
    found += [
        Pointer(
            pointer("training", number, "why", language),
            f"Why the answer is right is not said in {language!r}, in which the question is asked. Add it.",
        )
        for language in spec.template
        if language not in lesson.why
    ]
    return found


def gold_fault(spec: Mapping[str, Any], truth: str) -> str | None:
    """Return what is wrong with a truth, which must be an answer that workers of the project may give."""
    choices, several = [choice["value"] for choice in spec["choices"]], bool(spec.get("multiple"))
    if is_answer(choices, truth, several=several):
        return None
    joined = f" Several are joined by {asking.TAGS_JOINT!r}, in this order." if several else ""
    return f"The gold {truth[:40]!r} is no choice. It is one of: {', '.join(choices)}.{joined}"


def is_answer(choices: list[str], answer: str, *, several: bool) -> bool:
    """Say whether this may be a known answer: a choice; where several may apply, joined as an answer joins them."""
    if not several:
        return answer in choices
    parts = asking.parted(answer)
    return list(parts) == [choice for choice in choices if choice in parts]
