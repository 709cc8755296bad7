"""Places through everything that may happen to them: a machine that does it in any order, and the corner cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar

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
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import db
from app.errors import AppError
from app.tasks import leases
from app.tasks import service as tasks
from app.tasks.models import UNSURE, Answer, Assignment, ProjectEvent, Result, Task
from app.tasks.rules import Reading, late_verdict, unsure_limit
from tests.tasks.arrange import NOW, answer, make_workers, must_take, running, take

PLACES = 2


class Places(RuleBasedStateMachine):
    """Several workers take, answer, skip, run out and answer late on few tasks; the counters hold at each step."""

    session: ClassVar[Session]

    def __init__(self) -> None:
        super().__init__()
        self.nested = self.session.begin_nested()
        self.project = running(
            self.session,
            3,
            redundancy={"mode": "fixed", "answers": PLACES},
            pay={"amount": 7, "currency": "KES"},
        )
        self.workers = make_workers(self.session, 4)
        self.live: list[tasks.Taken] = []
        self.expired: list[tasks.Taken] = []
        self.had: set[tuple[Any, Any]] = set()
        self.paid = 0
        self.now = NOW

    def teardown(self) -> None:
        self.nested.rollback()
        self.session.expunge_all()

    @rule(place=st.integers(0, 3))
    def take(self, place: int) -> None:
        worker = self.workers[place]
        taken = take(self.session, worker)
        if taken is None:
            left = [task for task in self._tasks() if (worker, task.id) not in self.had]
            assert not any(self._offerable(task) for task in left)
            return
        assert (worker, taken.task.id) not in self.had
        self.had.add((worker, taken.task.id))
        self.live.append(taken)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), value=st.sampled_from(["yes", "no", UNSURE]))
    def answer(self, data: st.DataObject, value: str) -> None:
        taken = self._one_of(data, self.live)
        recorded = answer(self.session, taken, value)
        self.paid += recorded.answer.pay_minor
        self._check_done(taken, recorded.task_done)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), state=st.sampled_from(["skipped", "expired", "withdrawn"]))
    def free(self, data: st.DataObject, state: Any) -> None:
        taken = self._one_of(data, self.live)
        freed = tasks.free(self.session, assignment=taken.assignment, state=state, now=self.now)
        assert freed.freed
        self._check_done(taken, freed.task_done)
        if state == "expired":
            self.expired.append(taken)

    @precondition(lambda self: self.expired)
    @rule(data=st.data(), value=st.sampled_from(["yes", "no", UNSURE]))
    def answer_late(self, data: st.DataObject, value: str) -> None:
        taken = self._one_of(data, self.expired)
        self.session.refresh(taken.task)
        free = taken.task.state == "open" and taken.task.answered + taken.task.live < PLACES
        revived = tasks.revive(self.session, assignment=taken.assignment)
        assert revived == free
        if revived:
            recorded = answer(self.session, taken, value, late=True)
            self.paid += recorded.answer.pay_minor
            self._check_done(taken, recorded.task_done)

    @rule(data=st.data())
    def end_again(self, data: st.DataObject) -> None:
        """What has ended cannot end again, whoever was late to notice."""
        ended = self.session.scalars(select(Assignment).where(Assignment.state != "offered")).all()
        if ended:
            assignment = data.draw(st.sampled_from(ended))
            assert not tasks.free(self.session, assignment=assignment, state="expired", now=self.now).freed

    @invariant()
    def counters_agree_with_rows(self) -> None:
        for task in self._tasks():
            assert task.answered + task.live <= task.places
            assert task.live == self._count(Assignment, Assignment.state == "offered", task)
            assert task.answered == self._count(Answer, Answer.value != UNSURE, task)
            assert task.unsure == self._count(Answer, Answer.value == UNSURE, task)
            assert (task.state == "finished") == bool(self._count(Result, Result.confidence >= 0, task))
            if task.state == "open":
                assert task.answered < task.places
                assert task.unsure < unsure_limit(PLACES) or task.live > 0

    @invariant()
    def pay_is_for_answers_that_count(self) -> None:
        counted = self.session.scalar(select(func.coalesce(func.sum(Answer.pay_minor), 0)))
        assert counted == self.paid == 7 * sum(task.answered for task in self._tasks())

    def _tasks(self) -> list[Task]:
        # Read anew: the session's own copies are what is under test.
        kept = {
            task.id: (task.live, task.answered, task.unsure, task.freed, task.state)
            for task in self._loaded()
        }
        found = list(self.session.scalars(select(Task).execution_options(populate_existing=True)))
        for task in found:
            if task.id in kept:
                assert kept[task.id] == (task.live, task.answered, task.unsure, task.freed, task.state)
        return found

    def _loaded(self) -> list[Task]:
        return [entity for entity in self.session.identity_map.values() if isinstance(entity, Task)]

    def _count(self, model: Any, condition: Any, task: Task) -> int:
        return self.session.scalar(select(func.count()).where(condition, model.task_id == task.id)) or 0

    @staticmethod
    def _offerable(task: Task) -> bool:
        return (
            task.state == "open" and task.answered + task.live < PLACES and task.unsure < unsure_limit(PLACES)
        )

    @staticmethod
    def _one_of(data: st.DataObject, among: list[tasks.Taken]) -> tasks.Taken:
        taken = data.draw(st.sampled_from(among))
        among.remove(taken)
        return taken

    def _check_done(self, taken: tasks.Taken, done: bool) -> None:
        assert done == (taken.task.state == "finished")


def test_the_counters_hold_whatever_happens_in_whatever_order(session: Session) -> None:
    Places.session = session
    run_state_machine_as_test(
        Places,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_the_database_itself_refuses_a_place_too_many(session: Session) -> None:
    running(session, 1, redundancy={"mode": "fixed", "answers": 1})
    (worker,) = make_workers(session, 1)
    task = must_take(session, worker).task
    task.live = 2
    with pytest.raises(IntegrityError, match="ck_tasks_places"), session.begin_nested():
        session.flush()
    session.expire(task)


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)


def test_an_answer_is_one_statement_and_the_last_one_three(session: Session) -> None:
    running(session, 1, redundancy={"mode": "fixed", "answers": 2})
    first, second = (must_take(session, worker) for worker in make_workers(session, 2))
    with counted_statements() as statements:
        answer(session, first, "yes")
    assert len(statements) == 1
    with counted_statements() as statements:
        assert answer(session, second, "yes").task_done
    assert len(statements) == 3


def test_what_is_kept_of_an_answer(session: Session) -> None:
    running(session, 1)
    (worker,) = make_workers(session, 1)
    taken = must_take(session, worker)
    leases.start_lease(
        session,
        assignment_id=taken.assignment.id,
        delivered_at=NOW + timedelta(seconds=30),
        expires_at=NOW + timedelta(hours=4),
        remind_at=None,
    )
    recorded = tasks.record_answer(
        session,
        assignment=taken.assignment,
        task=taken.task,
        project=taken.project,
        reading=Reading("no", "hapana, call +254 712 000 001", 0.9),
        language="sw",
        channel="twilio_whatsapp",
        late=False,
        now=NOW + timedelta(seconds=95),
    )
    session.expire_all()
    kept = recorded.answer
    assert (kept.value, kept.raw, kept.confidence) == ("no", "hapana, call [number]", 0.9)
    assert (kept.language, kept.channel, kept.seconds, kept.late) == ("sw", "twilio_whatsapp", 65, False)
    assert (kept.pay_minor, kept.currency, kept.gold, kept.worker_id) == (200, "KES", False, worker)
    assert recorded.pays
    events = session.scalars(select(ProjectEvent).where(ProjectEvent.kind == "answer")).all()
    assert [found.data["label"] for found in events] == ["no"]


def test_an_answer_to_what_has_ended_changes_nothing(session: Session) -> None:
    running(session, 1)
    (worker,) = make_workers(session, 1)
    taken = must_take(session, worker)
    tasks.free(session, assignment=taken.assignment, state="expired", now=NOW)
    with pytest.raises(AppError, match="wrong-state"):
        answer(session, taken, "yes")
    session.expire_all()
    assert (taken.task.live, taken.task.answered, taken.assignment.state) == (0, 0, "expired")
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_too_many_unsure_end_a_task_with_what_it_has(session: Session) -> None:
    running(session, 1, redundancy={"mode": "fixed", "answers": 1})
    workers = make_workers(session, unsure_limit(1) + 1)
    for worker in workers[: unsure_limit(1) - 1]:
        assert not answer(session, must_take(session, worker), UNSURE).task_done
    recorded = answer(session, must_take(session, workers[-2]), UNSURE)
    assert recorded.task_done
    assert not recorded.pays
    result = session.scalars(select(Result)).one()
    assert (result.value, result.confidence, result.answers, result.votes) == (None, 0.0, 0, {UNSURE: 3})
    assert take(session, workers[-1]) is None


def test_a_task_past_its_unsure_waits_only_for_who_is_still_asked(session: Session) -> None:
    running(session, 1, redundancy={"mode": "fixed", "answers": 2})
    workers = make_workers(session, unsure_limit(2) + 1)
    waiting = must_take(session, workers[0])
    for worker in workers[1:]:
        assert not answer(session, must_take(session, worker), UNSURE).task_done
    freed = tasks.free(session, assignment=waiting.assignment, state="expired", now=NOW)
    assert freed.task_done
    assert session.scalars(select(Result.votes)).one() == {UNSURE: 5}


def test_a_result_is_the_majority_with_its_agreement(session: Session) -> None:
    running(session, 1)
    for worker, value in zip(make_workers(session, 3), ("no", "yes", "no"), strict=True):
        recorded = answer(session, must_take(session, worker), value)
    assert recorded.task_done
    result = session.scalars(select(Result)).one()
    assert (result.value, result.answers, result.method) == ("no", 3, "majority")
    assert result.confidence == pytest.approx(2 / 3)
    assert result.votes == {"no": 2, "yes": 1}
    assert result.client_task_id == "t1"


def test_a_late_answer_takes_the_place_of_one_that_can_be_withdrawn(session: Session) -> None:
    running(session, 1, redundancy={"mode": "fixed", "answers": 1})
    slow, quick = make_workers(session, 2)
    late = must_take(session, slow)
    tasks.free(session, assignment=late.assignment, state="expired", now=NOW)
    replacement = must_take(session, quick)
    assert not tasks.revive(session, assignment=late.assignment)
    assert tasks.replacements(session, late.task.id) == [replacement.assignment]
    tasks.free(session, assignment=replacement.assignment, state="withdrawn", now=NOW)
    assert tasks.revive(session, assignment=late.assignment)
    assert answer(session, late, "yes", late=True).task_done


@pytest.mark.parametrize(
    ("assignment", "task", "project", "free", "unsent", "verdict"),
    [
        ("offered", "open", "running", False, False, "in-time"),
        ("expired", "open", "running", True, False, "take"),
        ("expired", "open", "paused", True, False, "take"),
        ("expired", "open", "running", False, True, "replace"),
        ("expired", "open", "running", False, False, "thank"),
        ("expired", "finished", "running", True, True, "thank"),
        ("expired", "open", "cancelled", True, True, "thank"),
        ("skipped", "open", "running", True, True, "thank"),
        ("answered", "open", "running", True, True, "thank"),
    ],
)
def test_what_a_late_answer_may_do(
    assignment: str, task: str, project: str, free: bool, unsent: bool, verdict: str
) -> None:
    found = late_verdict(
        assignment_state=assignment,
        task_state=task,
        project_state=project,
        place_free=free,
        replacement_unsent=unsent,
    )
    assert found == verdict


class TestLeases:
    """When the clock of an assignment starts, and what becomes due."""

    def _started(self, session: Session, taken: tasks.Taken, at: datetime) -> bool:
        return leases.start_lease(
            session,
            assignment_id=taken.assignment.id,
            delivered_at=at,
            expires_at=at + timedelta(hours=4),
            remind_at=at + timedelta(hours=2),
        )

    def test_the_clock_starts_once(self, session: Session) -> None:
        running(session, 1)
        taken = must_take(session, make_workers(session, 1)[0])
        assert leases.unstarted(session, offered_before=NOW, limit=10) == [taken.assignment]
        assert self._started(session, taken, NOW)
        assert not self._started(session, taken, NOW + timedelta(hours=1))
        session.expire_all()
        assert taken.assignment.started_at == NOW
        assert leases.unstarted(session, offered_before=NOW, limit=10) == []

    def test_one_reminder_and_then_the_end(self, session: Session) -> None:
        running(session, 1)
        taken = must_take(session, make_workers(session, 1)[0])
        assert self._started(session, taken, NOW)
        half, end = NOW + timedelta(hours=2), NOW + timedelta(hours=4)
        assert leases.due_reminders(session, half - timedelta(seconds=1), limit=10) == []
        due = leases.due_reminders(session, half, limit=10)
        assert due == [taken.assignment]
        leases.reminded(session, due)
        assert leases.due_reminders(session, half, limit=10) == []
        assert leases.due_expiries(session, end - timedelta(seconds=1), limit=10) == []
        assert leases.due_expiries(session, end, limit=10) == [taken.assignment]

    def test_an_answer_in_time_leaves_nothing_due(self, session: Session) -> None:
        running(session, 1)
        (worker,) = make_workers(session, 1)
        taken = must_take(session, worker)
        assert self._started(session, taken, NOW)
        assert leases.live_of(session, worker) == [taken.assignment]
        answer(session, taken, "yes")
        later = NOW + timedelta(days=1)
        assert leases.due_reminders(session, later, limit=10) == []
        assert leases.due_expiries(session, later, limit=10) == []
        assert leases.live_of(session, worker) == []
