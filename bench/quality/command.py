"""`./kazi bench quality`: every method on a folder of data sets, as tables, figures in a file, and pictures.

Standard output carries the tables, standard error how far it is. A target that is not met is said and is no failure.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.tasks.quality import CAREFUL, DEFAULT, Settings
from bench import simulate
from bench.quality import curves, data, methods, other_kinds, peers, stress, tables
from bench.quality.measures import Judged, mean
from bench.quality.replay import judge, replay
from bench.quality.targets import targets

_DRAWN = (0.6, 0.7, 0.79, 0.85, 0.9, 0.925, 0.95, 0.98)


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for; return the exit code: 0 when all ran, 2 where there is no data."""
    if "--simulate" in arguments:
        return simulate.main([each for each in arguments if each != "--simulate"])
    asked = _parser().parse_args(arguments)
    try:
        sets = data.folder(asked.data, filter(None, asked.sets.split(",")))
    except FileNotFoundError as error:
        print(f"kazi bench quality: {error}", file=sys.stderr)
        return 2
    seeds = 2 if asked.quick else asked.seeds
    found = _of_classes([data.as_classes(one) for one in sets if one.kind == "classes"], seeds, asked)
    found["other_kinds"] = _of_others([one for one in sets if one.kind != "classes"], seeds)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kazi bench quality", description="Conclude recorded answers of real crowds, beside baselines."
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="a folder of NAME/labels.csv, truth.csv"
    )
    parser.add_argument(
        "--simulate",
        action="store_true",
        help="play jobs through with a made-up crowd instead; needs no data",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file too")
    parser.add_argument("--sets", default="", metavar="NAME,…", help="only these")
    parser.add_argument(
        "--seeds", type=int, default=10, metavar="N", help="random orders of the answers (10)"
    )
    parser.add_argument("--quick", action="store_true", help="two seeds: to see that it runs")
    parser.add_argument(
        "--one-batch-at-a-time",
        action="store_true",
        help="a batch of tasks comes when the one before is done",
    )
    parser.add_argument("--stress", action="store_true", help="spoil 30 %% of the answers, too")
    parser.add_argument(
        "--crowdkit", type=Path, metavar="PYTHON", help="a Python that has crowd-kit installed"
    )
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="draw a curve of each set, and of their mean"
    )
    return parser


def _of_classes(sets: Sequence[data.Classes], seeds: int, asked: argparse.Namespace) -> dict[str, Any]:
    if not sets:
        return {}
    overlapping = not asked.one_batch_at_a_time
    found = {}
    for one in sets:
        _say(f"{one.name}: {one.votes.tasks} tasks, {len(one.votes)} answers, {one.votes.classes} classes")
        found[one.name] = methods.on_set(one, seeds, overlapping=overlapping)
    classes = {one.name: one.votes.classes for one in sets}
    print(tables.of_classes(found, classes, seeds), flush=True)
    figures: dict[str, Any] = {
        "seeds": seeds,
        "arrival": "overlapping" if overlapping else "one after another",
        "settings": {"default": DEFAULT.__dict__, "careful": CAREFUL.__dict__},
        "sets": {
            name: {method: one.as_json() for method, one in all_.items()} for name, all_ in found.items()
        },
        "mean": {method: one.as_json() for method, one in _means(found).items()},
        "targets": [target.__dict__ for target in targets(found, classes)],
    }
    if asked.stress:
        figures["stress"] = _stress(sets, seeds)
    if asked.crowdkit:
        figures["crowdkit"] = _peers(sets, asked.crowdkit)
    if asked.images:
        _draw(sets, found, asked.images, seeds)
    return figures


def _means(found: dict[str, dict[str, Judged]]) -> dict[str, Judged]:
    """Return the mean over sets of each method that ran on all of them."""
    everywhere = [
        method for method in next(iter(found.values())) if all(method in one for one in found.values())
    ]
    return {method: mean([one[method] for one in found.values()]) for method in everywhere}


def _of_others(sets: Sequence[data.Answers], seeds: int) -> dict[str, dict[str, dict[str, float]]]:
    found = {}
    for one in sets:
        _say(f"{one.name}: {len(one.labels)} answers, {one.kind}")
        run = other_kinds.on_numbers if one.kind == "numbers" else other_kinds.on_texts
        found[one.name] = run(one, min(seeds, 3) if one.kind == "texts" else seeds)
    if found:
        print(tables.of_others(found), flush=True)
    return found


def _stress(sets: Sequence[data.Classes], seeds: int) -> dict[str, dict[str, dict[str, float]]]:
    found = {}
    for one in sets:
        _say(f"{one.name}: spoiled")
        found[one.name] = stress.on_set(one, min(seeds, 5))
    print(tables.of_stress(found), flush=True)
    return found


def _peers(sets: Sequence[data.Classes], python: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for one in sets:
        _say(f"{one.name}: crowd-kit")
        ran = peers.on_votes(python, one, one.votes)
        found[one.name] = {
            method: told
            if isinstance(told, str)
            else {"accuracy": round(told.accuracy, 4), "answers": round(told.answers, 3)}
            for method, told in ran.items()
        }
    print(tables.of_peers(found), flush=True)
    return found


def _draw(
    sets: Sequence[data.Classes], found: dict[str, dict[str, Judged]], images: Path, seeds: int
) -> None:
    images.mkdir(parents=True, exist_ok=True)
    every: dict[str, list[list[tuple[float, float]]]] = {}
    for one in sets:
        _say(f"{one.name}: drawing")
        lines = {
            method: _line(found[one.name], method) for method in ("majority", "dawid-skene", "first to")
        } | {"ours, stopping": _stopping(one, min(seeds, 3))}
        (images / f"quality-{one.name}.svg").write_text(curves.drawn(one.name, lines), encoding="utf-8")
        for method, points in lines.items():
            every.setdefault(method, []).append(points)
    if len(sets) > 1:
        means = {method: _mean_line(points) for method, points in every.items()}
        (images / "quality-mean.svg").write_text(
            curves.drawn(f"mean of {len(sets)} sets", means), encoding="utf-8"
        )


def _line(found: dict[str, Judged], method: str) -> list[tuple[float, float]]:
    return sorted({(one.answers, one.accuracy) for name, one in found.items() if name.startswith(method)})


def _stopping(one: data.Classes, seeds: int) -> list[tuple[float, float]]:
    points = []
    for confidence in _DRAWN:
        settings = Settings(confidence, DEFAULT.max_answers)
        told = mean([judge(one, replay(one, settings, seed)) for seed in range(seeds)])
        points.append((told.answers, told.accuracy))
    return points


def _mean_line(lines: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """Return the mean of lines point by point, as far as the shortest goes: the same method at the same setting."""
    length = min(map(len, lines))
    return [
        (float(np.mean([line[at][0] for line in lines])), float(np.mean([line[at][1] for line in lines])))
        for at in range(length)
    ]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
