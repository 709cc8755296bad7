"""The simulated API as the provider's own client sees it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.simulators.conftest import ACCOUNT_SID, AUTH_TOKEN, OWN, Phones, until

PHONE = "+254712000001"
SERVICE = "MG" + "7" * 32


def client_of(phones: Phones, token: str = AUTH_TOKEN, account: str = ACCOUNT_SID) -> tuple[Client, Any]:
    http = TwilioHttpClient(timeout=5)
    client = Client(account, token, http_client=http)
    client.api.base_url = phones.url
    return client, http


@pytest.fixture
def client(phones: Phones) -> Iterator[Client]:
    found, http = client_of(phones)
    yield found
    http.session.close()


def refused(client: Client, **changed: Any) -> TwilioRestException:
    wanted = {"to": PHONE, "from_": OWN, "body": "hello"} | changed
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(**{name: value for name, value in wanted.items() if value is not None})
    return caught.value


def test_create_then_fetch_until_delivered(phones: Phones, client: Client) -> None:
    made = client.messages.create(to=PHONE, from_=OWN, body="hello")
    assert (made.status, made.direction, made.num_segments, made.price) == (
        "queued",
        "outbound-api",
        "1",
        None,
    )
    assert (made.from_, made.to, made.body, made.error_code) == (OWN, PHONE, "hello", None)
    assert abs(made.date_created - datetime.now(UTC)) < timedelta(minutes=1)
    phones.inbox(PHONE, 1)
    found = client.messages(made.sid).fetch()
    assert (found.sid, found.status, found.price, found.price_unit) == (
        made.sid,
        "delivered",
        "-0.01000",
        "USD",
    )


def test_list_pages_newest_first_and_filters(phones: Phones, client: Client) -> None:
    for number in range(5):
        client.messages.create(to=PHONE, from_=OWN, body=f"text {number}")
    client.messages.create(to="+254712000002", from_=OWN, body="to another")
    phones.send(PHONE, "a reply")
    pages = client.messages.list(to=PHONE, page_size=2)
    assert [message.body for message in pages] == [f"text {number}" for number in (4, 3, 2, 1, 0)]
    assert [message.body for message in client.messages.list(from_=PHONE)] == ["a reply"]
    assert len(client.messages.list(page_size=3)) == 7
    assert len(client.messages.list(limit=4)) == 4
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert len(client.messages.list(date_sent_after=yesterday)) == 7
    assert client.messages.list(date_sent_before=yesterday) == []
    assert client.messages.list(date_sent=yesterday) == []


def test_a_message_that_comes_while_pages_are_read_shifts_none_of_them(
    phones: Phones, client: Client
) -> None:
    for number in range(4):
        client.messages.create(to=PHONE, from_=OWN, body=f"text {number}")
    first = client.messages.page(page_size=2)
    assert [message.body for message in first] == ["text 3", "text 2"]
    client.messages.create(to=PHONE, from_=OWN, body="newer")
    second = first.next_page()
    assert second is not None
    assert [message.body for message in second] == ["text 1", "text 0"]


def test_cancel_takes_only_what_is_scheduled(phones: Phones, client: Client) -> None:
    phones.config(services={SERVICE: OWN})
    made = client.messages.create(
        to=PHONE,
        messaging_service_sid=SERVICE,
        body="later",
        schedule_type="fixed",
        send_at=datetime.now(UTC) + timedelta(hours=1),
    )
    assert (made.status, made.from_, made.num_segments) == ("scheduled", None, "0")
    assert client.messages(made.sid).update(status="canceled").status == "canceled"
    with pytest.raises(TwilioRestException) as caught:
        client.messages(made.sid).update(status="canceled")
    assert (caught.value.status, caught.value.code) == (400, 30409)


def test_redact_and_delete(phones: Phones, client: Client) -> None:
    made = client.messages.create(to=PHONE, from_=OWN, body="private")
    phones.inbox(PHONE, 1)
    assert client.messages(made.sid).update(body="").body == ""
    assert client.messages(made.sid).fetch().body == ""
    assert phones.inbox(PHONE, 1)[0]["body"] == "private", "the phone keeps what it was sent"
    assert client.messages(made.sid).delete()
    with pytest.raises(TwilioRestException) as caught:
        client.messages(made.sid).fetch()
    assert (caught.value.status, caught.value.code) == (404, 20404)


def test_what_is_still_on_its_way_is_neither_redacted_nor_deleted(phones: Phones, client: Client) -> None:
    phones.config(delivered_delay_s=[60, 60])
    made = client.messages.create(to=PHONE, from_=OWN, body="slow")
    for change in (lambda: client.messages(made.sid).update(body=""), client.messages(made.sid).delete):
        with pytest.raises(TwilioRestException) as caught:
            change()
        assert caught.value.code == 20009


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"to": ""}, 21604),
    ({"to": "not a number"}, 21211),
    ({"to": "+254799999999"}, 21211),
    ({"to": "+254208888888"}, 21614),
    ({"body": None}, 21602),
    ({"body": "x" * 1601}, 21617),
    ({"from_": None}, 21603),
    ({"from_": "+15005550006"}, 21606),
    ({"from_": None, "messaging_service_sid": SERVICE}, 21703),
    ({"to": "whatsapp:" + PHONE}, 21910),
    ({"status_callback": "no url"}, 21609),
    ({"status_callback": "https://under_score.example/x"}, 21609),
    ({"schedule_type": "fixed", "send_at": datetime(2030, 1, 1, tzinfo=UTC)}, 35118),
]


def test_refusals(phones: Phones, client: Client) -> None:
    phones.config(invalid_numbers=["+254799999999"], landlines=["+254208888888"])
    for changed, code in REFUSED:
        error = refused(client, **changed)
        assert (error.status, error.code) == (400, code), changed
    assert phones.stats()["sends_accepted"] == 0


def test_wrong_credentials(phones: Phones) -> None:
    for token, account, status, code in (
        ("wrong", ACCOUNT_SID, 401, 20003),
        (AUTH_TOKEN, "AC" + "9" * 32, 401, 20003),
    ):
        client, http = client_of(phones, token, account)
        error = refused(client)
        http.session.close()
        assert (error.status, error.code) == (status, code)


def test_too_many_requests(phones: Phones, client: Client) -> None:
    phones.config(reject_429_rate=1.0)
    error = refused(client)
    assert (error.status, error.code) == (429, 20429)
    assert phones.stats()["sends_accepted"] == 0


def test_an_opted_out_recipient_is_refused_until_it_starts_again(phones: Phones, client: Client) -> None:
    phones.send(PHONE, " stop ", to=OWN)
    assert "unsubscribed" in phones.inbox(PHONE, 1)[0]["body"]
    error = refused(client)
    assert (error.status, error.code) == (400, 21610)
    client.messages.create(to="+254712000002", from_=OWN, body="another person is not stopped")
    phones.send(PHONE, "START")
    phones.inbox(PHONE, 2)
    client.messages.create(to=PHONE, from_=OWN, body="welcome back")


@pytest.mark.parametrize(
    ("knob", "caught", "ambiguous"),
    [
        ("accept_then_500_rate", TwilioRestException, 1),
        ("accept_then_cut_rate", requests.exceptions.ConnectionError, 1),
        ("accept_then_timeout_rate", requests.exceptions.Timeout, 1),
        ("reject_500_rate", TwilioRestException, 0),
        ("reject_timeout_rate", requests.exceptions.Timeout, 0),
    ],
)
def test_a_send_whose_answer_is_lost(
    phones: Phones, knob: str, caught: type[Exception], ambiguous: int
) -> None:
    phones.config(**{knob: 1.0})
    http = TwilioHttpClient(timeout=0.3)
    client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http)
    client.api.base_url = phones.url
    with pytest.raises(caught):
        client.messages.create(to=PHONE, from_=OWN, body="taken or not")
    stats = phones.stats()
    assert (stats["sends_accepted"], stats["ambiguous_sends"]) == (ambiguous, ambiguous)
    assert len(client.messages.list(to=PHONE)) == ambiguous, "a look-up tells which"
    http.session.close()


def test_a_timeout_that_is_not_waited_for_ends_in_a_cut(phones: Phones, client: Client) -> None:
    phones.config(accept_then_timeout_rate=1.0, timeout_hold_s=0.05)
    with pytest.raises(requests.exceptions.ConnectionError):
        client.messages.create(to=PHONE, from_=OWN, body="cut in the end")
    assert phones.stats()["ambiguous_sends"] == 1


def test_whatsapp_outside_its_window_fails_later_and_not_at_once(phones: Phones, client: Client) -> None:
    to, from_ = "whatsapp:" + PHONE, "whatsapp:" + OWN
    made = client.messages.create(to=to, from_=from_, body="too late")
    assert made.status == "queued"

    def failed() -> Any:
        found = client.messages(made.sid).fetch()
        return found if found.status == "failed" else None

    assert until(failed).error_code == 63016
    template = client.messages.create(to=to, from_=from_, content_sid="HX" + "1" * 32)
    phones.inbox(PHONE, 1)
    assert client.messages(template.sid).fetch().status == "delivered"
    phones.send(PHONE, "hello", channel="whatsapp")
    client.messages.create(to=to, from_=from_, body="inside the window")
    assert phones.inbox(PHONE, 2)[1]["body"] == "inside the window"


def test_a_picture_goes_with_a_text(phones: Phones, client: Client) -> None:
    url = "https://pictures.example/1.jpg"
    made = client.messages.create(to=PHONE, from_=OWN, body="Is this a tap?", media_url=[url])
    assert made.num_media == "1"
    [shown] = phones.inbox(PHONE, 1)
    assert (shown["body"], shown["media"]) == ("Is this a tap?", [url])
    [media] = client.messages(made.sid).media.list()
    assert (media.parent_sid, media.content_type) == (made.sid, "image/jpeg")
    plain = client.messages.create(to=PHONE, from_=OWN, body="no picture")
    assert (plain.num_media, client.messages(plain.sid).media.list()) == ("0", [])
    assert refused(client, media_url=["pictures/1.jpg"]).code == 21620
