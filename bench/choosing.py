"""Taking the next task, among ten thousand to ten million: what it costs must not grow.

A database for each size (many_tasks.py says what is in it), all measured in the same interleaved rounds: with the
statistics a database has when it was filled and never analysed, and again after it was. Timed is the call alone, in
a transaction that has locked the worker's row, as the conversation does; its commit, which is the disk's affair, is
not.
"""

import time
from collections.abc import Sequence
from typing import Any

from app import clock, db
from app.people import service as people
from app.tasks import choosing
from app.tasks.rules import WorkerFacts
from bench.figures import median, percentile, rotated, spread
from bench.many_tasks import GROUP, WORKERS, Stock, bound, filled, maintain
from bench.outcome import Outcome, Target
from bench.stage import say, staged

LEAST, MOST, QUICK = 4, 7, 5
MOST_SPREAD = 1.2
STALE, ANALYSED = "statistics of an empty table", "analysed"


def run(*, quick: bool, most: int = MOST) -> Outcome:
    """Measure among 10,000 tasks and ten times as many, up to 10 to the `most`; `quick` stops at a hundred thousand
    and takes fewer rounds.
    """
    rounds = 10 if quick else 30
    sizes = [10**power for power in range(LEAST, (QUICK if quick else most) + 1)]
    took: dict[str, dict[int, list[float]]] = {}
    with staged("choosing"):
        stocks: dict[int, Stock] = {}
        try:
            for size in sizes:
                stocks[size] = filled(size)
            took[STALE] = _measure(stocks, rounds)
            for size, stock in stocks.items():
                say(f"choosing: analysing {size:,} tasks")
                maintain(stock.engine, "VACUUM ANALYZE")
            took[ANALYSED] = _measure(stocks, rounds)
        finally:
            for stock in stocks.values():
                stock.engine.dispose()
    return _outcome(took, rounds)


def _measure(stocks: dict[int, Stock], rounds: int) -> dict[int, list[float]]:
    """Let every worker take a task in each database, round after round; return the seconds each took."""
    sizes = list(stocks)
    took: dict[int, list[float]] = {size: [] for size in sizes}
    # Statements are planned anew some times before their plan is kept: the first round is not counted.
    for number in range(rounds + 1):
        for size in rotated(sizes, number):
            with bound(stocks[size].engine):
                seconds = [_take(worker, stocks[size]) for worker in stocks[size].workers]
            if number:
                took[size] += seconds
    for size in sizes:
        say(f"choosing: among {size:,}: {1000 * median(took[size]):.2f} ms")
    return took


def _take(worker: WorkerFacts, stock: Stock) -> float:
    with db.transaction() as session:
        people.lock_worker(session, worker.id)
        began = time.perf_counter()
        taken = choosing.take_next(session, worker=worker, now=clock.now())
        took_s = time.perf_counter() - began
    if taken is None or taken.project.id != stock.project_id:
        raise RuntimeError("A worker was not given a task of the project that has thousands for them.")
    return took_s


def _outcome(took: dict[str, dict[int, list[float]]], rounds: int) -> Outcome:
    rows: list[Sequence[str]] = [("tasks", "statistics", "median ms", "p95 ms", "of baseline")]
    targets = []
    figures: dict[str, Any] = {}
    for state, by_size in took.items():
        medians = {size: median(seconds) for size, seconds in by_size.items()}
        for size, seconds in by_size.items():
            name = f"{size:,}" + (" (baseline)" if size == 10**LEAST else "")
            points = f"{1000 * medians[size]:.2f}", f"{1000 * percentile(seconds, 95):.2f}"
            rows.append((name, state, *points, f"{medians[size] / medians[10**LEAST]:.2f}"))
        ratio = spread(list(medians.values()))
        wanted = f"medians within {MOST_SPREAD} of each other up to {max(by_size):,} tasks, {state}"
        targets.append(Target(wanted, f"{ratio:.2f}", ratio <= MOST_SPREAD))
        figures[state] = {
            "spread": ratio,
            "median_ms": {size: 1000 * value for size, value in medians.items()},
            "p95_ms": {size: 1000 * percentile(seconds, 95) for size, seconds in by_size.items()},
        }
    return Outcome(
        title=f"taking the next task, {WORKERS} workers in groups of {GROUP}, {rounds} interleaved rounds",
        rows=rows,
        targets=targets,
        figures=figures,
    )
