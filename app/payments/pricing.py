"""What a place costs, and a job of many. Pure: prices come in as numbers, read from the list elsewhere.

Owns the rounding: every part of a cost is rounded up to a whole minor unit on its own, so that the sum
reserved always covers the sum charged.
"""

from dataclasses import dataclass

from app.payments.money import Money, ceil_div, micros_to_minor


@dataclass(frozen=True)
class PlaceCost:
    """What one place is reserved at, in minor units: the worker's pay, the operator's fee, the messages."""

    pay_minor: int
    fee_minor: int
    airtime_minor: int
    currency: str

    @property
    def total_minor(self) -> int:
        """What the client's credit must hold for one place."""
        return self.pay_minor + self.fee_minor + self.airtime_minor


@dataclass(frozen=True)
class Quote:
    """What a job costs at most, by part, in minor units of one currency.

    `gold_places` are those of tasks whose truth is known, beside the `places`; `lesson_messages` cost airtime alone.
    """

    tasks: int
    places: int
    pay_minor: int
    fee_minor: int
    airtime_minor: int
    currency: str
    gold_places: int = 0
    lesson_messages: int = 0

    @property
    def total_minor(self) -> int:
        """What is reserved at launch."""
        return self.pay_minor + self.fee_minor + self.airtime_minor


def airtime_minor(
    *,
    segments_out: int,
    segments_in: int,
    out_micros: int,
    in_micros: int,
    currency: str,
    reserve_percent: int = 100,
) -> int:
    """Return what the messages of one place cost, in minor units, rounded up.

    The receipt of an answer travels with the next question, so a place takes one message out and one in.
    `reserve_percent` (150: half as much again) leaves room for reminders, clarifying questions and lapsed
    offers.
    """
    micros = segments_out * out_micros + segments_in * in_micros
    return micros_to_minor(ceil_div(micros * reserve_percent, 100), currency)


def place_cost(*, pay_minor: int, currency: str, fee_percent: int, airtime_minor: int) -> PlaceCost:
    """Return the cost of one place; the fee is a share of the pay, rounded up."""
    fee = Money(pay_minor, currency).percent_up(fee_percent)
    return PlaceCost(pay_minor, fee.minor, airtime_minor, currency)


def with_checks(cost: PlaceCost, check: PlaceCost, *, texts: int, checks: int) -> PlaceCost:
    """Return the cost of a place that takes up to so many texts, of which one is paid, and so many checks, all paid."""
    return PlaceCost(
        pay_minor=cost.pay_minor + checks * check.pay_minor,
        fee_minor=cost.fee_minor + checks * check.fee_minor,
        airtime_minor=texts * cost.airtime_minor + checks * check.airtime_minor,
        currency=cost.currency,
    )


def times(cost: PlaceCost, count: int) -> PlaceCost:
    """Return the cost of a place that takes `count` questions, each with its pay, fee and messages."""
    return PlaceCost(
        cost.pay_minor * count, cost.fee_minor * count, cost.airtime_minor * count, cost.currency
    )


def quote(
    *, tasks: int, answers_wanted: int, cost: PlaceCost, gold_places: int = 0, lesson_messages: int = 0
) -> Quote:
    """Return what `tasks` tasks of `answers_wanted` places each cost at most, with the gold and lessons beside them."""
    places = tasks * answers_wanted
    paid = places + gold_places
    return Quote(
        tasks=tasks,
        places=places,
        pay_minor=paid * cost.pay_minor,
        fee_minor=paid * cost.fee_minor,
        airtime_minor=(paid + lesson_messages) * cost.airtime_minor,
        currency=cost.currency,
        gold_places=gold_places,
        lesson_messages=lesson_messages,
    )
