"""Several short questions in one message, answered by their digits in order."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.channels import segments
from app.operations import timeouts
from app.payments import ledger
from app.people.models import Worker
from app.tasks.models import Answer, Assignment, Task
from tests.story.conftest import NOON, Phones, World

ONE = {"mode": "fixed", "answers": 1}


def answers(world: World) -> dict[str, str]:
    world.session.expire_all()
    rows = world.session.execute(
        select(Task.client_task_id, Answer.value).join(Task, Task.id == Answer.task_id)
    )
    return {row[0]: row[1] for row in rows}


def places(world: World) -> list[tuple[int, int]]:
    world.session.expire_all()
    return [
        (task.live, task.answered) for task in world.session.scalars(select(Task).order_by(Task.position))
    ]


def worker(world: World) -> Worker:
    world.session.expire_all()
    return world.session.scalars(select(Worker)).one()


def test_questions_share_a_message_and_are_answered_by_digits_in_order(world: World, phones: Phones) -> None:
    world.project(6, redundancy=ONE, bundle=3)
    [first] = world.join(phones(1))
    assert first.count("Pump") == 3 or first.count("Pump") == 2  # behind the words that end the training
    asked = first.count("Pump")
    [second] = world.text(phones(1), "121"[:asked])
    assert answers(world) == dict(zip(("t1", "t2", "t3"), ("yes", "no", "yes")[:asked], strict=False))
    assert "KES 6" in second if asked == 3 else "KES 4" in second
    assert " ".join("121"[:asked]) in second or "121"[:asked] in second  # what was understood is echoed
    assert segments.count(first).segments == segments.count(second).segments == 1


def test_a_bundle_pays_every_answer_and_counts_them_in_the_session(world: World, phones: Phones) -> None:
    world.project(9, redundancy=ONE, template={"en": "Water? {text}"}, bundle=3)
    world.join(phones(1))
    texts = []
    for _ in range(3):
        open_now = [a for a in world.session.scalars(select(Assignment)) if a.state == "offered"]
        texts += world.text(phones(1), "1" * len(open_now))
        if "MORE" in texts[-1]:
            break
    assert "MORE" in texts[-1]
    assert "6 done" in texts[-1]  # the session is over after five, and cuts no message short
    balance = ledger.worker_balance(
        world.session, worker_id=worker(world).id, currency="KES", since=NOON.replace(year=2000)
    )
    assert balance.available == 6 * 200


def test_answers_that_lack_are_asked_for_again_in_the_same_message_as_the_receipt(
    world: World, phones: Phones
) -> None:
    world.project(3, redundancy=ONE, template={"en": "Water? {text}"}, bundle=3)
    [asked] = world.join(phones(1))
    together = asked.count("Pump")
    assert together >= 2
    [rest] = world.text(phones(1), "2")
    assert answers(world) == {"t1": "no"}
    assert rest.count("Pump") == together - 1
    assert "Pump 1" not in rest
    world.text(phones(1), "1" * (together - 1))
    assert answers(world) == {"t1": "no", **{f"t{n}": "yes" for n in range(2, together + 1)}}


def test_two_texts_at_once_answer_the_first_and_then_the_rest(world: World, phones: Phones) -> None:
    world.project(2, redundancy=ONE, template={"en": "Water? {text}"}, bundle=2)
    [asked] = world.join(phones(1))
    assert asked.count("Pump") == 2
    world.text(phones(1), "1")
    world.text(phones(1), "2", delivered=False)  # written before the message about the rest arrived
    assert answers(world) == {"t1": "yes", "t2": "no"}


def test_too_many_digits_are_asked_about_and_slips_end_the_bundles(world: World, phones: Phones) -> None:
    world.project(30, redundancy=ONE, template={"en": "Water? {text}"}, bundle=2)
    world.join(phones(1))
    for slip in (1, 2, 3):
        [again] = world.text(phones(1), "12121")
        assert "2 numbers in order" in again
        assert worker(world).bundle_slips == slip
        world.text(phones(1), "MORE")
        [asked] = world.text(phones(1), "SKIP")
    assert worker(world).one_at_a_time
    assert asked.count("Pump") == 1


def test_a_whole_answer_forgives_earlier_slips(world: World, phones: Phones) -> None:
    world.project(4, redundancy=ONE, template={"en": "Water? {text}"}, bundle=2)
    world.join(phones(1))
    world.text(phones(1), "12121")
    assert worker(world).bundle_slips == 1
    world.text(phones(1), "12")
    assert worker(world).bundle_slips == 0


def test_a_project_may_ask_one_at_a_time(world: World, phones: Phones) -> None:
    world.project(3, template={"en": "Water? {text}"}, bundle=1)
    [asked] = world.join(phones(1))
    assert asked.count("Pump") == 1


def test_skip_and_stop_give_every_place_back(world: World, phones: Phones) -> None:
    world.project(2, redundancy=ONE, template={"en": "Water? {text}"}, bundle=2)
    world.join(phones(1))
    assert places(world) == [(1, 0), (1, 0)]
    world.text(phones(1), "STOP")
    assert places(world) == [(0, 0), (0, 0)]
    [asked] = world.join(phones(2))
    assert asked.count("Pump") == 2
    world.text(phones(2), "SKIP")
    assert places(world) == [(0, 0), (0, 0)]


def test_a_bundle_is_reminded_of_once_and_ignored_once(world: World, phones: Phones, travel: Any) -> None:
    world.project(2, redundancy=ONE, template={"en": "Water? {text}"}, bundle=2)
    world.join(phones(1))
    world.text(phones(1), "1")  # one of the two is left
    world.text(phones(1), "MORE")
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=2, minutes=1))
    timeouts.run_due()
    timeouts.run_due()
    [reminder] = world.read(phones(1))
    assert "Pump 2" in reminder
    assert "Pump 1" not in reminder
    travel.shift(timedelta(hours=3))
    timeouts.run_due()
    assert places(world) == [(0, 1), (0, 0)]
    assert worker(world).ignored_in_row == 1


def test_a_late_bundle_is_taken_while_its_places_are_free(world: World, phones: Phones, travel: Any) -> None:
    world.project(2, redundancy=ONE, template={"en": "Water? {text}"}, bundle=2)
    world.join(phones(1))
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()
    *_, thanks = world.text(phones(1), "12")
    assert "+KES 4" in thanks
    assert answers(world) == {"t1": "yes", "t2": "no"}


def test_no_two_phones_are_asked_more_than_there_are_places(world: World, phones: Phones) -> None:
    world.project(3, redundancy=ONE, template={"en": "Water? {text}"}, bundle=2)
    asked = [world.join(phones(n))[-1] for n in (1, 2, 3)]
    assert sum(text.count("Pump") for text in asked) == 3
    assert places(world) == [(1, 0)] * 3


def test_a_named_question_of_a_bundle_is_answered_alone(world: World, phones: Phones) -> None:
    world.project(2, redundancy=ONE, template={"en": "Water? {text}"}, bundle=2)
    world.join(phones(1))
    world.text(phones(1), "q2 2")
    assert answers(world) == {"t2": "no"}


def test_by_whatsapp_a_message_is_billed_whole_and_asks_more(world: World, phones: Phones) -> None:
    """By SMS it asks what shares a segment."""
    world.project(20, redundancy=ONE, bundle=9)
    channel = "twilio_whatsapp"
    for word in ("JOIN MAJI24", "1", "1"):
        world.text(phones(1), word, channel)
    [first] = world.text(phones(1), "1", channel)
    assert first.count("Pump") == 9
    [second] = world.text(phones(1), "121212121", channel)
    assert list(answers(world).values()) == ["yes", "no", "yes", "no", "yes", "no", "yes", "no", "yes"]
    assert "KES 18" in second
    by_sms = world.join(phones(2))[-1]
    assert 1 <= by_sms.count("Pump") < 9
    assert segments.count(by_sms).segments == 1
