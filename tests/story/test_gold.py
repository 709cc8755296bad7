"""Questions whose answers are known, among the others: paid like any, not to be told apart, and what they lead to."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock
from app.operations import create, launch
from app.payments import ledger
from app.payments.models import Posting
from app.tasks.loading import TaskItem
from app.tasks.models import Answer, Assignment, Project, Result, Skill, Standing, Task
from tests.story.conftest import WATER, Phones, World


def checked(world: World, count: int = 40, gold: int = 12, **changes: Any) -> Project:
    """Launch a project of so many tasks, about pumps, and so many whose truth is known, about wells: `yes`."""
    now = clock.now()
    made = create.create_project(
        world.session,
        client_id=world.client_id,
        body={**WATER, "name": "Pumps", **changes},
        now=now,
        actor="cli",
    )
    items = [TaskItem(n, f"t{n}", {"text": f"Pump {n} is broken"}) for n in range(1, count + 1)]
    items += [TaskItem(n, f"g{n}", {"text": f"Well {n} is dry"}, "yes") for n in range(1, gold + 1)]
    create.add_tasks(world.session, project=made, lines=items, now=now)
    launch.launch(world.session, project=made, now=now, actor="cli")
    world.session.commit()
    return made


def work(world: World, phone: str, said: list[str], turns: int, known: str = "1") -> list[str]:
    """Answer so many questions or all there are, known ones by `known` and others by 1, going on after each session."""
    heard = list(said)
    while turns:
        if "Pump" not in heard[-1] and "Well" not in heard[-1]:
            heard += world.text(phone, "MORE")
        text = heard[-1]
        if "Pump" not in text and "Well" not in text:
            return heard
        turns -= 1
        heard += world.text(phone, known if "Well" in text else "1")
    return heard


def until_known(world: World, phone: str, said: list[str]) -> None:
    """Answer until a known question is asked."""
    heard = said
    for _ in range(30):
        if "Well" in heard[-1]:
            return
        heard = work(world, phone, heard, 1)
    raise AssertionError(f"no known question: {heard[-1]}")


def balanced(world: World) -> bool:
    return world.session.scalar(select(func.coalesce(func.sum(Posting.amount_minor), 0))) == 0


def gold_answers(world: World) -> list[Answer]:
    return list(world.session.scalars(select(Answer).where(Answer.gold).order_by(Answer.id)))


def question(text: str) -> str:
    """Return what a message asks, without what it asks about."""
    before, _, after = text[text.index("Is this") :].split('"')
    return before + after


def receipt(text: str) -> str:
    """Return what a message says of the answer before, without the sum of the day."""
    return text[: text.index("(")]


def test_known_questions_are_among_the_others_paid_like_them_and_not_to_be_told_apart(
    world: World, phones: Phones
) -> None:
    project = checked(world)
    heard = work(world, phones(1), world.join(phones(1)), 30)
    known = gold_answers(world)
    # One in ten of the first twenty or so, and then fewer.
    assert 2 <= len(known) <= 4
    assert {answer.pay_minor for answer in known} == {200}
    assert {question(text) for text in heard if "Well" in text} == {
        question(text) for text in heard if "Pump" in text
    }
    assert {receipt(text) for text in heard if text.startswith("Got")} == {"Got 1 Yes, +KES 2 "}
    skill = world.session.get_one(Skill, (project.id, known[0].worker_id))
    assert (skill.gold_answers, skill.gold_right) == (len(known), len(known))
    assert world.session.scalar(select(func.count()).select_from(Result)) == 0
    for task in world.session.scalars(select(Task).where(Task.gold.is_not(None))):
        assert task.places == task.answered + task.live
    assert balanced(world)


def test_nobody_is_given_the_same_known_question_twice(world: World, phones: Phones) -> None:
    checked(world, 60, 2, gold_share=0.25)
    work(world, phones(1), world.join(phones(1)), 40)
    given = world.session.execute(
        select(Assignment.task_id, func.count()).group_by(Assignment.task_id, Assignment.worker_id)
    ).all()
    assert len(gold_answers(world)) == 2
    assert {count for _, count in given} == {1}


def test_gold_is_reserved_at_launch_and_what_is_left_of_it_is_given_back(
    world: World, phones: Phones
) -> None:
    before = ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    project = checked(world, 4, 3, redundancy={"mode": "fixed", "answers": 1}, gold_share=0.25)
    each = project.place_pay_minor + project.place_fee_minor + project.place_airtime_minor
    assert project.gold_limit == 1
    held = before - ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    assert held == (4 + 3) * each
    work(world, phones(1), world.join(phones(1)), 7)
    world.session.commit()
    launch.end_due(world.session, clock.now())
    world.session.commit()
    world.session.expire_all()
    assert world.session.get_one(Project, project.id).state == "finished"
    assert {task.state for task in world.session.scalars(select(Task).where(Task.gold.is_not(None)))} == {
        "retired"
    }
    spent = ledger.project_spend(world.session, project_id=project.id, currency="KES")
    assert sum(spent.values()) == 0
    assert balanced(world)


def test_a_known_question_passed_on_costs_nothing_and_its_place_is_closed(
    world: World, phones: Phones
) -> None:
    checked(world, 40, 5, gold_share=0.25)
    until_known(world, phones(1), world.join(phones(1)))
    [live] = world.session.scalars(select(Task).where(Task.state == "gold", Task.live > 0))
    assert live.places == 1
    world.text(phones(1), "SKIP")
    world.session.expire_all()
    assert (live.places, live.live, live.freed) == (0, 0, False)
    until_known(world, phones(1), world.text(phones(1), "MORE"))
    world.text(phones(1), "0")
    world.session.expire_all()
    assert {
        (task.places, task.answered, task.live)
        for task in world.session.scalars(select(Task).where(Task.state == "gold"))
    } == {(0, 0, 0)}
    assert world.session.scalars(select(Standing)).one().wrong == 0


@pytest.mark.parametrize("share", [0, 0.05])
def test_without_known_questions_or_a_share_nothing_is_kept_or_reserved(world: World, share: float) -> None:
    with_gold = checked(world, 10, 5 if share == 0 else 0, gold_share=share)
    assert (with_gold.gold_limit, with_gold.teaches) == (0, False)


def test_in_a_message_of_several_questions_one_at_most_is_known_and_it_stands_anywhere(
    world: World, phones: Phones
) -> None:
    checked(world, 150, 12, bundle=None, gold_share=0.25)
    places = []
    for n in range(1, 7):
        heard = world.join(phones(n))
        for _ in range(8):
            asked = [part.split()[0] for part in heard[-1].split(") ")[1:]]
            if "Well" in asked:
                assert asked.count("Well") == 1
                places.append(asked.index("Well"))
            heard = world.text(phones(n), "1" * len(asked) if asked else "MORE")
    assert len(places) > 10
    assert len(set(places)) > 1
    assert {answer.pay_minor for answer in gold_answers(world)} == {200}
    assert all(
        answer.position == assignment.number - first
        for answer, assignment, first in world.session.execute(
            select(
                Answer,
                Assignment,
                func.min(Assignment.number).over(partition_by=Assignment.message_id).label("first"),
            ).join(Assignment, Assignment.id == Answer.assignment_id)
        )
        if answer.gold
    )
