"""Reading replies: a million made-up strings, none of which may crash the reader or hold it up, and the corpus.

Timed is the processor's time as well as the clock's: on a machine with other work a reply waits for its turn,
which is not the reader's doing. The strings are seeded: words of the reader's own tables, digits, punctuation,
random characters, and mixtures of them up to far longer than any reply. The corpus is tests/conversation/replies,
written by hand.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from app.conversation import parse, words
from app.tasks.asking import Question
from app.texts import reserved
from bench.figures import percentile
from bench.outcome import Outcome, Target
from bench.stage import say
from tests.conversation import corpus

STRINGS = 1_000_000
QUICK_STRINGS = 20_000
MOST_P99_MS = 1.0
LEAST_PRECISION = 0.995
LEAST_COVERAGE = 0.95
SEED = 7
_SHAPES = ("water", "water3", "topics", "topics3", "tags", "cows", "litres", "scale", "date", "text")
_JOINTS = (" ", " ", " ", ", ", ". ", "\n", "-", "", ") ", "/")
# Where characters are drawn from: ASCII, accented Latin, Arabic, Devanagari, Ethiopic, signs, emoji.
_BLOCKS = (
    (32, 127),
    (0xC0, 0x250),
    (0x600, 0x6FF),
    (0x900, 0x97F),
    (0x1200, 0x137F),
    (0x2000, 0x206F),
    (0x1F300, 0x1F6FF),
)


def run(*, quick: bool) -> Outcome:
    """Read the strings and the corpus."""
    count = QUICK_STRINGS if quick else STRINGS
    say(f"parse: reading {count:,} strings")
    taken_s, worked_s, crashes = _timed(count)
    measured = corpus.measure(list(corpus.lines()))
    p50, p99 = (percentile(worked_s, share) * 1000 for share in (50, 99))
    clock_p50, clock_p99 = (percentile(taken_s, share) * 1000 for share in (50, 99))
    precision, coverage = measured.precision, measured.coverage
    return Outcome(
        "replies read",
        [
            ["what", "count", "p50", "p99", "longest"],
            _row("made-up strings, processor", count, p50, p99, max(worked_s) * 1000),
            _row("made-up strings, clock", count, clock_p50, clock_p99, max(taken_s) * 1000),
        ],
        targets=[
            Target("no string crashes the reader", f"{crashes} crashes", crashes == 0),
            Target(f"99 of 100 strings read in under {MOST_P99_MS:g} ms", f"{p99:.3f} ms", p99 < MOST_P99_MS),
            Target(
                f"of what is read, {LEAST_PRECISION:.1%} is read right ({measured.lines:,} replies by hand)",
                f"{precision:.2%}",
                precision >= LEAST_PRECISION,
            ),
            Target(
                f"{LEAST_COVERAGE:.0%} of the understandable ones are read without a question back",
                f"{coverage:.2%}",
                coverage >= LEAST_COVERAGE,
            ),
        ],
        figures={
            "strings": count,
            "crashes": crashes,
            "p50_ms": p50,
            "p99_ms": p99,
            "longest_ms": max(worked_s) * 1000,
            "clock_p50_ms": clock_p50,
            "clock_p99_ms": clock_p99,
            "clock_longest_ms": max(taken_s) * 1000,
            "replies": measured.lines,
            "understandable": measured.answerable,
            "precision": precision,
            "coverage": coverage,
        },
    )


def _row(what: str, count: int, p50_ms: float, p99_ms: float, longest_ms: float) -> list[str]:
    return [what, f"{count:,}", f"{p50_ms:.3f} ms", f"{p99_ms:.3f} ms", f"{longest_ms:.1f} ms"]


def _timed(count: int) -> tuple[list[float], list[float], int]:
    """Return how long each string took by the clock and of the processor, in seconds, and how many raised."""
    asked = {
        (shape, language): corpus.questions(shape, language)
        for shape in _SHAPES
        for language in corpus.LANGUAGES
    }
    for (_, language), questions in asked.items():
        _read("1", questions, language, corpus.TODAY)  # the tables of a language are made once
    taken_s: list[float] = []
    worked_s: list[float] = []
    crashes = 0
    for text, shape, language in strings(count):
        started, working = time.perf_counter(), time.thread_time()
        try:
            _read(text, asked[shape, language], language, corpus.TODAY)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted and said
            crashes += 1
            say(f"parse: {error!r} at {text!r} ({shape}, {language})")
        worked_s.append(time.thread_time() - working)
        taken_s.append(time.perf_counter() - started)
    return taken_s, worked_s, crashes


def _read(text: str, questions: list[Question], language: str, today: date) -> None:
    if parse.command(text, language) is None:
        parse.reply(text, questions, language, today=today)


def strings(count: int, seed: int = SEED) -> Iterator[tuple[str, str, str]]:
    """Yield made-up replies, each with what it is read against: a shape of the corpus and a language."""
    drawn = random.Random(seed)
    known = sorted(_known())
    for _ in range(count):
        yield _string(drawn, known), drawn.choice(_SHAPES), drawn.choice(corpus.LANGUAGES)


def _known() -> set[str]:
    tables = [getattr(table, field.name) for table in words.BY_CODE.values() for field in fields(table)]
    return {phrase for table in tables if not isinstance(table, bool) for phrase in table} | reserved.words()


def _string(drawn: random.Random, known: list[str]) -> str:
    kind = drawn.random()
    length = int(drawn.expovariate(1 / 4)) + 1
    if kind < 0.02:
        length *= 60
    if kind < 0.2:
        return "".join(_character(drawn) for _ in range(length * 4))
    pieces = [_piece(drawn, known) for _ in range(length)]
    joint = drawn.choice(_JOINTS)
    return "".join(piece + (joint if drawn.random() < 0.8 else drawn.choice(_JOINTS)) for piece in pieces)


def _piece(drawn: random.Random, known: list[str]) -> str:
    kind = drawn.random()
    if kind < 0.3:
        return str(drawn.randrange(10 ** drawn.choice((1, 1, 1, 2, 3, 6, 12))))
    if kind < 0.85:
        return drawn.choice(known)
    if kind < 0.93:
        word = drawn.choice(known)
        at = drawn.randrange(len(word))
        return word[:at] + _character(drawn) + word[at + 1 :]
    return "".join(_character(drawn) for _ in range(drawn.randrange(1, 9)))


def _character(drawn: random.Random) -> str:
    first, last = drawn.choice(_BLOCKS)
    return chr(drawn.randrange(first, last))
