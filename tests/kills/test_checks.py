"""What is checked during the campaign is seen when it is broken: each promise broken once on purpose."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import ids
from app.channels import outgoing
from app.channels.models import Message
from bench.kills.checks import Provider, Watch, at_the_end, read_journal
from tests.channels.conftest import make_address, queue_text
from tests.tasks.arrange import answer, make_workers, must_take, running

INBOUND = "SM" + "1" * 32


def broken(watch: Watch) -> dict[str, int]:
    return {name: count for name, count in watch.broken.items() if count}


def provider(**changes: Any) -> Provider:
    whole: dict[str, Any] = {
        "texts": [],
        "taken": frozenset(),
        "twilio": {"ambiguous_sends": 0, "counts": {}},
        "paid": [],
        "mobile_money": {"ambiguous": 0, "counts": {}},
        **changes,
    }
    return Provider(**whole)


@pytest.fixture
def at_work(session: Session) -> Session:
    """A project at which one worker has answered and another is at work."""
    running(session, count=2)
    first, second = make_workers(session, 2)
    answer(session, must_take(session, first), "yes")
    must_take(session, second)
    return session


def test_a_project_that_goes_well_breaks_nothing(at_work: Session) -> None:
    watch = Watch()
    look = watch.look(at_work, None)
    assert (look.answers, look.tasks, look.results, look.job_done) == (1, 2, 0, False)
    assert broken(watch) == {}


@pytest.mark.parametrize(
    ("spoil", "promise"),
    [
        ("UPDATE tasks SET live = 0", "counters differ from rows"),
        ("UPDATE tasks SET live = 0, answered = 0, places = 0", "answers + live > places"),
    ],
)
def test_what_a_look_sees(at_work: Session, spoil: str, promise: str) -> None:
    at_work.execute(text(spoil))
    watch = Watch()
    watch.look(at_work, None)
    assert watch.broken[promise] > 0


def test_a_task_given_twice_is_seen(at_work: Session) -> None:
    at_work.execute(text("ALTER TABLE assignments DROP CONSTRAINT uq_assignments_task_id_worker_id"))
    at_work.execute(text("UPDATE assignments SET worker_id = (SELECT min(id::text)::uuid FROM workers)"))
    at_work.execute(text("UPDATE assignments SET task_id = (SELECT min(id::text)::uuid FROM tasks)"))
    watch = Watch()
    watch.look(at_work, None)
    assert watch.broken["a task twice to a worker"] == 1


def sent(message: Message, sid: str) -> dict[str, Any]:
    return {
        "kind": "message",
        "sid": sid,
        "direction": "outbound-api",
        "to": "+254712000001",
        "body": "Hello",
        "callback_url": outgoing.status_callback(message.id),
    }


def heard(session: Session) -> list[dict[str, Any]]:
    """What the phones have sent, which made their addresses."""
    sids = session.scalars(text("SELECT provider_message_id FROM messages WHERE direction = 'in'"))
    return [{"sid": sid, "direction": "inbound"} for sid in sids]


def test_a_text_repeated_though_its_fate_was_known_is_seen(session: Session) -> None:
    message = queue_text(session, make_address(session, "+254712000001"), "Hello")
    texts = [sent(message, "SMa"), sent(message, "SMb")]
    watch = Watch()
    figures = at_the_end(session, provider(texts=texts), watch)
    assert figures["texts repeated"] == 1
    assert watch.broken["texts repeated though their fate was known"] == 1
    assert watch.broken["more repeats than sends of unknown fate"] == 1
    assert watch.broken["more repeats than resends"] == 1


def test_a_text_whose_fate_was_open_may_be_repeated_once(session: Session) -> None:
    message = queue_text(session, make_address(session, "+254712000001"), "Hello")
    message.status, message.resends = "unknown", 1
    session.flush()
    watch = Watch()
    watch.look(session, None)
    texts = [*heard(session), sent(message, "SMa"), sent(message, "SMb")]
    at_the_end(session, provider(texts=texts), watch)
    assert broken(watch) == {}
    at_the_end(session, provider(texts=[*texts, sent(message, "SMc")]), watch)
    assert watch.broken["texts repeated more than once"] == 1


def test_the_same_words_from_two_messages_are_seen(session: Session) -> None:
    address = make_address(session, "+254712000001")
    first, second = (queue_text(session, address, "Hello") for _ in range(2))
    watch = Watch()
    texts = [*heard(session), sent(first, "SMa"), sent(second, "SMb")]
    at_the_end(session, provider(texts=texts), watch)
    assert broken(watch) == {"the same words twice from two messages": 1}


def test_an_acknowledged_text_that_is_not_stored_is_seen(session: Session) -> None:
    texts = [{"sid": INBOUND, "direction": "inbound"}]
    watch = Watch()
    at_the_end(session, provider(texts=texts, taken=frozenset({INBOUND})), watch)
    assert broken(watch) == {"acknowledged texts not stored exactly once": 1}


def test_a_stored_text_that_nobody_sent_is_seen(session: Session) -> None:
    make_workers(session, 1)
    watch = Watch()
    at_the_end(session, provider(), watch)
    assert broken(watch) == {"stored texts that nobody sent": 1}


def test_money_that_is_in_no_book_is_seen(session: Session) -> None:
    paid = {"reference": str(ids.new()), "amount_minor": 100, "currency": "KES"}
    watch = Watch()
    at_the_end(session, provider(paid=[paid, paid]), watch)
    assert broken(watch) == {"payouts doubled": 1, "paid but not booked, or booked but not paid": 1}


def test_the_journal_tells_which_texts_were_acknowledged(tmp_path: Path) -> None:
    journal = tmp_path / "twilio.jsonl"
    lines = [
        '{"kind": "message", "sid": "SMa", "direction": "inbound"}',
        '{"kind": "dispatched", "sid": "SMa", "taken": true}',
        '{"kind": "dispatched", "sid": "SMb", "taken": false}',
    ]
    journal.write_text("\n".join(lines) + "\n")
    texts, taken = read_journal(journal)
    assert [found["sid"] for found in texts] == ["SMa"]
    assert taken == {"SMa"}
