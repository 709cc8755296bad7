"""`./kazi bench simulate`: the tables, the targets, the figures in a file.

Standard output carries the tables, standard error how far it is. A target that is not met is said and is no failure.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.outcome import Outcome, table, told
from bench.simulate import sections
from bench.simulate.crowd import Parameters


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for; return the exit code."""
    asked = _parser().parse_args(arguments)
    given = Parameters()
    if asked.quick:
        given = replace(given, tasks=120, workers=60)
    seeds = 1 if asked.quick else asked.seeds
    print("simulate: a crowd made up by these parameters, in virtual time", flush=True)
    for line in given.lines():
        print(f"  {line}")
    print(f"  mean of {seeds} crowds, each with tasks of its own\n", flush=True)
    found: dict[str, Any] = {"parameters": given.__dict__, "seeds": seeds, "quick": asked.quick}
    for name in asked.sections.split(","):
        outcome: Outcome = sections.BY_NAME[name](given, seeds, _say)
        print(_shown(outcome), flush=True)
        found[name] = {"figures": outcome.figures, "targets": [each.__dict__ for each in outcome.targets]}
        if asked.json:
            asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    names = ",".join(sections.BY_NAME)
    parser = argparse.ArgumentParser(
        prog="./kazi bench simulate", description="Play jobs through with a made-up crowd, in virtual time."
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file too")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="crowds to play each job with (5)")
    parser.add_argument("--quick", action="store_true", help="a small job, once: to see that it runs")
    parser.add_argument("--sections", default=names, metavar="NAME,…", help=f"of {names}")
    return parser


def _shown(outcome: Outcome) -> str:
    lines = [f"{outcome.title}", "", *(f"  {line}" for line in table(outcome.rows))]
    lines += ["", *(f"  {told(target)}" for target in outcome.targets)] if outcome.targets else []
    lines += [f"  note: {note}" for note in outcome.notes]
    return "\n".join(lines) + "\n"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
