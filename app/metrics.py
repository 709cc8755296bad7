"""What is measured about the service, in Prometheus' format: counted when it is asked for, from the rows.

Owns the names of the metrics. No label ever holds a phone number or anything else about a person. What only
happens and leaves no row (a rejected signature) is counted in Redis, for all web processes together; losing
Redis starts such a counter anew, as a restart would.
"""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import redis
import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock, due, heartbeat, outbox

COUNTERS_KEY = "kazi:counters"
COUNTERS = {"webhook_signatures_rejected": "Webhooks refused because their signature was wrong."}

# A count over a large table is asked for again only after this many times what it took.
_REST = 50
_QUICK_S = 0.02

_IMBALANCE = (
    "SELECT coalesce(sum(abs(rest)), 0) FROM "
    "(SELECT sum(amount_minor) AS rest FROM postings GROUP BY transaction_id, currency) AS legs"
)

_TABLES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "kazi_messages": (
        "Messages by channel, direction and status.",
        "SELECT channel, direction, status, count(*) FROM messages GROUP BY 1, 2, 3",
        ("channel", "direction", "status"),
        "gauge",
    ),
    "kazi_message_segments": (
        "Segments by channel and direction.",
        "SELECT channel, direction, sum(segments) FROM messages GROUP BY 1, 2",
        ("channel", "direction"),
        "counter",
    ),
    "kazi_answers": ("Answers recorded.", "SELECT count(*) FROM answers", (), "counter"),
    "kazi_results": ("Tasks concluded.", "SELECT count(*) FROM results", (), "counter"),
    "kazi_assignments": (
        "Assignments by state.",
        "SELECT state, count(*) FROM assignments GROUP BY 1",
        ("state",),
        "gauge",
    ),
    "kazi_payouts": (
        "Payouts by state.",
        "SELECT state, count(*) FROM payouts GROUP BY 1",
        ("state",),
        "gauge",
    ),
    "kazi_ledger_imbalance_minor": (
        "What the ledger's transactions fail to sum to, in minor units of all currencies; must be 0.",
        _IMBALANCE,
        (),
        "gauge",
    ),
}

log = structlog.get_logger()


def count(name: str, amount: int = 1) -> None:
    """Add to one of `COUNTERS`. Redis being away is no error."""
    assert name in COUNTERS, name
    try:
        outbox.connection().hincrby(COUNTERS_KEY, name, amount)
    except redis.RedisError as error:
        log.warning("not counted", counter=name, error=type(error).__name__)


def render(session: Session) -> bytes:
    """Return all metrics as text (`text/plain; version=0.0.4`)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected([*_queues(session), *_bells(), *_tables(session), *_persons(session)]))
    return generate_latest(registry)


class _Collected:
    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _queues(session: Session) -> list[Metric]:
    rows = GaugeMetricFamily("kazi_queue_due_rows", "Rows that are due on a queue.", labels=["queue"])
    age = GaugeMetricFamily(
        "kazi_queue_oldest_seconds", "How long the oldest due row has been due.", labels=["queue"]
    )
    for queue, depth in due.depths(session, clock.now()).items():
        rows.add_metric([queue], depth.rows)
        age.add_metric([queue], depth.oldest_age_s)
    return [rows, age]


def _persons(session: Session) -> list[Metric]:
    """Return what waits for a person, and what of it has waited longer than was promised."""
    waiting = GaugeMetricFamily("kazi_for_persons", "What waits for a person to decide.", labels=["what"])
    overdue = GaugeMetricFamily(
        "kazi_for_persons_overdue", "What a person should have decided by now.", labels=["what"]
    )
    for what, rows in due.FOR_PERSONS.items():
        statement = f"SELECT count(*), count(*) FILTER (WHERE due_at <= :now) FROM {rows}"  # noqa: S608
        open_now, late = session.execute(text(statement), {"now": clock.now()}).one()
        waiting.add_metric([what], open_now)
        overdue.add_metric([what], late)
    return [waiting, overdue]


def _bells() -> list[Metric]:
    """Return what Redis knows: jobs that wait, queue workers that live, and the counters."""
    jobs = GaugeMetricFamily("kazi_rq_jobs", "Jobs waiting in Redis (bells).", labels=["queue"])
    workers = GaugeMetricFamily("kazi_queue_workers", "Queue workers with a heartbeat.", labels=["queue"])
    up = GaugeMetricFamily("kazi_redis_up", "Whether Redis answers.")
    counters = []
    try:
        alive = [beat.queue for beat in heartbeat.beats()]
        counted = outbox.connection().hmget(COUNTERS_KEY, list(COUNTERS))
        for queue in outbox.QUEUES:
            jobs.add_metric([queue], outbox.queue(queue).count)
            workers.add_metric([queue], alive.count(queue))
        for (name, help_text), value in zip(COUNTERS.items(), counted, strict=True):
            counters.append(CounterMetricFamily(f"kazi_{name}", help_text, value=int(value or 0)))
        up.add_metric([], 1)
    except redis.RedisError:
        up.add_metric([], 0)
    return [up, jobs, workers, *counters]


def _tables(session: Session) -> list[Metric]:
    return [
        _family(name, help_text, labels, kind, _rows(session, sql))
        for name, (help_text, sql, labels, kind) in _TABLES.items()
    ]


def _family(
    name: str, help_text: str, labels: Sequence[str], kind: str, rows: Iterable[Sequence[Any]]
) -> Metric:
    make = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
    family = make(name, help_text, labels=list(labels))
    for *values, number in rows:
        family.add_metric([str(value) for value in values], float(number or 0))
    return family


_kept: dict[str, tuple[float, Sequence[Sequence[Any]]]] = {}


def _rows(session: Session, sql: str) -> Sequence[Sequence[Any]]:
    """Return what the statement says, or said lately: scraping costs a fiftieth of a core at most."""
    started = time.monotonic()
    until, rows = _kept.get(sql, (0.0, ()))
    if started < until:
        return rows
    rows = session.execute(text(sql)).all()
    took_s = time.monotonic() - started
    # What is quick is asked anew each time: a figure that just changed is then a figure just seen.
    if took_s > _QUICK_S:
        _kept[sql] = (time.monotonic() + took_s * _REST, rows)
    return rows
