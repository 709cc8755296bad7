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


FLAT = [1.0] * rhythm.HOURS


def test_a_reply_lends_a_quarter_to_the_hours_beside_and_the_crowd_is_worth_eight() -> None:
    likely = rhythm.curve(after([0]), FLAT)
    by_crowd = 8 / 9
    assert likely[0] == pytest.approx(by_crowd + 24 * 0.5 / 9)
    assert likely[23] == likely[1] == pytest.approx(by_crowd + 24 * 0.25 / 9)
    assert likely[2] == likely[22] == pytest.approx(by_crowd)
    assert rhythm.curve(after([23]), FLAT)[0] == pytest.approx(by_crowd + 24 * 0.25 / 9)
    assert rhythm.curve([3.0], FLAT) == pytest.approx(FLAT)  # no 24 numbers are none


def test_of_older_replies_two_in_a_hundred_are_forgotten_with_each() -> None:
    assert after([8, 8, 9])[8:10] == [pytest.approx(0.98 * 1.98, abs=0.001), 1.0]


def test_a_crowd_is_its_people_together() -> None:
    early, late = after([8] * 3), after([17] * 9)
    found = rhythm.crowd_of([early, late, [], late])
    together = [a + 2 * b for a, b in zip(early, late, strict=True)]
    assert found == rhythm.curve(together)
    assert found[17] > found[8] > found[3]
    assert rhythm.crowd_of([]) == rhythm.curve([])


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


def likely_of(**hours: float) -> list[float]:
    """Return a curve of ones, but for the hours given (h9=0.4)."""
    return [hours.get(f"h{hour}", 1.0) for hour in range(rhythm.HOURS)]


def waits(likely: list[float], hours: float = 12) -> timedelta:
    return rhythm.good_time(likely, NINE, NAIROBI, QUIET, NINE + timedelta(hours=hours)) - NINE


def test_an_hour_is_poor_under_half_of_what_the_open_hours_are_like() -> None:
    # Eleven open hours; of the night's nothing counts.
    assert waits(likely_of(h9=0.4, h20=50, h3=50)) == timedelta(hours=1)
    assert waits(likely_of(h9=0.48)) == timedelta(hours=0)  # half of 10.48/11 is 0.476
    assert waits(likely_of(h9=0.47)) == timedelta(hours=1)


def test_a_text_waits_for_an_hour_like_the_mean_of_the_open_ones_or_better() -> None:
    assert waits(likely_of(h9=0.4, h10=0.9, h11=0.92, h12=0.99)) == timedelta(hours=3)
    assert waits(likely_of(h9=0.4, h10=0.95)) == timedelta(hours=1)  # the mean is 10.35/11


def test_a_text_waits_to_the_latest_and_no_longer() -> None:
    likely = likely_of(h9=0.1, h10=0.1, h11=0.1)
    assert waits(likely, 3) == timedelta(hours=3)
    assert waits(likely, 2.9) == timedelta(hours=0)


def test_an_hour_is_good_that_is_like_the_mean_of_the_open_ones_or_better() -> None:
    def good(**hours: float) -> bool:
        return rhythm.is_good(likely_of(**hours), NINE, NAIROBI, QUIET)

    assert good()
    assert good(h20=50)
    assert not good(h9=0.99)
    assert good(h9=1.01)
    # Without quiet hours the night counts as any.
    assert not rhythm.is_good(likely_of(h20=50), NINE, NAIROBI, None)


def test_nothing_waits_where_there_are_no_quiet_hours() -> None:
    likely = rhythm.curve(after([17] * 40))
    assert rhythm.good_time(likely, NINE, NAIROBI, None, NINE + rhythm.LONGEST_WAIT) == NINE


def test_rests_grow_and_end() -> None:
    pause = timedelta(hours=4)
    rests = [rhythm.rest(ignored, pause) for ignored in range(1, 6)]
    assert rests == [pause, timedelta(days=1), timedelta(days=3), timedelta(days=7), None]


def test_one_question_more_weighs_fifteen_in_a_hundred() -> None:
    assert rhythm.heeded_after(0.6, answered=True) == pytest.approx(0.66)
    assert rhythm.heeded_after(0.6, answered=False) == pytest.approx(0.51)
    assert rhythm.reply_after(1000, 100) == pytest.approx(1000 * 0.1**0.15, abs=0.1)
    assert rhythm.reply_after(1000, 0) == rhythm.reply_after(1000, 1) > 0
    assert rhythm.hoped_s(0.5, 600) == 1200
    assert rhythm.hoped_s(0, 600) == 60_000  # nobody is given up


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
