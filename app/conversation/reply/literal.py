"""Numbers written in digits: 1,000 and 1.000,50 and 10 000, KES 50, 50/=, 5k. Pure.

What could be two numbers is given as both: `1.000` is a thousand to some and one to others.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.conversation.meanings import general

# Stands for a number among the words of a reply. No script in use has this letter (U+A66E).
_PLACE = "\ua66e"
_LITERAL = re.compile(
    r"(?P<before>[<>≤≥~≈±+-]?) ?"
    r"(?P<digits>\d{1,3}(?: \d{3})+(?:,\d{1,2})?(?![\d.,]?\d)|\d[\d.,]*\d|\d)"
    r"(?P<after> ?(?:/=|/-|\+|%)|k(?![^\W_])|l(?![^\W_]))?"
)
_NOUGHTS = re.compile(r"(?<![^\W_])(?:(?=[0-9o]*\d)[0-9o]*o[0-9o]*|l[0-9lo]*\d[0-9lo]*)(?![^\W_])")
_PHONE = re.compile(r"(?<![\d.,])(?:\+|00)?\d(?:[ ()-]?\d){7,14}(?![\d,.]\d|\d)")
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+")
_NOUGHTS_ONLY = re.compile(r"\d+,0{1,2}")
_SPACED_COMMA = re.compile(r"\d{1,3}(?: \d{3})+,\d{1,2}")
_THOUSANDS_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+")
_LAKHS = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_THOUSANDS_POINT = re.compile(r"\d{1,3}(?:\.\d{3})+")
_PLAIN = re.compile(r"\d+")
_FRACTION = re.compile(r"\d+[.,]\d+")
_POINT_LAST = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+")
_COMMA_LAST = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
# What takes the separators out, for each way of writing a number that can be read in one way only.
_WRITTEN: tuple[tuple[re.Pattern[str], dict[int, str | None]], ...] = (
    (_PLAIN, {}),
    (_LAKHS, {ord(","): None}),
    (_FRACTION, {ord(","): "."}),
    (_POINT_LAST, {ord(","): None}),
    (_COMMA_LAST, {ord("."): None, ord(","): "."}),
)
_DECIMAL_COMMA = {"fr", "ht"}
_LONGEST_DIGITS = 18
# Letters written together with a number, and what they may be besides words known: 1st, 2eme.
_TAIL = re.compile(r"[^\W\d_]+")
_SUFFIXES = {
    "st",
    "nd",
    "rd",
    "th",
    "er",
    "ere",
    "eme",
    "e",
    "ኛ",
    "f",
    "pers",
    "ppl",
    "pple",
    "psn",
    "yrs",
    "yr",
    "y",
    "x",
}


@dataclass(frozen=True)
class Literal:
    """A number in digits: what it may be (nothing where it is none), and what stood around it."""

    values: tuple[Decimal, ...]
    inexact: bool = False
    hedged: bool = False
    percent: bool = False
    nought_before: bool = False


def phone_in(plain: str) -> bool:
    """Say whether a folded reply holds what looks like a phone number."""
    for found in _PHONE.finditer(plain):
        digits = re.sub(r"\D", "", found[0])
        abroad = found[0].startswith(("+", "00"))
        if abroad or (digits.startswith("0") and len(digits) >= 9):
            return True
        if len(digits) >= 10 and not _SPACED.fullmatch(found[0]):
            return True
    return False


def lifted(plain: str, language: str) -> tuple[str, list[Literal]]:
    """Return a folded reply with a placeholder word for each number in digits, and the numbers in their order."""
    literals: list[Literal] = []
    plain = _NOUGHTS.sub(
        lambda found: found[0].replace("o", "0").replace("l", "1"), plain.replace(_PLACE, " ")
    )

    def lift(found: re.Match[str]) -> str:
        if _part_of_word(found, plain, language):
            return found[0]
        glued = found.start() > 0 and plain[found.start() - 1].isdigit()
        literals.append(_literal(found, language, glued=glued))
        return f" {_PLACE} "

    return _LITERAL.sub(lift, plain), literals


def _part_of_word(found: re.Match[str], plain: str, language: str) -> bool:
    """Say whether digits are part of a word that is none known (2moro), and not a number with its unit (2kg)."""
    tail = _TAIL.match(plain, found.end())
    return tail is not None and tail[0] not in general(language) and tail[0] not in _SUFFIXES


def is_place(word: str) -> bool:
    """Say whether a word is the placeholder of a number."""
    return word == _PLACE


def _literal(found: re.Match[str], language: str, *, glued: bool) -> Literal:
    digits, after = found["digits"], (found["after"] or "").strip()
    before = "" if glued else found["before"]
    values = digit_values(digits, language)
    if before == "-":
        values = tuple(-value for value in values)
    if after == "k":
        values = tuple(value * 1000 for value in values)
    if after == "l" and _PLAIN.fullmatch(digits):
        values = (*values, Decimal(digits + "1"))
    return Literal(
        values,
        inexact=after == "+" or before in {"<", ">", "≤", "≥", "±"},
        hedged=before in {"~", "≈"},
        percent=after == "%",
        nought_before=len(digits) > 1 and digits[0] == "0" and digits.isdigit(),
    )


def digit_values(digits: str, language: str) -> tuple[Decimal, ...]:
    """Return the numbers that digits with separators may be; none where they are no number."""
    if len(digits) > _LONGEST_DIGITS:
        return ()
    comma = language in _DECIMAL_COMMA
    if _SPACED.fullmatch(digits):
        # Where a space is no usual separator, only whole thousands are surely one number (10 000).
        return (Decimal(digits.replace(" ", "")),) if comma or digits.endswith(" 000") else ()
    if _NOUGHTS_ONLY.fullmatch(digits) and not comma:
        return ()  # 5,00 is 5 to some, and to others a slip of 500
    if _SPACED_COMMA.fullmatch(digits):
        return (Decimal(digits.replace(" ", "").replace(",", ".")),) if comma else ()
    if _THOUSANDS_COMMA.fullmatch(digits):
        return _grouped(digits, ",", both=comma)
    if _THOUSANDS_POINT.fullmatch(digits):
        return _grouped(digits, ".", both=True)
    for pattern, plainly in _WRITTEN:
        if pattern.fullmatch(digits):
            return (Decimal(digits.translate(plainly)),)
    return ()


def _grouped(digits: str, mark: str, *, both: bool) -> tuple[Decimal, ...]:
    """Read groups of three: thousands, and also a fraction where there is one mark that may be a decimal one."""
    thousands = Decimal(digits.replace(mark, ""))
    if digits.startswith("0"):
        return (Decimal(digits.replace(mark, ".", 1)),) if digits.count(mark) == 1 else ()
    if both and digits.count(mark) == 1:
        return (thousands, Decimal(digits.replace(mark, ".")))
    return (thousands,)
