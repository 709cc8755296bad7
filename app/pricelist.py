"""The operator's price list: what a segment costs, by channel, country and direction, and exchange rates.

Owns reading and checking the file (`KAZI_PRICE_LIST`, else app/pricelist.toml beside this module). It is read
once a process. Prices are whole millionths ("micros") of a currency's major unit. What a place or a message
costs because of it is worked out in app/payments/pricing.py and app/channels/.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from app.errors import AppError
from app.settings import settings

Direction = Literal["out", "in"]

MICROS = 1_000_000
OTHER = "other"
DEFAULT = Path(__file__).with_name("pricelist.toml")


@dataclass(frozen=True)
class Price:
    """The price of a segment each way, in micros of one currency."""

    currency: str
    out_micros: int
    in_micros: int


@dataclass(frozen=True)
class PriceList:
    """Prices by channel and country, and how many units of each currency one US dollar buys."""

    prices: Mapping[tuple[str, str], Price]
    rates: Mapping[str, Decimal]


def read(path: Path) -> PriceList:
    """Return the list in a TOML file. Raises `price-list` (500) naming the file and the entry at fault."""
    try:
        # Decimals, because a price such as 0.0075 has no exact float.
        raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(path, f"cannot be read ({error})") from error
    rates = {code: _positive(path, f"rates.{code}", rate) for code, rate in raw.pop("rates", {}).items()}
    prices = {
        (channel, country): _price(path, f"{channel}.{country}", entry, rates)
        for channel, countries in raw.items()
        for country, entry in _table(path, channel, countries).items()
    }
    return PriceList(prices, rates)


def _table(path: Path, where: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, f"has a value at {where} where a table belongs")
    return value


def _price(path: Path, where: str, entry: object, rates: Mapping[str, Decimal]) -> Price:
    table = _table(path, where, entry)
    currency = table.get("currency")
    if currency not in rates:
        raise _wrong(path, f"has no exchange rate in [rates] for the currency {currency!r} of [{where}]")
    both = [_positive(path, f"{where}.{name}", table.get(name), zero=True) for name in ("out", "in")]
    out_micros, in_micros = (int((value * MICROS).to_integral_value(ROUND_CEILING)) for value in both)
    return Price(str(currency), out_micros, in_micros)


def _positive(path: Path, where: str, value: object, *, zero: bool = False) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong(path, f"has {value!r} at {where} where a number belongs")
    number = Decimal(value)
    if not number.is_finite() or number < 0 or (number == 0 and not zero):
        raise _wrong(path, f"has {value} at {where}, which is no price or rate")
    return number


def _wrong(path: Path, what: str) -> AppError:
    return AppError(
        "price-list",
        500,
        f"The price list {path.name} {what}. Correct it, or name another in KAZI_PRICE_LIST.",
    )


@lru_cache
def _read_once(path: Path) -> PriceList:
    return read(path)


def price_list() -> PriceList:
    """Return the operator's list."""
    return _read_once(settings().price_list or DEFAULT)


@lru_cache(maxsize=4096)
def _segment_price(path: Path, channel: str, country: str, direction: Direction) -> tuple[int, str]:
    prices = _read_once(path).prices
    price = prices.get((channel, country)) or prices.get((channel, OTHER))
    if price is None:
        raise _wrong(path, f"prices neither [{channel}.{country}] nor [{channel}.{OTHER}]")
    return (price.out_micros if direction == "out" else price.in_micros), price.currency


def segment_price(channel: str, country: str | None, direction: Direction) -> tuple[int, str]:
    """Return (micros, currency) of one segment; None and unnamed countries cost what `other` costs.

    Raises `price-list` (500) when the channel has no price at all.
    """
    return _segment_price(settings().price_list or DEFAULT, channel, country or OTHER, direction)


@lru_cache(maxsize=4096)
def _convert(path: Path, micros: int, source: str, target: str) -> int:
    if source == target:
        return micros
    rates = _read_once(path).rates
    for currency in (source, target):
        if currency not in rates:
            raise _wrong(path, f"has no exchange rate in [rates] for {currency}")
    return int((micros * rates[target] / rates[source]).to_integral_value(ROUND_CEILING))


def convert_micros(micros: int, source: str, target: str) -> int:
    """Return the amount in the target currency's micros, rounded up: a cost is never understated.

    Raises `price-list` (500) when a currency has no rate.
    """
    return _convert(settings().price_list or DEFAULT, micros, source, target)


def dearest_segment(
    channels: Iterable[str], countries: Iterable[str], direction: Direction, currency: str
) -> int:
    """Return the micros, in `currency`, of the dearest segment among the channels and countries.

    A budget is reserved before it is known who will answer, so it is reserved for the dearest.
    """
    wanted = list(countries) or [OTHER]
    prices = [segment_price(channel, country, direction) for channel in channels for country in wanted]
    return max((convert_micros(micros, source, currency) for micros, source in prices), default=0)
