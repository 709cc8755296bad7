"""Many clocks at once, what is due in which order, and whose answer nobody needed any more."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import db
from app.tasks import answering, leases
from app.tasks import service as tasks
from app.tasks.models import Assignment
from tests.conftest import Database
from tests.tasks.arrange import NOW, answer, make_workers, must_take, running

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def given(session: Session, count: int, worker: UUID | None = None) -> list[Assignment]:
    """So many questions, of one worker, each a minute after the other."""
    running(session, count)
    who = worker or make_workers(session, 1)[0]
    return [must_take(session, who, NOW + number * MINUTE).assignment for number in range(count)]


def start(assignment: Assignment, at: datetime, *, remind: bool = True) -> leases.Start:
    return leases.Start(assignment.id, at, at + 4 * HOUR, at + 2 * HOUR if remind else None)


def test_many_clocks_start_at_once_and_none_twice_or_of_what_ended(session: Session) -> None:
    one, two, ended, quiet = given(session, 4)
    tasks.free(session, assignment=ended, state="skipped", now=NOW)
    leases.start_all(session, [])
    leases.start_all(session, [start(one, NOW), start(ended, NOW), start(quiet, NOW, remind=False)])
    leases.start_all(session, [start(one, NOW + HOUR), start(two, NOW + HOUR)])
    session.expire_all()
    assert [each.started_at for each in (one, two, ended, quiet)] == [NOW, NOW + HOUR, None, NOW]
    assert (one.expires_at, one.remind_at) == (NOW + 4 * HOUR, NOW + 2 * HOUR)
    assert (quiet.expires_at, quiet.remind_at, ended.expires_at) == (NOW + 4 * HOUR, None, None)
    assert not leases.start_lease(
        session, assignment_id=ended.id, delivered_at=NOW, expires_at=NOW, remind_at=None
    )


def test_clocks_that_do_not_run_are_looked_at_the_oldest_first(session: Session) -> None:
    one, two, three, ended = given(session, 4)
    tasks.free(session, assignment=ended, state="skipped", now=NOW)
    leases.start_all(session, [start(two, NOW)])
    session.expire_all()
    late = NOW + HOUR
    assert leases.unstarted(session, offered_before=late, limit=9) == [one, three]
    assert leases.unstarted(session, offered_before=NOW + MINUTE, limit=9) == [one]
    assert leases.unstarted(session, offered_before=late, limit=1) == [one]


def test_reminders_are_due_in_their_order_and_not_after_the_end(session: Session) -> None:
    one, two, three, ended = given(session, 4)
    leases.start_all(
        session, [start(two, NOW), start(one, NOW + MINUTE), start(three, NOW + HOUR), start(ended, NOW)]
    )
    tasks.free(session, assignment=ended, state="skipped", now=NOW)
    session.expire_all()
    at = NOW + 2 * HOUR
    assert leases.due_reminders(session, at + MINUTE, limit=9) == [two, one]
    assert leases.due_reminders(session, at + MINUTE, limit=1) == [two]
    # Whose lease ended meanwhile needs no reminder.
    assert leases.due_reminders(session, NOW + 4 * HOUR, limit=9) == [one, three]


def test_leases_end_in_the_order_of_their_tasks_so_that_two_sweepers_never_wait_for_each_other(
    session: Session,
) -> None:
    found = given(session, 4)
    by_end = [found[2], found[0], found[3], found[1]]
    leases.start_all(session, [start(each, NOW + number * MINUTE) for number, each in enumerate(by_end)])
    session.expire_all()
    end = NOW + 4 * HOUR
    assert leases.due_expiries(session, end + HOUR, limit=9) == sorted(found, key=lambda each: each.task_id)
    # Of more than are taken at once, those that ended first.
    assert set(leases.due_expiries(session, end + HOUR, limit=2)) == set(by_end[:2])
    assert leases.due_expiries(session, end, limit=9) == by_end[:1]


def test_what_somebody_holds_is_left_for_the_next_time(database: Database) -> None:
    with db.transaction() as session:
        one, two = given(session, 2)
        leases.start_all(session, [start(one, NOW)])
        held, free = one.id, two.id
    with db.transaction() as busy, db.transaction() as session:
        session.execute(text("SET LOCAL lock_timeout = 1000"))
        for each in (held, free):
            busy.execute(text("SELECT id FROM assignments WHERE id = :id FOR UPDATE"), {"id": each})
        late = NOW + 9 * HOUR
        assert leases.unstarted(session, offered_before=late, limit=9) == []
        assert leases.due_reminders(session, NOW + 3 * HOUR, limit=9) == []
        assert leases.due_expiries(session, late, limit=9) == []
        task = session.get_one(Assignment, held).task_id
        assert answering.replacements(session, task) == []


def test_a_workers_questions_newest_first(session: Session) -> None:
    worker, other = make_workers(session, 2)
    found = given(session, 3, worker)
    given(session, 1, other)
    tasks.free(session, assignment=found[1], state="skipped", now=NOW)
    assert leases.live_of(session, worker) == [found[2], found[0]]


def test_the_last_answer_nobody_needed_is_remembered(session: Session) -> None:
    worker, other = make_workers(session, 2)
    one, two, _three = given(session, 3, worker)
    [others] = given(session, 1, other)
    assert leases.last_unneeded(session, worker) is None
    for each in (two, one, others):
        leases.note_unneeded(session, assignment=each, now=NOW + HOUR)
    session.expire_all()
    assert two.unneeded_at == NOW + HOUR
    assert leases.last_unneeded(session, worker) == two


def test_of_a_task_those_still_asked_may_be_replaced_the_newest_first(
    session: Session, monkeypatch: Any
) -> None:
    running(session, 1, redundancy={"mode": "fixed", "answers": 5})
    taken = [
        must_take(session, worker, NOW + number * MINUTE)
        for number, worker in enumerate(make_workers(session, 4))
    ]
    answer(session, taken[1], "yes")
    task = taken[0].task.id
    assert answering.replacements(session, task) == [taken[at].assignment for at in (3, 2, 0)]
    monkeypatch.setattr(answering, "MOST_REPLACEMENTS", 2)
    assert answering.replacements(session, task) == [taken[at].assignment for at in (3, 2)]
    # Somebody in the middle of a survey is no replacement nobody would miss.
    taken[3].assignment.nth = 2
    session.flush()
    assert answering.replacements(session, task) == [taken[at].assignment for at in (2, 0)]
