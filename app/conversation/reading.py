"""A reply taken apart: its words, repaired as keypads need it, and marked with what each does.

What a word may mean is app/conversation/meanings.py's; what the marked words amount to is decided in
app/conversation/reply/. Pure.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.conversation import words
from app.conversation.meanings import How, Kind, Mark, Vocabulary, is_number
from app.conversation.words.ethiopic import drops_glide, indefinite, latin_sound
from app.conversation.words.romanized import sound
from app.texts.reserved import fold, is_boundary, split_folded

_DIGIT_LIKE = re.compile("[0-9ol]+")
_GLUED = re.compile(r"([0-9]+)(\D+)|(\D+)([0-9]+)")
# 1y2n3y: what a keypad makes of several answers without a space.
_CHAINED = re.compile(r"(?:[0-9]{1,2}\D{1,12}){2,20}|(?:\D{1,12}[0-9]{1,2}){2,20}")
_LINKS = re.compile(r"[0-9]+|\D+")
# Glued to a number they make it a time of day; apart, `am` is a verb.
_HALVES_OF_DAY = {"am", "pm"}
_STRETCHED = re.compile(r"(.)\1{2,}")
# What a language writes together with a word: before it, after it, and the vowels it leaves out at its head.
_AFFIXES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "fr": (("l", "d"), (), ()),
    "ht": (("l", "d"), (), ()),
    "lg": (("n", "ng"), (), ("a", "e", "o")),
    # Where something is: mtoni, at the river (mto).
    "sw": ((), ("ni",), ()),
    "am": (("ስለ", "የ", "ለ", "በ", "ከ"), ("ና", "ን", "ው"), ()),
}
# Of, for, at, from and about, in Amharic written in Latin letters.
_LATIN_PREFIXES = ("ye", "le", "be", "ke", "sile")
_THUMBS = {
    "\U0001f44d": "yes",
    "\u2705": "yes",
    "\u2714": "yes",
    "\u2611": "yes",
    "\U0001f44c": "yes",
    "\U0001f44e": "no",
    "\u274c": "no",
    "\u2716": "no",
    "\u274e": "no",
}
_THUMB = re.compile("|".join(_THUMBS))
# What makes an amount of money of a number without a word: 50/=, 50/-, $50.
_MONEY = re.compile(r"(?<=\d)\s?/[=-]|[$€£¥₹৳₦]|%")

# A word of a reply, and whether punctuation or a new line stood before it.
Token = tuple[str, bool]


@lru_cache(maxsize=16)
def correction_pattern(language: str) -> re.Pattern[str]:
    """Return what finds `sorry`, `wait` and their like in a folded reply."""
    phrases = {phrase for table in words.mixed(language) for phrase in table.corrections | table.waits}
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![^\W_])")


def split(text: str) -> list[Token]:
    """Return the words of a reply; a reply of nothing but thumbs is the words they stand for."""
    plain = _MONEY.sub(_as_unit, fold(text))
    found = [(word, is_boundary(gap)) for word, gap in split_folded(plain)]
    return found or [(_THUMBS[thumb], False) for thumb in _THUMB.findall(text)]


def _as_unit(found: re.Match[str]) -> str:
    return " percent " if found[0] == "%" else " shs "


@lru_cache(maxsize=256)
def marked(text: str, known: Vocabulary) -> tuple[Mark, ...]:
    """Return `raw_marks` of a reply: made once, though several readings are tried."""
    return tuple(raw_marks(split(text), known))


def raw_marks(found: Sequence[Token], known: Vocabulary) -> list[Mark]:
    """Mark the words of a reply, the longest known phrase first; words with a meaning alone keep both."""
    repaired = _repaired(found, known)
    marked: list[Mark] = []
    at = 0
    while at < len(repaired):
        size, mark = _longest_at(repaired, at, known)
        phrase = " ".join(word for word, _ in repaired[at : at + size])
        marked.append(Mark(mark.kind, phrase, mark.number, mark.how, repaired[at][1], mark.alone))
        at += size
    return marked


def _longest_at(found: Sequence[Token], at: int, known: Vocabulary) -> tuple[int, Mark]:
    for size in range(min(known.longest_from(found[at][0]), len(found) - at), 0, -1):
        mark = known.find(" ".join(word for word, _ in found[at : at + size]))
        if (
            mark is None
            or _parted(mark, found, at, size)
            or (size > 1 and _hides_label(mark, found, at, size, known))
        ):
            continue
        return (1, known.find(found[at][0]) or mark) if _shared(found, at, size, known) else (size, mark)
    word = found[at][0]
    if not is_number(word):
        return 1, Mark(Kind.UNKNOWN)
    # A leading nought may be a `don't know` before another number.
    slipped = len(word) > 1 and word.startswith("0")
    return 1, Mark(Kind.OUTSIDE, how=How.NUMBER) if slipped else known.numbered(int(word), How.NUMBER)


def _parted(mark: Mark, found: Sequence[Token], at: int, size: int) -> bool:
    """Say whether a pause parts the words of a phrase that changes what was said (wait. no)."""
    changes = mark.kind in {Kind.WAIT, Kind.CORRECTION}
    return changes and any(boundary for _, boundary in found[at + 1 : at + size])


def _shared(found: Sequence[Token], at: int, size: int, known: Vocabulary) -> bool:
    """Say whether the second of two words that say `don't know` says it with the third (nahi, pata nahi)."""
    words = [word for word, _ in found[at : at + 3]]
    if size != 2 or len(words) != 3:
        return False
    phrases = [known.find(" ".join(words[first : first + 2])) for first in (0, 1)]
    return all(phrase is not None and phrase.how is How.UNSURE for phrase in phrases)


def _hides_label(mark: Mark, found: Sequence[Token], at: int, size: int, known: Vocabulary) -> bool:
    """Say whether a fixed phrase ends within the name of a choice, or holds one (ni mbaya, where that is a choice)."""
    names = mark.kind is Kind.TOPIC and any(word in known.own for word, _ in found[at : at + size])
    return names or _cuts_label(found, at, size, known)


def _cuts_label(found: Sequence[Token], at: int, size: int, known: Vocabulary) -> bool:
    """Say whether a fixed phrase ends within the name of a choice: `its not` in `its not spam` where that is one."""
    if " ".join(word for word, _ in found[at : at + size]) in known.own:
        return False
    return any(
        start + length > at + size
        and " ".join(word for word, _ in found[start : start + length]) in known.own
        for start in range(at + 1, at + size)
        for length in range(2, known.own_heads.get(found[start][0], 0) + 1)
    )


def settle(marked: list[Mark]) -> list[Mark]:
    """Give words their meaning alone where all others are small talk, and otherwise take that meaning away."""
    special = [mark for mark in marked if mark.alone]
    if not special:
        return marked
    talk = {Kind.SMALL_TALK, Kind.JOINER}
    others_talk = all(mark.kind in talk for mark in marked if not mark.alone)
    meanings = {(mark.alone.kind, mark.alone.number, mark.alone.how) for mark in special if mark.alone}
    # Said twice in other words (eeh ni kweli), it means the same; a letter said twice is a list.
    if len(meanings) != 1 or not others_talk or (len(special) > 1 and special[0].alone_is_letter):
        return [mark._replace(alone=None) for mark in marked]
    return [
        mark.alone._replace(text=mark.text, boundary=mark.boundary) if mark.alone else mark for mark in marked
    ]


def _repaired(found: Sequence[Token], known: Vocabulary) -> list[Token]:
    """Undo what keypads do to words: o for 0, 1yes for 1 yes, yesss for yes."""
    repaired: list[Token] = []
    # l 2 l: nothing but digits, and letters that look like them.
    digits = any(is_number(word) for word, _ in found) and all(
        _DIGIT_LIKE.fullmatch(word) for word, _ in found
    )
    for word, boundary in found:
        pieces = _pieces(word, known, only=len(found) == 1 or digits)
        repaired += [(piece, boundary and index == 0) for index, piece in enumerate(pieces)]
    return repaired


def _without_affix(word: str, known: Vocabulary) -> list[str] | None:
    """Return a choice's name without what its language writes together with it; None where there is nothing such.

    French l'eau; Luganda n'emmere, and mmere for emmere after a preposition; Amharic wuha-na (water and), of water.
    """
    if known.language not in _AFFIXES and known.language != "hi":
        return None
    prefixes, suffixes, vowels = _AFFIXES.get(known.language, ((), (), ()))
    bare = [word.removeprefix(prefix) for prefix in prefixes if word.startswith(prefix)]
    bare += [word.removesuffix(suffix) for suffix in suffixes if word.endswith(suffix)]
    bare += [vowel + word for vowel in vowels]
    if known.language == "hi" and word.isascii():
        bare += [known.sounds.get(sound(word), "")]
    if known.language == "hi":
        bare += [f"{word}\u094d\u092f"]  # the last y, hardly heard
    if known.language == "am":
        bare += [name for name in known.own if drops_glide(word, name)]
        latin = [word, *(word.removeprefix(prefix) for prefix in _LATIN_PREFIXES if word.startswith(prefix))]
        bare += [known.sounds.get(latin_sound(form), "") for form in latin if form.isascii()]
        # Both at once, and the: በሩና, of the door and.
        bare += [form.removesuffix(suffix) for form in bare for suffix in suffixes if form.endswith(suffix)]
        bare += [indefinite(form) for form in [word, *bare]]
    named = [name for name in bare if name in known.own and len(name) > 1]
    return [named[0]] if named else None


def _pieces(word: str, known: Vocabulary, *, only: bool) -> list[str]:
    if known.find(word) is not None or is_number(word):
        return [word]
    has_digit = any(character.isdecimal() for character in word)
    lettered = word.replace("0", "o").replace("1", "l") if has_digit and not word.isdecimal() else ""
    if lettered and not lettered.isdecimal() and (mark := known.find(lettered)) and mark.kind is Kind.CHOICE:
        return [lettered]  # n0
    if _DIGIT_LIKE.fullmatch(word) and (has_digit or (only and len(word) == 1)):
        return [word.replace("o", "0").replace("l", "1")]
    if has_digit:
        glued = _GLUED.fullmatch(word)
        pieces = [piece for piece in glued.groups() if piece] if glued else []
        if not pieces and len(word) <= 60 and _CHAINED.fullmatch(word):
            pieces = _LINKS.findall(word)
        if (
            pieces
            and pieces[-1] not in _HALVES_OF_DAY
            and all(is_number(piece) or known.find(piece) for piece in pieces)
        ):
            return pieces
        return [word]
    bare = _without_affix(word, known)
    if bare is not None:
        return bare
    doubled = len(word) > 2 and word[0] == word[1]  # yyes
    if _STRETCHED.search(word) is None and not doubled:
        return [word]
    shortened = [_STRETCHED.sub(kept, word) for kept in (r"\1", r"\1\1")] + [word[1:]] * doubled
    return [next((shorter for shorter in shortened if known.find(shorter)), word)]
