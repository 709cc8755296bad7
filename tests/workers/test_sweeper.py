"""The sweeper: whatever is lost in Redis, and whoever dies, what is due is done."""

import signal
from typing import Any

from sqlalchemy import text

from app import db, heartbeat, outbox
from tests.channels.conftest import SimulatedTwilio, until
from tests.workers.conftest import beats, is_sent, queued, sweeper, worker


def test_after_a_flush_what_is_due_is_driven_again(
    environment: dict[str, str], number: str, twilio_api: SimulatedTwilio
) -> None:
    message = queued(number)
    outbox.connection().flushdb()
    assert outbox.queue("outbound").count == 0
    with worker(environment, "outbound"), sweeper(environment):
        until(lambda: is_sent(message), 30)
        outbox.connection().flushdb()
        second = queued(number, "after the flush")
        until(lambda: is_sent(second), 30)
    assert len(twilio_api.taken_for(number)) == 2


def test_two_are_harmless_and_the_second_takes_over(environment: dict[str, str]) -> None:
    with sweeper(environment) as first:
        until(lambda: _leaders() == 1)
        with sweeper(environment) as second:
            assert _leaders() == 1
            first.kill()
            first.wait(10)
            outbox.connection().flushdb()
            until(lambda: beats(second, "sweeper") and outbox.queue("timeouts").count > 0, 30)
            assert _leaders() == 1
            second.send_signal(signal.SIGTERM)
            assert second.wait(15) == 0
    assert [beat for beat in heartbeat.beats() if beat.pid == second.pid] == []


def test_it_survives_the_loss_of_its_connection(environment: dict[str, str], database: Any) -> None:
    with sweeper(environment) as process:
        until(lambda: _leaders() == 1)
        with db.transaction() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'kazi sweeper' AND datname = current_database()"
                )
            )
        outbox.connection().flushdb()
        until(lambda: outbox.queue("timeouts").count > 0 and _leaders() == 1, 30)
        assert process.poll() is None


def _leaders() -> int:
    with db.transaction() as session:
        held = session.execute(
            text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
        return int(held.scalar_one())
