"""Replies written by hand, in seven languages: never read wrongly for certain, and mostly read at once."""

import sys
from pathlib import Path

import pytest

from tests.conversation import corpus

LEAST_PRECISION = 0.995
LEAST_COVERAGE = 0.95
SETS = [corpus.FOLDER, *sorted(folder for folder in corpus.FOLDER.glob("held_out*"))]


def shown(rows: tuple[tuple[corpus.Line, str], ...]) -> str:
    return "\n".join(
        f"{line.language} {line.shape} {line.reply!r}: {line.meant}, read {said}" for line, said in rows
    )


def test_there_are_a_thousand_replies_of_every_language_and_kind() -> None:
    lines = list(corpus.lines())
    assert len(lines) >= 1000
    assert {line.language for line in lines} == set(corpus.LANGUAGES)
    for language in corpus.LANGUAGES:
        shapes = {line.shape for line in lines if line.language == language}
        assert {"water", "water3", "topics", "tags", "cows", "scale", "date", "text"} <= shapes
        unreadable = [line for line in lines if line.language == language and line.meant == "?"]
        assert len(unreadable) >= 25


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_precision_and_coverage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured = corpus.measure(list(corpus.lines(folder=folder)))
    line = f"{measured.lines} replies: precision {measured.precision:.2%}, understood {measured.coverage:.2%}"
    with capsys.disabled():
        sys.stdout.write(f"\n{folder.name}: {line} ")
    assert measured.precision >= LEAST_PRECISION, f"{line}\n{shown(measured.wrong)}"
    assert measured.coverage >= LEAST_COVERAGE, f"{line}\n{shown(measured.asked_again)}"


@pytest.mark.parametrize("language", corpus.LANGUAGES)
def test_each_language_by_itself(language: str) -> None:
    measured = corpus.measure(list(corpus.lines([language])))
    assert measured.precision >= LEAST_PRECISION, shown(measured.wrong)
    assert measured.coverage >= LEAST_COVERAGE, shown(measured.asked_again)


GREETED = {
    "en": ("hello, ", " thank you", "please my answer is "),
    "sw": ("habari, ", " asante sana", "tafadhali jibu langu ni "),
    "lg": ("oli otya, ", " webale nnyo", "okuddamu kwange "),
    "fr": ("bonjour, ", " merci beaucoup", "svp ma réponse est "),
    "ht": ("bonjou, ", " mesi anpil", "tanpri repons mwen se "),
    "hi": ("namaste, ", " dhanyavaad ji", "kripya mera jawab "),
    "am": ("ሰላም, ", " አመሰግናለሁ", "እባክዎ መልሴ "),
}


@pytest.mark.parametrize("language", corpus.LANGUAGES)
def test_what_is_polite_and_how_it_is_written_change_nothing(language: str) -> None:
    greeting, thanks, opening = GREETED[language]
    changed = []
    for line in corpus.lines([language]):
        if line.shape in {"text", "note"}:
            continue
        plain = corpus.read(line)
        polite = (greeting + line.reply, line.reply + thanks, opening + line.reply)
        written = (f"{line.reply}.", f'"{line.reply}"', line.reply.replace(" ", "  "), line.reply.upper())
        for reply in (*polite, *written):
            said = corpus.read(corpus.Line(language, line.shape, reply, line.meant))
            alike = said.split()[0] == plain.split()[0] == "?" or said == plain
            # A command is one alone, and so is the Hindi yes that is polite elsewhere.
            if not alike and not plain.startswith("!") and line.reply not in {"ji", "जी"}:
                changed.append((line, reply, said))
    assert not changed


def test_the_measure_sees_what_is_read_wrongly_and_what_is_not_read() -> None:
    lines = [
        corpus.Line("en", "water", "1", "no"),
        corpus.Line("en", "water", "2", "no"),
        corpus.Line("en", "water", "hello", "yes"),
        corpus.Line("en", "water", "1 or 2", "?"),
    ]
    measured = corpus.measure(lines)
    assert (measured.precision, measured.coverage) == (0.5, 1 / 3)
    assert [said for _, said in measured.wrong] == ["yes"]
