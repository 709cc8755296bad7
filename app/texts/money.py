"""How an amount of money is written to people: `KES 2`, `KES 2.50`, `UGX 1,500`.

Own code because locale libraries put a no-break space between code and amount, and that one character more
than doubles the price of an SMS. Only writing: sums and pay are app/payments' business.
"""

from app.errors import AppError

# Digits after the point, by ISO 4217. A currency that is not here is refused rather than guessed: a wrong
# exponent is a hundredfold mistake.
EXPONENTS: dict[str, int] = {
    **dict.fromkeys(("BIF", "DJF", "GNF", "KMF", "RWF", "UGX", "XAF", "XOF"), 0),
    **dict.fromkeys(("BDT", "BWP", "CDF", "ETB", "EUR", "GBP", "GHS", "GMD", "HTG", "IDR", "INR"), 2),
    **dict.fromkeys(("KES", "LRD", "LSL", "MGA", "MWK", "MZN", "NGN", "NPR", "PHP", "PKR", "SLE"), 2),
    **dict.fromkeys(("SOS", "SSP", "SZL", "TZS", "USD", "ZAR", "ZMW"), 2),
}


def exponent(currency: str) -> int:
    """Return how many digits follow the point in `currency` (ISO 4217 code)."""
    if currency not in EXPONENTS:
        known = ", ".join(sorted(EXPONENTS))
        raise AppError(
            "unknown-currency", 422, f"The currency {currency!r} is not known. Use one of {known}."
        )
    return EXPONENTS[currency]


def money(amount_minor: int, currency: str) -> str:
    """Write an amount of minor units: the code, a plain space, the units without a fraction where whole."""
    digits = exponent(currency)
    whole, rest = divmod(abs(amount_minor), 10**digits)
    sign = "-" if amount_minor < 0 else ""
    fraction = f".{rest:0{digits}d}" if rest else ""
    return f"{currency} {sign}{whole:,}{fraction}"
