"""What a provider received but could not deliver is fetched, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, crypto
from app.channels.base import Inbound
from app.channels.models import Message
from app.channels.recovery import recover
from app.channels.store import store_inbound
from app.settings import settings
from tests.channels.conftest import OURS, SimulatedTwilio


def bodies(session: Session, number: str) -> list[str]:
    messages = session.scalars(select(Message).where(Message.direction == "in")).all()
    return [
        crypto.decrypt(message.body) for message in messages if crypto.decrypt(message.body).endswith(number)
    ]


def test_what_no_webhook_brought_is_fetched_once(
    session: Session, twilio_api: SimulatedTwilio, number: str
) -> None:
    known = twilio_api.text(number, f"known {number}")
    store_inbound(session, Inbound("twilio_sms", known, number, OURS, f"known {number}"), clock.now())
    twilio_api.text(number, f"lost {number}")
    twilio_api.text(number, f"lost too {number}", to="+254711000001", channel="whatsapp")
    recover(clock.now())
    expected = [f"known {number}", f"lost too {number}", f"lost {number}"]
    assert sorted(bodies(session, number)) == sorted(expected)
    assert recover(clock.now()) == 0
    assert len(bodies(session, number)) == 3


def test_what_is_long_past_is_left_alone(session: Session, twilio_api: SimulatedTwilio, number: str) -> None:
    twilio_api.text(number, f"old {number}")
    recover(clock.now() + timedelta(hours=3))
    assert bodies(session, number) == []


def test_without_an_account_nothing_is_asked(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAZI_TWILIO_ACCOUNT_SID", "")
    settings.cache_clear()
    assert recover(clock.now()) == 0
