"""`./kazi parse`: how replies to a project's questions would be read, without a server.

Reads the project's file only as far as reading replies needs it; whether it can be run is said when it is made
(app/tasks/description/spec.py). Prints a line of JSON for each reply.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from app.conversation import parse
from app.conversation.reply import courtesies
from app.conversation.words import BY_CODE
from app.errors import AppError
from app.tasks.asking import Choice, Question, parted
from app.tasks.surveys.shape import SurveyQuestion
from app.texts.reserved import normalize

_KINDS = ("verification", "tagging", "survey", "text")
_TYPES = ("choice", "number", "scale", "date", "text")
# As many questions as a message may ask.
_MOST_QUESTIONS = 20
# Names a project may give a question's bounds, the first found counting.
_LOWEST = ("min", "lowest", "minimum", "from")
_HIGHEST = ("max", "highest", "maximum", "to")
_EARLIEST = ("min", "earliest", "from")
_LATEST = ("max", "latest", "to")
_SHORTEST = ("min_length", "shortest", "min", "minimum")
_LONGEST = ("max_length", "longest", "max", "maximum")
_SCRIPT = ("script", "alphabet")
_JOINERS = frozenset().union(*(table.joiners for table in BY_CODE.values()))
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]|[):=>]")
_SCALE = (Decimal(1), Decimal(5))


def run(
    project: Path,
    language: str,
    replies: Sequence[str],
    *,
    count: int | None,
    question_id: str | None,
    today: date,
) -> Iterable[str]:
    """Yield a line of JSON for each reply. Raises `invalid` (422), its message saying what to correct."""
    spoken = language.split("-", maxsplit=1)[0].lower()
    if spoken not in BY_CODE:
        known = ", ".join(BY_CODE)
        raise _invalid(f"Replies in {language!r} cannot be read. Use a language of {known}.")
    question, told = asked(project, question_id)
    if count is None:
        count = told
    if count is not None and not 1 <= count <= _MOST_QUESTIONS:
        raise _invalid(f"A message asks 1 to {_MOST_QUESTIONS} questions, not {count}. Give another number.")
    for reply in replies:
        # What the terminal could not decode stands for nothing a person wrote.
        text = reply.encode("utf-8", "replace").decode("utf-8")
        yield json.dumps(_line(text, question, spoken, count, today), ensure_ascii=False)


def asked(project: Path, question_id: str | None) -> tuple[Question, int | None]:
    """Return what a project asks, and how many such questions a message does; None where only the reply can tell."""
    body = _body(project)
    question = _asked(body, question_id, project)
    return question, _count(body, question, project)


def lines_of_input() -> list[str]:
    """Return the replies on standard input, one a line."""
    return [line.rstrip("\r\n") for line in sys.stdin]


def _line(text: str, question: Question, language: str, count: int | None, today: date) -> dict[str, Any]:
    command = parse.command(text, language, asks_text=question.type == "text")
    if command is not None:
        name = command.name
        return {"intent": "command", "command": name, "values": [], "confidence": 1.0, "why": "command"}
    asked = count or told_by(text, question, language, today)
    replied = parse.reply(text, [question] * asked, language, today=today)
    if isinstance(replied, parse.Unclear):
        return {"intent": "unclear", "values": [], "confidence": 0.0, "why": replied.why}
    answered = [answer for answer in replied.answers if answer.value is not None]
    least_sure = min(answered, key=lambda answer: answer.confidence)
    return {
        "intent": "answer",
        "values": _values(replied.answers, question),
        "confidence": round(least_sure.confidence, 2),
        "why": least_sure.why,
    }


def told_by(text: str, question: Question, language: str, today: date) -> int:
    """Return how many questions a reply answers where that is not known: as many as it lists answers.

    The same word twice is one answer said with emphasis; a choice followed by `don't know`, or joined to another by
    `and`, is a doubt.
    """
    if question.type != "text":
        text = courtesies.without(text)
    alone = parse.reply(text, [question], language, today=today)
    # As many digits as answers are a plain list, whatever else they may be (1 2 2 1).
    digits = len(_DIGIT.findall(text)) if not _LETTER.search(text) else 0
    for asked in sorted(range(2, _MOST_QUESTIONS + 1), key=lambda asked: asked != digits):
        replied = parse.reply(text, [question] * asked, language, today=today)
        if isinstance(replied, parse.Unclear):
            continue
        values = [answer.value for answer in replied.answers]
        if None in values or {answer.why for answer in replied.answers} == {"all"}:
            continue
        doubtful = asked == 2 and ("unsure" in values or not _JOINERS.isdisjoint(normalize(text).split()))
        said_once = isinstance(alone, parse.Replied) and set(values) == {alone.answers[0].value}
        emphatic = said_once and not any(character.isdigit() for character in text)
        return 1 if doubtful or emphatic else asked
    return 1


def _values(answers: Sequence[parse.Read], question: Question) -> list[Any]:
    if question.type == "tags" and len(answers) == 1:
        value = answers[0].value or ""
        return [value] if value == "unsure" else list(parted(value))
    return [_value(answer.value, question) for answer in answers]


def _value(value: str | None, question: Question) -> Any:
    if value is None or value == "unsure" or question.type not in {"number", "scale"}:
        return value
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _invalid(message: str) -> AppError:
    return AppError("invalid", 422, message)


def _body(project: Path) -> Mapping[str, Any]:
    try:
        body = json.loads(project.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _invalid(f"{project} cannot be read: {error.strerror}. Give the file of a project.") from None
    except (ValueError, RecursionError) as error:
        raise _invalid(f"{project} is no JSON: {error}. Give the file of a project.") from None
    if not isinstance(body, dict):
        raise _invalid(f"{project} is no project: it must be a JSON object.")
    return body


def _asked(body: Mapping[str, Any], question_id: str | None, project: Path) -> Question:
    kind = body.get("kind")
    if kind not in _KINDS:
        raise _invalid(f"{project}: kind is {kind!r}. Give one of {', '.join(_KINDS)}.")
    if kind == "survey":
        return _of_survey(body, question_id, project)
    if question_id is not None:
        raise _invalid(f"{project}: only a survey has questions to name. Leave --question out.")
    if kind == "text":
        return _text({**body, **_inner(body, "text"), **_inner(body, "answer")}, project)
    return _choice(body, f"{project}: ")


def _inner(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = body.get(name)
    return inner if isinstance(inner, dict) else {}


def _of_survey(body: Mapping[str, Any], question_id: str | None, project: Path) -> Question:
    questions = body.get("questions")
    if (
        not isinstance(questions, list)
        or not questions
        or not all(isinstance(one, dict) for one in questions)
    ):
        raise _invalid(f"{project}: a survey needs questions, a list of objects.")
    named = [one for one in questions if question_id is None or one.get("id") == question_id]
    if not named:
        ids = ", ".join(str(one.get("id")) for one in questions)
        raise _invalid(f"{project}: there is no question {question_id!r}. There are {ids}.")
    one = named[0]
    whole = _whole(one)
    if whole is not None:
        return whole.asked()
    where = f"{project}: question {one.get('id')!r}: "
    kind = one.get("type")
    if kind not in _TYPES:
        raise _invalid(f"{where}type is {kind!r}. Give one of {', '.join(_TYPES)}.")
    if kind == "choice":
        return _choice(one, where)
    if kind == "date":
        return Question("date", earliest=_day(one, _EARLIEST, where), latest=_day(one, _LATEST, where))
    return _text(one, project) if kind == "text" else _number(one, kind, where)


def _whole(one: Mapping[str, Any]) -> SurveyQuestion | None:
    """Return a question as the service itself reads it, where it could be made of this."""
    try:
        found = SurveyQuestion.read(dict(one))
    except AppError:
        return None
    return found if found.type != "choice" or len(found.choices) > 1 else None


def _choice(body: Mapping[str, Any], where: str) -> Question:
    given = body.get("choices")
    if not isinstance(given, list) or not 2 <= len(given) <= 9:
        raise _invalid(f"{where}choices must be a list of 2 to 9.")
    choices = []
    for place, choice in enumerate(given, start=1):
        labels = choice.get("label", choice.get("labels", {})) if isinstance(choice, dict) else None
        value = choice.get("value") if isinstance(choice, dict) else None
        named = isinstance(labels, dict) and all(isinstance(label, str) for label in labels.values())
        if not isinstance(value, str) or not value or not named:
            raise _invalid(f"{where}choice {place} needs a value and a label by language.")
        choices.append(Choice(value, dict(labels or {})))
    wordings = body.get("template", body.get("text"))
    return Question(
        "tags" if body.get("multiple") is True else "choice",
        tuple(choices),
        wordings=tuple(
            wording
            for wording in (wordings.values() if isinstance(wordings, dict) else ())
            if isinstance(wording, str)
        ),
    )


def _number(body: Mapping[str, Any], kind: str, where: str) -> Question:
    lowest, highest = _bound(body, _LOWEST, where), _bound(body, _HIGHEST, where)
    whole = bool(body.get("whole", body.get("integer", kind == "scale" or not body.get("decimals"))))
    if kind == "scale":
        steps = _bound(body, ("steps",), where)
        lowest = _SCALE[0] if lowest is None else lowest
        highest = (steps or _SCALE[1]) if highest is None else highest
        return Question("scale", lowest=lowest, highest=highest)
    return Question("number", lowest=lowest, highest=highest, whole=whole)


def _text(body: Mapping[str, Any], project: Path) -> Question:
    shortest, longest = (_bound(body, names, f"{project}: ") for names in (_SHORTEST, _LONGEST))
    script = _first(body, _SCRIPT)
    return Question(
        "text",
        shortest=1 if shortest is None else int(shortest),
        longest=None if longest is None else int(longest),
        script=script if isinstance(script, str) else None,
    )


def _first(body: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((body[name] for name in names if body.get(name) is not None), None)


def _bound(body: Mapping[str, Any], names: Sequence[str], where: str) -> Decimal | None:
    given = _first(body, names)
    if given is None:
        return None
    try:
        bound = Decimal(str(given))
    except InvalidOperation:
        bound = Decimal("NaN")
    if isinstance(given, bool) or not bound.is_finite():
        raise _invalid(f"{where}{given!r} is no number.")
    return bound


def _day(body: Mapping[str, Any], names: Sequence[str], where: str) -> date | None:
    given = _first(body, names)
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise _invalid(f"{where}{given!r} is no date. Write it as 2026-11-23.") from None


def _count(body: Mapping[str, Any], question: Question, project: Path) -> int | None:
    """Return how many questions a message of the project asks, None where only the reply can tell."""
    if question.type != "choice" or body["kind"] == "survey":
        return 1
    bundle = body.get("bundle")
    if bundle is None:
        return None
    if isinstance(bundle, bool) or not isinstance(bundle, int):
        raise _invalid(f"{project}: bundle is {bundle!r}. Give how many questions a message asks.")
    return bundle
