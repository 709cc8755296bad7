"""Money: whole minor units, one currency at a time, and rounding that only ever goes the safe way."""

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.payments.money import EXPONENTS, Money, ceil_div, floor_to, micros_to_minor, minor_in_major

amounts = st.integers(-(10**12), 10**12)


@given(amounts, amounts, st.sampled_from(sorted(EXPONENTS)))
def test_sums_and_differences_undo_each_other(a: int, b: int, currency: str) -> None:
    assert Money(a, currency) + Money(b, currency) - Money(b, currency) == Money(a, currency)
    assert -Money(a, currency) + Money(a, currency) == Money(0, currency)


def test_two_currencies_never_meet() -> None:
    for meet in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__):
        with pytest.raises(ValueError, match="KES and UGX"):
            meet(Money(1, "KES"), Money(1, "UGX"))
    assert Money(1, "KES") != Money(1, "UGX")


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_only_whole_numbers_are_money(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "KES")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(1, "KES") * amount  # type: ignore[operator]


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(AppError) as refused:
        Money(1, "XXX")
    assert "'XXX'" in refused.value.message


@given(st.integers(0, 10**12), st.integers(0, 300))
def test_a_share_is_rounded_up_by_less_than_one(amount: int, percent: int) -> None:
    share = Money(amount, "KES").percent_up(percent).minor
    assert 0 <= share * 100 - amount * percent < 100


@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_what_a_rail_can_pay_and_what_remains(amount: int, quantum: int) -> None:
    payable = floor_to(amount, quantum)
    assert payable % quantum == 0
    assert 0 <= amount - payable < quantum
    assert ceil_div(amount, quantum) * quantum >= amount


@pytest.mark.parametrize(
    ("micros", "currency", "minor"),
    [
        (1_000_000, "KES", 100),
        (1, "KES", 1),
        (10_001, "KES", 2),
        (1_000_000, "UGX", 1),
        (1_000_001, "UGX", 2),
    ],
)
def test_micros_become_minor_units_rounded_up(micros: int, currency: str, minor: int) -> None:
    assert micros_to_minor(micros, currency) == minor


def test_shillings_of_two_countries_differ_in_their_cents() -> None:
    assert (minor_in_major("KES"), minor_in_major("UGX")) == (100, 1)


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_every_currency_has_the_decimals_that_are_published_for_it(currency: str) -> None:
    assert EXPONENTS[currency] == get_currency_precision(currency)
    assert minor_in_major(currency) == 10 ** get_currency_precision(currency)


def test_amounts_are_compared_and_multiplied_exactly() -> None:
    one, two = Money(1, "KES"), Money(2, "KES")
    assert (one < two, two < one, one < Money(1, "KES")) == (True, False, False)
    assert (one <= two, two <= one, one <= Money(1, "KES")) == (True, False, True)
    assert (two * 3, two * 0) == (Money(6, "KES"), Money(0, "KES"))
    assert Money(1_234, "KES").floor_to(100) == Money(1_200, "KES")
    assert (ceil_div(7, 2), ceil_div(8, 2), ceil_div(0, 5)) == (4, 4, 0)


@pytest.mark.parametrize("quantum", [0, -1])
def test_a_step_of_nothing_is_none(quantum: int) -> None:
    with pytest.raises(ValueError, match="a quantum is a positive number"):
        floor_to(100, quantum)
    assert floor_to(100, 1) == 100
