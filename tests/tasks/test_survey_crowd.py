"""Many people at one survey: one task of many places, which all of them take, fill and give back at once."""

import threading
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import db, ids
from app.tasks import answering
from app.tasks import service as tasks
from app.tasks.models import Answer, Assignment, Task
from app.tasks.rules import Reading
from app.tasks.surveys import crowd
from app.tasks.surveys import session as surveys
from tests.conftest import Database
from tests.tasks.arrange import NOW, draft, facts, make_workers

QUESTIONS: list[dict[str, Any]] = [
    {"id": "a", "type": "number", "min": 1, "max": 9, "text": {"en": "How many?"}},
    {"id": "b", "type": "number", "min": 1, "max": 9, "text": {"en": "How many more?"}},
]


def survey(session: Session, people: int) -> UUID:
    """A running survey of two questions with places for so many people, all of one task."""
    spec: dict[str, Any] = {"kind": "survey", "template": None, "choices": None, "questions": QUESTIONS}
    project = draft(session, **spec, redundancy={"mode": "fixed", "answers": people})
    tasks.add_tasks(session, project=project, lines=[tasks.TaskItem(1, "all", {})], now=NOW)
    tasks.set_state(session, project=project, to="running", now=NOW)
    return project.id


def say(session: Session, taken: tasks.Taken, value: str) -> surveys.At | None:
    """Answer the question somebody is at; return where they are then."""
    _, then = surveys.record(
        session,
        taken=taken,
        reading=Reading(value, value, 1.0),
        language="en",
        channel="twilio_sms",
        late=False,
        message_id=ids.new(),
        now=NOW,
    )
    return then


def test_nobody_is_told_there_is_no_work_because_others_take_of_the_same_task(database: Database) -> None:
    people = 24
    with db.transaction() as session:
        survey(session, people)
        workers = make_workers(session, people)
    turned_away: list[UUID] = []
    together = threading.Barrier(8)

    def work(mine: list[UUID]) -> None:
        together.wait()
        for worker in mine:
            with db.transaction() as session:
                taken = tasks.take_next(session, worker=facts(worker), now=NOW)
                if taken is None:
                    turned_away.append(worker)
                    continue
                assert say(session, taken, "3") is not None
                assert say(session, taken, "4") is None

    threads = [threading.Thread(target=work, args=(workers[at::8],)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert turned_away == []
    with db.transaction() as session:
        task = session.scalars(select(Task)).one()
        assert (task.places, task.answered, task.live, task.state) == (people, people, 0, "finished")
        assert session.scalar(select(func.count()).select_from(Answer)) == 2 * people


def test_who_waits_too_long_is_told_there_is_nothing_and_can_go_on(database: Database) -> None:
    with db.transaction() as session:
        survey(session, 3)
        first, second = make_workers(session, 2)
    with db.transaction() as holding:
        assert tasks.take_next(holding, worker=facts(first), now=NOW) is not None
        with db.transaction() as session:
            assert tasks.take_next(session, worker=facts(second), now=NOW) is None
            assert (
                session.scalar(select(func.count()).select_from(Assignment)) == 0
            )  # of the one held: unseen
    with db.transaction() as session:
        assert tasks.take_next(session, worker=facts(second), now=NOW) is not None


def test_waiting_leaves_the_usual_patience_as_it_was(session: Session) -> None:
    survey(session, 3)
    (worker,) = make_workers(session, 1)
    before = session.scalar(select(func.current_setting("lock_timeout")))
    assert crowd.wait_for_place(session, facts(worker), NOW)
    assert session.scalar(select(func.current_setting("lock_timeout"))) == before


def test_a_worker_who_had_the_survey_waits_for_nothing(session: Session) -> None:
    survey(session, 3)
    (worker,) = make_workers(session, 1)
    taken = tasks.take_next(session, worker=facts(worker), now=NOW)
    assert taken is not None
    answering.free(session, assignment=taken.assignment, state="skipped", now=NOW)
    assert not crowd.wait_for_place(session, facts(worker), NOW)
    assert tasks.take_next(session, worker=facts(worker), now=NOW) is None
