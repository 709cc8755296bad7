"""What time brings: leases from delivery, one reminder, expiry, late answers, quiet hours, deadlines."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.channels import service as channels
from app.channels.models import Message
from app.operations import launch, offer, timeouts
from app.payments import ledger
from app.settings import settings
from app.tasks.models import Answer, Assignment, Task
from tests.story.conftest import NOON, Phones, World


def live(world: World) -> list[Assignment]:
    world.session.expire_all()
    return list(world.session.scalars(select(Assignment).where(Assignment.state == "offered")))


def test_the_clock_starts_at_delivery(world: World, phones: Phones, travel: Any) -> None:
    world.project(1)
    world.join(phones(1))
    timeouts.run_due()
    assert [assignment.started_at for assignment in live(world)] == [None]
    travel.shift(timedelta(minutes=20))
    world.deliver()
    timeouts.run_due()
    [assignment] = live(world)
    assert assignment.started_at is not None
    assert timedelta(0) <= assignment.started_at - NOON - timedelta(minutes=20) < timedelta(minutes=1)
    assert assignment.expires_at == assignment.started_at + timedelta(hours=4)


def test_a_question_is_reminded_of_once_and_then_given_to_somebody_else(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(1, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=2, minutes=1))
    timeouts.run_due()
    timeouts.run_due()
    [reminder] = world.read(phones(1))
    assert "Still waiting" in reminder
    travel.shift(timedelta(hours=2))
    timeouts.run_due()
    assert live(world) == []
    [question] = world.join(phones(2))
    assert "Pump 1" in question


def test_a_late_answer_is_paid_while_its_place_is_free(world: World, phones: Phones, travel: Any) -> None:
    world.project(1, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()
    *_, thanks = world.text(phones(1), "1")
    assert "+KES 2" in thanks
    answer = world.session.scalars(select(Answer)).one()
    assert (answer.late, answer.pay_minor) == (True, 200)


def test_a_late_answer_goes_before_a_replacement_that_is_not_sent_yet(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(1, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()
    world.join(phones(2))  # its question is queued, not sent
    *_, thanks = world.text(phones(1), "1")
    assert "+KES 2" in thanks
    task = world.session.scalars(select(Task)).one()
    assert (task.answered, task.live) == (1, 0)
    cancelled = world.session.scalars(select(Message).where(Message.status == "cancelled")).all()
    assert len(cancelled) == 1


def test_a_late_answer_after_a_sent_replacement_is_thanked_and_told(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(1, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()
    world.join(phones(2))
    world.deliver()
    *_, told = world.text(phones(1), "1")
    assert "not paid" in told
    [paid] = world.text(phones(2), "1")
    assert "+KES 2" in paid


def test_nobody_is_pushed_to_in_quiet_hours_but_replies_are_answered(
    world: World, phones: Phones, travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAZI_QUIET_HOURS", "19:00-08:00")
    settings.cache_clear()
    travel.move_to(NOON + timedelta(hours=9))  # nine in the evening
    world.join(phones(1))
    world.project(3)
    assert offer.offer_due() == 0
    assert world.read(phones(1)) == []
    [asked] = world.text(phones(1), "MORE")
    assert "Pump 1" in asked
    world.text(phones(1), "SKIP")
    settings.cache_clear()


def test_a_worker_who_waits_is_pushed_to_when_work_comes(world: World, phones: Phones, travel: Any) -> None:
    world.join(phones(1))
    travel.shift(timedelta(minutes=5))
    world.project(2)
    assert offer.offer_due() == 1
    [question] = world.read(phones(1))
    assert "Pump 1" in question
    assert offer.offer_due() == 0


def test_a_lost_question_goes_to_somebody_else_at_once(world: World, phones: Phones, travel: Any) -> None:
    world.project(1, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    [assignment] = live(world)
    channels.record_status(
        world.session,
        message_id=assignment.message_id,
        status="undelivered",
        error_code="30005",
        now=clock.now(),
    )
    world.session.commit()
    timeouts.run_due()
    assert live(world) == []


def test_a_deadline_ends_a_project_once_nothing_is_out(world: World, phones: Phones, travel: Any) -> None:
    project = world.project(2, deadline=(NOON + timedelta(hours=1)).isoformat())
    world.join(phones(1))
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=1, minutes=1))
    timeouts.run_due()
    world.session.refresh(project)
    assert project.state == "running"
    [paid] = world.text(phones(1), "1")
    assert "+KES 2" in paid
    timeouts.run_due()
    world.session.refresh(project)
    assert project.state == "finished"
    assert ledger.imbalance(world.session) == 0


def test_cancelling_pays_what_is_out_and_refunds_the_rest(world: World, phones: Phones, travel: Any) -> None:
    before = ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    project = world.project(5)
    world.join(phones(1))
    launch.cancel(world.session, project=project, now=clock.now(), actor="cli")
    world.session.commit()
    timeouts.run_due()
    [paid] = world.text(phones(1), "1")
    assert "+KES 2" in paid
    timeouts.run_due()
    after = ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    assert before - after < 6000  # fifteen places were reserved; one answer and the texts around it were used
    assert before - after >= 200
