"""Free texts that come in two messages, or are put right by their writer before anybody was asked about them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.channels import segments
from app.tasks.free_text.text_kind import ANSWER_FIELD
from app.tasks.models import CHECK, Task
from tests.story.conftest import NOON, Phones, World
from tests.story.test_text_checks import CHECKED, answers, holds, write


@pytest.fixture(autouse=True)
def travel() -> Any:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


def checked(world: World) -> list[Any]:
    """What those who check the texts will be shown."""
    return [
        check.data[ANSWER_FIELD] for check in world.session.scalars(select(Task).where(Task.step == CHECK))
    ]


def is_now(world: World, text: str) -> bool:
    [(value, state, pay)] = answers(world)
    return (value, state, pay) == (text, "pending", 0) and checked(world) == [text]


def test_a_text_that_comes_in_two_is_one(world: World, phones: Phones) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Pampu ya kijiji chetu")
    [said] = world.text(phones(1), "imevunjika tangu jana")
    assert said.startswith('Changed to "Pampu ya kijiji')
    assert segments.count(said).segments == 1
    assert is_now(world, "Pampu ya kijiji chetu imevunjika tangu jana")
    holds(world)


def test_a_text_written_anew_is_the_second_one(world: World, phones: Phones) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Pampu imevunjka")
    world.text(phones(1), "Pampu imevunjika")
    assert is_now(world, "Pampu imevunjika")


@pytest.mark.parametrize("said", ["sorry i meant {}", "I meant: {}", "samahani, nilimaanisha {}"])
def test_what_was_meant_takes_the_place_of_what_was_written(world: World, phones: Phones, said: str) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Kisima kimekauka")
    [told] = world.text(phones(1), said.format("Pampu imevunjika"))
    assert told == 'Changed to "Pampu imevunjika".'
    assert is_now(world, "Pampu imevunjika")
    holds(world)


@pytest.mark.parametrize("later", ["thanks", "x" * 90])
def test_thanks_and_what_is_too_long_are_no_rest(world: World, phones: Phones, later: str) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Pampu imevunjika")
    world.text(phones(1), later)
    assert is_now(world, "Pampu imevunjika")


def test_what_comes_minutes_later_is_no_rest(world: World, phones: Phones, travel: Any) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Pampu imevunjika")
    travel.shift(timedelta(minutes=3))
    world.text(phones(1), "when will you pay us")
    assert is_now(world, "Pampu imevunjika")


def test_what_somebody_was_asked_about_stays(world: World, phones: Phones) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Kisima kimekauka")
    world.join(phones(2))
    [told] = world.text(phones(1), "sorry i meant Pampu imevunjika")
    assert "in use already" in told or "cannot be changed" in told
    assert is_now(world, "Kisima kimekauka")


def test_where_another_text_is_open_it_is_asked_which_is_meant(world: World, phones: Phones) -> None:
    world.project(2, **CHECKED)
    write(world, phones(1), "Kisima kimekauka")
    world.deliver(phones(1))
    [told] = world.text(phones(1), "sorry i meant Pampu imevunjika")
    assert "UNDO" in told
    [(value, _, _)] = answers(world)
    assert value == "Kisima kimekauka"


def test_undo_asks_for_the_text_again(world: World, phones: Phones) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Kisima kimekauka")
    [again] = world.text(phones(1), "UNDO")
    assert "Translate to Swahili" in again
    world.text(phones(1), "Pampu imevunjika")
    assert is_now(world, "Pampu imevunjika")
    holds(world)
