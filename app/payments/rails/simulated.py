"""The simulated rail: a provider of mobile money played by simulators/mobile_money, spoken to over real HTTP.

Owns that provider's request, its answers and the signature of its callbacks
(`X-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, the scheme of Stripe's webhooks). It deals in
whole major units, as M-Pesa and MTN MoMo do.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx2

from app.errors import AppError
from app.payments.money import minor_in_major
from app.payments.rails.base import (
    Accepted,
    Failed,
    NotFound,
    Outcome,
    Paid,
    PayoutOrder,
    RailReport,
    Reversed,
    Unknown,
    checked,
)
from app.settings import settings

# How far a callback's time may lie from ours: older ones may be replays.
SIGNATURE_TOLERANCE_S = 300
_REFUSALS = {400, 422}
_NEVER_LEFT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


@dataclass(frozen=True)
class SimulatedRail:
    """The rail at one address with one secret."""

    url: str
    secret: str
    timeout_s: float
    name: str = "simulated"

    def quantum_minor(self, currency: str) -> int:
        """Return one major unit: nobody's wallet takes cents."""
        return minor_in_major(currency)

    def pay(self, order: PayoutOrder) -> Outcome:
        """Ask for the payment. A reference it knows already is looked up; only a 400 or 422 proves a refusal."""
        body = {
            "reference": str(order.reference),
            "amount_minor": order.amount_minor,
            "currency": order.currency,
            "recipient": order.recipient,
            "note": order.note,
        }
        try:
            response = self._client.post("/v1/payouts", json=body)
        except _NEVER_LEFT:
            return NotFound(certain=True)
        except httpx2.HTTPError as error:
            return Unknown(type(error).__name__)
        if response.status_code == 202:
            return Accepted()
        if response.status_code == 409:
            return self.look_up(order)
        if response.status_code in _REFUSALS:
            return Failed(_code(response))
        # A wrong token or a full queue is the rail's or the operator's trouble, never proof against the payee.
        return Unknown(f"HTTP {response.status_code}")

    def look_up(self, order: PayoutOrder) -> Outcome:
        """Return what became of the reference; `Mismatch` where the rail knows it as something else."""
        try:
            response = self._client.get(f"/v1/payouts/{order.reference}")
        except httpx2.HTTPError as error:
            return Unknown(type(error).__name__)
        if response.status_code == 404 and _code(response) == "not_found":
            return NotFound()
        if response.status_code != 200:
            return Unknown(f"HTTP {response.status_code}")
        try:
            return checked(_report(response.content), order)
        except AppError:
            return Unknown("unreadable answer")

    def parse_callback(self, headers: Mapping[str, str], raw: bytes, now: datetime) -> RailReport | None:
        """Return what a callback reports; None when the signature is missing, wrong or out of date."""
        parts = dict(part.partition("=")[::2] for part in headers.get("x-signature", "").split(","))
        sent_at, signature = parts.get("t", ""), parts.get("v1", "")
        # Without a secret anyone could sign.
        if not self.secret or not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 12):
            return None
        expected = sign(self.secret, sent_at, raw)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return None
        if abs(now.timestamp() - int(sent_at)) > SIGNATURE_TOLERANCE_S:
            return None
        return _report(raw)

    @property
    def _client(self) -> httpx2.Client:
        """Return one client a process: kept-open connections, never a retry of its own."""
        key = (self.url, self.secret, self.timeout_s)
        # Of threads that come first together all use the one that setdefault kept.
        return _clients.get(key) or _clients.setdefault(key, self._new_client())

    def _new_client(self) -> httpx2.Client:
        return httpx2.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {self.secret}"},
            timeout=self.timeout_s,
            trust_env=False,
        )


def sign(secret: str, sent_at: str, raw: bytes) -> str:
    """Return the signature of a callback body sent at that many Unix seconds."""
    return hmac.digest(secret.encode(), sent_at.encode() + b"." + raw, "sha256").hex()


def from_settings() -> SimulatedRail:
    """Return the rail the settings describe."""
    found = settings()
    return SimulatedRail(
        found.simulated_rail_url, found.simulated_rail_secret.get_secret_value(), found.provider_timeout_s
    )


_clients: dict[tuple[str, str, float], httpx2.Client] = {}


def close_clients() -> None:
    """Close the connections that are kept open, at the end of a process or a test."""
    while _clients:
        _clients.popitem()[1].close()


def _code(response: httpx2.Response) -> str:
    """Return the provider's own code of a refusal, or the status where it gives none."""
    try:
        body = response.json()
    except ValueError:
        body = None
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, str) else f"http_{response.status_code}"


def _report(raw: bytes) -> RailReport:
    """Return what a payout resource says. Raises `malformed-callback` (400)."""
    try:
        body: Any = json.loads(raw)
        return RailReport(
            UUID(body["reference"]),
            _outcome(body),
            amount_minor=int(body["amount_minor"]),
            currency=str(body["currency"]),
            recipient=str(body["recipient"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AppError(
            "malformed-callback",
            400,
            "The body is not a payout as the simulated rail sends it: JSON with reference, status, amount_minor, "
            "currency and recipient.",
        ) from error


def _outcome(body: Mapping[str, Any]) -> Outcome:
    match body["status"]:
        case "accepted" | "processing":
            return Accepted()
        case "completed":
            return Paid(_text(body.get("receipt")))
        case "failed":
            return Failed(_text(body.get("failure_code")) or "unspecified")
        case "reversed":
            return Reversed(_text(body.get("failure_code")))
        case other:
            return Unknown(f"status {other!r}")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
