"""What a survey may ask: branching that always ends, every problem named at once with a pointer and what to do."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import schemas
from app.errors import AppError
from app.tasks.description.spec import ProjectSpec
from app.tasks.surveys import outcome, paths
from app.tasks.surveys.funds import funded
from app.tasks.surveys.shape import SurveyQuestion
from tests.tasks.arrange import checked

YES_NO = [
    {"value": "yes", "label": {"en": "Yes", "sw": "Ndiyo"}},
    {"value": "no", "label": {"en": "No", "sw": "Hapana"}},
]
TEXT = {"en": "Well?", "sw": "Je?"}


def choice(name: str = "a", **changes: Any) -> dict[str, Any]:
    return {"id": name, "type": "choice", "text": TEXT, "choices": YES_NO, **changes}


def number(name: str = "b", **changes: Any) -> dict[str, Any]:
    return {"id": name, "type": "number", "min": 0, "max": 20, "text": TEXT, **changes}


def survey(*questions: dict[str, Any], **changes: Any) -> ProjectSpec:
    return checked(kind="survey", template=None, choices=None, questions=list(questions), **changes)


def refusal(*questions: dict[str, Any], **changes: Any) -> AppError:
    with pytest.raises(AppError) as caught:
        survey(*questions, **changes)
    return caught.value


def pointers(error: AppError) -> list[str]:
    return [found.pointer for found in error.errors]


def test_a_whole_survey_is_accepted_and_kept() -> None:
    spec = survey(
        choice(next=[{"if": "yes", "to": "b"}, {"to": "e"}]),
        number("b", decimals=1, next=[{"if": {"min": 5}, "to": "d"}]),
        {"id": "c", "type": "scale", "text": TEXT, "min_label": TEXT},
        {"id": "d", "type": "date", "earliest": "2026-01-01", "text": TEXT, "next": "end"},
        {"id": "e", "type": "text", "max_length": 100, "script": "Latn", "optional": True, "text": TEXT},
        redundancy={"mode": "fixed", "answers": 10_000},
    )
    assert spec.languages == ["en", "sw"]
    kept = spec.as_json()
    assert kept["questions"][0]["next"][0] == {"if": "yes", "to": "b"}
    assert (kept["questions"][2]["min"], kept["questions"][2]["max"]) == (1, 5)
    assert ProjectSpec.read(kept) == spec
    assert paths.longest_from(spec.questions) == 4
    assert funded(spec.questions) == 6


@pytest.mark.parametrize(
    ("questions", "where"),
    [
        ([], "/questions"),
        ([choice("end")], "/questions/0/id"),
        ([choice(), choice()], "/questions/1/id"),
        ([choice("A b")], "/questions/0/id"),
        ([choice(type="poll")], "/questions/0/type"),
        ([choice(colour="red")], "/questions/0/colour"),
        ([choice(text={})], "/questions/0/text"),
        ([choice(text={"en": "Well? {"})], "/questions/0/text/en"),
        ([choice(text={"en": "Eh?", "fr": "Eh?"})], "/questions/0/text/fr"),
        ([choice(), number(text={"en": "Eh?"})], "/questions/1/text/sw"),
        ([choice(choices=YES_NO[:1])], "/questions/0/choices"),
        (
            [choice(choices=[{**YES_NO[0], "label": {"en": "Stop", "sw": "Ndio"}}, YES_NO[1]])],
            "/questions/0/choices/0/label/en",
        ),
        ([choice(choices=[{**YES_NO[0], "value": "skipped"}, YES_NO[1]])], "/questions/0/choices/0/value"),
        (
            [choice(choices=[{**YES_NO[0], "label": {"en": "Yes"}}, YES_NO[1]])],
            "/questions/0/choices/0/label/sw",
        ),
        (
            [choice(multiple=True, choices=[{**YES_NO[0], "value": "a|b"}, YES_NO[1]])],
            "/questions/0/choices/0/value",
        ),
        ([choice(min=1)], "/questions/0/min"),
        ([number(choices=YES_NO)], "/questions/0/choices"),
        ([number(min=20, max=20)], "/questions/0/max"),
        ([number(min=0.5)], "/questions/0/min"),
        ([number(max=10**9)], "/questions/0/max"),
        ([number(min="1")], "/questions/0/min"),
        ([number(type="scale", min=0, max=11)], "/questions/0/max"),
        ([number(type="scale", min_label={"en": "Bad"}, max=5)], "/questions/0/min_label/sw"),
        (
            [{"id": "d", "type": "date", "text": TEXT, "earliest": "2026-02-01", "latest": "2026-01-01"}],
            "/questions/0/latest",
        ),
        ([{"id": "d", "type": "date", "text": TEXT, "earliest": "soon"}], "/questions/0/earliest"),
        (
            [{"id": "t", "type": "text", "text": TEXT, "min_length": 9, "max_length": 8}],
            "/questions/0/max_length",
        ),
        ([{"id": "t", "type": "text", "text": TEXT, "script": "latin"}], "/questions/0/script"),
        ([choice(next="nowhere")], "/questions/0/next/0/to"),
        ([choice(), number(next="a")], "/questions/1/next/0/to"),
        ([choice(next="a")], "/questions/0/next/0/to"),
        ([choice(next=[{"to": "end"}, {"if": "yes", "to": "end"}])], "/questions/0/next/0"),
        ([choice(next=[{"if": "maybe", "to": "end"}])], "/questions/0/next/0/if"),
        ([choice(next=[{"if": [], "to": "end"}])], "/questions/0/next/0/if"),
        ([choice(next=[{"if": {"min": 1}, "to": "end"}])], "/questions/0/next/0/if"),
        ([choice(next=[{"if": {"colour": 1}, "to": "end"}])], "/questions/0/next/0/if"),
        ([number(next=[{"if": "yes", "to": "end"}])], "/questions/0/next/0/if"),
        ([number(next=[{"if": {"min": 21}, "to": "end"}])], "/questions/0/next/0/if"),
        ([number(next=[{"if": {"min": 5, "max": 4}, "to": "end"}])], "/questions/0/next/0/if"),
        ([number(next=[{"if": {}, "to": "end"}])], "/questions/0/next/0/if"),
        ([number(next=[{"if": 21, "to": "end"}])], "/questions/0/next/0/if"),
        ([number(next=[{"if": 3}])], "/questions/0/next/0/to"),
        ([choice(next="c"), number("b"), number("c")], "/questions/1/id"),
    ],
)
def test_what_cannot_be_asked_is_pointed_at(questions: list[dict[str, Any]], where: str) -> None:
    error = refusal(*questions)
    assert (error.code, error.status) == ("invalid", 422)
    assert where in pointers(error)
    assert all(found.detail for found in error.errors)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"redundancy": {"mode": "adaptive"}}, "/redundancy/mode"),
        ({"redundancy": {"mode": "fixed", "answers": 10_001}}, "/redundancy/answers"),
        ({"template": {"en": "About {text}?"}}, "/template"),
        ({"choices": YES_NO}, "/choices"),
        ({"bundle": 3}, "/bundle"),
        ({"multiple": True}, "/multiple"),
        ({"instructions": {"lg": "Soma"}}, "/instructions/lg"),
    ],
)
def test_what_a_survey_has_not_is_pointed_at(changes: dict[str, Any], where: str) -> None:
    whole: dict[str, Any] = {
        "kind": "survey", "template": None, "choices": None, "questions": [choice()], **changes
    }  # fmt: skip
    with pytest.raises(AppError) as caught:
        checked(**whole)
    assert where in pointers(caught.value)


def test_other_kinds_have_no_questions_and_fewer_answers() -> None:
    with pytest.raises(AppError) as caught:
        checked(questions=[choice()], redundancy={"mode": "fixed", "answers": 26})
    assert pointers(caught.value) == ["/questions", "/redundancy/answers"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    error = refusal(choice(next="x"), number(min=30, text={"en": "Eh?"}), countries=["SE"])
    assert pointers(error) == [
        "/questions/0/next/0/to",
        "/questions/1/text/sw",
        "/questions/1/max",
        "/countries/0",
    ]


def read(*questions: dict[str, Any]) -> list[SurveyQuestion]:
    return [SurveyQuestion.read(one) for one in questions]


@pytest.mark.parametrize(
    ("when", "value", "fits"),
    [
        ({"min": 5}, "5", True),
        ({"min": 5}, "4.9", False),
        ({"max": 5}, "unsure", False),
        (3, "3", True),
        ([3, 4], "4", True),
        ([3, "unsure"], "skipped", True),
        ("unsure", "unclear", True),
        ("unsure", "3", False),
    ],
)
def test_a_condition_on_a_number(when: Any, value: str, fits: bool) -> None:
    [question, *_] = read(number(next=[{"if": when, "to": "end"}]))
    condition = question.rules[0].when
    assert condition is not None
    assert paths.fits(question, condition, value) is fits


def test_a_condition_on_choices_and_dates() -> None:
    first = read(choice(multiple=True, next=[{"if": "no", "to": "end"}]))[0]
    day = read(
        {
            "id": "d",
            "type": "date",
            "text": TEXT,
            "next": [{"if": {"latest": "2026-01-31"}, "to": "end"}],
        }
    )[0]
    no, january = first.rules[0].when, day.rules[0].when
    assert no is not None
    assert january is not None
    assert [paths.fits(first, no, value) for value in ("yes|no", "no", "yes", "")] == [
        True,
        True,
        False,
        False,
    ]
    assert [paths.fits(day, january, value) for value in ("2026-01-31", "2026-02-01")] == [True, False]


@st.composite
def surveys(draw: st.DrawFn) -> list[SurveyQuestion]:
    """A survey of some questions, whose rules lead forward anywhere."""
    count = draw(st.integers(1, 8))
    made = []
    for at in range(count):
        ahead = [f"q{place}" for place in range(at + 1, count)] + ["end"]
        conditions = st.sampled_from(["yes", "no", "unsure", ["yes", "unsure"]])
        rules = draw(
            st.lists(st.fixed_dictionaries({"if": conditions, "to": st.sampled_from(ahead)}), max_size=3)
        )
        if draw(st.booleans()):
            rules.append({"to": draw(st.sampled_from(ahead))})
        made.append(choice(f"q{at}", next=rules or None))
    return read(*made)


@given(
    surveys(),
    st.lists(st.sampled_from(["yes", "no", "unsure", "skipped", "unclear"]), min_size=8, max_size=8),
)
def test_every_way_ends_and_none_is_longer_than_the_longest(
    questions: list[SurveyQuestion], said: list[str]
) -> None:
    here: SurveyQuestion | None = questions[0]
    seen: list[str] = []
    while here is not None:
        left = paths.longest_from(questions, here.id)
        assert len(seen) + left <= len(questions)
        assert paths.place_of(questions, here.id) in paths.reached(questions)
        seen.append(here.id)
        here = paths.following(questions, here.id, said[len(seen) - 1])
        if here is not None:
            assert paths.longest_from(questions, here.id) < left
    assert len(seen) == len(set(seen)) <= paths.longest_from(questions)


@pytest.mark.parametrize(
    ("said", "kept"), [("2.55", "2.6"), ("3", "3"), ("3.0", "3"), ("-0.04", "0"), ("unsure", "unsure")]
)
def test_a_number_has_no_more_decimals_than_were_asked_for(said: str, kept: str) -> None:
    assert read(number(decimals=1, min=-1))[0].said(said) == kept


def test_words_are_never_taken_for_an_answer_that_was_not_given() -> None:
    question = read({"id": "t", "type": "text", "text": TEXT, "optional": True})[0]
    assert (question.said("unclear"), question.said("unsure")) == ("Unclear", "skipped")


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40))
def test_a_number_s_spread_is_what_its_answers_say(values: list[int]) -> None:
    counts: dict[str, int] = {}
    for value in values:
        counts[str(value)] = counts.get(str(value), 0) + 1
    found = outcome.summary(read(number())[0], {**counts, "unsure": 2, "skipped": 1})
    assert (found["answers"], found["unsure"], found["skipped"]) == (len(values), 2, 1)
    assert (
        found["lowest"]
        <= found["quartiles"][0]
        <= found["median"]
        <= found["quartiles"][1]
        <= found["highest"]
    )
    assert abs(Decimal(str(found["mean"])) - Decimal(sum(values)) / len(values)) < Decimal("0.0001")
    assert sum(found["counts"].values()) == len(values)


def test_several_choices_are_shares_of_those_who_answered() -> None:
    found = outcome.summary(read(choice(multiple=True))[0], {"yes|no": 2, "yes": 1, "": 1, "unclear": 3})
    assert (found["answers"], found["counts"], found["none_of_them"]) == (4, {"yes": 3, "no": 2}, 1)
    assert found["shares"] == {"yes": 0.75, "no": 0.5}


def test_dates_and_texts_are_told_in_order() -> None:
    day = read({"id": "d", "type": "date", "text": TEXT})[0]
    found = outcome.summary(day, {"2026-03-01": 1, "2026-01-01": 2})
    assert (found["lowest"], found["median"], found["highest"]) == ("2026-01-01", "2026-01-01", "2026-03-01")
    words = read({"id": "t", "type": "text", "text": TEXT})[0]
    many = {f"text {n}": 1 for n in range(outcome.MOST_TEXTS + 2)}
    told = outcome.summary(words, many)
    assert (told["texts"][0], len(told["texts"]), told["more"]) == ("text 0", outcome.MOST_TEXTS, 2)


def test_the_documented_survey_can_be_run() -> None:
    page = (Path(__file__).parents[2] / "docs" / "surveys.md").read_text(encoding="utf-8")
    body = json.loads(page.split("```json\n")[1].split("```")[0])
    spec = checked(**{"template": None, "choices": None, "lease": None, **body})
    assert [question.id for question in spec.questions] == ["uses", "people", "taste", "why"]


def test_the_documented_margins_are_those_that_are_told() -> None:
    question = read(choice())[0]
    page = (Path(__file__).parents[2] / "docs" / "surveys.md").read_text(encoding="utf-8")
    for counts, text in (
        ({"yes": 150, "no": 48}, page),
        ({"yes": 40, "no": 10}, str(schemas.Distributions.model_config)),
    ):
        margins = outcome.summary(question, counts)["margins"]
        assert f"{margins['yes']}" in text
