"""What a project may say: everything wrong named at once, with a pointer and what to do."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import ids
from app.errors import AppError
from app.tasks.description import template
from app.tasks.description.parts import pointer
from app.tasks.description.spec import ProjectSpec, duration_s
from app.tasks.quality.deciding import LEAST_CONFIDENCE, MOST_CONFIDENCE
from tests.tasks.arrange import NOW, body, checked


def refusal(**changes: Any) -> AppError:
    with pytest.raises(AppError) as caught:
        checked(**changes)
    return caught.value


def pointers(error: AppError) -> list[str]:
    return [found.pointer for found in error.errors]


def labelled(*values: str, **labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"value": value, "label": labels.get(value, {"en": value, "sw": f"{value} sw"})} for value in values
    ]


def test_a_whole_project_is_accepted_and_kept_as_it_was_sent() -> None:
    cohort = ids.show("coh", ids.new())
    spec = checked(
        instructions={"en": "Say whether it is about water."},
        deadline=(NOW + timedelta(days=1)).isoformat(),
        spend_cap=10_000,
        audience={"cohorts": [cohort]},
        priority=3,
        bundle=1,
    )
    assert (spec.answers_wanted, spec.lease_s, spec.priority) == (3, 4 * 3600, 3)
    kept = spec.as_json()
    assert kept["audience"]["cohorts"] == [cohort]
    assert ProjectSpec.read(kept) == spec


def test_an_unknown_kind_is_told_which_exist() -> None:
    error = refusal(kind="quiz")
    assert (error.code, pointers(error)) == ("invalid", ["/kind"])
    assert "verification" in error.errors[0].detail


@pytest.mark.parametrize("amount", [2.5, 200.0, "200", True, 0, -1, None])
def test_pay_is_whole_minor_units(amount: Any) -> None:
    error = refusal(pay={"amount": amount, "currency": "KES"})
    assert pointers(error) == ["/pay/amount"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"pay": {"amount": 1, "currency": "XQQ"}}, "/pay/currency"),
        ({"pay": {"amount": 1, "currency": "kes"}}, "/pay/currency"),
        ({"redundancy": {"mode": "lucky", "answers": 1}}, "/redundancy/mode"),
        ({"redundancy": {"mode": "fixed"}}, "/redundancy/answers"),
        ({"redundancy": {"mode": "fixed", "answers": 0}}, "/redundancy/answers"),
        ({"redundancy": {"mode": "fixed", "answers": 3.0}}, "/redundancy/answers"),
        ({"lease": "4 hours"}, "/lease"),
        ({"lease": "P1M"}, "/lease"),
        ({"lease": "PT1M"}, "/lease"),
        ({"lease": "P15D"}, "/lease"),
        ({"countries": []}, "/countries"),
        ({"countries": ["KE", "SE"]}, "/countries/1"),
        ({"countries": ["Kenya"]}, "/countries/0"),
        ({"deadline": "2026-11-23T08:59:59Z"}, "/deadline"),
        ({"deadline": "2026-12-01T09:00:00"}, "/deadline"),
        ({"spend_cap": 199}, "/spend_cap"),
        ({"spend_cap": "10000"}, "/spend_cap"),
        ({"audience": {"cohorts": ["coh_x"]}}, "/audience/cohorts/0"),
        ({"audience": {"skills": ["Water exam", "Other exam"]}}, "/audience/skills/1"),
        ({"audience": {"skills": "Water exam"}}, "/audience/skills"),
        ({"audience": {"min_skill": 1.5}}, "/audience/min_skill"),
        ({"audience": {"min_skill": 0.7}}, "/audience/min_skill"),
        ({"audience": {"most_per_worker": 0}}, "/audience/most_per_worker"),
        ({"priority": 11}, "/priority"),
        ({"multiple": True}, "/multiple"),
        ({"kind": "tagging", "choices": []}, "/choices"),
        ({"kind": "tagging", "multiple": True, "bundle": 2}, "/bundle"),
        ({"bundle": 10}, "/bundle"),
        ({"redundancy": {"mode": "adaptive", "confidence": 0.4}}, "/redundancy/confidence"),
        ({"redundancy": {"mode": "adaptive", "confidence": 1.0}}, "/redundancy/confidence"),
        ({"redundancy": {"mode": "adaptive", "answers": 3}}, "/redundancy/answers"),
        ({"redundancy": {"mode": "adaptive", "max_answers": 26}}, "/redundancy/max_answers"),
        ({"name": ""}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"colour": "blue"}, "/colour"),
        ({"pay": None}, "/pay"),
        ({"choices": labelled("yes")}, "/choices"),
        ({"choices": labelled("yes", "no", "both")}, "/choices"),
        ({"choices": labelled("stop", "go")}, "/choices/0/value"),
        ({"choices": labelled("yes", "no", yes={"en": "More", "sw": "Ndiyo"})}, "/choices/0/label/en"),
        ({"choices": labelled("yes", "no", no={"en": "No", "sw": "SIJUI!"})}, "/choices/1/label/sw"),
        ({"choices": labelled("unsure", "no")}, "/choices/0/value"),
        ({"choices": labelled("1", "no")}, "/choices/0/value"),
        ({"choices": labelled("?!", "no")}, "/choices/0/value"),
        ({"choices": labelled("Yes", "yes!")}, "/choices/1/value"),
        ({"choices": labelled("yes", "no", no={"en": "Yes", "sw": "Hapana"})}, "/choices/1/label/en"),
        ({"choices": labelled("yes", "no", no={"en": "No"})}, "/choices/1/label/sw"),
        ({"template": {}}, "/template"),
        ({"template": {"en": "About water?"}}, "/template/en"),
        ({"template": {"en": "{text}", "fr": "{text}"}}, "/template/fr"),
        ({"template": {"en": "{text!r}"}}, "/template/en"),
        ({"template": {"en": "{text.__class__}"}}, "/template/en"),
        ({"template": {"en": "{text[0]}"}}, "/template/en"),
        ({"template": {"en": "{text:>9}"}}, "/template/en"),
        ({"template": {"en": "{0}"}}, "/template/en"),
        ({"template": {"en": "{text} }"}}, "/template/en"),
        ({"instructions": {"lg": "Soma"}}, "/instructions/lg"),
    ],
)
def test_what_cannot_be_run_is_pointed_at(changes: dict[str, Any], where: str) -> None:
    error = refusal(**changes)
    assert (error.code, error.status) == ("invalid", 422)
    assert where in pointers(error)
    assert all(found.detail for found in error.errors)


MANY = labelled(*"abcdefghi")
ADAPTIVE = {"mode": "adaptive", "confidence": 0.9, "max_answers": 4}


@pytest.mark.parametrize(
    ("within", "beyond", "where"),
    [
        ({"spend_cap": 3 * 200}, {"spend_cap": 3 * 200 - 1}, "/spend_cap"),
        (
            {"spend_cap": 4 * 200, "redundancy": ADAPTIVE},
            {"spend_cap": 4 * 200 - 1, "redundancy": ADAPTIVE},
            "/spend_cap",
        ),
        ({"lease": "PT5M"}, {"lease": "PT4M59S"}, "/lease"),
        ({"lease": "P14D"}, {"lease": "P14DT1S"}, "/lease"),
        ({"deadline": "2026-11-23T09:00:01Z"}, {"deadline": "2026-11-23T09:00:00Z"}, "/deadline"),
        (
            {"redundancy": {"mode": "fixed", "answers": 25}},
            {"redundancy": {"mode": "fixed", "answers": 26}},
            "/redundancy/answers",
        ),
        (
            {"redundancy": {"mode": "adaptive", "confidence": LEAST_CONFIDENCE}},
            {"redundancy": {"mode": "adaptive", "confidence": LEAST_CONFIDENCE - 0.001}},
            "/redundancy/confidence",
        ),
        (
            {"redundancy": {"mode": "adaptive", "confidence": MOST_CONFIDENCE}},
            {"redundancy": {"mode": "adaptive", "confidence": MOST_CONFIDENCE + 0.0001}},
            "/redundancy/confidence",
        ),
        (
            {"kind": "tagging", "choices": MANY},
            {"kind": "tagging", "choices": [*MANY, *labelled("j")]},
            "/choices",
        ),
        (
            {"kind": "tagging", "choices": labelled("a", "b")},
            {"kind": "tagging", "choices": labelled("a")},
            "/choices",
        ),
        ({"kind": "tagging", "multiple": True, "bundle": 1}, {"multiple": True}, "/multiple"),
        ({"priority": -10}, {"priority": -11}, "/priority"),
        ({"bundle": 9}, {"bundle": 0}, "/bundle"),
        ({"name": "x" * 200}, {"name": "x" * 201}, "/name"),
        (
            {"audience": {"min_skill": 0.7}, "redundancy": ADAPTIVE},
            {"audience": {"min_skill": 0.7}},
            "/audience/min_skill",
        ),
        (
            {"audience": {"skills": ["WATER  exam"]}},
            {"audience": {"skills": ["Water"]}},
            "/audience/skills/0",
        ),
        ({"max_segments": 4}, {"max_segments": 5}, "/max_segments"),
        ({"gold_share": 0.25}, {"gold_share": 0.26}, "/gold_share"),
        ({"instructions": {"sw": "Soma"}}, {"instructions": {"fr": "Lisez"}}, "/instructions/fr"),
        ({"short": {"en": "Water?"}}, {"short": {"fr": "Eau?"}}, "/short/fr"),
        ({"short": {"sw": "Maji?"}}, {"short": {"en": "{text}?"}}, "/short/en"),
    ],
)
def test_what_lies_just_within_is_taken(within: dict[str, Any], beyond: dict[str, Any], where: str) -> None:
    assert checked(**within).name
    assert where in pointers(refusal(**beyond))


def test_a_value_that_joins_the_values_of_an_answer_is_refused_only_where_several_may_apply() -> None:
    joined = [
        {"value": value, "label": {"en": label, "sw": label}}
        for value, label in (("dry|wet", "Both"), ("none", "None"))
    ]
    assert checked(kind="tagging", choices=joined).choices[0].value == "dry|wet"
    assert pointers(refusal(kind="tagging", multiple=True, choices=joined)) == ["/choices/0/value"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    choices = labelled("stop", "8", **{"stop": {"en": "A", "sw": "C"}, "8": {"en": "B", "sw": "D"}})
    error = refusal(kind="quiz", lease="soon", countries=["SE"], choices=choices)
    assert pointers(error) == ["/kind", "/choices/0/value", "/choices/1/value", "/lease", "/countries/0"]


@pytest.mark.parametrize("sent", [None, [], "project", 7])
def test_what_is_no_object_is_no_project(sent: Any) -> None:
    with pytest.raises(AppError, match="invalid"):
        ProjectSpec.read(sent)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("PT4H", 14_400),
        ("P1DT30M", 88_200),
        ("P2W", 1_209_600),
        ("PT90S", 90),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("4H", None),
        ("PT4.5H", None),
        ("-PT4H", None),
        ("PT4H ", None),
        ("P1Y", None),
    ],
)
def test_durations(written: str, seconds: int | None) -> None:
    assert duration_s(written) == seconds


def test_pointers_escape_what_json_pointers_use() -> None:
    assert pointer("data", "a/b~c", 0) == "/data/a~1b~0c/0"


class TestTemplate:
    """Filling: names in braces, and nothing else ever."""

    def test_fields_are_filled_and_doubled_braces_are_braces(self) -> None:
        words = "{{{text}}} by {who}: {text}"
        assert template.fields(words) == ["text", "who"]
        assert template.fill(words, {"text": "rain", "who": 7}) == "{rain} by 7: rain"

    def test_what_is_filled_in_is_not_looked_at_again(self) -> None:
        assert template.fill("{a}{b}", {"a": "{b}", "b": "{{x"}) == "{b}{{x"

    @given(st.text())
    def test_any_text_is_either_filled_or_at_fault(self, words: str) -> None:
        if not template.faults(words):
            filled = template.fill(words, dict.fromkeys(template.fields(words), ""))
            assert filled.count("{") <= words.count("{{")

    @given(st.text(), st.text())
    def test_data_comes_through_as_it_is(self, before: str, data: str) -> None:
        words = before.replace("{", "{{").replace("}", "}}") + "{x}"
        assert template.fill(words, {"x": data}) == before + data


def test_the_example_of_the_documentation_is_accepted() -> None:
    assert ProjectSpec.read(body()).kind == "verification"


@pytest.mark.parametrize(
    ("review", "where"),
    [
        ({"by": "everybody"}, "/review/by"),
        ({"by": "staff", "hours": 0}, "/review/hours"),
        ({"by": "staff", "hours": 721}, "/review/hours"),
        ({"who": "staff"}, "/review/who"),
    ],
)
def test_who_reviews_and_how_long_is_checked(review: dict[str, Any], where: str) -> None:
    assert pointers(refusal(review=review)) == [where]


def test_several_labels_may_be_adaptive() -> None:
    adaptive = {"mode": "adaptive", "confidence": 0.9, "max_answers": 5}
    assert checked(kind="tagging", multiple=True, redundancy=adaptive, review={"by": "none"}).adaptive


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"media": "the image"}, "/media"),
        ({"media": "image", "bundle": 2}, "/bundle"),
        ({"media": "text"}, "/template/en"),
        (
            {
                "media": "image",
                "training": [
                    {"data": {"text": "x"}, "answer": "yes", "why": {"en": "It is.", "sw": "Ndiyo."}}
                ],
            },
            "/training",
        ),
    ],
)
def test_pictures_that_cannot_be_asked_about_are_named(changes: dict[str, Any], where: str) -> None:
    assert where in pointers(refusal(**changes))


def test_a_template_needs_no_field_where_a_picture_differs() -> None:
    spec = checked(template={"en": "Is this a tap?", "sw": "Je, hii ni bomba?"}, media="image")
    assert spec.media == "image"
