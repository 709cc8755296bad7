"""The README's story, told to the real rooms: from JOIN to money asked for."""

from sqlalchemy import select

from app import clock
from app.channels.base import Inbound
from app.channels.store import store_inbound
from app.operations import launch, timeouts
from app.payments import ledger
from app.payments.models import Payout
from app.tasks.models import Answer, Result
from tests.story.conftest import Phones, World


def test_a_worker_joins_learns_answers_and_asks_for_pay(world: World, phones: Phones) -> None:
    world.project(6)
    number = phones(1)
    [welcome] = world.text(number, "join maji24")
    assert "Maji Group" in welcome
    assert "1 English 2 Kiswahili" in welcome
    assert "STOP" in welcome
    [consent] = world.text(number, "1")
    assert "Reply 1 to agree" in consent
    [lesson] = world.text(number, "yes")
    assert "The well is dry" in lesson
    [first] = world.text(number, "1")
    assert "Pump 1 is broken" in first
    assert first.endswith("KES 2")
    [second] = world.text(number, "1 asante sana")
    assert "+KES 2" in second
    assert "Pump 2 is broken" in second
    for expected in (3, 4, 5):
        [question] = world.text(number, "2")
        assert f"Pump {expected} is broken" in question
    [over] = world.text(number, "no")
    assert over.startswith("Got 2 No, +KES 2")
    assert "MORE" in over
    [sixth] = world.text(number, "more")
    assert "Pump 6" in sixth
    [none_left] = world.text(number, "0")
    assert "don't know" in none_left
    [balance] = world.text(number, "BAL")
    assert "KES 10" in balance
    [held] = world.text(number, "PAY")
    assert "KES 10" in held
    payout = world.session.scalars(select(Payout)).one()
    assert (payout.amount_minor, payout.state) == (1000, "requested")
    assert ledger.imbalance(world.session) == 0


def test_three_answers_make_a_result_and_the_rest_of_the_reserve_comes_back(
    world: World, phones: Phones
) -> None:
    project = world.project(2)
    before = ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    for n, answer in ((1, "1"), (2, "1"), (3, "2")):
        world.join(phones(n))
        world.text(phones(n), answer)
        world.text(phones(n), answer)
    timeouts.run_due()
    world.session.refresh(project)
    assert project.state == "finished"
    results = world.session.scalars(select(Result)).all()
    assert {(result.value, round(result.confidence or 0, 2), result.answers) for result in results} == {
        ("yes", 0.67, 3)
    }
    assert ledger.client_credit(world.session, client_id=world.client_id, currency="KES") > before
    assert ledger.imbalance(world.session) == 0


def test_stop_is_final_until_start(world: World, phones: Phones) -> None:
    world.project(3)
    world.join(phones(1))
    [gone] = world.text(phones(1), "STOP")
    assert "left Kazi" in gone
    assert world.text(phones(1), "1") == []
    assert world.text(phones(1), "HELP") == []
    [back] = world.text(phones(1), "start")
    assert "Welcome back" in back


def test_an_unclear_reply_is_asked_about_once_and_then_passed_on(world: World, phones: Phones) -> None:
    world.project(3)
    world.join(phones(1))
    [asked] = world.text(phones(1), "maybe banana")
    assert "1 Yes 2 No" in asked
    [passed] = world.text(phones(1), "still banana")
    assert "Pump 2" in passed


def test_one_message_gets_one_answer_however_often_it_comes(world: World, phones: Phones) -> None:
    again = Inbound(
        channel="twilio_sms",
        provider_message_id="SM" + "1" * 32,
        number=phones(1),
        country="KE",
        sender="+254711000000",
        body="JOIN MAJI24",
    )
    stored = [store_inbound(world.session, again, clock.now()) for _ in range(5)]
    assert stored == [True, False, False, False, False]


def test_swahili_from_the_menu_on(world: World, phones: Phones) -> None:
    world.project(2)
    first = world.join(phones(1), language="2")
    assert "MAJI" in first[0]
    [second] = world.text(phones(1), "ndio kabisa")
    assert "Pump 2" in second


def test_another_person_on_the_same_phone_is_another_worker(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    [welcome] = world.text(phones(1), "JOIN MAJI24 Amina")
    assert welcome.startswith("Amina: ")


def test_a_paused_project_offers_nothing_and_still_pays_what_is_out(world: World, phones: Phones) -> None:
    project = world.project(4)
    world.join(phones(1))
    launch.pause(world.session, project=project, now=clock.now(), actor="cli")
    world.session.commit()
    [receipt] = world.text(phones(1), "1")
    assert "+KES 2" in receipt
    assert "Pump" not in receipt


def test_a_text_sent_twice_is_no_answer_to_the_next_question(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    [second] = world.text(phones(1), "1")
    assert "Pump 2" in second
    assert world.text(phones(1), "1", delivered=False) == []
    [third] = world.text(phones(1), "2")
    assert "Pump 3" in third


def test_a_reply_that_crossed_the_next_question_is_not_about_it(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    [told] = world.text(phones(1), "2", delivered=False)  # the next question is still on its way out
    assert told == "Changed to 2 No."  # it can only be about the one they had seen
    assert world.session.scalars(select(Answer.value)).all() == ["no"]


def test_one_word_is_enough_to_join(world: World, phones: Phones) -> None:
    [welcome] = world.text("+256772000001", "Join")
    assert "1 English 2 Luganda 3 Kiswahili" in welcome
    [unknown] = world.text(phones(2), "JOIN NOSUCH")
    assert "NOSUCH" in unknown
    [elsewhere] = world.text("+33612345678", "JOIN")
    assert "country" in elsewhere


def test_the_same_text_again_before_the_next_question_arrived_is_a_repetition(
    world: World, phones: Phones
) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.deliver(phones(1), delivered=False)  # handed to the provider, and on its way
    assert world.text(phones(1), "1", delivered=False) == []
    world.deliver(phones(1))
    [third] = world.text(phones(1), "1")
    assert "Pump 3" in third


def test_who_has_nothing_yet_is_shown_work_not_pay(world: World, phones: Phones) -> None:
    world.project(1)
    world.join(phones(1))
    assert world.text(phones(1), "BAL") == ["Your money: KES 0. Paid so far: KES 0. Reply MORE for work."]
    world.text(phones(1), "1")
    assert world.text(phones(1), "BAL") == ["Your money: KES 2. Paid so far: KES 0. Reply PAY to be paid."]
