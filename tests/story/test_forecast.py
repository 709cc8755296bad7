"""A client is told when a project will be finished, once that can be said, and is told the truth of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from app import client_commands, clock
from app.api.v1 import events
from app.console import projects as console
from app.console.auth import Visitor
from app.operations import launch, timeouts
from app.operations.expect import expect
from app.operations.forecast import Forecast, _answers, _going, _run_out, _tally, forecast_of
from app.settings import settings
from app.tasks.models import Project
from tests.story.conftest import Phones, World
from tests.story.test_survey import survey

NINE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # nine in the morning in Nairobi
ONE = {"mode": "fixed", "answers": 1}


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("KAZI_QUIET_HOURS", "19:00-08:00")
    monkeypatch.setenv("KAZI_SESSION_TASKS", "1000")
    settings.cache_clear()
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller
    settings.cache_clear()


def work(world: World, number: str, travel: Any, answers: int) -> None:
    """Answer so many, one every six minutes."""
    for _ in range(answers):
        travel.shift(timedelta(minutes=6))
        world.text(number, "1")


def seen(world: World, project: Project) -> Forecast:
    world.session.refresh(project)
    return forecast_of(world.session, project, clock.now())


def test_nothing_is_said_before_ten_answers_and_then_the_end(
    world: World, phones: Phones, travel: Any
) -> None:
    project = world.project(100, redundancy=ONE)
    world.join(phones(1))
    work(world, phones(1), travel, 9)
    early = seen(world, project)
    assert early.done_at is None
    assert early.why is not None
    assert "10" in early.why
    work(world, phones(1), travel, 11)
    # Twenty in two hours, and a rest still to come: half of the work is not done today.
    found = seen(world, project)
    assert found.why is None
    assert found.half_at is not None
    assert NINE + timedelta(hours=5) < found.half_at < NINE + timedelta(days=1, hours=5)
    assert found.done_at is not None
    assert found.done_by is not None
    assert NINE + timedelta(days=1) < found.done_at < found.done_by < NINE + timedelta(days=10)
    assert found.late is None
    work(world, phones(1), travel, 40)
    later = seen(world, project)
    assert later.half_at is not None
    assert later.half_at <= clock.now()  # half is behind, and when that was is known


def test_how_many_run_out_is_told_by_questions_whose_time_is_over(
    world: World, phones: Phones, travel: Any
) -> None:
    """Who answers answers soon: of those asked this morning it is known only of them."""
    project = world.project(100, redundancy=ONE)
    world.join(phones(1))
    world.join(phones(2))
    work(world, phones(1), travel, 3)
    assert _run_out(world.session, project, clock.now()) == (0, 0)
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()
    run_out, ended = _run_out(world.session, project, clock.now())
    assert (run_out, ended) == (2, 5)  # the second phone's, and the one the first was asked last


def test_the_answers_of_a_day_are_counted_and_no_others(world: World, phones: Phones, travel: Any) -> None:
    project = world.project(100, redundancy=ONE)
    world.join(phones(1))
    work(world, phones(1), travel, 4)
    since = clock.now()
    work(world, phones(1), travel, 3)
    assert _answers(world.session, project, since) == 3


def test_a_survey_goes_as_fast_as_its_respondents_and_not_as_their_answers(
    world: World, phones: Phones, travel: Any
) -> None:
    project = survey(world, redundancy={"mode": "fixed", "answers": 40})
    since = clock.now()
    for phone in (1, 2):
        world.join(phones(phone))
        travel.shift(timedelta(minutes=1))
        for reply in ("1", "5"):
            world.text(phones(phone), reply)
    assert _answers(world.session, project, since) == 0, "nobody is through"
    travel.shift(timedelta(minutes=6))
    world.text(phones(1), "4")
    assert _answers(world.session, project, since) == 1
    assert _answers(world.session, project, clock.now()) == 0
    going = _going(world.session, project, _tally(world.session, project), clock.now())
    assert (going.left, going.open_tasks) == (39, 39), "places, though it is one task"


def test_a_quote_reckons_with_who_was_heard_from_and_with_the_night(
    world: World, phones: Phones, travel: Any
) -> None:
    few = world.project(4, redundancy=ONE)
    many = world.project(12, redundancy=ONE)
    for phone in (1, 2):
        world.join(phones(phone))
    now = clock.now()

    def hours_of(project: Project, tasks: int) -> float:
        found = expect(world.session, project=project, tasks=tasks, places=tasks, now=now).finished_in_s
        assert found is not None
        return found / 3600

    # Two people answer eight on the first day, of eleven hours; and a task of four takes two rounds: 5.5 + 2 * 2.2.
    assert hours_of(few, 4) == pytest.approx(9.9, abs=0.1)
    # Eight on that day and four in 7.7 hours of a later one, and 3.2 rounds: 25.7 hours by day, from nine o'clock.
    assert hours_of(many, 12) == pytest.approx(25.7 + 2 * 13, abs=0.2)


def test_a_deadline_that_will_not_be_met_is_said(world: World, phones: Phones, travel: Any) -> None:
    soon = world.project(100, redundancy=ONE, deadline=(NINE + timedelta(hours=6)).isoformat())
    world.join(phones(1))
    work(world, phones(1), travel, 20)
    assert seen(world, soon).late is True
    soon.deadline = NINE + timedelta(days=9)
    assert forecast_of(world.session, soon, clock.now()).late is False


def test_what_does_not_run_has_no_forecast_but_a_reason(world: World, phones: Phones, travel: Any) -> None:
    project = world.project(12, redundancy=ONE)
    world.join(phones(1))
    work(world, phones(1), travel, 11)
    launch.pause(world.session, project=project, now=clock.now(), actor="cli")
    found = seen(world, project)
    assert (found.done_at, found.why) == (None, "It is paused; resume it to have a forecast.")
    launch.resume(world.session, project=project, now=clock.now(), actor="cli")
    world.text(phones(1), "1")
    timeouts.run_due()
    assert seen(world, project).why == "It is finished."


def test_the_stream_the_terminal_and_the_console_say_it_too(
    world: World, phones: Phones, travel: Any
) -> None:
    project = world.project(100, redundancy=ONE, deadline=(NINE + timedelta(hours=6)).isoformat())
    world.join(phones(1))
    work(world, phones(1), travel, 5)
    told = events._Told()
    assert events._forecast(project.id, told) is None  # nothing to say yet
    work(world, phones(1), travel, 15)
    said = events._forecast(project.id, told)
    assert said is not None
    assert (said.event, said.id) == ("forecast", None)
    assert said.data["late"] is True
    assert events._forecast(project.id, told) is None  # looked at a moment ago
    assert "after the deadline" in client_commands._ahead(said.data)
    assert client_commands._ahead({"done_at": None}) == ""
    viewer = Visitor(project.id, "viewer@example.org", "viewer", None, "")
    page = console.regions(project.id, world.session, viewer)["progress"]
    assert "Likely done" in page
    assert "after the deadline" in page
