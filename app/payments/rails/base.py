"""What every rail of mobile money can do, in values: an order goes in, one of a closed set of outcomes comes out.

Owns the words between payouts and rails, and the comparison of what a rail reports with what was ordered. What
an outcome means for a payout is decided in app/payments/rules.py; how a provider says it, in its own file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class PayoutOrder:
    """What a rail is asked to pay. `reference` is fixed before any call and the same in every repetition."""

    reference: UUID
    amount_minor: int
    currency: str
    recipient: str = field(repr=False)  # E.164; a secret
    note: str = ""


@dataclass(frozen=True)
class Accepted:
    """The rail has it and will pay; nothing is settled yet."""


@dataclass(frozen=True)
class Paid:
    """The money is with the recipient; `receipt` is the rail's own number for it."""

    receipt: str | None = None


@dataclass(frozen=True)
class Failed:
    """The rail proves that it did not pay and will not."""

    code: str


@dataclass(frozen=True)
class Reversed:
    """The rail paid and took it back."""

    code: str | None = None


@dataclass(frozen=True)
class Unknown:
    """Anything may have happened: a timeout, a server error, an answer that cannot be read."""

    why: str


@dataclass(frozen=True)
class NotFound:
    """The rail does not know the reference. `certain`: because the request never left this machine."""

    certain: bool = False


@dataclass(frozen=True)
class Mismatch:
    """The rail knows the reference, but with another amount, currency or recipient."""

    fields: tuple[str, ...]


Outcome = Accepted | Paid | Failed | Reversed | Unknown | NotFound | Mismatch


@dataclass(frozen=True)
class RailReport:
    """What a rail says of one reference, in a callback or when asked."""

    reference: UUID
    outcome: Outcome
    amount_minor: int
    currency: str
    recipient: str = field(repr=False)


def checked(report: RailReport, order: PayoutOrder) -> Outcome:
    """Return what the report says, or `Mismatch` where it is not about this very order."""
    pairs = {
        "reference": (report.reference, order.reference),
        "amount": (report.amount_minor, order.amount_minor),
        "currency": (report.currency, order.currency),
        "recipient": (report.recipient, order.recipient),
    }
    wrong = tuple(name for name, (said, meant) in pairs.items() if said != meant)
    return Mismatch(wrong) if wrong else report.outcome


class Rail(Protocol):
    """One provider of mobile money."""

    @property
    def name(self) -> str:
        """Return the name it is registered under."""
        ...

    def quantum_minor(self, currency: str) -> int:
        """Return the smallest step it pays in, in minor units."""
        ...

    def pay(self, order: PayoutOrder) -> Outcome:
        """Ask for the payment, once; a repetition of the reference must not pay twice."""
        ...

    def look_up(self, order: PayoutOrder) -> Outcome:
        """Return what became of the order's reference."""
        ...

    def parse_callback(self, headers: Mapping[str, str], raw: bytes, now: datetime) -> RailReport | None:
        """Return what a callback reports, None when it is not proved to be the rail's.

        Raises `malformed-callback` (400) for one that is the rail's and cannot be read.
        """
        ...
