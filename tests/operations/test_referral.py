"""Who brought somebody is paid once that one has worked: so much, for so many, and told where they may be."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import crypto
from app.channels.models import Address, Message
from app.operations import referral
from app.payments import ledger
from app.people import inviting
from app.people.models import Worker
from app.settings import settings
from app.tasks.models import UNSURE, Answer
from tests.tasks.arrange import NOW, answer, make_workers, must_take, running

Pay = Callable[..., None]


@pytest.fixture
def pays(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pay]:
    """Let it be paid."""

    def one(pay: str = "KES:2000", answers: int = 2, most: int = 2) -> None:
        for name, value in (("PAY", pay), ("ANSWERS", str(answers)), ("MOST", str(most))):
            monkeypatch.setenv(f"KAZI_REFERRAL_{name}", value)
        settings.cache_clear()

    yield one
    settings.cache_clear()


@pytest.fixture
def brought(session: Session) -> tuple[Worker, Worker]:
    """Somebody, and a friend they brought, for whom there is work."""
    running(session, 9)
    one, friend = (session.get_one(Worker, worker_id) for worker_id in make_workers(session, 2))
    one.state = friend.state = "active"
    inviting.brought(session, worker=friend, by=one, rewarded=True)
    return one, friend


def work(session: Session, friend: Worker, *values: str) -> None:
    for value in values:
        answer(session, must_take(session, friend.id), value)
    referral.settle(session, worker=friend, now=NOW)


def earned(session: Session, worker_id: UUID) -> int:
    return ledger.worker_balance(session, worker_id=worker_id, currency="KES", since=NOW).earned


def told(session: Session) -> list[str]:
    return [
        crypto.decrypt(body)
        for body in session.scalars(select(Message.body).where(Message.direction == "out"))
    ]


def test_it_is_paid_after_so_many_answers_once(
    session: Session, pays: Pay, brought: tuple[Worker, Worker]
) -> None:
    pays()
    one, friend = brought
    work(session, friend, "yes")
    assert (earned(session, one.id), told(session)) == (0, [])
    work(session, friend, "yes")
    assert earned(session, one.id) == 2000
    assert [text.split(":")[0] for text in told(session)] == ["Thank you! A friend you brought is at work"]
    assert "+KES 20 for you" in told(session)[0]
    work(session, friend, "yes", "yes")
    assert earned(session, one.id) == 2000
    assert len(told(session)) == 1
    assert earned(session, friend.id) == 0
    assert ledger.imbalance(session) == 0


def test_answers_nobody_can_use_count_for_nothing(
    session: Session, pays: Pay, brought: tuple[Worker, Worker]
) -> None:
    pays()
    one, friend = brought
    work(session, friend, "yes", UNSURE, UNSURE)
    assert earned(session, one.id) == 0
    session.execute(update(Answer).where(Answer.value == "yes").values(state="refused"))
    work(session, friend, "yes")
    assert earned(session, one.id) == 0
    work(session, friend, "yes")
    assert earned(session, one.id) == 2000


def test_nothing_is_paid_where_nothing_is_set_and_it_is_over_then(
    session: Session, pays: Pay, brought: tuple[Worker, Worker]
) -> None:
    pays(pay="UGX:500")
    one, friend = brought
    assert referral.pay_minor("KE") == 0
    assert referral.pay_minor("UG") == 500
    work(session, friend, "yes", "yes")
    assert (earned(session, one.id), told(session)) == (0, [])


def test_for_more_friends_than_are_paid_for_nothing_is_said(
    session: Session, pays: Pay, brought: tuple[Worker, Worker]
) -> None:
    pays(most=1)
    one, friend = brought
    (second,) = (session.get_one(Worker, worker_id) for worker_id in make_workers(session, 1))
    inviting.brought(session, worker=second, by=one, rewarded=True)
    work(session, friend, "yes", "yes")
    work(session, second, "yes", "yes")
    assert (earned(session, one.id), len(told(session))) == (2000, 1)


def test_who_left_is_paid_and_not_texted(session: Session, pays: Pay, brought: tuple[Worker, Worker]) -> None:
    pays()
    one, friend = brought
    one.state = "stopped"
    work(session, friend, "yes", "yes")
    assert (earned(session, one.id), told(session)) == (2000, [])


def test_who_may_not_be_texted_is_paid_all_the_same(
    session: Session, pays: Pay, brought: tuple[Worker, Worker]
) -> None:
    pays()
    one, friend = brought
    session.get_one(Address, one.address_id).suppressed_at = NOW - timedelta(days=1)
    work(session, friend, "yes", "yes")
    assert (earned(session, one.id), told(session)) == (2000, [])
