"""What a person sees in a text: pure, and tolerant of its wording.

A text that the person can judge, quoted, numbered `1)` or plain, is a question; `1 Yes 2 No` are options wherever
they stand after it; a choice of languages is known by the languages' names; MORE in capitals is an invitation.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

LANGUAGE_NAMES = {"en": "english", "sw": "kiswahili", "lg": "luganda"}

_QUOTED = re.compile(r'"([^"]+)"|\u201c([^\u201d]+)\u201d')
# One of several texts that share a message: from its number to the next one's, or to the options.
_NUMBERED = re.compile(r"(?<!\S)\d\)\s*(\S.*?)(?=\s+\d\)|\s+1\s?[^\W\d]|$)")
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

    `kind` is `languages`, `consent`, `question`, `again` (options without a text), `more` or `other`. `options` go by
    digit; `items` are the texts to judge, in order.
    """

    kind: str
    options: dict[str, str]
    items: tuple[str, ...] = ()
    tag: str = ""
    mentions_more: bool = False


def read(text: str, known: Collection[str] = (), own_words: Collection[str] = ()) -> Seen:
    """Read a text. `known` are texts whose truth is known, `own_words` what the reader wrote before."""
    items = _items(text, known, own_words)
    after = _options(text[items[-1].end :]) if items else {}
    options = after or _options(text)
    tag = _TAG.search(text)
    more = _MORE.search(text) is not None
    return Seen(
        kind=_kind(text, options, has_items=bool(items), more=more),
        options=options,
        items=tuple(item.text for item in items),
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


class _Item(NamedTuple):
    text: str
    end: int


def _items(text: str, known: Collection[str], own_words: Collection[str]) -> list[_Item]:
    """Return the texts to judge: those that are known, wherever they stand, else the quoted, else the numbered ones."""
    quoted = [_Item(match.group(1) or match.group(2), match.end()) for match in _QUOTED.finditer(text)]
    numbered = [_Item(match.group(1), match.end(1)) for match in _NUMBERED.finditer(text)]
    marked = [item for item in quoted + numbered if item.text not in own_words]
    if found := sorted((item for item in marked if item.text in known), key=lambda item: item.end):
        return found
    if marked:
        return [item for item in quoted if item in marked] or marked
    return _plain(text, known)


def _plain(text: str, known: Collection[str]) -> list[_Item]:
    """Return the longest known text that stands in the message without a mark."""
    there = [each for each in known if each in text]
    longest = max(there, key=len, default="")
    return [_Item(longest, text.index(longest) + len(longest))] if longest else []


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
