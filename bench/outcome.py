"""What a benchmark found, and how it is shown: a table, targets said plainly, figures for a file. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Target:
    """One thing the service is to reach, what was measured, and whether that reaches it."""

    wanted: str
    measured: str
    met: bool


@dataclass(frozen=True)
class Outcome:
    """One benchmark: its table (first row the head), its targets, its figures as JSON, and what to know of them."""

    title: str
    rows: Sequence[Sequence[str]]
    targets: Sequence[Target] = ()
    notes: Sequence[str] = ()
    figures: dict[str, Any] = field(default_factory=dict)


def shown(name: str, outcome: Outcome, disk_rate: float) -> str:
    """Return the outcome as text, the disk's rate beside it."""
    lines = [f"{name}: {outcome.title}", f"  disk: {disk_rate:,.0f} fdatasync/s", ""]
    lines += [f"  {line}" for line in table(outcome.rows)]
    lines += ["", *(f"  {told(target)}" for target in outcome.targets)] if outcome.targets else []
    lines += [f"  note: {note}" for note in outcome.notes]
    return "\n".join(lines) + "\n"


def told(target: Target) -> str:
    """Return one line: met or not met, what was wanted, what was measured."""
    return f"{'met' if target.met else 'not met'}: {target.wanted}; measured {target.measured}"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines of equal columns: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_cells(row, widths)).rstrip() for row in rows]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def as_json(outcome: Outcome, disk_rate: float) -> dict[str, Any]:
    """Return the outcome for a file."""
    return {
        "title": outcome.title,
        "fdatasync_per_s": round(disk_rate, 1),
        "figures": outcome.figures,
        "targets": [target.__dict__ for target in outcome.targets],
        "notes": list(outcome.notes),
    }
