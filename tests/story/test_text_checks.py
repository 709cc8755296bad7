"""Texts that others check: written, checked, paid or refused, told, and put together into a result."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from app import clock
from app.channels import segments
from app.console.queries.projects import answer_counts
from app.operations import launch, texts_decided, timeouts
from app.operations.offer import offer_due
from app.operations.quote import quote
from app.payments import ledger
from app.people import service as people
from app.people.models import Worker
from app.tasks import results
from app.tasks.free_text import text_checks
from app.tasks.models import CHECK, Answer, Assignment, Project, Result, Task
from tests.story.conftest import NOON, Phones, World

CHECKED: dict[str, Any] = {
    "kind": "text",
    "choices": [],
    "template": {"en": 'Translate to Swahili: "{text}"'},
    "answer": {"min_length": 5, "max_length": 80, "script": "Latn"},
    "check": {
        "template": {"en": 'Is this good Swahili for "{text}"? "{answer}"'},
        "answers": 2,
        "pay": {"amount": 200},
    },
    "redundancy": {"mode": "fixed", "answers": 1},
    "pay": {"amount": 2000, "currency": "KES"},
    "bundle": None,
}


@pytest.fixture(autouse=True)
def travel() -> Any:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


def answers(world: World) -> list[tuple[str, str, int]]:
    """The texts, without the checks: value, state, pay."""
    world.session.expire_all()
    rows = world.session.execute(
        select(Answer.value, Answer.state, Answer.pay_minor)
        .join(Task, Task.id == Answer.task_id)
        .where(Task.step != CHECK)
        .order_by(Answer.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def result(world: World) -> Result:
    world.session.expire_all()
    return world.session.scalars(select(Result)).one()


def write(world: World, number: str, text: str = "Pampu imevunjika") -> str:
    """Join, and write the text that is asked for."""
    [asked] = world.join(number)
    assert "Translate to Swahili" in asked
    [said] = world.text(number, text)
    return said


def check(world: World, number: str, answer: str) -> str:
    """Join, and say whether the text one is shown is good."""
    [asked] = world.join(number)
    assert "Is this good Swahili" in asked
    [said] = world.text(number, answer)
    timeouts.run_due()
    return said


def holds(world: World) -> None:
    """What must hold at every instant."""
    world.session.expire_all()
    assert ledger.imbalance(world.session) == 0
    for task in world.session.scalars(select(Task)):
        assert task.answered + task.live <= task.places
    own = (
        select(func.count())
        .select_from(Assignment)
        .group_by(Assignment.task_id, Assignment.worker_id)
        .having(func.count() > 1)
    )
    assert world.session.scalars(own).all() == []


def test_a_text_is_paid_when_two_others_have_accepted_it(world: World, phones: Phones) -> None:
    project = world.project(1, **CHECKED)
    said = write(world, phones(1))
    assert said.startswith('Got "Pampu imevunjika". KES 20 is paid when others have checked it.')
    assert "+KES" not in said
    assert answers(world) == [("Pampu imevunjika", "pending", 0)]
    [asked] = world.join(phones(2))
    assert 'Is this good Swahili for "Pump 1 is broken"? "Pampu imevunjika" 1 Yes 2 No 0' in asked
    assert asked.endswith("KES 2")
    assert segments.count(asked).segments == 1
    [paid] = world.text(phones(2), "1")
    assert paid.startswith("Got 1 Yes, +KES 2")
    timeouts.run_due()
    assert answers(world)[0][1] == "pending"
    check(world, phones(3), "yes")
    assert answers(world) == [("Pampu imevunjika", "counted", 2000)]
    found = result(world)
    assert (found.value, found.method, found.answers) == ("Pampu imevunjika", "checked", 1)
    assert found.votes == {"Pampu imevunjika": {"accepted": 2, "refused": 0}}
    assert found.confidence == pytest.approx(0.8)
    [told] = world.text(phones(1), "BAL")
    assert told.startswith("+KES 20 for your text. Your money: KES 20")
    holds(world)
    launch.end_due(world.session, clock.now())
    world.session.expire_all()
    assert world.session.get_one(Project, project.id).state == "finished"


def test_who_wrote_a_text_is_never_asked_to_check_it(world: World, phones: Phones) -> None:
    world.project(1, **CHECKED)
    said = write(world, phones(1))
    assert "Is this good" not in said
    [none] = world.text(phones(1), "more")
    assert "no work" in none
    worker = world.session.scalars(select(Worker)).one()
    assert worker.assignment_id is None


def test_a_refused_text_is_told_with_its_reason_and_its_place_asked_again(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Habari za leo Pampu")
    check(world, phones(2), "2")
    again = check(world, phones(3), "no")
    assert "Got 2 No, +KES 2" in again
    assert answers(world) == [("Habari za leo Pampu", "refused", 0)]
    refused = world.session.scalars(select(Answer).where(Answer.state == "refused")).one()
    assert refused.refused_why == "2 others said it does not fit"
    travel.shift(timedelta(minutes=31))
    timeouts.run_due()
    told = world.read(phones(1))[-1]
    assert told == (
        'Your text "Habari za leo Pampu" is not paid: 2 others said it does not fit. Reply WHY or APPEAL.'
    )
    [asked] = world.text(phones(2), "more")
    assert "Translate to Swahili" in asked  # its place, by somebody else
    [said] = world.text(phones(2), "Pampu 1 imevunjika")
    assert "is paid when others have checked" in said
    offer_due()
    [asked] = world.read(phones(3))
    assert "Is this good Swahili" in asked
    world.text(phones(3), "1")
    [asked] = world.read(phones(1))  # whose own text was refused, and who may well judge another's
    assert "Is this good Swahili" in asked
    world.text(phones(1), "1")
    timeouts.run_due()
    assert answers(world) == [
        ("Habari za leo Pampu", "refused", 0),
        ("Pampu 1 imevunjika", "counted", 2000),
    ]
    assert result(world).value == "Pampu 1 imevunjika"
    assert result(world).votes["Habari za leo Pampu"] == {"accepted": 0, "refused": 2}
    holds(world)


def test_where_two_checks_differ_a_third_decides(world: World, phones: Phones) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1))
    check(world, phones(2), "1")
    check(world, phones(3), "2")
    assert answers(world)[0][1] == "pending"
    # One more is asked, once.
    asked = world.session.scalars(select(Task).where(Task.step == CHECK)).one()
    assert (asked.places, asked.judge, asked.freed) == (3, False, True)
    assert text_checks.to_decide(world.session, 10) == []
    check(world, phones(4), "1")
    assert answers(world)[0][1] == "counted"
    assert text_checks.to_decide(world.session, 10) == []
    assert result(world).votes == {"Pampu imevunjika": {"accepted": 2, "refused": 1}}
    holds(world)


def test_once_no_further_text_is_funded_the_task_ends_without_a_result(world: World, phones: Phones) -> None:
    project = world.project(1, **CHECKED)
    write(world, phones(1), "Maandishi mabaya")
    check(world, phones(2), "2")
    check(world, phones(3), "2")
    [asked] = world.join(phones(4))
    assert "Translate" in asked
    world.text(phones(4), "Maandishi mengine mabaya")
    check(world, phones(5), "2")
    check(world, phones(6), "2")
    found = result(world)
    assert (found.value, found.confidence) == (None, 0.0)
    assert [state for _, state, _ in answers(world)] == ["refused", "refused"]
    launch.end_due(world.session, clock.now())
    holds(world)
    credit = ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    spent = 10_000_000 - credit
    reserved = ledger.project_spend(world.session, project_id=project.id, currency="KES")["reserve"]
    assert 0 < spent < reserved
    assert ledger.balance(world.session, ledger.account(ledger.PROJECT_RESERVE, project.id, "KES")) == 0


def test_a_text_nobody_checks_is_accepted_when_its_time_has_come(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1))
    travel.shift(timedelta(days=2))
    timeouts.run_due()
    assert answers(world)[0][1] == "pending"
    travel.shift(timedelta(days=1, minutes=1))
    timeouts.run_due()
    assert answers(world) == [("Pampu imevunjika", "counted", 2000)]
    timeouts.run_due()
    assert not any("+KES" in text for text in world.read(phones(1)))
    travel.shift(timedelta(minutes=31))
    timeouts.run_due()
    assert world.read(phones(1))[-1] == "+KES 20 for your text."
    holds(world)


def test_a_project_that_is_cancelled_pays_the_texts_nobody_found_bad(world: World, phones: Phones) -> None:
    project = world.project(2, **CHECKED)
    write(world, phones(1))
    launch.cancel(world.session, project=project, now=clock.now(), actor="cli")
    world.text(phones(1), "STOP")
    launch.end_due(world.session, clock.now())
    assert answers(world) == [("Pampu imevunjika", "counted", 2000)]
    assert ledger.balance(world.session, ledger.account(ledger.PROJECT_RESERVE, project.id, "KES")) == 0
    holds(world)


def test_a_project_that_ends_decides_its_own_texts_alone_and_one_careless_check_refuses_none(
    world: World, phones: Phones
) -> None:
    project = world.project(1, **CHECKED)
    write(world, phones(1))
    check(world, phones(2), "2")
    other = world.project(1, **{**CHECKED, "template": {"en": 'Translate to Swahili: "{text}" now'}})
    launch.cancel(world.session, project=project, now=clock.now(), actor="cli")
    [asked] = world.join(phones(3))
    assert "now" in asked
    world.text(phones(3), "Pampu kavu kabisa")
    launch.end_due(world.session, clock.now())
    world.session.expire_all()
    states = dict(
        world.session.execute(select(Answer.value, Answer.state).where(Answer.value.like("Pampu%"))).all()
    )
    assert states == {"Pampu imevunjika": "counted", "Pampu kavu kabisa": "pending"}
    assert world.session.get_one(Project, other.id).state == "running"
    holds(world)


def test_an_upheld_text_is_paid_once_and_by_the_house_where_its_place_is_taken(
    world: World, phones: Phones
) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1), "Maandishi ya kwanza")
    check(world, phones(2), "2")
    check(world, phones(3), "2")
    [asked] = world.join(phones(4))
    assert "Translate" in asked
    world.text(phones(4), "Pampu imevunjika")
    refused = world.session.scalars(select(Answer).where(Answer.state == "refused")).one()
    house = ledger.account(ledger.FEE_INCOME, None, "KES")
    assert texts_decided.accept_text(world.session, refused, now=clock.now())
    assert not texts_decided.accept_text(world.session, refused, now=clock.now())
    assert ledger.balance(world.session, house) == -2000
    [told] = world.text(phones(1), "BAL")
    assert told.startswith("+KES 20 for your text. Your money: KES 20")
    check(world, phones(5), "1")
    check(world, phones(6), "1")
    assert result(world).value in {"Maandishi ya kwanza", "Pampu imevunjika"}
    holds(world)


def test_an_upheld_text_whose_place_is_free_takes_it_again(world: World, phones: Phones) -> None:
    world.project(1, **CHECKED)
    write(world, phones(1))
    check(world, phones(2), "2")
    check(world, phones(3), "2")
    refused = world.session.scalars(select(Answer).where(Answer.state == "refused")).one()
    world.text(phones(3), "skip")
    texts_decided.accept_text(world.session, refused, now=clock.now())
    assert answers(world) == [("Pampu imevunjika", "counted", 2000)]
    assert world.session.get_one(Answer, refused.id).refused_why is None
    assert result(world).value == "Pampu imevunjika"
    assert ledger.balance(world.session, ledger.account(ledger.FEE_INCOME, None, "KES")) == 0
    holds(world)


def test_checks_are_hidden_from_the_client(world: World, phones: Phones) -> None:
    project = world.project(1, **CHECKED)
    write(world, phones(1))
    check(world, phones(2), "1")
    check(world, phones(3), "1")
    rows, _ = results.answers_page(world.session, project.id, limit=10)
    assert [(row.task, row.label) for row in rows] == [("t1", "Pampu imevunjika")]
    assert world.session.scalars(select(func.count()).select_from(Result)).one() == 1


def test_the_quote_is_what_is_reserved_and_names_the_checks(world: World) -> None:
    project = world.project(3, **CHECKED)
    quoted = quote(world.session, project=project)
    reserved = ledger.project_spend(world.session, project_id=project.id, currency="KES")["reserve"]
    assert quoted.cost.total_minor == reserved
    assert quoted.checks is not None
    # Up to two texts a place, of which one is paid, and up to three checks a text, which are all paid.
    assert quoted.checks.places == 3 * 2 * 3
    assert quoted.cost.pay_minor == 3 * (2000 + 6 * 200)
    assert quoted.checks.pay_minor == 3 * 6 * 200


def test_the_fee_is_on_what_was_paid(world: World, phones: Phones) -> None:
    project = world.project(1, **CHECKED)
    write(world, phones(1))
    check(world, phones(2), "1")
    check(world, phones(3), "1")
    of_text = project.place_fee_minor - 6 * project.check_fee_minor
    assert launch.fee_due(world.session, project) == of_text + 2 * project.check_fee_minor
    assert of_text == 400


def test_the_console_counts_texts_by_how_they_stand(world: World, phones: Phones) -> None:
    project = world.project(2, **CHECKED)
    write(world, phones(1))
    check(world, phones(2), "1")
    assert answer_counts(world.session, project.id) == [("pending", 1)]


def test_whom_the_writer_may_depend_on_is_asked_something_else_while_there_is(
    world: World, phones: Phones
) -> None:
    world.project(3, **CHECKED)
    write(world, phones(1))
    for word in ("JOIN MAJI24", "1", "1"):
        world.text(phones(2), word)
    writer, friend = world.session.scalars(select(Worker).order_by(Worker.joined_at, Worker.id)).all()
    people.join_group(world.session, worker_id=writer.id, other_id=friend.id)
    world.session.commit()
    [asked] = world.text(phones(2), "1")
    assert 'Translate to Swahili: "Pump 3 is broken"' in asked  # the writer has the second
    [asked] = world.join(phones(3))
    assert 'Is this good Swahili for "Pump 1 is broken"?' in asked
