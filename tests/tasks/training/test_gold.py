"""Gold in stock through everything that may happen to it, by one and by many at once: never more than was funded."""

import threading
from collections import Counter
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import db, ids
from app.tasks import service as tasks
from app.tasks.models import UNSURE, Answer, Assignment, Project, Skill, Standing, Task
from app.tasks.training import forgiving, gold, standings
from app.tasks.walks import WINDOW
from tests.conftest import Database
from tests.tasks.arrange import NOW, answer, draft, facts, items, make_workers, take

LIMIT = 2
STOCK = 3


def stocked(session: Session, count: int = STOCK, limit: int = LIMIT, ordinary: int = 3) -> Project:
    """A running project with so much gold, each of which may open so many places."""
    project = draft(session)
    known = [tasks.TaskItem(n, f"g{n}", {"text": f"Well {n}"}, "yes") for n in range(count)]
    tasks.add_tasks(session, project=project, lines=[*known, *items(ordinary)], now=NOW)
    tasks.set_state(session, project=project, to="running", now=NOW)
    project.gold_limit, project.teaches = limit, True
    session.flush()
    return project


def give(session: Session, project: Project, worker: UUID) -> tasks.Taken | None:
    return gold.give(session, project=project, worker=facts(worker), now=NOW, message_id=None)


class Stock(RuleBasedStateMachine):
    """Workers are given gold, answer, pass it on, run out and answer late, and truths are corrected, in any order."""

    session: ClassVar[Session]

    def __init__(self) -> None:
        super().__init__()
        self.nested = self.session.begin_nested()
        self.project = stocked(self.session)
        self.workers = make_workers(self.session, 4)
        self.live: list[tasks.Taken] = []
        self.expired: list[tasks.Taken] = []

    def teardown(self) -> None:
        self.nested.rollback()
        self.session.expunge_all()

    @rule(place=st.integers(0, 3))
    def give(self, place: int) -> None:
        worker = self.workers[place]
        taken = give(self.session, self.project, worker)
        if taken is None:
            had = set(self.session.scalars(select(Assignment.task_id).where(Assignment.worker_id == worker)))
            left = [task for task in self._stock() if task.state == "gold" and task.places < LIMIT]
            assert {task.id for task in left} <= had
        else:
            self.live.append(taken)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), value=st.sampled_from(["yes", "no", UNSURE]))
    def answer(self, data: st.DataObject, value: str) -> None:
        self._answer(self._one_of(data, self.live), value)

    def _answer(self, taken: tasks.Taken, value: str) -> None:
        recorded = answer(self.session, taken, value)
        assert recorded.answer.gold
        assert not recorded.task_done
        truth = self.session.get_one(Task, taken.task.id).gold
        if value != UNSURE and truth is not None:
            who, right = taken.assignment.worker_id, value == truth
            gold.note_answer(self.session, project_id=self.project.id, worker_id=who, right=right, now=NOW)
            standings.note_known(
                self.session, worker_id=who, project=self.project, right=right, checked=True, now=NOW
            )

    @precondition(lambda self: self.live)
    @rule(data=st.data(), state=st.sampled_from(["skipped", "expired", "withdrawn"]))
    def free(self, data: st.DataObject, state: Any) -> None:
        taken = self._one_of(data, self.live)
        assert tasks.free(self.session, assignment=taken.assignment, state=state, now=NOW).freed
        if state == "expired":
            self.expired.append(taken)

    @precondition(lambda self: self.expired)
    @rule(data=st.data(), value=st.sampled_from(["yes", "no", UNSURE]))
    def answer_late(self, data: st.DataObject, value: str) -> None:
        taken = self._one_of(data, self.expired)
        self.session.refresh(taken.task)
        room = taken.task.state == "gold" and taken.task.places < LIMIT
        assert tasks.revive(self.session, assignment=taken.assignment) == room
        if room:
            self._answer(taken, value)

    @rule(data=st.data(), truth=st.sampled_from(["yes", "no", None]))
    def correct(self, data: st.DataObject, truth: str | None) -> None:
        task = data.draw(st.sampled_from(self._stock()))
        forgiving.correct(self.session, project=self.project, task=task, truth=truth, now=NOW)

    @invariant()
    def places_are_open_for_what_is_given_and_no_more(self) -> None:
        for task in self._stock():
            assert task.answered + task.live <= task.places <= LIMIT
            if task.state == "gold":
                assert task.places == task.answered + task.live
                assert not task.freed

    @invariant()
    def counters_are_those_of_the_answers(self) -> None:
        rows = self.session.execute(
            select(Answer.worker_id, Answer.value == Task.gold)
            .join(Task, Task.id == Answer.task_id)
            .where(Answer.gold, Answer.value != UNSURE, Task.gold.is_not(None))
        )
        counted = Counter((who, bool(right)) for who, right in rows)
        self.session.expire_all()
        for skill in self.session.scalars(select(Skill)):
            good, bad = counted[skill.worker_id, True], counted[skill.worker_id, False]
            assert (skill.gold_answers, skill.gold_right) == (good + bad, good)
        for standing in self.session.scalars(select(Standing)):
            assert standing.right <= counted[standing.worker_id, True]

    def _stock(self) -> list[Task]:
        found = select(Task).where(Task.client_task_id.like("g%")).order_by(Task.position)
        return list(self.session.scalars(found.execution_options(populate_existing=True)))

    @staticmethod
    def _one_of(data: st.DataObject, among: list[tasks.Taken]) -> tasks.Taken:
        taken = data.draw(st.sampled_from(among))
        among.remove(taken)
        return taken


def test_the_stock_holds_whatever_happens_in_whatever_order(session: Session) -> None:
    Stock.session = session
    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_many_at_once_never_open_more_than_was_funded(database: Database) -> None:
    with db.transaction() as session:
        project_id = stocked(session, 2, 3).id
        workers = make_workers(session, 8)
    start = threading.Barrier(len(workers))
    failures: list[BaseException] = []

    def work(worker: UUID) -> None:
        try:
            start.wait()
            for _ in range(6):
                with db.transaction() as session:
                    give(session, session.get_one(Project, project_id), worker)
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
            select(Task.places, Task.live, func.count(Assignment.id))
            .join(Assignment, Assignment.task_id == Task.id)
            .where(Task.state == "gold")
            .group_by(Task.id)
        ).all()
    assert [tuple(row) for row in given] == [(3, 3, 3)] * 2


def test_gold_is_in_no_walk_however_much_of_it_there_is(session: Session) -> None:
    stocked(session, WINDOW + 20, 5)
    [worker] = make_workers(session, 1)
    given = [taken.task.client_task_id for _ in range(5) if (taken := take(session, worker)) is not None]
    assert sorted(given) == ["t1", "t2", "t3"]


def test_the_least_used_is_given_first(session: Session) -> None:
    project = stocked(session, 3, 2)
    names = []
    for worker in make_workers(session, 3):
        taken = give(session, project, worker)
        assert taken is not None
        names.append(taken.task.client_task_id)
    assert sorted(names) == ["g0", "g1", "g2"]


def test_a_project_that_ends_takes_its_gold_out_of_stock(session: Session) -> None:
    project = stocked(session)
    [worker] = make_workers(session, 1)
    assert give(session, project, worker) is not None
    tasks.set_state(session, project=project, to="cancelled", now=NOW)
    tasks.wind_up(session, project=project, now=NOW)
    states = session.scalars(select(Task.state).where(Task.gold.is_not(None))).all()
    assert set(states) == {"retired"}
    assert give(session, project, make_workers(session, 1)[0]) is None


def test_only_gold_is_given_and_none_that_was_taken_out(session: Session) -> None:
    project = stocked(session, 2, 9)
    one, two = make_workers(session, 2)
    forgiving.correct(session, project=project, task=_named(session, "g0"), truth=None, now=NOW)
    taken = give(session, project, one)
    assert taken is not None
    assert taken.task.client_task_id == "g1"
    # Ordinary tasks have fewer places than gold may open, and are none for all that.
    assert give(session, project, one) is None
    tasks.set_state(session, project=project, to="paused", now=NOW)
    assert give(session, project, two) is None


def test_gold_is_given_as_any_task_is(session: Session) -> None:
    project = stocked(session)
    (worker,) = make_workers(session, 1)
    group, message = ids.new(), ids.new()
    who = facts(worker, number=7, language="sw", group_id=group, site="Kibera")
    taken = gold.give(session, project=project, worker=who, now=NOW, message_id=message)
    assert taken is not None
    session.expire_all()
    kept = taken.assignment
    assert (kept.state, kept.number, kept.language, kept.message_id) == ("offered", 7, "sw", message)
    assert (kept.group_id, kept.site, kept.offered_at) == (group, "Kibera", NOW)
    assert (kept.lease_s, kept.asked) == (project.lease_s, 1)


def test_the_stock_is_listed_with_how_it_did_those_first_that_may_be_wrong(session: Session) -> None:
    project = stocked(session, 5, 9)
    other = stocked(session, 1, 9)
    workers = make_workers(session, 5)
    for number, worker in enumerate(workers):
        for _ in range(5):
            taken = give(session, project, worker)
            assert taken is not None
            # Everybody misses the third but the last, who is wrong wherever the others are right.
            last, third = number == 4, taken.task.client_task_id == "g2"
            value = "yes" if last == third else "no"
            if taken.task.client_task_id == "g4" and number:
                value = UNSURE
            answer(session, taken, value)
            if value != UNSURE:
                right = value == "yes"
                gold.note_answer(session, project_id=project.id, worker_id=worker, right=right, now=NOW)
    found = gold.stock(session, project.id)
    assert [one.task.client_task_id for one in found] == ["g2", "g0", "g1", "g3", "g4"]
    assert [(one.right, one.wrong, one.unsure) for one in found] == [
        (1, 4, 0), (4, 1, 0), (4, 1, 0), (4, 1, 0), (1, 0, 4),
    ]  # fmt: skip
    assert [one.suspicious for one in found] == [True, False, False, False, False]
    assert [one.task.client_task_id for one in gold.stock(session, other.id)] == ["g0"]
    forgiving.correct(session, project=project, task=_named(session, "g2", project), truth=None, now=NOW)
    assert [one.task.client_task_id for one in gold.stock(session, project.id)] == ["g0", "g1", "g3", "g4"]


def test_what_a_correction_says_of_each_is_counted_anew(session: Session) -> None:
    project = stocked(session, 2, 9)
    one, two = make_workers(session, 2)
    for worker, values in ((one, ("yes", "no")), (two, ("no", UNSURE))):
        for value in values:
            taken = give(session, project, worker)
            assert taken is not None
            answer(session, taken, value)
            if value != UNSURE:
                gold.note_answer(
                    session, project_id=project.id, worker_id=worker, right=value == "yes", now=NOW
                )

    def known(worker: UUID) -> tuple[int, int]:
        skill = session.get_one(Skill, (project.id, worker), populate_existing=True)
        return skill.gold_answers, skill.gold_right

    assert (known(one), known(two)) == ((2, 1), (1, 0))
    assert session.get_one(Skill, (project.id, one)).skill == pytest.approx(2 / 3)
    had = session.scalars(select(Answer.task_id).where(Answer.worker_id == one, Answer.value == "no")).one()
    assert gold.correct(session, task=session.get_one(Task, had), truth="no") == [one]
    assert (known(one), known(two)) == ((2, 2), (1, 0))
    assert gold.correct(session, task=session.get_one(Task, had), truth=None) == [one]
    assert known(one) == (1, 1)


def _named(session: Session, name: str, project: Project | None = None) -> Task:
    found = select(Task).where(Task.client_task_id == name)
    return session.scalars(found.where(Task.project_id == project.id) if project else found).one()
