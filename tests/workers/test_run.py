"""A queue worker as a process: it works when rung, ends when told, and outlives Redis."""

import signal
import subprocess
import sys

import pytest

from app import heartbeat, outbox
from tests.channels.conftest import ROOT, SimulatedTwilio, until
from tests.workers.conftest import beats, is_sent, queued, worker


def test_it_does_what_it_is_rung_for(
    environment: dict[str, str], number: str, twilio_api: SimulatedTwilio
) -> None:
    with worker(environment, "outbound"):
        messages = [queued(number, f"text {n}") for n in range(3)]
        until(lambda: all(is_sent(message) for message in messages))
    assert [taken["body"] for taken in twilio_api.taken_for(number)] == ["text 0", "text 1", "text 2"]
    assert outbox.queue("outbound").failed_job_registry.count == 0


def test_told_to_end_it_finishes_what_it_has_in_hand(
    environment: dict[str, str], number: str, twilio_api: SimulatedTwilio
) -> None:
    twilio_api.config(answer_delay_s=[1.0, 1.0])
    with worker(environment, "outbound") as process:
        message = queued(number)
        until(lambda: twilio_api.taken_for(number))
        assert not is_sent(message)
        process.send_signal(signal.SIGTERM)
        assert process.wait(25) == 0
    assert is_sent(message)
    assert heartbeat.beats() == []


@pytest.mark.parametrize("number_of_signal", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_while_it_waits_it_ends_at_once(
    environment: dict[str, str], number_of_signal: signal.Signals
) -> None:
    with worker(environment, "webhooks") as process:
        process.send_signal(number_of_signal)
        assert process.wait(10) == 0
    assert heartbeat.silent_queues() == [*outbox.QUEUES, "sweeper"]


def test_it_comes_back_after_its_connections_were_cut(environment: dict[str, str], number: str) -> None:
    with worker(environment, "outbound") as process:
        cut_connections_of_others()
        outbox.connection().flushdb()
        until(lambda: beats(process, "outbound"), 30)
        message = queued(number)
        until(lambda: is_sent(message), 30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(25) == 0


def cut_connections_of_others() -> None:
    """Cut every other connection to this test's own Redis database."""
    connection = outbox.connection()
    mine = connection.client_id()
    database = connection.connection_pool.connection_kwargs.get("db", 0)
    for client in connection.client_list():
        if int(client["db"]) == database and int(client["id"]) != mine:
            connection.client_kill_filter(_id=client["id"])


def test_an_unknown_queue_is_refused_with_those_there_are() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "workers.run", "nothing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 2
    assert "inbound,assignment,timeouts,outbound,payouts,webhooks" in process.stderr
