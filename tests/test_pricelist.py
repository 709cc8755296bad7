"""The operator's price list: exact, complete for the channels we have, and its faults named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import pricelist
from app.errors import AppError
from app.pricelist import Direction
from app.settings import settings

GOOD = """
[rates]
USD = 1
KES = 129
[twilio_sms.KE]
currency = "KES"
out = 0.80
in = 0
[twilio_sms.other]
currency = "USD"
out = 0.0000001
in = 0.1
"""


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "prices.toml"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("KAZI_PRICE_LIST", str(path))
    settings.cache_clear()
    yield path
    settings.cache_clear()


@pytest.mark.parametrize("channel", ["twilio_sms", "twilio_whatsapp"])
@pytest.mark.parametrize("country", ["KE", "UG", "TZ", "RW", "HT", None])
@pytest.mark.parametrize("direction", ["out", "in"])
def test_the_list_we_ship_prices_every_channel_everywhere(
    channel: str, country: str | None, direction: Direction
) -> None:
    settings.cache_clear()
    micros, currency = pricelist.segment_price(channel, country, direction)
    assert micros > 0
    for target in ("KES", "UGX", "TZS", "RWF"):
        assert pricelist.convert_micros(micros, currency, target) > micros


def test_prices_are_exact_and_rounded_up(listed: Path) -> None:
    assert pricelist.segment_price("twilio_sms", "KE", "out") == (800_000, "KES")
    assert pricelist.segment_price("twilio_sms", "KE", "in") == (0, "KES")
    assert pricelist.segment_price("twilio_sms", "UG", "out") == (1, "USD")
    assert pricelist.segment_price("twilio_sms", None, "in") == (100_000, "USD")


def test_conversion_never_understates(listed: Path) -> None:
    assert pricelist.convert_micros(100_000, "USD", "KES") == 12_900_000
    assert pricelist.convert_micros(1, "KES", "USD") == 1
    assert pricelist.convert_micros(7, "KES", "KES") == 7


def test_the_dearest_of_all_who_may_answer(listed: Path) -> None:
    assert pricelist.dearest_segment(["twilio_sms"], ["KE", "UG"], "in", "KES") == 12_900_000
    assert pricelist.dearest_segment(["twilio_sms"], ["KE"], "out", "KES") == 800_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[rates", "cannot be read"),
        ("twilio_sms = 1", "at twilio_sms where a table belongs"),
        ("[rates]\nUSD = 0", "rates.USD"),
        ("[rates]\nUSD = true", "rates.USD"),
        ('[twilio_sms.KE]\ncurrency = "KES"\nout = 1\nin = 1', "no exchange rate"),
        ('[rates]\nKES = 1\n[twilio_sms.KE]\ncurrency = "KES"\nout = -1\nin = 1', "twilio_sms.KE.out"),
        ('[rates]\nKES = 1\n[twilio_sms.KE]\ncurrency = "KES"\nout = 1', "twilio_sms.KE.in"),
        ('[rates]\nKES = 1\n[twilio_sms.KE]\ncurrency = "KES"\nout = nan\nin = 1', "twilio_sms.KE.out"),
    ],
)
def test_a_faulty_list_is_refused_by_the_entry_at_fault(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AppError, match=said) as refused:
        pricelist.read(path)
    assert "prices.toml" in refused.value.message
    assert str(tmp_path) not in refused.value.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"none\.toml"):
        pricelist.read(tmp_path / "none.toml")


def test_what_is_not_priced_is_refused(listed: Path) -> None:
    with pytest.raises(AppError, match="carrier_pigeon"):
        pricelist.segment_price("carrier_pigeon", "KE", "out")
    with pytest.raises(AppError, match="no exchange rate"):
        pricelist.convert_micros(1, "USD", "EUR")
