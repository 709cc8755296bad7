"""Where the sentences of a text end, in Latin, Devanagari, Ethiopic and Arabic script. Pure.

A full stop ends a sentence unless it belongs to a number, an abbreviation, an initial or an address, or what follows
goes on in small letters. The marks of the other scripts have no such second use. Quotes and brackets that close behind
a mark belong to its sentence. A blank line ends one always; a list begins a new one at each of its points.
"""

import re
from collections.abc import Iterator


def _entries(*lines: str) -> frozenset[str]:
    """Return the comma-separated entries of a table's lines."""
    return frozenset(entry.strip() for line in lines for entry in line.split(","))


# Marks that end a sentence wherever they stand: danda, Ethiopic full stop, paragraph and question mark (and two word
# spaces, as keyboards without the full stop write it), Urdu full stop, Arabic question mark, and those of Chinese.
_ALWAYS = "\u0964\u0965\u1362\u1367\u1368\u06d4\u061f\u3002\uff01\uff1f"
_MARK = re.compile(rf"[.!?\u2026]+|[{_ALWAYS}]+[!?]*|\u1361\u1361+")
_CLOSERS = "\"'\u201d\u2019\u00bb\u203a)]}"
_OPENERS = "\"'\u201c\u2018\u00ab\u2039([{\u00bf\u00a1"
_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_POINT = re.compile(r"\n[ \t]*(?:[-*\u2022\u2013]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+(?=\S)")
_WORD_BEFORE = re.compile(r"[^\s\"'\u201c\u2018\u00ab(\[{]+$")
_NUMBER_OF_POINT = re.compile(r"\s*(?:\d{1,3}|[a-zA-Z])")  # 1. The well
_LONGEST_WORD = 40

# Before a name, and so in capitals, where the script has any.
_TITLES = _entries(
    "mr, mrs, ms, dr, prof, rev, fr, sr, st, hon, capt, col, gen, lt, sgt, pres, gov, sen, rep, mt, ft, eng",
    "bw, bi, mh, ndg, mch",
    "m, mm, mme, mlle, mgr",
    "डॉ, श्री, प्रो, कु, अॅड",
    "አቶ, ዶ, ወ",
)
# These always go on.
_JOINING = _entries("vs, e.g, i.e, cf, approx, k.m, k.v, p.ex, c.-a-d, viz")
# These go on before a number: No. 5, Sat. 12, Ksh. 200. Many are words as well.
_BEFORE_NUMBER = _entries(
    "no, nos, nr, vol, vols, p, pp, ch, sec, art, fig, figs, tel, ext, max, min, avg, est, av, bd, na, uk",
    "ksh, tsh, ush, sh, rs, usd, kes, ugx",
    "jan, feb, mar, apr, jun, jul, aug, sep, sept, oct, nov, dec, mon, tue, tues, wed, thu, thurs, fri, sat, sun",
)
# These end a sentence where the next word begins with a capital.
_MAY_END = _entries("etc, a.m, p.m, n.k, inc, ltd, co, corp, u.s, u.k, u.n, ph.d, b.c, a.d, dept, st")


def ends(text: str) -> Iterator[int]:
    """Yield where each sentence of the text ends (the place behind its last character), in order."""
    breaks = {found.start() for found in _BLANK_LINE.finditer(text)}
    breaks |= {found.start() for found in _POINT.finditer(text)}
    for found in _MARK.finditer(text):
        end = _behind_closers(text, found.end())
        if _is_end(text, found[0], found.start(), end):
            breaks.add(end)
    yield from sorted(breaks | {len(text)})


def _behind_closers(text: str, at: int) -> int:
    while at < len(text) and text[at] in _CLOSERS:
        at += 1
    return at


def _is_end(text: str, mark: str, start: int, end: int) -> bool:
    """Say whether a mark that stands there, with what closes behind it, ends a sentence."""
    if mark[0] in _ALWAYS or mark[0] == "\u1361":
        return True
    if end < len(text) and not text[end].isspace():
        return False  # 3.5, kazi.org, p.m., "what?!"x
    following = _first_letter(text, end)
    if following.islower():
        return False
    return mark != "." or not _is_part_of_word(text, start, following)


def _first_letter(text: str, at: int) -> str:
    """Return the first character of what follows, quotes and brackets that open it aside."""
    while at < len(text) and (text[at].isspace() or text[at] in _OPENERS):
        at += 1
    return text[at : at + 1]


def _is_part_of_word(text: str, stop: int, following: str) -> bool:
    """Say whether a single stop belongs to the word before it: an abbreviation, an initial, the number of a list."""
    found = _WORD_BEFORE.search(text, max(0, stop - _LONGEST_WORD), stop)
    word = found[0] if found else ""
    plain = word.casefold()
    if plain in _TITLES and word[:1] == word[:1].upper():
        return True
    if plain in _JOINING or (plain in _BEFORE_NUMBER and following.isdigit()):
        return True
    if plain in _MAY_END:
        return not following.isupper()
    if len(word) == 1 and word.isalpha() and word.isupper():
        return True  # an initial: J. Smith
    if re.fullmatch(r"(?:\w\.)+\w", word):
        return not following.isupper()  # U.N.H.C.R, o.l.s
    return bool(_NUMBER_OF_POINT.fullmatch(text, _line_start(text, stop), stop))


def _line_start(text: str, at: int) -> int:
    """Return where the line begins, or a place so far back that what stands since is no number of a point."""
    back = max(0, at - _LONGEST_WORD)
    return max(back, text.rfind("\n", back, at) + 1)
