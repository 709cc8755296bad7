"""Tagging: a short list of labels, of which one or several apply."""

from sqlalchemy import select

from app.operations import timeouts
from app.tasks.models import Answer, Result
from tests.story.conftest import Phones, World

TOPICS = [
    {"value": "water", "label": {"en": "Water", "sw": "Maji"}},
    {"value": "roads", "label": {"en": "Roads", "sw": "Barabara"}},
    {"value": "schools", "label": {"en": "Schools", "sw": "Shule"}},
]
TAGGING = {"kind": "tagging", "template": {"en": '"{text}" is about'}, "choices": TOPICS}


def values(world: World) -> list[str]:
    world.session.expire_all()
    return list(world.session.scalars(select(Answer.value).order_by(Answer.answered_at, Answer.id)))


def result(world: World) -> tuple[str | None, float | None]:
    world.session.expire_all()
    found = world.session.scalars(select(Result)).one()
    return found.value, round(found.confidence or 0, 2)


def test_one_label_of_a_list(world: World, phones: Phones) -> None:
    world.project(1, **TAGGING)
    replies = {1: "2", 2: "Roads", 3: "c"}
    for n, reply in replies.items():
        [asked] = world.join(phones(n))
        assert "1 Water 2 Roads 3 Schools" in asked
        world.text(phones(n), reply)
    assert values(world) == ["roads", "roads", "schools"]
    assert result(world) == ("roads", 0.67)


def test_several_labels_of_a_list_are_judged_each_for_itself(world: World, phones: Phones) -> None:
    world.project(2, **TAGGING, multiple=True)
    for n, reply in {1: "1 3", 2: "13", 3: "1 and 2"}.items():
        [asked] = world.join(phones(n))
        assert "all that fit" in asked
        assert asked.count("Pump") == 1  # several digits an answer: nothing else shares the message
        world.text(phones(n), reply)
    assert values(world) == ["water|schools", "water|schools", "water|roads"]
    assert result(world) == ("water|schools", 0.67)


def test_the_receipt_names_every_label(world: World, phones: Phones) -> None:
    world.project(3, **TAGGING, multiple=True)
    world.join(phones(1))
    [said] = world.text(phones(1), "3 1")
    assert said.startswith("Got 1 3 Water, Schools, +KES 2")
    [said] = world.text(phones(1), "none")
    assert said.startswith("Got none of them, +KES 2")
    assert values(world) == ["water|schools", ""]


def test_labels_said_twice_or_outside_the_list_are_asked_about(world: World, phones: Phones) -> None:
    world.project(1, **TAGGING, multiple=True)
    world.join(phones(1))
    [again] = world.text(phones(1), "1 7")
    assert "1 Water 2 Roads 3 Schools" in again
    assert values(world) == []


def test_each_label_is_judged_by_how_often_it_applies(world: World, phones: Phones) -> None:
    """At a fit of all answers, and between two fits by what the last one left."""
    adaptive = {"mode": "adaptive", "confidence": 0.9, "max_answers": 5}
    project = world.project(4, **TAGGING, multiple=True, redundancy=adaptive)
    for n in (1, 2, 3):
        world.join(phones(n))
        for _ in range(4):
            world.text(phones(n), "1")
        timeouts.run_due()
        world.session.refresh(project)
        assert project.model is not None  # fitted with the first person's answers, kept for the others'
        shares = [yes for _, yes in project.model["prior"]]
        assert shares[0] > 0.5 > shares[1] == shares[2]
    found = world.session.scalars(select(Result)).all()
    assert {one.value for one in found} == {"water"}
