"""`./kazi parse`: a line of JSON for each reply, and one clear line where the file or the language is wrong."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app import parse_command
from app.errors import AppError

TODAY = date(2026, 11, 23)
WATER: dict[str, Any] = {
    "name": "Water reports",
    "kind": "verification",
    "template": {"en": 'Is this about WATER? "{text}"'},
    "choices": [
        {"value": "yes", "label": {"en": "Yes", "sw": "Ndiyo"}},
        {"value": "no", "label": {"en": "No", "sw": "Hapana"}},
    ],
    "pay": {"amount": 200, "currency": "KES"},
    "countries": ["KE"],
}
TOPICS = {**WATER, "kind": "tagging", "multiple": True}
SURVEY = {
    **{name: value for name, value in WATER.items() if name not in {"choices", "template"}},
    "kind": "survey",
    "questions": [
        {"id": "cows", "type": "number", "text": {"en": "How many cows?"}, "min": 0, "max": 200},
        {
            "id": "milk",
            "type": "number",
            "text": {"en": "How much milk?"},
            "min": 0,
            "max": 99,
            "whole": False,
        },
        {"id": "trust", "type": "scale", "text": {"en": "How much trust?"}, "min": 1, "max": 5},
        {"id": "when", "type": "date", "text": {"en": "When?"}, "max": "2026-11-23"},
        {"id": "why", "type": "text", "text": {"en": "Why?"}, "max": 40},
        {"id": "tap", "type": "choice", "text": {"en": "Tap?"}, "choices": WATER["choices"]},
    ],
}


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Return what reads replies to a project and gives the lines."""

    def run(project: object, *replies: str, language: str = "sw", **asked: Any) -> list[dict[str, Any]]:
        path = tmp_path / "project.json"
        path.write_text(project if isinstance(project, str) else json.dumps(project), encoding="utf-8")
        given = {"count": None, "question_id": None, **asked}
        return [json.loads(line) for line in parse_command.run(path, language, replies, today=TODAY, **given)]

    return run


def test_each_reply_is_an_answer_a_command_or_unclear(read: Any) -> None:
    answer, command, unclear = read(WATER, "ndio kabisa", "acha", "1 au 2")
    assert answer == {"intent": "answer", "values": ["yes"], "confidence": 0.98, "why": "yes-no"}
    assert (command["intent"], command["command"], command["values"]) == ("command", "STOP", [])
    assert unclear == {"intent": "unclear", "values": [], "confidence": 0.0, "why": "two-readings"}


@pytest.mark.parametrize(
    ("reply", "values"),
    [
        ("121", ["yes", "no", "yes"]),
        ("1 2 1", ["yes", "no", "yes"]),
        ("1Y 2N 3Y", ["yes", "no", "yes"]),
        ("1.yes 2.no", ["yes", "no"]),
        ("a b a", ["yes", "no", "yes"]),
        ("ndio hapana ndio", ["yes", "no", "yes"]),
        ("1 asante sana", ["yes"]),
        ("1 samahani 2", ["no"]),
        ("ndiyo ndiyo", ["yes"]),
        ("sijui", ["unsure"]),
        ("0", ["unsure"]),
    ],
)
def test_a_list_of_answers_tells_how_many_there_were(read: Any, reply: str, values: list[str]) -> None:
    assert read(WATER, reply)[0]["values"] == values


@pytest.mark.parametrize("language", ["en", "sw", "hi", "lg", "ht", "am", "fr"])
@pytest.mark.parametrize(
    ("reply", "values"),
    [
        ("121", ["yes", "no", "yes"]),
        ("1 2 1", ["yes", "no", "yes"]),
        ("1,2,1", ["yes", "no", "yes"]),
        ("1Y 2N 3Y", ["yes", "no", "yes"]),
        ("1)y 2)n 3)n", ["yes", "no", "no"]),
        ("Y N Y", ["yes", "no", "yes"]),
        ("yny", ["yes", "no", "yes"]),
        ("1.yes 2.no", ["yes", "no"]),
        ("a b a", ["yes", "no", "yes"]),
        ("yes no yes", ["yes", "no", "yes"]),
        ("No yes no", ["no", "yes", "no"]),
        ("1 1 0", ["yes", "yes", "unsure"]),
    ],
)
@pytest.mark.parametrize("bundle", [None, 3])
def test_the_plain_forms_are_read_in_every_language(
    read: Any, language: str, reply: str, values: list[str], bundle: int | None
) -> None:
    project = WATER if bundle is None else {**WATER, "bundle": bundle}
    wanted = values if bundle is None else [*values, None][:bundle]
    assert read(project, reply, language=language)[0]["values"] == wanted


@pytest.mark.parametrize(("reply", "why"), [("y n y n", "too-many"), ("1y 4n", "two-readings")])
@pytest.mark.parametrize("language", ["fr", "ht", "sw"])
def test_letters_that_do_not_fit_the_questions_are_asked_about(
    read: Any, language: str, reply: str, why: str
) -> None:
    assert read({**WATER, "bundle": 3}, reply, language=language)[0] == {
        "intent": "unclear",
        "values": [],
        "confidence": 0.0,
        "why": why,
    }


@pytest.mark.parametrize("reply", ["1 na 2", "ndiyo na hapana", "1 au 2", "hapana, sijui"])
def test_two_answers_that_may_be_a_doubt_are_no_list(read: Any, reply: str) -> None:
    assert read(WATER, reply)[0]["intent"] == "unclear"
    assert read({**WATER, "bundle": 2}, reply)[0]["intent"] == ("unclear" if "au" in reply else "answer")


def test_how_many_were_asked_is_what_the_project_or_the_caller_says(read: Any) -> None:
    assert read({**WATER, "bundle": 3}, "1 2")[0]["values"] == ["yes", "no", None]
    assert read({**WATER, "bundle": 1}, "1 2")[0]["intent"] == "unclear"
    assert read({**WATER, "bundle": 1}, "1 2", count=2)[0]["values"] == ["yes", "no"]
    assert read(TOPICS, "1 2")[0]["values"] == ["yes", "no"]
    assert read(TOPICS, "hakuna")[0]["values"] == []
    assert read(TOPICS, "0")[0]["values"] == ["unsure"]


def test_a_question_of_a_survey_is_the_first_or_the_one_named(read: Any) -> None:
    assert read(SURVEY, "ng'ombe kumi na mbili")[0]["values"] == [12]
    assert read(SURVEY, "2,5", question_id="milk")[0]["values"] == [2.5]
    assert read(SURVEY, "sita", "tano", question_id="trust") == [
        {"intent": "unclear", "values": [], "confidence": 0.0, "why": "out-of-range"},
        {"intent": "answer", "values": [5], "confidence": 0.95, "why": "number-word"},
    ]
    assert read(SURVEY, "jana", question_id="when")[0]["values"] == ["2026-11-22"]
    assert read(SURVEY, "Bomba limevunjika", question_id="why")[0]["values"] == ["Bomba limevunjika"]
    assert read(SURVEY, "ndiyo", question_id="tap")[0]["values"] == ["yes"]


def test_a_reply_may_answer_in_the_words_of_the_template(read: Any) -> None:
    assert read(WATER, "it is about water")[0] == {
        "intent": "answer",
        "values": ["yes"],
        "confidence": 0.8,
        "why": "echo",
    }
    assert read(WATER, "not about water")[0]["values"] == ["no"]
    assert read(WATER, "is this about water")[0]["intent"] == "unclear"
    assert read({**WATER, "template": {"en": "{text}"}}, "it is about water")[0]["intent"] == "unclear"


def test_as_many_digits_as_answers_are_a_list(read: Any) -> None:
    assert read(WATER, "1 2 2 1")[0]["values"] == ["yes", "no", "no", "yes"]
    assert read({**WATER, "bundle": 4}, "1221")[0]["values"] == ["yes", "no", "no", "yes"]


def test_a_text_project(read: Any) -> None:
    project = {**WATER, "kind": "text", "text": {"min": 5, "max": 20, "script": "Latn"}}
    assert [line["why"] for line in read(project, "Maji ya kunywa", "maji", "maji " * 9)] == [
        "text",
        "too-short",
        "too-long",
    ]


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "must be a JSON object"),
        ({"kind": "quiz"}, "kind is 'quiz'"),
        ({"kind": "verification"}, "choices must be a list"),
        ({"kind": "verification", "choices": [{"value": "a"}, {"label": {}}]}, "choice 2 needs a value"),
        ({"kind": "survey"}, "needs questions"),
        ({"kind": "survey", "questions": [{"id": "a", "type": "colour"}]}, "type is 'colour'"),
        (
            {"kind": "survey", "questions": [{"id": "a", "type": "number", "min": "few"}]},
            "'few' is no number",
        ),
        ({"kind": "survey", "questions": [{"id": "a", "type": "date", "min": "May"}]}, "'May' is no date"),
        ({**WATER, "bundle": "many"}, "bundle is 'many'"),
        ({**WATER, "bundle": 99}, "1 to 20 questions"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(read: Any, project: object, said: str) -> None:
    with pytest.raises(AppError, match=said):
        read(project, "1")


def test_a_language_or_question_nobody_knows_is_said(read: Any) -> None:
    with pytest.raises(AppError, match="Use a language of en, fr, sw, lg, hi, ht, am"):
        read(WATER, "1", language="tlh")
    with pytest.raises(AppError, match="There are cows, milk"):
        read(SURVEY, "1", question_id="goats")
    assert read(WATER, "1", language="sw-KE")[0]["values"] == ["yes"]


def test_the_command_prints_lines_for_arguments_and_for_input(tmp_path: Path) -> None:
    path = tmp_path / "project.json"
    path.write_text(json.dumps(WATER), encoding="utf-8")
    asked = [sys.executable, "-m", "app.cli", "parse", "--project", str(path), "--language", "sw"]
    by_argument = subprocess.run([*asked, "ndiyo", "-1"], capture_output=True, text=True, check=True)
    assert [json.loads(line)["values"] for line in by_argument.stdout.splitlines()] == [["yes"], ["yes"]]
    by_input = subprocess.run(asked, input="hapana\nmaji?\n", capture_output=True, text=True, check=True)
    assert [json.loads(line)["intent"] for line in by_input.stdout.splitlines()] == ["answer", "unclear"]
    path.write_text("{", encoding="utf-8")
    bad = subprocess.run([*asked, "1"], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout, len(bad.stderr.splitlines())) == (2, "", 1)
