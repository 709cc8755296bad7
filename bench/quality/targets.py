"""What the model is to reach over six public sets at its two fixed settings, and whether it does. Pure."""

from collections.abc import Mapping

import numpy as np

from bench.outcome import Target
from bench.quality.measures import Judged, at_cost
from bench.quality.methods import curve

SETS = ("rte_snow", "temporal", "possent", "weather_amt", "sp_amt", "weather_cf")
MOST_ERROR = 0.05
_WITHIN = 0.01

Found = Mapping[str, Mapping[str, Judged]]


def targets(found: Found, classes: Mapping[str, int]) -> list[Target]:
    """Return the targets that can be told from these sets: those over the six sets only where all are there.

    `classes` says how many classes each set has.
    """
    binary = {name: one for name, one in found.items() if classes[name] == 2}
    told = [*_no_set_behind(found), *_calibrated(binary)]
    return [*_over_six(found), *told] if all(name in found for name in SETS) else told


def mean_of(found: Found, method: str, names: tuple[str, ...] | None = None) -> float:
    """Return a method's mean accuracy over sets."""
    return float(np.mean([found[name][method].accuracy for name in names or tuple(found)]))


def _over_six(found: Found) -> list[Target]:
    ten = float(
        np.mean([found[name][f"dawid-skene {5 if name == 'weather_cf' else 10}"].accuracy for name in SETS])
    )
    five = mean_of(found, "majority 5", SETS)
    rows = [
        _reaches(found, "ours default", five, "five-fold majority", 2.0),
        _reaches(found, "ours careful", ten, "ten-fold Dawid-Skene (five-fold on weather_cf)", 3.0),
    ]
    ours = mean_of(found, "ours all", SETS)
    best = max((mean_of(found, name, SETS), name) for name in ("majority all", "dawid-skene all"))
    rows.append(Target(f"with all answers, {best[1]}'s {best[0]:.4f}", f"{ours:.4f}", ours >= best[0]))
    return rows


def _reaches(found: Found, method: str, wanted: float, whose: str, cost: float) -> Target:
    reached = mean_of(found, method, SETS)
    answers = float(np.mean([found[name][method].answers for name in SETS]))
    return Target(
        f"{method}: {whose}'s mean accuracy {wanted:.4f} for at most {cost} answers a task",
        f"{reached:.4f} for {answers:.3f}",
        reached >= wanted and answers <= cost,
    )


def _no_set_behind(found: Found) -> list[Target]:
    gaps = [
        (one[method].accuracy - at_cost(curve(dict(one)), one[method].answers), name, method)
        for name, one in found.items()
        for method in ("ours default", "ours careful")
    ]
    if not gaps:
        return []
    gap, name, method = min(gaps)
    return [
        Target(
            "no set more than one point under majority at the same cost",
            f"{100 * gap:+.1f} points at worst ({method} on {name})",
            gap >= -_WITHIN,
        )
    ]


def _calibrated(found: Found) -> list[Target]:
    errors = [
        (one[method].calibration_error or 0.0, name, method)
        for name, one in found.items()
        for method in ("ours default", "ours careful")
    ]
    if not errors:
        return []
    error, name, method = max(errors)
    return [
        Target(
            f"calibration error at most {MOST_ERROR} on sets of two classes",
            f"{error:.3f} at worst ({method} on {name})",
            error <= MOST_ERROR,
        )
    ]
