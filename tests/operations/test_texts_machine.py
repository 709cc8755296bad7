"""Whatever workers do to texts and their checks, in whatever order: places, money and verdicts stay right."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import service as accounts
from app.operations import create, launch, texts_decided
from app.operations.answer import OpenQuestion, take_answer
from app.payments import ledger
from app.people.models import Worker
from app.tasks import service as tasks
from app.tasks.free_text import text_kind
from app.tasks.models import CHECK, Answer, Assignment, Project, Result, Task
from app.tasks.rules import Reading
from tests.story.conftest import WATER
from tests.story.test_text_checks import CHECKED
from tests.tasks.arrange import items, make_workers, take

ACTIONS = ("no", "no", "no", "yes", "yes", "text", "unsure", "skip", "expire", "uphold", "later")
WALK = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(ACTIONS)), min_size=30, max_size=60)


class Walk:
    """One job, and people who take and answer its questions."""

    def __init__(self, session: Session, workers: list[UUID], wanted: int) -> None:
        self.session, self.workers, self.now = session, workers, clock.now()
        client = accounts.create_client(session, name="Walkers", now=self.now)
        ledger.credit_client(
            session,
            client_id=client.id,
            amount_minor=10_000_000,
            currency="KES",
            reference="walk",
            now=self.now,
        )
        body = {**WATER, **CHECKED, "check": {**CHECKED["check"], "answers": wanted}}
        body["redundancy"] = {"mode": "fixed", "answers": 2}
        self.project = create.create_project(
            session, client_id=client.id, body=body, now=self.now, actor="cli"
        )
        create.add_tasks(session, project=self.project, lines=items(2), now=self.now)
        launch.launch(session, project=self.project, now=self.now, actor="cli")
        self.open: dict[UUID, tasks.Taken] = {}

    def step(self, who: int, action: str) -> None:
        worker_id = self.workers[who]
        if action == "later":
            self.now += timedelta(hours=1)
        elif action == "uphold":
            self._uphold()
        elif worker_id not in self.open:
            taken = take(self.session, worker_id, self.now)
            if taken is not None:
                self.open[worker_id] = taken
        elif action in {"skip", "expire"}:
            state: Any = "skipped" if action == "skip" else "expired"
            tasks.free(
                self.session, assignment=self.open.pop(worker_id).assignment, state=state, now=self.now
            )
        else:
            self._answer(worker_id, action)

    def _answer(self, worker_id: UUID, action: str) -> None:
        taken = self.open.pop(worker_id)
        if action != "unsure":
            is_check = taken.task.step == CHECK
            action = (action if action in {"yes", "no"} else "yes") if is_check else f"Maandishi {action}"
        take_answer(
            self.session,
            worker=self.session.get_one(Worker, worker_id),
            question=OpenQuestion(taken.assignment, taken.task, taken.project),
            reading=Reading(action, action, 1.0),
            channel="twilio_sms",
            now=self.now,
        )
        texts_decided.decide_due()

    def _uphold(self) -> None:
        refused = select(Answer).where(Answer.state == "refused", Answer.project_id == self.project.id)
        for answer in self.session.scalars(refused.limit(1)):
            texts_decided.accept_text(self.session, answer, now=self.now)

    def holds(self) -> None:
        self.session.expire_all()
        for task in self.session.scalars(select(Task).where(Task.project_id == self.project.id)):
            self._counts(task)
        assert ledger.imbalance(self.session) == 0
        assert self.reserve() >= 0
        for answer in self.session.scalars(select(Answer).where(Answer.project_id == self.project.id)):
            self._paid(answer)

    def _counts(self, task: Task) -> None:
        of_task = Assignment.task_id == task.id
        live = self.session.scalar(
            select(func.count()).select_from(Assignment).where(of_task, Assignment.state == "offered")
        )
        filled = self.session.scalar(
            select(func.count())
            .select_from(Answer)
            .where(Answer.task_id == task.id, Answer.value != "unsure", Answer.state != "refused")
        )
        assert task.answered + task.live <= task.places
        assert task.live == live
        # One upheld when its place was taken counts, and fills none.
        assert task.answered <= (filled or 0)
        if task.state == "open" and task.step != CHECK and task.places == task.answered:
            assert self.session.scalar(
                select(func.count()).where(Answer.task_id == task.id, Answer.state == "pending")
            )

    def _paid(self, answer: Answer) -> None:
        """What was promised is what the ledger says, once; nobody judged their own."""
        booked = ledger.recorded(self.session, f"answer:{answer.id}")
        assert booked == (answer.pay_minor > 0)
        if answer.state in {"pending", "refused"} or answer.value == "unsure":
            assert answer.pay_minor == 0
        task = self.session.get_one(Task, answer.task_id)
        if task.about_answer_id is not None:
            assert self.session.get_one(Answer, task.about_answer_id).worker_id != answer.worker_id
        if answer.state == "refused":
            check = self.session.scalars(select(Task).where(Task.about_answer_id == answer.id)).one()
            votes = self.session.scalars(select(Answer.value).where(Answer.task_id == check.id)).all()
            assert votes.count(text_kind.NO) >= 2

    def reserve(self) -> int:
        return ledger.balance(self.session, ledger.account(ledger.PROJECT_RESERVE, self.project.id, "KES"))

    def end(self) -> None:
        """Whatever is out comes back, and the project ends."""
        for taken in self.open.values():
            tasks.free(self.session, assignment=taken.assignment, state="withdrawn", now=self.now)
        self.session.expire_all()
        project = self.session.get_one(Project, self.project.id)
        if project.state == "running":
            launch.cancel(self.session, project=project, now=self.now, actor="cli")
        launch.end_due(self.session, self.now)
        self.holds()
        pending = select(func.count()).where(Answer.project_id == project.id, Answer.state == "pending")
        assert self.session.scalar(pending) == 0
        results = self.session.scalars(select(Result).where(Result.project_id == project.id)).all()
        assert all(result.method == "checked" for result in results)
        assert len({result.task_id for result in results}) == len(results)


@pytest.fixture
def workers(session: Session) -> list[UUID]:
    return make_workers(session, 6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(walk=WALK, wanted=st.sampled_from([2, 3]))
def test_texts_and_their_checks_in_whatever_order(
    session: Session, workers: list[UUID], walk: list[tuple[int, str]], wanted: int
) -> None:
    with session.begin_nested() as nested:
        job = Walk(session, workers, wanted)
        for who, action in walk:
            job.step(who, action)
            job.holds()
        job.end()
        assert job.reserve() == 0, "what was not paid goes back to the client"
        nested.rollback()
