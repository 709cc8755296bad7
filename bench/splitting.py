"""How long a long document takes to be split, without the measuring of its questions, beside one regular expression.

The text is made here: sentences of a few to many words with commas, numbers, abbreviations and blank lines. The time is
the processor's, the best of a few rounds.
"""

import random
import re
import time
from collections.abc import Callable

from app.tasks.documents.splitting import By, split
from bench.outcome import Outcome

_LETTERS, _QUICK = 2_000_000, 100_000
_BYS: tuple[By, ...] = ("sentence", "paragraph", "segment")
_FITS_LETTERS = 120
_WORDS = re.findall(
    r"\S+", "the pump near our school is broken since Dr. Okello came and no. 4 costs 1.5 litres, we"
)
# What a sentence ends with, where nothing is known of abbreviations: what the splitter is measured beside.
_PLAIN = re.compile(r"(?<=[.!?])\s+")


def run(*, quick: bool) -> Outcome:
    """Split it by sentence, by paragraph and into as much as fits."""
    letters, rounds = (_QUICK, 1) if quick else (_LETTERS, 3)
    text = _text(letters)
    plain_s = _best(lambda: _PLAIN.split(text), rounds)
    rows = [["by", "parts", "seconds", "of the baseline"]]
    rows.append(["regular expression (baseline)", f"{len(_PLAIN.split(text)):,}", f"{plain_s:.3f}", "1"])
    figures: dict[str, object] = {"letters": letters, "baseline_s": plain_s}
    for by in _BYS:
        parts = len(split(text, by, _fits))
        took_s = _best(lambda by=by: split(text, by, _fits), rounds)  # type: ignore[misc]
        rows.append([by, f"{parts:,}", f"{took_s:.3f}", f"{took_s / plain_s:.0f}"])
        figures[by] = {"parts": parts, "seconds": took_s}
    return Outcome(f"a document of {letters:,} characters split", rows, figures=figures)


def _fits(part: str) -> bool:
    return len(part) <= _FITS_LETTERS


def _text(letters: int) -> str:
    rng, found, length = random.Random(7), [], 0
    while length < letters:
        words = [rng.choice(_WORDS) for _ in range(rng.randint(3, 30))]
        end = rng.choice((". ", ". ", "? ", "! ", ".\n\n"))
        found.append(" ".join(words).capitalize() + end)
        length += len(found[-1])
    return "".join(found)[:letters]


def _best(work: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)
