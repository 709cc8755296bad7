"""The webhooks over real HTTP, in front of a process of their own on a database of its own."""

import base64
import hmac
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from twilio.request_validator import RequestValidator

from app import crypto, db, ids, metrics, outbox
from app.channels.models import Address, InboundReceipt, Message, StatusReport
from app.channels.sending import send_due
from app.settings import settings
from tests.channels.conftest import (
    AUTH_TOKEN,
    OURS,
    Application,
    application,
    free_port,
    make_address,
    queue_text,
    rows,
    simulated_twilio,
    until,
)

MESSAGES = "/webhooks/twilio/messages"
STATUS = "/webhooks/twilio/status"
EVERYTHING = (Message, Address, InboundReceipt, StatusReport)


def form(**changed: str) -> dict[str, str]:
    return {
        "MessageSid": f"SM{ids.new().hex}",
        "From": "+254722000111",
        "To": OURS,
        "Body": "Ndiyo, ni maji ’",
        "NumMedia": "0",
        "NumSegments": "1",
        "FromCity": "",
        "Unheard-Of": " blank and new ",
        **changed,
    }


def stored() -> int:
    return sum(len(rows(model)) for model in EVERYTHING)


def rejected() -> int:
    return int(outbox.connection().hget(metrics.COUNTERS_KEY, "webhook_signatures_rejected") or 0)


def test_a_message_is_taken_in_and_acknowledged(app_server: Application) -> None:
    answer = app_server.post(MESSAGES, form())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    (message,) = rows(Message)
    assert crypto.decrypt(message.body) == "Ndiyo, ni maji ’"
    assert outbox.queue("inbound").count == 1


def test_the_same_webhook_a_hundred_times_at_once_has_one_effect(app_server: Application) -> None:
    posted = form()
    headers = app_server.signed(MESSAGES, posted)

    def post(_: int) -> int:
        return httpx2.post(
            app_server.url + MESSAGES, data=posted, headers=headers, timeout=60, trust_env=False
        ).status_code

    with ThreadPoolExecutor(100) as pool:
        assert set(pool.map(post, range(100))) == {200}
    assert [len(rows(model)) for model in EVERYTHING] == [1, 1, 1, 0]


def test_a_wrong_signature_leaves_nothing_but_a_count(app_server: Application) -> None:
    posted = form()
    before = rejected()
    wrong = [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "ÿ not base64"},
        app_server.signed(MESSAGES, {**posted, "Body": "another"}),
        app_server.signed(STATUS, posted),
        {**app_server.signed(MESSAGES, posted), "X-Twilio-Webhooks-Signature-Settings": "algorithm=HMAC_MD5"},
    ]
    for headers in wrong:
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = app_server.http.post(MESSAGES, data=posted, headers=encoded)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/bad-signature")
    assert stored() == 0
    assert rejected() == before + len(wrong)
    with db.transaction() as session:
        lines = metrics.render(session).decode().splitlines()
    assert f"kazi_webhook_signatures_rejected_total {before + len(wrong)}.0" in lines


def test_the_second_scheme_with_a_shared_key(database: Any) -> None:
    environment = {**database.environment(), "KAZI_TWILIO_SHARED_KEY_SECRET": "the shared key's secret"}
    with application(environment) as found:
        posted = form()
        named = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_1,algorithm=HMAC_SHA256"}
        for secret, expected in (("the shared key's secret", 200), (AUTH_TOKEN, 403)):
            signature = RequestValidator(secret).compute_signature(
                found.public_url + MESSAGES, posted, "HMAC_SHA256"
            )
            headers = {**named, "X-Twilio-Signature": signature}
            assert found.http.post(MESSAGES, data=posted, headers=headers).status_code == expected
        assert found.post(MESSAGES, form()).status_code == 200


def test_the_host_header_is_not_believed(app_server: Application) -> None:
    assert app_server.post(MESSAGES, form(), Host="evil.example").status_code == 200
    posted = form()
    signature = RequestValidator(AUTH_TOKEN).compute_signature(f"http://evil.example{MESSAGES}", posted)
    headers = {"X-Twilio-Signature": signature, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert app_server.http.post(MESSAGES, data=posted, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("path", "changed", "named"),
    [
        (MESSAGES, {"From": ""}, "From"),
        (MESSAGES, {"To": ""}, "To"),
        (MESSAGES, {"MessageSid": ""}, "MessageSid"),
        (MESSAGES, {"MessageSid": "SM\x00"}, "MessageSid"),
        (MESSAGES, {"NumMedia": "x"}, "NumMedia"),
        (STATUS, {}, "SmsStatus"),
        (STATUS, {"MessageStatus": "\x00"}, "MessageStatus"),
        (STATUS, {"MessageStatus": "sent", "MessageSid": ""}, "MessageSid"),
    ],
)
def test_a_signed_but_malformed_body_is_named(
    app_server: Application, path: str, changed: dict[str, str], named: str
) -> None:
    answer = app_server.post(path, form(**changed))
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-webhook")
    assert named in answer.json()["detail"]
    assert "+254722000111" not in answer.text
    assert stored() == 0


JUNK = (b"", b"\xff\xfe=\x80", b"%ff%fe=%zz&&&==", b"a=" + b"&b=1" * 600, b'{"From": 1}', b"x" * 70_000)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data", "?"]
)
def test_junk_is_refused_and_never_an_error_of_ours(app_server: Application, kind: str) -> None:
    for body in JUNK:
        for path in (MESSAGES, STATUS, f"{STATUS}?m=msg_1&t=%00", f"{MESSAGES}?bodySHA256=zz"):
            headers = {"Content-Type": kind, "X-Twilio-Signature": "x"}
            answer = app_server.http.post(path, content=body, headers=headers)
            assert answer.status_code in {403, 413}
    assert stored() == 0


def test_a_signed_body_that_is_no_form_lacks_every_parameter(app_server: Application) -> None:
    body = b'{"From": "+254722000111"}'
    path = f"{MESSAGES}?bodySHA256={sha256(body).hexdigest()}"
    url = app_server.public_url + path
    signature = base64.b64encode(hmac.digest(AUTH_TOKEN.encode(), url.encode(), "sha1")).decode()
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": signature}
    assert app_server.http.post(path, content=body, headers=headers).status_code == 400
    assert app_server.http.post(path, content=body + b" ", headers=headers).status_code == 403


def test_a_status_callback_settles_its_message(app_server: Application) -> None:
    with db.transaction() as session:
        message = queue_text(session, make_address(session, "+254722000111"))
    shown = ids.show("msg", message.id)
    path = f"{STATUS}?m={shown}&t={crypto.sign_token('status', shown)}"
    for status in ("delivered", "sent", "delivered"):
        answer = app_server.post(path, form(MessageStatus=status, MessageSid="SM5"))
        assert answer.status_code == 200
    found = next(row for row in rows(Message) if row.id == message.id)
    assert (found.status, found.provider_message_id) == ("delivered", "SM5")
    assert len(rows(StatusReport)) == 2
    by_sid = app_server.post(STATUS, form(MessageStatus="read", MessageSid="SM5"))
    assert by_sid.status_code == 200
    assert next(row for row in rows(Message) if row.id == message.id).status == "read"


def test_a_callback_url_that_we_did_not_make(app_server: Application) -> None:
    shown = ids.show("msg", ids.new())
    posted = form(MessageStatus="delivered")
    assert app_server.post(f"{STATUS}?m={shown}&t=wrong", posted).status_code == 403
    unknown = f"{STATUS}?m={shown}&t={crypto.sign_token('status', shown)}"
    assert app_server.post(unknown, posted).status_code == 200
    assert stored() == 0


def test_a_text_walks_in_and_an_answer_out_with_its_reports(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    public_url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("KAZI_PUBLIC_URL", public_url)
    with (
        application(database.environment(), port) as served,
        simulated_twilio(served.url + MESSAGES) as phones,
    ):
        monkeypatch.setenv("KAZI_TWILIO_API_URL", phones.url)
        settings.cache_clear()
        phones.config(inbound_duplicate_rate=1.0, callback_duplicate_rate=1.0, callback_reorder_rate=0.5)
        sid = phones.text("+254722000111", "JOIN MAJI")
        inbound = until(lambda: rows(Message))[0]
        assert inbound.provider_message_id == sid
        with db.transaction() as session:
            address = session.get_one(Address, inbound.address_id)
            queue_text(session, address, "Karibu", in_reply_to=inbound.id)
        assert send_due() == 1
        delivered = until(lambda: [row for row in rows(Message) if row.status == "delivered"])
        assert delivered[0].provider_message_id == phones.taken_for("+254722000111")[0]["sid"]
        assert len(rows(Message)) == 2
