"""Sending what is due: once, in order, through whatever the provider does."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db
from app.channels import outgoing, registry, rules, sending, service
from app.channels.addresses import suppress_address
from app.channels.base import Sent, Unknown
from app.channels.models import Address, Message
from app.channels.sending import send_due
from app.settings import settings
from tests.channels.conftest import ROOT, SimulatedTwilio, make_address, queue_text, rows, until

pytestmark = pytest.mark.usefixtures("twilio_api")


def fresh(session: Session, message: Message) -> Message:
    session.expire_all()
    return session.get_one(Message, message.id)


def bodies(twilio_api: SimulatedTwilio, number: str) -> list[str]:
    return [taken["body"] for taken in twilio_api.taken_for(number)]


@pytest.fixture
def address(session: Session, number: str) -> Address:
    return make_address(session, number)


def make_due(session: Session, message: Message) -> None:
    message = fresh(session, message)
    message.due_at, message.lease_until = clock.now(), None
    session.flush()


def test_a_due_message_is_sent(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    message = queue_text(session, address, "Habari")
    assert send_due() == 1
    message = fresh(session, message)
    (taken,) = twilio_api.taken_for(number)
    assert (message.status, message.provider_message_id) == ("sent", taken["sid"])
    assert (message.due_at, message.lease_until, message.attempts) == (None, None, 1)
    assert message.first_tried_at is not None
    assert message.sent_at is not None
    assert message.first_tried_at <= message.sent_at
    assert send_due() == 0


def test_what_is_due_later_waits(session: Session, address: Address) -> None:
    message = queue_text(session, address, purpose="push", due_at=clock.now() + timedelta(hours=1))
    assert send_due() == 0
    assert fresh(session, message).status == "queued"


def test_a_cancelled_message_is_not_sent(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    message = queue_text(session, address)
    service.cancel_queued(session, message.id)
    assert send_due() == 0
    assert bodies(twilio_api, number) == []


def test_a_stop_that_came_meanwhile_withholds_all_but_confirmation_and_receipt(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    for purpose in ("reply", "push", "receipt", "confirmation", "reminder"):
        queue_text(session, address, purpose, purpose=purpose)
    suppress_address(session, address_id=address.id, why="stopped", now=clock.now())
    send_due()
    assert bodies(twilio_api, number) == ["receipt", "confirmation"]
    session.expire_all()
    found = session.execute(select(Message.purpose, Message.status).where(Message.direction == "out"))
    assert {row.purpose: row.status for row in found} == {
        "reply": "suppressed",
        "push": "suppressed",
        "reminder": "suppressed",
        "receipt": "sent",
        "confirmation": "sent",
    }


def test_texts_to_one_address_go_in_order_one_after_another(
    session: Session, twilio_api: SimulatedTwilio, number: str
) -> None:
    twilio_api.config(answer_delay_s=[0.0, 0.03])
    numbers = [f"{number[:-4]}9{last}{number[-2:]}" for last in range(3)]
    texts = [f"text {n}" for n in range(6)]
    addresses = [make_address(session, each) for each in numbers]
    for text in texts:
        for address in addresses:
            queue_text(session, address, text)
    assert send_due() == 18
    for each in numbers:
        assert bodies(twilio_api, each) == texts


def test_one_that_is_tried_again_holds_back_the_next(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    twilio_api.config(reject_429_rate=1.0)
    first = queue_text(session, address, "first")
    send_due()
    twilio_api.config(reject_429_rate=0.0)
    second = queue_text(session, address, "second")
    assert fresh(session, first).status == "queued"
    assert send_due() == 0
    make_due(session, first)
    assert send_due() == 2
    assert fresh(session, second).status == "sent"
    assert bodies(twilio_api, number) == ["first", "second"]


def test_too_many_requests_are_repeated_later_and_not_for_ever(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    twilio_api.config(reject_429_rate=1.0)
    message = queue_text(session, address)
    waits = []
    for _ in range(rules.MAX_ATTEMPTS):
        make_due(session, message)
        assert send_due() == 1
        due_at = fresh(session, message).due_at
        waits.append(due_at and due_at - clock.now())
    message = fresh(session, message)
    assert (message.status, message.error_code, message.due_at) == ("failed", "20429", None)
    assert all(wait and wait > timedelta(seconds=1) for wait in waits[:-1])
    assert bodies(twilio_api, number) == []


@pytest.mark.parametrize(
    ("knob", "code", "suppressed_why"),
    [("landlines", "21614", "21614"), ("invalid_numbers", "21211", "21211")],
)
def test_a_number_nothing_can_be_sent_to(
    session: Session,
    address: Address,
    number: str,
    twilio_api: SimulatedTwilio,
    knob: str,
    code: str,
    suppressed_why: str,
) -> None:
    twilio_api.config(**{knob: [number]})
    message = queue_text(session, address)
    send_due()
    message = fresh(session, message)
    assert (message.status, message.error_code, message.due_at) == ("rejected", code, None)
    assert session.get_one(Address, address.id).suppressed_why == suppressed_why


def test_an_opt_out_at_the_provider_suppresses_the_address(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    twilio_api.text(number, "STOP")
    message = queue_text(session, address)
    later = queue_text(session, address, "later")
    send_due()
    assert (fresh(session, message).status, fresh(session, message).error_code) == ("rejected", "21610")
    assert session.get_one(Address, address.id).suppressed_why == "21610"
    assert fresh(session, later).status == "suppressed"


def test_whatsapp_outside_its_window(session: Session, number: str, twilio_api: SimulatedTwilio) -> None:
    address = make_address(session, number, "twilio_whatsapp")
    address.last_inbound_at = clock.now() - timedelta(hours=25)
    message = queue_text(session, address)
    send_due()
    message = fresh(session, message)
    assert (message.status, message.error_code) == ("rejected", "window-closed")
    assert bodies(twilio_api, f"whatsapp:{number}") == []


@pytest.mark.parametrize(
    "fault", ["accept_then_500_rate", "accept_then_cut_rate", "accept_then_timeout_rate"]
)
def test_a_lost_answer_is_found_out_and_not_sent_twice(
    session: Session,
    address: Address,
    number: str,
    twilio_api: SimulatedTwilio,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KAZI_PROVIDER_TIMEOUT_S", "0.3")
    settings.cache_clear()
    twilio_api.config(**{fault: 1.0})
    message = queue_text(session, address)
    send_due()
    message = fresh(session, message)
    assert (message.status, message.provider_message_id) == ("unknown", None)
    assert message.due_at is not None
    make_due(session, message)
    assert send_due() == 1
    message = fresh(session, message)
    (taken,) = twilio_api.taken_for(number)
    assert message.provider_message_id == taken["sid"]
    assert message.status in {"sent", "delivered"}
    assert (message.due_at, message.unknown_since) == (None, None)


def test_what_the_provider_never_had_is_sent_again_only_after_the_wait(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    twilio_api.config(reject_500_rate=1.0)
    message = queue_text(session, address)
    now, looks = clock.now(), 0
    send_due()
    twilio_api.config(reject_500_rate=0.0)
    assert fresh(session, message).status == "unknown"
    with time_machine.travel(now, tick=False) as traveller:
        while fresh(session, message).status == "unknown":
            assert bodies(twilio_api, number) == []
            due_at = fresh(session, message).due_at
            assert due_at is not None
            traveller.move_to(due_at)
            send_due(1)
            looks += 1
        waited = clock.now() - now
        assert waited >= timedelta(seconds=settings().unknown_wait_s)
        send_due()
    assert 3 < looks < 30
    assert bodies(twilio_api, number) == ["Hello"]
    assert (fresh(session, message).status, fresh(session, message).resends) == ("sent", 1)


def test_the_second_time_its_fate_is_lost_it_is_given_up(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    twilio_api.config(reject_500_rate=1.0)
    message = queue_text(session, address)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        send_due(1)
        while due_at := fresh(session, message).due_at:
            traveller.move_to(max(due_at, clock.now()))
            send_due(1)
    message = fresh(session, message)
    assert (message.status, message.error_code, message.attempts) == ("failed", "unknown-outcome", 2)
    assert bodies(twilio_api, number) == []


def lease_over(session: Session, message: Message, now: datetime) -> None:
    message = fresh(session, message)
    message.lease_until = now - timedelta(seconds=1)
    session.flush()


def test_a_sender_that_died_leaves_an_unknown_fate(
    session: Session, address: Address, number: str, twilio_api: SimulatedTwilio
) -> None:
    message = queue_text(session, address)
    with db.transaction() as inner:
        (item,) = outgoing.claim(inner, clock.now(), 5)
    assert isinstance(sending._call(item), Sent)
    assert fresh(session, message).status == "sending"
    assert send_due() == 0
    lease_over(session, message, clock.now())
    assert send_due() == 1
    message = fresh(session, message)
    assert len(twilio_api.taken_for(number)) == 1
    assert message.provider_message_id == twilio_api.taken_for(number)[0]["sid"]


def test_an_outcome_that_comes_after_a_report_changes_nothing_but_the_id(
    session: Session, address: Address
) -> None:
    message = queue_text(session, address)
    with db.transaction() as inner:
        (item,) = outgoing.claim(inner, clock.now(), 5)
    service.record_status(session, message_id=message.id, status="delivered", now=clock.now())
    session.flush()
    for outcome in (Sent("SM77"), Unknown("ReadTimeout")):
        outgoing.record(session, [(item, outcome)], clock.now())
        session.flush()
    message = fresh(session, message)
    assert (message.status, message.provider_message_id, message.due_at) == ("delivered", "SM77", None)


def test_a_late_outcome_of_an_earlier_try_does_not_touch_a_later_one(
    session: Session, address: Address
) -> None:
    message = queue_text(session, address)
    with db.transaction() as inner:
        (item,) = outgoing.claim(inner, clock.now(), 5)
    message = fresh(session, message)
    message.attempts = 2
    session.flush()
    outgoing.record(session, [(item, Unknown("ReadTimeout"))], clock.now())
    assert fresh(session, message).status == "sending"


def test_one_on_its_way_holds_back_even_one_that_was_tried_before(session: Session, address: Address) -> None:
    tried = queue_text(session, address, "tried before")
    on_its_way = queue_text(session, address, "on its way")
    tried.attempts = 1
    on_its_way.status, on_its_way.attempts = "sending", 1
    on_its_way.lease_until = clock.now() + timedelta(minutes=1)
    session.flush()
    assert outgoing.claim(session, clock.now(), 5) == []
    on_its_way.status, on_its_way.due_at = "sent", None
    session.flush()
    assert [item.outgoing.message_id for item in outgoing.claim(session, clock.now(), 5)] == [tried.id]


def test_two_senders_never_share_an_address(database: Any, number: str) -> None:
    with db.transaction() as session:
        address = make_address(session, number)
        for text in ("first", "second"):
            queue_text(session, address, text)
    with db.transaction() as one:
        assert len(outgoing.claim(one, clock.now(), 5)) == 1
    with db.transaction() as other:
        assert outgoing.claim(other, clock.now(), 5) == []


KILLED = """
import os, signal
from app.channels import sending
def die(finished, room, turn=sending._turn):
    if finished:
        os.kill(os.getpid(), signal.SIGKILL)
    return turn(finished, room)
sending._turn = die
sending.send_due()
"""


def test_killed_between_the_call_and_its_record_it_is_settled_without_a_second_text(
    database: Any, number: str, twilio_api: SimulatedTwilio
) -> None:
    with db.transaction() as session:
        message = queue_text(session, make_address(session, number))
    process = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=ROOT, env=database.environment(), check=False, timeout=60
    )
    assert process.returncode == -signal.SIGKILL
    assert len(twilio_api.taken_for(number)) == 1
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        until(send_due)
    found = next(row for row in rows(Message) if row.id == message.id)
    (taken,) = twilio_api.taken_for(number)
    assert found.provider_message_id == taken["sid"]
    assert found.status in {"sent", "delivered"}


def test_no_transaction_is_open_during_a_call(
    database: Any, number: str, twilio_api: SimulatedTwilio
) -> None:
    twilio_api.config(answer_delay_s=[0.3, 0.3])
    with db.transaction() as session:
        queue_text(session, make_address(session, number))
    seen: list[int] = []
    inner: Callable[[Any], Any] = sending._gather

    def look(running: Any) -> Any:
        seen.append(db.engine().pool.checkedout())  # type: ignore[attr-defined]
        return inner(running)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sending, "_gather", look)
        send_due()
    assert seen
    assert set(seen) == {0}


def test_a_picture_goes_where_the_channel_carries_it_and_is_left_out_elsewhere(
    session: Session, number: str, twilio_api: SimulatedTwilio
) -> None:
    url = "https://pictures.example/1.jpg"
    kept = {}
    for channel in ("twilio_whatsapp", "twilio_sms"):
        address = make_address(session, number, channel)
        address.sender = registry.channel(channel).default_sender()
        queued = service.queue_message(
            session,
            address=address,
            worker_id=None,
            text="Is this a tap?",
            purpose="reply",
            media_url=url,
            now=clock.now(),
        )
        session.flush()
        kept[channel] = queued.media_url
    send_due()
    assert kept == {"twilio_whatsapp": url, "twilio_sms": None}
    assert [one["num_media"] for one in twilio_api.taken_for(f"whatsapp:{number}")] == ["1"]
    assert [one["num_media"] for one in twilio_api.taken_for(number)] == ["0"]
