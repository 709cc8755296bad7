"""Whose skill hardly reaches what a project asks gets no more of it, and is told so, once."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from sqlalchemy import select

from app import clock
from app.operations import timeouts
from app.people.models import Notice
from app.tasks import walks
from app.tasks.models import Project, Skill
from tests.story.conftest import World
from tests.story.test_adaptive import adaptive, allow_judging, truth

TOLD = "Thank you! One kind of question goes to others from now on"


def wrong(text: str) -> str:
    return "2" if truth(text) == "1" else "1"


def test_somebody_mostly_wrong_is_passed_over_and_told(world: World, phones: Callable[[int], str]) -> None:
    project = world.project(60, **adaptive(0.95, 5), audience={"min_skill": 0.5}, bundle=1)
    say = {1: wrong, 2: truth, 3: truth, 4: truth}
    asked = {n: world.join(phones(n)) for n in say}
    for _ in range(walks.KNOWN_FROM + 10):
        for n, answer in say.items():
            question = [text for text in asked[n] if "Pump" in text]
            asked[n] = world.text(phones(n), answer(question[-1]) if question else "MORE")
        allow_judging(world)
    world.session.expire_all()
    lowers = {skill.worker_id: skill.lower for skill in world.session.scalars(select(Skill))}
    assert sorted(lower < 0.5 for lower in lowers.values()) == [False, False, False, True]
    assert world.session.get_one(Project, project.id).median_lower == sum(sorted(lowers.values())[1:3]) / 2
    world.project(1, name="Other work")
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        timeouts.run_due()
        allow_judging(world)
        timeouts.run_due()
        assert len(world.session.scalars(select(Notice)).all()) == 1
        heard = {n: world.read(phones(n)) for n in say}
        assert [any(TOLD in text for text in heard[n]) for n in say] == [True, False, False, False]
        # Of other work they get as before.
        assert any("Pump" in text for text in world.text(phones(1), "MORE"))
