"""Twilio's own words in and out: real request bodies, and every answer its API gives to a send."""

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import uuid4

import pytest

from app import clock
from app.channels.base import Inbound, OptedOut, Outgoing, Rejected, Retry, Sent, Unknown
from app.channels.outgoing import status_callback
from app.channels.registry import channel
from app.channels.twilio import form_of, parse
from app.errors import AppError
from app.settings import settings
from tests.channels.conftest import OURS, SimulatedTwilio

SID = "SM" + "1" * 32
SMS = (
    f"ToCountry=KE&ToState=&SmsMessageSid={SID}&NumMedia=0&ToCity=&FromZip=&SmsSid={SID}&FromState="
    "&SmsStatus=received&FromCity=&Body=1&FromCountry=KE&To=%2B254711000000&ToZip=&NumSegments=1"
    f"&ReferralNumMedia=0&MessageSid={SID}&AccountSid=AC0&From=%2B254722000111&ApiVersion=2010-04-01"
)
WHATSAPP = (
    f"SmsMessageSid={SID}&NumMedia=0&ProfileName=Amina+W.&MessageType=text&SmsSid={SID}&WaId=256772000111"
    "&SmsStatus=received&Body=Ndiyo+%F0%9F%91%8D&To=whatsapp%3A%2B254711000001&NumSegments=1"
    f"&ReferralNumMedia=0&MessageSid={SID}&AccountSid=AC0&From=whatsapp%3A%2B256772000111"
    "&ApiVersion=2010-04-01&ChannelMetadata=%7B%22type%22%3A%22whatsapp%22%7D&SomethingNew=1"
)
NUMBERLESS = (
    f"NumMedia=1&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fm&MediaContentType0=image%2Fjpeg&MessageSid={SID}"
    "&Body=&To=whatsapp%3A%2B254711000001&From=whatsapp%3AKE.1349120865&ExternalUserId=KE.1349120865"
    "&NumSegments=1&ProfileUsername=amina"
)
STOP = (
    f"MessageSid={SID}&Body=ACHA&To=%2B254711000000&From=%2B254722000111&OptOutType=STOP"
    "&MessagingServiceSid=MG1&NumMedia=0&NumSegments=1"
)

PARSED = [
    (SMS, Inbound("twilio_sms", SID, "+254722000111", OURS, "1", "KE", 1)),
    (
        WHATSAPP,
        Inbound("twilio_whatsapp", SID, "+256772000111", "+254711000001", "Ndiyo 👍", "UG", 1, "Amina W."),
    ),
    # Read as a number, the id's digits would be a Kenyan stranger's.
    (
        NUMBERLESS,
        Inbound("twilio_whatsapp", SID, "KE.1349120865", "+254711000001", "", None, 1, "", 1),
    ),
    (STOP, Inbound("twilio_sms", SID, "+254722000111", OURS, "ACHA", "KE", 1, "", 0, "STOP")),
]


def form(body: str) -> dict[str, str]:
    return form_of(parse_qsl(body, keep_blank_values=True))


@pytest.mark.parametrize(("body", "expected"), PARSED)
def test_real_bodies(body: str, expected: Inbound) -> None:
    assert parse(form(body)) == expected
    assert channel(expected.channel).parse(form(body)) == expected


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+254722000111", "KE"),
        ("+256772000111", "UG"),
        ("+255754000111", "TZ"),
        ("+50934000111", "HT"),
        ("+2547220001119", "KE"),  # possible, not valid: new ranges look like this
        ("+25472", None),
        ("40404", None),
        ("M-PESA", None),
    ],
)
def test_the_country_of_who_writes(number: str, country: str | None) -> None:
    assert parse({**form(SMS), "From": number}).country == country


@pytest.mark.parametrize("name", ["From", "To", "MessageSid"])
def test_what_is_missing_is_named(name: str) -> None:
    for value in (None, ""):
        body = form(SMS)
        body.pop(name)
        if value is not None:
            body[name] = value
        with pytest.raises(AppError) as raised:
            parse(body)
        assert (raised.value.code, raised.value.status) == ("malformed-webhook", 400)
        assert name in raised.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MessageSid", "SM\x00"),
        ("MessageSid", "S" * 65),
        ("From", "+254\x00722"),
        ("From", "x" * 141),
        ("To", "\u0000"),
        ("NumMedia", "many"),
        ("NumSegments", "-1"),
        ("NumSegments", "٣"),
    ],
)
def test_what_cannot_be_used_is_named_without_quoting_it(name: str, value: str) -> None:
    with pytest.raises(AppError) as raised:
        parse({**form(SMS), name: value})
    assert raised.value.data == {"parameter": name}
    assert "254722" not in raised.value.message


def outgoing(number: str, body: str = "Hello", **more: Any) -> Outgoing:
    message_id = uuid4()
    now = clock.now()
    fields = {"now": now, "tried_at": now, "last_inbound_at": now, **more}
    return Outgoing(message_id, number, OURS, body, status_callback(message_id), **fields)


def test_a_message_is_sent(twilio_api: SimulatedTwilio, number: str) -> None:
    message = outgoing(number, "Habari! Swali: maji?")
    outcome = channel("twilio_sms").send(message)
    (taken,) = twilio_api.taken_for(number)
    assert outcome == Sent(taken["sid"], 1)
    assert (taken["from"], taken["to"], taken["body"]) == (OURS, number, "Habari! Swali: maji?")


def test_whatsapp_goes_from_our_whatsapp_number(twilio_api: SimulatedTwilio, number: str) -> None:
    message = outgoing(number)
    assert isinstance(channel("twilio_whatsapp").send(message), Rejected | Sent)
    sender = channel("twilio_whatsapp").default_sender()
    sent = channel("twilio_whatsapp").send(
        Outgoing(
            message.message_id, number, sender, "Hi", message.status_callback, last_inbound_at=clock.now()
        )
    )
    assert isinstance(sent, Sent)
    taken = twilio_api.taken_for(f"whatsapp:{number}")[-1]
    assert taken["from"] == "whatsapp:+254711000001"


@pytest.mark.parametrize("last", [None, timedelta(hours=24), timedelta(days=3)])
def test_outside_the_window_whatsapp_is_not_even_tried(
    twilio_api: SimulatedTwilio, number: str, last: timedelta | None
) -> None:
    wrote_at = None if last is None else clock.now() - last
    outcome = channel("twilio_whatsapp").send(outgoing(number, last_inbound_at=wrote_at))
    assert isinstance(outcome, Rejected)
    assert outcome.code == "window-closed"
    assert twilio_api.taken_for(f"whatsapp:{number}") == []


def test_a_messaging_service_chooses_where_no_sender_is_known(
    twilio_api: SimulatedTwilio, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = "MG" + "7" * 32
    monkeypatch.setenv("KAZI_TWILIO_MESSAGING_SERVICE_SID", service)
    settings.cache_clear()
    twilio_api.config(services={service: OURS})
    message = outgoing(number)
    known = Outgoing(message.message_id, number, "", "Hello", message.status_callback)
    assert channel("twilio_sms").send(known) == Sent(twilio_api.taken_for(number)[0]["sid"], None)
    assert twilio_api.taken_for(number)[0]["messaging_service_sid"] == service


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        ({"invalid_numbers": ["{number}"]}, Rejected("21211", "HTTP 400", suppress=True)),
        ({"landlines": ["{number}"]}, Rejected("21614", "HTTP 400", suppress=True)),
        ({"own_numbers": ["+254711999999"]}, Rejected("21606", "HTTP 400")),
        ({"reject_429_rate": 1.0}, Retry("20429", "HTTP 429", None)),
        ({"reject_500_rate": 1.0}, Unknown("HTTP 500")),
        ({"accept_then_500_rate": 1.0}, Unknown("HTTP 500")),
        ({"accept_then_cut_rate": 1.0}, Unknown("RemoteProtocolError")),
        ({"accept_then_timeout_rate": 1.0}, Unknown("ReadTimeout")),
        ({"reject_timeout_rate": 1.0}, Unknown("ReadTimeout")),
    ],
)
def test_what_the_provider_may_answer(
    twilio_api: SimulatedTwilio,
    number: str,
    knobs: dict[str, Any],
    expected: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KAZI_PROVIDER_TIMEOUT_S", "0.3")
    settings.cache_clear()
    filled = {
        name: [item.format(number=number) for item in value] if isinstance(value, list) else value
        for name, value in knobs.items()
    }
    twilio_api.config(**filled)
    assert channel("twilio_sms").send(outgoing(number)) == expected


def test_who_opted_out_at_the_provider(twilio_api: SimulatedTwilio, number: str) -> None:
    twilio_api.text(number, "STOP")
    assert channel("twilio_sms").send(outgoing(number)) == OptedOut("21610")


def test_wrong_credentials_wait_for_right_ones(
    twilio_api: SimulatedTwilio, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAZI_TWILIO_AUTH_TOKEN", "another token")
    settings.cache_clear()
    outcome = channel("twilio_sms").send(outgoing(number))
    assert outcome == Retry("20003", "HTTP 401", 60.0)


def test_a_provider_that_cannot_be_reached_has_not_sent(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("KAZI_TWILIO_API_URL", f"http://127.0.0.1:{port}")
    settings.cache_clear()
    assert channel("twilio_sms").send(outgoing(number)) == Retry("unreachable", "ConnectError")
    assert isinstance(channel("twilio_sms").look_up(outgoing(number)), Retry)
    assert list(channel("twilio_sms").received_since(clock.now())) == []


def test_a_lost_answer_is_found_by_looking_up(twilio_api: SimulatedTwilio, number: str) -> None:
    twilio_api.config(accept_then_500_rate=1.0)
    message = outgoing(number, "Got 1 Yes")
    assert isinstance(channel("twilio_sms").send(message), Unknown)
    found = channel("twilio_sms").look_up(message)
    assert isinstance(found, Sent)
    assert found.provider_message_id == twilio_api.taken_for(number)[0]["sid"]


def test_a_look_up_does_not_take_another_text_for_this_one(twilio_api: SimulatedTwilio, number: str) -> None:
    sms = channel("twilio_sms")
    earlier = sms.send(outgoing(number, "Got 1 Yes"))
    assert isinstance(earlier, Sent)
    sms.send(outgoing(number, "Got 2 No"))
    known = frozenset({earlier.provider_message_id})
    assert sms.look_up(outgoing(number, "Got 1 Yes", known_provider_ids=known)) == Unknown("not found")
    assert sms.look_up(outgoing(number, "Got 3")) == Unknown("not found")
    later = outgoing(number, "Got 1 Yes", tried_at=clock.now() + timedelta(hours=1))
    assert sms.look_up(later) == Unknown("not found")


def test_what_came_in_is_listed(twilio_api: SimulatedTwilio, number: str) -> None:
    before = clock.now() - timedelta(minutes=1)
    sid = twilio_api.text(number, "JOIN MAJI")
    found = [inbound for inbound in channel("twilio_sms").received_since(before) if inbound.number == number]
    assert found == [Inbound("twilio_sms", sid, number, OURS, "JOIN MAJI", "KE", 1)]
    assert list(channel("twilio_sms").received_since(datetime(2100, 1, 1, tzinfo=UTC))) == []


def test_the_callback_url_names_the_message_and_is_ours_to_make() -> None:
    parts = urlsplit(status_callback(uuid4()))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "kazi.example", "/webhooks/twilio/status")
    assert sorted(parse_qs(parts.query)) == ["m", "t"]


def test_a_picture_is_sent_by_its_address(twilio_api: SimulatedTwilio, number: str) -> None:
    sender = channel("twilio_whatsapp").default_sender()
    url = "https://pictures.example/1.jpg"
    message = outgoing(number, "Is this a tap?", media_url=url)
    plain = outgoing(number, "No picture")
    for each in (message, plain):
        assert isinstance(channel("twilio_whatsapp").send(replace(each, sender=sender)), Sent)
    taken = twilio_api.taken_for(f"whatsapp:{number}")
    assert [(one["body"], one["num_media"]) for one in taken] == [
        ("Is this a tap?", "1"),
        ("No picture", "0"),
    ]
