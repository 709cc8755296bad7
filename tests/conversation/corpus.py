"""Replies written by hand, what each means, and how well they are read.

A line of replies/LANGUAGE.tsv is a shape (what was asked, below), a reply (`\\n` for a new line) and what it means:
a value for each question (`-` not answered), `=` for the reply itself, `none` for no tag at all, `!NAME` for a
command, `?` for what no reader could be sure of, `~` before what may as well be asked about (several parted by `/`).
A shape with `*` leaves open how many such questions were asked; `/crop` or `/household/people` is a project of
replies/projects, and a question of it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from app import parse_command
from app.conversation import parse
from app.tasks.asking import Choice, Question

FOLDER = Path(__file__).parent / "replies"
SHAPES = json.loads((FOLDER / "shapes.json").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(SHAPES["today"])
PROJECTS = FOLDER / "projects"
PROJECTS_TODAY = date(2026, 11, 26)
LANGUAGES = ("en", "sw", "lg", "fr", "ht", "hi", "am")
SCRIPTS = {"hi": "Deva", "am": "Ethi"}


@dataclass(frozen=True)
class Line:
    """One reply of the corpus."""

    language: str
    shape: str
    reply: str
    meant: str


@dataclass(frozen=True)
class Measure:
    """How replies were read: `wrong` are those taken for certain as what they do not mean."""

    lines: int
    answerable: int
    read: int
    wrong: tuple[tuple[Line, str], ...]
    asked_again: tuple[tuple[Line, str], ...]

    @property
    def precision(self) -> float:
        """The share of what was read that was read right."""
        return 1 - len(self.wrong) / max(self.read, 1)

    @property
    def coverage(self) -> float:
        """The share of the understandable replies that were understood without a question back."""
        return (self.read - len(self.wrong)) / max(self.answerable, 1)


def choices(name: str, count: int | None = None) -> tuple[Choice, ...]:
    """Return the choices of a shape."""
    return tuple(Choice(choice["value"], choice["label"]) for choice in SHAPES[name][:count])


def questions(shape: str, language: str) -> list[Question]:
    """Return what a shape asks; a number at its end is how many such questions share the message."""
    name, many = (shape[:-1], int(shape[-1])) if shape[-1].isdecimal() else (shape.rstrip("*"), 1)
    bounded = {"cows": (0, 200), "age": (1, 120), "price": (0, 100_000), "litres": (0, 5000), "scale": (1, 5)}
    if name == "water":
        asked = Question("choice", choices("yes_no"), wordings=tuple(SHAPES["water"].values()))
    elif name in {"mood", "spam"}:
        asked = Question("choice", choices(name))
    elif name == "topics":
        asked = Question("choice", choices("topics", 4))
    elif name == "tags":
        asked = Question("tags", choices("topics"))
    elif name in bounded:
        lowest, highest = (Decimal(bound) for bound in bounded[name])
        kind = "scale" if name == "scale" else "number"
        asked = Question(
            "scale" if kind == "scale" else "number", lowest=lowest, highest=highest, whole=name != "litres"
        )
    elif name == "date":
        asked = Question("date", earliest=date(2026, 1, 1), latest=date(2026, 12, 31))
    elif name == "text":
        asked = Question("text", shortest=10, longest=160, script=SCRIPTS.get(language, "Latn"))
    elif name == "note":
        asked = Question("text", shortest=1, longest=60)
    else:
        message = f"the corpus has no shape {shape!r}"
        raise ValueError(message)
    return [asked] * many


def lines(languages: Sequence[str] = LANGUAGES, folder: Path = FOLDER) -> Iterator[Line]:
    """Yield the replies of these languages."""
    for language in languages:
        for line in (folder / f"{language}.tsv").read_text(encoding="utf-8").splitlines():
            shape, reply, meant = line.split("\t")
            yield Line(language, shape, reply.replace("\\n", "\n"), meant.strip())


def read(line: Line) -> str:
    """Return how the reply is read, written as the corpus writes what is meant."""
    today = PROJECTS_TODAY if line.shape.startswith("/") else TODAY
    asked = _asked(line, today)
    command = parse.command(line.reply, line.language, asks_text=asked[0].type == "text")
    if command is not None:
        return f"!{command.name}"
    replied = parse.reply(line.reply, asked, line.language, today=today)
    if isinstance(replied, parse.Unclear):
        return f"? {replied.why}"
    values = [answer.value for answer in replied.answers]
    if asked[0].type == "text" and values == [line.reply.strip()]:
        return "="
    return " ".join("-" if value is None else value or "none" for value in values)


def _asked(line: Line, today: date) -> list[Question]:
    if line.shape.startswith("/"):
        _, name, question_id = f"{line.shape}/".split("/")[:3]
        question, count = parse_command.asked(PROJECTS / f"{name}.json", question_id or None)
    else:
        question, *others = questions(line.shape, line.language)
        count = None if line.shape.endswith("*") else 1 + len(others)
    return [question] * (count or parse_command.told_by(line.reply, question, line.language, today))


def measure(corpus: Sequence[Line]) -> Measure:
    """Read every reply, and count."""
    wrong: list[tuple[Line, str]] = []
    again: list[tuple[Line, str]] = []
    count = answerable = 0
    for line in corpus:
        said = read(line)
        clear = line.meant != "?" and not (line.meant.startswith("~") and said.startswith("?"))
        answerable += clear
        if said.startswith("?"):
            again += [(line, said)] if clear else []
            continue
        count += 1
        if said not in line.meant.removeprefix("~").split("/"):
            wrong.append((line, said))
    return Measure(len(corpus), answerable, count, tuple(wrong), tuple(again))
