"""Texts that nobody waits for come in a person's own good hours; who ignores them gets fewer, and no reminders."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.hours import local_hour
from app.operations import offer, timeouts
from app.people.models import Worker
from app.settings import settings
from app.tasks.models import Assignment, Task
from tests.story.conftest import Phones, World

NAIROBI = "Africa/Nairobi"
NINE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # nine in the morning in Nairobi
ONE = {"mode": "fixed", "answers": 1}


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A clock that starts at nine in Nairobi, with the quiet hours of a real service."""
    monkeypatch.setenv("KAZI_QUIET_HOURS", "19:00-08:00")
    settings.cache_clear()
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller
    settings.cache_clear()


def workers(world: World) -> list[Worker]:
    world.session.expire_all()
    return list(world.session.scalars(select(Worker).order_by(Worker.joined_at)))


def pass_time(travel: Any, step: timedelta) -> None:
    travel.shift(step)
    timeouts.run_due()
    offer.offer_due()


def evenings(world: World, number: str, travel: Any, days: int = 12) -> None:
    """Let somebody answer at five in the afternoon, day after day."""
    for day in range(1, days + 1):
        travel.move_to(NINE + timedelta(days=day, hours=8))
        world.text(number, "MORE")


def test_a_text_waits_for_the_hour_in_which_its_person_answers(
    world: World, phones: Phones, travel: Any
) -> None:
    world.join(phones(1))
    evenings(world, phones(1), travel)
    travel.move_to(NINE + timedelta(days=20))
    world.project(8)
    assert offer.offer_due() == 0
    [worker] = workers(world)
    assert worker.available_at is not None
    assert local_hour(worker.available_at, NAIROBI) in {16, 17}
    travel.move_to(worker.available_at)
    assert offer.offer_due() == 1
    [question] = world.read(phones(1))
    assert "Pump" in question


def test_who_writes_is_answered_whatever_the_hour(world: World, phones: Phones, travel: Any) -> None:
    world.join(phones(1))
    evenings(world, phones(1), travel)
    travel.move_to(NINE + timedelta(days=20))
    world.project(8)
    [question] = world.text(phones(1), "MORE")
    assert "Pump" in question


def test_nothing_waits_when_the_deadline_is_near(world: World, phones: Phones, travel: Any) -> None:
    world.join(phones(1))
    evenings(world, phones(1), travel)
    travel.move_to(NINE + timedelta(days=20))
    world.project(8, deadline=(NINE + timedelta(days=20, hours=10)).isoformat())
    assert offer.offer_due() == 1


def test_where_few_places_are_left_the_quick_and_willing_are_asked(
    world: World, phones: Phones, travel: Any
) -> None:
    for n in (1, 2):
        world.join(phones(n))
    slow, quick = workers(world)
    slow.heeded, quick.heeded, quick.reply_s = 0.2, 0.9, 300.0
    world.session.commit()
    travel.shift(timedelta(minutes=5))
    world.project(1, redundancy=ONE)
    offer.offer_due(1)
    assert world.session.scalars(select(Assignment.worker_id)).one() == quick.id


def test_two_ignored_end_the_reminders_and_lengthen_the_rests(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(20, redundancy=ONE)
    world.join(phones(1))
    said: list[tuple[timedelta, list[str]]] = []
    for hour in range(24 * 14):
        world.deliver()
        pass_time(travel, timedelta(hours=1))
        texts = world.read(phones(1))
        said += [(timedelta(hours=hour + 1), texts)] if texts else []
    reminders = [at for at, texts in said if any("Still waiting" in text for text in texts)]
    questions = [at for at, texts in said if any("Pump" in text and "Still" not in text for text in texts)]
    assert len(reminders) == 2  # one for each of the first two
    gaps = [later - earlier for earlier, later in pairwise(questions)]
    assert gaps == sorted(gaps)
    assert gaps[-1] >= timedelta(days=3)
    [worker] = workers(world)
    assert worker.ignored_in_row >= 4
    world.text(phones(1), "MORE")
    assert workers(world)[0].ignored_in_row == 0


def test_nobody_is_reminded_while_somebody_else_can_be_asked(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(1, redundancy=ONE)
    world.join(phones(1))
    world.join(phones(2))  # waits: there is one place
    world.deliver()
    world.read(phones(1))
    for _ in range(5):
        pass_time(travel, timedelta(hours=1))
    assert world.read(phones(1)) == []
    [question] = world.read(phones(2))
    assert "Pump 1" in question


def test_a_question_near_the_deadline_is_waited_for_less_and_its_answer_taken_all_the_same(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(1, redundancy=ONE, deadline=(NINE + timedelta(hours=3)).isoformat())
    world.join(phones(1))
    world.join(phones(2))  # waits, and can be asked instead
    world.deliver()
    timeouts.run_due()
    [assignment] = world.session.scalars(select(Assignment))
    assert assignment.expires_at == NINE + timedelta(hours=1)
    travel.shift(timedelta(minutes=61))
    timeouts.run_due()
    *_, paid = world.text(phones(1), "1")
    assert "+KES 2" in paid
    assert world.session.scalars(select(Task)).one().answered == 1


def test_a_question_near_the_deadline_is_waited_for_as_ever_where_nobody_else_can_be_asked(
    world: World, phones: Phones, travel: Any
) -> None:
    del travel
    world.project(1, redundancy=ONE, deadline=(NINE + timedelta(hours=3)).isoformat())
    world.join(phones(1))
    world.deliver()
    timeouts.run_due()
    assert world.session.scalars(select(Assignment.expires_at)).one() == NINE + timedelta(hours=4)
