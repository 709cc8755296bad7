"""Money: whole minor units and a currency, and the arithmetic that is allowed on it. Pure.

Owns the currencies' exponents (ISO 4217, list one) as far as arithmetic needs them. How an amount is written
for people is app/texts' business; what the smallest payable amount is, each rail's.
"""

from dataclasses import dataclass

from app.errors import invalid

# Minor units a major unit has, as a power of ten.
EXPONENTS = {
    "ETB": 2, "EUR": 2, "GHS": 2, "HTG": 2, "INR": 2, "KES": 2, "MWK": 2,
    "NGN": 2, "TZS": 2, "USD": 2, "ZAR": 2, "ZMW": 2,
    "BIF": 0, "GNF": 0, "RWF": 0, "UGX": 0, "XAF": 0, "XOF": 0,
}  # fmt: skip

MICROS = 1_000_000


def exponent(currency: str) -> int:
    """Return how many decimal places the currency has. Raises `invalid` (422) for one Kazi does not know."""
    if currency not in EXPONENTS:
        raise invalid(f"{currency!r} is no currency Kazi pays in; use one of {', '.join(sorted(EXPONENTS))}.")
    return EXPONENTS[currency]


def minor_in_major(currency: str) -> int:
    """Return how many minor units make one major unit: 100 for KES, 1 for UGX."""
    return int(10 ** exponent(currency))


def ceil_div(numerator: int, denominator: int) -> int:
    """Return the quotient of two whole numbers, rounded up, without floats."""
    return -(-numerator // denominator)


def floor_to(amount_minor: int, quantum_minor: int) -> int:
    """Return the largest multiple of the quantum that the amount covers; never more than the amount."""
    if quantum_minor <= 0:
        raise ValueError(f"a quantum is a positive number of minor units, not {quantum_minor}")
    return amount_minor // quantum_minor * quantum_minor


def micros_to_minor(micros: int, currency: str) -> int:
    """Return millionths of the major unit as minor units, rounded up: a cost is never understated."""
    return ceil_div(micros * minor_in_major(currency), MICROS)


@dataclass(frozen=True, order=False)
class Money:
    """An amount in whole minor units of one currency. Amounts of two currencies never meet."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise TypeError(f"money is a whole number of minor units, not {self.minor!r}")
        exponent(self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(
                f"{self.currency} and {other.currency} cannot be added or compared; convert one first"
            )

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        if isinstance(times, bool) or not isinstance(times, int):
            raise TypeError(f"money is multiplied by whole numbers only, not by {times!r}")
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor <= other.minor

    def percent_up(self, percent: int) -> "Money":
        """Return that many percent of the amount, rounded up to a whole minor unit."""
        return Money(ceil_div(self.minor * percent, 100), self.currency)

    def floor_to(self, quantum_minor: int) -> "Money":
        """Return the part of the amount that a rail paying in such steps can pay."""
        return Money(floor_to(self.minor, quantum_minor), self.currency)
