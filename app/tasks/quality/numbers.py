"""Results of numbers, of places on a scale, and of opinions. From one task's answers to a Conclusion.

The mean beats the median on recorded answers (four public sets). But without bounds one absurd answer moves a mean
anywhere, so there what lies absurdly far outside is drawn in.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from statistics import fmean, median

from app.tasks.quality.conclusion import Conclusion

MEAN = "mean"
SCALE = "scale"

# Answers further than this many median deviations from the median are drawn in to there: far beyond the 3.5 at which
# Iglewicz and Hoaglin (1993) call a value an outlier, since drawing in honest answers costs accuracy. 1.4826 makes a
# median deviation a standard one.
_REACH = 8.0
_NORMAL = 1.4826
# How tightly two of three numbers must lie together, beside their size, to be called near.
_NEAR = 0.05


def number(
    values: Sequence[float], low: float | None = None, high: float | None = None, whole: bool = False
) -> Conclusion:
    """Return the mean of the answers that lie within the bounds, as text without needless digits.

    Where a bound is missing, what lies absurdly far outside is drawn in.

    The confidence is the probability that the mean lies within a twentieth of the bounds' width (where there are
    no bounds, of the answers' size) of what very many answers would give. One answer has none to speak of: 0.5.
    """
    kept = [value for value in values if (low is None or value >= low) and (high is None or value <= high)]
    if not kept:
        return Conclusion(None, 0.0, 0, MEAN)
    drawn = kept if low is not None and high is not None else _drawn_in(kept)
    mean = fmean(drawn)
    value = str(round(mean)) if whole else f"{mean:.6g}"
    width = high - low if low is not None and high is not None else max(abs(mean), 1.0)
    return Conclusion(value, _sureness(drawn, _NEAR * width), len(kept), MEAN)


def on_a_scale(values: Sequence[int], low: int, high: int) -> Conclusion:
    """Return the step of the scale nearest the mean; the confidence is the share of answers within one step."""
    kept = [value for value in values if low <= value <= high]
    if not kept:
        return Conclusion(None, 0.0, 0, SCALE)
    mean = fmean(kept)
    step = int(mean + 0.5) if mean >= 0 else -int(-mean + 0.5)
    near = sum(abs(value - step) <= 1 for value in kept) / len(kept)
    return Conclusion(str(step), near * len(kept) / (len(kept) + 1), len(kept), SCALE)


@dataclass(frozen=True)
class Distribution:
    """How opinions are spread: answers by value, of how many. There is no right one, so nothing is concluded."""

    counts: Mapping[str, int]
    answers: int

    def share(self, value: str) -> float:
        """Return the share (0..1) of answers that gave the value."""
        return self.counts.get(value, 0) / self.answers if self.answers else 0.0

    def margin(self, value: str) -> float:
        """Return by how much the share may be off, 19 times in 20, were those asked drawn at random (Agresti-Coull)."""
        total = self.answers + 4
        share = (self.counts.get(value, 0) + 2) / total
        return 1.96 * sqrt(share * (1 - share) / total)


def distribution(values: Sequence[str]) -> Distribution:
    """Return how the answers to a question of opinion are spread, the most frequent first."""
    return Distribution(dict(Counter(values).most_common()), len(values))


def _drawn_in(values: Sequence[float]) -> list[float]:
    middle = median(values)
    deviation = _NORMAL * median(abs(value - middle) for value in values)
    if len(values) < 3:
        return list(values)
    # More than half may agree exactly: then the mean deviation says how far the others still count.
    reach = _REACH * (deviation or fmean(_capped(values, middle)))
    return [min(max(value, middle - reach), middle + reach) for value in values]


def _capped(values: Sequence[float], middle: float) -> list[float]:
    """Return distances from the middle, none counted for more than half again the middle's own size (at least 1)."""
    most = max(abs(middle) / 2, 1.0)
    return [min(abs(value - middle), most) for value in values]


def _sureness(values: Sequence[float], near: float) -> float:
    """Return about how probably the mean lies within `near` of where very many answers would put it."""
    if len(values) == 1:
        return 0.5
    mean = fmean(values)
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
    if spread == 0:
        return len(values) / (len(values) + 1)
    # The logistic curve stands in for the t distribution; one answer's worth is taken off for what few hide.
    reached = near / (spread / sqrt(len(values)))
    inside = 2 / (1 + exp(-1.702 * reached)) - 1
    return inside * len(values) / (len(values) + 1)
