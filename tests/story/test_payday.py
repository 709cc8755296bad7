"""Being paid: asked for by the worker or when enough is earned, sent or refused, and told either way."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import clock, ids
from app.channels.models import Message
from app.errors import AppError
from app.operations import pay, telling, timeouts
from app.payments import ledger, payouts, rules
from app.payments.models import Payout
from app.people.models import Worker
from app.settings import settings
from tests.payments.arrange import earn
from tests.story.conftest import Phones, World


def joined(world: World, number: str) -> Worker:
    world.join(number)
    world.session.expire_all()
    return world.session.scalars(select(Worker).order_by(Worker.joined_at.desc()).limit(1)).one()


def rich(world: World, number: str, amount_minor: int = 20_000) -> Worker:
    worker = joined(world, number)
    earn(world.session, worker.id, amount_minor, clock.now())
    world.session.commit()
    return worker


def payout(world: World) -> Payout:
    world.session.expire_all()
    return world.session.scalars(select(Payout)).one()


def settle(world: World, *states: str) -> None:
    """Take the one payout through these states, as the rail does, and tell its worker."""
    found = payout(world)
    pay.approve(world.session, payout_id=found.id, user_id=ids.new(), now=clock.now())
    found.receipt = "QK12"
    for state in (rules.SUBMITTING, *states):
        payouts.move(world.session, found, state, actor="rail", now=clock.now())
    pay.on_settled(world.session, found)
    world.session.commit()


def refuse(world: World, reason: str) -> None:
    pay.refuse(world.session, payout_id=payout(world).id, user_id=ids.new(), reason=reason, now=clock.now())
    world.session.commit()


def test_who_has_earned_enough_is_paid_without_asking(world: World, phones: Phones) -> None:
    worker = rich(world, phones(1))
    joined(world, phones(2))
    timeouts.run_due()
    found = payout(world)
    assert (found.worker_id, found.requested_by, found.amount_minor) == (worker.id, "threshold", 20_000)
    assert found.partner_id == worker.partner_id
    timeouts.run_due()
    assert payout(world).id == found.id


def test_a_cent_too_little_waits(world: World, phones: Phones) -> None:
    rich(world, phones(1), 19_999)
    timeouts.run_due()
    assert world.session.scalars(select(Payout)).all() == []


def test_the_worker_is_told_that_money_is_on_its_way_and_that_it_came(world: World, phones: Phones) -> None:
    rich(world, phones(1), 1_234)
    assert "KES 12 is waiting for a check by a person" in world.text(phones(1), "PAY")[-1]
    assert "KES 12 is waiting for a check" in world.text(phones(1), "PAY")[-1]
    pay.approve(world.session, payout_id=payout(world).id, user_id=ids.new(), now=clock.now())
    world.session.commit()
    assert "KES 12 is already on its way" in world.text(phones(1), "PAY")[-1]
    found = payout(world)
    found.receipt = "QK12"
    for state in (rules.SUBMITTING, rules.PAID):
        payouts.move(world.session, found, state, actor="rail", now=clock.now())
    pay.on_settled(world.session, found)
    world.session.commit()
    assert world.read(phones(1)) == [
        "KES 12 sent to your number ending 01. Receipt QK12. Thank you for your work!"
    ]
    assert world.text(phones(1), "BAL") == [
        "Your money: KES 0.34. Paid so far: KES 12. Reply PAY to be paid."
    ]
    assert world.text(phones(1), "PAY")[-1].startswith("You have KES 0.34. We can pay from KES 10.")


def test_below_the_automatic_limit_it_is_sent_at_once(
    world: World, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    rich(world, phones(1), 2_000)
    monkeypatch.setenv("KAZI_PAYOUT_AUTO_LIMIT", "2001")
    settings.cache_clear()
    assert "We are sending KES 20 to your number ending 01." in world.text(phones(1), "PAY")[-1]
    monkeypatch.undo()
    settings.cache_clear()
    assert payout(world).state == rules.APPROVED


def test_money_that_did_not_arrive_is_told_and_can_be_asked_for_again(world: World, phones: Phones) -> None:
    rich(world, phones(1), 2_000)
    world.text(phones(1), "PAY")
    settle(world, rules.FAILED)
    assert world.read(phones(1)) == [
        "Sending KES 20 did not work. Your money is safe with us. Reply PAY to try again, or HELP."
    ]
    assert "KES 20 is waiting" in world.text(phones(1), "PAY")[-1]
    assert ledger.imbalance(world.session) == 0


def test_money_that_came_back_is_told(world: World, phones: Phones) -> None:
    rich(world, phones(1), 2_000)
    world.text(phones(1), "PAY")
    settle(world, rules.PAID, rules.REVERSED)
    assert "Sending KES 20 did not work." in world.read(phones(1))[-1]


def test_what_is_still_open_is_not_told(world: World, phones: Phones) -> None:
    rich(world, phones(1), 2_000)
    world.text(phones(1), "PAY")
    settle(world, rules.UNKNOWN)
    assert world.read(phones(1)) == []


def test_money_owed_is_receipted_even_after_stop(world: World, phones: Phones) -> None:
    rich(world, phones(1), 2_000)
    world.text(phones(1), "PAY")
    world.text(phones(1), "STOP")
    settle(world, rules.PAID)
    assert "KES 20 sent to your number" in world.read(phones(1))[-1]


def test_every_currency_that_can_be_paid_is_asked_for(world: World, phones: Phones) -> None:
    worker = rich(world, phones(1), 2_000)
    earn(world.session, worker.id, 900, clock.now(), currency="UGX")
    world.session.commit()
    assert "KES 20 is waiting" in world.text(phones(1), "PAY")[-1]
    assert [found.currency for found in world.session.scalars(select(Payout))] == ["KES"]
    earn(world.session, worker.id, 9_000, clock.now(), currency="UGX")
    world.session.commit()
    assert "UGX 9,900" in world.text(phones(1), "PAY")[-1]


def test_a_refused_payout_is_told_with_the_reason_and_the_money_is_theirs(
    world: World, phones: Phones
) -> None:
    rich(world, phones(1), 2_000)
    world.text(phones(1), "PAY")
    refuse(world, "  The number is of\n another person ")
    [told] = world.read(phones(1))
    assert told == (
        "Your KES 20 was not sent: The number is of another person. It is still yours and safe. To talk about it, "
        "call +254700111222."
    )
    found = payout(world)
    assert (found.state, found.reason) == (rules.FAILED, "The number is of another person")
    assert world.text(phones(1), "BAL")[-1].startswith("Your money: KES 20.")


@pytest.mark.parametrize("reason", ["", " \n ", "x" * (telling.LONGEST_WHY + 1)])
def test_a_refusal_has_a_reason_that_fits_its_message(world: World, phones: Phones, reason: str) -> None:
    rich(world, phones(1), 2_000)
    world.text(phones(1), "PAY")
    with pytest.raises(AppError) as refused:
        refuse(world, reason)
    assert [one.pointer for one in refused.value.errors] == ["/reason"]
    assert payout(world).state == rules.REQUESTED


def test_who_has_left_is_told_of_no_refusal(world: World, phones: Phones) -> None:
    rich(world, phones(1), 2_000)
    world.text(phones(1), "PAY")
    world.text(phones(1), "STOP")
    refuse(world, "The number is of another person")
    assert world.read(phones(1)) == []


def test_a_refusal_waits_for_the_morning(
    world: World, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    rich(world, phones(1), 2_000)
    world.text(phones(1), "PAY")
    monkeypatch.setenv("KAZI_QUIET_HOURS", "22:00-07:30")
    settings.cache_clear()
    with time_machine.travel(datetime(2026, 3, 2, 23, 0, tzinfo=UTC)):  # two at night in Nairobi
        refuse(world, "The number is of another person")
    monkeypatch.undo()
    settings.cache_clear()
    told = world.session.scalars(select(Message).where(Message.purpose == "push")).one()
    assert told.due_at == datetime(2026, 3, 3, 4, 30, tzinfo=UTC)


def test_on_whatsapp_nothing_is_written_outside_its_window(world: World, phones: Phones) -> None:
    for word in ("JOIN MAJI24", "1", "1", "1"):
        world.text(phones(1), word, "twilio_whatsapp")
    worker = world.session.scalars(select(Worker)).one()
    earn(world.session, worker.id, 2_000, clock.now())
    world.session.commit()
    world.text(phones(1), "PAY", "twilio_whatsapp")
    with time_machine.travel(clock.now() + timedelta(days=2), tick=True):
        settle(world, rules.PAID)
        assert world.read(phones(1), "twilio_whatsapp") == []
