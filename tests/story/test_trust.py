"""Trust: it falls with known answers wrong, the pause is told, practice ends it; a gold found wrong is forgiven."""

from sqlalchemy import select

from app import clock
from app.operations import erase, give_back
from app.people.models import Worker
from app.tasks.models import Answer, Cursor, Exam, Pause, Project, Result, Skill, Standing, Task
from app.tasks.training import gold as golden
from tests.story.conftest import Phones, World
from tests.story.test_adaptive import allow_judging
from tests.story.test_gold import balanced, checked, until_known, work
from tests.story.test_learning import EXAM, LESSONS, take_exam


def until_paused(world: World, phone: str, said: list[str]) -> list[str]:
    """Answer every known question wrong, until no question is asked any more."""
    heard = list(said)
    for _ in range(60):
        heard = work(world, phone, heard, 1, known="2")
        if "answers we could check" in heard[-1] or "checked answers" in heard[-1]:
            return heard
    raise AssertionError("never paused")


def paused(world: World) -> list[Pause]:
    world.session.expire_all()
    return list(world.session.scalars(select(Pause).order_by(Pause.began_at)))


def admitted(world: World) -> bool | None:
    world.session.expire_all()
    return world.session.scalars(select(Cursor.admitted)).one()


def mend(world: World, project: Project, task: Task, truth: str | None) -> int:
    done = give_back.correct_gold(
        world.session, project=project, task=task, truth=truth, now=clock.now(), actor="user:1"
    )
    world.session.commit()
    return done


def test_known_answers_wrong_end_in_a_pause_that_is_told_and_practice_ends_it(
    world: World, phones: Phones
) -> None:
    checked(world, 60, 20, gold_share=0.25, training=LESSONS)
    world.join(phones(1))
    heard = until_paused(world, phones(1), world.text(phones(1), "SKIP"))
    assert heard[-1].endswith(
        "Pumps: 5 of 5 answers we could check were wrong. Your pay stays. Reply MORE for a short practice, then you "
        "go on."
    )
    [pause] = paused(world)
    assert (pause.state, pause.right, pause.wrong, len(pause.missed)) == ("retraining", 0, 5, 5)
    assert admitted(world) is False
    [first] = world.text(phones(1), "MORE")
    # First what was missed last, then the project's own lessons: the right answer is told now.
    assert first.startswith('Practice 1/5: Is this about WATER? "Well')
    [second] = world.text(phones(1), "2")
    assert second.startswith("Not quite: 1 Yes. Practice 2/5")
    for reply in ("1", "1", "1"):
        world.text(phones(1), reply)
    [back] = world.text(phones(1), "2")
    assert back.startswith("Right! Well done, you can go on! Is this about WATER?")
    [pause] = paused(world)
    assert (pause.state, pause.ended_by) == ("lifted", "retraining")
    assert admitted(world) is True
    standing = world.session.scalars(select(Standing)).one()
    assert (standing.state, standing.right, standing.wrong) == ("working", 0, 0)
    assert balanced(world)


def test_a_pause_holds_one_project_only_and_money_and_help_stay(world: World, phones: Phones) -> None:
    checked(world, 60, 20, gold_share=0.25)
    until_paused(world, phones(1), world.join(phones(1)))
    world.project(3)
    assert "Your money: KES" in world.text(phones(1), "BAL")[0]
    assert "call +254700111222" in world.text(phones(1), "HELP")[0]
    assert "Practice 1/3" in world.text(phones(1), "MORE")[0]
    [other] = world.text(phones(1), "SKIP")
    assert "Pump" in other
    assert world.session.scalars(select(Worker.state)).all() == ["active"]
    assert paused(world)[0].state == "retraining"


def test_practice_with_many_mistakes_begins_once_more_and_then_a_person_looks(
    world: World, phones: Phones
) -> None:
    checked(world, 60, 20, gold_share=0.25)
    until_paused(world, phones(1), world.join(phones(1)))
    world.text(phones(1), "MORE")
    for _ in range(2):
        world.text(phones(1), "2")
    [again] = world.text(phones(1), "2")
    assert "Once more from the start. Practice 1/3" in again
    for _ in range(2):
        world.text(phones(1), "2")
    [end] = world.text(phones(1), "2")
    assert end.endswith(
        "Still too many mistakes. Reply APPEAL or call +254700111222 and a person helps you. MORE: other work"
    )
    assert paused(world)[0].state == "review"
    assert "There is no work" in world.text(phones(1), "MORE")[0]


def test_the_second_time_a_person_must_say_so_and_then_trust_begins_anew(
    world: World, phones: Phones
) -> None:
    checked(world, 60, 30, gold_share=0.25)
    until_paused(world, phones(1), world.join(phones(1)))
    world.text(phones(1), "MORE")
    for _ in range(3):
        said = world.text(phones(1), "1")
    heard = until_paused(world, phones(1), said)
    assert "Pumps is paused: 5 of 5 checked answers were wrong." in heard[-1]
    assert "Reply APPEAL or call +254700111222" in heard[-1]
    _, second = paused(world)
    assert second.state == "review"
    assert "There is no work" in world.text(phones(1), "MORE")[0]
    assert give_back.lift_pause(world.session, pause=second, now=clock.now(), actor="user:1")
    assert not give_back.lift_pause(world.session, pause=second, now=clock.now(), actor="user:1")
    world.session.commit()
    assert world.read(phones(1)) == ["Good news: you can work on Pumps now. Reply MORE for work."]
    assert "Is this about WATER?" in world.text(phones(1), "MORE")[0]


def test_a_person_pauses_with_a_reason_and_the_worker_is_told(world: World, phones: Phones) -> None:
    project = checked(world, 20, 0)
    world.join(phones(1))
    worker = world.session.scalars(select(Worker)).one()
    for _ in range(2):
        give_back.pause_worker(
            world.session,
            worker_id=worker.id,
            project=project,
            note="Two phones",
            now=clock.now(),
            actor="user:1",
        )
    world.session.commit()
    [pause] = paused(world)
    assert (pause.state, pause.reason, pause.note) == ("review", "staff", "Two phones")
    [told] = world.read(phones(1))
    assert told.startswith("Pumps is paused for you by a person.")
    # What was asked before is answered and paid; nothing more is asked.
    [said] = world.text(phones(1), "1")
    assert said.startswith("Got 1 Yes, +KES 2")
    assert "Pump" not in said.replace("Pumps", "")


def test_a_gold_found_wrong_lifts_the_pause_that_rested_on_it(world: World, phones: Phones) -> None:
    project = checked(world, 60, 20, gold_share=0.25)
    until_paused(world, phones(1), world.join(phones(1)))
    missed = [world.session.get_one(Task, task) for task in paused(world)[0].missed]
    assert mend(world, project, missed[0], "no") == 1
    assert world.read(phones(1)) == [
        "Sorry! An answer we checked Pumps by was wrong, yours was right. You can go on: reply MORE for work."
    ]
    [pause] = paused(world)
    assert (pause.state, pause.ended_by, pause.wrong, pause.right) == ("lifted", "forgiven", 4, 1)
    skill = world.session.scalars(select(Skill)).one()
    assert (skill.gold_answers, skill.gold_right) == (5, 1)
    assert "Is this about WATER?" in world.text(phones(1), "MORE")[0]


def test_a_pause_that_would_have_come_all_the_same_stays(world: World, phones: Phones) -> None:
    project = checked(world, 80, 30, gold_share=0.25)
    heard = world.join(phones(1))
    until_known(world, phones(1), heard)
    heard = world.text(phones(1), "1")
    until_paused(world, phones(1), heard)
    right = world.session.scalars(
        select(Task).join(Answer, Answer.task_id == Task.id).where(Answer.value == Task.gold)
    ).one()
    # The one that was right is taken out: the others are as wrong as they were.
    assert mend(world, project, right, None) == 0
    assert paused(world)[0].state == "retraining"
    world.session.expire_all()
    assert right.state == "retired"
    skill = world.session.scalars(select(Skill)).one()
    assert skill.gold_right == 0


def test_an_exam_failed_by_a_wrong_gold_is_passed(world: World, phones: Phones) -> None:
    project = checked(world, 10, 9, exam=EXAM)
    take_exam(world, phones(1), world.join(phones(1)), ["1", "2", "2"])
    exam = world.session.scalars(select(Exam)).one()
    assert exam.state == "failed"
    wrong = [
        task
        for task in world.session.scalars(select(Task).join(Answer, Answer.task_id == Task.id))
        if str(task.id) in exam.tasks[1:]
    ]
    assert mend(world, project, wrong[0], None) == 1
    assert world.read(phones(1)) == [
        "Sorry! An answer in the exam of Pumps was wrong, yours was right. You passed! Reply MORE for work."
    ]
    assert "Pump" in world.text(phones(1), "MORE")[0]
    assert world.session.scalars(select(Worker)).one().passed != []


def test_a_gold_that_good_workers_miss_is_listed_as_doubtful(world: World, phones: Phones) -> None:
    project = checked(world, 40, 6, gold_share=0.25, redundancy={"mode": "fixed", "answers": 5})

    def answer(phone: str, said: list[str]) -> None:
        for _ in range(30):
            if "Pump" not in said[-1] and "Well" not in said[-1]:
                said = world.text(phone, "MORE")
            if "Pump" not in said[-1] and "Well" not in said[-1]:
                return
            said = world.text(phone, "2" if "Well 1 is" in said[-1] else "1")

    for n in range(1, 5):
        answer(phones(n), world.join(phones(n)))
    stock = golden.stock(world.session, project.id)
    assert [one.task.client_task_id for one in stock if one.suspicious] == ["g1"]
    assert stock[0].task.client_task_id == "g1"
    assert (stock[0].right, stock[0].wrong) == (0, 4)


def test_an_adaptive_project_learns_from_known_answers_and_keeps_what_they_count(
    world: World, phones: Phones
) -> None:
    project = checked(
        world, 6, 6, gold_share=0.25, redundancy={"mode": "adaptive", "confidence": 0.8, "max_answers": 4}
    )
    for n in range(1, 5):
        work(world, phones(n), world.join(phones(n)), 12)
        allow_judging(world)
    world.session.expire_all()
    known = world.session.scalars(select(Answer).where(Answer.gold)).all()
    skills = world.session.scalars(select(Skill)).all()
    assert (
        sum(skill.gold_answers for skill in skills) == sum(skill.gold_right for skill in skills) == len(known)
    )
    assert any("seen" in skill.kept for skill in skills)
    assert {task.judge for task in world.session.scalars(select(Task).where(Task.gold.is_not(None)))} == {
        False
    }
    found = world.session.scalars(select(Result.client_task_id)).all()
    assert found
    assert all(name.startswith("t") for name in found)
    assert world.session.get_one(Project, project.id).state == "finished"
    assert balanced(world)


def test_what_is_kept_of_exams_and_pauses_is_told_to_whom_it_is_about(world: World, phones: Phones) -> None:
    checked(world, 60, 20, gold_share=0.25)
    until_paused(world, phones(1), world.join(phones(1)))
    worker = world.session.scalars(select(Worker)).one()
    told = erase.export_worker(world.session, worker.id)
    [pause] = told["pauses"]
    assert (pause["state"], pause["why"], pause["wrong"]) == ("retraining", "gold", 5)
    assert told["exams"] == []
