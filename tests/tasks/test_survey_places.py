"""The places of a survey: whatever respondents do, nobody is asked what is not paid for, and none is asked twice."""

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.tasks import answering
from app.tasks import service as tasks
from app.tasks.models import Answer, Assignment, Project, Result, Task
from app.tasks.surveys import funds
from app.tasks.surveys.paths import longest_from
from app.tasks.surveys.shape import questions_of
from tests.tasks.arrange import NOW, draft, facts, make_workers
from tests.tasks.test_survey_crowd import say

QUESTIONS: list[dict[str, Any]] = [
    {"id": "a", "type": "number", "min": 1, "max": 9, "text": {"en": "A?"}, "next": [{"if": 9, "to": "c"}]},
    {"id": "b", "type": "number", "min": 1, "max": 9, "text": {"en": "B?"}},
    {"id": "c", "type": "number", "min": 1, "max": 9, "text": {"en": "C?"}},
]
PEOPLE = 6
WANTED = 2
# A visit: somebody begins or comes back, says so much, and goes on later, stops or lets the lease run out.
VISITS = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1),
        st.lists(st.sampled_from(["say", "say", "say", "branch", "unsure"]), max_size=3),
        st.sampled_from(["stay", "expire", "expire", "skip"]),
    ),
    min_size=2,
    max_size=12,
)


def running_survey(session: Session) -> Project:
    project = draft(
        session,
        kind="survey",
        template=None,
        choices=None,
        questions=QUESTIONS,
        redundancy={"mode": "fixed", "answers": WANTED},
    )
    tasks.add_tasks(session, project=project, lines=[tasks.TaskItem(1, "all", {})], now=NOW)
    tasks.set_state(session, project=project, to="running", now=NOW)
    return project


def held(session: Session, worker: UUID) -> Assignment | None:
    return session.scalars(select(Assignment).where(Assignment.worker_id == worker)).one_or_none()


def do(session: Session, project: Project, worker: UUID, deed: str) -> None:
    assignment = held(session, worker)
    if deed == "take":
        tasks.take_next(session, worker=facts(worker), now=NOW)
    elif assignment is None:
        return
    elif deed == "back" and assignment.state == "expired":
        answering.revive(session, assignment=assignment)
    elif assignment.state != "offered":
        return
    elif deed in ("expire", "skip"):
        state: Any = {"expire": "expired", "skip": "skipped"}[deed]
        answering.free(session, assignment=assignment, state=state, now=NOW)
    elif deed in ("say", "branch", "unsure"):
        task = session.get_one(Task, assignment.task_id)
        value = {"say": "3", "branch": "9", "unsure": "unsure"}[deed]
        say(session, tasks.Taken(project, task, assignment), value)


def check(session: Session, project: Project) -> None:
    session.expire_all()
    questions = questions_of(project.spec)
    longest, bought = longest_from(questions), funds.funded(questions) * WANTED
    task = session.scalars(select(Task)).one()
    paid = select(func.count()).select_from(Answer).where(Answer.pay_minor > 0)
    said = session.scalar(paid) or 0
    live = set(session.scalars(select(Assignment.id).where(Assignment.state == "offered")))
    of_live = session.scalar(paid.where(Answer.assignment_id.in_(live))) or 0
    assert task.answered + task.live <= task.places <= WANTED
    assert task.live == len(live)
    assert task.spent == said - of_live
    if task.state == "open":
        # All who are under way can be paid to the end.
        assert task.spent + task.live * longest <= bought
    assert said <= bought
    whole = session.scalar(select(func.count()).select_from(Assignment).where(Assignment.state == "answered"))
    assert task.answered + task.unsure == whole
    asked = session.execute(select(Answer.assignment_id, Answer.question_id)).all()
    assert len(asked) == len(set(asked))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(visits=VISITS)
def test_whatever_respondents_do_every_answer_is_paid_for(
    session: Session, visits: list[tuple[int, list[str], str]]
) -> None:
    with session.begin_nested() as undone:
        project = running_survey(session)
        workers = make_workers(session, PEOPLE)
        for who, said, ending in visits:
            for deed in ("back", "take", *said, ending):
                do(session, project, workers[who], deed)
            check(session, project)
        task = session.scalars(select(Task)).one()
        assert (task.state == "finished") == (session.scalar(select(func.count()).select_from(Result)) == 1)
        undone.rollback()
    session.expire_all()


def test_those_who_stop_take_places_when_nothing_is_left_to_pay_others_with(session: Session) -> None:
    """Two places of three questions are bought at ten answers; of six spent, four are left: one may go on."""
    project = running_survey(session)
    for worker in make_workers(session, 3):
        for deed in ("take", "say", "say", "expire"):
            do(session, project, worker, deed)
    check(session, project)
    task = session.scalars(select(Task)).one()
    assert (task.spent, task.places) == (6, 1)
    do(session, project, session.scalars(select(Assignment.worker_id)).first() or project.id, "back")
    check(session, project)
    assert (task.spent, task.places, task.live) == (4, 2, 1)
