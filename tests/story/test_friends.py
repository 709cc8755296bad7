"""Bringing friends: by a code of one's own, thanked for by money once they work; and never to vote together."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from app import clock, crypto
from app.channels.models import Address, Message
from app.operations.erase import erase_worker
from app.payments import ledger
from app.people.models import Worker, WorkerAddress
from app.settings import settings
from app.tasks.models import Assignment
from tests.story.conftest import World

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=ZoneInfo("Africa/Nairobi"))


@pytest.fixture
def paid(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """KES 20 for a friend who answered two questions, for one friend at most."""
    for name, value in (("PAY", "KES:2000"), ("ANSWERS", "2"), ("MOST", "1")):
        monkeypatch.setenv(f"KAZI_REFERRAL_{name}", value)
    monkeypatch.setenv("KAZI_QUIET_HOURS", "19:00-08:00")
    settings.cache_clear()
    yield
    settings.cache_clear()


def worker_at(world: World, number: str) -> Worker:
    world.session.expire_all()
    found = world.session.scalars(
        select(Worker)
        .join(WorkerAddress, WorkerAddress.worker_id == Worker.id)
        .join(Address, Address.id == WorkerAddress.address_id)
        .where(Address.number_index == crypto.blind_index(number), WorkerAddress.current)
    )
    return found.one()


def balance(world: World, number: str) -> ledger.WorkerBalance:
    worker = worker_at(world, number)
    return ledger.worker_balance(world.session, worker_id=worker.id, currency="KES", since=NOON)


def invited(world: World, phone: str, friend: str) -> str:
    """Let a friend join by the code of the worker at the phone, up to their first question; return the code."""
    (said,) = world.text(phone, "Invite")
    code = said.split("JOIN ")[1].split()[0]
    for word in (f"join {code.lower()}", "1", "1", "1"):
        world.text(friend, word)
    return code


def test_a_friend_joins_by_the_code_and_nobody_is_promised_anything(
    world: World, phones: Callable[[int], str]
) -> None:
    world.join(phones(1))
    (said,) = world.text(phones(1), "INVITE")
    code = said.split("JOIN ")[1].split()[0]
    assert said.startswith("Friends can join: they text JOIN MAJI24")
    assert "KES" not in said
    assert world.text(phones(1), "invite friends") == [said]  # the code stays theirs
    (welcome,) = world.text(phones(2), f"JOIN {code}")
    assert welcome.startswith("Kazi & Maji Group")
    one, two = worker_at(world, phones(1)), worker_at(world, phones(2))
    assert (two.referrer_id, two.cohort_id, two.reward_due) == (one.id, one.cohort_id, False)
    assert one.group_id == two.group_id == one.id


def test_somebody_joining_is_asked_to_go_on_first(world: World, phones: Callable[[int], str]) -> None:
    world.text(phones(1), "JOIN MAJI24")
    assert world.text(phones(1), "INVITE")[0].startswith("Kazi & Maji Group")
    assert world.text(phones(1), "1")[0].startswith("We keep your number")
    assert world.text(phones(1), "INVITE")[0].startswith("We keep your number")


def test_friends_are_kept_off_one_task_while_others_are_about(
    world: World, phones: Callable[[int], str]
) -> None:
    world.project(3)
    world.join(phones(1))  # has t1
    world.join(phones(3))  # nobody's friend
    invited(world, phones(1), phones(2))
    one, two = worker_at(world, phones(1)), worker_at(world, phones(2))
    tasks_of = {
        worker.id: set(
            world.session.scalars(select(Assignment.task_id).where(Assignment.worker_id == worker.id))
        )
        for worker in (one, two)
    }
    assert len(tasks_of[one.id]) == len(tasks_of[two.id]) == 1
    assert not tasks_of[one.id] & tasks_of[two.id]


def test_who_brought_a_friend_is_paid_once_and_told(
    world: World, phones: Callable[[int], str], paid: None
) -> None:
    with time_machine.travel(NOON):
        world.project(9)
        world.join(phones(1))
        (said,) = world.text(phones(1), "INVITE")
        assert "You get KES 20 for each who answers 2 questions, up to 1" in said
        invited(world, phones(1), phones(2))
        world.text(phones(2), "0")  # don't know earns nobody anything
        world.text(phones(2), "1")
        assert world.read(phones(1)) == []
        assert balance(world, phones(1)).earned == 0
        world.text(phones(2), "1")
        told = world.read(phones(1))
        assert told == [
            "Thank you! A friend you brought is at work: +KES 20 for you. BAL says what you have."
        ]
        assert (worker_at(world, phones(1)).rewards, worker_at(world, phones(2)).reward_due) == (1, False)
        world.text(phones(2), "1")
        assert world.read(phones(1)) == []
        found = balance(world, phones(1))
        assert (found.earned, found.available, found.in_flight, found.paid, found.today) == (
            2000, 2000, 0, 0, 2000,
        )  # fmt: skip
        assert world.text(phones(1), "BAL")[0].startswith("Your money: KES 20.")
        # The second friend is one more than is paid for.
        invited(world, phones(1), phones(3))
        for _ in range(3):
            world.text(phones(3), "1")
        assert balance(world, phones(1)).earned == 2000
        assert ledger.imbalance(world.session) == 0


def test_the_telling_waits_for_the_morning_and_never_reaches_who_left(
    world: World, phones: Callable[[int], str], paid: None
) -> None:
    night = NOON.replace(hour=21)
    with time_machine.travel(night):
        world.project(9)
        for number in (1, 2):
            world.join(phones(number))
            invited(world, phones(number), phones(10 + number))
        world.text(phones(2), "STOP")
        for friend in (11, 12):
            for _ in range(2):
                world.text(phones(friend), "1")
        rows = world.session.scalars(select(Message).where(Message.purpose == "push")).all()
        due = [row.due_at for row in rows if "A friend you brought" in crypto.decrypt(row.body)]
        assert due == [night.replace(hour=8) + timedelta(days=1)]
        assert [balance(world, phones(number)).earned for number in (1, 2)] == [2000, 2000]


def test_the_code_of_somebody_erased_leads_nowhere(world: World, phones: Callable[[int], str]) -> None:
    world.join(phones(1))
    (said,) = world.text(phones(1), "INVITE")
    code = said.split("JOIN ")[1].split()[0]
    erased = worker_at(world, phones(1))
    erase_worker(world.session, erased.id, actor="cli", now=clock.now())
    world.session.commit()
    assert (erased.invite_code, erased.passed, erased.site) == (None, [], None)
    (said,) = world.text(phones(2), f"JOIN {code}")
    assert not said.startswith("Kazi &")


def test_two_on_one_phone_are_paid_to_one_number_and_are_of_one_group(
    world: World, phones: Callable[[int], str]
) -> None:
    world.join(phones(1))
    first = worker_at(world, phones(1))
    assert first.group_id is None
    for word in ("JOIN MAJI24 Asha", "1", "1"):
        world.text(phones(1), word)
    second = worker_at(world, phones(1))
    assert second.id != first.id
    world.session.refresh(first)
    assert second.group_id == first.group_id == first.id
