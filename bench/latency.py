"""From a reply to the next question handed to the provider, at 50 messages a second, beside 5 a second.

The whole installation runs: web, queue workers, sweeper, and the simulated provider, which also reports the
status of every message it takes. People write at instants fixed beforehand. What is measured is read from the
provider's own journal: from when a phone's text reached it to when the text that answers was given to it.
"""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from app import db
from app.tasks.models import Answer
from bench import people
from bench.figures import Text, percentile, texts_of, waits
from bench.outcome import Outcome, Target
from bench.phones import Phase
from bench.stage import HTTP, Stage, say, staged

RATE, BASELINE_RATE = 50.0, 5.0
P95_S, P99_S = 0.25, 1.0
# Each phone writes about every six seconds: long after its last question was delivered.
PHONES, TASKS = 300, 4000
# Processes just started are slow once: what they do first is not measured.
WARM_UP = Phase("warm-up", 20.0, 8.0, 2.0, seed=1)


def run(*, quick: bool) -> Outcome:
    """Measure; `quick` measures for 15 seconds instead of 60."""
    seconds = 15.0 if quick else 60.0
    phases = [
        WARM_UP,
        Phase("baseline", BASELINE_RATE, seconds, 2.0, seed=2),
        Phase("load", RATE, seconds, 15.0, seed=3),
    ]
    with staged("latency") as stage:
        # Nothing is there to take a status while people join.
        stage.start_twilio(callback_loss_rate=1.0)
        say(f"latency: {PHONES} people are joining")
        crowd = people.gather(PHONES, TASKS)
        stage.start_web()
        stage.start_rest()
        HTTP.post(f"{stage.twilio_url}/simulator/config", json={"callback_loss_rate": 0.0}).raise_for_status()
        before = _answers()
        used = stage.processor_s()
        done = _write(stage, crowd.phones, phases)
        used = {name: value - used.get(name, 0.0) for name, value in stage.processor_s().items()}
        answers = _answers() - before
        found = texts_of(stage.journal.read_text(encoding="utf-8").splitlines())
    return _outcome(done, found, answers, used)


def _answers() -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(Answer)) or 0


def _write(stage: Stage, numbers: Any, phases: list[Phase]) -> list[dict[str, Any]]:
    """Let the phones write, in a process of their own, while this one only waits."""
    orders = stage.folder / "phones.json"
    orders.write_text(
        json.dumps(
            {
                "twilio_url": stage.twilio_url,
                "numbers": numbers,
                "phases": [asdict(phase) for phase in phases],
            }
        ),
        encoding="utf-8",
    )
    total_s = sum(phase.seconds + phase.pause_s for phase in phases)
    say(f"latency: people are writing, for {total_s:.0f} s")
    phones = stage.start("phones", ["-m", "bench.phones", str(orders)])
    deadline = time.monotonic() + total_s + 60
    while phones.alive() and time.monotonic() < deadline:
        time.sleep(0.5)
    log = (stage.folder / "logs" / "phones.log").read_text(encoding="utf-8")
    if phones.alive() or phones.process.returncode != 0:
        raise RuntimeError(f"The phones did not get through: {log[-500:]}")
    stage.stop("phones")
    done: list[dict[str, Any]] = json.loads(log)
    return done


def _outcome(done: list[dict[str, Any]], found: list[Text], answers: int, used: dict[str, float]) -> Outcome:
    rows: list[Sequence[str]] = [("", "written", "unanswered", "p50 ms", "p95 ms", "p99 ms", "longest ms")]
    figures: dict[str, Any] = {
        "answers_recorded": answers,
        "processor_s": used,
        "written": sum(phase["written"] for phase in done),
    }
    for phase in done[1:]:
        seconds = waits(found, phase["began"], phase["ended"])
        points = {f"p{percent}": percentile(seconds, percent) for percent in (50, 95, 99, 100)}
        rate = phase["written"] / (phase["ended"] - phase["began"])
        unanswered = sum(map(math.isinf, seconds))
        rows.append(
            (
                f"{rate:.1f} a second" + (" (baseline)" if phase["name"] == "baseline" else ""),
                str(phase["written"]),
                str(unanswered),
                *(f"{1000 * value:,.0f}" for value in points.values()),
            )
        )
        figures[phase["name"]] = {
            **{name: _finite(value) for name, value in points.items()},
            "rate": rate,
            "written": phase["written"],
            "unanswered": unanswered,
            "latest_arrival_s": phase["late_s"],
        }
    load = figures["load"]
    late = load["latest_arrival_s"]
    return Outcome(
        title="from a reply to the next question given to the provider, people writing independently",
        rows=rows,
        targets=[
            _target("p95", load["p95"], P95_S),
            _target("p99", load["p99"], P99_S),
        ],
        notes=[
            f"{answers} answers recorded of {figures['written']} texts written, warm-up included",
            "processor time a text, in ms: " + _each(used, figures["written"]),
            f"the latest text was written {1000 * late:,.0f} ms after its instant; waits count from the writing",
        ],
        figures=figures,
    )


def _each(used: dict[str, float], written: int) -> str:
    """Return what each process took for a text, the largest first."""
    parts = {name: 1000 * seconds / written for name, seconds in used.items()}
    largest = sorted(parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{name} {part:.1f}" for name, part in largest) + f"; together {sum(parts.values()):.1f}"


def _finite(value: float) -> float | None:
    """Return the value, None for one that JSON cannot write."""
    return value if math.isfinite(value) else None


def _target(name: str, measured: float | None, most_s: float) -> Target:
    told = "some were never answered" if measured is None else f"{1000 * measured:,.0f} ms"
    wanted = f"{name} under {1000 * most_s:,.0f} ms at {RATE:.0f} a second"
    return Target(wanted, told, measured is not None and measured < most_s)
