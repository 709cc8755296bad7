"""The frame itself: ids, hours, claims and bells."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import clock, ids, outbox
from app.errors import AppError
from app.hours import QuietHours


@given(st.uuids())
def test_an_id_is_shown_and_read_back(identifier: object) -> None:
    shown = ids.show("prj", identifier)  # type: ignore[arg-type]
    assert ids.read("prj", shown) == identifier
    with pytest.raises(AppError):
        ids.read("tsk", shown)


def test_ids_sort_by_the_time_they_were_made() -> None:
    assert ids.new().version == 7
    made = [ids.new() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {identifier.variant for identifier in made} == {uuid.RFC_4122}


def test_the_earliest_id_of_an_instant_lies_between_those_before_and_those_after_it() -> None:
    with time_machine.travel(datetime(2026, 3, 2, 6, 0, 0, 500_000, tzinfo=UTC), tick=False) as traveller:
        before = ids.new()
        traveller.shift(0.001)
        assert before < ids.earliest(clock.now()) < ids.new()


@pytest.mark.parametrize("stands_still", [False, True])
def test_ids_sort_by_when_they_were_made_also_within_a_millisecond(stands_still: bool) -> None:
    with time_machine.travel("2031-05-01T10:00:00.0015Z", tick=not stands_still):
        made = [ids.new() for _ in range(1000)]
        assert made == sorted(made)
        assert made[0].int >> 80 == made[-1].int >> 80 or not stands_still
    assert ids.new() < made[0], "a clock set back by years is followed"


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        ("2026-01-01T15:00", 4, "2026-01-02T08:00"),  # an hour before quiet, three after it
        ("2026-01-01T20:00", 1, "2026-01-02T06:00"),
        ("2026-01-01T06:00", 2, "2026-01-01T08:00"),
    ],
)
def test_a_lease_stands_still_in_quiet_hours(at: str, hours: int, expected: str) -> None:
    quiet = QuietHours.parse("19:00-08:00")
    assert quiet is not None
    start = datetime.fromisoformat(at).replace(tzinfo=UTC)
    end = quiet.add_open_time(start, timedelta(hours=hours), "Africa/Nairobi")
    assert end == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_bells_coalesce(session: Session) -> None:
    outbox.ring(session, "inbound")
    outbox.ring(session, "inbound")
    assert outbox.queue("inbound").count == 0
    session.commit()
    assert outbox.queue("inbound").count == 1
    assert not outbox.ring_now("inbound")
    outbox.unhang("inbound")
    assert outbox.ring_now("inbound")
    assert clock.now().tzinfo is UTC
