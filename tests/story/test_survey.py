"""A survey as a respondent lives it: question by question, with branches, pauses and slips, from JOIN to results."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.channels import segments
from app.operations import create, launch, timeouts
from app.operations.quote import quote
from app.payments import ledger
from app.tasks.models import Answer, Assignment, Project, Result, Task
from tests.story.conftest import Phones, World

WELLS: dict[str, Any] = {
    "name": "Wells",
    "kind": "survey",
    "questions": [
        {
            "id": "uses",
            "type": "choice",
            "text": {"en": "Do you use the village well?", "sw": "Je, unatumia kisima cha kijiji?"},
            "choices": [
                {"value": "yes", "label": {"en": "Yes", "sw": "Ndiyo"}},
                {"value": "no", "label": {"en": "No", "sw": "Hapana"}},
            ],
            "next": [{"if": "no", "to": "why"}],
        },
        {
            "id": "people",
            "type": "number",
            "min": 1,
            "max": 20,
            "text": {"en": "How many people live with you?", "sw": "Unaishi na watu wangapi?"},
        },
        {
            "id": "taste",
            "type": "scale",
            "min_label": {"en": "Bad", "sw": "Mbaya"},
            "max_label": {"en": "Good", "sw": "Nzuri"},
            "text": {"en": "How does the water taste?", "sw": "Maji yana ladha gani?"},
            "next": "end",
        },
        {
            "id": "why",
            "type": "text",
            "max_length": 100,
            "optional": True,
            "text": {"en": "Why not?", "sw": "Kwa nini?"},
        },
    ],
    "pay": {"amount": 200, "currency": "KES"},
    "redundancy": {"mode": "fixed", "answers": 3},
    "lease": "PT4H",
    "countries": ["KE"],
}


def survey(world: World, **changes: Any) -> Project:
    """Launch the survey of the wells, which needs no data and so no task."""
    now = clock.now()
    made = create.create_project(
        world.session, client_id=world.client_id, body={**WELLS, **changes}, now=now, actor="cli"
    )
    launch.launch(world.session, project=made, now=now, actor="cli")
    world.session.commit()
    return made


def answers(world: World) -> list[tuple[str, str]]:
    world.session.expire_all()
    rows = world.session.execute(
        select(Answer.question_id, Answer.value).order_by(Answer.answered_at, Answer.id)
    )
    return [(row[0], row[1]) for row in rows]


def task(world: World) -> Task:
    world.session.expire_all()
    return world.session.scalars(select(Task)).one()


def survey_task(world: World) -> Task:
    world.session.expire_all()
    return world.session.scalars(select(Task).join(Project).where(Project.kind == "survey")).one()


def paid(world: World) -> int:
    return world.session.scalar(select(func.sum(Answer.pay_minor))) or 0


def test_a_survey_from_join_to_results(world: World, phones: Phones) -> None:
    project = survey(world)
    [first] = world.join(phones(1))
    assert "1/3 Do you use the village well? 1 Yes 2 No 0 Don't know. KES 2" in first
    [second] = world.text(phones(1), "1")
    assert second == (
        "Got 1 Yes, +KES 2 (KES 2 today). 2/3 How many people live with you? Reply a number, 1 to 20. "
        "0 Don't know. KES 2"
    )
    [third] = world.text(phones(1), "we are five")
    assert third.startswith(
        "Got 5, +KES 2 (KES 4 today). 3/3 How does the water taste? Reply 1 Bad to 5 Good."
    )
    [done] = world.text(phones(1), "4")
    assert done.startswith("Got 4, +KES 2 (KES 6 today). That was the last question, thank you!")

    world.join(phones(2))
    [branch] = world.text(phones(2), "no")
    assert "2/2 Why not? Reply in your own words. 0 Skip. KES 2" in branch
    [done] = world.text(phones(2), "It is too far from our home, call 0712345678")
    assert "It is too far from.." in done

    world.join(phones(3))
    world.text(phones(3), "2")
    [skipped] = world.text(phones(3), "SKIP")
    assert skipped.startswith("OK, skipped. That was the last question")

    timeouts.run_due()
    world.session.refresh(project)
    assert project.state == "finished"
    found = world.session.scalars(select(Result)).one()
    assert (found.answers, found.confidence, found.method) == (3, None, "distribution")
    assert found.votes == {"complete": 3, "partial": 0}
    spread = json.loads(found.value or "")
    assert spread["uses"]["counts"] == {"yes": 1, "no": 2}
    assert spread["uses"]["shares"] == {"yes": 0.3333, "no": 0.6667}
    assert (spread["people"]["mean"], spread["people"]["answers"]) == (5, 1)
    assert spread["taste"]["counts"] == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}
    assert spread["why"]["texts"] == ["It is too far from our home, call [number]"]
    assert spread["why"]["skipped"] == 1
    assert paid(world) == 6 * 200
    assert ledger.imbalance(world.session) == 0


def test_what_is_not_used_is_refunded(world: World, phones: Phones) -> None:
    before = ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    project = survey(world, redundancy={"mode": "fixed", "answers": 1})
    reserved = before - ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    # Three questions at the most, and half as many again for somebody who stops: five, with a fee of a fifth.
    assert (project.place_pay_minor, project.place_fee_minor) == (5 * 200, 5 * 40)
    assert reserved == project.place_pay_minor + project.place_fee_minor + project.place_airtime_minor
    world.join(phones(1))
    for reply in ("2", "far"):
        world.text(phones(1), reply)
    timeouts.run_due()
    world.session.refresh(project)
    after = ledger.client_credit(world.session, client_id=world.client_id, currency="KES")
    airtime = launch.airtime_spent(world.session, project.id, "KES")
    assert project.state == "finished"
    assert before - after == 2 * 200 + 2 * 40 + airtime
    assert ledger.imbalance(world.session) == 0


def test_a_second_text_before_the_next_question_is_there_is_about_nothing_older(
    world: World, phones: Phones, travel: Any
) -> None:
    world.project(1, redundancy={"mode": "fixed", "answers": 1})
    world.join(phones(1))
    world.deliver()
    timeouts.run_due()
    travel.shift(timedelta(hours=5))
    timeouts.run_due()  # the question about the pump has run out, and could still be answered late
    survey(world)
    *_, first = world.text(phones(1), "MORE")
    assert "1/3" in first
    world.text(phones(1), "1")
    world.text(phones(1), "2 please", delivered=False)
    assert answers(world) == [("uses", "yes")]


def test_sorry_in_the_middle_is_about_the_answer_before_and_long_after_it_is_asked_about(
    world: World, phones: Phones, travel: Any
) -> None:
    survey(world)
    world.join(phones(1))
    world.text(phones(1), "1")
    [kept] = world.text(phones(1), "sorry 2")  # would have led elsewhere than to the question that is open
    assert kept.startswith(
        "Thank you. That answer is in use already and stays as it was. 2/3 How many people"
    )
    travel.shift(timedelta(minutes=30))
    [again] = world.text(phones(1), "sorry 2")
    assert again == "Sorry, we did not understand. Reply a number, 1 to 20. 0 Don't know."
    assert answers(world) == [("uses", "yes")]
    [third] = world.text(phones(1), "4")
    assert third.startswith("Got 4,")


def test_a_number_out_of_bounds_is_asked_about_once_and_then_passed_over(
    world: World, phones: Phones
) -> None:
    survey(world)
    world.join(phones(1))
    world.text(phones(1), "1")
    [told] = world.text(phones(1), "35")
    assert told == "Sorry, that answer does not fit. Reply a number, 1 to 20. 0 Don't know."
    [good] = world.text(phones(1), "15")
    assert good.startswith("Got 15, +KES 2")
    world.text(phones(1), "nine")
    [passed] = world.text(phones(1), "blue")
    assert passed.startswith("No problem, we leave that one out. That was the last question")
    assert answers(world)[-1] == ("taste", "unclear")
    assert (task(world).answered, paid(world)) == (1, 400)


def test_dont_know_goes_on_unpaid_and_who_says_nothing_else_fills_no_place(
    world: World, phones: Phones
) -> None:
    survey(world)
    world.join(phones(2))
    world.text(phones(2), "1")  # what another said fills no place of theirs
    world.join(phones(1))
    [second] = world.text(phones(1), "0")
    assert second.startswith("OK, you don't know.")
    assert "2/3" in second
    world.text(phones(1), "0")
    world.text(phones(1), "0")
    assert [value for _, value in answers(world)] == ["yes", *["unsure"] * 3]
    assert (task(world).answered, task(world).live, task(world).unsure, paid(world)) == (0, 1, 1, 200)


def test_skip_of_a_question_that_must_be_answered_passes_the_survey_on(world: World, phones: Phones) -> None:
    survey(world)
    world.join(phones(1))
    world.text(phones(1), "1")
    [skipped] = world.text(phones(1), "SKIP")
    assert skipped.startswith("OK, skipped.")
    assert world.session.scalars(select(Assignment.state)).all() == ["skipped"]
    assert (task(world).live, answers(world)) == (0, [("uses", "yes")])


def test_two_people_answer_in_two_languages(world: World, phones: Phones) -> None:
    survey(world)
    world.join(phones(1), language="2")
    [second] = world.text(phones(1), "ndio")
    assert second.startswith("Tumepata 1 Ndiyo, +KES 2 (leo KES 2). 2/3 Unaishi na watu wangapi?")
    [third] = world.text(phones(1), "watano")
    assert "3/3 Maji yana ladha gani? Jibu 1 Mbaya hadi 5 Nzuri." in third
    world.text(phones(1), "3")
    world.join(phones(2))
    world.text(phones(2), "yes")
    languages = world.session.scalars(select(Answer.language).order_by(Answer.id)).all()
    assert languages == ["sw", "sw", "sw", "en"]
    assert answers(world)[1] == ("people", "5")


def test_a_cancelled_survey_takes_the_answer_that_is_out_and_asks_no_more(
    world: World, phones: Phones
) -> None:
    project = survey(world)
    world.join(phones(1))
    launch.cancel(world.session, project=project, now=clock.now(), actor="cli")
    world.session.commit()
    [paid_text] = world.text(phones(1), "1")
    assert "+KES 2" in paid_text
    assert "2/3" not in paid_text
    timeouts.run_due()
    found = world.session.scalars(select(Result)).one()
    assert found.votes == {"complete": 0, "partial": 1}
    assert ledger.imbalance(world.session) == 0


def test_each_task_s_data_stands_in_its_questions(world: World, phones: Phones) -> None:
    from app.tasks.loading import TaskItem  # noqa: PLC0415

    asked = {
        "questions": [
            {
                "id": "safe",
                "type": "choice",
                "text": {"en": "Is the water of {village} safe?"},
                "choices": [
                    {"value": "yes", "label": {"en": "Yes"}},
                    {"value": "no", "label": {"en": "No"}},
                ],
            }
        ],
        "redundancy": {"mode": "fixed", "answers": 1},
    }
    now = clock.now()
    made = create.create_project(
        world.session, client_id=world.client_id, body={**WELLS, **asked}, now=now, actor="cli"
    )
    lines = [TaskItem(1, "a", {"village": "Kisima"}), TaskItem(2, "b", {"village": "Mto"})]
    create.add_tasks(world.session, project=made, lines=lines, now=now)
    assert quote(world.session, project=made).cost.places == 2
    launch.launch(world.session, project=made, now=now, actor="cli")
    world.session.commit()
    [first] = world.join(phones(1))
    assert "Is the water of Kisima safe? 1 Yes 2 No 0 Don't know. KES 2" in first
    [second] = world.text(phones(1), "1")
    assert "Is the water of Mto safe?" in second
    assert segments.count(second).segments == 1


def test_answers_to_a_survey_count_for_the_session_and_what_is_not_answered_does_not(
    world: World, phones: Phones
) -> None:
    survey(world)
    world.project(5, priority=-1)
    world.join(phones(1))
    for reply in ("1", "0", "3"):
        [said] = world.text(phones(1), reply)
    assert "Pump" in said
    for _ in range(2):  # the third and fourth answer of the session
        [said] = world.text(phones(1), "1")
        assert "Pump" in said
    [over] = world.text(phones(1), "1")
    assert "Pump" not in over
    assert "MORE" in over
