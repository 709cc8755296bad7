"""A job's tasks: places, answers, results; and which task a worker gets next, as app/tasks/choosing.py picks."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.tasks.quality.votes import Ints
from app.tasks.rules import unsure_limit


@dataclass
class Job:
    """Counters of every task, as the table of tasks has them. Times are when a task was concluded."""

    tasks: int
    workers: int
    first_places: int
    now: datetime
    done_at: dict[int, datetime] = field(default_factory=dict)
    told: dict[int, int] = field(default_factory=dict)
    reviewed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.places = np.full(self.tasks, self.first_places, dtype=np.intp)
        self.live = np.zeros(self.tasks, dtype=np.intp)
        self.answered = np.zeros(self.tasks, dtype=np.intp)
        self.unsure = np.zeros(self.tasks, dtype=np.intp)
        self.open_ = np.ones(self.tasks, dtype=np.bool_)
        self.freed = np.zeros(self.tasks, dtype=np.bool_)
        self.had: NDArray[np.bool_] = np.zeros((self.workers, self.tasks), dtype=np.bool_)
        self.cursor = np.full(self.workers, -1, dtype=np.intp)
        self.said: list[tuple[int, int, int]] = []
        self._counts = np.zeros((self.tasks, 2), dtype=np.intp)
        self._said_of: list[list[tuple[int, int, int]]] = [[] for _ in range(self.tasks)]
        self.flagged: set[int] = set()

    @property
    def left(self) -> int:
        """How many tasks are open."""
        return int(self.open_.sum())

    def offerable(self) -> NDArray[np.bool_]:
        """Return which tasks have an empty place."""
        found: NDArray[np.bool_] = (
            self.open_ & (self.answered + self.live < self.places) & (self.unsure <= 2 * self.places)
        )
        return found

    def take(self, worker: int, most: int) -> list[int]:
        """Take up to `most` tasks for a worker: those whose place came back first, then on from where they stand."""
        free = np.flatnonzero(self.offerable() & ~self.had[worker])
        if not len(free):
            return []
        turn = np.where(self.freed[free], 0, np.where(free > self.cursor[worker], 1, 2))
        chosen = [int(task) for task in free[np.lexsort((free, turn))][:most]]
        for task in chosen:
            self.live[task] += 1
            self.freed[task] &= self.answered[task] + self.live[task] < self.places[task]
            self.had[worker, task] = True
        self.cursor[worker] = max(self.cursor[worker], chosen[-1])
        return chosen

    def free(self, task: int) -> None:
        """Give a place back."""
        self.live[task] -= 1
        self.freed[task] = True
        self._settle(task)

    def regain(self, task: int) -> bool:
        """Take a place again for a late answer, if one is free."""
        if not self.offerable()[task]:
            return False
        self.live[task] += 1
        return True

    def answer(self, task: int, worker: int, label: int | None) -> None:
        """Record an answer; None is don't know."""
        self.live[task] -= 1
        if label is None:
            self.unsure[task] += 1
            self.freed[task] = True
        else:
            self.answered[task] += 1
            self._counts[task, label] += 1
            self._said_of[task].append((len(self.said), worker, label))
            self.said.append((task, worker, label))
        self._settle(task)

    def _settle(self, task: int) -> None:
        if self.open_[task] and self.live[task] == 0 and (self.is_full(task) or self.answered[task] > 0):
            self.flagged.add(task)

    def is_full(self, task: int) -> bool:
        """Say whether a task has every answer it has places for, or too many don't know."""
        given_up = self.unsure[task] >= unsure_limit(int(self.places[task]))
        return bool(self.answered[task] >= self.places[task] or given_up)

    def counts(self, task: int) -> Ints:
        """Return a task's answers by class."""
        found: Ints = self._counts[task]
        return found

    def said_of(self, task: int) -> list[tuple[int, int, int]]:
        """Return a task's answers: their place among all, worker, label."""
        return self._said_of[task]

    def votes(self) -> tuple[Ints, Ints, Ints]:
        """Return task, worker and label of every answer."""
        table = np.array(self.said, dtype=np.intp).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def open(self, task: int, count: int) -> None:
        """Open so many places more."""
        self.places[task] += count
        self.freed[task] = True

    def open_again(self, task: int) -> None:
        """Ask one answer more of a task that was concluded; its result stays until it is anew."""
        self.open_[task] = True
        del self.done_at[task]
        self.places[task] = max(self.places[task], self.answered[task] + 1)
        self.freed[task] = True

    def conclude(self, task: int, told: int, *, review: bool) -> None:
        """Write the result."""
        self.open_[task] = False
        self.done_at[task] = self.now
        self.told[task] = told
        if review:
            self.reviewed.add(task)
