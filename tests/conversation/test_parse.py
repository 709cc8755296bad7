"""Commands, menus, reserved words, and what must hold for any text at all."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation import parse, words
from app.conversation.parse import Answered, Choice, Command, Unclear
from app.conversation.words.table import Words
from app.texts import reserved
from app.texts.reserved import COMMANDS, CommandName

YES_NO = (
    Choice("yes", {"en": "Yes", "sw": "Ndiyo", "lg": "Yee"}),
    Choice("no", {"en": "No", "sw": "Hapana", "lg": "Nedda"}),
)

COMMAND_TEXTS = """
STOP = STOP
stop. = STOP
 Stop!!! = STOP
Stop please = STOP
tafadhali acha = STOP
STOP STOP STOP = STOP
stop all = STOP
STOPALL = STOP
opt-out = STOP
Opt out = STOP
unsubscribe = STOP
END = STOP
quit = STOP
cancel = STOP
Revoke = STOP
ACHA = STOP
Sitisha = STOP
koma = STOP
Lekeraawo = STOP
START = START
unstop = START
anza = START
Tandika = START
help = HELP
INFO = HELP
Help me please = HELP
Msaada = HELP
nisaidie tafadhali = HELP
obuyambi = HELP
skip = SKIP
Ruka = SKIP
buuka = SKIP
More = MORE
more work please = MORE
zaidi = MORE
Endelea = MORE
bungi = MORE
BAL = BAL
balance = BAL
Salio langu = BAL
Pay = PAY
pay me = PAY
lipa = PAY
Nsasula = PAY
why? = WHY
kwa nini? = WHY
lwaki = WHY
appeal = APPEAL
undo = UNDO
Lang = LANG
lugha = LANG
olulimi = LANG
LANG sw = LANG SW
lugha kiswahili = LANG KISWAHILI
JOIN = JOIN
join maji7 = JOIN MAJI7
JOIN: MAJI-7 = JOIN MAJI7
Join maji7 please = JOIN MAJI7
join code maji7 = JOIN MAJI7
Jiunge maji7 = JOIN MAJI7
wegatte maji7 = JOIN MAJI7
JOIN maji7 Asha = JOIN MAJI7 Asha
Join maji7 Asha O'Neil = JOIN MAJI7 Asha O'Neil
"""

NO_COMMANDS = """
please stop sending
stop it now you people
don't stop
stpo
sto
helpp
hlp
payy
1
yes
YES
ndiyo
no
1 stop
stop 1
help 1
pay 500
I want to join
join us for prayers in the church on Sunday
start again with me
the end
more water
thanks
"""


def shown(command: Command | None) -> str | None:
    return None if command is None else f"{command.name} {command.argument}".strip()


@pytest.mark.parametrize("line", [line for line in COMMAND_TEXTS.splitlines() if line])
def test_a_command(line: str) -> None:
    text, meant = line.rsplit(" = ", 1)
    assert shown(parse.command(text)) == meant


@pytest.mark.parametrize("text", [line for line in NO_COMMANDS.splitlines() if line])
def test_what_is_no_command(text: str) -> None:
    assert parse.command(text) is None


@pytest.mark.parametrize(
    ("name", "phrase"), [(n, phrase) for n, of in COMMANDS.items() for phrase in sorted(of)]
)
def test_every_command_word_is_one_command_and_never_an_answer(name: CommandName, phrase: str) -> None:
    assert parse.command(phrase.upper()) == Command(name)
    assert isinstance(parse.answer(phrase, YES_NO, "en"), Unclear)
    assert sum(phrase in of for of in COMMANDS.values()) == 1


@given(st.text(), st.sampled_from(sorted(COMMANDS["STOP"])), st.text())
def test_stop_among_other_words_is_never_an_answer(before: str, stop: str, after: str) -> None:
    assert isinstance(parse.answer(f"{before} {stop} {after}", YES_NO, "en"), Unclear)


def test_reserved_words_hold_commands_and_dont_know_but_not_yes() -> None:
    reserved = parse.reserved_words()
    assert {"stop", "acha", "lekeraawo", "pay", "0", "dont know", "sijui", "simanyi"} <= reserved
    assert reserved.isdisjoint({"yes", "no", "ndiyo", "hapana", "1", "2"})


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1", 1),
        (" 2. ", 2),
        ("two", 2),
        ("tatu", 3),
        ("b", 2),
        ("number 3 please", 3),
        ("0", None),
        ("4", None),
        ("1 or 2", None),
        ("yes", None),
        ("hello", None),
        ("", None),
    ],
)
def test_a_line_of_a_menu_of_three(text: str, picked: int | None) -> None:
    assert parse.option(text, 3) == picked


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1", 1),
        ("yes", 1),
        ("Yes I agree", 1),
        ("I agree", 1),
        ("ok", 1),
        ("ndiyo", 1),
        ("Nakubali", 1),
        ("sawa", 1),
        ("nzikiriza", 1),
        ("yee", 1),
        ("1 yes", 1),
        ("2", 2),
        ("no", 2),
        ("no thanks", 2),
        ("hapana", 2),
        ("sikubali", 2),
        ("nedda", 2),
        ("ngaanye", 2),
        ("i do not agree", 2),
        ("not agree", 2),
        ("ok no", None),
        ("yes no", None),
        ("maybe", None),
        ("sijui", None),
        ("who are you?", None),
        ("stop sending", None),
    ],
)
def test_consent(text: str, picked: int | None) -> None:
    assert parse.option(text, 2, yes_no=True) == picked


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "sw"),
        ("2", "lg"),
        ("kiswahili", "sw"),
        ("Swahili please", "sw"),
        ("Kiswahli", "sw"),
        ("oluganda", "lg"),
        ("English", None),
        ("3", None),
        ("french", None),
    ],
)
def test_a_language_of_a_menu(text: str, code: str | None) -> None:
    assert parse.language(text, ["sw", "lg"]) == code


def test_menu_labels_can_be_typed() -> None:
    assert parse.option("the blue one", 2, labels=["Red", "The blue one"]) == 2


def test_tag_is_found_before_anything_is_known_of_the_question() -> None:
    assert [parse.tag(text) for text in ("Q7 2", "q 7: yes", "no Q12", "Q7", "2", "", "quick 1")] == [
        "Q7",
        "Q7",
        "Q12",
        "Q7",
        None,
        None,
        None,
    ]


def phrases_of(table: Words) -> list[str]:
    parts = (getattr(table, field.name) for field in fields(table))
    return [phrase for part in parts if not isinstance(part, bool) for phrase in part]


TABLES = [
    *(phrases_of(table) for table in words.BY_CODE.values()),
    *(words.WORLD_YES, words.WORLD_NO, words.LANGUAGE_NAMES),
    *(parse.reserved_words(), *reserved.NO_COMMANDS.values()),
]


def test_tables_are_written_as_they_are_compared() -> None:
    assert [phrase for table in TABLES for phrase in table if parse.normalize(phrase) != phrase] == []


known_words = sorted({phrase for table in TABLES for phrase in table})
messy_text = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.one_of(st.sampled_from(known_words), st.integers(-5, 10**12).map(str), st.text(max_size=5))
    ).map(" ".join),
)
choice_lists = st.lists(
    st.builds(
        Choice,
        st.text(max_size=12),
        st.dictionaries(st.sampled_from(["en", "sw", "lg"]), st.text(max_size=12)),
    ),
    max_size=10,
)


@given(messy_text, choice_lists, st.sampled_from(["en", "sw", "lg", "xx"]))
def test_any_text_to_any_question_gives_a_choice_of_it_or_a_doubt(
    text: str, choices: list[Choice], language: str
) -> None:
    read = parse.answer(text, choices, language)
    if isinstance(read, Answered):
        assert 0 <= read.number <= len(choices)
        assert read.value == (choices[read.number - 1].value if read.number else "unsure")
        assert 0 < read.confidence <= 1


@given(messy_text, st.integers(1, 9), st.booleans())
def test_any_text_is_a_command_or_a_line_or_nothing(text: str, count: int, yes_no: bool) -> None:
    assert parse.option(text, count, yes_no=yes_no) in {None, *range(1, count + 1)}
    command = parse.command(text)
    assert command is None or command.name in COMMANDS
    parse.tag(text)
    parse.language(text, ["en", "sw"])


@given(messy_text)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = parse.normalize(text)
    assert parse.normalize(once) == once


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["{} {}", "{} or {}", "{}, {}", "{}/{}", "{} na {}"]),
)
def test_two_numbers_are_never_one_answer(first: int, second: int, form: str) -> None:
    choices = [Choice(f"v{n}", {}) for n in range(1, 10)]
    read = parse.answer(form.format(first, second), choices, "en")
    assert isinstance(read, Answered) == (first == second)
