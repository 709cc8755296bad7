"""What a project teaches and asks before its work: practice with the reason after a mistake, and exams."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.channels import segments
from app.operations import give_back, offer
from app.people.models import Worker
from app.tasks.models import Answer, Assignment, Exam, Project, Standing
from app.tasks.rules import passing
from tests.story.conftest import Phones, World
from tests.story.test_gold import balanced, checked, work

LESSONS = [
    {
        "data": {"text": "Hose is torn"},
        "answer": "yes",
        "why": {"en": "A hose carries water.", "sw": "Mpira hupitisha maji."},
    },
    {
        "data": {"text": "Bus is late"},
        "answer": "no",
        "why": {"en": "Buses have no water.", "sw": "Basi si maji."},
    },
]
EXAM = {"questions": 3, "pass": 2}


@pytest.fixture
def travel() -> Any:
    with time_machine.travel(datetime(2026, 11, 25, 9, 0, tzinfo=UTC), tick=True) as traveller:
        yield traveller


def standing(world: World) -> Standing:
    world.session.expire_all()
    return world.session.scalars(select(Standing)).one()


def test_a_mistake_in_practice_is_explained_and_work_follows(world: World, phones: Phones) -> None:
    checked(world, 10, 0, training=LESSONS)
    [first] = world.join(phones(1))
    assert first.endswith('Practice 1/2: Is this about WATER? "Hose is torn" 1 Yes 2 No 0 Don\'t know')
    [second] = world.text(phones(1), "2")
    assert second == (
        'Not quite: 1 Yes. A hose carries water. Practice 2/2: Is this about WATER? "Bus is late" '
        "1 Yes 2 No 0 Don't know"
    )
    [paid] = world.text(phones(1), "2")
    assert paid.startswith("Right! Now paid: Is this about WATER?")
    assert paid.endswith("KES 2")
    assert standing(world).state == "working"
    assert world.session.scalars(select(Answer)).all() == []
    assert "Got 1 Yes" in world.text(phones(1), "1")[0]


def test_every_message_of_practice_is_one_segment(world: World, phones: Phones) -> None:
    checked(world, 10, 0, training=LESSONS)
    said = world.join(phones(1))
    for reply in ("1", "2"):
        said += world.text(phones(1), reply)
    assert len(said) == 3
    assert {segments.count(text).segments for text in said} == {1}


def test_practice_may_be_left_out_and_is_not_asked_twice(world: World, phones: Phones) -> None:
    checked(world, 10, 0, training=LESSONS)
    world.join(phones(1))
    [paid] = world.text(phones(1), "SKIP")
    assert "Pump" in paid
    assert paid.endswith("KES 2")
    assert all("Practice" not in text for text in work(world, phones(1), [paid], 8))


def test_what_is_not_understood_in_practice_is_asked_once_more_and_then_explained(
    world: World, phones: Phones
) -> None:
    checked(world, 10, 0, training=LESSONS)
    world.join(phones(1))
    [again] = world.text(phones(1), "the weather is nice")
    assert again.startswith("Sorry, we did not understand.")
    [on] = world.text(phones(1), "the weather is nice today")
    assert on.startswith("Not quite: 1 Yes. A hose carries water.")


@pytest.mark.parametrize("command", ["BAL", "HELP", "PAY", "WHY"])
def test_commands_come_before_practice_and_it_goes_on_after_them(
    world: World, phones: Phones, command: str
) -> None:
    checked(world, 10, 0, training=LESSONS)
    world.join(phones(1))
    [said] = world.text(phones(1), command)
    assert "Practice" not in said
    assert world.text(phones(1), "1")[0].startswith("Right! Practice 2/2")


def test_stop_in_practice_is_the_last_word_and_start_takes_it_up(world: World, phones: Phones) -> None:
    checked(world, 10, 0, training=LESSONS)
    world.join(phones(1))
    world.text(phones(1), "1")
    [left] = world.text(phones(1), "STOP")
    assert left.startswith("You have left Kazi")
    assert world.text(phones(1), "1") == []
    assert "Practice 2/2" in world.text(phones(1), "START")[0]


def test_other_work_comes_before_practice_of_a_newer_project(world: World, phones: Phones) -> None:
    world.project(2)
    checked(world, 10, 0, training=LESSONS)
    [paid] = world.join(phones(1))
    assert "Pump" in paid
    world.text(phones(1), "1")
    assert "Practice 1/2" in world.text(phones(1), "1")[0]


def test_practice_that_was_pushed_and_left_unanswered_does_not_keep_other_work_away(
    world: World, phones: Phones, travel: Any
) -> None:
    world.join(phones(1))
    checked(world, 10, 0, training=LESSONS)
    offer.offer_due()
    [pushed] = world.read(phones(1))
    assert "Practice 1/2" in pushed
    world.project(2)
    travel.shift(timedelta(days=1))
    offer.offer_due()
    [other] = world.read(phones(1))
    assert other.endswith("KES 2")
    assert standing(world).later_at is not None


def take_exam(world: World, phone: str, said: list[str], replies: list[str]) -> list[str]:
    heard = list(said)
    for reply in replies:
        assert "Well" in heard[-1], heard[-1]
        heard += world.text(phone, reply)
    return heard


def test_who_passes_the_exam_is_paid_for_it_let_in_and_known_to_have_passed(
    world: World, phones: Phones
) -> None:
    project = checked(world, 10, 9, exam=EXAM)
    said = world.join(phones(1))
    assert said[0].startswith(
        "Right! Now paid: Exam: 3 questions, all paid. With 2 right this work is yours."
    )
    heard = take_exam(world, phones(1), said, ["1", "2", "1"])
    assert "Exam 2/3:" in heard[1]
    assert heard[-1].startswith("Exam passed, 2 of 3 right!")
    assert "Pump" in heard[-1]
    assert [answer.pay_minor for answer in world.session.scalars(select(Answer))] == [200, 200, 200]
    exam = world.session.scalars(select(Exam)).one()
    assert (exam.state, exam.asked, exam.right) == ("passed", 3, 2)
    worker = world.session.scalars(select(Worker)).one()
    assert worker.passed == [passing(project.client_id, "pumps")]
    assert "KES 8" in world.text(phones(1), "1")[0]
    assert balanced(world)


def test_who_fails_is_told_the_score_and_whom_to_call_and_may_try_again_with_other_questions(
    world: World, phones: Phones, travel: Any
) -> None:
    checked(world, 10, 12, exam=EXAM, training=LESSONS)
    said = world.join(phones(1))
    said = world.text(phones(1), "SKIP")
    heard = take_exam(world, phones(1), said, ["2", "1", "0"])
    assert heard[-1].endswith(
        "Exam: 1 of 3 right, 2 needed. Your pay stays. You can try again tomorrow. Not fair? Reply APPEAL or call "
        "+254700111222"
    )
    assert "There is no work" in world.text(phones(1), "MORE")[0]
    travel.shift(timedelta(days=1, minutes=1))
    assert "Practice 1/2" in world.text(phones(1), "MORE")[0]
    world.text(phones(1), "1")
    said = world.text(phones(1), "2")
    heard = take_exam(world, phones(1), said, ["1", "1", "1"])
    assert heard[-1].startswith("Exam passed, 3 of 3 right!")
    given = world.session.scalars(select(Assignment.task_id)).all()
    assert len(given) == len(set(given))


def test_passing_on_a_question_of_an_exam_counts_as_not_known(world: World, phones: Phones) -> None:
    checked(world, 10, 9, exam=EXAM)
    heard = take_exam(world, phones(1), world.join(phones(1)), ["1", "SKIP", "SKIP"])
    assert "Exam: 1 of 3 right, 2 needed." in heard[-1]
    assert world.session.scalars(select(Answer.pay_minor)).all() == [200]


def test_an_exam_failed_for_the_last_time_is_for_a_person_and_upheld_it_lets_in(
    world: World, phones: Phones, travel: Any
) -> None:
    project = checked(world, 10, 12, exam={"questions": 2, "pass": 2})
    heard = world.join(phones(1))
    for _ in range(3):
        heard = take_exam(world, phones(1), heard, ["2", "2"])
        last = heard[-1]
        travel.shift(timedelta(days=1, minutes=1))
        heard = world.text(phones(1), "MORE")
    assert "Reply APPEAL or call +254700111222 and a person looks" in last
    assert "There is no work" in heard[-1]
    exam = world.session.scalars(select(Exam).order_by(Exam.id.desc())).first()
    assert exam is not None
    assert give_back.uphold_exam(world.session, exam=exam, now=clock.now(), actor="user:1")
    assert not give_back.uphold_exam(world.session, exam=exam, now=clock.now(), actor="user:1")
    world.session.commit()
    assert world.read(phones(1)) == ["Good news: you can work on Pumps now. Reply MORE for work."]
    assert "Pump" in world.text(phones(1), "MORE")[0]
    assert exam.state == "upheld"
    assert world.session.scalars(select(Worker)).one().passed == [passing(project.client_id, "pumps")]


def test_only_who_passed_gets_the_work_of_a_project_that_asks_for_it(world: World, phones: Phones) -> None:
    checked(world, 1, 9, exam=EXAM, redundancy={"mode": "fixed", "answers": 5})
    checked(world, 5, 0, name="Dams", audience={"skills": ["Pumps"]})
    heard = take_exam(world, phones(1), world.join(phones(1)), ["1", "1", "1"])
    heard += world.text(phones(1), "1")
    assert "Pump" in heard[-1]
    projects = set(
        world.session.scalars(select(Project.name).join(Assignment, Assignment.project_id == Project.id))
    )
    assert projects == {"Pumps", "Dams"}
    heard = take_exam(world, phones(2), world.join(phones(2)), ["2", "2", "2"])
    assert "There is no work" in world.text(phones(2), "MORE")[0]


def test_an_exam_needs_enough_gold(world: World) -> None:
    with pytest.raises(Exception, match="The exam has 3 questions, and the project has 2 gold tasks"):
        checked(world, 10, 2, exam=EXAM)
