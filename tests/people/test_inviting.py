"""Codes by which workers bring friends, who came by them, and for how many that is rewarded."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import db
from app.people import inviting
from app.people import service as people
from app.people.models import Cohort, Worker
from tests.conftest import Database
from tests.tasks.arrange import NOW, make_workers


def some(session: Session, count: int) -> list[Worker]:
    return [session.get_one(Worker, worker_id) for worker_id in make_workers(session, count)]


def village(session: Session) -> Cohort:
    partner = people.create_partner(session, name="Maji", help_phone="+254700111222", now=NOW)
    return people.create_cohort(
        session, partner_id=partner.id, name="Village", invite_code="MAJI24", languages=["en"], now=NOW
    )


def test_a_code_begins_with_the_cohorts_and_is_theirs_for_good(session: Session) -> None:
    one, two, alone = some(session, 3)
    cohort = village(session)
    people.put_into(one, cohort)
    people.put_into(two, cohort)
    codes = [inviting.own_code(session, worker) for worker in (one, two, alone)]
    assert [len(code) for code in codes] == [len("MAJI24") + 3, len("MAJI24") + 3, 4]
    assert all(code.startswith("MAJI24") for code in codes[:2])
    assert len(set(codes)) == 3
    # What follows begins with a letter, so that it is told from the digits a cohort's code ends in.
    assert all(code.removeprefix("MAJI24")[0].isalpha() for code in codes)
    assert [inviting.own_code(session, worker) for worker in (one, two, alone)] == codes


def test_a_code_is_nobody_elses(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = some(session, 2)
    village(session)
    code = inviting.own_code(session, one)
    assert inviting.taken(session, code)
    assert inviting.taken(session, "MAJI24")
    assert not inviting.taken(session, "MAJI25")
    # Were there one letter and one sign only, the second would get a longer one.
    monkeypatch.setattr(inviting, "_LETTERS", "A")
    monkeypatch.setattr(inviting, "_SIGNS", "A")
    one.invite_code = "A" * 4
    session.flush()
    assert inviting.own_code(session, two) == "A" * 5


def test_a_code_is_found_as_it_was_typed_until_its_owner_is_erased(session: Session) -> None:
    one, two = some(session, 2)
    code = inviting.own_code(session, one)
    assert inviting.inviter(session, f" {code.lower()} ") is one
    assert inviting.inviter(session, code + "X") is None
    one.state = "erased"
    session.flush()
    assert inviting.inviter(session, code) is None
    assert inviting.cohort_of(session, two) is None
    cohort = village(session)
    people.put_into(two, cohort)
    assert inviting.cohort_of(session, two) is cohort


def test_who_brought_somebody_is_noted_once_and_makes_them_one_group(session: Session) -> None:
    one, two, three = some(session, 3)
    inviting.brought(session, worker=one, by=one, rewarded=True)
    assert (one.referrer_id, one.group_id, one.reward_due) == (None, None, False)
    inviting.brought(session, worker=two, by=one, rewarded=True)
    inviting.brought(session, worker=two, by=three, rewarded=False)
    session.expire_all()
    assert (two.referrer_id, two.reward_due) == (one.id, True)
    assert (one.group_id, two.group_id, three.group_id) == (one.id, one.id, None)


def test_a_reward_is_due_once_a_friend_and_for_so_many(session: Session) -> None:
    one, *friends = some(session, 4)
    for friend in friends[:2]:
        inviting.brought(session, worker=friend, by=one, rewarded=True)
    inviting.brought(session, worker=friends[2], by=one, rewarded=False)
    assert inviting.reward(session, worker=friends[2], most=9) is None
    assert inviting.reward(session, worker=one, most=9) is None
    assert inviting.reward(session, worker=friends[0], most=1) is one
    assert inviting.reward(session, worker=friends[0], most=9) is None
    assert inviting.reward(session, worker=friends[1], most=1) is None
    # It is over for that friend, also should more be paid for one day.
    assert inviting.reward(session, worker=friends[1], most=9) is None
    assert one.rewards == 1


def test_nobody_is_rewarded_who_was_erased(session: Session) -> None:
    one, two = some(session, 2)
    inviting.brought(session, worker=two, by=one, rewarded=True)
    people.erase(session, worker=one, address_id=one.address_id)
    assert inviting.reward(session, worker=two, most=9) is None
    assert one.rewards == 0


def test_no_code_is_left_where_every_one_is_taken(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = some(session, 4)
    monkeypatch.setattr(inviting, "_LETTERS", "A")
    monkeypatch.setattr(inviting, "_SIGNS", "A")
    assert [len(inviting.own_code(session, worker)) for worker in workers[:3]] == [4, 5, 6]
    with pytest.raises(Exception, match="No invite code is left"):
        inviting.own_code(session, workers[3])


def test_a_reward_is_not_waited_for_while_who_brought_them_is_busy(database: Database) -> None:
    """They may be waiting for what this transaction holds: it is due as before, at the friend's next answer."""
    with db.transaction() as session:
        one, two = some(session, 2)
        inviting.brought(session, worker=two, by=one, rewarded=True)
    with db.transaction() as busy, db.transaction() as session:
        people.lock_worker(busy, one.id)
        session.execute(text("SET LOCAL lock_timeout = 1000"))
        friend = session.get_one(Worker, two.id)
        assert inviting.reward(session, worker=friend, most=9) is None
        assert friend.reward_due
    with db.transaction() as session:
        rewarded = inviting.reward(session, worker=session.get_one(Worker, two.id), most=9)
        assert rewarded is not None
        assert rewarded.id == one.id
