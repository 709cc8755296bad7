"""The frame itself: ids, hours, claims and bells."""

from datetime import UTC, datetime, timedelta

import pytest
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
    assert len({ids.new() for _ in range(1000)}) == 1000


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
