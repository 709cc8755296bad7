"""A reply to a yes/no question that says what the question said: `it is about water`, `haihusu maji`. Pure.

Only where all of the reply is the question's own words, small talk and at most one denial, so that nothing is read
that the question did not say first. The question itself, sent back, is no answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.conversation.meanings import Kind, Mark, Vocabulary, general
from app.conversation.reading import raw_marks, split
from app.conversation.reply.outcome import Answered
from app.conversation.words import NO
from app.conversation.words.romanized import romanized, sound
from app.texts.reserved import phrases

_FIELD = re.compile(r"\{\w*\}")
_TALK = {Kind.SMALL_TALK, Kind.JOINER}
# A topic in capitals (about WATER?) is what is asked about; without one it is all of the words not common to any talk.
_CAPITALS = re.compile(r"(?<!\w)[A-ZÀ-Þ]{3,}(?!\w)")
_ASKING = phrases(
    "is, are, does, do, did, can, should, shall, which, what, je, eske, est ce, kya, क्या, kiki, wani"
)
_QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u1367")
# What is written together with a word: l'eau, d'eau, n'amazzi, of water in Amharic.
_BEFORE = ("l", "d", "n", "የ", "ለ", "በ", "ስለ")
_TURNING = {Kind.NO, Kind.NEGATION, Kind.ALTERNATIVE, Kind.NONE, Kind.CONTRAST}
_NOT_THERE = phrases(
    "የለም, yelem, yellem, नहीं, नहीं है, नही, nahi, nahin, nhi, nahi hai, nahin hai, pa gen, hakuna"
)
_THEY = phrases("they, these, those, yo, mesaj yo, ils, elles, hizi, ye, ये, እነዚህ")
_ARE = phrases("are, talk, speak, sont, parlent, concernent, zinahusu, yanahusu")
_THE = phrases("the, le, la, les, l")
# Where `not` ends the sentence, as in ይህ ስለ ውሃ አይደለም, a word for no may be it.
_DENY_BEHIND = {"hi", "am"}
_SURE = 0.8
_MOST_WORDS = 12
_SHORTEST_BARE = 3


@dataclass(frozen=True)
class _Topic:
    """The words of a question: those that say what it is about, all of them, and the whole as it would be sent back."""

    needed: frozenset[str]
    words: frozenset[str]
    whole: str

    def holds(self, mark: Mark) -> bool:
        """Say whether the words are the question's own, and deny nothing."""
        own = all(word in self.words for word in mark.text.split())
        return mark.kind is Kind.UNKNOWN or (own and mark.kind not in _TURNING)


def read(text: str, wordings: Sequence[str], known: Vocabulary) -> Answered | None:
    """Return the yes or no that a reply gives in the question's words; None where it does not."""
    if known.yes is None or known.no is None or text.rstrip().endswith(_QUESTION_MARKS):
        return None
    found = split(text)
    if not 0 < len(found) <= _MOST_WORDS or found[0][0] in _ASKING:
        return None
    marks = raw_marks(found, known)
    for wording in wordings:
        topic = _topic(wording, known.language)
        number = _said(marks, " ".join(word for word, _ in found), topic, known) if topic else None
        if number is not None:
            return Answered("", number, _SURE, "echo")
    return None


def affirmed_of_all(text: str, wordings: Sequence[str], known: Vocabulary, count: int) -> int | None:
    """Return the yes of a reply that says of all questions alike what they said (all of them are about water).

    Who it is said of stands first, but for a `they`: `it is all water` may be said of one. Never a denial, for what
    is not so of all may be so of some.
    """
    together = {Kind.ALL, Kind.BOTH} if count == 2 else {Kind.ALL}
    found = split(text)
    marks = raw_marks(found, known)
    at = next((at for at, mark in enumerate(marks) if mark.kind in together), None)
    if at is None or any(mark.text not in _THEY for mark in marks[:at]):
        return None
    if any(mark.kind in _TURNING or mark.boundary for mark in marks[1:]):
        return None
    start = sum(len(mark.text.split()) for mark in marks[: at + 1])
    ending = "?" if text.rstrip().endswith(_QUESTION_MARKS) else ""
    rest = [word for word, _ in found[start:]]
    if rest[:1] and rest[0] in _THE:
        return None
    said = read(" ".join(word for word in rest if word not in _ARE) + ending, wordings, known)
    return known.yes if said is not None and said.number == known.yes else None


def without_own_words(text: str, wordings: Sequence[str], known: Vocabulary) -> str:
    """Return a reply without the unknown words that its question said (river water: where do you get water?).

    Empty where there is none, where nothing else is said, and where yes and no are asked.
    """
    found = split(text)
    if known.yes is not None or known.no is not None or not 1 < len(found) <= _MOST_WORDS:
        return ""
    own = frozenset[str]().union(*(_words_of(wording) for wording in wordings))
    kept = [
        (word, boundary)
        for word, boundary in found
        if known.find(word) is not None or _own_of(word, own) is None
    ]
    if len(kept) == len(found) or text.rstrip().endswith(_QUESTION_MARKS):
        return ""
    return " ".join(f", {word}" if boundary else word for word, boundary in kept)


@lru_cache(maxsize=1024)
def _words_of(wording: str) -> frozenset[str]:
    return frozenset(word for word, _ in split(_FIELD.sub(" ", wording)))


def _said(marks: Sequence[Mark], whole: str, topic: _Topic, known: Vocabulary) -> int | None:
    if whole == topic.whole:
        return None
    strange = [word for mark in marks if mark.kind is Kind.UNKNOWN for word in mark.text.split()]
    named = {_own_of(word, topic.needed) for word in strange}
    if not topic.needed <= named or any(_own_of(word, topic.words) is None for word in strange):
        return None
    telling = [mark for mark in marks if mark.kind not in _TALK and not topic.holds(mark)]
    if not telling or (len(telling) == 1 and telling[0].number == known.yes):
        return known.yes
    # Water is not there, where that is how one says it, is no answer to whether it is about water.
    bare = len(marks) == 1 + len(strange) and telling[0].text in _NOT_THERE
    if len(telling) > 1 or bare:
        return None
    behind = known.language in _DENY_BEHIND and marks[-1] is telling[0] and telling[0].text in NO
    return known.no if behind or telling[0].kind is Kind.NEGATION else None


def _own_of(word: str, own: frozenset[str]) -> str | None:
    """Return the word of the question that this word is, whatever is written together with either; None if none is."""
    forms = _forms(word)
    return next((mine for mine in own if not forms.isdisjoint(_forms(mine))), None)


@lru_cache(maxsize=4096)
def _forms(word: str) -> frozenset[str]:
    bare = (word.removeprefix(prefix) for prefix in _BEFORE if word.startswith(prefix))
    heard = sound(word) if word.isascii() else romanized(word)
    alike = {word, f"~{heard}"} if heard else {word}
    return frozenset({*alike, *(form for form in bare if len(form) >= _SHORTEST_BARE)})


@lru_cache(maxsize=1024)
def _topic(wording: str, language: str) -> _Topic | None:
    """Return what a question is about; None where that is nothing, or it denies or offers two things itself."""
    fixed = _FIELD.sub(" ", wording)
    words = [word for word, _ in split(fixed)]
    table = general(language)
    strange = {word for word in words if word not in table and word not in _ASKING}
    shouted = {word for found in _CAPITALS.findall(fixed) for word, _ in split(found)} & strange
    plain = not any(word in table and table[word].kind in _TURNING for word in words)
    needed = strange if fixed == fixed.upper() else shouted or strange
    return _Topic(frozenset(needed), frozenset(words), " ".join(words)) if needed and plain else None
