"""Reports noted together say the same as reports noted one by one."""

import itertools
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import clock, db, ids
from app.channels import service
from app.channels.models import Message, StatusReport
from app.channels.reports import Report, record_together
from tests.channels.conftest import make_address, queue_text

STATUSES = ("queued", "sending", "sent", "delivered", "read", "undelivered", "failed")


def report(message: Message, status: str, code: str | None = None) -> Report:
    return Report(message.id, f"SM{message.id.hex}", status, code, clock.now())


def found(session: Session, message: Message) -> tuple[Any, ...]:
    session.expire_all()
    reports = session.scalars(select(StatusReport.status).where(StatusReport.message_id == message.id))
    return (
        message.status,
        message.error_code,
        message.due_at,
        message.sent_at is None,
        message.delivered_at is None,
        sorted(reports),
    )


@pytest.mark.parametrize(("first", "second"), [*itertools.permutations(STATUSES, 2)])
def test_together_is_as_one_by_one(session: Session, number: str, first: str, second: str) -> None:
    address = make_address(session, number)
    apart, together = queue_text(session, address, "one"), queue_text(session, address, "two")
    session.flush()
    for status in (first, second):
        told = report(apart, status, "30003" if status == "failed" else None)
        service.record_status(
            session,
            message_id=told.message_id,
            provider_message_id=told.provider_message_id,
            status=told.status,
            error_code=told.error_code,
            now=told.at,
        )
    both = [report(together, status, "30003" if status == "failed" else None) for status in (first, second)]
    for left in record_together(session, both):  # what says nothing of a text that is sent is noted alone
        service.record_status(
            session,
            message_id=left.message_id,
            provider_message_id=left.provider_message_id,
            status=left.status,
            error_code=left.error_code,
            now=left.at,
        )
    assert found(session, together) == found(session, apart)


def test_many_messages_at_once_each_by_its_own_report(session: Session, number: str) -> None:
    address = make_address(session, number)
    messages = [queue_text(session, address, f"text {n}") for n in range(6)]
    session.flush()
    told = ("sent", "delivered", "read", "undelivered", "failed", "sent")
    left = record_together(session, [report(m, s) for m, s in zip(messages, told, strict=True)])
    session.expire_all()
    assert left == []
    assert [message.status for message in messages] == list(told)


def test_what_is_not_ours_is_left_to_be_noted_alone(session: Session) -> None:
    stranger = Report(ids.new(), "SM1", "sent", None, clock.now())
    assert record_together(session, [stranger]) == [stranger]


def test_what_somebody_holds_is_left_and_not_waited_for(database: Any, number: str) -> None:
    with db.transaction() as session:
        address = make_address(session, number)
        messages = [queue_text(session, address, f"text {n}") for n in range(2)]
        session.flush()
        reports = [report(message, "delivered") for message in messages]
    engine = create_engine(database.url, poolclass=NullPool)
    with engine.connect() as other:
        other.execute(
            text("SELECT id FROM messages WHERE id = :id FOR UPDATE"), {"id": reports[0].message_id}
        )
        with db.transaction() as session:
            assert record_together(session, reports) == reports[:1]
    with db.transaction() as session:
        statuses = dict(
            session.execute(select(Message.id, Message.status).where(Message.direction == "out")).all()
        )
    assert statuses == {reports[0].message_id: "queued", reports[1].message_id: "delivered"}
