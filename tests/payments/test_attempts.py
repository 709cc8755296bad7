"""Payouts at a provider that answers late, twice, wrongly or never, and through crashes: each is paid once."""

import json
import os
import queue
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
import time_machine
from sqlalchemy import select

from app import clock, db, ids
from app.payments import attempts, ledger, payouts, rules
from app.payments.models import Payout, PayoutAttempt
from app.payments.rails.base import Paid, RailReport
from app.payments.rails.simulated import sign
from app.payments.routes import refused
from tests.conftest import ROOT, Database
from tests.payments.arrange import balance_of, earn, make_worker
from tests.payments.conftest import SECRET, Provider, Served

AMOUNT = 2_000
PLAIN = "+254712000001"


def approved(*numbers: str) -> dict[UUID, str]:
    """A worker a number, each with an approved payout; return the numbers by payout id."""
    found = {}
    with db.transaction() as session:
        now = clock.now()
        for number in numbers:
            worker = make_worker(session, now, number)
            earn(session, worker.id, AMOUNT, now)
            payout = payouts.request(
                session, worker_id=worker.id, partner_id=None, currency="KES", requested_by="worker", now=now
            )
            payouts.approve(session, payout_id=payout.id, user_id=ids.new(), now=now)
            found[payout.id] = number
    return found


def states() -> dict[UUID, str]:
    with db.transaction() as session:
        return {payout.id: payout.state for payout in session.scalars(select(Payout))}


def only_attempt() -> PayoutAttempt:
    with db.transaction() as session:
        return session.scalars(select(PayoutAttempt)).one()


def until(done: Callable[[], bool], served: Served) -> None:
    """Submit and look up what is due, waking with each settlement, until `done`."""
    deadline = clock.now() + timedelta(seconds=60)
    while not done():
        assert clock.now() < deadline, f"still open: {states()}"
        attempts.submit_due(on_settled=served.on_settled)
        try:
            served.settled.get(timeout=0.3)
        except queue.Empty:
            continue


def check_books(provider: Provider, numbers: dict[UUID, str]) -> None:
    """Compare our books with the provider's: the oracle of the whole campaign."""
    paid = provider.paid()
    assert len({entry["reference"] for entry in paid}) == len(paid)
    with db.transaction() as session:
        ours = {
            str(attempt.id): payout.state
            for attempt, payout in session.execute(
                select(PayoutAttempt, Payout).join(Payout, Payout.id == PayoutAttempt.payout_id)
            )
            if payout.state in {rules.PAID, rules.REVERSED}
        }
        theirs = {entry["reference"]: "reversed" if entry["reversed"] else "paid" for entry in paid}
        assert ours == theirs
        recipients = [entry["recipient"] for entry in paid]
        assert len(set(recipients)) == len(recipients), "somebody was paid twice"
        assert ledger.imbalance(session) == 0
        rail_float = ledger.account(ledger.RAIL_FLOAT, None, "KES")
        kept = [entry for entry in paid if not entry["reversed"]]
        assert ledger.balance(session, rail_float) == AMOUNT * len(kept)
        for payout in session.scalars(select(Payout)):
            found = balance_of(session, payout.worker_id, clock.now())
            assert found.earned == AMOUNT == found.available + found.in_flight + found.paid
            assert (found.paid > 0) == (payout.state == rules.PAID)


ENDINGS = {
    "50": rules.FAILED, "52": rules.FAILED, "53": rules.ACCEPTED, "54": rules.PAID, "55": rules.FAILED,
    "56": rules.FAILED, "57": rules.FAILED, "58": rules.FAILED, "60": rules.PAID, "61": rules.PAID,
    "62": rules.PAID, "63": rules.PAID, "64": rules.REVERSED, "65": rules.PAID, "66": rules.PAID,
    "67": rules.PAID, "68": rules.PAID, "69": rules.PAID, "70": rules.PAID,
}  # fmt: skip


def test_every_way_a_provider_can_answer_ends_in_its_own_books(
    provider: Provider, rail_settings: Callable[..., None]
) -> None:
    # The grace is shorter than the time for which the provider hides what it took, on purpose: even then the
    # same reference is refused as a duplicate, and nobody is paid twice.
    rail_settings(payout_not_found_grace_s=1)
    provider.configure(hidden_s=3.0, timeout_hold_s=2.0, delayed_completion_s=1.5)
    numbers = approved(*(f"+2547129900{ending}" for ending in ENDINGS))
    expected = {payout_id: ENDINGS[number[-2:]] for payout_id, number in numbers.items()}
    until(lambda: states() == expected, provider.served)
    check_books(provider, numbers)
    assert provider.stats()["counts"]["callbacks.forged"] == 1


def test_a_crowd_at_a_provider_with_a_bad_day(provider: Provider, rail_settings: Callable[..., None]) -> None:
    rail_settings(payout_not_found_grace_s=1)
    provider.configure(
        failure_rate=0.15,
        accept_then_500_rate=0.2,
        accept_then_timeout_rate=0.1,
        reject_500_rate=0.2,
        reject_timeout_rate=0.1,
        reject_429_rate=0.1,
        timeout_hold_s=1.0,
        hidden_rate=0.5,
        hidden_s=1.5,
        callback_loss_rate=0.3,
        callback_duplicate_rate=0.3,
        callback_before_reply_rate=0.3,
        callback_wrong_amount_rate=0.2,
        callback_forged_rate=0.2,
        callback_late_rate=0.3,
    )
    numbers = approved(*(f"+2547120001{nth:02}" for nth in range(24)))
    until(
        lambda: set(states().values()) <= rules.SETTLED and provider.stats()["busy"] == 0,
        provider.served,
    )
    check_books(provider, numbers)
    counts = provider.stats()["counts"]
    assert provider.stats()["ambiguous"] > 0
    assert counts["look_ups"] > 0


def test_a_payment_is_not_sent_again_before_the_grace_is_over(provider: Provider) -> None:
    provider.configure(reject_timeout_rate=1.0, timeout_hold_s=1.0, callback_loss_rate=1.0)
    approved(PLAIN)
    start = clock.now()

    def at(seconds: float) -> tuple[str, int]:
        with time_machine.travel(start + timedelta(seconds=seconds)):
            attempts.submit_due(on_settled=provider.served.on_settled)
        (state,) = states().values()
        return state, provider.stats()["counts"].get("refused.timeout", 0)

    assert at(0) == (rules.UNKNOWN, 1)
    assert at(600) == (rules.UNKNOWN, 1)
    assert at(899) == (rules.UNKNOWN, 1)
    reference = only_attempt().id
    provider.configure(reject_timeout_rate=0.0, processing_delay_s=0.0, completion_delay_s=0.0)
    assert at(902) == (rules.ACCEPTED, 1)
    assert only_attempt().id == reference
    assert at(990) == (rules.PAID, 1)
    assert [entry["reference"] for entry in provider.paid()] == [str(reference)]


@pytest.mark.parametrize(
    "taken", [True, False], ids=["after the provider took it", "before the provider got it"]
)
def test_a_kill_between_the_call_and_the_record_pays_once(
    provider: Provider, rail_settings: Callable[..., None], taken: bool
) -> None:
    provider.configure(processing_delay_s=0.0, completion_delay_s=0.0, callback_loss_rate=1.0)
    approved(PLAIN)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        # A wire on which the request arrives and no answer ever comes back.
        environment = {
            **os.environ,
            "KAZI_SIMULATED_RAIL_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "KAZI_PROVIDER_TIMEOUT_S": "20",
        }
        code = "import app.models; from app.payments import attempts; attempts.submit_due(on_settled=print)"
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)
        try:
            wire, _ = silent.accept()
            with wire:
                request = b""
                while not request.endswith(b"}"):
                    request += wire.recv(65536)
                process.kill()
        finally:
            process.kill()
            process.wait(10)
    if taken:
        headers = {"Authorization": f"Bearer {SECRET}"}
        asked = json.loads(request.partition(b"\r\n\r\n")[2])
        httpx2.post(
            f"{provider.url}/v1/payouts", json=asked, headers=headers, trust_env=False
        ).raise_for_status()
    (state,) = states().values()
    assert state == rules.SUBMITTING
    assert attempts.submit_due(on_settled=provider.served.on_settled) == 0, "its lease still runs"
    reference = only_attempt().id
    start = clock.now()
    seen: list[str] = []
    for minutes in (2, 20, 40, 60):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            attempts.submit_due(on_settled=provider.served.on_settled)
        seen += states().values()
    assert seen[-1] == rules.PAID
    assert seen[0] == (rules.PAID if taken else rules.UNKNOWN)
    assert [entry["reference"] for entry in provider.paid()] == [str(reference)]


def test_a_provider_that_is_away_is_tried_again_with_the_same_reference(
    provider: Provider, rail_settings: Callable[..., None]
) -> None:
    provider.configure(callback_loss_rate=1.0)
    approved(PLAIN)
    reference, url = only_attempt().id, provider.url
    rail_settings(simulated_rail_url="http://127.0.0.1:1")
    assert attempts.submit_due(on_settled=provider.served.on_settled) == 1
    assert list(states().values()) == [rules.UNKNOWN]
    rail_settings(simulated_rail_url=url)
    with time_machine.travel(clock.now() + timedelta(seconds=5)):
        assert attempts.submit_due(on_settled=provider.served.on_settled) == 1
    assert list(states().values()) == [rules.ACCEPTED]
    assert only_attempt().id == reference


def callback(attempt_id: UUID, served: Served, *, secret: str = SECRET, **changes: Any) -> int:
    body = {
        "reference": str(attempt_id),
        "status": "completed",
        "amount_minor": AMOUNT,
        "currency": "KES",
        "recipient": PLAIN,
        **changes,
    }
    return post(json.dumps(body).encode(), served, secret)


def post(raw: bytes, served: Served, secret: str = SECRET) -> int:
    sent_at = str(int(datetime.now(UTC).timestamp()))
    headers = {"X-Signature": f"t={sent_at},v1={sign(secret, sent_at, raw)}"}
    url = f"{served.url}/webhooks/payouts/simulated"
    return httpx2.post(url, content=raw, headers=headers, trust_env=False).status_code


@pytest.fixture
def at_the_rail(served: Served, rail_settings: Callable[..., None]) -> UUID:
    """The reference of one payout of which nothing is known yet."""
    rail_settings(simulated_rail_url="http://127.0.0.1:1")
    approved(PLAIN)
    attempts.submit_due(on_settled=served.on_settled)
    return only_attempt().id


def test_a_callback_settles_once_however_often_it_comes(served: Served, at_the_rail: UUID) -> None:
    assert [callback(at_the_rail, served, receipt="R1") for _ in range(5)] == [204] * 5
    assert list(states().values()) == [rules.PAID]
    assert served.settled.qsize() == 1
    assert only_attempt().due_at is None


@pytest.mark.parametrize(
    "changes", [{"amount_minor": AMOUNT + 1}, {"currency": "UGX"}, {"recipient": "+254712000002"}]
)
def test_a_callback_about_something_else_settles_nothing_and_is_noted(
    served: Served, at_the_rail: UUID, changes: dict[str, Any]
) -> None:
    assert callback(at_the_rail, served, **changes) == 204
    assert callback(at_the_rail, served, **changes) == 204
    ((payout_id, state),) = states().items()
    assert state == rules.UNKNOWN
    with db.transaction() as session:
        noted = [
            event for event in payouts.events(session, payout_id) if (event.why or "").startswith("mismatch")
        ]
        assert len(noted) == 1
        assert "+254" not in json.dumps(noted[0].data)


def test_a_callback_of_a_reference_we_never_gave_is_let_pass(served: Served, at_the_rail: UUID) -> None:
    assert callback(ids.new(), served) == 204
    assert list(states().values()) == [rules.UNKNOWN]


def test_a_wrong_signature_leaves_nothing_but_a_count(served: Served, at_the_rail: UUID) -> None:
    before = refused.labels("simulated")._value.get()
    assert callback(at_the_rail, served, secret="another secret") == 403
    assert refused.labels("simulated")._value.get() == before + 1
    assert list(states().values()) == [rules.UNKNOWN]


@pytest.mark.parametrize(("raw", "status"), [(b"{", 400), (b"[]", 400), (b"\x00" * 200_000, 413)])
def test_a_malformed_callback_is_a_clear_error(
    served: Served, database: Database, raw: bytes, status: int
) -> None:
    assert post(raw, served) == status


def test_what_is_told_of_a_settlement_stands_or_falls_with_it(served: Served, at_the_rail: UUID) -> None:
    """A receipt that cannot be written takes the settlement with it; the look-up brings both back."""

    def failing(_session: object, _payout: Payout) -> None:
        raise RuntimeError("no room for the receipt")

    report = RailReport(at_the_rail, Paid("R1"), AMOUNT, "KES", PLAIN)
    with pytest.raises(RuntimeError), db.transaction() as session:
        attempts.record_callback(
            session, rail="simulated", report=report, now=clock.now(), on_settled=failing
        )
    assert list(states().values()) == [rules.UNKNOWN]
