"""The votes of a project as arrays: which worker said which class of which task, and how much each counts.

Owns their shapes and checks. What is read out of them is fitting.py's; how much dependent ones count, dependence.py's.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

# A task whose truth is not known.
UNKNOWN = -1


@dataclass(frozen=True)
class Votes:
    """Votes as arrays of one length: task, worker and class are indices from 0, weight is 0..1.

    `tasks`, `workers` and `classes` say how many there are of each, with or without votes. A worker votes once
    on a task: a second vote would be counted as another person's. Raises ValueError where shapes or ranges differ.
    """

    task: Ints
    worker: Ints
    label: Ints
    weight: Floats
    tasks: int
    workers: int
    classes: int

    def __post_init__(self) -> None:
        if not len(self.task) == len(self.worker) == len(self.label) == len(self.weight):
            raise ValueError("task, worker, label and weight of votes differ in length")
        if self.classes < 2:
            raise ValueError(f"votes need two classes or more, not {self.classes}")
        for name, found, most in (
            ("task", self.task, self.tasks),
            ("worker", self.worker, self.workers),
            ("label", self.label, self.classes),
        ):
            if len(found) and not 0 <= found.min() <= found.max() < most:
                raise ValueError(f"a vote's {name} lies outside 0..{most - 1}")

    @classmethod
    def of(
        cls,
        task: Sequence[int] | Ints,
        worker: Sequence[int] | Ints,
        label: Sequence[int] | Ints,
        *,
        classes: int,
        weight: Sequence[float] | Floats | None = None,
        tasks: int | None = None,
        workers: int | None = None,
    ) -> "Votes":
        """Return votes from indices; how many tasks and workers there are is taken from the largest where not given."""
        task, worker = np.asarray(task, dtype=np.intp), np.asarray(worker, dtype=np.intp)
        return cls(
            task=task,
            worker=worker,
            label=np.asarray(label, dtype=np.intp),
            weight=np.ones(len(task)) if weight is None else np.asarray(weight, dtype=np.float64),
            tasks=_count(task) if tasks is None else tasks,
            workers=_count(worker) if workers is None else workers,
            classes=classes,
        )

    def __len__(self) -> int:
        return len(self.task)

    def only(self, chosen: NDArray[Any]) -> "Votes":
        """Return the votes chosen by a mask or by positions, of the same tasks, workers and classes."""
        return Votes(
            self.task[chosen],
            self.worker[chosen],
            self.label[chosen],
            self.weight[chosen],
            self.tasks,
            self.workers,
            self.classes,
        )

    def weighted(self, weight: Floats) -> "Votes":
        """Return the same votes with other weights."""
        return Votes(self.task, self.worker, self.label, weight, self.tasks, self.workers, self.classes)


def numbered(names: Iterable[Hashable]) -> tuple[Ints, list[Hashable]]:
    """Return each name's index, in order of first appearance, and the distinct names."""
    index: dict[Hashable, int] = {}
    found = [index.setdefault(name, len(index)) for name in names]
    return np.array(found, dtype=np.intp), list(index)


def sums(index: Ints, values: Floats, length: int) -> Floats:
    """Return the sums of `values` by index; of a table, of each of its rows by itself."""
    if values.ndim == 1:
        return np.bincount(index, values, length).astype(np.float64, copy=False)
    return np.stack([sums(index, row, length) for row in values])


def _count(index: Ints) -> int:
    return int(index.max()) + 1 if len(index) else 0
