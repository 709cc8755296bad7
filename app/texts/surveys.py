"""How the questions of a survey are put: how far one is, what is asked, how to answer, what it is paid.

Owns how these are put together; the fixed words come from the catalogs, the question from the client.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.gsm7 import fold
from app.texts.catalog import say
from app.texts.render import join

# How much of somebody's own words a receipt repeats.
_ECHO = 20


def asked(
    *,
    words: str,
    how: str,
    progress: tuple[int, int],
    pay: str,
    tag: str | None = None,
) -> str:
    """Return the whole message, such as `2/6 How many people live here? Reply a number, 1 to 40. KES 2`."""
    step, most = progress
    place = f"{step}/{most}" if most > 1 else ""
    named = f"{tag}:" if tag else ""
    ending = how if how.endswith((".", "?", "!")) else f"{how}."
    return fold(join(named, place, words.strip(), ending, pay))


def of_choices(labels: Sequence[str], language: str, *, several: bool, zero: str) -> str:
    """Return `1 Yes 2 No 0 Don't know`."""
    numbered = " ".join(f"{number} {label}" for number, label in enumerate(labels, start=1))
    return join(f"{numbered}{f' 0 {zero}' if zero else ''}.", say("tags_hint", language) if several else "")


def of_number(low: Decimal | None, high: Decimal | None, language: str) -> str:
    """Return what a number must be."""
    if low is not None and high is not None:
        return say("survey_number", language, low=_shown(low), high=_shown(high))
    if low is not None:
        return say("survey_number_from", language, low=_shown(low))
    return (
        say("survey_number_to", language, high=_shown(high))
        if high is not None
        else say("survey_number_any", language)
    )


def of_scale(low: tuple[Decimal, str], high: tuple[Decimal, str], language: str) -> str:
    """Return between which steps a scale lies, and what its ends are called, if anything."""
    ends = [join(_shown(step), label) for step, label in (low, high)]
    return say("survey_scale", language, low=ends[0], high=ends[1])


def of_date(earliest: date | None, latest: date | None, language: str, *, bounds: bool) -> str:
    """Return how a date is written, and (`bounds`) which are taken."""
    if not bounds or (earliest is None and latest is None):
        return say("survey_date", language)
    first, last = (written_date(day) if day else "..." for day in (earliest, latest))
    return say("survey_date_between", language, earliest=first, latest=last)


def of_text(shortest: int, longest: int | None, language: str, *, bounds: bool) -> str:
    """Return that words are wanted, and (`bounds`) how many letters of them."""
    if not bounds or (shortest <= 1 and longest is None):
        return say("survey_text", language)
    return say("survey_text_between", language, shortest=shortest, longest=longest or 640)


def written_date(day: date) -> str:
    """Return a date as it is written in the countries served: `23/11/2026`."""
    return f"{day.day}/{day.month}/{day.year}"


def short(words: str) -> str:
    """Return the beginning of somebody's own words, for a receipt."""
    plain = " ".join(words.split())
    return plain if len(plain) <= _ECHO else f"{plain[: _ECHO - 2].rstrip()}.."


def _shown(number: Decimal) -> str:
    return format(number.normalize(), "f")
