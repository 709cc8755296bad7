"""The simulated mobile money: each reference pays at most once, whatever goes wrong around it."""

import hmac
import json
import uuid
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.chance import Chance
from simulators.knobs import change
from simulators.mobile_money.fate import FAILED_BY_ENDING, decide
from simulators.mobile_money.knobs import Knobs
from simulators.mobile_money.signing import sign
from tests.simulators.conftest import MONEY_SECRET, Received, Receiver, paying, until

USUAL = "+254712000001"


def forcing(ending: str) -> str:
    """A recipient that forces an outcome."""
    return "+25471299" + "00" + ending


def order(recipient: str = USUAL, **changed: Any) -> dict[str, Any]:
    usual = {"reference": str(uuid.uuid4()), "amount_minor": 500, "currency": "KES", "recipient": recipient}
    return usual | {"note": "Kazi"} | changed


def ask(money: httpx2.Client, wanted: dict[str, Any], timeout: float = 5.0) -> httpx2.Response:
    return money.post("/v1/payouts", json=wanted, timeout=timeout)


def status_of(money: httpx2.Client, wanted: dict[str, Any]) -> str:
    return str(money.get(f"/v1/payouts/{wanted['reference']}").json().get("status"))


def wait_for(money: httpx2.Client, wanted: dict[str, Any], *ends: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = money.get(f"/v1/payouts/{wanted['reference']}").json()
        return found if found.get("status") in ends else None

    return until(look)


def paid(money: httpx2.Client) -> list[dict[str, Any]]:
    return list(money.get("/simulator/paid").json()["paid"])


def idle(money: httpx2.Client) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        stats: dict[str, Any] = money.get("/simulator/stats").json()
        return stats if stats["busy"] == 0 else None

    return until(look)


def is_signed(request: Received, secret: str = MONEY_SECRET) -> bool:
    parts = dict(part.split("=", 1) for part in request.headers["x-signature"].split(","))
    text = parts["t"].encode() + b"." + request.body
    return hmac.compare_digest(parts["v1"], hmac.new(secret.encode(), text, "sha256").hexdigest())


def test_a_payout_is_accepted_then_completed_and_told(receiver: Receiver) -> None:
    with paying(receiver) as money:
        wanted = order()
        answer = ask(money, wanted)
        assert answer.status_code == 202
        assert answer.json() == {"reference": wanted["reference"], "status": "accepted"}
        found = wait_for(money, wanted, "completed")
        [told] = receiver.wait_count(1)
        assert (told.path, is_signed(told), is_signed(told, "another secret")) == (
            "/webhooks/money",
            True,
            False,
        )
        assert json.loads(told.body) == found
        [payment] = paid(money)
        assert {name: payment[name] for name in found} == found
        assert {name: found[name] for name in ("amount_minor", "currency", "recipient")} == {
            name: wanted[name] for name in ("amount_minor", "currency", "recipient")
        }
        balances = money.get("/v1/balance").json()["balances"]
        assert {b["currency"]: b["available_minor"] for b in balances}["KES"] == 1_000_000_000 - 500


def test_a_reference_is_paid_once(receiver: Receiver) -> None:
    with paying(receiver) as money:
        wanted = order()
        ask(money, wanted)
        for again in (wanted, wanted | {"amount_minor": 1000, "reference": wanted["reference"].upper()}):
            answer = ask(money, again)
            assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_reference")
        idle(money)
        assert [payment["amount_minor"] for payment in paid(money)] == [500]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"reference": "not a uuid"}, "invalid_reference"),
    ({"amount_minor": 5.5}, "invalid_amount"),
    ({"amount_minor": True}, "invalid_amount"),
    ({"amount_minor": 0}, "amount_out_of_bounds"),
    ({"amount_minor": 10**9}, "amount_out_of_bounds"),
    ({"currency": "XXX"}, "invalid_currency"),
    ({"recipient": "0712000001"}, "invalid_recipient"),
    ({"note": "x" * 141}, "invalid_note"),
]


def test_what_cannot_be_paid_is_refused(receiver: Receiver) -> None:
    with paying(receiver) as money:
        for changed, code in REFUSED:
            answer = ask(money, order(**changed))
            assert (answer.status_code, answer.json()["code"]) == (400, code), changed
        assert paid(money) == []


def test_other_refusals(receiver: Receiver) -> None:
    with paying(receiver) as money:
        assert money.post("/v1/payouts", content=b"{").json()["code"] == "invalid_body"
        missing = money.get(f"/v1/payouts/{uuid.uuid4()}")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
        stranger = money.post("/v1/payouts", json=order(), headers={"Authorization": "Bearer wrong"})
        assert (stranger.status_code, stranger.json()["code"]) == (401, "unauthorized")
        money.post("/simulator/config", json={"reject_429_rate": 1.0}).raise_for_status()
        assert ask(money, order()).status_code == 429
        assert money.post("/simulator/config", json={"failure_rate": "often"}).status_code == 422
        assert money.get("/healthz").status_code == 200


def test_recipients_that_fail(receiver: Receiver) -> None:
    with paying(receiver) as money:
        for ending, code in FAILED_BY_ENDING.items():
            wanted = order(forcing(ending))
            ask(money, wanted)
            assert wait_for(money, wanted, "failed", "completed")["failure_code"] == code
        told = receiver.wait_count(len(FAILED_BY_ENDING))
        assert {json.loads(request.body)["status"] for request in told} == {"failed"}
        assert paid(money) == []


def test_a_recipient_that_stays_in_processing(receiver: Receiver) -> None:
    with paying(receiver) as money:
        wanted = order(forcing("53"))
        ask(money, wanted)
        idle(money)
        assert status_of(money, wanted) == "processing"
        assert (receiver.received, paid(money)) == ([], [])


def test_a_recipient_that_is_paid_late(receiver: Receiver) -> None:
    with paying(receiver, delayed_completion_s=0.2) as money:
        wanted = order(forcing("54"))
        ask(money, wanted)
        wait_for(money, wanted, "processing")
        wait_for(money, wanted, "completed")
        assert len(paid(money)) == 1


@pytest.mark.parametrize("ending", ["60", "61", "69"])
def test_an_answer_lost_after_acceptance_is_paid_once(receiver: Receiver, ending: str) -> None:
    with paying(receiver, hidden_s=0.5) as money:
        wanted = order(forcing(ending))
        if ending == "61":
            assert ask(money, wanted).status_code == 500
        else:
            with pytest.raises(httpx2.ReadTimeout):
                ask(money, wanted, timeout=0.2)
        if ending == "69":
            assert money.get(f"/v1/payouts/{wanted['reference']}").status_code == 404
        assert ask(money, wanted).status_code == 409, "not even while it cannot be found"
        wait_for(money, wanted, "completed")
        assert len(paid(money)) == 1
        assert money.get("/simulator/stats").json()["ambiguous"] == 1


@pytest.mark.parametrize("ending", ["62", "63"])
def test_an_answer_lost_before_acceptance_is_not_paid(receiver: Receiver, ending: str) -> None:
    with paying(receiver) as money:
        wanted = order(forcing(ending))
        if ending == "63":
            assert ask(money, wanted).status_code == 500
        else:
            with pytest.raises(httpx2.ReadTimeout):
                ask(money, wanted, timeout=0.2)
        assert money.get(f"/v1/payouts/{wanted['reference']}").status_code == 404
        assert ask(money, wanted).status_code == 202, "the same reference may be sent again"
        wait_for(money, wanted, "completed")
        assert len(paid(money)) == 1


def test_a_reversal(receiver: Receiver) -> None:
    with paying(receiver, reversal_delay_s=(0.0, 0.01)) as money:
        wanted = order(forcing("64"))
        ask(money, wanted)
        told = [json.loads(request.body)["status"] for request in receiver.wait_count(2)]
        assert told == ["completed", "reversed"]
        assert [payment["reversed"] for payment in paid(money)] == [True]


@pytest.mark.parametrize(("ending", "times"), [("65", 0), ("66", 2)])
def test_callbacks_never_and_twice(receiver: Receiver, ending: str, times: int) -> None:
    with paying(receiver) as money:
        wanted = order(forcing(ending))
        ask(money, wanted)
        wait_for(money, wanted, "completed")
        idle(money)
        assert [json.loads(request.body)["status"] for request in receiver.received] == ["completed"] * times


def test_a_callback_that_comes_before_the_answer(receiver: Receiver) -> None:
    with paying(receiver) as money:
        assert ask(money, order(forcing("67"))).status_code == 202
        assert len(receiver.received) == 1


def test_a_callback_with_a_wrong_amount_and_one_with_a_wrong_signature(receiver: Receiver) -> None:
    with paying(receiver) as money:
        ask(money, order(forcing("68")))
        wrong, right = receiver.wait_count(2)
        assert [json.loads(request.body)["amount_minor"] for request in (wrong, right)] == [501, 500]
        assert (is_signed(wrong), is_signed(right)) == (True, True)
        ask(money, order(forcing("70")))
        forged, true = receiver.wait_count(4)[2:]
        assert (is_signed(forged), is_signed(true)) == (False, True)


def test_an_empty_float_pays_nobody(receiver: Receiver) -> None:
    with paying(receiver, opening_balance_minor=700) as money:
        first, second = order(), order()
        ask(money, first)
        wait_for(money, first, "completed")
        ask(money, second)
        assert wait_for(money, second, "failed")["failure_code"] == "insufficient_funds"
        assert len(paid(money)) == 1


def test_a_restart_keeps_payouts_and_finishes_them(receiver: Receiver, tmp_path: Path) -> None:
    state = str(tmp_path / "money.jsonl")
    before, during = order(), order(USUAL)
    with paying(receiver, state) as money:
        ask(money, before)
        wait_for(money, before, "completed")
        money.post("/simulator/config", json={"completion_delay_s": 60}).raise_for_status()
        ask(money, during)
        wait_for(money, during, "processing")
    journal = Path(state).read_text().replace('"completion_s":60.0', '"completion_s":0.0')
    Path(state).write_text(journal)
    with paying(receiver, state) as money:
        wait_for(money, during, "completed")
        assert ask(money, before).status_code == 409
        assert [p["reference"] for p in paid(money)] == [before["reference"], during["reference"]]
        balances = money.get("/v1/balance").json()["balances"]
        assert balances[0]["available_minor"] == 1_000_000_000 - 1000


rates = {name: st.sampled_from([0.0, 0.5, 1.0]) for name in vars(Knobs()) if name.endswith("_rate")}


@given(st.fixed_dictionaries(rates), st.integers(0, 5))
def test_a_fate_is_steady_and_makes_sense(chosen: dict[str, float], nth: int) -> None:
    knobs = Knobs()
    change(knobs, chosen)
    fate = decide(USUAL, nth, knobs, Chance(3))
    assert fate == decide(USUAL, nth, knobs, Chance(3))
    assert not (fate.failure_code and fate.reversal_s is not None), "what failed cannot be reversed"
    assert not (fate.hidden_s and fate.reply == "accepted"), "what was answered can be found"
    assert not (fate.callback_before_reply and fate.reply != "accepted")


def test_the_signature_is_the_one_described() -> None:
    assert sign("secret", 7, b"{}") == "t=7,v1=" + hmac.new(b"secret", b"7.{}", "sha256").hexdigest()
