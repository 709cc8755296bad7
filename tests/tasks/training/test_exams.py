"""Exams: enough unseen questions or none, counted one by one, tried again, upheld, counted anew."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tasks import service as tasks
from app.tasks.models import Answer, Assignment, Exam, Project, Standing, Task
from app.tasks.training import exams, forgiving, gold, standings
from tests.tasks.arrange import NOW, answer, draft, facts, make_workers, take
from tests.tasks.training.arrange import LESSONS, checked, judged, known

TERMS = {"questions": 3, "pass": 2}
DAY = timedelta(days=1)


@pytest.fixture
def worker(session: Session) -> UUID:
    return make_workers(session, 1)[0]


def asked(session: Session, project: Project, worker: UUID, now: datetime = NOW) -> tasks.Taken | None:
    found = exams.next_question(
        session,
        project=project,
        worker=facts(worker),
        now=now,
        message_id=None,
    )
    return found[1] if found else None


def take_exam(session: Session, project: Project, worker: UUID, *values: str, now: datetime = NOW) -> Exam:
    """Answer so many questions of an exam; `skip` passes one on."""
    exam = None
    for number, value in enumerate(values, 1):
        taken = asked(session, project, worker, now)
        assert taken is not None
        exam = exams.exam_with(session, taken.assignment)
        assert exam is not None
        if value != "skip":
            answer(session, taken, value, now)
        over = exams.note_answer(
            session,
            exam=exam,
            project=project,
            right=value == taken.task.gold,
            now=now,
        )
        assert over == (number == len(values))
    assert exam is not None
    return exam


def standing(session: Session, project: Project, worker: UUID) -> Standing:
    return session.get_one(Standing, (worker, project.id), populate_existing=True)


def test_an_exam_is_so_many_questions_never_had(session: Session, worker: UUID) -> None:
    project = checked(session, stock=4, exam=TERMS)
    had = known(session, project, worker, "yes")
    exam = take_exam(session, project, worker, "yes", "no", "yes")
    assert (exam.state, exam.asked, exam.right, exam.needed) == ("passed", 3, 2, 2)
    assert (len(set(exam.tasks)), str(had) in exam.tasks) == (3, False)
    assert (exam.began_at, exam.ended_at) == (NOW, NOW)
    assert standing(session, project, worker).state == "working"
    assert take(session, worker) is not None
    assert exams.taking(session, worker_id=worker, project_id=project.id) is None


@pytest.mark.parametrize(("stock", "limit", "enough"), [(3, 1, True), (2, 9, False), (3, 0, False)])
def test_an_exam_begins_where_the_stock_and_what_is_funded_do_for_all_of_it(
    session: Session, worker: UUID, stock: int, limit: int, enough: bool
) -> None:
    project = checked(session, stock=stock, limit=limit, exam=TERMS)
    assert (asked(session, project, worker) is not None) is enough
    found = standing(session, project, worker)
    assert found.later_at == (None if enough else NOW + DAY)
    assert (exams.taking(session, worker_id=worker, project_id=project.id) is not None) is enough
    assert len(session.scalars(select(Assignment.id)).all()) == enough


def test_what_the_worker_had_or_another_project_has_is_none_of_the_stock(
    session: Session, worker: UUID
) -> None:
    project = checked(session, stock=3, exam=TERMS)
    checked(session, stock=9)
    known(session, project, worker, "yes")
    assert asked(session, project, worker) is None


def test_each_takes_their_own_exam_in_each_project(session: Session, worker: UUID) -> None:
    (other,) = make_workers(session, 1)
    project, beside = (checked(session, stock=6, exam=TERMS) for _ in range(2))
    taken = [
        asked(session, where, who)
        for who, where in ((worker, project), (other, project), (worker, beside), (worker, project))
    ]
    found = session.scalars(select(Exam)).all()
    assert sorted(len(exam.tasks) for exam in found) == [1, 1, 2]
    for one in taken:
        assert one is not None
        exam = exams.exam_with(session, one.assignment)
        assert exam is not None
        assert (exam.worker_id, exam.project_id) == (one.assignment.worker_id, one.project.id)


def test_a_stock_that_runs_out_in_the_middle_is_waited_for(session: Session, worker: UUID) -> None:
    project = checked(session, stock=3, limit=1, exam=TERMS)
    assert asked(session, project, worker) is not None
    for one in session.scalars(select(Task).where(Task.state == "gold", Task.places == 0)):
        one.state = "retired"
    session.flush()
    assert asked(session, project, worker) is None
    assert standing(session, project, worker).later_at == NOW + DAY
    exam = exams.taking(session, worker_id=worker, project_id=project.id)
    assert exam is not None
    assert len(exam.tasks) == 1


def test_a_project_without_an_exam_lets_in(session: Session, worker: UUID) -> None:
    project = checked(session, training=LESSONS)
    assert asked(session, project, worker) is None
    assert standing(session, project, worker).state == "working"


def test_a_question_of_another_time_is_none_of_the_exam(session: Session, worker: UUID) -> None:
    project = checked(session, stock=5, exam=TERMS)
    before = gold.give(session, project=project, worker=facts(worker), now=NOW, message_id=None)
    assert before is not None
    assert exams.exam_with(session, before.assignment) is None
    assert asked(session, project, worker) is not None
    assert exams.exam_with(session, before.assignment) is None


@pytest.mark.parametrize(("changes", "state"), [({}, "exam"), ({"training": LESSONS}, "lessons")])
def test_who_fails_tries_again_a_day_later_after_the_practice_and_at_last_a_person_looks(
    session: Session, worker: UUID, changes: dict[str, Any], state: str
) -> None:
    project = checked(session, stock=9, exam=TERMS, **changes)
    at = standings.begun(session, worker_id=worker, project=project, now=NOW)
    for _ in standings.lessons(at, project):
        standings.note_lesson(session, standing=at, project=project, right=False, now=NOW)
    for tried in range(3):
        now = NOW + tried * DAY
        exam = take_exam(session, project, worker, "yes", "skip", "unsure", now=now)
        assert (exam.state, exam.right) == ("failed", 1)
        found = standing(session, project, worker)
        last = tried == 2
        assert (found.lesson, found.mistakes) == (0, 0)
        assert found.state == ("review" if last else state)
        assert last or found.later_at == now + DAY
        found.state = "exam"
        session.flush()
    assert take(session, worker) is None


def test_what_an_exam_showed_goes_on_counting_and_what_came_before_does_not(
    session: Session, worker: UUID
) -> None:
    project = checked(session, stock=9, exam=TERMS)
    judged(session, project, worker, "no")
    later = NOW + DAY
    taken = asked(session, project, worker, later)
    assert taken is not None
    found = standing(session, project, worker)
    assert (found.right, found.wrong, found.since) == (0, 0, later)
    exam = exams.exam_with(session, taken.assignment)
    assert exam is not None
    found.right, found.wrong = 2, 1
    for right in (True, True, False):
        exams.note_answer(session, exam=exam, project=project, right=right, now=later + DAY)
    assert exam.state == "passed"
    found = standing(session, project, worker)
    assert (found.state, found.right, found.wrong, found.since) == ("working", 2, 1, later)


def test_a_failed_exam_is_upheld_once(session: Session, worker: UUID) -> None:
    project = checked(session, stock=6, exam=TERMS)
    exam = take_exam(session, project, worker, "no", "no", "no")
    assert exams.uphold(session, exam=exam, by="user:1", now=NOW)
    assert (exam.state, exam.decided_by) == ("upheld", "user:1")
    assert standing(session, project, worker).state == "working"
    assert take(session, worker) is not None
    assert not exams.uphold(session, exam=exam, by="user:2", now=NOW)
    assert exam.decided_by == "user:1"


def test_an_exam_upheld_of_somebody_who_passed_since_changes_nothing_of_their_trust(
    session: Session, worker: UUID
) -> None:
    project = checked(session, stock=9, exam=TERMS)
    failed = take_exam(session, project, worker, "no", "no", "no")
    standing(session, project, worker).state = "exam"
    take_exam(session, project, worker, "yes", "yes", "yes", now=NOW + DAY)
    judged(session, project, worker, "yes", now=NOW + DAY)
    assert exams.uphold(session, exam=failed, by="user:1", now=NOW + 2 * DAY)
    found = standing(session, project, worker)
    assert (found.state, found.right, found.since) == ("working", 1, NOW + DAY)


def test_an_exam_upheld_lifts_no_pause(session: Session, worker: UUID) -> None:
    project = checked(session, stock=9, exam=TERMS)
    exam = take_exam(session, project, worker, "no", "no", "no")
    standings.pause(session, worker_id=worker, project=project, reason="staff", now=NOW)
    assert exams.uphold(session, exam=exam, by="user:1", now=NOW)
    assert standing(session, project, worker).state == "review"
    assert take(session, worker) is None


def test_a_passed_exam_needs_no_word(session: Session, worker: UUID) -> None:
    project = checked(session, stock=6, exam=TERMS)
    exam = take_exam(session, project, worker, "yes", "yes", "yes")
    assert not exams.uphold(session, exam=exam, by="user:1", now=NOW)


class TestCorrected:
    """A gold found wrong: what rested on it is counted anew."""

    def correct(self, session: Session, project: Project, task: str | UUID, truth: str | None) -> list[str]:
        found = session.get_one(Task, UUID(str(task)))
        given = forgiving.correct(session, project=project, task=found, truth=truth, now=NOW + DAY)
        return [one.what for one in given]

    @pytest.mark.parametrize("truth", ["no", None])
    def test_an_exam_is_passed_that_would_have_been(
        self, session: Session, worker: UUID, truth: str | None
    ) -> None:
        project = checked(session, stock=6, exam=TERMS)
        exam = take_exam(session, project, worker, "yes", "no", "unsure")
        assert exam.state == "failed"
        project.judge_after = NOW + DAY
        assert self.correct(session, project, exam.tasks[1], truth) == ["exam"]
        assert (exam.state, exam.right, exam.decided_by) == ("passed", 2, "forgiven")
        assert standing(session, project, worker).state == "working"
        assert project.judge_after is None

    def test_each_who_failed_by_it_is_given_their_own_exam_back(self, session: Session, worker: UUID) -> None:
        (other,) = make_workers(session, 1)
        project = checked(session, stock=3, exam=TERMS)
        mine, theirs = (take_exam(session, project, who, "no", "no", "no") for who in (worker, other))
        wrong = session.get_one(Task, UUID(mine.tasks[0]))
        assert forgiving.correct(session, project=project, task=wrong, truth="no", now=NOW + DAY) == []
        wrong = session.get_one(Task, UUID(mine.tasks[1]))
        given = forgiving.correct(session, project=project, task=wrong, truth="no", now=NOW + DAY)
        assert {(one.worker_id, one.what) for one in given} == {(worker, "exam"), (other, "exam")}
        assert (mine.state, theirs.state) == ("passed", "passed")

    def test_dont_know_is_right_by_no_correction(self, session: Session, worker: UUID) -> None:
        project = checked(session, stock=6, exam=TERMS)
        exam = take_exam(session, project, worker, "yes", "no", "unsure")
        assert self.correct(session, project, exam.tasks[2], None) == []
        assert (exam.state, exam.right) == ("failed", 1)

    def test_who_passed_by_a_wrong_gold_keeps_it(self, session: Session, worker: UUID) -> None:
        project = checked(session, stock=6, exam=TERMS)
        exam = take_exam(session, project, worker, "yes", "yes", "no")
        assert self.correct(session, project, exam.tasks[0], "no") == []
        assert exam.state == "passed"
        assert standing(session, project, worker).state == "working"

    def test_an_exam_under_way_goes_on_with_what_is_right_now(self, session: Session, worker: UUID) -> None:
        project = checked(session, stock=6, exam={"questions": 3, "pass": 1})
        taken = asked(session, project, worker)
        assert taken is not None
        exam = exams.exam_with(session, taken.assignment)
        assert exam is not None
        answer(session, taken, "no")
        exams.note_answer(session, exam=exam, project=project, right=False, now=NOW)
        assert self.correct(session, project, taken.task.id, "no") == []
        assert (exam.state, exam.asked, exam.right) == ("taking", 1, 1)

    def test_an_exam_passed_at_last_lifts_no_pause(self, session: Session, worker: UUID) -> None:
        project = checked(session, stock=12, exam=TERMS)
        failed = take_exam(session, project, worker, "yes", "no", "no")
        standing(session, project, worker).state = "exam"
        take_exam(session, project, worker, "yes", "yes", "yes", now=NOW + DAY)
        paused = standings.pause(session, worker_id=worker, project=project, reason="staff", now=NOW + DAY)
        assert self.correct(session, project, failed.tasks[1], "no") == ["exam"]
        assert (failed.state, failed.right) == ("passed", 2)
        assert (paused.state, standing(session, project, worker).state) == ("review", "review")

    def test_only_who_answered_is_judged_anew(self, session: Session, worker: UUID) -> None:
        (other,) = make_workers(session, 1)
        project = checked(session, stock=12)
        assert judged(session, project, worker, *["no"] * 5) is not None
        pause = judged(session, project, other, *["no"] * 5)
        mine = standings.open_pause(session, worker_id=worker, project_id=project.id)
        assert mine is not None
        only = next(task for task in mine.missed if task not in pause.missed)
        assert self.correct(session, project, only, "no") == ["pause"]
        assert (mine.state, mine.ended_by, mine.right, mine.wrong) == ("lifted", "forgiven", 1, 4)
        assert pause.state == "retraining"
        assert self.correct(session, project, only, "no") == []

    def test_a_pause_by_a_person_rests_on_no_gold(self, session: Session, worker: UUID) -> None:
        project = checked(session, stock=6)
        judged(session, project, worker, "no")
        made = standings.pause(session, worker_id=worker, project=project, reason="staff", now=NOW)
        assert self.correct(session, project, made.missed[0], "no") == []
        assert made.state == "review"

    def test_what_would_have_paused_all_the_same_stays_and_is_practised_no_more(
        self, session: Session, worker: UUID
    ) -> None:
        project = checked(session, stock=12)
        pause = judged(session, project, worker, "yes", "yes")
        right = session.scalars(select(Answer.task_id)).first()
        assert right is not None
        while pause is None:
            pause = judged(session, project, worker, "no")
        practised = [lesson["data"] for lesson in standing(session, project, worker).lessons]
        # Without the one that was right the others would have paused sooner.
        assert self.correct(session, project, right, None) == []
        assert self.correct(session, project, pause.missed[0], None) == []
        assert (pause.state, pause.right, pause.wrong) == ("retraining", 1, len(pause.missed) - 1)
        assert [lesson["data"] for lesson in standing(session, project, worker).lessons] == practised[1:]

    def test_gold_of_other_projects_and_ids_is_not_found(self, session: Session) -> None:
        project, other = checked(session, stock=1), draft(session)
        assert gold.gold_task(session, project=project, client_task_id="g1").gold == "yes"
        for where, name, code in (
            (other, "g1", "not-found"),
            (project, "nope", "not-found"),
            (project, "t1", "not-gold"),
        ):
            with pytest.raises(Exception, match=code):
                gold.gold_task(session, project=where, client_task_id=name)
