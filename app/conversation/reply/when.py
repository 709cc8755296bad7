"""Which day a reply means, for questions of type `date`, or why that cannot be said. Pure.

Digits are day, month, year: all countries served write dates so. They are month, day, year only where the month
would be impossible otherwise (3/13/2026); a year first is as ISO 8601 has it. A year left out, or of two digits,
is the only one that the question's bounds allow, or that of the last such day where none to come is allowed, of the
next where none gone by is, or of one within a month of today; otherwise it is asked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.conversation import words
from app.conversation.meanings import Kind, general
from app.conversation.reading import correction_pattern
from app.conversation.reply.ago import days_ago
from app.conversation.reply.literal import phone_in
from app.conversation.reply.outcome import UNSURE, Doubt, Read, Unclear
from app.conversation.reply.spelled import number_words, spelled_at
from app.tasks.asking import Question
from app.texts.reserved import fold, split_folded

_ISO = re.compile(r"(?<![\d/.-])(\d{4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{1,2})(?![\d/-])")
_DAY_FIRST = re.compile(r"(?<![\d/.-])(\d{1,2})\s?[-/., ]\s?(\d{1,2})\s?[-/., ]\s?(\d{4}|\d{2})(?![\d/-])")
_NO_YEAR = re.compile(r"(?<![\d/.-])(\d{1,2})\s?[-/.]\s?(\d{1,2})(?![\d/-])")
_COMPACT = re.compile(r"(?<!\d)\d{8}(?!\d)")
_DIGITS = re.compile(r"\d+")
_ORDINAL = re.compile(r"(?<=\d)\s?(?:st|nd|rd|th|er|e|ኛ)(?![^\W_])")
# `month three` for March, as Swahili and Luganda say it, in digits.
_MONTH_NUMBER = re.compile(r"(?:mwezi wa|mwezi|omwezi ogwa|mois de|mois|mwa|month)\s(\d{1,2})(?!\d)")
_FILLERS = frozenset(
    {
        "of",
        "de",
        "ya",
        "tarehe",
        "the",
        "le",
        "la",
        "on",
        "tar",
        "date",
        "dated",
        "du",
        "ku",
        "nga",
        "ko",
        "ki",
        "ka",
    }
)
# Say no day, but that it was before or after one.
_BOUNDS = re.compile(
    r"(?<![^\W_])(?:before|after|since|until|till|from|by|baada ya|kabla ya|tangu|toka|hadi|mpaka|kuanzia"
    r"|oluvannyuma lwa|nga tennatuuka|okuva|okutuusa|avant|apres|depuis|jusqu|jusquau|a partir|apre|anvan|depi"
    r"|jiska|ke baad|se pehle|ke pehle|के बाद|से पहले|के पहले|በኋላ|በሁዋላ|በፊት|ጀምሮ|እስከ|behuala|befit|jemiro|eske)(?![^\W_])"
)
_SURE_WRITTEN_OUT = 0.97
_SURE_ISO = 1.0
_SURE_DAY_FIRST = 0.92
_SURE_MONTH_FIRST = 0.8
_SURE_SHORT_YEAR = 0.85
_SURE_NO_YEAR = 0.75
_SURE_DAY_WORD = 0.9
_SURE_CORRECTED = 0.85
# Without a year a date this near to today is this one, whatever else the question allows.
_NEAR_D = 31
_HALF_YEAR_D = 183
# Languages whose `no` may stand behind what it denies (not today).
_DENY_BEHIND = {"hi", "am"}
_LONGEST_REPLY_WORDS = 30


@dataclass(frozen=True)
class _Day:
    """A day of the reply as it is written; `year` is None where it was left out. `ends`: where it ends in the text."""

    day: int
    month: int
    year: int | None
    sure: float
    ends: int


def read(text: str, question: Question, language: str, today: date | None) -> Read | Unclear:
    """Read a reply to a question that asks for a date; `today` is the worker's, None where it is not known."""
    plain = fold(text)
    said = [word for word, _ in split_folded(plain)]
    if not said:
        return Unclear("empty")
    if len(said) > _LONGEST_REPLY_WORDS:
        return Unclear("too-long")
    kinds = _kinds(said, language)
    if language in _DENY_BEHIND and Kind.NO in kinds:
        kinds |= {Kind.NEGATION}
    if Kind.STOP in kinds:
        return Unclear("stop-inside")
    if phone_in(plain) and not any(pattern.search(plain) for pattern in (_DAY_FIRST, _ISO, _COMPACT)):
        return Unclear("phone")
    after, corrected = _after_correction(plain, language)
    found = list(_written(after, language))
    relative = _relative(after, language)
    if not found and not relative:
        ago = days_ago(after, language)
        counted = _before_today(ago, question, today, corrected=corrected) if ago is not None else None
        return counted or _nothing(said, language, plain)
    doubt = _doubt(kinds, both=bool(found and relative))
    if doubt is not None:
        return Unclear(doubt)
    if relative:
        return _from_today(relative, after, question, today, corrected=corrected)
    return _from_written(found, after, question, today, corrected=corrected)


def _doubt(kinds: set[Kind], *, both: bool) -> Doubt | None:
    if both:
        return "two-readings"
    return "inexact" if kinds & {Kind.INEXACT, Kind.ALTERNATIVE, Kind.NEGATION} else None


def _nothing(said: Sequence[str], language: str, plain: str) -> Read | Unclear:
    table = general(language)
    unsure = any(
        (mark := table.get(" ".join(said[at : at + size]))) is not None
        and mark.number == 0
        and mark.kind is Kind.CHOICE
        for size in range(1, 7)
        for at in range(len(said) - size + 1)
    )
    digits = _DIGITS.findall(plain)
    if set(digits) <= {"0"} and (unsure or said == ["0"]):
        return Read(UNSURE, 0.95, "unsure")
    return Unclear("nothing-known")


def _kinds(said: Sequence[str], language: str) -> set[Kind]:
    table = general(language)
    months = _months(language)
    return {table[word].kind for word in said if word in table and word not in months}


def _after_correction(plain: str, language: str) -> tuple[str, bool]:
    """Return what follows the last `sorry`, and whether anything with a digit stood before it."""
    pattern = correction_pattern(language)
    last = None
    for found in pattern.finditer(plain):
        last = found
    if last is None or not _holds_day(plain[last.end() :], language):
        return plain, False
    return plain[last.end() :], _holds_day(plain[: last.start()], language)


def _holds_day(plain: str, language: str) -> bool:
    return any(character.isdecimal() for character in plain) or bool(_relative(plain, language))


@lru_cache(maxsize=16)
def _months(language: str) -> dict[str, int]:
    return {name: number for table in words.mixed(language) for name, number in table.months.items()}


@lru_cache(maxsize=16)
def _day_words(language: str) -> dict[str, tuple[int, ...]]:
    return {name: days for table in words.mixed(language) for name, days in table.days.items()}


def _relative(plain: str, language: str) -> list[tuple[int, ...]]:
    """Return the distances from today that words of the reply mean, the longest phrases first."""
    said = [word for word, _ in split_folded(plain)][:_LONGEST_REPLY_WORDS]
    known = _day_words(language)
    found: list[tuple[int, ...]] = []
    at = 0
    while at < len(said):
        sizes = [size for size in range(4, 0, -1) if " ".join(said[at : at + size]) in known]
        if sizes:
            found.append(known[" ".join(said[at : at + sizes[0]])])
        at += sizes[0] if sizes else 1
    return found


def _from_today(
    distances: Sequence[tuple[int, ...]],
    plain: str,
    question: Question,
    today: date | None,
    *,
    corrected: bool,
) -> Read | Unclear:
    if today is None:
        return Unclear("nothing-known")
    if len(set(distances)) > 1 or any(character.isdecimal() for character in plain):
        return Unclear("two-readings")
    days = {today + timedelta(days=distance) for distance in distances[0]}
    fitting = [day for day in days if _fits(day, question)]
    if len(fitting) != 1:
        return Unclear("two-readings" if fitting else "out-of-range")
    return _read(fitting[0], _SURE_DAY_WORD if len(days) == 1 else 0.8, corrected=corrected)


def _before_today(days: int, question: Question, today: date | None, *, corrected: bool) -> Read | Unclear:
    if today is None:
        return Unclear("nothing-known")
    day = today - timedelta(days=days)
    return (
        _read(day, _SURE_DAY_WORD, corrected=corrected) if _fits(day, question) else Unclear("out-of-range")
    )


def _from_written(
    found: Sequence[_Day], plain: str, question: Question, today: date | None, *, corrected: bool
) -> Read | Unclear:
    days: list[tuple[date, float]] = []
    for written in found:
        placed = _placed(written, question, today)
        if not isinstance(placed, tuple):
            return Unclear(placed)
        days.append(placed)
    if len({day for day, _ in days}) > 1 or _digits_left(found, plain):
        return Unclear("two-readings")
    day, sure = days[0]
    if _BOUNDS.search(plain):
        return Unclear("inexact")
    if not _fits(day, question):
        return Unclear("out-of-range")
    return _read(day, sure, corrected=corrected)


def _digits_left(found: Sequence[_Day], plain: str) -> bool:
    return bool(_DIGITS.search(plain, max(day.ends for day in found)))


def _read(day: date, sure: float, *, corrected: bool) -> Read:
    return Read(
        day.isoformat(),
        min(sure, _SURE_CORRECTED) if corrected else sure,
        "correction" if corrected else "date",
    )


def _fits(day: date, question: Question) -> bool:
    return (question.earliest is None or day >= question.earliest) and (
        question.latest is None or day <= question.latest
    )


def _placed(written: _Day, question: Question, today: date | None) -> tuple[date, float] | Doubt:
    """Return the day, its year found where it was left out or short, and how sure that is."""
    if written.year is not None and written.year >= 100:
        day = _made(written.year, written.month, written.day)
        return (day, written.sure) if day else "out-of-range"
    if written.year is not None:
        years = [1900 + written.year, 2000 + written.year]
        sure = _SURE_SHORT_YEAR
    else:
        years = _years(question, today)
        sure = _SURE_NO_YEAR
    days = [
        day for year in years if (day := _made(year, written.month, written.day)) and _fits(day, question)
    ]
    if len(days) > 1 and today is not None:
        if written.year is not None:
            # A two-digit year is this century's unless it is to come.
            days = [day for day in days if day.year <= today.year + 10][-1:]
        else:
            days = _told_by_bounds(days, question, today)
        if not days:
            return "two-readings"
    if len(days) != 1:
        return "two-readings" if days or not years else "out-of-range"
    return days[0], sure


def _told_by_bounds(days: Sequence[date], question: Question, today: date) -> list[date]:
    """Return the one of these days, a year apart, that is meant; none where that cannot be told.

    A question that allows no day to come asks for the last such day, one that allows none gone by for the next;
    otherwise only a day near today is surely this one.
    """
    if question.latest is not None and question.latest <= today + timedelta(days=_NEAR_D):
        of_long = question.earliest is not None and today - max(days) > timedelta(days=_HALF_YEAR_D)
        return [] if of_long else [max(days)]
    if question.earliest is not None and question.earliest >= today - timedelta(days=_NEAR_D):
        return [min(days)]
    return [day for day in days if abs((day - today).days) <= _NEAR_D]


def _years(question: Question, today: date | None) -> list[int]:
    if question.earliest is not None and question.latest is not None:
        first, last = question.earliest.year, question.latest.year
        return list(range(first, last + 1)) if last - first <= 150 else []
    return [today.year - 1, today.year, today.year + 1] if today is not None else []


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(plain: str, language: str) -> Iterator[_Day]:
    """Yield the days that a folded reply spells out, in digits or with the month's name."""
    named = list(_with_month_name(plain, language))
    if named:
        yield from named
        return
    for pattern, kind in ((_ISO, "iso"), (_DAY_FIRST, "day"), (_COMPACT, "compact"), (_NO_YEAR, "short")):
        found = list(pattern.finditer(plain))
        for match in found:
            yield from _in_digits(match, kind)
        if found:
            return


def _in_digits(match: re.Match[str], kind: str) -> Iterator[_Day]:
    ends = match.end()
    if kind == "iso":
        year, month, day = (int(group) for group in match.groups())
        yield _Day(day, month, year, _SURE_ISO, ends)
    elif kind == "compact":
        digits = match[0]
        first = _Day(int(digits[:2]), int(digits[2:4]), int(digits[4:]), _SURE_DAY_FIRST, ends)
        second = _Day(int(digits[6:]), int(digits[4:6]), int(digits[:4]), _SURE_DAY_FIRST, ends)
        likely = [written for written in (first, second) if _likely(written)]
        yield from likely or [first]
    else:
        one, two = int(match[1]), int(match[2])
        year_read = int(match[3]) if kind == "day" else None
        if two > 12 >= one:
            yield _Day(two, one, year_read, _SURE_MONTH_FIRST, ends)
        else:
            yield _Day(one, two, year_read, _SURE_DAY_FIRST, ends)


def _likely(written: _Day) -> bool:
    year = written.year or 0
    return 1900 <= year < 2100 and _made(year, written.month, written.day) is not None


def _with_month_name(plain: str, language: str) -> Iterator[_Day]:
    """Yield days such as `12 march 2026`, `march 12th`, `tarehe kumi na mbili machi`, `tarehe 12 mwezi wa 3`."""
    plain = _ORDINAL.sub(" ", plain)
    names = _months(language)
    by_number = {number: name for name, number in reversed(names.items())}
    plain = _MONTH_NUMBER.sub(lambda found: f" {by_number.get(int(found[1]), found[0])} ", plain)
    said = [word for word, _ in split_folded(plain)][:_LONGEST_REPLY_WORDS]
    for at in range(len(said)):
        for size in range(7, 0, -1):
            month = names.get(" ".join(said[at : at + size]))
            if month is not None:
                day = _beside(said, at, at + size, month, language)
                if day is not None:
                    yield day
                break


def _beside(said: Sequence[str], start: int, end: int, month: int, language: str) -> _Day | None:
    """Return the day whose number and year stand beside a month's name; None where no number of a day does."""
    before = start - 1
    while before >= 0 and said[before] in _FILLERS:
        before -= 1
    after = end
    while after < len(said) and said[after] in _FILLERS:
        after += 1
    day, used = _day_before(said, before, language)
    if day is not None:
        year = _year_at(said, after)
        used |= {after} if year is not None else set()
    else:
        day, used = _day_at(said, after)
        year = _year_at(said, after + len(used)) if day is not None else None
        used |= {after + len(used)} if year is not None else set()
    if day is None:
        return None
    left = [at for at, word in enumerate(said) if word.isdecimal() and at not in used]
    # Where a number is left over, this is not all the reply says of numbers: zero length keeps it in sight.
    return _Day(day, month, year, _SURE_WRITTEN_OUT, 0 if left else 10**9)


def _day_before(said: Sequence[str], before: int, language: str) -> tuple[int | None, set[int]]:
    known = number_words(language)
    if before < 0:
        return None, set()
    if said[before].isdecimal():
        return (int(said[before]), {before}) if len(said[before]) <= 2 else (None, set())
    for size in (3, 2, 1):
        start = before - size + 1
        spelled = spelled_at(said[: before + 1], start, known) if start >= 0 else None
        if spelled and spelled[0] == size and 1 <= spelled[1][0] <= 31:
            return int(spelled[1][0]), set(range(start, before + 1))
    return None, set()


def _day_at(said: Sequence[str], at: int) -> tuple[int | None, set[int]]:
    if at < len(said) and said[at].isdecimal() and len(said[at]) <= 2:
        return int(said[at]), {at}
    return None, set()


def _year_at(said: Sequence[str], at: int) -> int | None:
    if at < len(said) and said[at].isdecimal() and len(said[at]) in {2, 4}:
        return int(said[at])
    return None
