"""The bell: threads that commit at once share a ring, and none relies on one that began before its commit."""

from threading import Event, Thread
from time import monotonic

import pytest

from app.outbox import Ringer


def test_who_comes_while_one_rings_is_rung_for_once_more() -> None:
    began, go_on = Event(), Event()
    rings: list[int] = []

    def slowly() -> None:
        rings.append(len(rings))
        began.set()
        assert go_on.wait(10)

    ringer = Ringer(slowly)
    first = Thread(target=ringer.ring)
    first.start()
    assert began.wait(10)
    waiting = [Thread(target=ringer.ring) for _ in range(20)]
    for thread in waiting:
        thread.start()
    # One of them waits for the first to be done; all others leave it to that one, and end.
    deadline = monotonic() + 10
    while sum(thread.is_alive() for thread in waiting) > 1 and monotonic() < deadline:
        waiting[0].join(0.01)
    go_on.set()
    for thread in (first, *waiting):
        thread.join(10)
    assert rings == [0, 1]


def test_a_ring_that_failed_hinders_no_later_one() -> None:
    rings: list[str] = []

    def failing_once() -> None:
        rings.append("ring")
        if len(rings) == 1:
            raise TimeoutError

    ringer = Ringer(failing_once)
    with pytest.raises(TimeoutError):
        ringer.ring()
    ringer.ring()
    assert rings == ["ring", "ring"]
