"""People correct themselves: the answer given last is changed, never the one to a question they did not mean."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.channels import segments
from app.operations import create, launch
from app.payments import ledger
from app.people.models import Worker
from app.tasks.models import Answer, Assignment, ProjectEvent, Task
from tests.story.conftest import NOON, Phones, World

ONE = {"mode": "fixed", "answers": 1}


def answers(world: World) -> dict[str, str]:
    world.session.expire_all()
    rows = world.session.execute(
        select(Task.client_task_id, Answer.value)
        .join(Task, Task.id == Answer.task_id)
        .order_by(Answer.answered_at)
    )
    return {row[0]: row[1] for row in rows}


def earned(world: World) -> int:
    world.session.expire_all()
    worker = world.session.scalars(select(Worker)).one()
    return ledger.worker_balance(
        world.session, worker_id=worker.id, currency="KES", since=NOON.replace(year=2000)
    ).available


@pytest.mark.parametrize(
    "said",
    ["sorry 2", "1 sorry i mean 2", "hapana samahani 2", "no sorry no", "wait 2", "i meant no", "Sorry, No."],
)
def test_a_correction_changes_the_answer_before_and_asks_the_open_question_again(
    world: World, phones: Phones, said: str
) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    [told] = world.text(phones(1), said)
    assert told.startswith("Changed to 2 No.")
    assert "Pump 2" in told
    assert segments.count(told).segments == 1
    assert answers(world) == {"t1": "no"}
    assert earned(world) == 200
    [answer] = world.session.scalars(select(Answer))
    assert answer.raw == f"1\n{said}"
    world.text(phones(1), "1")
    assert answers(world) == {"t1": "no", "t2": "yes"}
    assert earned(world) == 400


def test_the_correction_is_told_to_who_watches(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.text(phones(1), "sorry 2")
    told = [event.data for event in world.session.scalars(select(ProjectEvent).order_by(ProjectEvent.id))]
    assert [(data["label"], data.get("instead_of")) for data in told if "label" in data] == [
        ("yes", None),
        ("no", "yes"),
    ]


def test_what_is_concluded_stays_and_the_worker_is_told(world: World, phones: Phones) -> None:
    world.project(4, redundancy=ONE)
    world.join(phones(1))
    world.text(phones(1), "1")
    [told] = world.text(phones(1), "sorry 2")
    assert "in use already" in told or "cannot be changed" in told
    assert "Pump 2" in told
    assert answers(world) == {"t1": "yes"}
    assert earned(world) == 200


def test_an_answer_whose_truth_is_known_is_not_changed(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.session.scalars(select(Task).order_by(Task.position)).first().gold = "yes"  # type: ignore[union-attr]
    world.session.commit()
    world.text(phones(1), "2")
    world.text(phones(1), "sorry 1")
    assert answers(world) == {"t1": "no"}


def places(world: World) -> list[tuple[int, int, int, int]]:
    world.session.expire_all()
    rows = world.session.scalars(select(Task).order_by(Task.position))
    return [(task.places, task.live, task.answered, task.unsure) for task in rows]


@pytest.mark.parametrize("first", ["0", "don't know"])
@pytest.mark.parametrize("then", [["sorry 1"], ["UNDO", "1"]])
def test_who_knows_after_all_takes_the_place_and_is_paid(
    world: World, phones: Phones, first: str, then: list[str]
) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), first)
    assert (answers(world), earned(world)) == ({"t1": "unsure"}, 0)
    told = [world.text(phones(1), said) for said in then][-1]
    assert told[0].startswith("Got 1 Yes, +KES 2")
    assert "Pump 2" in told[0]
    assert segments.count(told[0]).segments == 1
    assert (answers(world), earned(world)) == ({"t1": "yes"}, 200)
    assert places(world)[0] == (3, 0, 1, 0)
    world.text(phones(1), "2")
    assert (answers(world), earned(world)) == ({"t1": "yes", "t2": "no"}, 400)


def test_what_somebody_else_was_asked_meanwhile_is_not_taken_back(world: World, phones: Phones) -> None:
    world.project(1, redundancy=ONE)
    world.join(phones(1))
    world.text(phones(1), "0")
    world.join(phones(2))
    world.deliver(phones(2))
    assert places(world) == [(1, 1, 0, 1)]
    [told] = world.text(phones(1), "sorry 1")
    assert "in use already" in told or "cannot be changed" in told
    assert answers(world) == {"t1": "unsure"}
    world.text(phones(2), "2")
    assert places(world) == [(1, 0, 1, 1)]


def test_a_replacement_whose_text_is_unsent_gives_way(world: World, phones: Phones) -> None:
    world.project(1, redundancy=ONE)
    world.join(phones(1))
    world.text(phones(1), "0")
    world.join(phones(2))
    [told] = world.text(phones(1), "sorry 1")
    assert told.startswith("Got 1 Yes")
    assert answers(world) == {"t1": "yes"}
    assert places(world) == [(1, 0, 1, 0)]


def test_the_place_that_who_knows_after_all_fills_finishes_the_task(world: World, phones: Phones) -> None:
    world.project(1, redundancy=ONE)
    world.join(phones(1))
    world.text(phones(1), "0")
    world.text(phones(1), "sorry 2")
    assert places(world) == [(1, 0, 1, 0)]
    assert world.session.scalars(select(Task.state)).all() == ["finished"]
    assert earned(world) == 200


def test_sorry_long_after_an_answer_is_about_the_delay(world: World, phones: Phones, travel: Any) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    travel.shift(timedelta(minutes=30))
    world.text(phones(1), "sorry 2")
    assert answers(world) == {"t1": "yes", "t2": "no"}


@pytest.mark.parametrize("said", ["sorry for the delay, 2", "samahani nimechelewa 2"])
def test_sorry_for_being_late_is_no_correction(world: World, phones: Phones, said: str) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.text(phones(1), said)
    assert answers(world) == {"t1": "yes", "t2": "no"}


def test_a_reply_that_corrects_itself_answers_what_is_open(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "2")
    world.text(phones(1), "1 sorry i mean 2")  # the answer before was 2: nothing of it is corrected
    assert answers(world) == {"t1": "no", "t2": "no"}


def test_where_it_is_not_clear_which_is_meant_it_is_asked_once(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    [asked] = world.text(phones(1), "2 sorry")
    assert "UNDO" in asked
    assert answers(world) == {"t1": "yes"}
    world.text(phones(1), "2 sorry")
    assert answers(world) == {"t1": "yes", "t2": "no"}


def test_undo_asks_again_and_the_next_reply_replaces_the_answer(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    [again] = world.text(phones(1), "UNDO")
    assert again.startswith("Your last question again:")
    assert "Pump 1" in again
    assert segments.count(again).segments == 1
    [told] = world.text(phones(1), "2")
    assert told.startswith("Changed to 2 No.")
    assert "Pump 2" in told
    assert answers(world) == {"t1": "no"}
    assert earned(world) == 200
    world.text(phones(1), "1")
    assert answers(world) == {"t1": "no", "t2": "yes"}


@pytest.mark.parametrize("word", ["undo", "tendua", "tafadhali tendua", "zzaayo", "UNDO please"])
def test_undo_is_understood_in_each_language(world: World, phones: Phones, word: str) -> None:
    world.project(4)
    world.join(phones(1), "2")
    world.text(phones(1), "1")
    [again] = world.text(phones(1), word)
    assert "Pump 1" in again


def test_after_undo_help_is_help_and_skip_leaves_the_answer(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.text(phones(1), "UNDO")
    [helped] = world.text(phones(1), "HELP")
    assert "+254700111222" in helped
    [kept] = world.text(phones(1), "SKIP")
    assert kept.startswith("Your answer stays as it was.")
    assert "Pump 2" in kept
    world.text(phones(1), "2")
    assert answers(world) == {"t1": "yes", "t2": "no"}


def test_after_undo_the_same_answer_stays_and_nonsense_is_asked_about_once(
    world: World, phones: Phones
) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.text(phones(1), "UNDO")
    [again] = world.text(phones(1), "what")
    assert "Pump 1" in again
    [kept] = world.text(phones(1), "what what")
    assert "Pump 2" in kept
    world.text(phones(1), "UNDO")
    [same] = world.text(phones(1), "1")
    assert same.startswith("Your answer stays as it was.")
    assert answers(world) == {"t1": "yes"}
    assert earned(world) == 200


def test_undo_of_nothing_and_of_what_is_concluded(world: World, phones: Phones) -> None:
    world.project(2, redundancy=ONE)
    world.join(phones(1))
    assert world.text(phones(1), "UNDO") == ["You have no answer to change."]
    world.text(phones(1), "1")
    [told] = world.text(phones(1), "UNDO")
    assert "stays as it was" in told or "cannot be changed" in told
    world.text(phones(1), "2")
    assert answers(world) == {"t1": "yes", "t2": "no"}


def test_undo_where_nothing_else_is_open(world: World, phones: Phones) -> None:
    world.project(1)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.text(phones(1), "UNDO")
    assert world.text(phones(1), "2") == ["Changed to 2 No."]
    assert answers(world) == {"t1": "no"}
    assert world.text(phones(1), "samahani 1") == ["Changed to 1 Yes."]
    assert answers(world) == {"t1": "yes"}
    assert earned(world) == 200


def test_an_undo_left_alone_ends_with_the_next_question(world: World, phones: Phones) -> None:
    world.project(1)
    world.join(phones(1))
    world.text(phones(1), "1")
    world.text(phones(1), "UNDO")
    world.project(1, name="Another")
    [asked] = world.text(phones(1), "MORE")
    assert "Pump" in asked
    world.text(phones(1), "2")
    world.session.expire_all()
    assert sorted(world.session.scalars(select(Answer.value))) == ["no", "yes"]


def test_several_answers_are_corrected_together(world: World, phones: Phones) -> None:
    world.project(6, template={"en": "Water? {text}"}, bundle=2)
    world.join(phones(1))
    world.text(phones(1), "11")
    [asked] = world.text(phones(1), "sorry 2")  # which of the two?
    assert "UNDO" in asked
    [again] = world.text(phones(1), "UNDO")
    assert again.count("Pump") == 2
    [told] = world.text(phones(1), "12")
    assert told.startswith("Changed to 1 2.")
    assert answers(world) == {"t1": "yes", "t2": "no"}
    [told] = world.text(phones(1), "sorry 21")
    assert told.startswith("Changed to 2 1.")
    assert answers(world) == {"t1": "no", "t2": "yes"}
    assert earned(world) == 400


def test_two_texts_at_once_are_about_the_same_question(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    assert world.text(phones(1), "2 sorry", delivered=False) == ["Changed to 2 No."]
    assert answers(world) == {"t1": "no"}
    assert world.text(phones(1), "1", delivered=False) == ["Changed to 1 Yes."]
    assert answers(world) == {"t1": "yes"}
    assert earned(world) == 200
    open_now = world.session.scalars(select(Assignment).where(Assignment.state == "offered")).all()
    assert len(open_now) == 1


@pytest.mark.parametrize("rest", ["na mungu awabariki", "akubariki sana mkuu wetu", "thank you", "yes"])
def test_the_rest_of_a_text_cut_in_two_is_heard_in_silence(world: World, phones: Phones, rest: str) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1 asante sana")
    assert world.text(phones(1), rest, delivered=False) == []
    assert answers(world) == {"t1": "yes"}


def test_thanks_for_a_receipt_are_no_answer_and_cost_nothing(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "1")
    assert world.text(phones(1), "asante sana") == []
    world.text(phones(1), "2")
    assert answers(world) == {"t1": "yes", "t2": "no"}


SURVEY: dict[str, Any] = {
    "name": "Wells",
    "kind": "survey",
    "pay": {"amount": 200, "currency": "KES"},
    "redundancy": {"mode": "fixed", "answers": 3},
    "countries": ["KE"],
    "questions": [
        {"id": "people", "type": "number", "min": 1, "max": 20, "text": {"en": "How many live with you?"}},
        {
            "id": "well",
            "type": "choice",
            "text": {"en": "Do you use the well?"},
            "choices": [
                {"value": "yes", "label": {"en": "Yes"}},
                {"value": "no", "label": {"en": "No"}},
            ],
            "next": [{"if": "no", "to": "why"}],
        },
        {"id": "taste", "type": "scale", "text": {"en": "How does it taste?"}, "next": "end"},
        {"id": "why", "type": "text", "text": {"en": "Why not?"}},
    ],
}


def survey(world: World) -> dict[str, str]:
    world.session.expire_all()
    rows = world.session.scalars(select(Answer).order_by(Answer.answered_at))
    return {row.question_id: row.value for row in rows}


def ask(world: World, number: str) -> str:
    made = create.create_project(
        world.session, client_id=world.client_id, body=SURVEY, now=clock.now(), actor="cli"
    )
    launch.launch(world.session, project=made, now=clock.now(), actor="cli")
    world.session.commit()
    return world.join(number)[-1]


def test_an_answer_to_a_survey_is_changed_where_the_way_stays_the_same(world: World, phones: Phones) -> None:
    assert "How many" in ask(world, phones(1))
    world.text(phones(1), "4")
    [told] = world.text(phones(1), "sorry 5")
    assert told.startswith("Changed to 5.")
    assert "the well" in told
    assert survey(world) == {"people": "5"}
    world.text(phones(1), "1")
    [told] = world.text(phones(1), "sorry 2")  # would lead to another question than the one that is open
    assert "stays as it was" in told or "cannot be changed" in told
    assert "taste" in told
    assert survey(world) == {"people": "5", "well": "yes"}
    [again] = world.text(phones(1), "UNDO")
    assert "the well" in again
    [told] = world.text(phones(1), "SKIP")
    assert "taste" in told
    world.text(phones(1), "4")
    assert survey(world) == {"people": "5", "well": "yes", "taste": "4"}
    assert earned(world) == 600


def test_an_answer_may_be_given_in_the_words_of_the_question(world: World, phones: Phones) -> None:
    world.project(4)
    world.join(phones(1))
    world.text(phones(1), "it is about water")
    world.text(phones(1), "haihusu maji")
    assert answers(world) == {"t1": "yes", "t2": "no"}
