"""The price of a segment by the number it goes to or comes from."""

from collections.abc import Mapping


def price_of(prices: Mapping[str, float], number: str) -> float:
    """The price under the longest prefix that fits the number, else under `default`, else nothing."""
    prefixes = [prefix for prefix in prices if number.startswith(prefix)]
    return float(prices[max(prefixes, key=len)] if prefixes else prices.get("default", 0.0))
