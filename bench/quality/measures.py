"""How good results are: accuracy, balanced accuracy, calibration error, answers and segments a task. Pure."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.channels import segments
from app.tasks.bundling import MOST_IN_BUNDLE
from app.tasks.quality.votes import Floats, Ints

_BINS = 10

# A question of 40 characters as a worker gets it, the receipt of the last answer in the same message; the parts
# are counted by the segments they take. The reply is one segment.
_TEXT = "x" * 40
_RECEIPT, _HEAD, _TAIL = "Got {reply}, +KES {pay}. ", "About WATER? ", "1 Yes 2 No 0 Don't know"


@dataclass(frozen=True)
class Judged:
    """One method on one set, mean over seeds: shares are 0..1, costs by task. None: the method says nothing of it."""

    accuracy: float
    balanced: float
    calibration_error: float | None
    answers: float
    review: float | None = None
    accuracy_concluded: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the figures, rounded, with the segments they cost one by one and bundled."""
        found = {key: None if value is None else round(value, 4) for key, value in asdict(self).items()}
        found["segments_one_by_one"] = round(self.answers * segments_an_answer(1), 3)
        found["segments_bundled"] = round(self.answers * segments_an_answer(MOST_IN_BUNDLE), 3)
        return found


def judged(probability: Floats, confidence: Floats | None, truth: Ints, answers: float) -> Judged:
    """Judge results: `probability` (tasks, classes) is how probably each class is the one told (ties are shared)."""
    right = probability[np.arange(len(truth)), truth]
    classes = [right[truth == true].mean() for true in np.unique(truth)]
    error = None if confidence is None else calibration_error(confidence, right)
    return Judged(float(right.mean()), float(np.mean(classes)), error, answers)


def told(best: Ints, classes: int) -> Floats:
    """Return results without ties as probabilities of being told."""
    found: Floats = np.eye(classes)[best]
    return found


def calibration_error(confidence: Floats, right: Floats) -> float:
    """Return the expected calibration error: |confidence - share right| over ten bins of confidence, by their size."""
    place = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    size = np.bincount(place, minlength=_BINS)
    gap = np.abs(np.bincount(place, confidence, _BINS) - np.bincount(place, right, _BINS))
    return float(gap[size > 0].sum() / len(confidence))


def mean(found: list[Judged]) -> Judged:
    """Return the mean of each figure over those that have it."""
    columns = {name: [getattr(one, name) for one in found] for name in Judged.__dataclass_fields__}
    means = {}
    for name, values in columns.items():
        said = [value for value in values if value is not None]
        means[name] = float(np.mean(said)) if said else None
    return Judged(**means)  # type: ignore[arg-type]  # accuracy, balanced and answers are said by all


def at_cost(curve: dict[float, float], answers: float) -> float:
    """Return the accuracy on a curve (answers: accuracy) at a cost, between its points by a straight line."""
    costs = sorted(curve)
    return float(np.interp(answers, costs, [curve[cost] for cost in costs]))


def segments_an_answer(most: int) -> float:
    """Return the segments, out and back, an answer takes when up to `most` questions share a message."""
    fitting = [count for count in range(1, most + 1) if segments.count(_message(count)).segments == 1]
    together = max(fitting, default=1)
    return (segments.count(_message(together)).segments + 1) / together


def _message(questions: int) -> str:
    receipt = _RECEIPT.format(reply="12121"[:questions], pay=2 * questions)
    numbered = "".join(
        f"{number}) {_TEXT} " if questions > 1 else f'"{_TEXT}" ' for number in range(1, questions + 1)
    )
    return receipt + _HEAD + numbered + _TAIL
