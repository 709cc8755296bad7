"""Rows handled a second by one queue worker, beside RQ's empty job: what it does for a row, and what a job costs.

Inbound rows are real answers to real questions: understood, recorded, paid, followed by the next question.
Outbound rows are those questions, handed to the simulated provider. One worker process at a time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock, db, outbox
from app.channels.models import Message
from bench import people
from bench.figures import median, steady_rate
from bench.outcome import Outcome
from bench.stage import Stage, run_module, say, staged

EMPTY, INBOUND, OUTBOUND = "RQ's empty job (baseline)", "inbound: an answer", "outbound: a question"
# Of a worker just started, the first rows are slow; they are not counted.
SKIPPED = 50


def run(*, quick: bool) -> Outcome:
    """Measure; `quick` takes fewer people and rounds."""
    phones, rounds = (200, 2) if quick else (400, 5)
    rates: dict[str, list[float]] = {EMPTY: [], INBOUND: [], OUTBOUND: []}
    with staged("rows") as stage:
        stage.start_twilio(callback_loss_rate=1.0)
        say(f"rows: {phones} people are joining")
        crowd = people.gather(phones, phones * (rounds + 2) // 3 + 100)
        for number in range(rounds):
            rates[EMPTY].append(_empty_jobs(500 if quick else 1000))
            rates[INBOUND].append(_inbound(stage, crowd, "12"[number % 2]))
            rates[OUTBOUND].append(_outbound(stage))
            say("rows: " + ", ".join(f"{name} {each[-1]:,.0f}/s" for name, each in rates.items()))
    return _outcome(rates, phones)


def _empty_jobs(count: int) -> float:
    rate: float = run_module("bench.empty_jobs", str(count))["rate"]
    return rate


def _inbound(stage: Stage, crowd: people.Crowd, word: str) -> float:
    """Let everybody answer, and one worker handle it."""
    since = clock.now()
    people.write(crowd.phones, word)
    stage.start("inbound", ["-m", "workers.run", "inbound"])
    stage.wait("inbound rows to be handled", lambda: people.count_messages("in", "received") == 0)
    stage.stop("inbound")
    return _rate(Message.handled_at, since)


def _outbound(stage: Stage) -> float:
    """Let one worker hand everything that waits to the provider."""
    since = clock.now()
    outbox.ring_now("outbound")
    stage.start("outbound", ["-m", "workers.run", "outbound"])
    stage.wait("outbound rows to be sent", lambda: people.count_messages("out", "queued", "sending") == 0)
    stage.stop("outbound")
    return _rate(Message.sent_at, since)


def _rate(column: Any, since: datetime) -> float:
    with db.transaction() as session:
        instants = session.scalars(select(column).where(column >= since)).all()
    return steady_rate([instant.timestamp() for instant in instants], SKIPPED)


def _outcome(rates: dict[str, list[float]], phones: int) -> Outcome:
    middle = {name: median(each) for name, each in rates.items()}
    rows: list[Sequence[str]] = [("", "rows/s", "lowest", "highest", "of baseline")]
    for name, each in rates.items():
        rows.append(
            (
                name,
                *(f"{rate:,.0f}" for rate in (middle[name], min(each), max(each))),
                f"{middle[name] / middle[EMPTY]:.0%}",
            )
        )
    return Outcome(
        title=f"rows a second by one queue worker, {len(rates[EMPTY])} rounds of {phones} rows, medians",
        rows=rows,
        notes=["there is no target: the baseline shows what RQ alone would allow at a job a row"],
        figures={"rows_per_s": middle, "rounds": rates},
    )
