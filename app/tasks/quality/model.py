"""What is known after a fit: of a project as a whole, and of each worker in it; and what one vote says by it.

Both travel as JSON. How they are learned is fitting.py's; what they say of a task, posterior.py's.
"""

from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from app.tasks.quality.votes import Floats, Ints

# What is thought of a worker nobody has seen at work: right three times in four. Worth how many tasks of evidence
# each level is, before the evidence itself outweighs it.
SKILL = 0.75
SKILL_TASKS = 8.0  # a worker's own skill, beside the project's mean
ROW_TASKS = 12.0  # a worker's leanings on one class, beside their skill
MEAN_WORKERS = 5.0  # the project's mean skill, beside SKILL, in workers
WRONG_TASKS = 20.0  # which wrong class a class is taken for, beside any of them alike
CLASS_ANSWERS = 10.0  # how often a class is true, beside all alike

# A task can be ambiguous: those who answer it see another class than the true one this often. Before anything is
# known, of so many tasks of two classes; of more classes more are, since there are more to be taken for another. Of two
# or three answers a fit puts down to the workers what is the tasks' doing, however many tasks there are: so what is
# expected is worth this many answers to each task.
SPLIT = 0.45
AMBIGUOUS = 0.12
AMBIGUOUS_ANSWERS = 10.0

# The lower bound of a skill is passed by the true one with 95 %.
_BOUND = 1.645
_LEAST = 1e-6


@dataclass(frozen=True)
class Worker:
    """What is known of a worker in one project.

    `seen[z][l]` is how often, as far as known, they answered l where z was to be seen; `informed` how many of
    their answers could be checked against other evidence (others' answers, gold), as a sum of 0..1.
    """

    seen: Floats
    informed: float

    @classmethod
    def unknown(cls, classes: int) -> "Worker":
        """Return a worker nobody has seen at work."""
        return cls(np.zeros((classes, classes)), 0.0)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Worker":
        """Return what as_json kept."""
        return cls(np.array(kept["seen"], dtype=np.float64), float(kept["informed"]))

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and floats."""
        return {"seen": np.round(self.seen, 3).tolist(), "informed": round(self.informed, 3)}


@dataclass(frozen=True)
class Model:
    """What is known of a project as a whole.

    `prior` is how often each class is true (a row for each kind of task, where a project has several; `of_kind` gives
    one kind's model), `mean_skill` how often a worker is right on a clear task,
    `wrong[z]` how wrong answers to z are spread over the other classes, `ambiguous` the share of tasks that are,
    and `temper` by how much log-odds are scaled so that a confidence is the share of right results. `trust` is 1
    where workers are told apart by what they did, and 0 where gold says that this misleads: then all are alike.
    """

    prior: Floats
    mean_skill: float
    wrong: Floats
    ambiguous: float
    temper: float = 1.0
    trust: float = 1.0

    @classmethod
    def blank(cls, classes: int, *, skill: float = SKILL) -> "Model":
        """Return what is thought before the first answer."""
        wrong = (1 - np.eye(classes)) / (classes - 1)
        return cls(np.full(classes, 1 / classes), skill, wrong, expected_ambiguous(classes))

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self.prior.shape[-1])

    def of_kind(self, kind: int) -> "Model":
        """Return the model of one kind of task, by which one task of it is judged: this one where all are of one."""
        return self if self.prior.ndim == 1 else replace(self, prior=self.prior[kind])

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Model":
        """Return what as_json kept."""
        return cls(
            np.array(kept["prior"], dtype=np.float64),
            float(kept["mean_skill"]),
            np.array(kept["wrong"], dtype=np.float64),
            float(kept["ambiguous"]),
            float(kept["temper"]),
            float(kept.get("trust", 1.0)),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and floats."""
        return {
            "prior": np.round(self.prior, 6).tolist(),
            "mean_skill": round(self.mean_skill, 6),
            "wrong": np.round(self.wrong, 6).tolist(),
            "ambiguous": round(self.ambiguous, 6),
            "temper": round(self.temper, 4),
            "trust": round(self.trust, 4),
        }

    def tempered(self, temper: float) -> "Model":
        """Return the same with another temper."""
        return replace(self, temper=temper)

    def skill(self, worker: Worker) -> float:
        """Return the chance (0..1) that the worker is right on a task of this project, clear or not.

        It is drawn to that of the project's crowd as firmly as little is known of the worker.
        """
        total = float(worker.seen.sum()) * self.trust
        right = float(np.trace(worker.seen)) * self.trust
        clear = (right + SKILL_TASKS * self.mean_skill) / (total + SKILL_TASKS)
        missed = self.ambiguous * SPLIT
        return clear * (1 - missed) + (1 - clear) / (self.classes - 1) * missed

    def lower(self, worker: Worker) -> float:
        """Return a bound the worker's skill passes with 95 %: low for who is unknown, near the skill for who is not."""
        skill = self.skill(worker)
        spread = sqrt(skill * (1 - skill) / (worker.informed + SKILL_TASKS + 1))
        return max(0.0, skill - _BOUND * spread)


def expected_ambiguous(classes: int) -> float:
    """Return the share of ambiguous tasks that is expected of so many classes before anything is known."""
    return AMBIGUOUS * sqrt(classes - 1)


def likelihoods(model: Model, seen: Floats, label: Ints, own: Floats | None = None) -> Floats:
    """Return the chance of each vote's class under each class to be seen: one row a class, one column a vote.

    `seen` gives each vote's worker's table (votes, classes, classes). `own`, where given, is what the vote itself
    put into it (classes, votes) and is taken out again: a worker is not to be believed for agreeing with
    themselves. A row of the table is drawn to the worker's one skill, and that to the project's mean.
    """
    votes = np.arange(len(label))
    row, total = seen[votes, :, label].T, seen.sum(axis=2).T
    right = np.trace(seen, axis1=1, axis2=2)
    answers = total.sum(axis=0)
    if own is not None:
        row, total = row - own, total - own
        right, answers = right - own[label, votes], answers - own.sum(axis=0)
    return chances(model, label, row, total, right, answers)


def chances(model: Model, label: Ints, row: Floats, total: Floats, right: Floats, answers: Floats) -> Floats:
    """Return likelihoods from a vote's column and row totals of its worker's table (classes, votes), and the table's
    right and all answers (votes).
    """
    if not model.trust:
        return chances_alike(model, label)
    skill = (right + SKILL_TASKS * model.mean_skill) / (answers + SKILL_TASKS)
    expected = model.wrong.take(label, axis=1)
    expected *= 1 - skill
    expected[label, np.arange(len(label))] = skill
    expected *= ROW_TASKS
    expected += row
    expected /= total + ROW_TASKS
    return np.maximum(expected, _LEAST, out=expected)


def chances_alike(model: Model, label: Ints) -> Floats:
    """Return likelihoods (classes, votes) where all workers are held alike: they depend on the label alone."""
    table = (1 - model.mean_skill) * model.wrong + model.mean_skill * np.eye(model.classes)
    return np.maximum(table, _LEAST).take(label, axis=1)
