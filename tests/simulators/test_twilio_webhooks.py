"""The webhooks: signed so that the provider's own validator takes them, and their faults."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smsutil import split
from twilio.request_validator import RequestValidator, get_signature_algorithm

from simulators.twilio.lifecycle import plan
from simulators.twilio.segments import count_segments, encoding_of, fold
from simulators.twilio.sending import accept
from simulators.twilio.signing import SETTINGS, SIGNATURE, sign, signed_headers
from tests.simulators.conftest import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    OWN,
    PUBLIC_URL,
    Phones,
    Received,
    Receiver,
    make_provider,
    playing,
    until,
)

PHONE = "+254712000001"
CALLBACK = f"{PUBLIC_URL}/webhooks/twilio/status?message=m1"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
parameters = st.lists(st.tuples(texts.filter(bool), texts), max_size=12)


class Several(dict[str, list[str]]):
    """A form with repeated names, as the SDK's validator reads one."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def grouped(pairs: list[tuple[str, str]]) -> Several:
    found = Several()
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


@given(parameters, st.sampled_from(["https://kazi.example/a", "http://kazi.example:8000/a?b=c&d="]))
def test_the_sdk_takes_our_signatures(pairs: list[tuple[str, str]], url: str) -> None:
    for scheme in ("sha1", "sha256"):
        headers = signed_headers(scheme, AUTH_TOKEN, "key_1", url, pairs)
        algorithm = get_signature_algorithm(headers.get(SETTINGS))
        assert RequestValidator(AUTH_TOKEN).validate(url, grouped(pairs), headers[SIGNATURE], algorithm)


@given(parameters.filter(bool))
def test_the_sdk_refuses_them_for_anything_else(pairs: list[tuple[str, str]]) -> None:
    url = f"{PUBLIC_URL}/a"
    signature = sign(AUTH_TOKEN, url, pairs)
    validator = RequestValidator(AUTH_TOKEN)
    assert not validator.validate(url, grouped([*pairs, ("Another", "1")]), signature)
    assert not validator.validate(url + "b", grouped(pairs), signature)
    assert not RequestValidator("another token").validate(url, grouped(pairs), signature)


@given(st.text(st.sampled_from("abc @£€^[]{}~|\\é\nÇ"), max_size=400))
def test_segments_of_gsm_texts_agree_with_a_library(text: str) -> None:
    assert encoding_of(text) == "GSM-7"
    if text:
        assert count_segments(text) == len(split(text).parts)


@given(st.text(st.sampled_from("aé’😀中"), min_size=1, max_size=200).filter(lambda t: "😀" in t or "中" in t))
def test_segments_of_other_texts_agree_with_a_library(text: str) -> None:
    assert encoding_of(text) == "UCS-2"
    assert count_segments(text) == len(split(text).parts)


@pytest.mark.parametrize("unit", ["a", "€", "é", "中", "😀"])
def test_segments_change_where_a_library_says(unit: str) -> None:
    for length in range(30, 480):
        assert count_segments(unit * length) == len(split(unit * length).parts), length


def test_smart_encoding_folds_what_keyboards_make() -> None:
    assert fold("“It’s dry” – really…") == '"It\'s dry" - really...'


def signed(request: Received) -> bool:
    algorithm = get_signature_algorithm(request.headers.get(SETTINGS.lower()))
    signature = request.headers[SIGNATURE.lower()]
    url = PUBLIC_URL + request.path
    return bool(RequestValidator(AUTH_TOKEN).validate(url, request.form, signature, algorithm))


def create(
    phones: Phones, to: str = PHONE, from_: str = OWN, body: str = "hello", **more: str
) -> httpx2.Response:
    return phones.http.post(
        f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        data={"To": to, "From": from_, "Body": body, "StatusCallback": CALLBACK} | more,
        auth=(ACCOUNT_SID, AUTH_TOKEN),
    )


def statuses(requests: list[Received]) -> list[str]:
    return [request.form["MessageStatus"] for request in requests]


def test_a_text_from_a_phone_has_every_parameter_and_a_good_signature(
    phones: Phones, receiver: Receiver
) -> None:
    sid = phones.send(PHONE, "Ndiyo, asante ☺", to=OWN)
    [request] = receiver.wait_count(1)
    assert request.path == "/webhooks/twilio/messages"
    assert signed(request)
    geography = [side + part for side in ("From", "To") for part in ("City", "State", "Zip", "Country")]
    assert request.form == dict.fromkeys(geography, "") | {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": PHONE,
        "To": OWN,
        "Body": "Ndiyo, asante ☺",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "ReferralNumMedia": "0",
    }


def test_a_whatsapp_text_names_its_sender(phones: Phones, receiver: Receiver) -> None:
    phones.send(PHONE, "", channel="whatsapp")
    [request] = receiver.wait_count(1)
    assert signed(request)
    form = request.form
    assert (form["From"], form["To"]) == ("whatsapp:" + PHONE, "whatsapp:" + OWN)
    assert (form["WaId"], form["MessageType"], form["Body"]) == (PHONE[1:], "text", "")
    assert form["ProfileName"]


def test_the_second_scheme_of_signatures(phones: Phones, receiver: Receiver) -> None:
    phones.config(signature="sha256")
    phones.send(PHONE, "1")
    [request] = receiver.wait_count(1)
    assert request.headers[SETTINGS.lower()].endswith("algorithm=HMAC_SHA256")
    assert signed(request)


def test_a_duplicate_carries_the_same_sid(phones: Phones, receiver: Receiver) -> None:
    phones.config(inbound_duplicate_rate=1.0)
    sid = phones.send(PHONE, "1")
    assert [request.form["MessageSid"] for request in receiver.wait_count(2)] == [sid, sid]
    assert phones.idle()["counts"]["inbound_duplicated"] == 1


def test_a_lost_text_is_never_posted_and_stays_on_the_list(phones: Phones, receiver: Receiver) -> None:
    phones.config(inbound_loss_rate=1.0)
    phones.send(PHONE, "1")
    assert phones.idle()["counts"]["inbound_lost"] == 1
    assert receiver.received == []
    listed = phones.http.get(
        f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json?To=%2B254711000000",
        auth=(ACCOUNT_SID, AUTH_TOKEN),
    ).json()["messages"]
    assert [message["body"] for message in listed] == ["1"]


def test_a_refused_text_is_dropped_and_a_patient_one_comes_again(phones: Phones, receiver: Receiver) -> None:
    receiver.statuses = [503]
    phones.send(PHONE, "1")
    assert phones.idle()["counts"]["inbound_dropped"] == 1
    assert len(receiver.received) == 1, "an answer of 503 is an answer: it is not tried again"
    phones.config(inbound_patience_s=10)
    receiver.statuses = [503]
    phones.send(PHONE, "2")
    assert phones.idle()["counts"]["inbound_posted"] == 1
    bodies = [request.form["Body"] for request in receiver.received]
    tokens = {request.headers["i-twilio-idempotency-token"] for request in receiver.received[1:]}
    assert (bodies, len(tokens)) == (["1", "2", "2"], 1)


def test_statuses_are_told_in_order_and_signed(phones: Phones, receiver: Receiver) -> None:
    sid = create(phones).json()["sid"]
    requests = receiver.wait_count(3)
    assert statuses(requests) == ["sending", "sent", "delivered"], "the first status is never told"
    assert all(signed(request) for request in requests)
    assert {request.path for request in requests} == {"/webhooks/twilio/status?message=m1"}
    last = requests[-1].form
    assert (last["MessageSid"], last["SmsSid"], last["SmsStatus"]) == (sid, sid, "delivered")
    assert (last["From"], last["To"], len(last["RawDlrDoneDate"])) == (OWN, PHONE, 10)
    assert "ErrorCode" not in last


def test_a_messaging_service_is_accepted_first_and_queued_later(phones: Phones, receiver: Receiver) -> None:
    service = "MG" + "7" * 32
    phones.config(services={service: OWN})
    made = create(phones, from_="", MessagingServiceSid=service).json()
    assert (made["status"], made["num_segments"], made["from"]) == ("accepted", "0", None)
    assert statuses(receiver.wait_count(4)) == ["queued", "sending", "sent", "delivered"]


def test_callbacks_twice_lost_and_out_of_order(phones: Phones, receiver: Receiver) -> None:
    phones.config(callback_duplicate_rate=1.0)
    create(phones)
    doubled = ["sending", "sending", "sent", "sent", "delivered", "delivered"]
    assert statuses(receiver.wait_count(6)) == doubled
    phones.config(callback_duplicate_rate=0.0, callback_loss_rate=1.0)
    create(phones)
    assert phones.idle()["counts"]["callbacks_lost"] == 3
    assert len(receiver.received) == 6
    assert len(phones.inbox(PHONE, 2)) == 2, "the phone has its text all the same"
    phones.config(callback_loss_rate=0.0, callback_reorder_rate=1.0)
    create(phones)
    assert statuses(receiver.wait_count(9))[6] == "delivered"


def test_an_unreachable_phone(phones: Phones, receiver: Receiver) -> None:
    phones.config(unreachable=[PHONE])
    create(phones)
    last = receiver.wait_count(3)[-1].form
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30003")
    assert phones.http.get(f"/simulator/phones/{PHONE}/messages").json()["messages"] == []


def test_stop_is_told_with_its_type_only_when_asked_for(phones: Phones, receiver: Receiver) -> None:
    phones.send(PHONE, "STOP", to=OWN)
    assert "OptOutType" not in receiver.wait_count(1)[0].form
    phones.config(advanced_opt_out=True, provider_confirms_stop=False)
    phones.send("+254712000002", "Stop", to=OWN)
    assert receiver.wait_count(2)[1].form["OptOutType"] == "STOP"
    stats = phones.idle()
    assert stats["counts"]["opt_out_confirmations"] == 1
    assert stats["opt_outs"] == [[OWN, PHONE], [OWN, "+254712000002"]]


def test_faults_are_the_same_for_the_same_seed(receiver: Receiver) -> None:
    def plans() -> list[Any]:
        provider = make_provider(
            receiver, undelivered_rate=0.3, callback_loss_rate=0.3, callback_late_rate=0.3
        )

        messages = [accept(provider, {"To": PHONE, "From": OWN, "Body": str(n)}) for n in range(30)]
        return [plan(m, provider.knobs, provider.chance, window_open=True) for m in messages]

    assert plans() == plans()
    assert len({steps[-1].status for steps in plans()}) == 2


def test_a_reordered_callback_is_held_back_past_the_end(receiver: Receiver) -> None:
    provider = make_provider(receiver, callback_reorder_rate=1.0, delivered_delay_s=(5.0, 5.0))
    message = accept(provider, {"To": PHONE, "From": OWN, "Body": "x"})
    *early, end = plan(message, provider.knobs, provider.chance, window_open=True)
    assert [step.late_s > 5 for step in early] == [True, True]
    assert end.late_s == 0


def test_segments_and_prices_are_recounted(phones: Phones) -> None:
    phones.config(price_per_segment={"default": 0.01, "+254": 0.03, "+25471": 0.05})
    create(phones, body="x" * 161)
    create(phones, to="+256772000001", body="’")
    stats = phones.stats()
    assert stats["segments"]["sms"] == 3
    assert stats["price"]["sms"] == pytest.approx(2 * 0.05 + 0.01)


def test_repeats_are_found(phones: Phones) -> None:
    create(phones, body="question 1")
    create(phones, body="question 1")
    create(phones, body="help")
    phones.send(PHONE, "HELP")
    create(phones, body="help")
    create(phones, body="question 2")
    create(phones, body="question 2")
    stats = phones.stats()
    found = [(entry["count"], entry["unprompted"]) for entry in stats["repeated"]]
    assert found == [(2, 1), (2, 0), (2, 1)], "what was asked for twice is not unprompted"
    assert [len(entry["sids"]) for entry in stats["repeated_callbacks"]] == [6]


def test_long_polls_wake_up_and_show_both_directions(phones: Phones) -> None:
    create(phones, body="one")
    [first] = phones.http.get("/simulator/events?wait_s=10").json()["events"]
    assert (first["phone"], first["body"], first["direction"]) == (PHONE, "one", "outbound")
    phones.send(PHONE, "two")
    thread = phones.http.get(f"/simulator/phones/{PHONE[1:]}/messages").json()["messages"]
    assert [(entry["direction"], entry["body"]) for entry in thread] == [
        ("outbound", "one"),
        ("inbound", "two"),
    ]
    after = thread[0]["n"]
    later = phones.http.get(f"/simulator/phones/{PHONE}/messages?after={after}").json()["messages"]
    assert [entry["body"] for entry in later] == ["two"]


def test_knobs_that_do_not_fit_are_refused_and_change_nothing(phones: Phones) -> None:
    for wrong in (
        {"callback_los_rate": 1},
        {"failed_rate": 2},
        {"sent_delay_s": [2, 1]},
        {"unreachable": "x"},
    ):
        answer = phones.http.post("/simulator/config", json={"undelivered_rate": 0.5} | wrong)
        assert answer.status_code == 422
        assert next(iter(wrong)) in answer.json()["message"]
    assert phones.http.get("/simulator/config").json()["undelivered_rate"] == 0.0
    assert phones.http.post(f"/simulator/phones/{PHONE}/send", json={}).status_code == 422
    assert phones.http.post("/simulator/phones/nobody/send", json={"body": "x"}).status_code == 422


def test_a_restart_keeps_everything_and_takes_up_what_was_under_way(
    receiver: Receiver, tmp_path: Path
) -> None:
    state = str(tmp_path / "twilio.jsonl")
    with playing(make_provider(receiver, state, delivered_delay_s=(60.0, 60.0))) as phones:
        phones.send("+254712000002", "STOP", to=OWN)
        sid = create(phones).json()["sid"]
        until(lambda: True if len(receiver.received) == 3 else None)
    with Path(state).open("a") as journal:
        journal.write('{"kind": "message", "cut sho')
    with playing(make_provider(receiver, state)) as phones:
        [delivered] = phones.inbox(PHONE, 1)
        assert delivered["sid"] == sid
        assert create(phones, to="+254712000002").json()["code"] == 21610
        told = [request for request in receiver.wait_count(4) if "MessageStatus" in request.form]
        assert statuses(told) == ["sending", "sent", "delivered"]
    for line in Path(state).read_text().splitlines():
        json.loads(line)
