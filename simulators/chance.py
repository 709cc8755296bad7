"""Seeded chance that does not depend on the order in which things happen.

A draw is a hash of the seed and of what it is about, so that two runs with one seed meet the same
faults for the same message however their timing differs. A plain generator would hand out its
numbers in the order of arrival, which no two runs share.
"""

import math
from collections.abc import Sequence
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

Choice = TypeVar("Choice")

_SPAN = float(2**64)
_NORMAL = NormalDist()


class Chance:
    """Draws that repeat for the same seed and the same words."""

    def __init__(self, seed: int) -> None:
        self._prefix = f"{seed}|"

    def draw(self, *about: object) -> float:
        """A number in [0, 1) that is always the same for the same words."""
        text = self._prefix + "|".join(map(str, about))
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        # The quotient of the largest digests rounds up to 1.0, which no caller expects.
        return min(int.from_bytes(digest, "big") / _SPAN, 1.0 - 2**-53)

    def happens(self, rate: float, *about: object) -> bool:
        """Whether something of this rate (0 to 1) happens here."""
        return rate > 0 and self.draw(*about) < rate

    def between(self, span_s: Sequence[float], *about: object) -> float:
        """A number spread evenly over a [low, high] span."""
        low, high = span_s
        return low if high <= low else low + (high - low) * self.draw(*about)

    def pick(self, options: Sequence[Choice], *about: object) -> Choice:
        """One of the options, each as likely as the next."""
        return options[int(self.draw(*about) * len(options))]

    def lognormal(self, median: float, sigma: float, *about: object) -> float:
        """A number around the median with a long right tail, as people's reply times have."""
        spot = min(max(self.draw(*about), 1e-9), 1 - 1e-9)
        return median * math.exp(sigma * _NORMAL.inv_cdf(spot))
