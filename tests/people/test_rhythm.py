"""When a person answers, and when they are texted because of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours import QuietHours, local_hour, open_seconds
from app.people import rhythm

NAIROBI = "Africa/Nairobi"
QUIET = QuietHours.parse("19:00-08:00")
NINE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # nine in the morning in Nairobi

counts_of = st.lists(st.integers(0, 23), max_size=60)


def after(hours: list[int]) -> list[float]:
    counts: list[float] = []
    for hour in hours:
        counts = rhythm.learned(counts, hour)
    return counts


def test_a_newcomer_follows_the_crowd_and_a_known_person_themselves() -> None:
    newcomer = rhythm.curve([])
    assert newcomer.index(max(newcomer)) == 18
    early = rhythm.curve(after([8] * 20))
    assert early.index(max(early)) == 8
    assert early[7] > early[14]  # the hour beside is lent to


@given(counts_of)
def test_a_curve_has_the_mean_of_one(hours: list[int]) -> None:
    likely = rhythm.curve(after(hours))
    assert sum(likely) == pytest.approx(24)
    assert min(likely) > 0


def test_old_habits_fade() -> None:
    counts = after([8] * 50 + [17] * 50)
    assert counts[17] > 2 * counts[8]


def test_a_text_waits_from_a_poor_hour_for_a_usual_one() -> None:
    evening_person = rhythm.curve(after([17] * 40))
    at = rhythm.good_time(evening_person, NINE, NAIROBI, QUIET, NINE + rhythm.LONGEST_WAIT)
    assert local_hour(at, NAIROBI) in {16, 17}
    assert at.minute == 0
    assert rhythm.good_time(evening_person, at, NAIROBI, QUIET, at + rhythm.LONGEST_WAIT) == at


@given(counts_of, st.integers(0, 47), st.integers(0, 14))
def test_a_text_never_waits_too_long_nor_into_the_night(hours: list[int], begin: int, bound: int) -> None:
    now, latest = NINE + begin * timedelta(minutes=30), NINE + timedelta(hours=bound)
    at = rhythm.good_time(rhythm.curve(after(hours)), now, NAIROBI, QUIET, latest)
    assert at == now or now < at <= latest
    assert QUIET is not None
    assert at == now or not QUIET.is_quiet(at, NAIROBI)


def test_nobody_is_made_to_wait_for_the_night() -> None:
    likely = rhythm.curve(after([10, 10, 10, 21] * 12))
    five = NINE + timedelta(hours=8)
    assert likely[17] < rhythm.POOR * likely[10]
    assert rhythm.good_time(likely, five, NAIROBI, QUIET, five + rhythm.LONGEST_WAIT) == five


def test_nothing_waits_where_there_are_no_quiet_hours() -> None:
    likely = rhythm.curve(after([17] * 40))
    assert rhythm.good_time(likely, NINE, NAIROBI, None, NINE + rhythm.LONGEST_WAIT) == NINE


def test_rests_grow_and_end() -> None:
    pause = timedelta(hours=4)
    rests = [rhythm.rest(ignored, pause) for ignored in range(1, 6)]
    assert rests == [pause, timedelta(days=1), timedelta(days=3), timedelta(days=7), None]


def test_who_is_quick_and_willing_comes_first() -> None:
    quick = rhythm.reply_after(rhythm.REPLY_S, 60)
    assert quick < rhythm.REPLY_S
    heeds = rhythm.heeded_after(rhythm.HEEDED, answered=True)
    ignores = rhythm.heeded_after(rhythm.HEEDED, answered=False)
    assert (
        rhythm.hoped_s(heeds, quick)
        < rhythm.hoped_s(heeds, rhythm.REPLY_S)
        < rhythm.hoped_s(ignores, rhythm.REPLY_S)
    )


def test_open_seconds_leave_the_night_out() -> None:
    six = NINE + timedelta(hours=9)
    assert open_seconds(QUIET, six, six + timedelta(hours=15), NAIROBI) == 2 * 3600
    assert open_seconds(QUIET, six, six - timedelta(hours=1), NAIROBI) == 0
    assert open_seconds(None, six, six + timedelta(hours=2), NAIROBI) == 7200
