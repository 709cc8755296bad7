"""What reports and outcomes lead to, whatever their order."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels import rules
from app.channels.base import OptedOut, Outcome, Rejected, Retry, Sent, Unknown

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REPORTS = (
    "accepted",
    "scheduled",
    "queued",
    "sending",
    "sent",
    "delivered",
    "read",
    "undelivered",
    "failed",
    "canceled",
    "receiving",
)


def last_of(start: str, reports: tuple[str, ...]) -> str:
    status = start
    for report in reports:
        status = rules.next_status(status, report)
    return status


@given(
    st.sampled_from(["queued", "sending", "unknown", "sent"]),
    st.lists(st.sampled_from(REPORTS), max_size=4),
    st.integers(1, 3),
)
def test_neither_order_nor_repetition_of_reports_matters(start: str, reports: list[str], times: int) -> None:
    outcomes = {last_of(start, order * times) for order in permutations(reports)}
    assert len(outcomes) == 1


@pytest.mark.parametrize(
    ("start", "report", "expected"),
    [
        ("sending", "queued", "sent"),
        ("unknown", "accepted", "sent"),
        ("queued", "sent", "sent"),  # it was queued once more, and the first was taken after all
        ("sent", "delivered", "delivered"),
        ("delivered", "sent", "delivered"),
        ("delivered", "undelivered", "delivered"),
        ("undelivered", "delivered", "delivered"),
        ("undelivered", "sent", "undelivered"),
        ("read", "delivered", "read"),
        ("sent", "canceled", "failed"),
        ("sent", "something-new", "sent"),
    ],
)
def test_reports(start: str, report: str, expected: str) -> None:
    assert rules.next_status(start, report) == expected


def after(tried: rules.Try, outcome: Outcome, now: datetime = NOW) -> rules.Change:
    return rules.after(tried, outcome, now, unknown_wait_s=900, jitter=0)


FIRST = rules.Try("sending", attempts=1)


def test_sent() -> None:
    change = after(FIRST, Sent("SM1"))
    assert (change.status, change.due_at, change.provider_message_id) == ("sent", None, "SM1")


def test_found_by_a_look_up_in_the_state_it_has_reached() -> None:
    change = after(
        rules.Try("unknown", 1, unknown_since=NOW), Sent("SM1", status="undelivered", error_code="30003")
    )
    assert (change.status, change.error_code) == ("undelivered", "30003")


def test_rejected_for_good() -> None:
    change = after(FIRST, Rejected("21614", "not a mobile", suppress=True))
    assert (change.status, change.due_at, change.error_code, change.suppress) == (
        "rejected",
        None,
        "21614",
        "21614",
    )
    assert after(FIRST, Rejected("21617", "too long")).suppress is None


def test_opted_out() -> None:
    change = after(FIRST, OptedOut("21610"))
    assert (change.status, change.suppress) == ("rejected", "21610")


def test_retries_wait_longer_each_time_and_end() -> None:
    waits = []
    for attempts in range(1, rules.MAX_ATTEMPTS):
        change = after(rules.Try("sending", attempts), Retry("20429", "too many"))
        assert change.status == "queued"
        assert change.due_at is not None
        waits.append(change.due_at - NOW)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(seconds=600)
    assert after(rules.Try("sending", rules.MAX_ATTEMPTS), Retry("20429", "too many")).status == "failed"


def test_the_provider_may_name_the_wait() -> None:
    assert after(FIRST, Retry("20429", "too many", after_s=7)).due_at == NOW + timedelta(seconds=7)


def test_jitter_spreads_retries() -> None:
    retry = Retry("20429", "too many", after_s=10)
    spread = {rules.after(FIRST, retry, NOW, unknown_wait_s=9, jitter=share).due_at for share in (0, 0.5, 1)}
    assert len(spread) == 3


def test_an_unknown_outcome_is_looked_up_soon() -> None:
    change = after(FIRST, Unknown("ReadTimeout"))
    assert (change.status, change.unknown_since) == ("unknown", NOW)
    assert change.due_at == NOW + timedelta(seconds=2)


def test_not_found_yet_is_not_sent_again_before_the_wait_is_over() -> None:
    now, looks = NOW, 0
    tried = rules.Try("unknown", 1, unknown_since=NOW)
    change = after(tried, Unknown("not found"), now)
    while change.status == "unknown":
        assert change.due_at is not None
        assert change.due_at > now
        now, looks = change.due_at, looks + 1
        change = after(tried, Unknown("not found"), now)
    assert now == NOW + timedelta(seconds=900)
    assert looks < 30
    assert (change.status, change.due_at, change.resends) == ("queued", now, 1)


def test_it_is_sent_again_once_at_most() -> None:
    tried = rules.Try("unknown", 2, resends=1, unknown_since=NOW)
    change = after(tried, Unknown("not found"), NOW + timedelta(seconds=900))
    assert (change.status, change.error_code, change.due_at) == ("failed", "unknown-outcome", None)


def test_a_look_up_that_cannot_be_made_settles_nothing() -> None:
    tried = rules.Try("unknown", 1, unknown_since=NOW)
    change = after(tried, Retry("unreachable", "ConnectError"), NOW + timedelta(days=1))
    assert change.status == "unknown"


def test_the_first_wait_is_two_seconds_doubled_each_time_and_spread_by_half() -> None:
    retry = Retry("20429", "too many")
    due = [after(rules.Try("sending", attempts), retry).due_at for attempts in (1, 2, 3, 9, 10)]
    assert due == [NOW + timedelta(seconds=wait) for wait in (2, 4, 8, 512, 600)]
    spread = [rules.after(FIRST, retry, NOW, unknown_wait_s=9, jitter=share).due_at for share in (0.5, 1)]
    assert spread == [NOW + timedelta(seconds=2.5), NOW + timedelta(seconds=3)]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("sending", Sent("SM1")),
        ("sending", Rejected("21614", "not a mobile")),
        ("sending", OptedOut("21610")),
        ("sending", Retry("20429", "too many")),
        ("sending", Unknown("ReadTimeout")),
        ("unknown", Unknown("not found")),
        ("unknown", Retry("unreachable", "ConnectError")),
    ],
)
def test_that_it_was_sent_again_is_never_forgotten(status: str, outcome: Outcome) -> None:
    assert after(rules.Try(status, 3, resends=1, unknown_since=NOW), outcome).resends == 1
    assert after(rules.Try(status, 3, unknown_since=NOW), outcome).resends == 0


def test_after_the_last_attempt_what_is_unknown_is_not_sent_again() -> None:
    over = NOW + timedelta(seconds=900)
    last = rules.Try("unknown", rules.MAX_ATTEMPTS, unknown_since=NOW)
    assert after(last, Unknown("not found"), over).status == "failed"
    before_last = rules.Try("unknown", rules.MAX_ATTEMPTS - 1, unknown_since=NOW)
    assert after(before_last, Unknown("not found"), over).status == "queued"
    refused = after(rules.Try("sending", rules.MAX_ATTEMPTS), Retry("20429", "too many"))
    assert (refused.error_code, refused.due_at) == ("20429", None)


@pytest.mark.parametrize(
    ("waited_s", "next_s"), [(0, 2), (1, 2), (10, 10), (59, 59), (60, 60), (500, 60), (870, 30), (899, 1)]
)
def test_looks_are_as_far_apart_as_it_was_waited_and_end_with_the_wait(waited_s: int, next_s: int) -> None:
    now = NOW + timedelta(seconds=waited_s)
    change = after(rules.Try("unknown", 1, unknown_since=NOW), Unknown("not found"), now)
    assert (change.status, change.due_at) == ("unknown", now + timedelta(seconds=next_s))
    assert change.unknown_since == NOW


def test_a_look_up_that_cannot_be_made_is_made_again_a_minute_later() -> None:
    now = NOW + timedelta(days=1)
    change = after(rules.Try("unknown", 1, unknown_since=NOW), Retry("unreachable", "ConnectError"), now)
    assert change.due_at == now + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("current", "reported", "expected"),
    [
        ("suppressed", "sent", "sent"),
        ("cancelled", "sent", "sent"),
        ("rejected", "sent", "sent"),
        ("sent", "undelivered", "undelivered"),
        ("undelivered", "failed", "failed"),
        ("failed", "delivered", "delivered"),
        ("delivered", "read", "read"),
        ("sending", "scheduled", "sent"),
        ("unknown", "sending", "sent"),
        ("queued", "cancelled", "failed"),
        ("never heard of", "sent", "sent"),
    ],
)
def test_the_further_of_two_wins(current: str, reported: str, expected: str) -> None:
    assert rules.next_status(current, reported) == expected
