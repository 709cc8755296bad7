"""Segments against two libraries that share no code with ours: smsutil counts, gsm0338 encodes."""

import gsm0338
import pytest
import smsutil
from hypothesis import example, given
from hypothesis import strategies as st

from app.channels import segments
from app.gsm7 import ALPHABET

_CODEC = gsm0338.Codec()

gsm_text = st.text(alphabet=sorted(ALPHABET), max_size=700)
any_text = st.text(
    alphabet=st.one_of(
        # Both libraries take the bare escape for a character; to a phone it is none.
        st.characters(exclude_categories=["Cs"], exclude_characters="\x1b"),
        st.sampled_from(sorted(ALPHABET)),
        st.sampled_from("\u2019\u201c\u2026\u00a0\u00e7\u014b\u1ecd\u0915\u093c\U0001f600"),
    ),
    min_size=1,
    max_size=400,
)


def encodable(character: str) -> bool:
    try:
        _CODEC.encode(character)
    except UnicodeEncodeError:
        return False
    return True


def test_the_alphabet_is_the_codecs() -> None:
    basic_plane = {chr(point) for point in range(0x10000) if not 0xD800 <= point <= 0xDFFF}
    codec = {character for character in basic_plane if encodable(character)} - {"\x1b"}
    assert codec == ALPHABET


@given(gsm_text)
@example("{" * 80)
@example("{" * 81)
@example("a" * 160)
@example("a" * 161)
@example("a" * 152 + "{" + "a" * 10)
@example("a" * 152 + "{" * 77)
def test_gsm_units_and_segments_agree_with_both_libraries(text: str) -> None:
    counted = segments.count(text)
    assert counted.encoding == "GSM-7"
    assert counted.offending == ()
    assert counted.units == len(_CODEC.encode(text)[0])
    assert counted.segments == len(smsutil.split(text).parts)


@given(any_text)
@example("\U0001f600" * 35)
@example("\U0001f600" * 36)
@example("\u0915" * 66 + "\U0001f600" * 10)
@example("\u0915" * 70)
@example("\u0915" * 71)
def test_any_text_agrees_with_smsutil(text: str) -> None:
    counted = segments.count(text)
    theirs = smsutil.split(text)
    assert counted.segments == len(theirs.parts)
    assert counted.encoding == {"gsm0338": "GSM-7", "utf_16_be": "UCS-2"}[theirs.encoding]
    if counted.encoding == "UCS-2":
        assert counted.units == len(text.encode("utf-16-be")) // 2
        assert counted.offending == tuple(dict.fromkeys(c for c in text if not encodable(c)))


def test_an_empty_text_is_one_empty_segment() -> None:
    assert segments.count("") == segments.Segments("GSM-7", 0, 1, ())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("\u201cIt\u2019s dry\u201d \u2013 really\u2026", '"It\'s dry" - really...'),
        ("KES\u00a02\u202f000\t`x`", "KES 2 000 'x'"),
        ("gar\u00e7on, \u00c7a, \u00eatre, na\u00efve, \u0153uf", "garcon, \u00c7a, etre, naive, oeuf"),
        ("e\u0301cole", "\u00e9cole"),
        ("\u014bamba \u014aora", "ng'amba Ng'ora"),
        ("\u1eb9\u0301k\u1ecd\u0301 \u0253ar\u0199a", "eko barka"),
        ("2\u00bd kg, \u00bd m\u00b2, 30\u00b0C", "2 1/2 kg, 1/2 m^2, 30degC"),
        ("\uff11\uff12 \ufb01sh", "12 fish"),
        ("a\u200bb\x00c", "abc"),
        ("\u2022 one \u2022 two", "- one - two"),
        ("\u0930\u093e\u092e\u0958", "\u0930\u093e\u092e\u0958"),
        ("\U0001f44d ok", "\U0001f44d ok"),
        ("\u03ac\u0391", "\u03ac\u0391"),
        ("5\u2074", "5\u2074"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert segments.fold(text) == folded


@given(any_text)
def test_folding_never_adds_offenders_and_is_settled_at_once(text: str) -> None:
    folded = segments.fold(text)
    assert segments.fold(folded) == folded
    assert set(segments.count(folded).offending) <= set(segments.count(text).offending)


@given(gsm_text)
def test_what_is_gsm_already_stays(text: str) -> None:
    assert segments.fold(text) == text
