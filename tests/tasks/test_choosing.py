"""Which task a worker gets: never one twice, freed ones first, only where they may, and at a flat cost."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, inspect, select, text
from sqlalchemy.orm import Session

from app import db, ids
from app.tasks import choosing, walks
from app.tasks import service as tasks
from app.tasks.models import UNSURE, Assignment, Cursor, Task
from app.tasks.rules import passing
from tests.conftest import Database
from tests.tasks.arrange import NOW, answer, fill, make_workers, must_take, running, take


def test_a_worker_is_given_each_task_once_in_order_and_then_nothing(session: Session) -> None:
    running(session, 3)
    (worker,) = make_workers(session, 1)
    given = [must_take(session, worker).task.client_task_id for _ in range(3)]
    assert given == ["t1", "t2", "t3"]
    assert take(session, worker) is None


def test_what_is_taken_is_as_the_database_has_it(session: Session) -> None:
    running(session, 1)
    (worker,) = make_workers(session, 1)
    taken = must_take(session, worker)
    seen = {name: getattr(taken.assignment, name) for name, _ in inspect(Assignment).attrs.items()}
    counters = (taken.task.live, taken.task.answered, taken.task.freed)
    session.expire_all()
    assert {name: getattr(taken.assignment, name) for name in seen} == seen
    assert (taken.task.live, taken.task.answered, taken.task.freed) == counters == (1, 0, False)
    assert taken.assignment.lease_s == 4 * 3600


def test_a_full_task_is_given_to_nobody_else(session: Session) -> None:
    running(session, 1, redundancy={"mode": "fixed", "answers": 2})
    first, second, third = make_workers(session, 3)
    must_take(session, first)
    must_take(session, second)
    assert take(session, third) is None


def test_a_task_whose_place_came_back_goes_first(session: Session) -> None:
    running(session, 5, redundancy={"mode": "fixed", "answers": 1})
    first, second = make_workers(session, 2)
    early = must_take(session, first)
    assert must_take(session, second).task.client_task_id == "t2"
    tasks.free(session, assignment=early.assignment, state="expired", now=NOW)
    assert must_take(session, second).task.client_task_id == "t1"
    assert must_take(session, second).task.client_task_id == "t3"


def test_a_task_somebody_was_unsure_of_goes_first(session: Session) -> None:
    running(session, 3, redundancy={"mode": "fixed", "answers": 1})
    first, second = make_workers(session, 2)
    early = must_take(session, first)
    assert must_take(session, second).task.client_task_id == "t2"
    answer(session, early, UNSURE)
    assert must_take(session, second).task.client_task_id == "t1"


def test_the_search_goes_round_once_to_what_the_worker_passed(session: Session) -> None:
    project = running(session, 3, redundancy={"mode": "fixed", "answers": 1})
    (worker,) = make_workers(session, 1)
    session.add(Cursor(worker_id=worker, project_id=project.id, position=_position(session, "t2")))
    session.flush()
    assert [must_take(session, worker).task.client_task_id for _ in range(3)] == ["t3", "t1", "t2"]


def _position(session: Session, client_task_id: str) -> int:
    return session.scalars(select(Task.position).where(Task.client_task_id == client_task_id)).one()


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"language": "sw"}, True),
        ({"language": "lg"}, False),
        ({"country": "UG"}, False),
    ],
)
def test_language_and_country_decide(session: Session, changes: dict[str, Any], fits: bool) -> None:
    running(session, 1)
    (worker,) = make_workers(session, 1)
    assert (take(session, worker, **changes) is not None) is fits


def test_only_the_audience_is_asked(session: Session) -> None:
    cohort_id = ids.new()
    running(session, 1, audience={"cohorts": [ids.show("coh", cohort_id)]})
    (worker,) = make_workers(session, 1)
    assert take(session, worker) is None
    assert take(session, worker, cohort_id=ids.new()) is None
    assert take(session, worker, cohort_id=cohort_id) is not None


def test_only_who_passed_all_that_is_asked_for_is_asked(session: Session) -> None:
    client_id = ids.new()
    running(session, 1, client_id=client_id, audience={"skills": ["water exam"]})
    (worker,) = make_workers(session, 1)
    assert take(session, worker) is None
    assert take(session, worker, passed=(passing(ids.new(), "Water exam"),)) is None
    other = passing(client_id, "Other exam")
    assert take(session, worker, passed=(other,)) is None
    assert take(session, worker, passed=(other, passing(client_id, "Water  Exam"))) is not None


def test_nothing_is_given_past_the_deadline_or_of_a_paused_project(session: Session) -> None:
    deadline = NOW + timedelta(hours=1)
    project = running(session, 2, deadline=deadline.isoformat())
    (worker,) = make_workers(session, 1)
    assert take(session, worker, now=deadline) is None
    tasks.set_state(session, project=project, to="paused", now=NOW)
    assert take(session, worker) is None
    tasks.set_state(session, project=project, to="running", now=NOW)
    assert take(session, worker) is not None


def test_priority_decides_then_age(session: Session) -> None:
    old = running(session, 1, now=NOW - timedelta(days=1))
    new = running(session, 1)
    urgent = running(session, 1, priority=5)
    (worker,) = make_workers(session, 1)
    assert [must_take(session, worker).project.id for _ in range(3)] == [urgent.id, old.id, new.id]


def test_a_worker_who_had_a_whole_window_still_comes_by_the_rest(session: Session) -> None:
    project = running(session, walks.WINDOW + 60, redundancy={"mode": "fixed", "answers": 2})
    (worker,) = make_workers(session, 1)
    for _ in range(walks.WINDOW + 50):
        must_take(session, worker)
    # As though the last ones had been passed over, being taken by others at that instant.
    session.get_one(Cursor, (worker, project.id)).position = _position(session, f"t{walks.WINDOW + 60}")
    session.flush()
    tries = [take(session, worker) for _ in range(60)]
    assert sum(taken is not None for taken in tries) == 10


def test_a_newcomer_begins_at_the_front(session: Session) -> None:
    count = choosing.FRONT_GAP + 50
    project = running(session, count, redundancy={"mode": "fixed", "answers": 1})
    fill(session, project, count - 2)
    first, second = make_workers(session, 2)
    assert must_take(session, first).task.client_task_id == f"t{count - 1}"
    session.expire_all()
    assert project.front == _position(session, f"t{count}")
    assert must_take(session, second).task.client_task_id == f"t{count}"


def test_taking_is_one_statement(session: Session) -> None:
    running(session, 3)
    other, worker = make_workers(session, 2)
    must_take(session, other)  # the first of all may also move the project's front
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        must_take(session, worker)
        assert len(statements) == 1
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)


def test_a_task_that_somebody_is_just_taking_is_passed_over_not_waited_for(database: Database) -> None:
    with db.transaction() as session:
        running(session, 2)
        first, second = make_workers(session, 2)
    with db.transaction() as slow, db.transaction() as quick:
        quick.execute(text("SET LOCAL lock_timeout = 1000"))
        assert must_take(slow, first).task.client_task_id == "t1"
        assert must_take(quick, second).task.client_task_id == "t2"


def test_many_takers_at_once_never_give_out_more_places_than_there_are(database: Database) -> None:
    with db.transaction() as session:
        project_id = running(session, 4, redundancy={"mode": "fixed", "answers": 3}).id
        workers = make_workers(session, 8)
    start = threading.Barrier(len(workers))
    failures: list[BaseException] = []

    def work(worker: Any) -> None:
        try:
            start.wait()
            for _ in range(12):
                with db.transaction() as session:
                    taken = take(session, worker)
                    if taken is not None and worker.int % 2:
                        answer(session, taken, "yes")
        except BaseException as error:  # noqa: BLE001 - whatever a thread dies of is the test's to show
            failures.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with db.transaction() as session:
        given = session.execute(
            select(Task.places, Task.live + Task.answered, func.count(Assignment.id))
            .join(Assignment, Assignment.task_id == Task.id)
            .where(Task.project_id == project_id)
            .group_by(Task.id)
        ).all()
    # Every place was given out, once, and the counters agree with the rows.
    assert [tuple(row) for row in given] == [(3, 3, 3)] * 4
