"""How things are written on the screens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import ids
from app.channels.models import IN_STATUSES, OUT_STATUSES
from app.console import words
from app.payments.models import PAYOUT_STATES
from app.tasks.models import PROJECT_STATES


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("120", "KES", 12000),
        ("120.5", "KES", 12050),
        ("KES 1,200.50", "KES", 120050),
        ("kes120", "KES", 12000),
        ("1500", "UGX", 1500),
        ("1500.0", "UGX", None),
        ("12.345", "KES", None),
        ("12.", "KES", None),
        (".5", "KES", None),
        ("-1", "KES", None),
        ("²", "KES", None),
        ("", "KES", None),
    ],
)
def test_an_amount_is_read_as_it_is_typed_or_not_at_all(typed: str, currency: str, minor: int | None) -> None:
    assert words.typed_amount(typed, currency) == minor


@given(st.integers(min_value=1, max_value=10**9), st.sampled_from(["KES", "UGX", "USD"]))
def test_what_the_page_asks_to_type_is_the_amount(minor: int, currency: str) -> None:
    assert words.typed_amount(words.plain_amount(minor, currency), currency) == minor


def test_a_worker_is_found_by_the_name_staff_see() -> None:
    worker_id = ids.new()
    digits = words.name_digits(words.worker_name(worker_id))
    assert digits is not None
    assert worker_id.hex.endswith(digits)
    assert words.name_digits(ids.show("wkr", worker_id)) == digits


@pytest.mark.parametrize("asked", ["", "wkr_", "wkr_short", "wkr_!!!!!!!!", "%", "wkr_uuuuuuu%"])
def test_what_is_no_pseudonym_finds_nobody(asked: str) -> None:
    assert words.name_digits(asked) is None


@pytest.mark.parametrize(
    ("micros", "currency", "written"),
    [
        (260_000, "USD", "USD 0.26"),
        (7_500, "USD", "USD 0.0075"),
        (122_048_000, "USD", "USD 122.05"),
        (35_000_000, "UGX", "UGX 35"),
        (2_000_000, "KES", "KES 2"),
        (0, "USD", "USD 0.00"),
        (100, "USD", "USD 0.0001"),
    ],
)
def test_prices_show_as_many_digits_as_say_something(micros: int, currency: str, written: str) -> None:
    assert words.micros(micros, currency) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (7200, "2 h"), (90000, "1 d"), (-3, "0 s")],
)
def test_lengths_of_time_are_in_their_largest_unit(seconds: float, written: str) -> None:
    assert words.duration(seconds) == written


def test_each_state_has_a_look() -> None:

    looks = {words.look(state) for state in (*IN_STATUSES, *OUT_STATUSES, *PAYOUT_STATES, *PROJECT_STATES)}
    assert looks == {"good", "busy", "wait", "bad", "plain"}


def test_codes_are_said_in_words_and_unknown_ones_kept() -> None:
    assert words.fault("30003") == "the phone is off or out of reach (code 30003)"
    assert words.fault("4711") == "code 4711 of the provider"
    assert (words.language("sw"), words.language("fr"), words.language("qqx")) == (
        "Kiswahili",
        "French",
        "qqx",
    )
    assert (words.country("KE"), words.country("QQ")) == ("Kenya", "QQ")
    assert words.deed("worker.signed-in") == "worker signed in"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("majority", "majority"),
        ("review", "a person decided"),
        ("model+unreviewed", "majority, weighed by trust, nobody looked in time"),
        ("new-one", "new-one"),
    ],
)
def test_how_a_result_came_about(name: str, said: str) -> None:
    assert words.method(name) == said
