"""Further tasks for the message of a task just taken: from where the worker stands, those that came back first."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import ids
from app.tasks import choosing
from app.tasks import service as tasks
from app.tasks.models import Assignment, Cursor, Project, Task
from app.tasks.training import gold
from tests.tasks.arrange import NOW, answer, facts, make_workers, must_take, running
from tests.tasks.training.arrange import checked

TWO = {"mode": "fixed", "answers": 2}


@pytest.fixture
def worker(session: Session) -> UUID:
    return make_workers(session, 1)[0]


def names(found: list[Task]) -> list[str]:
    return [task.client_task_id for task in found]


def task(session: Session, project: Project, name: str) -> Task:
    found = select(Task).where(Task.project_id == project.id, Task.client_task_id == name)
    return session.scalars(found.execution_options(populate_existing=True)).one()


def give_back(session: Session, worker: UUID, *numbers: int) -> None:
    """Let somebody else take the first tasks and give back those of these numbers."""
    taken = [must_take(session, worker) for _ in range(max(numbers))]
    for number in numbers:
        tasks.free(session, assignment=taken[number - 1].assignment, state="expired", now=NOW)


def test_those_that_came_back_go_first_then_those_that_follow(session: Session, worker: UUID) -> None:
    project = running(session, 9, redundancy=TWO)
    running(session, 9)
    (other,) = make_workers(session, 1)
    for _ in range(4):
        must_take(session, worker)
    give_back(session, other, 2, 6, 8)
    # t6 is the first of those that came back that they never had; they stand at t4.
    first = must_take(session, worker)
    assert first.task.client_task_id == "t6"
    assert names(choosing.beside(session, first, limit=9)) == ["t8", "t7", "t9"]
    assert names(choosing.beside(session, first, limit=2)) == ["t8", "t7"]
    assert choosing.beside(session, first, limit=0) == []
    assert first.project is project


def test_no_full_task_and_none_that_too_many_do_not_know(session: Session, worker: UUID) -> None:
    project = running(session, 5, redundancy={"mode": "fixed", "answers": 1})
    first = must_take(session, worker)
    must_take(session, make_workers(session, 1)[0])
    session.execute(update(Task).where(Task.client_task_id == "t3").values(unsure=3))
    session.execute(update(Task).where(Task.client_task_id == "t4").values(state="finished"))
    assert names(choosing.beside(session, first, limit=9)) == ["t5"]
    assert first.project is project


def test_what_is_taken_beside_is_counted_asked_and_moved_over(session: Session, worker: UUID) -> None:
    project = running(session, 6, redundancy=TWO)
    (other,) = make_workers(session, 1)
    give_back(session, other, 1, 2)
    message = ids.new()
    first = tasks.take_next(
        session, worker=facts(worker, number=7, language="sw"), now=NOW, message_id=message
    )
    assert first is not None
    beside = choosing.beside(session, first, limit=3)
    assert (first.task.client_task_id, names(beside)) == ("t1", ["t2", "t3", "t4"])
    taken = choosing.take_beside(session, first, beside)
    session.expire_all()
    rows = session.scalars(
        select(Assignment).where(Assignment.worker_id == worker).order_by(Assignment.number)
    ).all()
    assert [each.assignment for each in taken] == list(rows)
    assert [row.number for row in rows] == [7, 8, 9, 10]
    assert {(row.asked, row.message_id, row.language, row.state) for row in rows} == {
        (4, message, "sw", "offered")
    }
    assert {(row.lease_s, row.offered_at, row.project_id) for row in rows} == {
        (project.lease_s, NOW, project.id)
    }
    # t2 had a place taken and given back before; t3 and t4 none.
    assert [(one.live, one.freed) for one in (task(session, project, name) for name in ("t1", "t2", "t3"))] == [
        (1, True), (1, True), (1, False),
    ]  # fmt: skip
    cursor = session.get_one(Cursor, (worker, project.id))
    assert (cursor.position, cursor.given) == (task(session, project, "t4").position, 4)
    assert must_take(session, worker).task.client_task_id == "t5"


def test_the_last_place_taken_beside_is_no_more_one_that_came_back(session: Session, worker: UUID) -> None:
    project = running(session, 2, redundancy={"mode": "fixed", "answers": 1})
    give_back(session, make_workers(session, 1)[0], 1, 2)
    first = must_take(session, worker)
    choosing.take_beside(session, first, choosing.beside(session, first, limit=1))
    assert [task(session, project, name).freed for name in ("t1", "t2")] == [False, False]


def test_what_is_gone_meanwhile_is_left_out_and_moves_no_cursor_back(session: Session, worker: UUID) -> None:
    project = running(session, 5, redundancy={"mode": "fixed", "answers": 1})
    first = must_take(session, worker)
    beside = choosing.beside(session, first, limit=2)
    session.execute(update(Task).where(Task.client_task_id == "t2").values(state="finished"))
    taken = choosing.take_beside(session, first, beside)
    session.expire_all()
    assert [each.task.client_task_id for each in taken] == ["t1", "t3"]
    assert {each.assignment.asked for each in taken} == {2}
    assert task(session, project, "t2").live == 0
    assert session.get_one(Cursor, (worker, project.id)).given == 2
    # One before where they stand moves nobody back.
    session.execute(update(Cursor).values(position=task(session, project, "t5").position))
    session.expire_all()
    choosing.take_beside(session, first, [task(session, project, "t4")])
    cursor = session.get_one(Cursor, (worker, project.id), populate_existing=True)
    assert cursor.position == task(session, project, "t5").position


def test_beside_gold_stand_the_tasks_from_where_the_worker_is(session: Session, worker: UUID) -> None:
    """Gold stands anywhere in the project: where it does says nothing of where they are."""
    project = checked(session, stock=2, ordinary=6)
    for _ in range(3):
        answer(session, must_take(session, worker), "yes")

    def given(who: UUID) -> Any:
        found = gold.give(session, project=project, worker=facts(who), now=NOW, message_id=None)
        assert found is not None
        return found

    assert names(choosing.beside(session, given(worker), limit=9)) == ["t4", "t5", "t6"]
    (newcomer,) = make_workers(session, 1)
    assert names(choosing.beside(session, given(newcomer), limit=2)) == ["t1", "t2"]
