import pytest
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st

from app import texts
from app.errors import AppError
from app.gsm7 import ALPHABET
from app.texts.money import EXPONENTS

# Where Unicode's table follows practice (no cents seen in shops) and not ISO 4217, which we and payment
# providers follow.
PRACTICE_DIFFERS = {"CDF", "IDR", "MGA", "PKR", "SLE", "SOS", "TZS"}


@pytest.mark.parametrize(
    ("amount_minor", "currency", "written"),
    [
        (200, "KES", "KES 2"),
        (250, "KES", "KES 2.50"),
        (5, "KES", "KES 0.05"),
        (0, "KES", "KES 0"),
        (100, "UGX", "UGX 100"),
        (1500, "UGX", "UGX 1,500"),
        (123456789, "TZS", "TZS 1,234,567.89"),
        (-250, "KES", "KES -2.50"),
        (10, "RWF", "RWF 10"),
    ],
)
def test_money(amount_minor: int, currency: str, written: str) -> None:
    assert texts.money(amount_minor, currency) == written


@given(st.integers(), st.sampled_from(sorted(EXPONENTS)))
def test_money_keeps_every_unit_and_stays_in_gsm7(amount_minor: int, currency: str) -> None:
    written = texts.money(amount_minor, currency)
    assert ALPHABET.issuperset(written)
    code, number = written.split(" ")
    whole, _, fraction = number.replace(",", "").partition(".")
    digits = fraction or "0" * EXPONENTS[currency]
    assert (code, int(whole + digits)) == (currency, amount_minor)


def test_exponents_agree_with_unicodes_table_where_it_follows_iso_4217() -> None:
    assert set(EXPONENTS) <= list_currencies()
    differing = {code for code, digits in EXPONENTS.items() if digits != get_currency_precision(code)}
    assert differing <= PRACTICE_DIFFERS


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(AppError, match="XYZ"):
        texts.money(1, "XYZ")


def test_question_as_a_worker_reads_it() -> None:
    assert (
        texts.question(
            language="en",
            template_text="Is this about WATER? \u201cBomba limevunjika\u201d",
            labels=["Yes", "No"],
            pay="KES 2",
        )
        == 'Is this about WATER? "Bomba limevunjika" 1 Yes 2 No 0 Don\'t know. KES 2'
    )


def test_question_with_tag_and_prefix_and_without_pay() -> None:
    assert (
        texts.question(
            language="sw",
            template_text="Kuhusu MAJI?",
            labels=["Ndiyo", "Hapana"],
            pay=None,
            tag="Q7",
            prefix="Sahihi!",
        )
        == "Sahihi! Q7: Kuhusu MAJI? 1 Ndiyo 2 Hapana 0 Sijui"
    )


def test_menu_follows_the_order_given() -> None:
    assert texts.menu(["lg", "en"]) == "1 Luganda 2 English"
