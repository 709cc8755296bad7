"""Answers that say in words which question each is for: `first yes second no`, `yes to 1 no to 2`. Pure.

Written again with the number of each question in front (`1) yes 2) no`), as bundle.py reads them; empty where a
reply says nothing so.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from app.conversation.meanings import LETTERS
from app.conversation.reply.spelled import number_words

_BEHIND = "to|for|on|kwa|ku|pour|a|pou"
_ARTICLE = "the|number|no|la|le|ya|namba|swali la|question|numero"
_ANSWER_FIRST = re.compile(
    rf"([^\W\d_]+),? (?:{_BEHIND})(?: (?:{_ARTICLE}))?(?: (?:{_ARTICLE}))? (\d{{1,2}})(?!\d)(?: one)?"
)
_QUESTION_DIGIT = re.compile(
    r"(?<![^\W_])(?:question|qn|qst|swali la|swali|la|ya|ekibuuzo|kesyon|sawal|सवाल|प्रश्न|ጥያቄ)"
    r" ?(\d{1,2})(?=[ :,.)-]+[^\W\d])[ :,.)-]+"
)
_AND = "and|na|ne|et|ak|aur|और|እና|ena|,|&|\\+"
_GROUP = re.compile(
    rf"((?:\d{{1,2}} ?(?:{_AND}) ?)*\d{{1,2}}) ?(?:are|is|ni|sont|se|ሁለቱም|:|\))? ?([^\W\d][^\d]*)"
)
# What stands beside a word that numbers a question, and says only that it is one.
_QUESTION = (
    "questions?|qn|swali|swala|jibu|ekibuuzo|ekibuzo|okuddamu|kesyon|kesyon an|sawal|सवाल|प्रश्न|ጥያቄ|tiyake|wala|wali"
    "|wale|वाला|वाली|वाले|one|ke liye|के लिए|the|for|kwa|ku|pour|pou|la|le|du|de"
)
_LAST = (
    "the last one|the last|last one|last|ya mwisho|la mwisho|cha mwisho|wa mwisho|esembayo|ekisembayo|asembayo"
    "|le dernier|la derniere|dernier|derniere|denye a|denye|aakhri|aakhiri|akhri|akhiri|antim|आखिरी|अंतिम|የመጨረሻው|የመጨረሻ"
    "|yemechereshaw|yemechersha"
)

_LETTERED = re.compile(r"(?<![^\W_])([a-h]) ?[).:] ?(?=[^\W\d_])")
_CLAUSE_ENDS = re.compile(r"[.;,\n፣፤።।]+(?=\s|$)|(?<![^\W_])(?:but|lakini|naye|mais|men|lekin|ግን)(?![^\W_])")
# All questions but those named before; where that cannot be read, it is asked.
OTHERS = re.compile(
    r"(?<![^\W_])(?:(?:for |to |kwa |pour |pou )?(?:the |les |all )?"
    r"(?:other two|deux autres|rest|others|other ones"
    r"|zingine|zilizobaki|nyingine|zote zilizobaki|endala|ebirala|ezisigadde|autres|le reste"
    r"|lot yo|rest yo|baaki|baki|बाकी दोनों|baaki dono|baki dono|बाकी|ሌሎቹ|ሌሎች|የቀሩት|lelochu))(?![^\W_])"
)
_OTHER_TWO = re.compile(r"other two|deux autres|बाकी दोनों|ba+ki dono")
# The first of three, and the second.
_FIRST_TWO = re.compile(r"(?<![^\W_])(?:the first two|first two|les deux premiere?s)(?![^\W_])")
_FIRST_AND_SECOND = {"en": "the first and the second", "fr": "le premier et le deuxieme"}
# And, written together with what follows (n'ekyokusatu).
_LUGANDA_AND = re.compile(r"(?<![^\W_])n(?=[aeo]\w*oku)")
# What is left of a list of questions when they are taken out of it.
_LOOSE_AND = re.compile(
    rf"(?<![^\W_])(?:{_AND}|n'?)(?= *,| *$)|(?<=,)(?: *(?:{_AND}|n'?))+(?![^\W_])|,(?= *,)"
)


@lru_cache(maxsize=16)
def _ordinals(language: str) -> tuple[re.Pattern[str], Mapping[str, int]]:
    places = number_words(language).ordinals
    longest_first = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
    beside = rf"(?:(?:{_QUESTION}) ){{0,3}}"
    behind = rf"(?: (?:{_QUESTION})(?![^\W_])){{0,2}}"
    return re.compile(rf"(?<![^\W_]){beside}(?P<place>{longest_first}|{_LAST}){behind}(?![^\W_])"), places


def numbered(plain: str, language: str, count: int) -> str:
    """Write the words that number several of `count` questions as digits: `first yes second no` as `1) yes 2) no`."""
    pattern, places = _ordinals(language)
    if not any(place in plain for place in places) or _FIRST_TWO.search(plain):
        return ""
    named = [places.get(found["place"], count) for found in pattern.finditer(plain)]
    if len(set(named)) != len(named):
        return ""
    rest = pattern.sub(" | ", plain)
    digits = [len(re.findall(r"\d", part)) for part in rest.split("|")]
    if digits[0] == 0 and set(digits[1:]) == {1}:
        return _written(pattern, places, count, plain)
    if any(digits):
        return ""
    return turned(_written(pattern, places, count, plain, mark="")) or _written(pattern, places, count, plain)


def _written(
    pattern: re.Pattern[str], places: Mapping[str, int], count: int, plain: str, mark: str = ")"
) -> str:
    def digit(found: re.Match[str]) -> str:
        return f" {places.get(found['place'], count)}{mark} "

    keeps_prepositions = mark == ""
    return re.sub(r" +", " ", (_bare(pattern) if keeps_prepositions else pattern).sub(digit, plain)).strip()


@lru_cache(maxsize=32)
def _bare(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return what finds the words that number alone, so that `yes for the first` keeps its `for`."""
    place = pattern.pattern[pattern.pattern.index("(?P<place>") :]
    return re.compile(rf"(?<![^\W_])(?:(?:the|la|le) )?{place}")


def turned(plain: str) -> str:
    """Write answers that stand before the numbers of their questions behind them: `yes to 1` as `1) yes`."""
    found = _ANSWER_FIRST.findall(plain)
    if len(found) < 2 or re.search(
        r"\w", re.sub(r"(?<![^\W_])and(?![^\W_])", "", _ANSWER_FIRST.sub("", plain))
    ):
        return ""
    return " ".join(f"{number}) {answer}" for answer, number in found)


def grouped(plain: str, numbers: Sequence[int]) -> str:
    """Write one answer to several questions as many: `1 and 2 yes 3 no` as `1) yes 2) yes 3) no`.

    Only where every question of the message is named once, since `1 and 2` may be answers as well.
    """
    found = _GROUP.findall(plain)
    named = [int(digit) for digits, _ in found for digit in re.findall(r"\d+", digits)]
    apart = re.search(r"\w", _GROUP.sub("", plain)) is None
    if len(found) < 2 or len(named) == len(found) or not apart or sorted(named) != sorted(numbers):
        return ""
    return " ".join(
        f"{digit}) {answer.strip()}" for digits, answer in found for digit in re.findall(r"\d+", digits)
    )


def named(plain: str, language: str, numbers: Sequence[int]) -> str:
    """Write what names its questions by a word and a digit, or all of them by number words, with digits alone.

    `Kesyon 1 wi kesyon 2 non`, `ya 2 hapana`; `moja ndio mbili hapana tatu ndio`.
    """
    shorter = _QUESTION_DIGIT.sub(lambda found: f"{found[1]}) ", plain)
    if shorter != plain:
        return shorter
    said = plain.split()
    table = number_words(language).numbers
    at = [place for place, word in enumerate(said) if table.get(word) in numbers]
    in_order = [table[said[place]] for place in at] == list(numbers) and at[:1] == [0]
    apart = all(here + 1 < there for here, there in pairwise([*at, len(said)]))
    if not in_order or not apart or len(numbers) < 2 or re.search(r"\d", plain):
        return ""
    return " ".join(f"{table[word]})" if place in at else word for place, word in enumerate(said))


def lettered(plain: str, numbers: Sequence[int]) -> str:
    """Write letters that stand for the questions' numbers as digits: `a) yes b) no` as `1) yes 2) no`."""
    found = list(_LETTERED.finditer(plain))
    letters = "".join(mark[1] for mark in found)
    if len(found) < 2 or letters != LETTERS[: len(numbers)] or plain[: found[0].start()].strip():
        return ""
    ends = [*(mark.start() for mark in found[1:]), len(plain)]
    answers = [plain[mark.end() : end].strip(" ,;.") for mark, end in zip(found, ends, strict=True)]
    if any(re.search(r"\d", answer) or len(answer) < 2 for answer in answers):
        return ""
    return " ".join(f"{number}) {answer}" for number, answer in zip(numbers, answers, strict=True))


def by_clause(plain: str, language: str, numbers: Sequence[int]) -> str:
    """Write one answer a clause, each said of the questions it names in words, as one a question.

    `Yes for the first and the third, no for the second`; only where every question is named once.
    """
    pattern, places = _ordinals(language)
    if re.search(r"\d", plain):
        return ""
    answers: dict[int, str] = {}
    count = 0
    if language in _FIRST_AND_SECOND:
        plain = _FIRST_TWO.sub(_FIRST_AND_SECOND[language], plain)
    if not _CLAUSE_ENDS.search(plain) and _OTHER_TWO.search(plain):
        plain = OTHERS.sub(lambda found: f". {found[0]}", plain)
    if language == "lg":
        plain = _LUGANDA_AND.sub("ne ", plain)
    for clause in _CLAUSE_ENDS.split(plain):
        named = [places.get(found["place"], len(numbers)) for found in pattern.finditer(clause)]
        if not named and OTHERS.search(clause):
            named = [number for number in numbers if number not in answers]
            if _OTHER_TWO.search(clause) and len(named) != 2:
                return ""
        answer = _LOOSE_AND.sub(" ", OTHERS.sub(" ", pattern.sub(" , ", clause))).strip(" ,")
        if not named or not answer or "," in answer or any(number in answers for number in named):
            return ""
        answers |= dict.fromkeys(named, answer)
        count += 1
    if count < 2 or sorted(answers) != sorted(numbers):
        return ""
    return " ".join(f"{number}) {answer}" for number, answer in sorted(answers.items()))


def names_several(plain: str) -> bool:
    """Say whether a reply speaks of several questions together: the others, the first two."""
    return OTHERS.search(plain) is not None or _FIRST_TWO.search(plain) is not None


def is_named(plain: str, language: str) -> bool:
    """Say whether a word of the reply says which question it answers."""
    return _QUESTION_DIGIT.search(plain) is not None or names_places(plain, language) > 0


def names_places(plain: str, language: str) -> int:
    """Return how many words of a reply may number a question."""
    pattern, _ = _ordinals(language)
    return sum(1 for _ in pattern.finditer(plain))
