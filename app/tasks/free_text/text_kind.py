"""Projects of kind `text`: what a written answer must be like, how others check it, what several come to. Pure.

Whether such a project can be run is text_checking.py's; how a reply is read, the conversation's; the rows of the
checks are text_checks.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.tasks.asking import Question
from app.tasks.description import template
from app.tasks.description.spec import Written
from app.tasks.models import CHECK, UNSURE
from app.tasks.quality import Conclusion, checked_text
from app.tasks.quality import text as most_alike
from app.tasks.rules import mask_numbers

KIND = "text"
# What a check's template calls the text that is checked.
ANSWER_FIELD = "answer"
# Two checks that differ are settled by a third, so that each text may need as many.
MOST_CHECKS = 3
YES, NO = "yes", "no"
YES_NO = (
    {"value": YES, "label": {"en": "Yes", "sw": "Ndiyo", "lg": "Yee"}},
    {"value": NO, "label": {"en": "No", "sw": "Hapana", "lg": "Nedda"}},
)
Verdict = Literal["accept", "refuse", "ask"]


@dataclass(frozen=True)
class Checked:
    """A text of a task: whether it counts, and how many checks were for and against it."""

    value: str
    counts: bool
    accepted: int
    refused: int


def asked_spec(spec: Mapping[str, Any], step: str) -> Mapping[str, Any]:
    """Return what a task of that step asks: of a check, a yes or no about the text."""
    if step != CHECK:
        return spec
    return {
        "kind": "verification",
        "template": spec["check"]["template"],
        "choices": list(YES_NO),
        "multiple": False,
        "bundle": 1,
    }


def is_written(spec: Mapping[str, Any], step: str) -> bool:
    """Say whether a task of that step is answered by a text."""
    return spec["kind"] == KIND and step != CHECK


def wanted(spec: Mapping[str, Any]) -> Written:
    """Return what an answer of the project must be like."""
    return Written.model_validate(spec.get("answer") or {})


def question(spec: Mapping[str, Any], data: Mapping[str, Any], words: str, tag: int | None) -> Question:
    """Return what a task asks for; `words` is its template in the worker's language."""
    answer = wanted(spec)
    return Question(
        type="text",
        shortest=answer.min_length,
        longest=answer.max_length,
        script=answer.script,
        copies=() if answer.may_copy else _copies(data, words),
        tag=tag,
    )


def _copies(data: Mapping[str, Any], words: str) -> tuple[str, ...]:
    """Return what was sent to the worker: the parts filled in, and the whole of the question."""
    filled = [str(data[name]) for name in template.fields(words)]
    return (*(part for part in filled if any(map(str.isalpha, part))), template.fill(words, data))


def longest(spec: Mapping[str, Any]) -> str:
    """Return a text of as many characters as an answer may have, of the encoding an answer has at the dearest."""
    answer = wanted(spec)
    latin = answer.script in {None, "Latn"}
    return ("x" if latin else "\u0915") * answer.max_length


def without_numbers(text: str, data: Mapping[str, Any]) -> str:
    """Return an answer with what may be phone numbers replaced, unless the client's own data holds them."""
    masked = mask_numbers(text)
    if masked == text:
        return text
    given = " ".join(str(value) for value in data.values())
    return text.replace("\x00", "") if mask_numbers(given) != given else masked


def texts_at_most(spec: Mapping[str, Any]) -> int:
    """Return how many texts a place may take: the first, and one for each that is refused."""
    check = spec.get("check")
    return 1 + int(check["retries"]) if check else 1


def checks_at_most(spec: Mapping[str, Any]) -> int:
    """Return how many checks a place may take, over all its texts."""
    return texts_at_most(spec) * MOST_CHECKS if spec.get("check") else 0


def needed_fields(spec: Mapping[str, Any]) -> set[str]:
    """Return the names of data that the check's template asks for beside the text itself."""
    check = spec.get("check") or {"template": {}}
    named = {name for words in check["template"].values() for name in template.fields(words)}
    return named - {ANSWER_FIELD}


def verdict(*, accepted: int, refused: int, wanted: int, may_ask: bool) -> Verdict:
    """Say what the checks of a text come to.

    A text is refused only where two or more found it bad and fewer found it good: one careless check takes nobody's
    pay. Where they are equally many a further one is asked; where none can be asked, the doubt is the writer's gain.
    """
    if accepted + refused < wanted and may_ask:
        return "ask"
    if accepted == refused and may_ask:
        return "ask"
    return "refuse" if refused > accepted and refused > 1 else "accept"


def conclude(answers: Sequence[str]) -> Conclusion:
    """Return the text most like the others, of a task's answers in the order they came; the unsure ones count not."""
    return most_alike([answer for answer in answers if answer != UNSURE])


def conclude_checked(texts: Sequence[Checked]) -> tuple[Conclusion, dict[str, Any]]:
    """Return the text accepted the most surely, of those that count; and how each of them all was checked."""
    kept = [text for text in texts if text.counts]
    # One that a person took in after it was refused counts as accepted, however many had been against it.
    for_each = [max(text.accepted, text.refused) for text in kept]
    found = checked_text([text.value for text in kept], for_each, [text.refused for text in kept])
    votes: dict[str, Any] = {}
    for text in texts:
        told = votes.setdefault(text.value, {"accepted": 0, "refused": 0})
        told["accepted"] += text.accepted
        told["refused"] += text.refused
    return found, votes
