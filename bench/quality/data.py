"""Data sets from a folder: NAME/labels.csv (task,worker,label) and NAME/truth.csv (task,label), of any kind.

Owns what kind a set is: classes, numbers, or texts. A worker's second answer to a task is dropped, columns beyond
these are ignored, and tasks without truth take part but are not scored.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from app.tasks.quality import UNKNOWN, Votes, numbered
from app.tasks.quality.votes import Floats, Ints

Kind = Literal["classes", "numbers", "texts"]

# More distinct numbers than this are no classes; and where every third answer is new, they are texts.
_MOST_CLASSES = 24
_NEW_TEXTS = 0.3


@dataclass(frozen=True)
class Answers:
    """A set as it is written: answers in their order, truths by task."""

    name: str
    tasks: Sequence[str]
    workers: Sequence[str]
    labels: Sequence[str]
    truth: dict[str, str]

    @property
    def kind(self) -> Kind:
        """What its labels are."""
        distinct = {*self.labels, *self.truth.values()}
        if len(distinct) > _MOST_CLASSES and all(map(_is_number, distinct)):
            return "numbers"
        return "texts" if len(distinct) > max(_MOST_CLASSES, _NEW_TEXTS * len(self.labels)) else "classes"


@dataclass(frozen=True)
class Classes:
    """A set of classes as arrays; `truth` is UNKNOWN where not known."""

    name: str
    votes: Votes
    truth: Ints
    values: Sequence[str]

    @property
    def known(self) -> Ints:
        """The tasks that are scored: those with a truth and an answer."""
        answered = np.bincount(self.votes.task, minlength=self.votes.tasks) > 0
        return np.flatnonzero((self.truth != UNKNOWN) & answered)

    @property
    def cap(self) -> int:
        """The most answers a replay asks of a task: ten, or the set's median where that is less."""
        counts = np.bincount(self.votes.task, minlength=self.votes.tasks)
        return int(max(1, min(10, np.median(counts[counts > 0]))))


def folder(path: Path, only: Iterable[str] = ()) -> list[Answers]:
    """Return the sets of a folder by name, or those named. Raises FileNotFoundError where there is none."""
    wanted = set(only)
    names = sorted(child.name for child in path.iterdir() if _is_set(child)) if path.is_dir() else []
    missing = wanted - set(names)
    if missing or not names:
        told = f"no data set {min(missing)!r} in" if missing else "no NAME/labels.csv with truth.csv under"
        raise FileNotFoundError(f"{told} {path}; there are: {', '.join(names) or 'none'}")
    return [read(path / name) for name in names if not wanted or name in wanted]


def read(path: Path) -> Answers:
    """Return one set."""
    seen: set[tuple[str, str]] = set()
    rows: list[tuple[str, str, str]] = []
    for row in _rows(path / "labels.csv"):
        if (row["task"], row["worker"]) not in seen and row["label"]:
            seen.add((row["task"], row["worker"]))
            rows.append((row["task"], row["worker"], row["label"]))
    truth = {row["task"]: row["label"] for row in _rows(path / "truth.csv") if row["label"]}
    tasks, workers, labels = ([row[at] for row in rows] for at in range(3))
    return Answers(path.name, tasks, workers, labels, truth)


def as_classes(answers: Answers) -> Classes:
    """Return a set of classes as arrays; the classes are those answered or true, in their order."""
    values = sorted({*answers.labels, *answers.truth.values()}, key=_in_order)
    index = {value: at for at, value in enumerate(values)}
    task, names = numbered(answers.tasks)
    worker, workers = numbered(answers.workers)
    votes = Votes.of(
        task,
        worker,
        [index[label] for label in answers.labels],
        classes=max(2, len(values)),
        tasks=len(names),
        workers=len(workers),
    )
    truth = [index[answers.truth[str(name)]] if name in answers.truth else UNKNOWN for name in names]
    return Classes(answers.name, votes, np.array(truth, dtype=np.intp), values)


def ranks(task: Ints, rng: np.random.Generator) -> Ints:
    """Return the place (from 0) of each answer in a random order within its task."""
    order = np.lexsort((rng.random(len(task)), task))
    sorted_tasks = task[order]
    starts = np.searchsorted(sorted_tasks, sorted_tasks, side="left")
    found = np.empty(len(task), dtype=np.intp)
    found[order] = np.arange(len(task)) - starts
    return found


def counts(votes: Votes) -> Floats:
    """Return how many votes each class of each task has (tasks, classes)."""
    found = np.bincount(votes.task * votes.classes + votes.label, minlength=votes.tasks * votes.classes)
    return found.reshape(votes.tasks, votes.classes).astype(np.float64)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)
        ]


def _is_set(path: Path) -> bool:
    return (path / "labels.csv").is_file() and (path / "truth.csv").is_file()


def _is_number(label: str) -> bool:
    try:
        float(label)
    except ValueError:
        return False
    return True


def _in_order(value: str) -> tuple[float, str]:
    return (float(value), value) if _is_number(value) else (float("inf"), value)
