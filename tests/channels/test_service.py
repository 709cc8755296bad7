"""Queueing, cancelling, and what reports make of a message."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock, crypto, ids, outbox
from app.channels import service
from app.channels.addresses import suppress_address
from app.channels.models import Address, Message, StatusReport
from app.pricelist import segment_price
from tests.channels.conftest import make_address, queue_text


@pytest.fixture
def address(session: Session, number: str) -> Address:
    return make_address(session, number)


def history(session: Session, message: Message) -> list[tuple[str, str | None]]:
    reports = session.scalars(
        select(StatusReport).where(StatusReport.message_id == message.id).order_by(StatusReport.id)
    )
    return [(report.status, report.error_code) for report in reports]


def report(session: Session, message: Message, status: str, **more: Any) -> bool:
    more = {"message_id": message.id, "provider_message_id": "SM9", "now": clock.now(), **more}
    found = service.record_status(session, status=status, **more)
    session.flush()
    return found


def test_a_queued_message(session: Session, address: Address) -> None:
    outbox.connection().flushdb()
    now = clock.now()
    message = queue_text(session, address, "Swali: “maji”? 1 Ndiyo", now=now)
    micros, currency = segment_price("twilio_sms", "KE", "out")
    assert crypto.decrypt(message.body) == 'Swali: "maji"? 1 Ndiyo'
    assert (message.status, message.due_at, message.sender) == ("queued", now, "+254711000000")
    assert (message.segments, message.encoding) == (1, "GSM-7")
    assert (message.price_micros, message.price_currency) == (micros, currency)
    session.commit()
    assert outbox.queue("outbound").count == 1


def test_whatsapp_text_keeps_its_quotes_and_is_billed_by_the_message(session: Session, number: str) -> None:
    message = queue_text(session, make_address(session, number, "twilio_whatsapp"), "“maji” " + "a" * 300)
    assert crypto.decrypt(message.body).startswith("“maji”")
    assert message.segments == 1


def test_what_is_due_later_rings_no_bell(session: Session, address: Address) -> None:
    session.commit()
    outbox.connection().flushdb()
    later = clock.now() + timedelta(hours=9)
    message = queue_text(session, address, purpose="push", due_at=later)
    session.commit()
    assert message.due_at == later
    assert outbox.queue("outbound").count == 0


@pytest.mark.parametrize(
    ("purpose", "status"),
    [
        ("reply", "suppressed"),
        ("push", "suppressed"),
        ("reminder", "suppressed"),
        ("receipt", "queued"),
        ("confirmation", "queued"),
    ],
)
def test_after_a_stop_only_its_confirmation_and_money_owed(
    session: Session, address: Address, purpose: Any, status: str
) -> None:
    suppress_address(session, address_id=address.id, why="stopped", now=clock.now())
    message = queue_text(session, address, purpose=purpose)
    assert (message.status, message.due_at is None) == (status, status == "suppressed")


def test_one_message_gets_at_most_one_reply(session: Session, address: Address) -> None:
    inbound_id = session.scalars(select(Message.id).where(Message.direction == "in")).one()
    queue_text(session, address, in_reply_to=inbound_id)
    with pytest.raises(IntegrityError):
        queue_text(session, address, in_reply_to=inbound_id)


def test_a_queued_message_can_be_taken_back(session: Session, address: Address) -> None:
    message = queue_text(session, address)
    assert service.cancel_queued(session, message.id)
    session.refresh(message)
    assert (message.status, message.due_at) == ("cancelled", None)
    assert not service.cancel_queued(session, message.id)


def test_one_that_a_sender_has_taken_cannot(session: Session, address: Address) -> None:
    message = queue_text(session, address)
    message.status = "sending"
    session.flush()
    assert not service.cancel_queued(session, message.id)
    assert not service.cancel_queued(session, ids.new())


def test_reports_are_history_and_the_furthest_is_the_status(session: Session, address: Address) -> None:
    message = queue_text(session, address)
    message.status = "sent"
    for status in ("delivered", "sent", "delivered", "sending", "sent"):
        assert report(session, message, status)
    session.refresh(message)
    assert (message.status, message.provider_message_id) == ("delivered", "SM9")
    assert message.delivered_at is not None
    assert history(session, message) == [("delivered", None), ("sent", None), ("sending", None)]


@pytest.mark.parametrize("lost_as", ["sending", "unknown", "queued"])
def test_any_report_settles_a_send_whose_fate_was_lost(
    session: Session, address: Address, lost_as: str
) -> None:
    message = queue_text(session, address)
    message.status, message.unknown_since = lost_as, clock.now()
    session.flush()
    report(session, message, "queued")
    session.refresh(message)
    assert (message.status, message.provider_message_id, message.due_at) == ("sent", "SM9", None)
    assert message.unknown_since is None


def test_a_failure_after_delivery_is_only_history(session: Session, address: Address) -> None:
    message = queue_text(session, address)
    report(session, message, "delivered")
    report(session, message, "undelivered", error_code="30008")
    session.refresh(message)
    assert (message.status, message.error_code) == ("delivered", None)
    assert ("undelivered", "30008") in history(session, message)


def test_an_undelivered_message_says_why(session: Session, address: Address) -> None:
    message = queue_text(session, address)
    report(session, message, "undelivered", error_code="30003")
    session.refresh(message)
    assert (message.status, message.error_code, message.delivered_at) == ("undelivered", "30003", None)


def test_an_opt_out_reported_late_suppresses_the_address(session: Session, address: Address) -> None:
    message = queue_text(session, address)
    report(session, message, "failed", error_code="21610")
    session.refresh(address)
    assert address.suppressed_why == "21610"


def test_a_report_may_come_by_the_providers_id(session: Session, address: Address) -> None:
    message = queue_text(session, address)
    message.status, message.provider_message_id = "sent", "SM42"
    session.flush()
    found = service.record_status(
        session, status="delivered", channel="twilio_sms", provider_message_id="SM42", now=clock.now()
    )
    session.flush()
    session.refresh(message)
    assert found
    assert message.status == "delivered"


def test_a_report_of_a_stranger_is_nothing(session: Session, address: Address) -> None:
    assert not service.record_status(session, status="sent", message_id=ids.new(), now=clock.now())
    inbound_id = session.scalars(select(Message.id).where(Message.direction == "in")).one()
    assert not service.record_status(session, status="sent", message_id=inbound_id, now=clock.now())


def test_a_workers_messages_are_shown_in_the_clear(session: Session, address: Address) -> None:
    worker_id = ids.new()
    for text in ("one", "two", "three"):
        queue_text(session, address, text, worker_id=worker_id)
    queue_text(session, address, "another's")
    assert [message.text for message in service.messages_of(session, worker_id, 2)] == ["three", "two"]
