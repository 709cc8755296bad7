"""Who gets what, where there is a choice: shares, those who may depend on each other, skill, urgency and turns."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import db, ids
from app.people import service as people
from app.people.models import Worker
from app.tasks import choosing, walks
from app.tasks import service as tasks
from app.tasks.models import Assignment, Cursor, Project, Skill, Task
from app.tasks.rules import most_per_worker
from tests.conftest import Database
from tests.tasks.arrange import NOW, answer, facts, make_workers, must_take, running, take

LATER = NOW + choosing.LULL + timedelta(minutes=1)


def took(session: Session, worker: UUID, **changes: Any) -> str | None:
    """Take the worker's next place, as people knows them; return the client's id of its task."""
    found = session.get_one(Worker, worker)
    known = {"group_id": found.group_id, "site": found.site, **changes}
    taken = take(session, worker, **known)
    return taken.task.client_task_id if taken else None


class TestShares:
    """No worker gives more than a share of a project's answers while others are about."""

    def test_a_worker_with_their_share_gets_another_project_while_others_are_about(
        self, session: Session
    ) -> None:
        first = running(session, 9, audience={"most_per_worker": 2}, priority=1)
        second = running(session, 9)
        eager, other = make_workers(session, 2)
        must_take(session, other)
        projects = [must_take(session, eager).project.id for _ in range(4)]
        assert projects == [first.id, first.id, second.id, second.id]

    def test_the_share_ends_where_nobody_else_is_about(self, session: Session) -> None:
        running(session, 9, audience={"most_per_worker": 2})
        eager, other = make_workers(session, 2)
        must_take(session, other)
        assert [took(session, eager) for _ in range(3)] == ["t1", "t2", None]
        assert took(session, eager, now=LATER) == "t3"

    def test_others_with_their_share_are_nobody_to_wait_for(self, session: Session) -> None:
        running(session, 9, audience={"most_per_worker": 2})
        one, two = make_workers(session, 2)
        assert [took(session, worker) for worker in (one, two, one, two)] == ["t1", "t1", "t2", "t2"]
        assert [took(session, worker) for worker in (one, two)] == ["t3", "t3"]

    def test_near_the_deadline_everybody_helps(self, session: Session) -> None:
        deadline = NOW + choosing.SOON + timedelta(hours=1)
        running(session, 9, audience={"most_per_worker": 2}, deadline=deadline.isoformat())
        eager, other = make_workers(session, 2)
        assert [took(session, eager) for _ in range(2)] == ["t1", "t2"]
        must_take(session, other, now=NOW + timedelta(minutes=50))
        assert took(session, eager, now=NOW + timedelta(minutes=59)) is None
        assert took(session, eager, now=NOW + timedelta(minutes=61)) == "t3"

    def test_questions_of_one_message_are_counted_and_kept_within_the_share(self, session: Session) -> None:
        project = running(session, 9, audience={"most_per_worker": 3})
        eager, other = make_workers(session, 2)
        must_take(session, other)
        first = must_take(session, eager)
        beside = choosing.beside(session, first, limit=8)
        assert [task.client_task_id for task in beside] == ["t2", "t3"]
        choosing.take_beside(session, first, beside)
        session.expire_all()
        assert session.get_one(Cursor, (eager, project.id)).given == 3
        assert took(session, eager) is None

    def test_the_share_grows_with_the_tasks(self, session: Session) -> None:
        project = running(session, 4)
        assert (project.task_count, project.most_per_worker) == (4, 50)
        lines = (tasks.TaskItem(number, f"u{number}", {"text": f"No {number}"}) for number in range(1, 597))
        tasks.add_tasks(session, project=project, lines=lines, now=NOW)
        assert (project.task_count, project.most_per_worker) == (600, 180)
        adaptive = running(session, 600, redundancy={"mode": "adaptive"})
        assert adaptive.most_per_worker == 120

    @given(st.integers(0, 10**7), st.integers(1, 25), st.none() | st.integers(1, 10**6))
    def test_ten_people_are_always_enough(self, count: int, answers: int, wanted: int | None) -> None:
        share = most_per_worker(count, answers, wanted)
        assert share == wanted if wanted else 10 * share >= count * answers


class TestApart:
    """Answers that may depend on each other are not put on one task where there is a choice."""

    @pytest.fixture
    def friends(self, session: Session) -> tuple[UUID, UUID]:
        """Two of a group, after one of them has worked alone."""
        one, two = make_workers(session, 2)
        return one, two

    def test_what_a_friend_has_is_left_to_others(self, session: Session, friends: tuple[UUID, UUID]) -> None:
        running(session, 4)
        one, two = friends
        (other,) = make_workers(session, 1)
        assert took(session, one) == "t1"  # before anybody knew that they are friends
        people.join_group(session, worker_id=two, other_id=one)
        assert took(session, one) == "t2"
        must_take(session, other)
        assert [took(session, two) for _ in range(3)] == ["t3", "t4", None]

    def test_friends_alone_get_one_task_rather_than_nothing(
        self, session: Session, friends: tuple[UUID, UUID]
    ) -> None:
        running(session, 2)
        people.join_group(session, worker_id=friends[0], other_id=friends[1])
        assert [took(session, friends[0]) for _ in range(2)] == ["t1", "t2"]
        assert [took(session, friends[1]) for _ in range(3)] == ["t1", "t2", None]

    def test_friends_wait_no_longer_than_the_lull_for_others(
        self, session: Session, friends: tuple[UUID, UUID]
    ) -> None:
        running(session, 1)
        (other,) = make_workers(session, 1)
        people.join_group(session, worker_id=friends[0], other_id=friends[1])
        assert (took(session, other), took(session, friends[0])) == ("t1", "t1")
        assert took(session, friends[1]) is None
        assert took(session, friends[1], now=LATER) == "t1"

    @pytest.mark.parametrize("state", ["skipped", "expired", "withdrawn"])
    def test_what_a_friend_gave_back_is_free(
        self, session: Session, friends: tuple[UUID, UUID], state: Any
    ) -> None:
        running(session, 1)
        (other,) = make_workers(session, 1)
        people.join_group(session, worker_id=friends[0], other_id=friends[1])
        must_take(session, other)
        assignment = must_take(session, friends[0]).assignment
        tasks.free(session, assignment=assignment, state=state, now=NOW)
        assert took(session, friends[1]) == "t1"

    def test_a_message_of_several_questions_keeps_friends_apart_too(
        self, session: Session, friends: tuple[UUID, UUID]
    ) -> None:
        running(session, 5)
        one, two = friends
        (other,) = make_workers(session, 1)
        people.join_group(session, worker_id=one, other_id=two)
        must_take(session, other)
        group_id = session.get_one(Worker, two).group_id
        first = take(session, two, group_id=group_id)
        assert first is not None
        assert [took(session, one) for _ in range(2)] == ["t2", "t3"]
        assert [task.client_task_id for task in choosing.beside(session, first, limit=8)] == ["t4", "t5"]

    def test_where_they_must_share_tasks_they_share_messages_of_several_questions(
        self, session: Session, friends: tuple[UUID, UUID]
    ) -> None:
        running(session, 3)
        people.join_group(session, worker_id=friends[0], other_id=friends[1])
        for _ in range(3):
            took(session, friends[0])
        group_id = session.get_one(Worker, friends[1]).group_id
        first = take(session, friends[1], group_id=group_id)
        assert first is not None
        assert first.tries == walks.LENIENT
        assert [task.client_task_id for task in choosing.beside(session, first, limit=8)] == ["t2", "t3"]

    def test_the_assignment_says_of_which_group_and_site_its_worker_was(
        self, session: Session, friends: tuple[UUID, UUID]
    ) -> None:
        running(session, 3)
        people.join_group(session, worker_id=friends[0], other_id=friends[1])
        group_id = session.get_one(Worker, friends[0]).group_id
        taken = take(session, friends[0], group_id=group_id, site="Kibera")
        assert taken is not None
        beside = choosing.beside(session, taken, limit=1)
        (_, second) = choosing.take_beside(session, taken, beside)
        session.expire_all()
        for assignment in (taken.assignment, second.assignment):
            assert (assignment.group_id, assignment.site) == (group_id, "Kibera")

    def test_neighbours_are_kept_apart_where_there_is_another_task(self, session: Session) -> None:
        running(session, 2)
        one, two, other = make_workers(session, 3)
        must_take(session, other)
        assert took(session, one, site="Kibera") == "t1"
        assert took(session, two, site="Kibera") == "t2"
        # And at once on one task where there is none, though others are about: a project may be for one village.
        assert took(session, two, site="Kibera") == "t1"
        assert took(session, other, site="Mathare") == "t2"


class TestGroups:
    """Groups are joined for good, whole, and named by whom of them joined first."""

    def test_two_groups_become_one(self, session: Session) -> None:
        workers = make_workers(session, 5)
        one, two, three, four, alone = workers
        people.join_group(session, worker_id=two, other_id=one)
        people.join_group(session, worker_id=three, other_id=four)
        assert people.groups_of(session, workers) == {one: one, two: one, three: three, four: three}
        people.join_group(session, worker_id=four, other_id=two)
        people.join_group(session, worker_id=four, other_id=two)
        assert people.groups_of(session, workers) == dict.fromkeys((one, two, three, four), one)
        assert session.get_one(Worker, alone).group_id is None


def test_neighbours_are_those_of_one_cohort_or_of_cohorts_of_one_place(session: Session) -> None:
    partner = people.create_partner(session, name="Maji", help_phone="+254700111222", now=NOW)
    places = {"MAJI24": "Kibera", "MAJI25": "  Kibera ", "MAJI26": ""}
    cohorts = [
        people.create_cohort(
            session, partner_id=partner.id, name=code, invite_code=code, languages=["en"], site=site, now=NOW
        )
        for code, site in places.items()
    ]
    workers = [session.get_one(Worker, worker_id) for worker_id in make_workers(session, 3)]
    for worker, cohort in zip(workers, cohorts, strict=True):
        people.put_into(worker, cohort)
    assert [worker.site for worker in workers] == ["Kibera", "Kibera", None]


class TestSkill:
    """Who is known not to reach what a project asks gets no more of it; the better ones look at what is doubtful."""

    @pytest.mark.parametrize(
        ("answers", "lower", "fits"),
        [(walks.KNOWN_FROM, 0.69, False), (walks.KNOWN_FROM, 0.7, True), (walks.KNOWN_FROM - 1, 0.1, True)],
    )
    def test_the_bound_bars_once_enough_is_known(
        self, session: Session, answers: int, lower: float, fits: bool
    ) -> None:
        project = running(session, 1, redundancy={"mode": "adaptive"}, audience={"min_skill": 0.7})
        worker, newcomer = make_workers(session, 2)
        _known(session, project, worker, lower, answers)
        assert (took(session, worker) is not None) is fits
        if not fits:
            assert took(session, newcomer) == "t1"

    def test_doubtful_tasks_go_first_to_the_better_half_and_last_to_the_others(
        self, session: Session
    ) -> None:
        project = running(session, 4, redundancy={"mode": "adaptive"})
        first, better, worse, newcomer = make_workers(session, 4)
        for _ in range(2):
            answer(session, must_take(session, first), "yes")
        session.execute(text("UPDATE tasks SET places = 2, freed = true, judge = false WHERE answered = 1"))
        _known(session, project, better, 0.8)
        _known(session, project, worse, 0.6)
        project.median_lower = 0.7
        session.flush()
        assert took(session, better) == "t1"
        # A newcomer's walk begins behind the doubtful ones, as after a while it does.
        project.front = session.scalars(select(Task.position).where(Task.client_task_id == "t3")).one()
        session.flush()
        assert took(session, worse) == "t3"
        assert took(session, newcomer) == "t4"
        # Nothing else is left, so everybody finishes what is doubtful.
        assert took(session, worse) == "t2"


def _known(session: Session, project: Project, worker: UUID, lower: float, answers: int = 30) -> None:
    session.add(
        Skill(
            project_id=project.id,
            worker_id=worker,
            answers=answers,
            gold_answers=0,
            gold_right=0,
            skill=0.9,
            lower=lower,
            kept={},
            fitted_at=NOW,
        )
    )
    session.flush()


class TestOrder:
    """Priority, then how near the deadline is, then age; equals take turns."""

    def test_a_near_deadline_goes_before_age_and_priority_before_both(self, session: Session) -> None:
        def made(days: float | None, **changes: Any) -> UUID:
            deadline = (NOW + timedelta(days=days)).isoformat() if days else None
            return running(session, 1, deadline=deadline, **changes).id

        old = made(None, now=NOW - timedelta(days=1))
        soon = made(2.9, now=NOW - timedelta(days=1))
        week, day, hours, first = made(7), made(0.9), made(0.2), made(None, priority=1)
        (worker,) = make_workers(session, 1)
        order = [must_take(session, worker).project.id for _ in range(6)]
        assert order == [first, hours, day, soon, old, week]

    def test_every_other_stretch_is_by_turns(self, session: Session) -> None:
        old = running(session, 300, now=NOW - timedelta(days=1)).id
        others = {running(session, 300).id for _ in range(2)}
        (worker,) = make_workers(session, 1)
        stretches: list[set[UUID]] = []
        for start in range(0, 60 * choosing.TURN, choosing.TURN):
            questions = range(start, start + choosing.TURN)
            stretches.append({_of(session, worker, number) for number in questions})
        # A stretch is of one project, so that nobody has to change their mind from question to question.
        assert all(len(stretch) == 1 for stretch in stretches)
        counts = Counter(next(iter(stretch)) for stretch in stretches)
        assert {next(iter(stretch)) for stretch in stretches[::2]} == {old}
        assert min(counts[project] for project in others) >= 3


def _of(session: Session, worker: UUID, number: int) -> UUID:
    taken = take(session, worker, number=number)
    assert taken is not None
    return taken.project.id


def test_everything_is_finished_whoever_depends_on_whom(session: Session) -> None:
    """Eight people, two groups and a site among them, take until there is nothing: every place was given out."""
    project = running(
        session, 12, redundancy={"mode": "fixed", "answers": 4}, audience={"most_per_worker": 3}
    )
    workers = make_workers(session, 8)
    for friend in workers[1:4]:
        people.join_group(session, worker_id=friend, other_id=workers[0])
    people.join_group(session, worker_id=workers[4], other_id=workers[5])
    for worker in workers[4:7]:
        session.get_one(Worker, worker).site = "Kibera"
    now = NOW
    for _ in range(8):
        busy = True
        while busy:
            given = [_answered(session, worker, now) for worker in workers]
            busy = any(given)
        now += choosing.LULL + timedelta(minutes=1)
    session.expire_all()
    left = session.query(Task).filter(Task.project_id == project.id, Task.answered < Task.places).count()
    assert left == 0


def test_at_once_every_place_is_given_once_whoever_depends_on_whom(database: Database) -> None:
    """Eight people, four of them friends, take at once: first what is left to others, then, an hour later, all."""
    with db.transaction() as session:
        project_id = running(session, 8, audience={"most_per_worker": 2}).id
        workers = make_workers(session, 8)
        for friend in workers[1:4]:
            people.join_group(session, worker_id=friend, other_id=workers[0])
    given = _at_once(workers, NOW) + _at_once(workers, LATER)
    with db.transaction() as session:
        rows = session.execute(
            select(Task.places, Task.live, func.count(func.distinct(Assignment.worker_id)))
            .join(Assignment, Assignment.task_id == Task.id)
            .where(Task.project_id == project_id)
            .group_by(Task.id)
        ).all()
        counted = select(func.sum(Cursor.given)).where(Cursor.project_id == project_id)
        assert session.scalar(counted) == given == 24
    assert [tuple(row) for row in rows] == [(3, 3, 3)] * 8


def _at_once(workers: list[UUID], now: Any) -> int:
    """Let each take until there is nothing for them, all at once; return how many places were given."""
    start = threading.Barrier(len(workers))
    given: list[int] = []
    failures: list[BaseException] = []

    def work(worker: UUID) -> None:
        try:
            start.wait()
            nothing = 0
            while nothing < 3:
                with db.transaction() as session:
                    found = session.get_one(Worker, worker)
                    taken = take(session, worker, now=now, group_id=found.group_id)
                nothing = 0 if taken else nothing + 1
                given.append(taken is not None)
        except BaseException as error:  # noqa: BLE001 - whatever a thread dies of is the test's to show
            failures.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return sum(given)


def _answered(session: Session, worker: UUID, now: Any) -> bool:
    found = session.get_one(Worker, worker)
    taken = tasks.take_next(
        session, worker=facts(worker, group_id=found.group_id, site=found.site), now=now, message_id=ids.new()
    )
    if taken is not None:
        answer(session, taken, "yes", now)
    return taken is not None
