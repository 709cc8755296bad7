"""What a worker is offered next, practice and exams among it; and whom a text may go to unasked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import ids
from app.channels.models import Address
from app.operations import offer, teach
from app.operations.offered import Offered
from app.people import service as people
from app.people.models import Worker
from app.tasks import service as tasks
from app.tasks.models import UNSURE, Assignment, Project, Skill, Standing, Task
from app.tasks.rules import passing
from app.tasks.training import exams, standings
from tests.tasks.arrange import NOW, answer, make_workers, running
from tests.tasks.training.arrange import LESSONS, checked

EXAM = {"questions": 2, "pass": 1}
DAY = timedelta(days=1)


@pytest.fixture
def worker(session: Session) -> Worker:
    """Somebody who was asked back about an earlier question, and waits."""
    found = session.get_one(Worker, make_workers(session, 1)[0])
    found.state, found.stage, found.asked_again, found.available_at = "active", "ready", 2, NOW
    found.question_number = 10
    session.flush()
    return found


def take(session: Session, worker: Worker, now: datetime = NOW) -> Offered:
    found = offer.take(session, worker, now=now)
    assert found is not None
    return found


def at(worker: Worker) -> tuple[Any, ...]:
    return (worker.stage, worker.lesson_of, worker.assignment_id)


def asked(session: Session, worker: Worker) -> Assignment:
    found = select(Assignment).where(Assignment.worker_id == worker.id).order_by(Assignment.number.desc())
    return session.scalars(found).first()  # type: ignore[return-value]


class TestTaken:
    """A question makes its reader busy, and says who they are."""

    def test_who_is_asked_is_busy_with_it(self, session: Session, worker: Worker) -> None:
        project = running(session, 9, bundle=1)
        worker.group_id, worker.site = worker.id, "Kibera"
        found = take(session, worker)
        kept = asked(session, worker)
        assert (found.project, found.assignment_id, found.lesson_of) == (project, kept.id, None)
        assert (worker.assignment_id, worker.available_at, worker.asked_again) == (kept.id, None, 0)
        assert (worker.question_number, kept.number, kept.message_id) == (11, 11, found.message_id)
        assert (kept.group_id, kept.site, kept.language) == (worker.id, "Kibera", "en")
        assert "Q11" not in found.text
        # While an earlier one was never answered, the next says which it is.
        second = take(session, worker)
        assert "Q12" in second.text
        assert worker.question_number == 12

    def test_several_share_a_message_but_for_who_mixes_them_up(
        self, session: Session, worker: Worker
    ) -> None:
        running(session, 9)
        together = take(session, worker)
        assert len(together.taken) > 1
        assert worker.question_number == 10 + len(together.taken)
        worker.one_at_a_time = True
        assert len(take(session, worker).taken) == 1

    def test_only_what_they_may_do_is_asked(self, session: Session, worker: Worker) -> None:
        client = ids.new()
        partner = people.create_partner(session, name="Maji", help_phone="+254700111222", now=NOW)
        cohort = people.create_cohort(
            session, partner_id=partner.id, name="Village", invite_code="MAJI24", languages=["en"], now=NOW
        )
        village = running(session, 1, audience={"cohorts": [ids.show("coh", cohort.id)]})
        running(session, 1, client_id=client, audience={"skills": ["Water exam"]})
        assert offer.take(session, worker, now=NOW) is None
        assert worker.available_at == NOW
        worker.passed = [passing(client, "water exam")]
        assert take(session, worker).project.requires
        people.put_into(worker, cohort)
        assert take(session, worker).project is village


class TestPractice:
    """Practice comes when its project's tasks would, and gives way when it is left."""

    def test_who_is_asked_a_lesson_is_at_it(self, session: Session, worker: Worker) -> None:
        project = checked(session, training=LESSONS)
        worker.assignment_id = ids.new()
        found = take(session, worker)
        assert (found.lesson_of, found.taken, found.assignment_id) == (project, (), None)
        assert "Hose is torn" in found.text
        assert at(worker) == ("lesson", project.id, None)
        assert (worker.available_at, worker.asked_again, worker.question_number) == (None, 0, 10)

    def test_older_work_comes_first_and_practice_when_it_is_done(
        self, session: Session, worker: Worker
    ) -> None:
        work = running(session, 1, bundle=1)
        project = checked(session, training=LESSONS)
        assert take(session, worker).project is work
        assert take(session, worker).lesson_of is project

    def test_a_lesson_that_is_left_lets_other_work_come(self, session: Session, worker: Worker) -> None:
        project = checked(session, training=LESSONS, now=NOW - DAY)
        work = running(session, 1)
        assert take(session, worker).lesson_of is project
        teach.leave_lesson(session, worker, NOW)
        assert (worker.stage, worker.ignored_in_row, worker.lesson_of) == ("ready", 1, None)
        found = session.get_one(Standing, (worker.id, project.id))
        assert found.later_at == NOW + standings.LATER
        assert take(session, worker).project is work
        assert offer.take(session, worker, now=NOW) is None
        assert take(session, worker, NOW + DAY).lesson_of is project

    def test_the_first_says_what_comes_and_the_others_do_not(self, session: Session, worker: Worker) -> None:
        project = checked(session, training=LESSONS)
        found = standings.begun(session, worker_id=worker.id, project=project, now=NOW)
        first = teach._introduced(found, project, "en", ("Got it.",))
        assert first[0].startswith("Got it. ")
        assert len(first) == 3
        found.lesson = 1
        assert teach._introduced(found, project, "en", ("Got it.",)) == ("Got it.",)
        found.lesson, found.state = 0, "retraining"
        assert teach._introduced(found, project, "en", ("Got it.",)) == ("Got it.",)


class TestExam:
    """An exam's questions are asked one by one, paid like any, and counted."""

    def test_its_questions_are_numbered_and_make_busy(self, session: Session, worker: Worker) -> None:
        project = checked(session, stock=4, exam=EXAM)
        first = take(session, worker)
        kept = asked(session, worker)
        assert (first.project, first.assignment_id, first.lesson_of) == (project, kept.id, None)
        assert (worker.assignment_id, worker.available_at, worker.asked_again) == (kept.id, None, 0)
        assert (worker.question_number, kept.number, kept.message_id) == (11, 11, first.message_id)
        assert "Exam: 2 questions" in first.text
        assert "Q11" not in first.text
        worker.assignment_id = ids.new()
        exam = exams.exam_with(session, kept)
        assert exam is not None
        exams.note_answer(session, exam=exam, project=project, right=True, now=NOW)
        second = take(session, worker)
        assert "Exam 2/2" in second.text
        assert "Q12" in second.text

    def test_without_enough_gold_other_work_comes(self, session: Session, worker: Worker) -> None:
        checked(session, stock=1, exam=EXAM, now=NOW - DAY)
        work = running(session, 1)
        assert take(session, worker).project is work

    def test_who_passes_is_known_to_have_and_what_is_passed_on_is_not_known(
        self, session: Session, worker: Worker
    ) -> None:
        project = checked(session, stock=4, exam=EXAM)
        assert self.answered(session, self.taken(session, worker), "yes") is None
        two = self.taken(session, worker)
        found = teach.after_skip(session, project=project, assignment=two.assignment, now=NOW)
        assert found is not None
        assert found.exam is not None
        assert (found.exam.state, found.exam.right, found.review, found.pause) == ("passed", 1, False, None)
        session.refresh(worker)
        assert worker.passed == [passing(project.client_id, project.name)]

    def test_failed_for_the_last_time_a_person_looks(self, session: Session, worker: Worker) -> None:
        checked(session, stock=9, exam=EXAM)
        reviews = []
        for tried in range(3):
            for value in ("no", UNSURE):
                found = self.answered(session, self.taken(session, worker, NOW + tried * DAY), value)
            assert found is not None
            reviews.append(found.review)
        assert reviews == [False, False, True]
        assert worker.passed == []

    def taken(self, session: Session, worker: Worker, now: datetime = NOW) -> tasks.Taken:
        return take(session, worker, now).taken[0]

    def answered(self, session: Session, taken: tasks.Taken, value: str) -> teach.Outcome | None:
        answer(session, taken, value)
        return teach.after_answer(
            session, project=taken.project, task=taken.task, assignment=taken.assignment, value=value, now=NOW
        )


class TestGold:
    """What an answer to a question whose truth is known says of its worker, and what it does not."""

    def project(self, session: Session, **changes: Any) -> Project:
        return checked(session, stock=9, gold_share=0.25, **changes)

    def answered(
        self, session: Session, worker: Worker, value: str, *, truth: str | None = "yes"
    ) -> teach.Outcome | None:
        found = offer.take(session, worker, now=NOW)
        assert found is not None
        [taken] = found.taken
        answer(session, taken, value)
        if taken.task.state == "gold" and truth is None:
            session.execute(update(Task).where(Task.id == taken.task.id).values(gold=None, state="retired"))
            session.refresh(taken.task)
        return teach.after_answer(
            session, project=taken.project, task=taken.task, assignment=taken.assignment, value=value, now=NOW
        )

    def until_gold(self, session: Session, worker: Worker, value: str, **how: Any) -> teach.Outcome | None:
        """Answer until a known question was answered."""
        while True:
            found = self.answered(session, worker, value, **how)
            if asked_gold(session, worker):
                return found

    def test_it_is_counted_and_the_next_is_due_later(self, session: Session, worker: Worker) -> None:
        project = self.project(session, bundle=1)
        assert self.until_gold(session, worker, "yes") is None
        skill = session.get_one(Skill, (project.id, worker.id))
        assert (skill.gold_answers, skill.gold_right) == (1, 1)
        standing = session.get_one(Standing, (worker.id, project.id), populate_existing=True)
        assert (standing.right, standing.wrong, standing.gold_given) == (1, 0, 1)
        assert standing.gold_due_at is not None
        assert standing.answers < standing.gold_due_at

    @pytest.mark.parametrize(("value", "truth"), [(UNSURE, "yes"), ("no", None)])
    def test_dont_know_and_what_nobody_knows_count_against_nobody(
        self, session: Session, worker: Worker, value: str, truth: str | None
    ) -> None:
        project = self.project(session, bundle=1)
        self.until_gold(session, worker, value, truth=truth)
        standing = session.get_one(Standing, (worker.id, project.id), populate_existing=True)
        assert (standing.right, standing.wrong, standing.gold_given) == (0, 0, 1)
        assert session.get(Skill, (project.id, worker.id)) is None

    def test_many_wrong_lead_to_a_pause(self, session: Session, worker: Worker) -> None:
        self.project(session, bundle=1)
        outcomes = [self.until_gold(session, worker, "no") for _ in range(5)]
        assert outcomes[:4] == [None] * 4
        assert outcomes[4] is not None
        assert outcomes[4].pause is not None
        assert (outcomes[4].exam, outcomes[4].review) == (None, False)


def asked_gold(session: Session, worker: Worker) -> bool:
    last = asked(session, worker)
    return session.get_one(Task, last.task_id).state in ("gold", "retired")


@pytest.mark.parametrize(
    ("channel", "heard", "suppressed", "may"),
    [
        ("twilio_sms", None, False, True),
        ("twilio_sms", NOW, True, False),
        ("twilio_whatsapp", None, False, False),
        ("twilio_whatsapp", NOW - timedelta(hours=23, minutes=59), False, True),
        ("twilio_whatsapp", NOW - timedelta(hours=24), False, False),
        ("twilio_whatsapp", NOW, True, False),
    ],
)
def test_a_text_goes_unasked_to_nobody_who_stopped_nor_outside_the_window_of_whatsapp(
    channel: str, heard: Any, suppressed: bool, may: bool
) -> None:
    address = Address(channel=channel, last_inbound_at=heard, suppressed_at=NOW if suppressed else None)
    assert offer.may_push(address, NOW) is may


def test_a_long_name_is_cut_where_a_text_names_it() -> None:
    for name, told in (
        ("A" * 20, "A" * 20),
        ("A" * 21, "A" * 18 + ".."),
        ("Water reports of the north", "Water reports of t.."),
    ):
        assert teach.name_of(Project(name=name)) == told
    assert teach.name_of(Project(name="Seventeen letters and more")) == "Seventeen letters.."
