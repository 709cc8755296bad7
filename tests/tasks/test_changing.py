"""Giving an answer that was given another value, while nothing was concluded from it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.tasks import changing
from app.tasks import service as tasks
from app.tasks.models import UNSURE, Answer, ProjectEvent, Result, Task
from app.tasks.rules import Reading
from tests.tasks.arrange import NOW, answer, make_workers, must_take, running

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def worker(session: Session) -> UUID:
    return make_workers(session, 1)[0]


def last(session: Session, worker: UUID) -> list[changing.Given]:
    return changing.last_given(session, worker)


def change(session: Session, given: changing.Given, value: str, raw: str = "sorry") -> bool:
    return changing.change_answer(session, given=given, reading=Reading(value, raw, 0.8), now=LATER)


def test_the_last_reply_is_all_it_answered_in_order(session: Session, worker: UUID) -> None:
    running(session, 5)
    (other,) = make_workers(session, 1)
    assert last(session, worker) == []
    answer(session, must_take(session, worker, number=1), "yes")
    pair = [must_take(session, worker, LATER, number=number) for number in (3, 2)]
    for taken in pair:
        answer(session, taken, "no", LATER)
    must_take(session, worker, LATER, number=4)  # asked, and not answered
    answer(session, must_take(session, other, LATER), "yes", LATER + timedelta(minutes=1))
    found = last(session, worker)
    assert [given.assignment.id for given in found] == [taken.assignment.id for taken in reversed(pair)]
    assert [(given.answer.value, given.task.id) for given in found] == [
        ("no", taken.task.id) for taken in reversed(pair)
    ]


def test_the_value_changes_and_nothing_else(session: Session, worker: UUID) -> None:
    running(session, 2)
    answer(session, must_take(session, worker), "yes")
    answer(session, must_take(session, worker), "yes", LATER)
    [given] = last(session, worker)
    assert change(session, given, "no", "sorry no, +254 712 000 001")
    assert (given.answer.value, given.answer.confidence) == ("no", 0.8)
    session.expire_all()
    kept = given.answer
    assert (kept.value, kept.raw, kept.confidence) == ("no", "yes\nsorry no, [number]", 0.8)
    assert (kept.pay_minor, kept.answered_at, kept.state) == (200, LATER, "counted")
    task = session.get_one(Task, given.task.id)
    assert (task.answered, task.live, task.state) == (1, 0, "open")
    assert session.scalars(select(Answer.value).where(Answer.id != kept.id)).all() == ["yes"]
    event = session.scalars(select(ProjectEvent).order_by(ProjectEvent.id.desc())).first()
    assert event is not None
    assert (event.kind, event.at) == ("answer", LATER)
    assert event.data == {
        "task": "t2", "label": "no", "instead_of": "yes", "language": "en", "channel": "twilio_sms",
    }  # fmt: skip


def test_what_was_concluded_meanwhile_stays(session: Session, worker: UUID) -> None:
    running(session, 1)
    answer(session, must_take(session, worker), "yes")
    [given] = last(session, worker)
    told = len(session.scalars(select(ProjectEvent)).all())
    for values in ({"state": "refused"}, {"value": UNSURE}):
        with session.begin_nested() as nested:
            session.execute(update(Answer).values(**values))
            assert not change(session, given, "no")
            nested.rollback()
    session.execute(update(Task).values(state="finished"))
    assert not change(session, given, "no")
    session.expire_all()
    assert (given.answer.value, given.answer.raw) == ("yes", "yes")
    assert len(session.scalars(select(ProjectEvent)).all()) == told


def _task_over(session: Session) -> None:
    session.execute(update(Task).values(state="finished"))


def _gold(session: Session) -> None:
    session.execute(update(Task).values(gold="yes"))


def _refused(session: Session) -> None:
    session.execute(update(Answer).values(state="refused"))


@pytest.mark.parametrize("happened", [_task_over, _gold, _refused])
def test_nothing_may_change_of_which_something_was_concluded(
    session: Session, worker: UUID, happened: Any
) -> None:
    running(session, 1)
    answer(session, must_take(session, worker), "yes")
    assert changing.may_change(last(session, worker))
    happened(session)
    session.expire_all()
    assert not changing.may_change(last(session, worker))
    assert not changing.may_change([])


def test_in_a_project_that_ended_nothing_may_change_and_in_a_paused_one_it_may(
    session: Session, worker: UUID
) -> None:
    project = running(session, 1)
    answer(session, must_take(session, worker), "yes")
    tasks.set_state(session, project=project, to="paused", now=NOW)
    assert changing.may_change(last(session, worker))
    tasks.set_state(session, project=project, to="cancelled", now=NOW)
    assert not changing.may_change(last(session, worker))


def test_one_of_several_that_may_not_change_keeps_the_others(session: Session, worker: UUID) -> None:
    running(session, 2)
    for _ in range(2):
        answer(session, must_take(session, worker), "yes")
    given = last(session, worker)
    assert changing.may_change(given)
    session.execute(update(Task).where(Task.id == given[1].task.id).values(state="finished"))
    session.expire_all()
    assert not changing.may_change(last(session, worker))


def test_of_no_survey_any_value_but_dont_know_leads_on(session: Session, worker: UUID) -> None:
    running(session, 1)
    answer(session, must_take(session, worker), "yes")
    [given] = last(session, worker)
    assert changing.question_of(given) is None
    assert changing.leads_on(given, "no")
    assert not changing.leads_on(given, UNSURE)


class TestFilled:
    """Who knows after all gives the answer: it takes a place and is paid."""

    def given(self, session: Session, worker: UUID) -> changing.Given:
        answer(session, must_take(session, worker), UNSURE)
        [given] = last(session, worker)
        assert changing.may_change([given])
        return given

    def fill(self, session: Session, given: changing.Given) -> bool:
        return changing.fill(session, given=given, reading=Reading("yes", "yes", 0.8), now=LATER)

    def test_it_takes_a_place_and_is_paid(self, session: Session, worker: UUID) -> None:
        running(session, 2)
        answer(session, must_take(session, make_workers(session, 1)[0]), UNSURE)
        given = self.given(session, worker)
        assert given.answer.pay_minor == 0
        assert self.fill(session, given)
        session.expire_all()
        kept, task = given.answer, given.task
        assert (kept.value, kept.raw, kept.pay_minor, kept.confidence) == ("yes", "unsure\nyes", 200, 0.8)
        assert (task.answered, task.unsure, task.live, task.places) == (1, 1, 0, 3)
        assert (task.state, task.freed) == ("open", True)
        others = select(Answer.value, Answer.pay_minor).where(Answer.id != kept.id)
        assert [tuple(row) for row in session.execute(others)] == [(UNSURE, 0)]
        events = session.scalars(select(ProjectEvent.data).order_by(ProjectEvent.id.desc())).all()
        assert (events[0]["label"], events[0]["instead_of"]) == ("yes", UNSURE)
        # What has a value now is no don't know any more.
        assert not self.fill(session, given)

    def test_the_last_place_ends_the_task(self, session: Session, worker: UUID) -> None:
        running(session, 1, redundancy={"mode": "fixed", "answers": 1})
        given = self.given(session, worker)
        assert self.fill(session, given)
        session.expire_all()
        assert (given.task.state, given.task.freed) == ("finished", False)
        assert session.scalars(select(Result.value)).all() == ["yes"]

    def test_where_no_place_is_free_it_stays(self, session: Session, worker: UUID) -> None:
        running(session, 1, redundancy={"mode": "fixed", "answers": 1})
        given = self.given(session, worker)
        must_take(session, make_workers(session, 1)[0])
        assert not self.fill(session, given)
        session.expire_all()
        assert (given.answer.value, given.answer.pay_minor) == (UNSURE, 0)
        assert (given.task.answered, given.task.live, given.task.unsure) == (0, 1, 1)
