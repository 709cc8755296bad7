"""Judging what an adaptive project has: concluded, asked again, looked at, read anew; and what is kept of a fit."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import db, ids
from app.tasks import service as tasks
from app.tasks.judgement import judging, reviews
from app.tasks.judgement.fitted import Fitted, by_what_is_kept, fitted, keep
from app.tasks.models import UNSURE, Answer, Assignment, Project, ProjectEvent, Result, Review, Skill, Task
from app.tasks.quality import audited
from app.tasks.speed.pacing import CALM, Pace
from tests.conftest import Database
from tests.tasks.arrange import NOW, answer, make_workers, must_take, running

LATER = NOW + timedelta(hours=1)
MOST = 6


def alone(_workers: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Nobody depends on anybody."""
    return {}


def adaptive(session: Session, count: int = 12, confidence: float = 0.9, **changes: Any) -> Project:
    """A running adaptive project of which no task is audited."""
    redundancy = {"mode": "adaptive", "confidence": confidence, "max_answers": MOST}
    project = running(session, count, redundancy=redundancy, **changes)
    for task in session.scalars(select(Task).where(Task.project_id == project.id)).all():
        while audited(str(task.id)):
            fresh = ids.new()
            session.execute(update(Task).where(Task.id == task.id).values(id=fresh))
            session.expire(task)
            task = session.get_one(Task, fresh)  # noqa: PLW2901 - the same task by another id
    return project


def named(session: Session, project: Project, name: str) -> Task:
    found = select(Task).where(Task.project_id == project.id, Task.client_task_id == name)
    return session.scalars(found.execution_options(populate_existing=True)).one()


def places(session: Session, project: Project, count: int, *names: str) -> None:
    """Let tasks (those named, or all that are open) have so many places."""
    which = Task.client_task_id.in_(names) if names else Task.state == "open"
    session.execute(update(Task).where(Task.project_id == project.id, which).values(places=count))
    session.expire_all()


def say(session: Session, worker: UUID, *values: str, **where: Any) -> list[tasks.Taken]:
    """Let a worker answer the next tasks."""
    found = []
    for value in values:
        taken = must_take(session, worker, **where)
        answer(session, taken, value)
        found.append(taken)
    return found


def agreed(session: Session, project: Project, people: int = 4, count: int = 12) -> list[UUID]:
    """Let so many people agree on all tasks: yes on the odd ones and no on the even."""
    workers = make_workers(session, people)
    places(session, project, people)
    for worker in workers:
        say(session, worker, *["yes", "no"] * (count // 2))
    return workers


def results(session: Session, project: Project) -> dict[str, Result]:
    found = select(Result).where(Result.project_id == project.id).execution_options(populate_existing=True)
    return {row.client_task_id: row for row in session.scalars(found)}


def judge(session: Session, project: Project, pace: Pace = CALM) -> judging.Judged:
    return judging.judge(session, project=project, groups=alone, now=LATER, pace=pace)


def fit_of(session: Session, project: Project) -> Fitted:
    found = fitted(session, project, alone)
    assert found is not None
    return found


class TestDue:
    """Which project is judged next."""

    def test_of_those_that_wait_the_one_not_judged_for_longest(self, session: Session) -> None:
        first, second, third, quiet = (adaptive(session, 1) for _ in range(4))
        (worker,) = make_workers(session, 1)
        for _ in range(3):
            say(session, worker, "yes")
        del quiet
        first.judge_after, third.judge_after = LATER, NOW
        session.flush()
        order: list[UUID] = []
        while (found := judging.due_project(session, order)) is not None:
            order.append(found.id)
        assert order == [second.id, third.id, first.id]

    def test_a_project_that_ended_is_judged_no_more_and_a_paused_one_is(self, session: Session) -> None:
        project = adaptive(session, 1)
        say(session, make_workers(session, 1)[0], "yes")
        tasks.set_state(session, project=project, to="paused", now=NOW)
        assert judging.due_project(session) is project
        tasks.set_state(session, project=project, to="cancelled", now=NOW)
        assert judging.due_project(session) is None

    def test_what_somebody_judges_is_left_out(self, database: Database) -> None:
        with db.transaction() as session:
            adaptive(session, 1)
            say(session, make_workers(session, 1)[0], "yes")
        with db.transaction() as one, db.transaction() as other:
            assert judging.due_project(one) is not None
            assert judging.due_project(other) is None

    def test_all_is_fitted_anew_when_its_time_has_come(self, session: Session) -> None:
        project = adaptive(session, 1)
        project.judge_after = LATER
        assert judging.is_fit_due(project, NOW)  # it never was
        project.model = {}
        assert not judging.is_fit_due(project, NOW)
        assert judging.is_fit_due(project, LATER)
        project.judge_after = None
        assert judging.is_fit_due(project, NOW)


class TestJudged:
    """What becomes of the tasks that wait."""

    def test_where_people_agree_all_is_concluded(self, session: Session) -> None:
        project = adaptive(session)
        agreed(session, project)
        assert judge(session, project) == judging.Judged(concluded=12)
        found = results(session, project)
        assert {name: row.value for name, row in found.items()} == {
            f"t{number}": "yes" if number % 2 else "no" for number in range(1, 13)
        }
        one = found["t1"]
        assert (one.method, one.answers, one.votes, one.review) == ("model", 4, {"yes": 4}, None)
        assert one.concluded_at == LATER
        assert one.confidence is not None
        assert one.confidence >= 0.9
        assert {(task.state, task.judge) for task in session.scalars(select(Task))} == {("finished", False)}
        events = session.scalars(select(ProjectEvent).where(ProjectEvent.kind == "result")).all()
        assert len(events) == 12

    def test_one_answer_is_not_enough_and_one_more_is_asked_first_of_all(self, session: Session) -> None:
        project = adaptive(session, 3)
        one, other = make_workers(session, 2)
        say(session, one, "yes", "yes")
        assert judge(session, project) == judging.Judged(opened=2)
        task = named(session, project, "t1")
        assert (task.places, task.freed, task.judge, task.state) == (2, True, False, "open")
        assert results(session, project) == {}
        # Who is not known yet begins something new, and finishes what is doubtful when nothing else is left.
        assert [must_take(session, other).task.client_task_id for _ in range(3)] == ["t3", "t1", "t2"]

    def test_near_the_deadline_several_are_asked_at_once(self, session: Session) -> None:
        project = adaptive(session, 1, confidence=0.99)
        say(session, make_workers(session, 1)[0], "yes")
        judge(session, project, Pace(left_s=60, round_s=3600, tasks=100, open_tasks=50, idle=0))
        assert named(session, project, "t1").places == MOST

    def test_what_is_still_asked_is_left_waiting(self, session: Session) -> None:
        project = adaptive(session, 1)
        one, other = make_workers(session, 2)
        places(session, project, 2)
        held = must_take(session, other)
        say(session, one, "yes")
        session.execute(update(Task).values(judge=True))
        assert judge(session, project) == judging.Judged()
        assert named(session, project, "t1").judge
        # The other says they don't know: what there is will have to do.
        answer(session, held, UNSURE)
        assert judge(session, project).opened == 1

    def test_with_nothing_but_dont_knows_there_is_nothing_to_judge(self, session: Session) -> None:
        project = adaptive(session, 1)
        say(session, make_workers(session, 1)[0], UNSURE)
        session.execute(update(Task).values(judge=True))
        assert fitted(session, project, alone) is None
        assert judge(session, project) == judging.Judged()

    @pytest.mark.parametrize(("by", "waits"), [("staff", True), ("none", False)])
    def test_doubt_to_the_last_goes_to_a_person_where_one_is_wanted(
        self, session: Session, by: str, waits: bool
    ) -> None:
        review = {"by": by} if by == "none" else {"by": by, "hours": 5}
        project = adaptive(session, 1, confidence=0.999, review=review)
        workers = make_workers(session, MOST)
        places(session, project, MOST)
        for number, worker in enumerate(workers):
            say(session, worker, "yes" if number % 2 else "no")
        assert judge(session, project) == judging.Judged(concluded=1, reviewed=int(waits))
        assert results(session, project)["t1"].review == ("waiting" if waits else None)
        due = session.scalars(select(Review.due_at).where(Review.why == "unsure")).all()
        assert due == ([LATER + timedelta(hours=5)] if waits else [])

    def test_an_audited_task_gets_all_its_places_at_once_but_in_the_tail(self, session: Session) -> None:
        project = adaptive(session, 1)
        task = named(session, project, "t1")
        fresh = ids.new()
        while not audited(str(fresh)):
            fresh = ids.new()
        session.execute(update(Task).where(Task.id == task.id).values(id=fresh))
        session.expire_all()
        workers = make_workers(session, 4)
        say(session, workers[0], "yes")
        judge(session, project)
        assert named(session, project, "t1").places == MOST
        for worker in workers[1:]:
            say(session, worker, "yes")
        session.execute(update(Task).values(judge=True))
        assert judge(session, project).opened == 1
        session.execute(update(Task).values(judge=True))
        tail = Pace(left_s=None, round_s=60, tasks=100, open_tasks=1, idle=9)
        assert judge(session, project, tail).concluded == 1


class TestVotes:
    """Which answers are votes, and how much each counts."""

    def test_dont_knows_and_what_does_not_count_are_none(self, session: Session) -> None:
        project = adaptive(session, 2)
        one, two, three = make_workers(session, 3)
        places(session, project, 3)
        say(session, one, "yes", "yes")
        say(session, two, UNSURE, "no")
        (refused, _) = say(session, three, "no", "no")
        session.execute(
            update(Answer).where(Answer.assignment_id == refused.assignment.id).values(state="refused")
        )
        found = fit_of(session, project)
        assert [found.posteriors(task.id)[0].answers for task in _two(session, project)] == [1, 3]
        counted = judging._counted(session, _two(session, project))
        assert [dict(each) for each in counted.values()] == [{"yes": 1, UNSURE: 1}, {"yes": 1, "no": 2}]

    def test_answers_of_a_group_count_for_less_also_of_one_found_later(self, session: Session) -> None:
        def sure(*, then: UUID | None = None, now: UUID | None = None) -> float:
            nested = session.begin_nested()
            project = adaptive(session)
            workers = make_workers(session, 3)
            places(session, project, 3)
            for worker in workers:
                say(session, worker, *["yes", "no"] * 6, group_id=then)
            found = fitted(session, project, lambda known: dict.fromkeys(known, now) if now else {})
            assert found is not None
            confidence = found.posteriors(named(session, project, "t1").id)[0].confidence
            nested.rollback()
            session.expire_all()
            return confidence

        assert sure(now=ids.new()) < sure() - 0.01
        assert sure(then=ids.new()) < sure() - 0.01

    def test_known_truths_teach_who_is_right(self, session: Session) -> None:
        project = adaptive(session)
        good, bad = make_workers(session, 2)
        places(session, project, 2)
        say(session, good, *["yes"] * 12)
        say(session, bad, *["no"] * 12)
        truths = {"gold": "yes"}
        for number in range(1, 12):
            session.execute(update(Task).where(Task.client_task_id == f"t{number}").values(**truths))
        found = fit_of(session, project)
        assert found.told(named(session, project, "t12").id)[0] == "yes"
        session.execute(update(Task).where(Task.gold == "yes").values(gold="no"))
        assert fit_of(session, project).told(named(session, project, "t12").id)[0] == "no"


def _two(session: Session, project: Project) -> list[Task]:
    return [named(session, project, name) for name in ("t1", "t2")]


class TestKept:
    """What is kept of a fit, and asked between two."""

    def test_of_each_worker_how_many_answers_and_how_good(self, session: Session) -> None:
        project = adaptive(session)
        workers = agreed(session, project)
        wrong = make_workers(session, 1)[0]
        places(session, project, 5)
        say(session, wrong, *["no", "yes"] * 3)
        found = fit_of(session, project)
        keep(session, project, found, LATER)
        skills = {row.worker_id: row for row in session.scalars(select(Skill))}
        assert [skills[worker].answers for worker in (*workers, wrong)] == [12, 12, 12, 12, 6]
        assert skills[wrong].skill < 0.5 < skills[workers[0]].skill
        assert all(row.lower < row.skill for row in skills.values())
        assert {row.fitted_at for row in skills.values()} == {LATER}
        lowers = sorted(row.lower for row in skills.values())
        assert project.median_lower == lowers[2]
        assert project.model is not None
        # Kept again, gold is not forgotten.
        skills[wrong].gold_answers = 3
        session.flush()
        keep(session, project, found, LATER + timedelta(hours=1))
        again = session.get_one(Skill, (project.id, wrong), populate_existing=True)
        assert (again.gold_answers, again.fitted_at) == (3, LATER + timedelta(hours=1))

    def test_those_too_alike_are_kept_to_be_shown(self, session: Session) -> None:
        project = adaptive(session, 40)
        workers = make_workers(session, 6)
        places(session, project, 6)
        for number, worker in enumerate(workers):
            # Two copy each other's mistakes, one task in three; the others are right.
            values = ["no" if number < 2 and at % 3 == 0 else "yes" for at in range(40)]
            say(session, worker, *values)
        keep(session, project, fit_of(session, project), LATER)
        assert project.alike is not None
        assert {str(workers[0]), str(workers[1])} in [set(pair["workers"]) for pair in project.alike]
        [pair] = [pair for pair in project.alike if set(pair["workers"]) == {str(one) for one in workers[:2]}]
        assert (pair["common"], pair["same"]) == (40, 40)

    def test_between_two_fits_a_task_is_judged_as_at_the_fit_and_by_what_came_since(
        self, session: Session
    ) -> None:
        project = adaptive(session)
        agreed(session, project, people=3)
        newcomer = make_workers(session, 1)[0]
        found = fit_of(session, project)
        keep(session, project, found, LATER)
        task = named(session, project, "t1")
        then = found.posteriors(task.id)[0]
        kept = by_what_is_kept(session, project, [task.id], alone)[task.id][0]
        # Nobody confirms themselves: what the fit was made of is not counted on top of it.
        assert kept.confidence == pytest.approx(then.confidence, abs=0.05)
        places(session, project, 4, "t1")
        answer(session, must_take(session, newcomer, LATER), "no", LATER + timedelta(minutes=1))
        kept = by_what_is_kept(session, project, [task.id], alone)[task.id][0]
        assert kept.answers == 4
        assert kept.confidence < then.confidence - 0.01
        assert by_what_is_kept(
            session, project, [named(session, project, "t2").id, ids.new()], alone
        ).keys() == {named(session, project, "t2").id}
        judged = judging.judge_by_what_is_kept(session, project=project, groups=alone, now=LATER)
        assert judged.concluded + judged.opened == 12
        assert (
            judging.judge_by_what_is_kept(session, project=project, groups=alone, now=LATER)
            == judging.Judged()
        )


class TestReadAgain:
    """Results told before, and tasks concluded before, in the light of a newer fit."""

    @pytest.fixture
    def told(self, session: Session) -> Project:
        """Twelve results, the first of which is the wrong way round."""
        project = adaptive(session)
        agreed(session, project)
        judge(session, project)
        session.execute(
            update(Result).where(Result.client_task_id == "t1").values(value="no", concluded_at=NOW)
        )
        return project

    def read(self, session: Session, project: Project, *, final: bool = False) -> int:
        found = fit_of(session, project)
        return judging.read_again(
            session, project=project, found=found, now=LATER + timedelta(hours=1), final=final
        )

    def test_a_result_the_fit_is_sure_of_otherwise_is_told_again(
        self, session: Session, told: Project
    ) -> None:
        before = len(session.scalars(select(ProjectEvent)).all())
        assert self.read(session, told) == 1
        found = results(session, told)
        assert (found["t1"].value, found["t1"].concluded_at) == ("yes", LATER + timedelta(hours=1))
        assert (found["t2"].value, found["t2"].concluded_at) == ("no", LATER)
        events = session.scalars(select(ProjectEvent).order_by(ProjectEvent.id)).all()[before:]
        assert [(event.data["task"], event.data["result"], event.data["revised"]) for event in events] == [
            ("t1", "yes", True)
        ]
        assert self.read(session, told) == 0

    def test_one_it_is_not_so_sure_of_stays_while_the_project_runs(
        self, session: Session, told: Project
    ) -> None:
        told.spec = {**told.spec, "redundancy": {**told.spec["redundancy"], "confidence": 0.9999999}}
        session.flush()
        assert self.read(session, told) == 0
        assert results(session, told)["t1"].value == "no"
        assert self.read(session, told, final=True) == 1
        assert results(session, told)["t1"].value == "yes"

    def test_at_the_end_every_confidence_is_the_last_fits(self, session: Session, told: Project) -> None:
        session.execute(update(Result).values(confidence=0.5))
        assert self.read(session, told) == 1
        assert results(session, told)["t2"].confidence == 0.5
        self.read(session, told, final=True)
        found = results(session, told)
        assert found["t2"].confidence == fit_of(session, told).told(found["t2"].task_id)[1]
        assert found["t2"].concluded_at == LATER

    def test_a_result_nobody_had_an_answer_for_is_left_as_it_is(
        self, session: Session, told: Project
    ) -> None:
        session.execute(
            update(Answer).where(Answer.task_id == results(session, told)["t1"].task_id).values(value=UNSURE)
        )
        assert self.read(session, told, final=True) == 0
        assert results(session, told)["t1"].value == "no"

    def test_what_a_person_decided_stays(self, session: Session, told: Project) -> None:
        session.execute(
            update(Result).where(Result.client_task_id == "t1").values(review="decided", method="review")
        )
        assert self.read(session, told, final=True) == 0
        assert results(session, told)["t1"].value == "no"
        assert results(session, told)["t1"].method == "review"

    def test_what_nobody_looked_at_goes_on_saying_so(self, session: Session, told: Project) -> None:
        session.execute(update(Result).where(Result.client_task_id == "t1").values(review="unreviewed"))
        self.read(session, told)
        assert results(session, told)["t1"].method == "model+unreviewed"

    def test_what_waits_for_a_person_and_became_sure_waits_no_more(
        self, session: Session, told: Project
    ) -> None:
        waiting = [results(session, told)[name] for name in ("t2", "t3")]
        reviews.open_reviews(
            session, project=told, task_ids=[row.task_id for row in waiting], why="unsure", now=NOW
        )
        session.execute(
            update(Result)
            .where(Result.task_id.in_([row.task_id for row in waiting]))
            .values(review="waiting")
        )
        # Somebody is looking at one of them: it is theirs.
        session.execute(
            update(Review).where(Review.task_id == waiting[1].task_id).values(claimed_by=ids.new())
        )
        session.expire_all()
        assert self.read(session, told) == 1
        found = results(session, told)
        assert [found[name].review for name in ("t2", "t3")] == [None, "waiting"]
        assert session.scalars(select(Review.state).order_by(Review.state)).all() == ["settled", "waiting"]

    def test_what_has_become_doubtful_is_asked_once_more(self, session: Session) -> None:
        project = adaptive(session, 6, confidence=0.5)
        say(session, make_workers(session, 1)[0], *["yes"] * 6)
        assert judge(session, project).concluded == 6
        found = fit_of(session, project)
        assert judging.open_again(session, project=project, found=found) == 0
        # Were it to be surer, all would be doubtful: but for what a person decided, what is known, what too many did
        # not know, and what has all the answers it may have.
        project.spec = {**project.spec, "redundancy": {**project.spec["redundancy"], "confidence": 0.99}}
        session.execute(update(Result).where(Result.client_task_id == "t2").values(review="decided"))
        for name, values in (
            ("t3", {"gold": "yes"}),
            ("t4", {"unsure": 3}),
            ("t5", {"answered": MOST, "places": MOST}),
            ("t6", {"unsure": 2, "places": 4}),
        ):
            session.execute(update(Task).where(Task.client_task_id == name).values(**values))
        session.expire_all()
        assert judging.open_again(session, project=project, found=found) == 2
        task = named(session, project, "t1")
        assert (task.state, task.places, task.freed, task.judge) == ("open", 2, True, False)
        assert [named(session, project, f"t{number}").state for number in range(2, 7)] == [
            *["finished"] * 4,
            "open",
        ]
        assert named(session, project, "t6").places == 4
        assert set(results(session, project)) == {f"t{number}" for number in range(1, 7)}


def test_what_is_open_at_the_end_is_concluded_by_the_last_fit_or_by_majority(session: Session) -> None:
    project = adaptive(session, 4)
    one, other = make_workers(session, 2)
    say(session, one, "yes", "no")
    found = fit_of(session, project)
    places(session, project, 2, "t3")
    say(session, other, "yes")
    open_tasks = [named(session, project, f"t{number}").id for number in (1, 2, 3)]
    done = judging.conclude_all(session, project=project, task_ids=open_tasks, found=found, now=LATER)
    assert done == 3
    told = {name: (row.value, row.method, row.votes) for name, row in results(session, project).items()}
    assert told == {
        "t1": ("yes", "model", {"yes": 1}),
        "t2": ("no", "model", {"no": 1}),
        "t3": ("yes", "majority", {"yes": 1}),
    }
    assert session.scalars(select(Assignment.state)).all() == ["answered"] * 3
