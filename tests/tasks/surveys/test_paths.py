"""Which question follows which answer, condition by condition."""

from typing import Any

import pytest

from app.tasks.surveys import paths
from app.tasks.surveys.shape import SurveyQuestion

TEXT = {"en": "Well?"}
YES_NO = [{"value": value, "label": {"en": value.title()}} for value in ("yes", "no")]


def asked(name: str, **changes: Any) -> SurveyQuestion:
    whole = {"id": name, "type": "choice", "text": TEXT, "choices": YES_NO, **changes}
    return SurveyQuestion.read(whole)


def fits(when: Any, value: str, **changes: Any) -> bool:
    question = asked("a", next=[{"if": when, "to": "end"}], **changes)
    [rule] = question.rules
    assert rule.when is not None
    return paths.fits(question, rule.when, value)


NUMBER: dict[str, Any] = {"type": "number", "choices": []}
DATE: dict[str, Any] = {"type": "date", "choices": []}
MULTIPLE: dict[str, Any] = {"multiple": True}


@pytest.mark.parametrize(
    ("when", "changes", "fitting", "others"),
    [
        ("yes", {}, ["yes"], ["no", "unsure", "skipped", "unclear"]),
        (["yes", "no"], {}, ["yes", "no"], ["unsure"]),
        (["no", "unsure"], {}, ["no", "unsure", "skipped", "unclear"], ["yes"]),
        ("unsure", {}, ["unsure", "skipped", "unclear"], ["yes", "no"]),
        ("yes", MULTIPLE, ["yes", "yes|no"], ["no", "", "unsure"]),
        ("yes|no", {}, ["yes|no"], ["yes", "no"]),
        # A word that only holds `unsure` is another word.
        ("unsure of it", {}, ["unsure of it"], ["unsure"]),
        ({"min": 5, "max": 7}, NUMBER, ["5", "6.5", "7"], ["4.9", "7.1", "unsure"]),
        ({"min": 5}, NUMBER, ["5", "900"], ["4"]),
        ({"max": 7}, NUMBER, ["-3", "7"], ["8"]),
        ([1, 2.5, "unsure"], NUMBER, ["1", "1.0", "2.5", "unsure"], ["2", "0"]),
        (3, NUMBER, ["3"], ["4"]),
        (3, {"type": "scale", "choices": []}, ["3"], ["4", "unsure"]),
        ({"earliest": "2026-01-02"}, DATE, ["2026-01-02", "2026-02-01"], ["2026-01-01"]),
        ({"latest": "2026-01-02"}, DATE, ["2026-01-02", "2025-02-01"], ["2026-01-03"]),
        (
            {"earliest": "2026-01-02", "latest": "2026-01-03"},
            DATE,
            ["2026-01-02", "2026-01-03"],
            ["2026-01-01", "2026-01-04", "skipped"],
        ),
    ],
)
def test_what_a_condition_takes(
    when: Any, changes: dict[str, Any], fitting: list[str], others: list[str]
) -> None:
    assert {value: fits(when, value, **changes) for value in [*fitting, *others]} == {
        **dict.fromkeys(fitting, True),
        **dict.fromkeys(others, False),
    }


# a → b unless yes (→ d); b → end if no, else c; c → always the end; d → e; e ends.
WAYS = [
    asked("a", next=[{"if": "yes", "to": "d"}]),
    asked("b", next=[{"if": "no", "to": "end"}]),
    asked("c", next="end"),
    asked("d"),
    asked("e"),
]


@pytest.mark.parametrize(
    ("at", "value", "expected"),
    [
        ("a", "yes", "d"),
        ("a", "no", "b"),
        ("a", "unsure", "b"),
        ("b", "no", None),
        ("b", "yes", "c"),
        ("c", "yes", None),
        ("d", "no", "e"),
        ("e", "no", None),
    ],
)
def test_the_first_rule_that_fits_holds_and_else_the_next_in_order(
    at: str, value: str, expected: str | None
) -> None:
    found = paths.following(WAYS, at, value)
    assert (found.id if found else None) == expected


def test_the_first_of_several_rules_that_fit_holds() -> None:
    several = [asked("a", next=[{"if": "yes", "to": "c"}, {"to": "end"}]), asked("b"), asked("c")]
    assert paths.following(several, "a", "yes") == several[2]
    assert paths.following(several, "a", "no") is None
    assert paths.targets(several, 0) == [2, None]


def test_where_answers_may_lead() -> None:
    assert [paths.targets(WAYS, at) for at in range(5)] == [[3, 1], [None, 2], [None], [4], [None]]
    unknown = [asked("a", next=[{"if": "yes", "to": "nowhere"}, {"if": "no", "to": "b"}]), asked("b")]
    assert paths.targets(unknown, 0) == [1]


def test_the_longest_way_counts_every_question_on_it() -> None:
    assert [paths.longest_from(WAYS, name) for name in "abcde"] == [3, 2, 1, 2, 1]
    assert paths.longest_from(WAYS) == 3
    assert paths.longest_from([asked("a")]) == 1
    assert paths.longest_from([]) == 0
    # A way back is refused when the survey is made; here it is no way at all.
    back = [asked("a"), asked("b", next=[{"if": "yes", "to": "a"}, {"to": "b"}])]
    assert paths.longest_from(back) == 2


def test_what_no_answer_leads_to_is_not_reached() -> None:
    assert paths.reached(WAYS) == {0, 1, 2, 3, 4}
    assert paths.reached([asked("a", next="c"), asked("b"), asked("c")]) == {0, 2}
    assert paths.reached([asked("a", next="end"), asked("b")]) == {0}
    assert paths.reached([]) == set()


def test_a_question_that_is_not_there_is_an_error() -> None:
    assert paths.place_of(WAYS, "c") == 2
    with pytest.raises(ValueError, match="not in list"):
        paths.place_of(WAYS, "z")
