"""What was found, as tables for people. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bench.outcome import table, told
from bench.quality.measures import segments_an_answer
from bench.quality.methods import ALL, FIRST_TO, FIXED, name
from bench.quality.targets import Found, targets

_SHOWN = (
    *(name("majority", answers) for answers in FIXED if answers != 7),
    *(f"first to {wanted}" for wanted in FIRST_TO),
    *(name("dawid-skene", answers) for answers in (3, 5, 10, ALL)),
    *(name("ours", answers) for answers in (3, 5, ALL)),
    "ours default",
    "ours careful",
)


def of_classes(found: Found, classes: Mapping[str, int], seeds: int) -> str:
    """Return accuracy at answers a task by method and set, the calibration of ours, and the targets."""
    names = list(found)
    rows = [["accuracy @ answers a task", *names, "mean"]]
    for method in _SHOWN:
        cells = [found[one].get(method) for one in names]
        if any(cells):
            known = [cell for cell in cells if cell is not None]
            mean = _cell(
                float(np.mean([c.accuracy for c in known])), float(np.mean([c.answers for c in known]))
            )
            rows.append(
                [
                    method,
                    *(_cell(c.accuracy, c.answers) if c else "-" for c in cells),
                    mean if all(cells) else "-",
                ]
            )
    for setting in ("ours default", "ours careful"):
        for label, figure in (
            ("balanced accuracy", "balanced"),
            ("calibration error", "calibration_error"),
            ("to review", "review"),
            ("accuracy of the rest", "accuracy_concluded"),
        ):
            values = [getattr(found[one][setting], figure) or 0.0 for one in names]
            rows.append([f"{setting}: {label}", *(f"{v:.3f}" for v in values), f"{np.mean(values):.3f}"])
    lines = [
        f"quality: recorded answers replayed, mean of {seeds} seeds",
        "",
        *(f"  {x}" for x in table(rows)),
        "",
    ]
    lines += [f"  {told(target)}" for target in targets(found, classes)]
    one_by_one, bundled = segments_an_answer(1), segments_an_answer(5)
    lines.append(
        f"  note: texts of 40 characters take {one_by_one:.2f} segments an answer out and back, bundled {bundled:.2f}"
    )
    return "\n".join(lines) + "\n"


def of_stress(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return our accuracy at its cost beside majority's at the same, by how answers were spoiled."""
    names = list(found)
    rows = [["30 % spoiled: ours @ answers (majority)", *names]]
    for way in next(iter(found.values())):
        cells = [found[one][way] for one in names]
        rows.append([way, *(f"{c['accuracy']:.3f}@{c['answers']:.1f} ({c['majority']:.3f})" for c in cells)])
    behind = [
        (way, one)
        for one in names
        for way, c in found[one].items()
        if c["accuracy"] < c["majority"] and "5%" in way
    ]
    lines = [*(f"  {x}" for x in table(rows)), ""]
    said = "; ".join(f"{way} on {one}" for way, one in behind) or "none"
    lines.append(f"  with 5 % gold worse than majority at the same cost: {said}")
    return "\n".join(lines) + "\n"


def of_others(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return the sets of numbers and texts."""
    lines = []
    for name_, methods in found.items():
        figures = list(next(iter(methods.values())))
        rows = [
            [name_, *figures],
            *([key, *(f"{v:.3f}" for v in one.values())] for key, one in methods.items()),
        ]
        lines += [*(f"  {x}" for x in table(rows)), ""]
    return "\n".join(lines)


def of_peers(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what crowd-kit's methods reach, or why they do not run."""
    rows: list[Sequence[str]] = [["crowd-kit", "on", "accuracy @ answers a task"]]
    for one, methods in found.items():
        for method, figures in methods.items():
            rows.append([method, one, figures if isinstance(figures, str) else _cell(**figures)])
    return "\n".join(f"  {x}" for x in table(rows)) + "\n"


def _cell(accuracy: float, answers: float) -> str:
    return f"{accuracy:.3f}@{answers:.2f}"
