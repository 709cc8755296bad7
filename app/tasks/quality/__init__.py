"""What a task concludes from its answers: pure functions from votes to values and confidence. No rows, no clock.

Choices (`verification`, `tagging` with one label), with numpy arrays a project or one task at a time:

- `Votes.of(task, worker, label, classes=K, weight=None)`: indices from 0; `numbered(names)` makes such indices.
  Where several labels may apply: `each_label(task, worker, named, tasks=N) -> (votes, kind)`, for `fit(votes,
  kind=kind)`; `verdicts(…, labels=L)`, or `decide_several` of one task's posteriors; then `several_labels`.
- `fit(votes, gold=None, kind=None) -> Fit`: the refit in batches (100,000 answers in under a second). `gold` gives
  each task's true class or UNKNOWN. `Fit.model` (a `Model`: the project) and `Fit.worker(i)` (a `Worker`) are kept as
  JSON (`as_json`, `from_json`); `model.skill(worker)` and `model.lower(worker)` are the skill and the bound it hardly
  lies under. `Fit.posterior(i)` is a task's `Posterior` (`probabilities`, `best`, `confidence`, `answers`).
- `update(model, [Vote(worker, label, weight, counted)]) -> Posterior`: one task between refits, by what is kept.
- `decide(posterior, answers, cap, confidence, audit) -> "conclude" | "ask" | "review"`; `verdicts(fit, answers, cap,
  confidence, audit)`: the same of all tasks of a project at once, the concluded ones too: what is learned since may
  make one doubtful; `audited(task_id)`; `Settings`, `DEFAULT`, `CAREFUL`.
- `weights(groups)`: what each answer to one task counts when some may depend on each other; `too_alike(votes, fit)`:
  pairs of workers who agree in more mistakes than chance explains, for an alert.

Each to a `Conclusion`: `majority`, `single_label` and `several_labels` (several may apply), `on_a_scale`, `number`,
`text` and `checked_text` (free text, without or with a second step of checks). `distribution` for opinions.
"""

from app.tasks.quality.conclusion import MAJORITY, Conclusion, majority, majority_of_each
from app.tasks.quality.deciding import (
    AUDIT_SHARE,
    CAREFUL,
    DEFAULT,
    Settings,
    Verdict,
    Verdicts,
    audited,
    decide,
    decide_several,
    verdicts,
)
from app.tasks.quality.dependence import Alike, too_alike, weights
from app.tasks.quality.fitting import Fit, fit
from app.tasks.quality.labels import Label, each_label, several_labels, single_label
from app.tasks.quality.model import Model, Worker
from app.tasks.quality.numbers import Distribution, distribution, number, on_a_scale
from app.tasks.quality.posterior import Posterior, Vote, update
from app.tasks.quality.texts import alikeness, checked_text, text
from app.tasks.quality.votes import UNKNOWN, Votes, numbered

__all__ = [
    "AUDIT_SHARE",
    "CAREFUL",
    "DEFAULT",
    "MAJORITY",
    "UNKNOWN",
    "Alike",
    "Conclusion",
    "Distribution",
    "Fit",
    "Label",
    "Model",
    "Posterior",
    "Settings",
    "Verdict",
    "Verdicts",
    "Vote",
    "Votes",
    "Worker",
    "alikeness",
    "audited",
    "checked_text",
    "decide",
    "decide_several",
    "distribution",
    "each_label",
    "fit",
    "majority",
    "majority_of_each",
    "number",
    "numbered",
    "on_a_scale",
    "several_labels",
    "single_label",
    "text",
    "too_alike",
    "update",
    "verdicts",
    "weights",
]
