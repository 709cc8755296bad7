"""The simulated rail: each answer of the provider's own simulator, and each callback body, read as what it proves."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app import ids
from app.errors import AppError
from app.payments import rails
from app.payments.rails.base import (
    Accepted,
    Failed,
    Mismatch,
    NotFound,
    Outcome,
    Paid,
    PayoutOrder,
    RailReport,
    Reversed,
    Unknown,
    checked,
)
from app.payments.rails.simulated import SimulatedRail, sign
from tests.payments.conftest import SECRET, running_provider

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REFERENCE = UUID("01900000-0000-7000-8000-000000000001")
RECIPIENT = "+254712345678"


@pytest.fixture(scope="module")
def provider_url() -> Iterator[str]:
    with running_provider("http://127.0.0.1:9/nobody") as url:
        yield url


@pytest.fixture
def rail(provider_url: str) -> SimulatedRail:
    return SimulatedRail(provider_url, SECRET, timeout_s=0.5)


def order(recipient: str = RECIPIENT, amount_minor: int = 2_000, currency: str = "KES") -> PayoutOrder:
    return PayoutOrder(ids.new(), amount_minor, currency, recipient, "Kazi")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (order(), Accepted()),
        (order("+254712990060"), Unknown("ReadTimeout")),
        (order("+254712990061"), Unknown("HTTP 500")),
        (order("+254712990062"), Unknown("ReadTimeout")),
        (order("+254712990063"), Unknown("HTTP 500")),
        (order(amount_minor=0), Failed("amount_out_of_bounds")),
        (order(currency="XXX"), Failed("invalid_currency")),
        (order("0712345678"), Failed("invalid_recipient")),
    ],
)
def test_the_answer_to_a_payment(rail: SimulatedRail, asked: PayoutOrder, expected: Outcome) -> None:
    assert rail.pay(asked) == expected


def test_a_reference_used_before_is_looked_up_and_never_paid_again(rail: SimulatedRail) -> None:
    asked = order("+254712990053")  # stays on its way for ever
    assert rail.pay(asked) == Accepted()
    assert rail.pay(asked) == Accepted()


def test_a_reference_used_for_another_amount_is_a_mismatch(rail: SimulatedRail) -> None:
    asked = order("+254712990053")
    rail.pay(asked)
    other = PayoutOrder(asked.reference, asked.amount_minor + 1, "KES", RECIPIENT)
    assert rail.pay(other) == Mismatch(("amount", "recipient"))


def test_a_reference_the_provider_never_saw(rail: SimulatedRail) -> None:
    assert rail.look_up(order()) == NotFound()


def test_a_wrong_secret_proves_nothing_about_the_payee(provider_url: str) -> None:
    rail = SimulatedRail(provider_url, "another secret", timeout_s=0.5)
    assert rail.pay(order()) == Unknown("HTTP 401")
    assert rail.look_up(order()) == Unknown("HTTP 401")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", ""])
def test_what_never_left_is_known_not_to_have_arrived(url: str) -> None:
    rail = SimulatedRail(url, SECRET, timeout_s=0.5)
    assert rail.pay(order()) == NotFound(certain=True)
    assert isinstance(rail.look_up(order()), Unknown)


def body(**changes: object) -> bytes:
    whole = {
        "reference": str(REFERENCE),
        "status": "completed",
        "amount_minor": 2_000,
        "currency": "KES",
        "recipient": RECIPIENT,
        **changes,
    }
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def signed(raw: bytes, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    sent_at = str(int(at.timestamp()))
    return {"x-signature": f"t={sent_at},v1={sign(secret, sent_at, raw)}"}


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (body(receipt="R1"), Paid("R1")),
        (body(), Paid(None)),
        (body(receipt=7), Paid(None)),
        (body(status="accepted"), Accepted()),
        (body(status="processing"), Accepted()),
        (body(status="failed", failure_code="wallet_limit"), Failed("wallet_limit")),
        (body(status="failed"), Failed("unspecified")),
        (body(status="reversed"), Reversed(None)),
        (body(status="on hold"), Unknown("status 'on hold'")),
    ],
)
def test_what_a_callback_reports(rail: SimulatedRail, raw: bytes, outcome: Outcome) -> None:
    assert rail.parse_callback(signed(raw), raw, NOW) == RailReport(
        REFERENCE, outcome, 2_000, "KES", RECIPIENT
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-signature": ""},
        {"x-signature": "t=,v1="},
        {"x-signature": "v1=00"},
        {"x-signature": "t=²,v1=00"},
        signed(body(), "another secret"),
        signed(body(amount_minor=1)),
        signed(body(), at=NOW - timedelta(seconds=301)),
        signed(body(), at=NOW + timedelta(seconds=301)),
    ],
)
def test_a_callback_that_is_not_proved_is_not_read(rail: SimulatedRail, headers: dict[str, str]) -> None:
    assert rail.parse_callback(headers, body(), NOW) is None


def test_without_a_secret_nothing_is_proved(rail_settings: Callable[..., None]) -> None:
    rail_settings(simulated_rail_secret="")
    assert rails.get("simulated").parse_callback(signed(body(), ""), body(), NOW) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        body(reference="not an id"),
        body(reference=7),
        body(reference=None),
        body(status=None),
        body(amount_minor=None),
        body(amount_minor="x"),
        body(recipient=None),
    ],
)
def test_a_proved_callback_that_cannot_be_read_is_named(rail: SimulatedRail, raw: bytes) -> None:
    with pytest.raises(AppError) as refused:
        rail.parse_callback(signed(raw), raw, NOW)
    assert (refused.value.code, refused.value.status) == ("malformed-callback", 400)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"amount_minor": 2_001}, ("amount",)),
        ({"currency": "UGX"}, ("currency",)),
        ({"recipient": "+254712345679"}, ("recipient",)),
        ({"reference": ids.new()}, ("reference",)),
    ],
)
def test_a_report_of_another_order_is_a_mismatch(changes: dict[str, object], fields: tuple[str, ...]) -> None:
    meant = {"reference": REFERENCE, "amount_minor": 2_000, "currency": "KES", "recipient": RECIPIENT}
    report = RailReport(outcome=Paid("R1"), **{**meant, **changes})  # type: ignore[arg-type]
    assert checked(report, PayoutOrder(**meant)) == Mismatch(fields)  # type: ignore[arg-type]


def test_an_order_shown_in_a_log_hides_the_number() -> None:
    assert RECIPIENT not in repr(order())
    assert RECIPIENT not in repr(RailReport(REFERENCE, Paid(), 1, "KES", RECIPIENT))
