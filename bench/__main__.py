"""`python -m bench [NAME…]`: runs benchmarks one after another and prints a table each; `./kazi bench` is this.

Standard output carries the tables, standard error how far it is. A target that is not met is said, and is no
failure: the exit code is 0 when everything ran. `kills` is run only where it is named, with options of its own: it
measures no speed but what holds, and fails where something does not.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from bench import kills, machine
from bench.outcome import Outcome, as_json, shown
from bench.stage import home, say

# Each is a module of this package with `run(*, quick) -> Outcome`.
NAMES = ("webhooks", "latency", "rows", "choosing", "parse", "refit", "pauses", "splitting")


def main() -> None:
    """Read the command line, run, print."""
    if sys.argv[1:2] == ["kills"]:
        sys.exit(kills.main(sys.argv[2:]))
    if sys.argv[1:2] in (["quality"], ["simulate"]):
        sys.exit(importlib.import_module(f"bench.{sys.argv[1]}").main(sys.argv[2:]))
    parser = argparse.ArgumentParser(
        prog="./kazi bench",
        description="Measure, beside a baseline.",
        epilog="./kazi bench kills --help: a real job while processes die. "
        "./kazi bench quality --help: recorded answers, judged. ./kazi bench simulate --help: a made-up crowd.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all where none is named"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file too")
    parser.add_argument("--quick", action="store_true", help="less of everything: to see that it runs")
    parser.add_argument(
        "--most",
        type=int,
        default=7,
        metavar="N",
        help="choosing: up to 10 to the N tasks (7: takes its time)",
    )
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}")
    described = machine.line()
    print(described + "\n", flush=True)
    found: dict[str, Any] = {"machine": described, "quick": asked.quick}
    for name in asked.names or NAMES:
        disk_rate = machine.fdatasync_rate(home())
        say(f"{name}: starting servers of its own")
        options = {"most": asked.most} if name == "choosing" else {}
        outcome: Outcome = importlib.import_module(f"bench.{name}").run(quick=asked.quick, **options)
        print(shown(name, outcome, disk_rate), flush=True)
        found[name] = as_json(outcome, disk_rate)
        if asked.json:
            asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
