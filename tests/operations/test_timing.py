"""Who is texted unasked, in which order, and how long a text may wait for its reader."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.operations import timing
from app.people import rhythm
from app.people.models import Worker
from app.settings import settings
from app.tasks import service as tasks
from tests.tasks.arrange import answer, make_workers, must_take, running

NINE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # nine in the morning in Nairobi
EVENING = [0.0] * 17 + [40.0] + [0.0] * 6
ONE = {"mode": "fixed", "answers": 1}
Waits = Callable[..., Worker]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KAZI_QUIET_HOURS", "19:00-08:00")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def waits(session: Session) -> Waits:
    made = iter(make_workers(session, 8))

    def one(minutes: int = 0, **changes: Any) -> Worker:
        """Make somebody who has waited so long."""
        worker = session.get_one(Worker, next(made))
        worker.state, worker.available_at = "active", NINE - timedelta(minutes=minutes)
        for name, value in changes.items():
            setattr(worker, name, value)
        session.flush()
        return worker

    return one


def test_where_there_is_no_work_nobody_is_texted(session: Session, waits: Waits) -> None:
    waits()
    project = running(session, 1, redundancy=ONE)
    assert timing.round_of(session, NINE, 5).workers
    tasks.set_state(session, project=project, to="paused", now=NINE)
    assert timing.round_of(session, NINE, 5) == timing.Round((), rhythm.CROWD, NINE)
    tasks.set_state(session, project=project, to="running", now=NINE)
    (worker,) = make_workers(session, 1)
    taken = must_take(session, worker)
    assert not timing.round_of(session, NINE, 5).workers
    answer(session, taken, "yes")
    assert not timing.round_of(session, NINE, 5).workers


def test_a_task_too_many_do_not_know_is_no_work(session: Session, waits: Waits) -> None:
    waits()
    project = running(session, 1, redundancy=ONE)
    task = must_take(session, make_workers(session, 1)[0]).task
    task.live, task.unsure = 0, 2
    session.flush()
    assert timing.round_of(session, NINE, 5).workers
    task.unsure = 3
    session.flush()
    assert not timing.round_of(session, NINE, 5).workers
    assert project.state == "running"


def test_while_there_is_work_for_all_who_waited_longest_comes_first(session: Session, waits: Waits) -> None:
    running(session, 3)
    quick, late, longest = waits(1, heeded=0.9, reply_s=60.0), waits(2, answer_hours=EVENING), waits(3)
    found = timing.round_of(session, NINE, 5)
    assert list(found.workers) == [longest.id, late.id, quick.id]
    assert found.latest == NINE + rhythm.LONGEST_WAIT
    assert found.crowd == rhythm.crowd_of([quick.answer_hours, late.answer_hours, longest.answer_hours])
    assert list(timing.round_of(session, NINE, 1).workers) == [longest.id]


def test_where_places_are_few_those_in_a_good_hour_come_first_and_of_them_the_quick(
    session: Session, waits: Waits
) -> None:
    running(session, 2, redundancy=ONE)
    morning = [0.0] * 9 + [40.0] + [0.0] * 14
    evening = waits(4, answer_hours=EVENING, heeded=0.9, reply_s=60.0)
    slow = waits(3, answer_hours=morning, heeded=0.3)
    quick = waits(2, answer_hours=morning)
    found = timing.round_of(session, NINE, 3)
    assert list(found.workers) == [quick.id, slow.id, evening.id]
    assert found.latest == NINE  # nobody waits for a better hour
    # Of those who waited longest, as many again and again are looked at.
    assert list(timing.round_of(session, NINE, 1).workers) == [quick.id]


@pytest.mark.parametrize(("hours", "waited"), [(48, 12.0), (18, 10.0), (9, 1.0), (4, -4.0)])
def test_a_text_waits_for_no_deadline(session: Session, waits: Waits, hours: int, waited: float) -> None:
    """Two leases of four hours are left before the nearest of them."""
    running(session, 2, deadline=(NINE + timedelta(days=9)).isoformat())
    running(session, 2, deadline=(NINE + timedelta(hours=hours)).isoformat())
    over = running(session, 2, deadline=(NINE + timedelta(hours=1)).isoformat())
    tasks.set_state(session, project=over, to="paused", now=NINE)
    waits()
    assert timing.round_of(session, NINE, 5).latest == NINE + timedelta(hours=waited)


def test_a_text_waits_for_its_readers_hour(session: Session, waits: Waits) -> None:
    person = waits(answer_hours=EVENING)
    late = NINE + rhythm.LONGEST_WAIT
    at = timing.push_at(person, rhythm.CROWD, NINE, late)
    assert NINE + timedelta(hours=6) < at <= NINE + timedelta(hours=8)
    assert timing.push_at(person, rhythm.CROWD, NINE, NINE) == NINE
    # Who is new is taken to be like the others.
    assert timing.push_at(waits(), rhythm.crowd_of([EVENING] * 9), NINE, late) == at
    assert timing.push_at(waits(), rhythm.CROWD, NINE, late) == NINE
