"""Splitting texts: sentences where people see them, parts that fit, and nothing lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tasks.documents.splitting import BYS, By, between, split


def always(_part: str) -> bool:
    return True


def parts(text: str, by: By = "sentence") -> list[str]:
    return [text[span.start : span.end] for span in split(text, by, always)]


SENTENCES = [
    ["The pump is broken.", "We walk to the river!", "Who will come?"],
    ["Dr. Okello met Mrs. Achieng at 3.30 p.m. near the well.", "They talked."],
    ["It cost KES 1.500,50 or 3.5 dollars.", "Too much."],
    ["See kazi.org/help for more.", "Call No. 5 first."],
    ["J. B. Mwangi signed it.", "So did the U.N. agency."],
    ['He said: "The water is bad."', "She left."],
    ['"Is it dry?" he asked.', "Nobody knew..."],
    ["Wait... we are coming.", "Now."],
    ["We bought beans, maize, etc. from the market.", "It rained."],
    ["Bw. Juma na Bi. Asha walifika saa 4.30.", "Maji yalikuwa machafu."],
    ["Tulinunua mahindi, maharage, n.k. kutoka sokoni.", "Mvua ilinyesha."],
    ["पंप टूट गया है।", "हम नदी से पानी लाते हैं।", "कौन आएगा?"],
    ["डॉ. शर्मा कल आए।", "उन्होंने 3.5 लीटर पानी मापा।"],
    ["ፓምፑ ተሰብሯል።", "ውሃ ከወንዝ እናመጣለን፡፡", "ማን ይመጣል፧"],
    ["المضخة مكسورة.", "من سيأتي؟", "لا أحد!"],
    ["M. Dupont est venu à 15.30 h.", "Il a parlé avec Mme. Diallo."],
    ["(It was raining.)", "The road was closed."],
    ["What?!", "Yes."],
    ["They said no.", "We saw the sun.", "It cost Ksh. 200 on Sat. 12 May, see fig. 3."],
    ["He is 5 km. away, approx. Two hours.", "The rev. left.", "So did Rev. Otieno."],
]


@pytest.mark.parametrize("wanted", SENTENCES, ids=lambda wanted: wanted[0][:30])
def test_sentences_end_where_people_see_them_end(wanted: list[str]) -> None:
    assert parts(" ".join(wanted)) == wanted


def test_marks_of_other_scripts_need_no_space_behind_them() -> None:
    assert parts("ፓምፑ ተሰብሯል።ማን ይመጣል፧") == ["ፓምፑ ተሰብሯል።", "ማን ይመጣል፧"]
    assert parts("पंप टूट गया।हम आए॥") == ["पंप टूट गया।", "हम आए॥"]


def test_a_blank_line_and_a_point_of_a_list_begin_a_new_sentence() -> None:
    text = (
        "Water report\n\nThe pump of the\nvillage is dry.\n- It broke\n- Nobody came\n"
        "1. First we called.\n2. Then we waited."
    )
    assert parts(text) == [
        "Water report",
        "The pump of the\nvillage is dry.",
        "- It broke",
        "- Nobody came",
        "1. First we called.",
        "2. Then we waited.",
    ]


def test_lines_and_paragraphs() -> None:
    text = "  One line. Two.\n\n\nNext\nto it \r\n"
    assert parts(text, "line") == ["One line. Two.", "Next", "to it"]
    assert parts(text, "paragraph") == ["One line. Two.", "Next\nto it"]


def test_a_long_sentence_is_cut_behind_a_comma_first_and_then_between_words() -> None:
    text = "The pump of the village, which is old, broke down yesterday in the night and nobody came."
    spans = split(text, "sentence", lambda part: len(part) <= 40)
    assert [text[span.start : span.end] for span in spans] == [
        "The pump of the village, which is old,",
        "broke down yesterday in the night and",
        "nobody came.",
    ]


def test_a_long_paragraph_is_cut_at_its_sentences() -> None:
    text = "The pump broke. We called the office. Nobody came, and so we walked to the river every day."
    spans = split(text, "paragraph", lambda part: len(part) <= 45)
    assert [text[span.start : span.end] for span in spans] == [
        "The pump broke.",
        "We called the office.",
        "Nobody came,",
        "and so we walked to the river every day.",
    ]


def test_segments_are_as_long_as_fit() -> None:
    text = "one two three four five six seven"
    spans = split(text, "segment", lambda part: len(part) <= 13)
    assert [text[span.start : span.end] for span in spans] == ["one two three", "four five six", "seven"]


def test_a_word_too_long_is_cut_and_never_within_what_people_see_as_one_character() -> None:
    text = "कि" * 10
    spans = split(text, "segment", lambda part: len(part) <= 5)
    assert [span.end - span.start for span in spans] == [4, 4, 4, 4, 4]
    assert (
        split("abcdef", "segment", lambda part: len(part) <= 0)[0].end == 1
    )  # what never fits still moves on


WRITTEN = st.text(
    st.one_of(
        st.sampled_from(" \n\t.,!?\"'():;-।॥።፡፣؟،…\u200d\r\u00a0"),
        st.sampled_from("abcXYZ019 कखगािं ፓምፑተሰብሯ المضخةéŋ"),
        st.characters(codec="utf-8"),
    ),
    max_size=300,
)


@given(WRITTEN, st.sampled_from(BYS), st.integers(1, 40))
def test_parts_and_what_stands_between_them_are_the_whole_text(text: str, by: By, most: int) -> None:
    spans = split(text, by, lambda part: len(part) <= most)
    gaps = between(text, spans)
    assert len(gaps) == len(spans) + 1
    assert all(not gap.strip() for gap in gaps)  # nothing is lost
    rebuilt = (
        "".join(gap + text[span.start : span.end] for gap, span in zip(gaps, spans, strict=False)) + gaps[-1]
    )
    assert rebuilt.encode() == text.encode()
    assert all(span.start < span.end for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for span in spans:
        part = text[span.start : span.end]
        assert part == part.strip()
        assert len(part) <= most or not any(map(str.isspace, part))
