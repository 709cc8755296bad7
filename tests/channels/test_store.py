"""Taking messages in: once, encrypted, counted, priced, and due."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import clock, crypto, db, outbox
from app.channels.addresses import lift_suppression, number_of, suppress_address
from app.channels.base import Inbound
from app.channels.models import Address, InboundReceipt, Message
from app.channels.store import Arrival, store_inbound, store_together
from app.pricelist import segment_price

TEXT = Inbound("twilio_sms", "SM1", "+254722000111", "+254711000000", "Ndiyo", country="KE")


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_message_is_stored_whole(session: Session) -> None:
    now = clock.now()
    assert store_inbound(session, TEXT, now)
    message = session.scalars(select(Message)).one()
    address = session.scalars(select(Address)).one()
    micros, currency = segment_price("twilio_sms", "KE", "in")
    assert crypto.decrypt(message.body) == "Ndiyo"
    assert (message.direction, message.status, message.channel) == ("in", "received", "twilio_sms")
    assert (message.due_at, message.lease_until, message.attempts) == (now, None, 0)
    assert (message.encoding, message.segments) == ("GSM-7", 1)
    assert (message.price_micros, message.price_currency) == (micros, currency)
    assert (message.sender, message.address_id) == ("+254711000000", address.id)
    assert number_of(address) == "+254722000111"
    assert (address.ending, address.country, address.sender) == ("11", "KE", "+254711000000")
    assert address.last_inbound_at == now
    receipt = session.scalars(select(InboundReceipt)).one()
    assert receipt.message_id == message.id


def test_no_number_is_stored_in_the_clear(session: Session) -> None:
    store_inbound(session, TEXT, clock.now())
    session.flush()
    for table in ("addresses", "messages", "inbound_receipts"):
        dump = session.connection().exec_driver_sql(f"SELECT {table}::text FROM {table}").scalars().all()
        assert dump
        assert "254722000111" not in "".join(dump)
        assert b"254722000111".hex() not in "".join(dump)


def test_the_same_message_again_changes_nothing(session: Session) -> None:
    assert store_inbound(session, TEXT, clock.now())
    for _ in range(3):
        assert not store_inbound(session, TEXT, clock.now() + timedelta(days=400))
    assert (count(session, Message), count(session, Address), count(session, InboundReceipt)) == (1, 1, 1)


def test_the_same_id_on_another_channel_is_another_message(session: Session) -> None:
    assert store_inbound(session, TEXT, clock.now())
    other = Inbound("twilio_whatsapp", "SM1", "+254722000111", "+254711000001", "Ndiyo", country="KE")
    assert store_inbound(session, other, clock.now())
    assert (count(session, Message), count(session, Address)) == (2, 2)


def test_an_address_is_known_again_and_keeps_our_number(session: Session) -> None:
    now = clock.now()
    store_inbound(session, TEXT, now)
    later = now + timedelta(hours=3)
    store_inbound(session, Inbound("twilio_sms", "SM2", TEXT.number, "+254711999999", "2"), later)
    address = session.scalars(select(Address)).one()
    assert address.last_inbound_at == later
    assert address.sender == "+254711000000"
    assert count(session, Message) == 2


def test_writing_does_not_lift_a_suppression(session: Session) -> None:
    store_inbound(session, TEXT, clock.now())
    address = session.scalars(select(Address)).one()
    suppress_address(session, address_id=address.id, why="stopped", now=clock.now())
    suppress_address(session, address_id=address.id, why="21610", now=clock.now())
    store_inbound(session, Inbound("twilio_sms", "SM2", TEXT.number, TEXT.sender, "1"), clock.now())
    session.refresh(address)
    assert address.suppressed_why == "stopped"
    lift_suppression(session, address_id=address.id)
    session.refresh(address)
    assert address.suppressed_at is None


@pytest.mark.parametrize(
    ("channel", "body", "encoding", "segments"),
    [
        ("twilio_sms", "", "GSM-7", 1),
        ("twilio_sms", "a" * 161, "GSM-7", 2),
        ("twilio_sms", "ɓ" * 71, "UCS-2", 2),
        ("twilio_whatsapp", "a" * 1000, "GSM-7", 1),
    ],
)
def test_what_came_in_is_counted(
    session: Session, channel: str, body: str, encoding: str, segments: int
) -> None:
    store_inbound(session, Inbound(channel, "SM1", TEXT.number, TEXT.sender, body), clock.now())
    message = session.scalars(select(Message)).one()
    assert (message.encoding, message.segments) == (encoding, segments)


def test_media_and_the_providers_own_reading_are_kept(session: Session) -> None:
    inbound = Inbound(
        "twilio_sms", "SM1", TEXT.number, TEXT.sender, "ACHA", media_count=2, opt_out_type="STOP"
    )
    store_inbound(session, inbound, clock.now())
    message = session.scalars(select(Message)).one()
    assert (message.media_count, message.opt_out_type) == (2, "STOP")


def test_the_bell_rings_after_the_commit_and_only_for_what_is_new(session: Session) -> None:
    store_inbound(session, TEXT, clock.now())
    assert outbox.queue("inbound").count == 0
    session.commit()
    assert outbox.queue("inbound").count == 1
    outbox.connection().flushdb()
    store_inbound(session, TEXT, clock.now())
    session.commit()
    assert outbox.queue("inbound").count == 0


def test_a_lost_connection_is_given_up_and_the_next_one_works(database: Any) -> None:
    with db.transaction() as session:
        store_inbound(session, TEXT, clock.now())
    other = create_engine(database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    second = replace(TEXT, provider_message_id="SM2")
    with pytest.raises(OperationalError), db.transaction() as session:
        store_inbound(session, second, clock.now())
    with db.transaction() as session:
        assert store_inbound(session, second, clock.now())
        assert not store_inbound(session, TEXT, clock.now())


def arrivals(count: int, people: int) -> list[Arrival]:
    now = clock.now()
    return [
        (
            replace(TEXT, provider_message_id=f"SM{number}", number=f"+2547220001{number % people:02d}"),
            now + timedelta(milliseconds=number),
        )
        for number in range(count)
    ]


def test_several_are_stored_as_each_would_be(session: Session) -> None:
    seven = arrivals(7, 3)
    store_inbound(session, *seven[2])
    assert store_together(session, [*seven, seven[0], seven[6]]) == 6
    assert (count(session, Message), count(session, Address), count(session, InboundReceipt)) == (7, 3, 7)
    for inbound, at in seven:
        message = session.scalars(
            select(Message).where(Message.provider_message_id == inbound.provider_message_id)
        ).one()
        address = session.get_one(Address, message.address_id)
        assert (message.created_at, message.due_at, message.status) == (at, at, "received")
        assert (number_of(address), crypto.decrypt(message.body)) == (inbound.number, inbound.body)
    heard = sorted(address.last_inbound_at or clock.now() for address in session.scalars(select(Address)))
    assert heard == [at for _, at in seven[4:]]


def test_the_bell_rings_once_for_several_and_not_for_what_was_there(session: Session) -> None:
    store_together(session, arrivals(5, 2))
    assert outbox.queue("inbound").count == 0
    session.commit()
    assert outbox.queue("inbound").count == 1
    outbox.connection().flushdb()
    assert store_together(session, arrivals(5, 2)) == 0
    session.commit()
    assert outbox.queue("inbound").count == 0


def test_of_several_none_is_stored_where_one_cannot_be(database: Any) -> None:
    several = arrivals(5, 5)
    several[3] = (replace(several[3][0], sender="\x00"), several[3][1])
    with pytest.raises(psycopg.DataError), db.transaction() as session:
        store_together(session, several)
    with db.transaction() as session:
        assert (count(session, Message), count(session, InboundReceipt)) == (0, 0)
        assert store_together(session, several[:3]) == 3


def test_two_who_store_the_same_people_at_once_do_not_block_each_other(database: Any) -> None:
    shuffled = random.Random(1)

    def take(number: int) -> int:
        mine = arrivals(60, 60)
        shuffled.shuffle(mine)
        # Half of them are messages that the others bring as well.
        several = [
            (replace(one, provider_message_id=f"{one.provider_message_id}-{number % 2 * index}"), at)
            for index, (one, at) in enumerate(mine)
        ]
        with db.transaction() as session:
            return store_together(session, several)

    with ThreadPoolExecutor(4) as pool:
        taken = sum(pool.map(take, range(40)))
    with db.transaction() as session:
        assert (count(session, Message), count(session, Address)) == (taken, 60)
