"""What a reply says to a message of one or several questions. Pure.

A reply to several may name them (`Q7 1 Q8 2`), number them (`1) yes 2) no`), part them (by lines or commas), list
its answers in order, or say one thing for all. Every arrangement that can be read is; where two of them come to
different answers, none is taken. Fewer answers than questions are the first ones.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.conversation import words
from app.conversation.meanings import Kind, Mark, general, vocabulary
from app.conversation.reading import correction_pattern, raw_marks, settle, split
from app.conversation.reading import marked as all_marked
from app.conversation.reply import choice, counting, courtesies, echo, guards, initials, one, placed
from app.conversation.reply.naming import named_parts
from app.conversation.reply.outcome import NOT_ANSWERED, UNSURE, Doubt, Read, Replied, Unclear
from app.conversation.reply.sequence import Item, in_order, numbered_digits
from app.tasks.asking import Question
from app.texts.reserved import fold, split_folded

_LEADING_TAG = re.compile(r"^\s*[qQ]\s?\d{1,4}(?!\w)[\s:.)\-]*")
_INDEX = re.compile(r"(?<!\d)[#(]?([0-9]{1,2})(?![0-9])[ ).:=>-]*")
# Its number and its answer: `2=1` is one answer, whatever stands between it and the next.
_NUMBERED_DIGIT = re.compile(r"\d ?[):=>] ?\d")
_PARTINGS = (
    re.compile(r"\n+"),
    re.compile(r"[;,፣፤]+"),
    re.compile(r"(?<!\d)[.!?።।]+(?=\s|$)|[;,/\n፣፤]+"),
)
# `2. no`: the number of one question, and its answer.
_ONE_NUMBERED = re.compile(r"\W*\d{1,2} ?[.):](?!\d)\D*")
_PLACED_DIGIT = re.compile(r"(\d+)\) ([^)]*?)(?=\s*\d+\)|$)")
_LONGEST_REPLY_WORDS = 40
# All but one: who is left out may be a question or a choice.
_EXCEPT = re.compile(
    r"(?<![^\W_])(?:except|all but|isipokuwa|ila|okuggyako|sauf|excepte|sof|eksepte|chhodkar|ke alawa|छोडकर|के अलावा"
    r"|በስተቀር|beteseker)(?![^\W_])"
)
# What no other arrangement can mend.
_FINAL = frozenset({"stop-inside", "command-inside", "nothing-known", "empty"})
# Of what was not understood, what may be said in the question's own words.
_ECHOED = frozenset({"nothing-known", "negated"})
_SURE_NUMBERED = 0.95
_SURE_ALL = 0.9
_TALK = {Kind.SMALL_TALK, Kind.JOINER}
_HINDI, _AMHARIC = words.BY_CODE["hi"], words.BY_CODE["am"]
_DENIES_BEHIND = _HINDI.no | _HINDI.negations | _AMHARIC.negations

_Answers = tuple[Read, ...]


@dataclass(frozen=True)
class Asked:
    """What a message asked, of whom and when; `numbers` are those its questions have in the message, in order."""

    questions: tuple[Question, ...]
    numbers: tuple[int, ...]
    language: str
    today: date | None

    def read(self, at: int, said: str) -> Read | Unclear:
        """Read `said` as the answer to the question at this place."""
        return one.read(said, self.questions[at], self.language, self.today)

    def from_place(self, at: int) -> "Asked":
        """Return what is asked from this place on."""
        return replace(self, questions=self.questions[at:], numbers=self.numbers[at:])

    def answered(self, answers: dict[int, Read]) -> _Answers:
        """Return the answers by place, and that the others were not answered."""
        return tuple(answers.get(at, NOT_ANSWERED) for at in range(len(self.questions)))


def read(text: str, asked: Asked) -> Replied | Unclear:
    """Read a reply to a message."""
    if not asked.questions:
        return Unclear("nothing-known")
    wordy = any(question.type == "text" for question in asked.questions)
    refused = guards.doubt(text, wordy=wordy)
    if refused is not None:
        return Unclear(refused)
    if not wordy:
        text = courtesies.without(text)
    plain = fold(text)
    parts = named_parts(plain)
    if parts:
        return _named(parts, text, asked)
    if parts is None and not wordy:
        return Unclear("two-readings")
    if len(asked.questions) == 1:
        found = _alone(text, plain, asked)
        if isinstance(found, Unclear):
            return found
        return Replied((found,), corrects=not wordy and _opens_with_correction(plain, asked.language))
    return _several(plain, asked)


def _alone(text: str, plain: str, asked: Asked) -> Read | Unclear:
    """Read a reply to one question, which may have another number than 1 in a message others of which are answered."""
    found = _echoed(text, asked, asked.read(0, text))
    numbered = _numbered(plain, asked) if asked.numbers != (1,) else None
    if numbered is None or found == numbered[0]:
        return found
    return numbered[0] if isinstance(found, Unclear) else Unclear("two-readings")


def _echoed(text: str, asked: Asked, found: Read | Unclear) -> Read | Unclear:
    """Read what says no more than `nothing-known` as the question's own words, affirmed or denied."""
    question = asked.questions[0]
    if not question.choices or not isinstance(found, Unclear) or found.why not in _ECHOED:
        return found
    known = vocabulary(question.choices, asked.language)
    said = echo.read(text, question.wordings, known) if question.type == "choice" else None
    if said is not None:
        return Read(question.choices[said.number - 1].value, said.confidence, said.why)
    rest = echo.without_own_words(text, question.wordings, known)
    again = asked.read(0, rest) if rest else found
    if isinstance(again, Unclear):
        return found
    return replace(again, confidence=min(again.confidence, choice.SURE_AMONG_UNKNOWN_WORDS))


def _named(parts: Sequence[tuple[int, str]], text: str, asked: Asked) -> Replied | Unclear:
    """Read each part for the question it names: by its tag, or by its number where no tag fits.

    A tag stands for its whole message as well: `Q7 121` answers the three questions from Q7 on.
    """
    answers: dict[int, Read] = {}
    for named, part in parts:
        at = _place_named(named, parts, asked)
        if at is None:
            return Unclear("other-question", f"Q{named}")
        alone = len(parts) == 1
        said = _LEADING_TAG.sub("", text) if asked.questions[at].type == "text" and alone else part
        found = asked.read(at, said)
        if isinstance(found, Unclear) and alone and at + 1 < len(asked.questions):
            rest = _several(part, asked.from_place(at))
            return rest if isinstance(rest, Unclear) else _placed_from(at, named, rest)
        if isinstance(found, Unclear):
            return Unclear(found.why, f"Q{named}")
        if at in answers and answers[at].value != found.value:
            return Unclear("two-readings", f"Q{named}")
        answers[at] = found
    corrects = _opens_with_correction(parts[0][1], asked.language)
    return Replied(asked.answered(answers), parts[0][0] if len(parts) == 1 else None, corrects)


def _placed_from(at: int, named: int, rest: Replied) -> Replied:
    return Replied((*[NOT_ANSWERED] * at, *rest.answers), named, rest.corrects)


def _place_named(named: int, parts: Sequence[tuple[int, str]], asked: Asked) -> int | None:
    tags = [question.tag for question in asked.questions]
    if named in tags:
        return tags.index(named)
    if len(tags) == 1:
        return 0 if tags[0] is None and len({number for number, _ in parts}) == 1 else None
    by_number = not any(number in tags for number, _ in parts)
    return asked.numbers.index(named) if by_number and named in asked.numbers else None


def _opens_with_correction(plain: str, language: str) -> bool:
    known = vocabulary((), language)
    opening = raw_marks([(word, False) for word, _ in split_folded(plain[:120])][:12], known)
    kinds = [mark.kind for mark in opening if mark.kind not in _TALK]
    return bool(kinds) and kinds[0] in {Kind.CORRECTION, Kind.WAIT}


def _several(plain: str, asked: Asked) -> Replied | Unclear:
    if len(split(plain)) > _LONGEST_REPLY_WORDS:
        return Unclear("too-long")
    lettered = initials.read(plain, asked.questions, asked.numbers, asked.language)
    if lettered is not None:
        return lettered if isinstance(lettered, Unclear) else Replied(asked.answered(lettered))
    found = list(correction_pattern(asked.language).finditer(plain))
    if not found:
        return _replied(_arranged(plain, asked))
    before, after = plain[: found[0].start()], plain[found[-1].end() :]
    latest = _arranged(after, asked)
    earliest = _arranged(before, asked)
    if isinstance(earliest, Unclear):
        nothing_before = earliest.why in {"empty", "nothing-known"}
        return _replied(latest, corrects=True) if nothing_before else earliest
    if isinstance(latest, Unclear):
        nothing_more = latest.why in {"empty", "nothing-known"} and not re.search(r"\d", after)
        mark = general(asked.language).get(found[-1][0])
        if mark is not None and mark.kind is Kind.WAIT:
            return Unclear("unfinished")
        return _replied(earliest) if nothing_more else latest
    return _replaced(earliest, latest)


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


def _arranged(plain: str, asked: Asked) -> _Answers | Unclear:
    """Read every arrangement of the answers, and take what they come to where that is one thing."""
    first = asked.questions[0]
    alike = all(other.type == "choice" and other.choices == first.choices for other in asked.questions)
    if alike and (_mixed(plain, asked) or _EXCEPT.search(plain)):
        return Unclear("two-readings")
    if alike and len(asked.questions) > 1 and placed.names_several(plain):
        rest = _numbered(placed.by_clause(plain, asked.language, asked.numbers), asked)
        return rest or Unclear("two-readings")
    readings, doubts, several = _alike(plain, asked) if alike else ([], [], False)
    if several and not readings and doubts and doubts[0] in _FINAL:
        return Unclear(doubts[0])
    for found in (
        _numbered(placed.turned(plain), asked),
        _numbered(placed.grouped(plain, asked.numbers), asked),
        _numbered(placed.named(plain, asked.language, asked.numbers), asked),
        _numbered(placed.lettered(plain, asked.numbers), asked),
        _numbered(placed.by_clause(plain, asked.language, asked.numbers), asked),
        _numbered(plain, asked),
        _placed(plain, asked),
        _parted(plain, asked),
    ):
        readings += [found] if found is not None else []
    if len({tuple(answer.value for answer in answers) for answers in readings}) > 1:
        return Unclear("two-readings")
    if not readings and len(asked.questions) > 1 and placed.names_places(plain, asked.language):
        return Unclear("two-readings")
    by_place = readings and (_one_numbered(plain, asked) or placed.is_named(plain, asked.language))
    alone = None if several or by_place else asked.read(0, plain)
    if isinstance(alone, Read):
        readings.append(asked.answered({0: alone}))
    elif alone is not None:
        doubts.append(alone.why)
    if not readings:
        return Unclear(doubts[0] if doubts else "nothing-known")
    # The first answer alone is part of a reading of them all.
    return (
        readings[0] if all(_holds(readings[0], answers) for answers in readings) else Unclear("two-readings")
    )


def _one_numbered(plain: str, asked: Asked) -> bool:
    """Say whether a reply answers one question by its number (2. no); of two, that may be a choice and its label."""
    return len(asked.questions) > 2 and _ONE_NUMBERED.fullmatch(plain) is not None


def _holds(fuller: _Answers, other: _Answers) -> bool:
    """Say whether a reading says all that another does."""
    return all(
        mine.value == theirs.value
        for mine, theirs in zip(fuller, other, strict=True)
        if theirs.value is not None
    )


def _alike(plain: str, asked: Asked) -> tuple[list[_Answers], list[Doubt], bool]:
    """Read arrangements that need all questions to have the same choices; say also whether more than one is said."""
    known = vocabulary(asked.questions[0].choices, asked.language)
    marked = all_marked(plain, known)
    doubt = _doubt(marked)
    if doubt is not None:
        return [], [doubt], True
    same = _same_for_all(marked, asked) or _echoed_for_all(plain, asked)
    if same is not None:
        return [same], [], True
    count = len(asked.questions)
    items = in_order(marked, known, count)
    talk = frozenset(mark.text for mark in marked if mark.kind in _TALK)
    too_many = items is not None and len(items) > count
    pairs = numbered_digits(plain, talk, asked.numbers, known.count, only_way=too_many)
    if pairs is not None:
        places = {
            asked.numbers.index(index): Item(picked, _SURE_NUMBERED, "number")
            for index, picked in pairs.items()
        }
        plainly = items is not None and 1 < len(items) <= count and _may_be_list(plain)
        listed = [_in_places(dict(enumerate(items or [])), asked)] if plainly else []
        return [_in_places(places, asked), *listed], [], True
    if items is None or len(items) <= 1:
        return [], ["two-readings"] if _says_more(marked) else [], _says_more(marked)
    if too_many:
        return [], ["too-many"], True
    return [_in_places(dict(enumerate(items)), asked)], [], True


def _mixed(plain: str, asked: Asked) -> bool:
    """Say whether a word and a digit may be two answers, or a question's number and its answer (no 2; 2 yes).

    A digit behind a word may always be; before one, where two questions were asked, unless it is marked as a number.
    """
    marked = all_marked(plain, vocabulary(asked.questions[0].choices, asked.language))
    said = [mark for mark in marked if mark.kind not in _TALK]
    if len(said) != 2 or not all(mark.kind is Kind.CHOICE for mark in said):
        return False
    first, last = said
    if first.text.isdecimal() == last.text.isdecimal():
        return False
    if last.text.isdecimal():
        return True
    return len(asked.questions) == 2 and first.number != last.number and _may_be_list(plain)


def _says_more(marked: Sequence[Mark]) -> bool:
    """Say whether more than one answer is said in no plain list; `1 yes` is one answer said twice."""
    said = [mark for mark in marked if mark.kind in {Kind.CHOICE, Kind.OUTSIDE}]
    again = len(said) == 2 and said[0].number == said[1].number and said[0].how is not said[1].how
    return len(said) > 1 and not again and not any(mark.kind is Kind.NEGATION for mark in marked)


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
    if kinds <= _TALK and not any(mark.alone for mark in marked):
        return "nothing-known" if marked else "empty"
    return None


def _same_for_all(marked: Sequence[Mark], asked: Asked) -> _Answers | None:
    """Read `all yes`, `zote 1`: one answer, said of all."""
    together = {Kind.ALL, Kind.BOTH} if len(asked.questions) == 2 else {Kind.ALL}
    if not any(mark.kind in together for mark in marked):
        return None
    rest = settle([mark for mark in marked if mark.kind not in together])
    if any(mark.kind not in {Kind.CHOICE, *_TALK} for mark in rest):
        return None
    numbers = {mark.number for mark in rest if mark.kind is Kind.CHOICE}
    if len(numbers) != 1 or _denies_all(marked, together):
        return None
    item = Item(numbers.pop(), _SURE_ALL, "all")
    return _in_places(dict.fromkeys(range(len(asked.questions)), item), asked)


def _echoed_for_all(plain: str, asked: Asked) -> _Answers | None:
    """Read the question's own words, affirmed of all: all of them are about water."""
    first = asked.questions[0]
    if any(other.wordings != first.wordings for other in asked.questions):
        return None
    known = vocabulary(first.choices, asked.language)
    number = echo.affirmed_of_all(plain, first.wordings, known, len(asked.questions))
    item = Item(number, _SURE_ALL, "all") if number is not None else None
    return _in_places(dict.fromkeys(range(len(asked.questions)), item), asked) if item else None


def _denies_all(marked: Sequence[Mark], together: set[Kind]) -> bool:
    """Say whether `no` after `all` may mean not all, as where it stands behind what it denies (sabhi nahi)."""
    at = next(at for at, mark in enumerate(marked) if mark.kind in together)
    follows = marked[at + 1].text if at + 1 < len(marked) else ""
    return follows in _DENIES_BEHIND


def _in_places(items: dict[int, Item], asked: Asked) -> _Answers:
    return asked.answered({at: _as_read(item, asked.questions[at]) for at, item in items.items()})


def _as_read(item: Item, question: Question) -> Read:
    value = question.choices[item.number - 1].value if item.number else UNSURE
    return Read(value, item.sure, item.why)


def _placed(plain: str, asked: Asked) -> _Answers | None:
    """Read answers whose questions are numbered in words: `first yes second no`, `first 1 second 2`."""
    said = placed.numbered(plain, asked.language, len(asked.questions))
    if not said or not _NUMBERED_DIGIT.search(said):
        return _numbered(said, asked)
    parts = [(int(number), answer) for number, answer in _PLACED_DIGIT.findall(said)]
    if not parts or any(number not in asked.numbers for number, _ in parts):
        return None
    places = {asked.numbers.index(number): answer for number, answer in parts}
    answers = {at: asked.read(at, answer) for at, answer in places.items()}
    read_all = {at: answer for at, answer in answers.items() if isinstance(answer, Read)}
    return asked.answered(read_all) if len(read_all) == len(answers) else None


def _numbered(plain: str, asked: Asked) -> _Answers | None:
    """Read answers in words that stand after the number of their question: `1yes 2no`, `2) ndiyo`."""
    found = list(_INDEX.finditer(plain))
    indices = [int(match[1]) for match in found]
    if not found or len(set(indices)) != len(indices) or not set(indices) <= set(asked.numbers):
        return None
    if not _is_talk(plain[: found[0].start()], asked.language):
        return None
    answers: dict[int, Read] = {}
    ends = [*(match.start() for match in found[1:]), len(plain)]
    for index, match, end in zip(indices, found, ends, strict=True):
        said = plain[match.end() : end]
        at = asked.numbers.index(index)
        counts = re.search(r"\d", said) or counting.PART.match(said)
        answer = asked.read(at, said) if not counts else None
        if not isinstance(answer, Read):
            return None
        answers[at] = answer
    return asked.answered(answers)


def _is_talk(plain: str, language: str) -> bool:
    table = general(language)
    marks = (table.get(word) for word, _ in split_folded(plain))
    return all(mark is not None and mark.kind in _TALK for mark in marks)


def _parted(plain: str, asked: Asked) -> _Answers | None:
    """Read as many parts, between new lines or punctuation or (numbers only) spaces, as there are questions."""
    if _NUMBERED_DIGIT.search(plain):
        return None
    splits = [[part for part in parting.split(plain) if part.strip()] for parting in _PARTINGS]
    if not all(question.type in {"choice", "text"} for question in asked.questions):
        splits.append(plain.split())
    for parts in splits:
        if len(parts) != len(asked.questions):
            continue
        answers: dict[int, Read] = {}
        for at, part in enumerate(parts):
            answer = asked.read(at, part)
            if isinstance(answer, Unclear):
                break
            answers[at] = answer
        else:
            return asked.answered(answers)
    return None
