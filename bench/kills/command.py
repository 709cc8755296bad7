"""`./kazi bench kills`: rounds of the campaign, one a seed, and their table."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.kills.campaign import Options, play

_COLUMNS = (
    ("seed", "seed"),
    ("kills", "kills"),
    ("flushes", "flushes"),
    ("seconds", "seconds"),
    ("tasks", "tasks"),
    ("answers", "answers"),
    ("looks", "looks"),
    ("texts out", "texts out"),
    ("unknown fate", "sends of unknown fate"),
    ("repeated", "texts repeated"),
    ("reply p50 s", "reply median s"),
    ("p99 s", "reply p99 s"),
    ("worst s", "reply worst s"),
    ("paid", "payouts paid"),
)


@dataclass(frozen=True)
class Asked:
    """What the command line asked for."""

    round: Options
    minutes: float
    data_dir: Path | None
    report: Path | None


def main(arguments: Sequence[str]) -> int:
    """Run the campaign as the command line asks; return the exit code, 0 only if everything held."""
    return run(_parsed(arguments))


def run(asked: Asked) -> int:
    """Play rounds with seed, seed + 1, … until the minutes are over, one at least; print a table."""
    until_s = time.monotonic() + 60 * asked.minutes
    rounds: list[dict[str, Any]] = []
    while not rounds or time.monotonic() < until_s:
        options = Options(**{**asked.round.__dict__, "seed": asked.round.seed + len(rounds)})
        rounds.append(_round(options, asked.data_dir))
        if asked.report is not None:
            asked.report.write_text(json.dumps(rounds, indent=2) + "\n", encoding="utf-8")
    print(table(rounds), flush=True)
    return 1 if any(figures["broken"] for figures in rounds) else 0


def table(rounds: Sequence[dict[str, Any]]) -> str:
    """Return the figures of all rounds for a terminal, a line each, and below them what was broken."""
    rows = [[title for title, _ in _COLUMNS]]
    rows += [[str(figures.get(name, "-")) for _, name in _COLUMNS] for figures in rounds]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_COLUMNS))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    for figures in rounds:
        lines += [
            f"seed {figures['seed']}: BROKEN {name}: {count}" for name, count in figures["broken"].items()
        ]
        if figures["failure"]:
            lines.append(f"seed {figures['seed']}: {figures['failure']}")
    if not any(figures["broken"] for figures in rounds):
        lines.append("Everything held.")
    return "\n".join(lines)


def _round(options: Options, kept: Path | None) -> dict[str, Any]:
    """Play a round in a folder that is kept where one was asked for."""
    if kept is not None:
        return play(options, kept.absolute() / f"seed-{options.seed}")
    with tempfile.TemporaryDirectory(prefix="kazi-kills-", ignore_cleanup_errors=True) as folder:
        return play(options, Path(folder))


def _parsed(arguments: Sequence[str]) -> Asked:
    usual = Options(tasks=240, phones=60, kills=40, flushes=6, limit_s=1800)
    parser = argparse.ArgumentParser(
        prog="kazi bench kills", description="A real job while processes die by kill -9."
    )
    add = parser.add_argument
    add("--seed", type=int, default=usual.seed, help="the same seed chooses the same victims and moments")
    add("--kills", type=int, default=usual.kills, help="processes that die in a round")
    add("--flushes", type=int, default=usual.flushes, help="how often Redis forgets everything in a round")
    add("--tasks", type=int, default=usual.tasks)
    add("--phones", type=int, default=usual.phones)
    add(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="only these die, such as worker-outbound-1",
    )
    add("--adaptive", action="store_true", help="with adaptive redundancy and gold, instead of three answers")
    add("--limit-s", type=float, default=usual.limit_s, help="after which a round is given up")
    add("--minutes", type=float, default=0.0, help="go on with further rounds for so long")
    add("--data", type=Path, help="keep the rounds' folders, with their logs, here")
    add("--report", type=Path, help="write the figures here, as JSON")
    given = parser.parse_args(arguments)
    return Asked(
        round=Options(
            seed=given.seed,
            kills=given.kills,
            flushes=given.flushes,
            tasks=given.tasks,
            phones=given.phones,
            limit_s=given.limit_s,
            only=tuple(given.only),
            adaptive=given.adaptive,
        ),
        minutes=given.minutes,
        data_dir=given.data,
        report=given.report,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
