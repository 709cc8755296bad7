"""Whom known questions pause: made-up workers of known skill, looked at after every known answer, as the app does.

Beside the rule anybody would write first: fewer than half right of five or more. Two choices, seeded.
"""

import numpy as np

from app.tasks.training import trust
from bench.outcome import Outcome, Target

_WORKERS, _QUICK = 4_000, 400
_SKILLS = (0.5, 0.6, 0.7, 0.8, 0.9)
_KNOWN = (10, 20, 40)
_LEADS = (0.2, trust.FLOOR_LEAD, 0.4)
_HONEST, _MOST_PAUSED = 0.8, 0.02


def run(*, quick: bool) -> Outcome:
    """Return the share of workers paused by so many known answers, by skill and rule."""
    workers = _QUICK if quick else _WORKERS
    rows = [["rule", *(f"{skill:.0%} right" for skill in _SKILLS)]]
    figures: dict[str, dict[str, list[float]]] = {}
    rules = {f"floor {0.5 + lead / 2:g}": _paused_under(0.5 + lead / 2) for lead in _LEADS}
    for name, paused in {**rules, "fewer than half right (baseline)": _fewer_than_half()}.items():
        found = {f"{skill:g}": _shares(paused, skill, workers) for skill in _SKILLS}
        figures[name] = found
        rows.append([name, *(" / ".join(f"{share:.0%}" for share in shares) for shares in found.values())])
    ours = figures[f"floor {0.5 + trust.FLOOR_LEAD / 2:g}"][f"{_HONEST:g}"][-1]
    target = Target(
        f"of who is right {_HONEST:.0%} of the time at most {_MOST_PAUSED:.0%} are paused", f"{ours:.1%}",
        ours <= _MOST_PAUSED,
    )  # fmt: skip
    ships = f"the floor that ships is {0.5 + trust.FLOOR_LEAD / 2:g}"
    title = f"paused by {', '.join(map(str, _KNOWN))} known answers, of {workers:,} workers"
    return Outcome(title, rows, [target], [ships], dict(figures))


def _paused_under(floor: float) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return whether so many right and so many wrong answers pause."""
    most = max(_KNOWN) + 1
    return np.array(
        [[trust.pause_due(right, wrong, floor) for wrong in range(most)] for right in range(most)]
    )


def _fewer_than_half() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    counts = np.arange(max(_KNOWN) + 1)
    right, wrong = counts[:, None], counts[None, :]
    return (right + wrong >= trust.LEAST_KNOWN) & (right < wrong)


def _shares(
    paused: np.ndarray[tuple[int, int], np.dtype[np.bool_]], skill: float, workers: int
) -> list[float]:
    """Return the share of workers paused once at least by each number of known answers."""
    is_right = np.random.default_rng(round(100 * skill)).random((workers, max(_KNOWN))) < skill
    right = is_right.cumsum(axis=1)
    wrong = np.arange(1, max(_KNOWN) + 1) - right
    ever = np.maximum.accumulate(paused[right, wrong], axis=1)
    return [float(ever[:, known - 1].mean()) for known in _KNOWN]
