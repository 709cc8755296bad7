"""Reading a reply to a message: names, numbers, corrections and bounds, and what must hold for any text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_to_num import text2num

from app.conversation import parse, words
from app.conversation.parse import Read, Replied, Unclear
from app.tasks.asking import Choice, Question, parted
from tests.conversation import corpus

WATER = corpus.questions("water", "en")[0]
TAGS = corpus.questions("tags", "en")[0]
COWS = Question("number", lowest=Decimal(0), highest=Decimal(200))
TODAY = date(2026, 11, 23)


def values(replied: Replied | Unclear) -> list[str | None] | str:
    return replied.why if isinstance(replied, Unclear) else [answer.value for answer in replied.answers]


def tagged(*numbers: int) -> list[Question]:
    return [Question("choice", WATER.choices, tag=number) for number in numbers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q7 2", ["no", None, None]),
        ("2 q8", [None, "no", None]),
        ("q8 1 q9 2", [None, "yes", "no"]),
        ("Q7: yes, Q9: no", ["yes", None, "no"]),
        ("Q7 121", ["yes", "no", "yes"]),
        ("q8 21", [None, "no", "yes"]),
        ("Q1 1 Q3 2", ["yes", None, "no"]),
        ("Q12 1", "other-question"),
        ("Q7 1 Q7 2", "two-readings"),
        ("1 q7 2", "two-readings"),
        ("2) yes", [None, "yes", None]),
    ],
)
def test_a_reply_names_its_question(text: str, expected: object) -> None:
    assert values(parse.reply(text, tagged(7, 8, 9), "en")) == expected


def test_the_tag_named_is_told() -> None:
    assert parse.reply("Q8 1", tagged(7, 8), "en") == Replied(
        (Read(None, 0.0, "not-answered"), Read("yes", 1.0, "number")), tag=8
    )
    assert parse.reply("Q31 1", tagged(7), "en") == Unclear("other-question", "Q31")
    assert parse.reply("Q31 1", [WATER], "en") == Replied((Read("yes", 1.0, "number"),), tag=31)


@pytest.mark.parametrize(
    "text", ["sorry 2", "samahani 2", "nimekosea ni 2", "no wait 2", "oh sorry 2", "Sorry, 2"]
)
def test_a_reply_that_opens_with_a_correction_says_so(text: str) -> None:
    replied = parse.reply(text, [WATER], "sw")
    assert isinstance(replied, Replied)
    assert (values(replied), replied.corrects) == (["no"], True)


@pytest.mark.parametrize("text", ["2", "1 sorry 2", "2 sorry for the delay", "no it is food"])
def test_a_correction_of_itself_or_none_is_no_correction_of_the_answer_before(text: str) -> None:
    replied = parse.reply(text, [WATER], "sw")
    assert isinstance(replied, Replied)
    assert not replied.corrects


def test_several_corrected_answers_open_with_a_correction_too() -> None:
    replied = parse.reply("sorry 122", [WATER] * 3, "en")
    assert isinstance(replied, Replied)
    assert (values(replied), replied.corrects) == (["yes", "no", "no"], True)


def test_questions_keep_their_numbers_when_others_of_the_message_are_answered() -> None:
    two_and_three = [WATER, WATER]
    assert values(parse.reply("3) yes", two_and_three, "en", numbers=(2, 3))) == [None, "yes"]
    assert values(parse.reply("2 no 3 yes", two_and_three, "en", numbers=(2, 3))) == ["no", "yes"]
    assert values(parse.reply("3) yes", [WATER], "en", numbers=(3,))) == ["yes"]
    assert values(parse.reply("3=2", two_and_three, "en", numbers=(2, 3))) == [None, "no"]


def test_a_message_of_different_questions_is_read_part_by_part() -> None:
    asked = [WATER, COWS, TAGS]
    assert values(parse.reply("1\n45\n1 3", asked, "en")) == ["yes", "45", "water|health"]
    assert values(parse.reply("yes, 45 cows, food", asked, "en")) == ["yes", "45", "food"]
    assert values(parse.reply("1 45 3", asked, "en")) == ["yes", "45", "health"]
    assert values(parse.reply("1", asked, "en")) == ["yes", None, None]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0722123456", "phone"),
        ("my pin is 1234", "pin"),
        ("pin 4321 is my code, 5", "pin"),
        ("more than 5", "inexact"),
        ("2.5", "fraction"),
        ("250", "out-of-range"),
        ("5 or 6", "two-readings"),
        ("please stop 5", "stop-inside"),
        ("", "empty"),
        ("5 wait", "unfinished"),
        ("not 5", "negated"),
        ("5 " * 400, "too-long"),
    ],
)
def test_why_a_number_is_not_read(text: str, why: str) -> None:
    assert parse.reply(text, [COWS], "en") == Unclear(why)  # type: ignore[arg-type]


def test_nought_is_a_number_where_the_bounds_take_it_in_and_else_dont_know() -> None:
    assert values(parse.reply("0", [COWS], "en")) == ["0"]
    assert values(parse.reply("0", [Question("number", lowest=Decimal(1))], "en")) == ["unsure"]
    assert values(parse.reply("0", [TAGS], "en")) == ["unsure"]
    assert values(parse.reply("0", [Question("text")], "en")) == ["unsure"]


def test_numbers_are_written_without_needless_noughts() -> None:
    weight = Question("number", whole=False)
    assert [values(parse.reply(text, [weight], "en")) for text in ("2.50", "1,200", "100.0", "0.5")] == [
        ["2.5"],
        ["1200"],
        ["100"],
        ["0.5"],
    ]


def test_two_ways_to_read_a_number_are_decided_by_the_bounds_alone() -> None:
    def asked(highest: int, *, whole: bool) -> list[Question]:
        return [Question("number", lowest=Decimal(0), highest=Decimal(highest), whole=whole)]

    assert values(parse.reply("1.500", asked(5000, whole=False), "en")) == "two-readings"
    assert values(parse.reply("1.500", asked(5000, whole=True), "en")) == ["1500"]
    assert values(parse.reply("1.500", asked(100, whole=False), "en")) == ["1.5"]
    assert values(parse.reply("elfu kumi na tano", asked(50_000, whole=True), "sw")) == "two-readings"
    assert values(parse.reply("elfu kumi na tano", asked(12_000, whole=True), "sw")) == ["10005"]


def test_a_date_in_words_needs_to_know_the_day() -> None:
    asked = [Question("date")]
    assert values(parse.reply("jana", asked, "sw", today=TODAY)) == ["2026-11-22"]
    assert values(parse.reply("jana", asked, "sw")) == "nothing-known"
    assert values(parse.reply("20 november", asked, "en", today=TODAY)) == ["2026-11-20"]
    assert values(parse.reply("20 november", asked, "en")) == "two-readings"


def test_a_place_no_question_has_is_asked_about() -> None:
    yes_no = Question("choice", (Choice("yes", {"en": "Yes"}), Choice("no", {"en": "No"})))
    assert values(parse.reply("first 1 sixth 2", [yes_no] * 3, "en")) == "two-readings"


def test_a_date_without_a_year_is_told_by_what_may_be_said_or_asked() -> None:
    def read(text: str, earliest: date | None = None, latest: date | None = None) -> str | list[str | None]:
        asked = Question("date", earliest=earliest, latest=latest)
        return values(parse.reply(text, [asked], "en", today=TODAY))

    assert read("3rd of april") == "two-readings"
    assert read("5 december") == ["2026-12-05"]
    assert read("3rd of april", latest=TODAY) == ["2026-04-03"]
    assert read("5 december", latest=TODAY) == ["2025-12-05"]
    assert read("3rd of april", earliest=TODAY) == ["2027-04-03"]
    assert read("3rd of april", earliest=date(2026, 1, 1), latest=date(2026, 12, 31)) == ["2026-04-03"]
    assert read("3rd of april", earliest=date(2010, 1, 1), latest=TODAY) == "two-readings"
    assert read("3rd of september", earliest=date(2010, 1, 1), latest=TODAY) == ["2026-09-03"]


def test_yesterday_and_tomorrow_of_one_word_are_told_by_the_bounds() -> None:
    past = [Question("date", latest=TODAY)]
    assert values(parse.reply("kal", past, "hi", today=TODAY)) == ["2026-11-22"]
    assert values(parse.reply("kal", [Question("date")], "hi", today=TODAY)) == "two-readings"


def test_a_text_is_kept_as_it_was_written() -> None:
    asked = [Question("text", shortest=5, longest=30, script="Latn")]
    assert values(parse.reply("  Maji  YAMEKWISHA, leo! ", asked, "sw")) == ["Maji  YAMEKWISHA, leo!"]
    assert values(parse.reply("Q7 Maji yamekwisha", asked, "sw")) == ["Maji yamekwisha"]
    assert values(parse.reply("maji", asked, "sw")) == "too-short"
    assert values(parse.reply("maji " * 20, asked, "sw")) == "too-long"
    assert (
        values(parse.reply("\u092a\u093e\u0928\u0940 \u0928\u0939\u0940\u0902", asked, "hi"))
        == "wrong-script"
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("number", range(101))
def test_number_words_are_those_of_the_library_where_it_has_the_language(language: str, number: int) -> None:
    table = words.BY_CODE[language].numbers
    spelled = [phrase for phrase, meant in table.items() if meant == number and " " not in phrase]
    library = {phrase: _known_to_library(phrase, language) for phrase in spelled}
    assert all(meant in {number, None} for meant in library.values()), library


def _known_to_library(phrase: str, language: str) -> int | None:
    try:
        return int(text2num(phrase, language))
    except ValueError:
        return None


@pytest.mark.parametrize("language", corpus.LANGUAGES)
def test_every_language_has_words_for_the_numbers_to_a_hundred(language: str) -> None:
    assert set(range(101)) <= set(words.BY_CODE[language].numbers.values())


@pytest.mark.parametrize("language", corpus.LANGUAGES)
def test_every_number_word_is_read_as_its_number(language: str) -> None:
    asked = [Question("number", lowest=Decimal(0), highest=Decimal(10**6))]
    for phrase, number in words.BY_CODE[language].numbers.items():
        assert (phrase, values(parse.reply(phrase, asked, language))) == (phrase, [str(number)])


KNOWN = sorted(
    {phrase for table in words.BY_CODE.values() for phrase in table.small_talk | table.yes | table.no}
)
messy = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.one_of(st.sampled_from(KNOWN), st.integers(-5, 10**11).map(str), st.text(max_size=4)), max_size=12
    ).map(" ".join),
)
SHAPES = ("water", "water3", "topics3", "tags", "cows", "litres", "scale", "date", "text", "note")


@settings(max_examples=300)
@given(messy, st.sampled_from(SHAPES), st.sampled_from(corpus.LANGUAGES))
def test_any_text_gives_an_answer_a_question_allows_or_a_doubt(text: str, shape: str, language: str) -> None:
    asked = corpus.questions(shape, language)
    replied = parse.reply(text, asked, language, today=TODAY)
    if isinstance(replied, Unclear):
        return
    assert len(replied.answers) == len(asked)
    assert any(answer.value is not None for answer in replied.answers)
    for answer, question in zip(replied.answers, asked, strict=True):
        assert is_allowed(answer, question)


def is_allowed(answer: Read, question: Question) -> bool:
    value = answer.value
    if value is None or value == "unsure":
        return True
    if question.type == "choice":
        return value in {choice.value for choice in question.choices}
    if question.type == "tags":
        return set(parted(value)) <= {choice.value for choice in question.choices}
    if question.type in {"number", "scale"}:
        assert question.lowest is not None
        assert question.highest is not None
        return question.lowest <= Decimal(value) <= question.highest
    if question.type == "date":
        assert question.earliest is not None
        assert question.latest is not None
        return question.earliest <= date.fromisoformat(value) <= question.latest
    return question.shortest <= len(value) <= (question.longest or 10**6)


@settings(max_examples=200)
@given(st.text(max_size=40), st.sampled_from(SHAPES), st.sampled_from(corpus.LANGUAGES))
def test_stop_in_a_text_is_never_an_answer(text: str, shape: str, language: str) -> None:
    asked = corpus.questions(shape, language)
    for reply in (f"{text} stop", f"stop {text}", f"1 stop {text}", f"{text} unsubscribe 1"):
        assert isinstance(parse.reply(reply, asked, language, today=TODAY), Unclear)


@given(
    st.integers(10**3, 10**6 - 1),
    st.sampled_from(SHAPES),
    st.sampled_from(["my pin is {}", "PIN {} 1", "1 pin: {}"]),
)
def test_a_pin_is_never_an_answer(pin: int, shape: str, form: str) -> None:
    asked = corpus.questions(shape, "en")
    assert parse.reply(form.format(pin), asked, "en", today=TODAY) == Unclear("pin")


@given(
    st.lists(st.integers(0, 2), min_size=2, max_size=6), st.sampled_from(["", " ", ", ", "\n", " - ", "."])
)
def test_digits_answer_in_order_however_they_are_parted(numbers: list[int], joint: str) -> None:
    read = parse.reply(joint.join(map(str, numbers)), [WATER] * len(numbers), "en")
    assert values(read) == [("unsure", "yes", "no")[number] for number in numbers]


@given(st.lists(st.integers(1, 2), min_size=2, max_size=5), st.sampled_from(["{}={}", "{}) {}", "{}: {}"]))
def test_digits_that_number_their_questions_go_where_they_say(numbers: list[int], form: str) -> None:
    said = ", ".join(
        form.format(place, number) for place, number in reversed(list(enumerate(numbers, start=1)))
    )
    assert values(parse.reply(said, [WATER] * len(numbers), "en")) == [("yes", "no")[n - 1] for n in numbers]


@given(st.lists(st.integers(1, 2), min_size=3, max_size=9).filter(lambda numbers: len(numbers) != 4))
def test_more_answers_than_questions_are_none(numbers: list[int]) -> None:
    assert parse.reply(" ".join(map(str, numbers)), [WATER] * 2, "en") == Unclear("too-many")


def test_labels_that_two_choices_share_are_no_answer_in_a_list_either() -> None:
    shared = [Question("choice", (Choice("a1", {"en": "Bora"}), Choice("b1", {"sw": "Bora"})))] * 2
    assert isinstance(parse.reply("bora bora", shared, "lg"), Unclear)
