"""Free text: short translations written by workers in their own words."""

from typing import Any

import pytest
from sqlalchemy import select

from app.channels import segments
from app.payments import ledger
from app.tasks.models import Answer, Result, Task
from tests.story.conftest import Phones, World

TRANSLATE: dict[str, Any] = {
    "kind": "text",
    "choices": [],
    "template": {"en": 'Translate to Swahili: "{text}"'},
    "answer": {"min_length": 5, "max_length": 400, "script": "Latn", "language": "sw"},
    "pay": {"amount": 2000, "currency": "KES"},
    "bundle": None,
}


def values(world: World) -> list[str]:
    world.session.expire_all()
    return list(world.session.scalars(select(Answer.value).order_by(Answer.answered_at, Answer.id)))


def places(world: World) -> list[tuple[int, int]]:
    world.session.expire_all()
    return [
        (task.live, task.answered) for task in world.session.scalars(select(Task).order_by(Task.position))
    ]


def test_texts_are_taken_paid_and_the_one_most_alike_is_the_result(world: World, phones: Phones) -> None:
    world.project(1, **TRANSLATE)
    written = ["Pampu ya 1 imevunjika", "Pampu 1 imevunjika", "Pampu ya 1 imevunjika."]
    for n, text in enumerate(written, start=1):
        [asked] = world.join(phones(n))
        assert 'Translate to Swahili: "Pump 1 is broken"' in asked
        assert asked.endswith("KES 20")
        assert segments.count(asked).segments == 1
        [said] = world.text(phones(n), text)
        assert said.startswith(f'Got "{text}", +KES 20 (KES 20 today).')
    assert values(world) == written
    world.session.expire_all()
    found = world.session.scalars(select(Result)).one()
    assert found.value in {written[0], written[2]}
    assert (found.method, found.answers) == ("medoid", 3)
    assert ledger.imbalance(world.session) == 0


def test_a_text_of_several_segments_is_taken_whole(world: World, phones: Phones) -> None:
    world.project(1, **TRANSLATE)
    world.join(phones(1))
    long = "Pampu ya kwanza ya kijiji chetu imevunjika tangu wiki iliyopita na watu wanateka maji mtoni. " * 4
    [said] = world.text(phones(1), long)
    assert "+KES 20" in said
    assert values(world) == [long.strip()]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("Pamp", "5 to 400 characters"),
        ("पंप टूट गया है", "Latin letters"),
        ("Pump 1 is broken", "That is what we sent you"),
        ('translate to swahili "pump 1 is broken"', "That is what we sent you"),
        ("Habari yako, asante sana", "we need your answer in words"),
    ],
)
def test_what_is_no_text_of_theirs_is_asked_about_once_and_then_passed_on(
    world: World, phones: Phones, reply: str, told: str
) -> None:
    world.project(2, **TRANSLATE)
    world.join(phones(1))
    [again] = world.text(phones(1), reply)
    assert told in again
    assert segments.count(again).segments == 1
    [passed] = world.text(phones(1), f"{reply} ")
    assert "someone else" in passed
    assert "Pump 2" in passed
    assert values(world) == []
    assert places(world)[0] == (0, 0)


def test_after_the_clarifying_question_the_right_text_is_taken(world: World, phones: Phones) -> None:
    world.project(1, **TRANSLATE)
    world.join(phones(1))
    world.text(phones(1), "hi")
    [said] = world.text(phones(1), "Pampu imevunjika")
    assert "+KES 20" in said
    assert values(world) == ["Pampu imevunjika"]


def test_a_text_that_holds_stop_is_taken_when_it_is_sent_again(world: World, phones: Phones) -> None:
    world.project(1, **TRANSLATE)
    world.join(phones(1))
    [hint] = world.text(phones(1), "Basi litasimama, bus will stop")
    assert "reply only STOP" in hint
    [said] = world.text(phones(1), "Basi litasimama, bus will stop hapa")
    assert "+KES 20" in said
    assert values(world) == ["Basi litasimama, bus will stop hapa"]


def test_dont_know_is_kept_and_not_paid(world: World, phones: Phones) -> None:
    world.project(1, **TRANSLATE)
    world.join(phones(1))
    [said] = world.text(phones(1), "0")
    assert "don't know" in said
    assert values(world) == ["unsure"]
    assert places(world) == [(0, 0)]


def test_what_a_client_lets_be_copied_may_be(world: World, phones: Phones) -> None:
    correct = {
        **TRANSLATE,
        "template": {"en": 'Correct the spelling: "{text}"'},
        "answer": {"may_copy": True},
    }
    world.project(1, **correct)
    world.join(phones(1))
    [said] = world.text(phones(1), "Pump 1 is broken")
    assert "+KES 20" in said


def test_the_number_of_a_person_is_not_shown_to_the_client(world: World, phones: Phones) -> None:
    world.project(1, **TRANSLATE)
    world.join(phones(1))
    world.text(phones(1), "Pampu imevunjika, piga 0712345678")
    assert values(world) == ["Pampu imevunjika, piga [number]"]
