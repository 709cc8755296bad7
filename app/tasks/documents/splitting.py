"""Splitting a text into parts small enough to be asked about: by line, paragraph, sentence, or as much as fits. Pure.

A part is a span of the text, from its first character to its last that is no space. What lies between parts is space
alone, so that the parts and what stands between them are the whole text, and nothing of it is lost.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.tasks.documents import sentences

By = Literal["sentence", "line", "paragraph", "segment"]
BYS: tuple[By, ...] = ("sentence", "line", "paragraph", "segment")
Fits = Callable[[str], bool]

_BLANK_LINES = re.compile(r"\n[ \t\r\f\v]*\n\s*")
# Behind these a long sentence is cut first: it is the least lost there.
_CLAUSE = re.compile(
    r"[,;:\u2014\u2013\u060c\u061b\u1363\u1364\u1365\uff0c\u3001\uff1b][\"'\u201d\u2019)\]]*(?=\s)|\)(?=\s)"
)
_WORD_END = re.compile(r"\S(?=\s|$)|\u1361(?=[^\u1361])")
# A word is cut after so many characters, four segments, even where more would fit.
_LONGEST = 640
_ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True)
class Span:
    """A part of a text: from the character at `start` up to, without, the one at `end`."""

    start: int
    end: int


def split(text: str, by: By, fits: Fits) -> list[Span]:
    """Return the parts of a text, in order, each of which `fits`.

    A part that is too long is split further: at its sentences, then behind a comma or its like, then between words, and
    within a word only where that alone is too long. `segment` makes parts as long as fit. `fits` must hold for a
    beginning of whatever it holds for.
    """
    if by == "segment":
        return list(_filled(text, Span(0, len(text)), fits))
    return [small for part in _parts(text, by) for small in _small(text, part, by, fits)]


def between(text: str, spans: Iterable[Span]) -> list[str]:
    """Return what stands before the first part, between each two, and behind the last."""
    found, at = [], 0
    for span in spans:
        found.append(text[at : span.start])
        at = span.end
    return [*found, text[at:]]


def _parts(text: str, by: By) -> Iterator[Span]:
    if by == "sentence":
        cuts = list(sentences.ends(text))
    elif by == "paragraph":
        cuts = [found.start() for found in _BLANK_LINES.finditer(text)] + [len(text)]
    else:
        cuts = [at for at, character in enumerate(text) if character == "\n"] + [len(text)]
    return _between_cuts(text, Span(0, len(text)), cuts)


def _between_cuts(text: str, whole: Span, cuts: Iterable[int]) -> Iterator[Span]:
    """Yield what lies between the cuts, without the space around it; nothing where there is only space."""
    start = whole.start
    for cut in cuts:
        part = _trimmed(text, start, cut)
        if part is not None:
            yield part
        start = cut


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def _small(text: str, part: Span, by: By, fits: Fits) -> Iterator[Span]:
    """Yield a part whole where it fits, else in smaller ones."""
    if fits(text[part.start : part.end]):
        yield part
        return
    if by in {"paragraph", "line"}:
        inner = [part.start + at for at in sentences.ends(text[part.start : part.end])]
        found = list(_between_cuts(text, part, inner))
        if len(found) > 1:
            for sentence in found:
                yield from _small(text, sentence, "sentence", fits)
            return
    yield from _filled(text, part, fits, clauses=True)


def _filled(text: str, whole: Span, fits: Fits, *, clauses: bool = False) -> Iterator[Span]:
    """Yield parts from the beginning on, each as long as fits; with `clauses`, cut behind one where there is one."""
    rest = _trimmed(text, whole.start, whole.end)
    if rest is None:
        return
    said, end = text[rest.start : rest.end], rest.end
    words = [rest.start + found.end() for found in _WORD_END.finditer(said)]
    after_clause = [rest.start + found.end() for found in _CLAUSE.finditer(said)] if clauses else []
    if clauses and after_clause[-1:] != [end]:
        after_clause.append(end)
    while rest is not None:
        cut = (
            _last_fitting(text, rest, after_clause, fits)
            or _last_fitting(text, rest, words, fits)
            or _within_word(text, rest, fits)
        )
        part = _trimmed(text, rest.start, cut)
        assert part is not None, "a part begins with what is no space"
        yield part
        rest = _trimmed(text, cut, end)


def _last_fitting(text: str, rest: Span, cuts: list[int], fits: Fits) -> int | None:
    """Return the last of the cuts up to which the rest fits, None where it does not up to the first.

    Looks at twice as many each time, and then between: a part is short, however long the text.
    """
    low = first = bisect_right(cuts, rest.start)
    step = 1
    while low < len(cuts) and fits(text[rest.start : cuts[min(low + step, len(cuts)) - 1]].rstrip()):
        low = min(low + step, len(cuts))
        step *= 2
    high = min(low + step, len(cuts)) - 1
    while low < high:
        middle = (low + high) // 2
        if fits(text[rest.start : cuts[middle]].rstrip()):
            low = middle + 1
        else:
            high = middle
    return cuts[low - 1] if low > first else None


def _within_word(text: str, rest: Span, fits: Fits) -> int:
    """Return where to cut a word that is too long: between two characters as people see them, never none at all."""
    furthest = min(rest.end, rest.start + _LONGEST)
    end = next((at for at in range(rest.start, furthest) if text[at].isspace()), furthest)
    cuts = [at for at in range(rest.start + 1, end) if _may_cut(text, at)]
    return _last_fitting(text, rest, cuts, fits) or (cuts[0] if cuts else end)


def _may_cut(text: str, at: int) -> bool:
    """Say whether no accent, vowel sign or joiner binds what stands there to what stands before it."""
    bound = unicodedata.category(text[at]) in {"Mn", "Mc", "Me"} or text[at] == _ZERO_WIDTH_JOINER
    return not bound and text[at - 1] != _ZERO_WIDTH_JOINER
