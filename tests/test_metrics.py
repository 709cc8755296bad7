"""The metrics say what the rows say."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app import clock, heartbeat, metrics, outbox
from app.channels import service
from app.settings import settings
from tests.channels.conftest import make_address, queue_text


def lines(session: Session) -> dict[str, float]:
    found = {}
    for line in metrics.render(session).decode().splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[name] = float(value)
    return found


def test_queues_messages_and_the_ledger(session: Session) -> None:
    address = make_address(session, "+254722000111")
    message = queue_text(session, address, now=clock.now() - timedelta(minutes=5))
    queue_text(session, address, purpose="push", due_at=clock.now() + timedelta(hours=1))
    sent = queue_text(session, address)
    service.record_status(session, message_id=sent.id, status="delivered", now=clock.now())
    session.flush()
    found = lines(session)
    assert found['kazi_queue_due_rows{queue="outbound"}'] == 1
    assert 300 <= found['kazi_queue_oldest_seconds{queue="outbound"}'] < 400
    assert found['kazi_queue_due_rows{queue="inbound"}'] == 1
    assert found['kazi_messages{channel="twilio_sms",direction="out",status="queued"}'] == 2
    assert found['kazi_messages{channel="twilio_sms",direction="out",status="delivered"}'] == 1
    assert found["kazi_ledger_imbalance_minor"] == 0
    assert found["kazi_answers_total"] == 0
    assert found["kazi_redis_up"] == 1
    assert message.status == "queued"


def test_bells_workers_and_counters(session: Session) -> None:
    outbox.ring_now("payouts")
    heartbeat.beat("payouts", 3)
    metrics.count("webhook_signatures_rejected")
    metrics.count("webhook_signatures_rejected", 2)
    found = lines(session)
    assert found['kazi_rq_jobs{queue="payouts"}'] == 1
    assert found['kazi_queue_workers{queue="payouts"}'] == 1
    assert found['kazi_queue_workers{queue="inbound"}'] == 0
    assert found["kazi_webhook_signatures_rejected_total"] == 3
    (beat,) = heartbeat.beats()
    assert (beat.queue, beat.jobs) == ("payouts", 3)
    heartbeat.stop("payouts")
    assert heartbeat.beats() == []


def test_without_redis_the_rows_are_still_told(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAZI_REDIS_URL", "unix:///nowhere/redis.sock")
    settings.cache_clear()
    outbox.connection.cache_clear()
    metrics.count("webhook_signatures_rejected")
    found = lines(session)
    assert found["kazi_redis_up"] == 0
    assert 'kazi_queue_due_rows{queue="outbound"}' in found


def test_no_label_holds_a_number(session: Session) -> None:
    queue_text(session, make_address(session, "+254722000111"))
    assert "722000" not in metrics.render(session).decode()


def test_a_slow_count_rests(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = "SELECT count(*), pg_sleep(0.001)::text FROM messages"
    monkeypatch.setattr(metrics, "_QUICK_S", 0.0)
    monkeypatch.setattr(metrics, "_REST", 1e6)
    before = metrics._rows(session, sql)
    make_address(session, "+254722000111")
    assert metrics._rows(session, sql) == before
    metrics._kept.clear()
    assert metrics._rows(session, sql) != before
    metrics._kept.clear()
