"""What a question usually pays, as it is said to who joins, and the account they are paid to."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app import crypto
from app.channels.models import Address
from app.operations import people_money
from app.payments import payouts
from app.people.models import Worker
from app.tasks import service as tasks
from app.tasks.models import Project
from tests.tasks.arrange import NOW, draft, make_workers, running


def paying(session: Session, amount: int, currency: str = "KES", **changes: Any) -> Project:
    return running(session, 1, pay={"amount": amount, "currency": currency}, **changes)


@pytest.mark.parametrize(
    ("country", "said"), [("KE", "KES 2"), ("UG", "UGX 60"), ("TZ", "TZS 40"), ("RW", "RWF 20")]
)
def test_before_the_first_project_the_usual_pay_of_the_country_is_named(
    session: Session, country: str, said: str
) -> None:
    assert people_money.typical_pay(session, country) == said


def test_the_pay_in_the_middle_of_those_that_run_is_named(session: Session) -> None:
    for amount in (300, 9000, 500):
        paying(session, amount)
    draft(session, pay={"amount": 100, "currency": "KES"})
    over = paying(session, 100)
    tasks.set_state(session, project=over, to="finished", now=NOW)
    paying(session, 70, "UGX", countries=["UG"])
    assert people_money.typical_pay(session, "KE") == "KES 5"
    assert people_money.typical_pay(session, "UG") == "UGX 70"


def opened(session: Session, worker_id: Any) -> Worker:
    worker = session.get_one(Worker, worker_id)
    address = session.get_one(Address, worker.address_id)
    people_money.open_account(session, worker=worker, address=address, now=NOW)
    return worker


def test_who_joins_is_paid_to_the_number_they_joined_from(session: Session) -> None:
    first, second = (opened(session, worker_id) for worker_id in make_workers(session, 2))
    accounts = [payouts.current_account(session, worker.id) for worker in (first, second)]
    assert [one and crypto.decrypt(one.number) for one in accounts] == ["+254712000000", "+254712000001"]
    assert first.group_id is None
    assert second.group_id is None


def test_who_are_paid_to_one_number_are_of_one_group(session: Session) -> None:
    first, second, other = (session.get_one(Worker, one) for one in make_workers(session, 3))
    second.address_id = first.address_id
    session.flush()
    for worker in (first, second, other):
        opened(session, worker.id)
    session.expire_all()
    assert first.group_id == second.group_id is not None
    assert other.group_id is None


def test_an_address_that_is_no_number_gets_no_account(session: Session) -> None:
    [worker_id] = make_workers(session, 1)
    worker = session.get_one(Worker, worker_id)
    address = session.get_one(Address, worker.address_id)
    address.number = crypto.encrypt("somebody@example.org")
    session.flush()
    opened(session, worker_id)
    assert payouts.current_account(session, worker_id) is None
