"""Results of choices: one label, or several that may apply at once. From posteriors to a Conclusion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.tasks.quality.conclusion import Conclusion
from app.tasks.quality.posterior import Posterior
from app.tasks.quality.votes import Bools, Floats, Ints, Votes

MODEL = "model"
SEPARATOR = "|"


@dataclass(frozen=True)
class Label:
    """One label of several, and how probably it applies: the posterior of a yes (class 1) or no (class 0)."""

    value: str
    posterior: Posterior


def each_label(
    task: Ints, worker: Ints, named: Bools, *, tasks: int, weight: Floats | None = None
) -> tuple[Votes, Ints]:
    """Return answers that name several labels as votes, a yes (1) or no (0) to each label, and each one's kind.

    `named` (answers, labels) says what each answer names. Label l of task t is the fit's task t * labels + l, its
    kind is l: labels differ in how often they apply, while a worker is as good at one as at another. So
    `fit(votes, kind=kind)` gives each label a posterior, and `verdicts(…, labels=labels)` what each task needs.
    """
    labels = named.shape[1]
    votes = Votes.of(
        (np.asarray(task)[:, None] * labels + np.arange(labels)).ravel(),
        np.repeat(worker, labels),
        named.ravel().astype(np.intp),
        classes=2,
        weight=None if weight is None else np.repeat(weight, labels),
        tasks=tasks * labels,
    )
    return votes, np.tile(np.arange(labels), tasks)


def single_label(posterior: Posterior, choices: Sequence[str]) -> Conclusion:
    """Return the most probable choice; its confidence is its probability."""
    if not posterior.answers:
        return Conclusion(None, 0.0, 0, MODEL)
    return Conclusion(choices[posterior.best], posterior.confidence, posterior.answers, MODEL)


def several_labels(labels: Iterable[Label]) -> Conclusion:
    """Return the labels more probable than not, joined by `|` in the order given; `""` where none applies.

    Each label is a yes or no of its own, fitted over (task, label) as tasks (`each_label`). The set is as sure as
    its least sure label: the workers who answer are the same for each, so their errors are not independent, and the
    product would say too little.
    """
    found = list(labels)
    answers = max((label.posterior.answers for label in found), default=0)
    if not answers:
        return Conclusion(None, 0.0, 0, MODEL)
    value = SEPARATOR.join(label.value for label in found if label.posterior.best == 1)
    return Conclusion(value, min(label.posterior.confidence for label in found), answers, MODEL)
