"""What workers are still to be told: kept until a message takes it along, due by itself, put off, forgotten."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.people import notices
from app.people.models import Notice
from tests.tasks.arrange import NOW, make_workers

SOON, LATER = NOW + timedelta(minutes=30), NOW + timedelta(hours=2)


@pytest.fixture
def two(session: Session) -> list[UUID]:
    return make_workers(session, 2)


def noted(session: Session, worker: UUID, kind: str, due: timedelta = timedelta()) -> Notice:
    return notices.add(session, worker_id=worker, kind=kind, data={"n": kind}, due_at=SOON + due, now=NOW)


def kinds(session: Session, worker: UUID) -> list[str]:
    return [notice.kind for notice in notices.untold(session, worker)]


def test_what_was_noted_is_told_in_its_order_once(session: Session, two: list[UUID]) -> None:
    one, other = two
    first, second = noted(session, one, "first"), noted(session, one, "second")
    noted(session, other, "other")
    assert kinds(session, one) == ["first", "second"]
    assert (first.data, first.created_at, first.due_at) == ({"n": "first"}, NOW, SOON)
    notices.told(session, [first], SOON)
    session.expire_all()
    assert (first.told_at, second.told_at) == (SOON, None)
    assert kinds(session, one) == ["second"]


def test_who_is_due_to_be_told_by_itself_once_each_the_longest_due_first(
    session: Session, two: list[UUID]
) -> None:
    one, other = two
    noted(session, one, "late", timedelta(minutes=2))
    noted(session, other, "early", timedelta(minutes=1))
    for _ in range(2):
        noted(session, one, "again", timedelta(minutes=3))
    assert notices.due_workers(session, SOON, 9) == []
    assert notices.due_workers(session, SOON + timedelta(minutes=1), 9) == [other]
    assert notices.due_workers(session, LATER, 9) == [other, one]
    assert notices.due_workers(session, LATER, 1) == [other]
    notices.told(session, notices.untold(session, other), LATER)
    assert notices.due_workers(session, LATER, 9) == [one]


def test_what_is_put_off_waits_for_its_time_or_for_the_worker_to_write(
    session: Session, two: list[UUID]
) -> None:
    one, other = two
    told = noted(session, one, "told")
    notices.told(session, [told], NOW)
    noted(session, one, "waits")
    noted(session, other, "other")
    notices.put_off(session, one, LATER)
    session.expire_all()
    assert told.due_at == SOON
    assert notices.due_workers(session, SOON, 9) == [other]
    assert set(notices.due_workers(session, LATER, 9)) == {one, other}
    notices.put_off(session, one, None)
    assert notices.due_workers(session, LATER, 9) == [other]
    assert kinds(session, one) == ["waits"]


def test_of_who_is_forgotten_nothing_is_left(session: Session, two: list[UUID]) -> None:
    one, other = two
    for worker in two:
        noted(session, worker, "any")
    notices.forget(session, one)
    assert (kinds(session, one), kinds(session, other)) == ([], ["any"])
