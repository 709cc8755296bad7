"""Projects of kind `text`: what a written answer must be like, and what several of them come to. Pure.

Whether such a project can be run is text_checking.py's; how a reply is read, the conversation's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.tasks import template
from app.tasks.asking import Question
from app.tasks.models import UNSURE
from app.tasks.quality import Conclusion
from app.tasks.quality import text as most_alike
from app.tasks.rules import mask_numbers
from app.tasks.spec import Written

KIND = "text"


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


def conclude(answers: Sequence[str]) -> Conclusion:
    """Return the text most like the others, of a task's answers in the order they came; the unsure ones count not."""
    return most_alike([answer for answer in answers if answer != UNSURE])
