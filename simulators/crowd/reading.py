"""What a person sees in a text: pure, and tolerant of its wording.

A quoted text that the person can judge is a question; `1 Yes 2 No` are options wherever they stand
after it; a choice of languages is known by the languages' names; MORE in capitals is an invitation.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

LANGUAGE_NAMES = {"en": "english", "sw": "kiswahili", "lg": "luganda"}

_QUOTED = re.compile(r'"([^"]+)"|\u201c([^\u201d]+)\u201d')
# One digit that is no part of a number or a word, then what it stands for, up to a mark or a digit.
_OPTION = re.compile(r"(?<![\w+])(\d)(?:\s*[.):=]\s*|\s*)([^\W\d][^\d,.;:!?/()\"]*)")
_TAG = re.compile(r"\bQ\d{1,3}\b")
_MORE = re.compile(r"\bMORE\b")
_AGREE = re.compile(r"(agree|kubali|kk?iriza)\b", re.IGNORECASE)

_MEANINGS = {
    "yes": ("yes", "ndiyo", "ndio", "yee", "ye"),
    "no": ("no", "hapana", "nedda"),
}


@dataclass(frozen=True)
class Seen:
    """One text as a person understands it.

    `kind` is `languages`, `consent`, `question`, `again` (options without a quoted text), `more` or
    `other`. `options` go by digit; `items` are the quoted texts to judge, in order.
    """

    kind: str
    options: dict[str, str]
    items: tuple[str, ...] = ()
    tag: str = ""
    mentions_more: bool = False


def read(text: str, known: Collection[str] = (), own_words: Collection[str] = ()) -> Seen:
    """Read a text. `known` are texts whose truth is known, `own_words` what the reader wrote before."""
    quoted = [match for match in _QUOTED.finditer(text) if _inside(match) not in own_words]
    items = [match for match in quoted if _inside(match) in known] or quoted
    after = _options(text[items[-1].end() :]) if items else {}
    options = after or _options(text)
    tag = _TAG.search(text)
    more = _MORE.search(text) is not None
    return Seen(
        kind=_kind(text, options, has_items=bool(items), more=more),
        options=options,
        items=tuple(_inside(match) for match in items),
        tag=tag.group() if tag else "",
        mentions_more=more,
    )


def digit_of_language(options: dict[str, str], language: str) -> str:
    """The digit of a language in a menu; English, else the first, where it is not offered."""
    names = {label.casefold(): digit for digit, label in options.items()}
    for wanted in (LANGUAGE_NAMES[language], LANGUAGE_NAMES["en"]):
        if wanted in names:
            return names[wanted]
    return min(options)


def digit_of_answer(options: dict[str, str], value: str) -> str:
    """The digit that says a value (`yes`, `no`, …), by its label in any language, else by its order."""
    meanings = _MEANINGS.get(value, (value,))
    for digit, label in options.items():
        if label.casefold() in meanings:
            return digit
    return {"yes": "1", "no": "2"}.get(value, min(options, default="1"))


def means_yes_or_no(options: dict[str, str]) -> bool:
    """Whether the options are those of a yes/no question."""
    labels = {label.casefold() for label in options.values()}
    return all(labels & set(words) for words in _MEANINGS.values())


def _inside(match: re.Match[str]) -> str:
    return match.group(1) or match.group(2)


def _options(text: str) -> dict[str, str]:
    """What each digit stands for; where one stands twice the first counts (`2No … 2x KES 2`)."""
    found: dict[str, str] = {}
    for match in _OPTION.finditer(text):
        found.setdefault(match.group(1), match.group(2).strip())
    return found


def _kind(text: str, options: dict[str, str], *, has_items: bool, more: bool) -> str:
    labels = {label.casefold() for label in options.values()}
    if labels & set(LANGUAGE_NAMES.values()):
        return "languages"
    if has_items and options:
        return "question"
    if {"1", "2"} <= options.keys() and _AGREE.search(text):
        return "consent"
    if means_yes_or_no(options):
        return "again"
    return "more" if more else "other"
