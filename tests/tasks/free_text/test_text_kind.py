"""Free text: what a project may ask for, and what its answers come to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.errors import AppError
from app.tasks import service as tasks
from app.tasks.free_text import text_kind
from tests.tasks.arrange import NOW, checked, draft

TRANSLATE: dict[str, Any] = {
    "kind": "text",
    "choices": None,
    "template": {"en": 'Translate to Swahili: "{text}"'},
}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"choices": [{"value": "a", "label": {"en": "A"}}]}, "/choices"),
        ({"bundle": 3}, "/bundle"),
        ({"multiple": True}, "/multiple"),
        ({"redundancy": {"mode": "adaptive"}}, "/redundancy/mode"),
        ({"answer": {"min_length": 40, "max_length": 20}}, "/answer/min_length"),
        ({"answer": {"script": "Abcd"}}, "/answer/script"),
        ({"answer": {"script": "latin"}}, "/answer/script"),
        ({"answer": {"max_length": 5000}}, "/answer/max_length"),
        ({"answer": {"longest": 50}}, "/answer/longest"),
    ],
)
def test_what_cannot_be_asked_for_is_named(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(AppError) as caught:
        checked(**{**TRANSLATE, **changes})
    assert caught.value.code == "invalid"
    assert [found.pointer for found in caught.value.errors] == [where]


CHECK: dict[str, Any] = {"template": {"en": 'Good? "{text}" = "{answer}"'}, "pay": {"amount": 100}}


@pytest.mark.parametrize(
    ("check", "where"),
    [
        ({"template": {}}, "/check/template"),
        ({"template": {"en": "Good? {text}"}}, "/check/template/en"),
        ({"template": {"en": "Good? {answer} {"}}, "/check/template/en"),
        ({"template": {"en": "Good? {answer}", "sw": "{answer}"}}, "/check/template/sw"),
        ({"answers": 1}, "/check/answers"),
        ({"answers": 4}, "/check/answers"),
        ({"pay": {"amount": 0}}, "/check/pay/amount"),
        ({"pay": {"amount": 100, "currency": "UGX"}}, "/check/pay/currency"),
        ({"retries": 9}, "/check/retries"),
        ({"within": "P1M"}, "/check/within"),
        ({"within": "PT1M"}, "/check/within"),
    ],
)
def test_checks_that_cannot_be_asked_are_named(check: dict[str, Any], where: str) -> None:
    with pytest.raises(AppError) as caught:
        checked(**TRANSLATE, check={**CHECK, **check})
    assert [found.pointer for found in caught.value.errors] == [where]


def test_data_must_have_what_the_check_shows(session: Session) -> None:
    check = {**CHECK, "template": {"en": 'Good? "{source}" = "{answer}"'}}
    project = draft(session, **TRANSLATE, check=check)
    line = tasks.TaskItem(1, "t1", {"text": "The pump is dry"})
    [error] = tasks.add_tasks(session, project=project, lines=[line], now=NOW).errors
    assert error.pointer == "/data/source"


@given(st.integers(0, 3), st.integers(0, 3), st.sampled_from([2, 3]), st.booleans())
def test_only_two_who_found_it_bad_and_fewer_who_did_not_refuse_a_text(
    accepted: int, refused: int, wanted: int, may_ask: bool
) -> None:
    found = text_kind.verdict(accepted=accepted, refused=refused, wanted=wanted, may_ask=may_ask)
    if found == "refuse":
        assert refused >= 2
        assert refused > accepted
    if not may_ask:
        assert found != "ask"
    if found == "accept" and may_ask:
        assert accepted > refused
        assert accepted + refused >= wanted


@pytest.mark.parametrize(
    ("accepted", "refused", "wanted", "may_ask", "expected"),
    [
        (1, 0, 2, True, "ask"),
        (0, 1, 2, True, "ask"),
        (2, 0, 2, True, "accept"),
        (0, 2, 2, True, "refuse"),
        (1, 1, 2, True, "ask"),
        (1, 2, 2, True, "refuse"),
        (2, 1, 2, True, "accept"),
        (2, 0, 3, True, "ask"),
        (0, 2, 3, True, "ask"),
        # Nobody more can be asked: the doubt is the writer's gain.
        (0, 0, 2, False, "accept"),
        (0, 1, 2, False, "accept"),
        (1, 1, 2, False, "accept"),
        (0, 2, 3, False, "refuse"),
        (2, 2, 2, False, "accept"),
    ],
)
def test_what_the_checks_of_a_text_come_to(
    accepted: int, refused: int, wanted: int, may_ask: bool, expected: str
) -> None:
    found = text_kind.verdict(accepted=accepted, refused=refused, wanted=wanted, may_ask=may_ask)
    assert found == expected


def test_a_place_takes_a_text_for_each_refused_and_three_checks_for_each_text() -> None:
    twice = {"check": {"template": {"en": "{answer}"}, "retries": 1}}
    assert (text_kind.texts_at_most(twice), text_kind.checks_at_most(twice)) == (2, 6)
    once = {"check": {"template": {"en": "{answer}"}, "retries": 0}}
    assert (text_kind.texts_at_most(once), text_kind.checks_at_most(once)) == (1, 3)
    assert (text_kind.texts_at_most({}), text_kind.checks_at_most({})) == (1, 0)


def test_what_a_copy_is_of_is_what_was_sent_unless_copying_is_the_task() -> None:
    words, data = "Translate {text} ({number})", {"text": "The pump", "number": 7}
    asked = text_kind.question({"answer": {"min_length": 2, "max_length": 9}}, data, words, 4)
    assert asked.copies == ("The pump", "Translate The pump (7)")  # a number alone is no copy
    assert (asked.type, asked.shortest, asked.longest, asked.tag) == ("text", 2, 9, 4)
    assert text_kind.question({"answer": {"may_copy": True}}, data, words, None).copies == ()


def test_a_check_asks_yes_or_no_about_the_text_and_all_else_what_the_project_asks() -> None:
    spec = {"kind": "text", "template": {"en": "Translate"}, "check": {"template": {"en": "Good? {answer}"}}}
    assert text_kind.asked_spec(spec, "do") is spec
    asked = text_kind.asked_spec(spec, "check")
    assert (asked["kind"], asked["template"], asked["bundle"]) == (
        "verification",
        {"en": "Good? {answer}"},
        1,
    )
    assert [choice["value"] for choice in asked["choices"]] == ["yes", "no"]
    assert asked["multiple"] is False
    assert text_kind.is_written(spec, "do")
    assert not text_kind.is_written(spec, "check")
    assert not text_kind.is_written({"kind": "tagging"}, "do")


def test_a_text_refused_and_then_upheld_counts_as_accepted() -> None:
    texts = [text_kind.Checked("Moja", True, 0, 2), text_kind.Checked("Mbili", False, 0, 2)]
    found, votes = text_kind.conclude_checked(texts)
    assert found.value == "Moja"
    assert votes == {"Moja": {"accepted": 0, "refused": 2}, "Mbili": {"accepted": 0, "refused": 2}}
    assert text_kind.conclude_checked(texts[::-1])[0].value == "Moja"
    assert text_kind.conclude_checked(texts[1:])[0].value is None


def test_checks_of_the_same_text_by_two_writers_are_added_up() -> None:
    texts = [text_kind.Checked("Moja", True, 2, 0), text_kind.Checked("Moja", True, 1, 1)]
    assert text_kind.conclude_checked(texts)[1] == {"Moja": {"accepted": 3, "refused": 1}}


def test_what_an_answer_must_be_like_is_for_texts_only() -> None:
    with pytest.raises(AppError) as caught:
        checked(answer={"max_length": 20}, check=CHECK)
    assert [found.pointer for found in caught.value.errors] == ["/answer", "/check"]


def test_a_text_has_no_gold(session: Session) -> None:
    project = draft(session, **TRANSLATE)
    line = tasks.TaskItem(1, "t1", {"text": "The pump is dry"}, "Pampu imekauka")
    [error] = tasks.add_tasks(session, project=project, lines=[line], now=NOW).errors
    assert error.pointer == "/gold"
    assert "no gold" in error.message


def test_the_text_most_like_the_others_is_the_result() -> None:
    found = text_kind.conclude(["Pampu imekauka", "unsure", "Pampu imekauka kabisa", "Sijui maana yake"])
    assert (found.answers, found.method) == (3, "medoid")
    assert (found.value or "").startswith("Pampu imekauka")


def test_numbers_of_people_are_masked_and_those_of_the_client_are_not() -> None:
    assert text_kind.without_numbers("Piga 0712 345 678", {"text": "Call me"}) == "Piga [number]"
    assert text_kind.without_numbers("Piga 0712345678", {"text": "Call 0712345678"}) == "Piga 0712345678"


def test_the_longest_answer_is_reckoned_in_the_letters_it_is_written_in() -> None:
    assert text_kind.longest({"answer": {"max_length": 3, "script": "Deva"}}) == "\u0915" * 3
    assert text_kind.longest({"answer": {"max_length": 3}}) == "xxx"
