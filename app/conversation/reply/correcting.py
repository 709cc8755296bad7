"""What a reply says of a correction: what stood before `sorry`, and whether anything stood after it. Pure.

Whose answer is corrected, the one just given or the one being given, is decided in app/conversation/correcting.py.
"""

import re
from dataclasses import dataclass
from datetime import date

from app.conversation import words
from app.conversation.meanings import Kind, Mark, vocabulary
from app.conversation.reading import correction_pattern, raw_marks, split
from app.conversation.reply import bundle
from app.conversation.reply.outcome import Unclear
from app.tasks.asking import Question
from app.texts.reserved import fold, phrases, split_folded

# `Sorry` for being late corrects nothing.
_DELAY = phrases(
    "late, delay, delayed, latereply, nimechelewa, kuchelewa, samahani kwa kuchelewa, nchelewedde, okulwa, okulwawo",
    "retard, reta, an reta, anreta, der, deri, देर, देरी, zegeyehu, ዘገየሁ, ስለዘገየሁ, mazageyet",
)
_THANKS = phrases(
    "thanks, thank, thankyou, thanx, thnx, thx, tnx, cheers, asante, asanteni, ahsante, shukrani, webale, weebale",
    "mwebale, mweebale, merci, mesi, dhanyavaad, dhanyavad, dhanyawad, shukriya, धन्यवाद, शुक्रिया, አመሰግናለሁ",
    "amesegnalehu, ameseginalehu, amesegenalehu",
)
_MOST_THANKS = 8
# Says that what follows is meant instead, however it is written.
_MEANT = re.compile(
    r"\s*(?:(?:oh|no|sorry|sory|pardon|hapana|samahani|non|d[ée]sol[ée]e?|padon|eskize m|nsonyiwa|nedda|maaf karna"
    r"|sorry ji|माफ करना|ይቅርታ)[\s,.!:-]+){0,2}(?:i meant(?: to say| to write)?|i mean|correction|nilimaanisha"
    r"|namaanisha|nilitaka kusema|je voulais dire|je veux dire|m te vle di|mwen te vle di|m vle di|ntegeeza"
    r"|mbadde ntegeeza|mera matlab(?: hai| tha)?|मेरा मतलब(?: है| था)?|ማለቴ(?: ነው)?|ለማለት ፈልጌ ነው)[\s,.:;-]+",
    re.IGNORECASE,
)
Values = tuple[str | None, ...]


@dataclass(frozen=True)
class Correction:
    """A reply that corrects.

    `opens`: nothing stood before `sorry` but talk, or a `no` that protests. `before`: the answers that stood before
    it, None where they cannot be read. `ends`: nothing stands after it (`2 sorry`).
    """

    opens: bool
    before: Values | None
    ends: bool


def mentions(text: str, language: str) -> bool:
    """Say whether a reply may correct anything; most do not, and nothing more is looked at then."""
    return correction_pattern(language).search(fold(text)) is not None


def found(
    text: str, questions: tuple[Question, ...], language: str, today: date | None = None
) -> Correction | None:
    """Return what a reply says of a correction, its answers read as those to `questions`; None where it says none."""
    plain = fold(text)
    matches = list(correction_pattern(language).finditer(plain))
    if not matches or not _DELAY.isdisjoint(word for word, _ in split_folded(plain)):
        return None
    before, after = plain[: matches[0].start()], plain[matches[-1].end() :]
    numbers = tuple(range(1, len(questions) + 1))
    read = bundle.read(before, bundle.Asked(questions, numbers, language, today))
    values = None if isinstance(read, Unclear) else tuple(answer.value for answer in read.answers)
    return Correction(
        opens=_is_talk(before, language) or _protests(before, language),
        before=values,
        ends=_is_talk(after, language),
    )


def meant(text: str, language: str) -> str:
    """Return what a reply says behind `sorry, I meant` at its head, as it was written; empty where it says none.

    `Sorry` alone is none: a text may begin so.
    """
    found = _MEANT.match(text)
    return text[found.end() :].strip() if found and mentions(found[0], language) else ""


def only_thanks(text: str, language: str) -> bool:
    """Say whether a text thanks, and says nothing else."""
    plain = fold(text)
    said = [word for word, _ in split_folded(plain)]
    return len(said) <= _MOST_THANKS and not _THANKS.isdisjoint(said) and _is_talk(plain, language)


def _is_talk(plain: str, language: str) -> bool:
    return all(mark.kind in {Kind.SMALL_TALK, Kind.JOINER} for mark in _marks(plain, language))


def _protests(plain: str, language: str) -> bool:
    """Say whether a text is one word for no, and nothing else (no sorry 2)."""
    telling = [mark.text for mark in _marks(plain, language) if mark.kind is not Kind.SMALL_TALK]
    return len(telling) == 1 and telling[0] in words.NO


def _marks(plain: str, language: str) -> list[Mark]:
    return raw_marks(split(plain), vocabulary((), language))
