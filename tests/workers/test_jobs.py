"""What a job does with its queue: drains it, rings again for what it leaves, and swallows errors."""

from collections.abc import Callable
from typing import Any

import pytest
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from sqlalchemy.orm import Session

from app import outbox
from workers import jobs, stopping


def steps(*found: int) -> tuple[list[int], Callable[[int], int]]:
    asked: list[int] = []
    answers = iter(found)

    def step(limit: int) -> int:
        asked.append(limit)
        return next(answers)

    return asked, step


def test_every_queue_has_its_job(session: Session) -> None:
    for queue in outbox.QUEUES:
        assert callable(getattr(jobs, queue))


@pytest.mark.parametrize("queue", outbox.QUEUES)
def test_a_rung_job_runs_and_takes_the_bell_down(session: Session, queue: str) -> None:
    assert outbox.ring_now(queue)
    connection = outbox.connection()
    worker = SimpleWorker(
        [Queue(queue, connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
    )
    worker.work(burst=True, logging_level="WARNING")
    assert outbox.queue(queue).count == 0
    assert outbox.queue(queue).failed_job_registry.count == 0
    assert not connection.exists(outbox.bell_key(queue))


def test_full_batches_are_followed_by_another(session: Session) -> None:
    asked, step = steps(10, 10, 3)
    jobs._drain("inbound", step, limit=10)
    assert asked == [10, 10, 10]
    assert outbox.queue("inbound").count == 0


def test_who_found_something_waits_for_a_call_and_comes_again(session: Session) -> None:
    asked: list[int] = []

    def step(_limit: int) -> int:
        asked.append(len(asked))
        if asked == [0]:
            assert not outbox.ring_now("inbound")  # what falls due behind the look
        return int(asked == [0])

    jobs._drain("inbound", step, limit=10)
    assert asked == [0, 1]
    assert outbox.queue("inbound").count == 0
    assert outbox.ring_now("inbound")


def test_a_call_in_the_last_instant_is_not_lost(session: Session) -> None:
    outbox.attend("inbound")
    assert not outbox.ring_now("inbound")
    assert outbox.unhang("inbound")
    assert outbox.ring_now("inbound")
    assert not outbox.unhang("inbound")


def test_many_rings_are_few_calls(session: Session) -> None:
    outbox.attend("inbound")
    for _ in range(50):
        outbox.ring_now("inbound")
    assert 1 <= outbox.connection().llen(outbox.calls_key("inbound")) <= 5
    assert outbox.connection().ttl(outbox.calls_key("inbound")) > 0
    assert outbox.called("inbound", 0.01)


def test_nobody_called(session: Session) -> None:
    assert not outbox.called("inbound", 0.01)
    # Whoever waits attends: a ring hangs no other bell.
    assert not outbox.ring_now("inbound")


def test_out_of_time_it_rings_for_the_rest(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "DRAIN_S", 0)
    asked, step = steps(10, 10)
    jobs._drain("inbound", step, limit=10)
    assert asked == [10]
    assert outbox.queue("inbound").count == 1


def test_told_to_end_it_rings_for_the_rest(session: Session) -> None:
    asked, step = steps(10, 10)
    stopping.requested.set()
    try:
        jobs._drain("inbound", step, limit=10)
    finally:
        stopping.requested.clear()
    assert asked == [10]
    assert outbox.queue("inbound").count == 1


@pytest.mark.parametrize("error", [ValueError("a bug"), JobTimeoutException("too long")])
def test_an_error_is_swallowed_because_the_rows_are_as_due_as_before(database: Any, error: Exception) -> None:
    asked = []

    def step(limit: int) -> int:
        asked.append(limit)
        raise error

    jobs._drain("inbound", step, limit=10)
    assert asked == [10]
    assert outbox.queue("inbound").count == 0
