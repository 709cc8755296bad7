"""What is noted of how people answer, and who of those who wait may be asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app import ids
from app.people import habits, rhythm
from app.people import service as people
from app.people.models import Worker
from tests.tasks.arrange import NOW, make_workers

NINE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # nine in the morning in Nairobi
MINUTE = timedelta(minutes=1)
Waiting = Callable[..., Worker]


@pytest.fixture
def waits(session: Session) -> Waiting:
    """Make somebody in Kenya who reads English and waits, with changes."""
    made = iter(make_workers(session, 6))

    def one(**changes: Any) -> Worker:
        worker = session.get_one(Worker, next(made))
        whole = {"state": "active", "stage": "ready", "available_at": NOW, "last_heard_at": NOW, **changes}
        for name, value in whole.items():
            setattr(worker, name, value)
        session.flush()
        return worker

    return one


def test_a_conversation_tells_of_its_first_reply_only(waits: Waiting) -> None:
    worker = waits(last_heard_at=None, ignored_in_row=3)
    habits.note_heard(worker, asked_at=NINE - 10 * MINUTE, now=NINE)
    first = (worker.answer_hours, worker.reply_s, worker.heeded)
    assert first == (
        rhythm.learned([], 9),
        rhythm.reply_after(rhythm.REPLY_S, 600),
        rhythm.heeded_after(rhythm.HEEDED, answered=True),
    )
    assert (worker.ignored_in_row, worker.last_heard_at) == (0, NINE)
    # Within the hour of the last word it is the same conversation, however long that goes on.
    later = NINE + 59 * MINUTE
    habits.note_heard(worker, asked_at=NINE, now=later)
    habits.note_heard(worker, asked_at=later, now=later + 59 * MINUTE)
    assert (worker.answer_hours, worker.reply_s, worker.heeded) == first
    habits.note_heard(worker, asked_at=later, now=later + 119 * MINUTE)
    assert worker.answer_hours == rhythm.learned(first[0], 11)
    assert worker.heeded > first[2]


def test_who_writes_of_their_own_accord_shows_their_hour_and_not_how_quick_they_are(waits: Waiting) -> None:
    worker = waits(last_heard_at=NINE - timedelta(hours=1))
    habits.note_heard(worker, asked_at=None, now=NINE)
    assert worker.answer_hours == rhythm.learned([], 9)
    assert (worker.reply_s, worker.heeded) == (rhythm.REPLY_S, rhythm.HEEDED)


def test_a_message_that_runs_out_counts_against_who_was_asked(waits: Waiting) -> None:
    worker = waits()
    for _ in range(2):
        habits.note_ignored(worker)
    once = rhythm.heeded_after(rhythm.HEEDED, answered=False)
    assert (worker.ignored_in_row, worker.heeded) == (2, rhythm.heeded_after(once, answered=False))


def test_who_waits_longest_comes_first_and_who_may_not_be_asked_not_at_all(
    session: Session, waits: Waiting
) -> None:
    waits(state="stopped")
    waits(available_at=None)
    waits(available_at=NOW + MINUTE)
    later = waits(heeded=0.5, reply_s=600.0, answer_hours=[1.0] * 24)
    sooner = waits(available_at=NOW - MINUTE)
    found = habits.waiting(session, NOW, 5)
    assert [each.worker_id for each in found] == [sooner.id, later.id]
    assert (found[1].hoped_s, found[1].zone, found[1].hours) == (1200, "Africa/Nairobi", [1.0] * 24)
    assert [each.worker_id for each in habits.waiting(session, NOW, 1)] == [sooner.id]


OTHERS: list[dict[str, Any]] = [
    {"state": "paused"},
    {"available_at": None},
    {"available_at": NOW + MINUTE},
    {"country": "UG"},
    {"language": "lg"},
]


@pytest.mark.parametrize("other", OTHERS)
def test_idle_are_those_who_may_be_texted_by_then_and_can_do_the_work(
    session: Session, waits: Waiting, other: dict[str, Any]
) -> None:
    def count(most: int = 9) -> int:
        return habits.idle(session, until=NOW, countries=["KE"], languages=["en", "sw"], most=most)

    waits(**other)
    assert count() == 0
    for language in ("en", "sw"):
        waits(language=language)
    assert count() == 2
    assert count(1) == 1


@pytest.mark.parametrize("other", OTHERS)
def test_somebody_else_comes_who_may_be_texted_by_then_and_can_do_the_work(
    session: Session, waits: Waiting, other: dict[str, Any]
) -> None:
    one = waits()

    def come(but: UUID) -> bool:
        return habits.others_come(session, but=but, until=NOW, countries=["KE"], languages=["en", "sw"])

    waits(**other)
    assert not come(one.id)
    assert come(waits(available_at=None).id)


@pytest.mark.parametrize(
    "other",
    [
        {"state": "stopped"},
        {"stage": "consent"},
        {"last_heard_at": NOW - MINUTE},
        {"country": "UG"},
        {"language": "lg"},
    ],
)
def test_active_are_those_heard_from_since_who_can_do_the_work(
    session: Session, waits: Waiting, other: dict[str, Any]
) -> None:
    def count(*cohorts: UUID, most: int = 9) -> int:
        return habits.active(
            session,
            since=NOW,
            countries=["KE"],
            languages=["en"],
            cohorts=[str(cohort) for cohort in cohorts],
            most=most,
        )

    partner = people.create_partner(session, name="Maji", help_phone="+254700111222", now=NOW)
    cohort = people.create_cohort(
        session, partner_id=partner.id, name="Village", invite_code="MAJI24", languages=["en"], now=NOW
    )
    waits(**other)
    assert count() == 0
    waits(available_at=None)
    people.put_into(waits(), cohort)
    session.flush()
    assert (count(), count(most=1)) == (2, 1)
    assert (count(cohort.id), count(ids.new())) == (1, 0)
