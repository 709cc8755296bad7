"""How questions share a message: never more than a segment, the question in short for those who know it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import texts
from app.channels import segments
from app.operations import questions
from app.tasks.models import Project, Task

FORTY = "the water point near our market is empty"
RECEIPT = ("Got 1 2 1, +KES 6 (KES 100 today).", "1 2 1, +KES 6.", "121 +KES 6.")


def project(pay_minor: int = 200, **changes: Any) -> Project:
    spec = {
        "kind": "verification",
        "template": {"en": 'Is this about WATER? "{text}"'},
        "short": {"en": "Water?"},
        "choices": [
            {"value": "yes", "label": {"en": "Yes"}},
            {"value": "no", "label": {"en": "No"}},
        ],
        **changes,
    }
    return Project(spec=spec, kind=spec["kind"], pay_minor=pay_minor, currency="KES")


def asking(*words: str) -> list[Task]:
    return [Task(data={"text": each}, step="do") for each in words]


def test_three_texts_of_forty_characters_share_a_segment_with_the_receipt_for_who_knows_the_question() -> (
    None
):
    tasks = asking(FORTY, FORTY, FORTY, FORTY)
    fit = questions.fitting(project(), tasks, "en", prefixes=RECEIPT, experienced=True)
    assert len(fit) == 3
    text = questions.render_all(project(), fit, "en", prefixes=RECEIPT, experienced=True)
    assert text == f"121 +KES 6. Water? 1){FORTY} 2){FORTY} 3){FORTY} 1Yes 2No 0?"
    assert segments.count(text).segments == 1


def test_without_a_receipt_the_pay_is_named() -> None:
    fit = questions.fitting(project(), asking(FORTY, FORTY, FORTY), "en", experienced=True)
    assert questions.render_all(project(), fit, "en", experienced=True).endswith("1Yes 2No 0?. 3x KES 2")


def test_behind_a_receipt_that_names_no_pay_it_is_named() -> None:
    tasks = asking(FORTY, FORTY)
    assert questions.render_all(project(), tasks, "en", prefixes=("OK.",), experienced=True).endswith(
        "2x KES 2"
    )


def test_a_newcomer_reads_the_whole_question() -> None:
    fit = questions.fitting(project(), asking(FORTY, FORTY, FORTY), "en", prefixes=RECEIPT)
    text = questions.render_all(project(), fit, "en", prefixes=RECEIPT)
    assert len(fit) == 2
    assert "Is this about WATER? 1) " in text
    assert "Answer in order." in text


@given(
    words=st.lists(
        st.text("abcdefgh {}[]", min_size=1, max_size=90).filter(str.strip), min_size=2, max_size=6
    ),
    pay_minor=st.integers(1, 10**9),
    experienced=st.booleans(),
    tag=st.none() | st.integers(1, 99_999).map("Q{}".format),
    receipt=st.sampled_from([("",), RECEIPT, ("OK.",), ("Welcome back!", "")]),
)
def test_what_shares_a_message_is_one_segment_whenever_it_is_asked(
    words: list[str], pay_minor: int, experienced: bool, tag: str | None, receipt: tuple[str, ...]
) -> None:
    whole = project(pay_minor)
    fit = questions.fitting(whole, asking(*words), "en", prefixes=receipt, experienced=experienced, tag=tag)
    if len(fit) == 1:
        return
    asked = questions.render_all(whole, fit, "en", prefixes=receipt, experienced=experienced, tag=tag)
    assert segments.count(asked).segments == 1
    assert asked.startswith(min(receipt, key=len)[:5]) or any(asked.startswith(one) for one in receipt)
    # Asked again by who does not know how well the worker knows it, it stays one segment, too.
    for tagged, known in (("Q1", experienced), ("Q99999", experienced), ("Q99999", False)):
        reminder = questions.render_all(
            whole, fit, "en", prefixes=(texts.say("reminder", "en"), ""), tag=tagged, experienced=known
        )
        assert segments.count(reminder).segments == 1


def test_a_long_question_is_asked_by_its_short_form_of_who_knows_it_where_the_receipt_fits_only_so() -> None:
    (task,) = asking("a" * 120)
    text = questions.render(project(), task, "en", prefixes=RECEIPT[2:], experienced=True)
    assert text == f"121 +KES 6. Water? {'a' * 120} 1Yes 2No 0? KES 2"
    assert segments.count(text).segments == 1


def test_a_newcomer_reads_the_receipt_before_a_question_that_leaves_no_room_for_it_and_the_pay() -> None:
    (task,) = asking("a" * 120)
    alone = f"Is this about WATER? {'a' * 120} 1Yes 2No 0?"
    said = ("Got 1 Yes, +KES 2 (KES 6 today).", "1 Yes, +KES 2.", "+KES 2.", "+KES 2")
    assert questions.render(project(), task, "en", prefixes=said) == f"+KES 2 {alone}"
    assert questions.render(project(), task, "en", prefixes=(*said, "")) == f"+KES 2 {alone}"
    # What names no pay, or is too long, leaves the pay where it is.
    for other in (("OK.", ""), ("121 +KES 6.",), ("",)):
        assert questions.render(project(), task, "en", prefixes=other) == f"{alone} KES 2"
    (shorter,) = asking("a" * 95)
    text = questions.render(project(), shorter, "en", prefixes=said)
    assert text == f'+KES 2. Is this about WATER? "{"a" * 95}" 1 Yes 2 No 0 Don\'t know. KES 2'


def test_the_pay_is_named_even_where_it_alone_costs_a_segment() -> None:
    tags = project(kind="tagging", multiple=True, max_segments=2)
    room = segments.count(questions.render(tags, asking("")[0], "en")).units
    (task,) = asking("a" * (161 - room))
    text = questions.render(tags, task, "en", prefixes=("+KES 2.", ""))
    assert text.startswith("+KES 2. Is this about")
    assert text.endswith("KES 2")
    assert segments.count(text).segments == 2


@pytest.mark.parametrize(("length", "expected"), [(100, 1), (120, 1), (130, 2)])
def test_a_long_question_is_asked_in_fewer_letters_where_that_spares_a_segment(
    length: int, expected: int
) -> None:
    text = questions.render(project(), asking("a" * length)[0], "en")
    assert segments.count(text).segments == expected
    assert ("0 Don't know" in text) == (length != 120)


def test_a_tag_is_left_out_where_it_alone_would_cost_a_segment() -> None:
    (task,) = asking("a" * 120)
    assert segments.count(questions.render_all(project(), [task], "en", tag="Q123")).segments == 1
    assert questions.render_all(project(), asking("a"), "en", tag="Q123").startswith("Q123: ")


def test_a_receipt_goes_before_the_pay_where_only_one_of_them_fits() -> None:
    said = (*RECEIPT, "")
    text = questions.render_all(project(), asking(FORTY, FORTY, FORTY), "en", prefixes=said, experienced=True)
    assert text.startswith("121 +KES 6. Water?")


def test_where_a_message_is_billed_whole_a_segment_is_no_bound_and_nothing_is_cut() -> None:
    tasks = asking(*[FORTY] * 6)
    fit = questions.fitting(project(), tasks, "en", prefixes=RECEIPT, whole=True)
    assert len(fit) == 5
    text = questions.render_all(project(), fit, "en", prefixes=RECEIPT, whole=True)
    assert text.startswith(f"{RECEIPT[0]} Is this about WATER? 1) {FORTY} 2) {FORTY}")
    assert text.endswith("5x KES 2")
    long = asking(*["x" * 250] * 5)
    assert len(questions.fitting(project(), long, "en", whole=True)) == 3
    assert len(questions.fitting(project(), long, "en")) == 1


def test_what_was_asked_in_a_whole_message_is_asked_again_uncut() -> None:
    tasks = asking(*[FORTY] * 5)
    again = questions.render_all(project(), tasks, "en", prefixes=("Please answer:", ""))
    assert again.startswith("Please answer: Is this about WATER? 1) ")
    assert again.endswith("5x KES 2")
