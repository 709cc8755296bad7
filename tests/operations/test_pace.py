"""How a project goes on, read from its rows: what is left, how quick people are, who has nothing to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.operations import pace
from app.people.models import Worker
from app.settings import settings
from app.tasks.models import Answer, Project, Task
from tests.tasks.arrange import NOW, answer, make_workers, must_take, running


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KAZI_QUIET_HOURS", "19:00-08:00")
    settings.cache_clear()
    yield
    settings.cache_clear()


def answered(session: Session, project: Project, seconds: list[int]) -> None:
    """Let somebody answer so many tasks, each in so many seconds."""
    (worker,) = make_workers(session, 1)
    for number, each in enumerate(seconds):
        taken = must_take(session, worker)
        assert taken.project is project
        answer(session, taken, "yes", NOW + timedelta(seconds=number))
        session.execute(
            update(Answer).where(Answer.assignment_id == taken.assignment.id).values(seconds=each)
        )


def test_nine_of_ten_answers_are_as_quick_or_quicker_once_twenty_are_known(session: Session) -> None:
    project = running(session, 40)
    assert pace.round_s(session, project) == 2 * 3600  # half a lease
    answered(session, project, [10 * number for number in range(1, 20)])
    assert pace.round_s(session, project) == 2 * 3600
    answered(session, project, [200])
    assert pace.round_s(session, project) == pytest.approx(181)
    other = running(session, 30, priority=1)
    answered(session, other, [5000] * 20)
    assert pace.round_s(session, project) == pytest.approx(181)
    assert pace.round_s(session, other) == 5000


def test_only_the_newest_answers_say_how_quick_people_are(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_NEWEST", 20)
    project = running(session, 50)
    answered(session, project, [5000] * 20 + [60] * 20)
    assert pace.round_s(session, project) == 60


@pytest.mark.parametrize(("hours", "left"), [(3, 3.0), (24, 11.0), (-1, 0.0)])
def test_the_night_is_no_time_before_a_deadline(session: Session, hours: int, left: float) -> None:
    project = running(session, 1)
    assert pace.left_s(project, NOW) is None
    project.deadline = NOW + timedelta(hours=hours)
    assert pace.left_s(project, NOW) == left * 3600


def test_hours_are_those_of_the_first_country(session: Session) -> None:
    project = running(session, 1, countries=["UG", "KE"])
    assert pace.zone_of(project) == "Africa/Kampala"


def waiting(session: Session, count: int, at: datetime, **changes: str) -> None:
    for worker_id in make_workers(session, count):
        worker = session.get_one(Worker, worker_id)
        worker.state, worker.available_at = "active", at
        for name, value in changes.items():
            setattr(worker, name, value)
    session.flush()


def test_what_is_open_and_who_waits_is_counted_as_far_as_it_matters(session: Session) -> None:
    project = running(session, 30)
    running(session, 5)
    session.execute(
        update(Task)
        .where(Task.project_id == project.id, Task.client_task_id.not_in(["t1", "t2"]))
        .values(state="finished")
    )
    hour = timedelta(hours=1)
    waiting(session, 3, NOW + hour)
    waiting(session, 1, NOW + hour + timedelta(seconds=1))
    waiting(session, 1, NOW, language="lg")
    waiting(session, 1, NOW, country="UG")
    found = pace.pace_of(session, project, NOW)
    # Of all tasks no more are counted than it takes to know that the two are no tenth of them, or are.
    assert (found.open_tasks, found.tasks, found.idle) == (2, 21, 3)
    assert (found.left_s, found.round_s) == (None, 2 * 3600)
    assert not found.in_tail
    waiting(session, 1, NOW)
    assert pace.pace_of(session, project, NOW).in_tail
