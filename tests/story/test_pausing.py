"""Paused from all work by a person: told why, asked nothing more, heard, paid, and let work again."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app import clock, ids
from app.accounts.models import AuditEntry
from app.channels.models import Message
from app.errors import AppError
from app.operations import appeals, offer, pausing
from app.operations.reviewing import Reviewer
from app.people import service as people
from app.people.models import Appeal, Worker
from app.tasks.models import Assignment, Task
from tests.story.conftest import World

Phones = Callable[[int], str]
ACTOR = f"user:{ids.new()}"
WHY = "You get no work for now: two phones, one person. Reply APPEAL and a person looks at it, or call +254700111222."


def pause(world: World, worker: Worker, why: str = "two phones, one person", actor: str = ACTOR) -> None:
    locked = people.lock_worker(world.session, worker.id)
    assert locked is not None
    pausing.pause(world.session, worker=locked, why=why, now=clock.now(), actor=actor)
    world.session.commit()


def lift(world: World, worker: Worker) -> bool:
    locked = people.lock_worker(world.session, worker.id)
    assert locked is not None
    lifted = pausing.lift(world.session, worker=locked, now=clock.now(), actor=ACTOR)
    world.session.commit()
    return lifted


def only(world: World) -> Worker:
    world.session.expire_all()
    return world.session.scalars(select(Worker)).one()


def actions(world: World) -> list[tuple[str, str]]:
    rows = world.session.execute(
        select(AuditEntry.action, AuditEntry.actor)
        .where(AuditEntry.action.like("worker.%"))
        .order_by(AuditEntry.id)
    )
    return [(row[0], row[1]) for row in rows]


def test_they_are_told_why_and_their_question_goes_to_somebody_else(world: World, phones: Phones) -> None:
    world.project(1, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    world.deliver()
    pause(world, only(world))
    (told,) = world.read(phones(1))
    assert told == (
        "Your work is paused: two phones, one person. What you earned is yours. "
        "Not right? Reply APPEAL or call +254700111222"
    )
    assert actions(world) == [("worker.paused", ACTOR)]
    assert world.session.scalars(select(Assignment.state)).all() == ["withdrawn"]
    assert world.session.scalars(select(Task.live)).all() == [0]
    assert '"Pump' in world.join(phones(2))[-1]


def test_what_was_not_sent_yet_is_never_sent(world: World, phones: Phones) -> None:
    world.project(1)
    world.join(phones(1))
    pause(world, only(world))
    question = select(Message.status).where(Message.assignment_id.is_not(None))
    assert world.session.scalars(question).all() == ["cancelled"]


def test_whatever_they_write_is_answered_by_the_reason(world: World, phones: Phones) -> None:
    world.project(3)
    world.join(phones(1))
    pause(world, only(world))
    world.read(phones(1))
    for words in ("1", "MORE", "START", "JOIN MAJI24", "SKIP", "UNDO", "sorry 2", "hello", "WHY"):
        assert world.text(phones(1), words) == [WHY], words
    assert world.session.scalars(select(Assignment.state)).all() == ["withdrawn"]


def test_help_money_and_language_stay_theirs(world: World, phones: Phones) -> None:
    world.project(3)
    world.join(phones(1))
    world.text(phones(1), "1")
    pause(world, only(world))
    world.read(phones(1))
    assert "call +254700111222" in world.text(phones(1), "HELP")[0]
    assert world.text(phones(1), "BAL")[0].startswith("Your money: KES 2.")
    assert "KES 2" in world.text(phones(1), "PAY")[0]
    world.text(phones(1), "LANG")
    assert "Kiswahili" in world.text(phones(1), "2")[0]
    assert world.text(phones(1), "1")[0].startswith("Kwa sasa hupati kazi: two phones")


def test_another_person_on_the_phone_may_join(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pause(world, only(world))
    assert "1 English" in world.text(phones(1), "JOIN MAJI24 Amina")[-1]


def test_leaving_and_coming_back_does_not_end_it(world: World, phones: Phones) -> None:
    world.project(3)
    world.join(phones(1))
    pause(world, only(world))
    world.text(phones(1), "STOP")
    assert only(world).state == "stopped"
    assert world.text(phones(1), "START") == [WHY]
    assert only(world).state == "paused"


def test_who_left_is_paused_when_they_come_back(world: World, phones: Phones) -> None:
    world.join(phones(1))
    world.text(phones(1), "STOP")
    pause(world, only(world))
    assert world.read(phones(1)) == []
    assert only(world).state == "stopped"
    with pytest.raises(AppError, match="paused already"):
        pause(world, only(world), "something else")
    assert world.text(phones(1), "START") == [WHY]


def test_they_are_let_work_again_and_told(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pause(world, only(world))
    world.read(phones(1))
    assert lift(world, only(world))
    assert world.read(phones(1)) == ["Good news: you can work with Kazi again. Reply MORE for work."]
    assert actions(world) == [("worker.paused", ACTOR), ("worker.unpaused", ACTOR)]
    assert not lift(world, only(world))
    world.project(1)
    assert offer.offer_due() == 1


def test_the_question_that_went_to_others_is_not_theirs_again(world: World, phones: Phones) -> None:
    world.project(1)
    world.join(phones(1))
    pause(world, only(world))
    assert lift(world, only(world))
    assert "No question is waiting" in world.text(phones(1), "1")[-1]


def test_who_left_while_paused_is_not_texted_when_it_ends(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pause(world, only(world))
    world.text(phones(1), "STOP")
    assert lift(world, only(world))
    assert world.read(phones(1)) == []
    assert (only(world).state, only(world).pause_reason) == ("stopped", None)
    assert world.text(phones(1), "START")[0].startswith("Welcome back!")


def test_an_upheld_appeal_ends_it_and_is_not_decided_by_who_paused(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pauser = Reviewer(ids.new(), None, ACTOR)
    pause(world, only(world))
    world.text(phones(1), "APPEAL it was my son")
    found = world.session.scalars(select(Appeal)).one()
    assert found.against == ACTOR
    decision: dict[str, Any] = {
        "appeal_id": found.id,
        "uphold": True,
        "note": "He may help.",
        "now": clock.now(),
    }
    with pytest.raises(AppError, match="somebody else"):
        appeals.decide(world.session, who=pauser, **decision)
    other = ids.new()
    appeals.decide(world.session, who=Reviewer(other, None, f"user:{other}"), **decision)
    world.session.commit()
    assert only(world).state == "active"
    assert actions(world)[-1] == ("worker.unpaused", f"user:{other}")


@pytest.mark.parametrize(
    ("why", "code"), [("", "invalid"), ("  ", "invalid"), ("r" * 51, "invalid"), ("x", "not-pausable")]
)
def test_what_is_refused_changes_nothing(world: World, phones: Phones, why: str, code: str) -> None:
    world.text(phones(1), "JOIN MAJI24")
    with pytest.raises(AppError) as refused:
        pause(world, only(world), why)
    assert refused.value.code == code
    assert only(world).state == "new"


def test_who_is_paused_already_stays_so_for_the_first_reason(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pause(world, only(world))
    with pytest.raises(AppError, match="paused already"):
        pause(world, only(world), "something else")
    assert only(world).pause_reason == "two phones, one person"
