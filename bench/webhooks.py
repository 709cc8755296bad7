"""Webhooks stored a second, beside a bare FastAPI route that checks the signature and does the same inserts.

Both are served by uvicorn in one process with the same flags, on the same database. The load is a process of
its own and posts over kept connections. Rounds alternate; what counts is the median of the rounds' rates.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app import stack
from app.settings import settings
from bench import people
from bench.figures import alternating, median, percentile
from bench.load import Orders
from bench.outcome import Outcome, Target
from bench.stage import ACCOUNT_SID, SMS_NUMBER, TOKEN, Stage, answers, run_module, say, staged

CONNECTIONS = 64
LEAST_SHARE = 0.6
WARM_UP = 500

KAZI, SYNC, ASYNC = "kazi", "bare route, def", "bare route, async def"
_PATHS = {KAZI: "/webhooks/twilio/messages", SYNC: "/sync", ASYNC: "/async"}


def run(*, quick: bool) -> Outcome:
    """Measure; `quick` takes fewer and shorter rounds."""
    count, rounds = (1500, 2) if quick else (5000, 5)
    with staged("webhooks") as stage:
        ports = {KAZI: stage.web_port, SYNC: stage.twilio_port, ASYNC: stage.twilio_port}
        stage.start_web()
        _start_baseline(stage)
        for name in _PATHS:
            _round(stage, name, ports[name], WARM_UP)
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in _PATHS}
        for order in alternating(list(_PATHS), rounds):
            for name in order:
                found[name].append(_round(stage, name, ports[name], count))
                say(f"webhooks: {name}: {found[name][-1]['rate']:,.0f} a second")
    return _outcome(found, count)


def _start_baseline(stage: Stage) -> None:
    env = {
        "BENCH_TOKEN": TOKEN,
        "BENCH_URL": f"http://127.0.0.1:{stage.twilio_port}",
        "BENCH_CONNINFO": settings().database_url.replace("+psycopg", ""),
        "BENCH_CONNECTIONS": str(settings().database_pool),
    }
    argv = stack.web_argv(stage.twilio_port, host="127.0.0.1")
    argv = [part.replace("app.main:serve", "bench.baseline_app:app") for part in argv if part != "--factory"]
    stage.start("baseline", argv, env)
    stage.wait("the baseline", lambda: answers(f"http://127.0.0.1:{stage.twilio_port}/healthz"))


def _round(stage: Stage, name: str, port: int, count: int) -> dict[str, Any]:
    """Post so many; what is counted are the rows that are there afterwards."""
    orders = Orders(port, _PATHS[name], TOKEN, ACCOUNT_SID, SMS_NUMBER, count, CONNECTIONS)
    file = stage.folder / "orders.json"
    file.write_text(json.dumps(asdict(orders)), encoding="utf-8")
    before = people.count_messages("in")
    found = run_module("bench.load", str(file))
    stored = people.count_messages("in") - before
    if stored != found["taken"] or found["refused"] or found["lost"]:
        raise RuntimeError(
            f"{name}: of {count} posted, {found['taken']} were taken and {stored} stored, "
            f"{found['refused']} refused, {found['lost']} connections lost."
        )
    return {
        "rate": stored / found["took_s"],
        "p95_ms": 1000 * percentile(found["seconds"], 95),
        "p50_ms": 1000 * percentile(found["seconds"], 50),
        "load_cpu": found["cpu_s"] / found["took_s"],
    }


def _outcome(found: dict[str, list[dict[str, Any]]], count: int) -> Outcome:
    rates = {name: median([one["rate"] for one in rounds]) for name, rounds in found.items()}
    baseline = max((SYNC, ASYNC), key=lambda name: rates[name])
    share = rates[KAZI] / rates[baseline]
    rows: list[Sequence[str]] = [("", "stored/s", "lowest", "highest", "p50 ms", "p95 ms", "of baseline")]
    for name, rounds in found.items():
        each = [one["rate"] for one in rounds]
        middle = [median([one[key] for one in rounds]) for key in ("p50_ms", "p95_ms")]
        rows.append(
            (
                name + (" (baseline)" if name == baseline else ""),
                *(f"{rate:,.0f}" for rate in (rates[name], min(each), max(each))),
                *(f"{milliseconds:,.0f}" for milliseconds in middle),
                f"{rates[name] / rates[baseline]:.0%}",
            )
        )
    rounds_made = len(found[KAZI])
    return Outcome(
        title=f"webhooks stored a second, {CONNECTIONS} connections, {rounds_made} rounds of {count}, medians",
        rows=rows,
        targets=[
            Target(
                f"at least {LEAST_SHARE:.0%} of the quicker bare route", f"{share:.1%}", share >= LEAST_SHARE
            )
        ],
        figures={"share": share, "baseline": baseline, "stored_per_s": rates, "rounds": found},
    )
