"""What a reply says to a message of one or several questions. Pure.

A reply to several may name them (`Q7 1 Q8 2`), number them (`1) yes 2) no`), part them (by lines or commas), list
its answers in order, or say one thing for all. Every arrangement that can be read is; where two of them come to
different answers, none is taken. Fewer answers than questions are the first ones.
"""

import re
from collections.abc import Sequence
from datetime import date

from app.conversation import words
from app.conversation.meanings import Kind, Mark, general, vocabulary
from app.conversation.reading import correction_pattern, raw_marks, settle, split
from app.conversation.reply import choice, guards, one
from app.conversation.reply.naming import named_parts
from app.conversation.reply.outcome import NOT_ANSWERED, UNSURE, Doubt, Read, Replied, Unclear
from app.conversation.reply.sequence import Item, in_order, numbered_digits
from app.tasks.asking import Question
from app.texts.reserved import fold, split_folded

_LEADING_TAG = re.compile(r"^\s*[qQ]\s?\d{1,4}(?!\w)[\s:.)\-]*")
_INDEX = re.compile(r"(?<!\d)[#(]?([0-9]{1,2})(?![0-9])[ ).:=>-]*")
_PARTINGS = (re.compile(r"\n+"), re.compile(r"[;,፣፤]+"), re.compile(r"(?<!\d)[.!?።।]+(?=\s|$)|[;,/\n፣፤]+"))
_LONGEST_REPLY_WORDS = 60
_SURE_ALL = 0.9
_HINDI, _AMHARIC = words.BY_CODE["hi"], words.BY_CODE["am"]
_DENIES_BEHIND = _HINDI.no | _HINDI.negations | _AMHARIC.negations

_Answers = tuple[Read, ...]


def read(text: str, questions: Sequence[Question], language: str, today: date | None) -> Replied | Unclear:
    """Read a reply to a message that asked `questions`, in this order."""
    if not questions:
        return Unclear("nothing-known")
    wordy = any(question.type == "text" for question in questions)
    if guards.is_too_long(text) and not wordy:
        return Unclear("too-long")
    text = text[: 4 * guards.LONGEST_REPLY]
    if guards.tells_secret(text):
        return Unclear("pin")
    plain = fold(text)
    parts = named_parts(plain)
    if parts is None and not wordy:
        return Unclear("two-readings")
    if parts:
        return _named(parts, text, questions, language, today)
    if len(questions) == 1:
        return _one(text, plain, questions[0], language, today)
    return _several(plain, questions, language, today)


def _one(text: str, plain: str, question: Question, language: str, today: date | None) -> Replied | Unclear:
    found = one.read(text, question, language, today)
    if isinstance(found, Unclear):
        return found
    corrects = question.type != "text" and _opens_with_correction(plain, language)
    return Replied((found,), corrects=corrects)


def _named(
    parts: Sequence[tuple[int, str]],
    text: str,
    questions: Sequence[Question],
    language: str,
    today: date | None,
) -> Replied | Unclear:
    """Read each part for the question it names by its tag, or by its place where no tag fits."""
    answers = [NOT_ANSWERED] * len(questions)
    for named, part in parts:
        at = _question_named(named, parts, questions)
        if at is None:
            return Unclear("other-question", f"Q{named}")
        question = questions[at]
        said = _LEADING_TAG.sub("", text) if question.type == "text" and len(parts) == 1 else part
        found = one.read(said, question, language, today)
        if isinstance(found, Unclear):
            return Unclear(found.why, f"Q{named}")
        if answers[at].value not in {None, found.value}:
            return Unclear("two-readings", f"Q{named}")
        answers[at] = found
    corrects = any(_opens_with_correction(part, language) for _, part in parts[:1])
    return Replied(tuple(answers), parts[0][0] if len(parts) == 1 else None, corrects)


def _question_named(
    named: int, parts: Sequence[tuple[int, str]], questions: Sequence[Question]
) -> int | None:
    tags = [question.tag for question in questions]
    if named in tags:
        return tags.index(named)
    if len(questions) == 1:
        return 0 if tags[0] is None and len({number for number, _ in parts}) == 1 else None
    by_place = not any(number in tags for number, _ in parts)
    return named - 1 if by_place and 1 <= named <= len(questions) else None


def _opens_with_correction(plain: str, language: str) -> bool:
    known = vocabulary((), language)
    opening = raw_marks([(word, False) for word, _ in split_folded(plain[:120])][:12], known)
    kinds = [mark.kind for mark in opening if mark.kind not in {Kind.SMALL_TALK, Kind.JOINER}]
    return bool(kinds) and kinds[0] in {Kind.CORRECTION, Kind.WAIT}


def _several(
    plain: str, questions: Sequence[Question], language: str, today: date | None
) -> Replied | Unclear:
    if len(split(plain)) > _LONGEST_REPLY_WORDS:
        return Unclear("too-long")
    pattern = correction_pattern(language)
    found = list(pattern.finditer(plain))
    if not found:
        return _replied(_arranged(plain, questions, language, today))
    before, after = plain[: found[0].start()], plain[found[-1].end() :]
    latest = _arranged(after, questions, language, today)
    earliest = _arranged(before, questions, language, today)
    if isinstance(earliest, Unclear):
        return _replied(latest, corrects=True) if earliest.why in {"empty", "nothing-known"} else earliest
    if isinstance(latest, Unclear):
        nothing_more = latest.why in {"empty", "nothing-known"} and not re.search(r"\d", after)
        waits = _kind_of(found[-1][0], language) is Kind.WAIT
        return Unclear("unfinished") if waits else _replied(earliest) if nothing_more else latest
    return _replaced(earliest, latest)


def _kind_of(phrase: str, language: str) -> Kind | None:
    mark = general(language).get(phrase)
    return mark.kind if mark else None


def _replaced(earliest: _Answers, latest: _Answers) -> Replied | Unclear:
    """Let what follows `sorry` replace what went before, where it is clear that it replaces all of it."""
    counts = [sum(answer.value is not None for answer in answers) for answers in (earliest, latest)]
    if counts[1] != len(latest) and counts != [1, 1]:
        return Unclear("two-readings")
    corrected = tuple(
        Read(answer.value, min(answer.confidence, choice.SURE_CORRECTED), "correction")
        if answer.value is not None
        else answer
        for answer in latest
    )
    return Replied(corrected)


def _replied(found: _Answers | Unclear, *, corrects: bool = False) -> Replied | Unclear:
    return found if isinstance(found, Unclear) else Replied(found, corrects=corrects)


def _arranged(
    plain: str, questions: Sequence[Question], language: str, today: date | None
) -> _Answers | Unclear:
    """Read every arrangement of the answers, and take what they come to where that is one thing."""
    alike = all(q.type == "choice" and q.choices == questions[0].choices for q in questions)
    doubts: list[Doubt] = []
    readings: list[_Answers] = []
    if alike:
        readings, doubts, more = _alike(plain, questions, language)
    else:
        more = False
    for found in (
        _numbered(plain, questions, language, today),
        _parted(plain, questions, language, today),
    ):
        readings += [found] if found is not None else []
    if not more:
        first = one.read(plain, questions[0], language, today)
        if isinstance(first, Unclear):
            doubts.append(first.why)
        else:
            readings.append((first, *[NOT_ANSWERED] * (len(questions) - 1)))
    if len({tuple(answer.value for answer in answers) for answers in readings}) > 1:
        return Unclear("two-readings")
    if readings:
        return max(readings, key=lambda answers: sum(answer.confidence for answer in answers))
    return Unclear(doubts[0] if doubts else "nothing-known")


def _alike(
    plain: str, questions: Sequence[Question], language: str
) -> tuple[list[_Answers], list[Doubt], bool]:
    """Read arrangements that need all questions to have the same choices; say also whether more than one is said."""
    known = vocabulary(questions[0].choices, language)
    marked = raw_marks(split(plain), known)
    doubt = _doubt(marked)
    if doubt is not None:
        return [], [doubt], True
    same = _same_for_all(marked, questions)
    if same is not None:
        return [same], [], True
    asked = len(questions)
    items = in_order(marked, known, asked)
    talk = frozenset(mark.text for mark in marked if mark.kind in {Kind.SMALL_TALK, Kind.JOINER})
    pairs = numbered_digits(
        plain, talk, asked, known.count, only_way=items is not None and len(items) > asked
    )
    if pairs is not None:
        answers = [NOT_ANSWERED] * asked
        for index, number in pairs.items():
            answers[index - 1] = _as_read(Item(number, 0.95, "number"), questions[index - 1])
        plainly = items is not None and 1 < len(items) <= asked and _may_be_list(plain)
        listed = [_in_places(items or [], questions)] if plainly else []
        return [tuple(answers), *listed], [], True
    if items is None or len(items) <= 1:
        return [], [], False
    if len(items) > asked:
        return [], ["too-many"], True
    return [_in_places(items, questions)], [], True


def _may_be_list(plain: str) -> bool:
    """Say whether digits that may number the questions may be a plain list as well: `1. 2` may, `1) 2` may not."""
    return not re.search(r"\d ?[):=>]", plain)


def _doubt(marked: Sequence[Mark]) -> Doubt | None:
    kinds = {mark.kind for mark in marked}
    if Kind.STOP in kinds:
        return "stop-inside"
    if Kind.COMMAND in kinds:
        return "command-inside"
    if Kind.ALTERNATIVE in kinds or Kind.CLASH in kinds:
        return "two-readings"
    if kinds <= {Kind.SMALL_TALK, Kind.JOINER} and not any(mark.alone for mark in marked):
        return "nothing-known" if marked else "empty"
    return None


def _same_for_all(marked: list[Mark], questions: Sequence[Question]) -> _Answers | None:
    """Read `all yes`, `zote 1`: one answer, said of all."""
    together = {Kind.ALL, Kind.BOTH} if len(questions) == 2 else {Kind.ALL}
    if not any(mark.kind in together for mark in marked):
        return None
    rest = settle([mark for mark in marked if mark.kind not in together])
    if any(mark.kind not in {Kind.CHOICE, Kind.SMALL_TALK, Kind.JOINER} for mark in rest):
        return None
    numbers = {mark.number for mark in rest if mark.kind is Kind.CHOICE}
    if len(numbers) != 1 or _denies_all(marked, together):
        return None
    item = Item(numbers.pop(), _SURE_ALL, "all")
    return tuple(_as_read(item, question) for question in questions)


def _denies_all(marked: Sequence[Mark], together: set[Kind]) -> bool:
    """Say whether `no` after `all` may mean not all, as where it stands behind what it denies (sabhi nahi)."""
    at = next(at for at, mark in enumerate(marked) if mark.kind in together)
    follows = marked[at + 1].text if at + 1 < len(marked) else ""
    return follows in _DENIES_BEHIND


def _in_places(items: Sequence[Item], questions: Sequence[Question]) -> _Answers:
    answered = [_as_read(item, question) for item, question in zip(items, questions, strict=False)]
    return (*answered, *[NOT_ANSWERED] * (len(questions) - len(answered)))


def _as_read(item: Item, question: Question) -> Read:
    value = question.choices[item.number - 1].value if item.number else UNSURE
    return Read(value, item.sure, item.why)


def _numbered(
    plain: str, questions: Sequence[Question], language: str, today: date | None
) -> _Answers | None:
    """Read answers in words that stand after the number of their question: `1yes 2no`, `2) ndiyo`."""
    found = list(_INDEX.finditer(plain))
    indices = [int(match[1]) for match in found]
    if (
        not found
        or len(set(indices)) != len(indices)
        or not set(indices) <= set(range(1, len(questions) + 1))
    ):
        return None
    if not _is_talk(plain[: found[0].start()], language):
        return None
    answers = [NOT_ANSWERED] * len(questions)
    ends = [*(match.start() for match in found[1:]), len(plain)]
    for index, match, end in zip(indices, found, ends, strict=True):
        said = plain[match.end() : end]
        if re.search(r"\d", said):
            return None
        answer = one.read(said, questions[index - 1], language, today)
        if isinstance(answer, Unclear):
            return None
        answers[index - 1] = answer
    return tuple(answers)


def _is_talk(plain: str, language: str) -> bool:
    table = general(language)
    marks = (table.get(word) for word, _ in split_folded(plain))
    return all(mark is not None and mark.kind in {Kind.SMALL_TALK, Kind.JOINER} for mark in marks)


def _parted(plain: str, questions: Sequence[Question], language: str, today: date | None) -> _Answers | None:
    """Read as many parts, between new lines or punctuation or (numbers only) spaces, as there are questions."""
    splits = [[part for part in parting.split(plain) if part.strip()] for parting in _PARTINGS]
    if not all(question.type in {"choice", "text"} for question in questions):
        splits.append(plain.split())
    for parts in splits:
        if len(parts) != len(questions):
            continue
        read_parts = [
            one.read(part, question, language, today) for part, question in zip(parts, questions, strict=True)
        ]
        answers = tuple(part for part in read_parts if isinstance(part, Read))
        if len(answers) == len(questions):
            return answers
    return None
