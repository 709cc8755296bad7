"""A survey that its respondent leaves, and comes back to: after a silence, after MORE, after STOP and START."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import clock
from app.errors import AppError
from app.operations import surveying, timeouts
from app.operations.answer import open_ask
from app.payments import ledger
from app.people.models import Worker
from app.tasks.models import Answer, Assignment, Result
from app.tasks.rules import Reading
from tests.story.conftest import Phones, World
from tests.story.test_survey import WELLS, answers, paid, survey, survey_task, task


def test_somebody_stops_and_goes_on_after_two_days(world: World, phones: Phones, travel: Any) -> None:
    survey(world)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=2, minutes=1))
    timeouts.run_due()
    [reminder] = world.read(phones(1))
    assert reminder.startswith("Still waiting for you: Q1: 2/3 How many people live with you?")
    travel.shift(timedelta(hours=3))
    timeouts.run_due()
    assert (task(world).live, task(world).answered) == (0, 0)
    travel.shift(timedelta(days=2))
    timeouts.run_due()
    assert world.read(phones(1)) == []
    [third] = world.text(phones(1), "7")
    assert "7, +KES 2. 3/3 How does the water taste?" in third
    world.text(phones(1), "5")
    assert answers(world) == [("uses", "yes"), ("people", "7"), ("taste", "5")]
    assert (task(world).answered, task(world).live) == (1, 0)
    late = world.session.scalars(select(Answer).where(Answer.late)).one()
    assert late.question_id == "people"


def test_more_takes_a_survey_up_where_it_was_left(world: World, phones: Phones, travel: Any) -> None:
    survey(world)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()
    travel.shift(timedelta(days=2))
    world.read(phones(1))
    [again] = world.text(phones(1), "MORE")
    assert again.startswith("Let us go on: 2/3 How many people live with you?")
    # The lease runs anew from when that arrives.
    timeouts.run_due()
    assert task(world).live == 1
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=3))
    timeouts.run_due()
    assert task(world).live == 1
    assert world.read(phones(1)) != []  # reminded
    [third] = world.text(phones(1), "7")
    assert third.startswith("Got 7, +KES 2")


def test_of_two_surveys_left_the_last_is_taken_up(world: World, phones: Phones, travel: Any) -> None:
    def fall_silent() -> None:
        world.deliver()
        timeouts.run_due()
        travel.shift(timedelta(hours=5))
        timeouts.run_due()
        world.read(phones(1))

    survey(world)
    world.join(phones(1))
    world.text(phones(1), "1")
    fall_silent()
    survey(world, questions=[{**one, "text": {"en": "Soil?", "sw": "Udongo?"}} for one in WELLS["questions"]])
    [other] = world.text(phones(1), "SKIP")
    assert "1/3 Soil?" in other
    fall_silent()
    [again] = world.text(phones(1), "MORE")
    assert again.startswith("Let us go on: 1/3 Soil?")


def test_an_answer_to_a_question_that_ended_meanwhile_is_refused(world: World, phones: Phones) -> None:
    survey(world)
    world.join(phones(1))
    worker = world.session.scalars(select(Worker)).one()
    ask = open_ask(world.session, worker, received_at=clock.now() + timedelta(minutes=1))
    assert ask is None  # not delivered yet
    world.deliver()
    ask = open_ask(world.session, worker, received_at=clock.now() + timedelta(minutes=1))
    assert ask is not None
    [question] = ask.questions
    ended = update(Assignment).values(state="skipped")
    world.session.execute(ended.execution_options(synchronize_session=False))  # by somebody else
    with pytest.raises(AppError) as refused:
        surveying.answer(
            world.session,
            worker=worker,
            question=question,
            reading=Reading("yes", "1", 1.0),
            channel="twilio_sms",
            now=clock.now(),
        )
    assert refused.value.code == "wrong-state"
    assert answers(world) == []


def test_the_lease_runs_anew_with_each_question(world: World, phones: Phones, travel: Any) -> None:
    survey(world)
    world.join(phones(1))
    for reply in ("1", "5"):
        world.deliver()
        timeouts.run_due()
        travel.shift(timedelta(hours=3))
        world.text(phones(1), reply)
        timeouts.run_due()
    clocks = select(Assignment.started_at, Assignment.expires_at)
    assert world.session.execute(clocks).all() == [(None, None)]  # the third is not known to have arrived
    world.deliver()
    timeouts.run_due()
    [(started_at, expires_at)] = world.session.execute(clocks).all()
    assert started_at is not None
    assert expires_at == started_at + timedelta(hours=4)


def test_stop_in_the_middle_keeps_what_was_said_and_asks_nothing_more(world: World, phones: Phones) -> None:
    survey(world)
    world.join(phones(1))
    world.text(phones(1), "1")
    [left] = world.text(phones(1), "STOP")
    assert "You have left Kazi" in left
    assert world.text(phones(1), "5") == []
    assert answers(world) == [("uses", "yes")]
    assert (task(world).answered, task(world).live, paid(world)) == (0, 0, 200)
    [question] = world.join(phones(2))
    assert "1/3" in question  # the place is another's


def test_after_stop_start_goes_on_with_the_survey_where_it_was_left(
    world: World, phones: Phones, travel: Any
) -> None:
    survey(world)
    [first] = world.join(phones(1))
    assert "1/3" in first
    world.text(phones(1), "1")
    world.project(1)
    world.text(phones(1), "STOP")
    travel.shift(timedelta(days=2))
    timeouts.run_due()
    assert world.read(phones(1)) == []
    [back] = world.text(phones(1), "START")
    assert back.startswith("Welcome back! Let us go on: 2/3 How many people live with you?")
    [third] = world.text(phones(1), "7")
    assert third.startswith("Got 7, +KES 2")
    world.text(phones(1), "4")
    assert answers(world) == [("uses", "yes"), ("people", "7"), ("taste", "4")]
    assert (survey_task(world).answered, survey_task(world).live) == (1, 0)
    assert ledger.imbalance(world.session) == 0


def test_after_start_who_left_a_survey_that_others_took_over_is_given_other_work(
    world: World, phones: Phones
) -> None:
    survey(world, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    world.text(phones(1), "1")
    world.text(phones(1), "STOP")
    [question] = world.join(phones(2))
    assert "1/3" in question
    world.deliver()
    world.project(1)
    [back] = world.text(phones(1), "START")
    assert back.startswith("Welcome back! Is this about WATER?")


def test_a_place_that_is_another_s_by_now_is_told_plainly(world: World, phones: Phones, travel: Any) -> None:
    survey(world, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    world.text(phones(1), "1")
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()
    world.join(phones(2))
    world.deliver()
    *_, told = world.text(phones(1), "5")
    assert "not paid" in told
    assert "came after its time" in world.text(phones(1), "WHY")[-1]
    assert answers(world) == [("uses", "yes")]
    [more] = world.text(phones(1), "MORE")
    assert "no work" in more


def test_who_stops_half_way_is_paid_and_the_places_left_stay_funded(
    world: World, phones: Phones, travel: Any
) -> None:
    """Two places of three questions are funded for ten answers; six said by people who stop leave one place."""
    project = survey(world, redundancy={"mode": "fixed", "answers": 2})
    for n in (1, 2, 3):
        world.join(phones(n))
        world.text(phones(n), "1")
        world.text(phones(n), "5")
        world.text(phones(n), "STOP")
        assert task(world).answered + task(world).live <= task(world).places
    assert (task(world).spent, task(world).places) == (6, 1)
    world.join(phones(4))
    for reply in ("1", "5", "3"):
        world.text(phones(4), reply)
    timeouts.run_due()
    world.session.refresh(project)
    assert project.state == "finished"
    found = world.session.scalars(select(Result)).one()
    assert found.votes == {"complete": 1, "partial": 3}
    assert paid(world) == 9 * 200 <= 2 * project.place_pay_minor
    assert ledger.imbalance(world.session) == 0


def test_more_asks_again_what_is_open_before_a_survey_that_was_left(
    world: World, phones: Phones, travel: Any
) -> None:
    survey(world)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()
    world.project(1)
    *_, other = world.text(phones(1), "SKIP")
    assert "Is this about WATER?" in other
    [again] = world.text(phones(1), "MORE")
    assert "Is this about WATER?" in again
    [back] = world.text(phones(1), "1")  # nothing else is open now
    assert "No more work just now" in back
    [resumed] = world.text(phones(1), "MORE")
    assert resumed.startswith("Let us go on: 2/3")
