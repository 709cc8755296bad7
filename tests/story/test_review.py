"""A task that its answers do not settle: a person decides it, and only then is its project over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import clock, ids
from app.accounts.models import AuditEntry
from app.errors import AppError
from app.ids import show
from app.operations import judge, launch, reviewing, timeouts
from app.operations.reviewing import Reviewer
from app.payments import ledger
from app.people import service as people
from app.people.models import Partner, Worker
from app.tasks.models import Project, ProjectEvent, Result, Review, Skill, Task
from app.tasks.quality import Model, audited
from tests.story.conftest import Phones, World
from tests.story.test_adaptive import adaptive, allow_judging, truth, work_through

TAGS = [
    {"value": value, "label": {"en": value.title(), "sw": value.title()}}
    for value in ("water", "road", "power")
]


def staff() -> Reviewer:
    user_id = ids.new()
    return Reviewer(user_id, None, f"user:{user_id}")


def waiting(world: World) -> list[Review]:
    world.session.expire_all()
    return list(world.session.scalars(select(Review).where(Review.state == "waiting")))


def result(world: World) -> Result:
    world.session.expire_all()
    return world.session.scalars(select(Result)).one()


def state(world: World, project: Project) -> str:
    timeouts.run_due()
    world.session.expire_all()
    return world.session.get_one(Project, project.id).state


def unaudited(world: World, **changes: Any) -> Project:
    """A project whose one task is not audited, which is left to its id."""
    while True:
        made = world.project(1, **changes)
        if not audited(str(world.session.scalars(select(Task.id).where(Task.project_id == made.id)).one())):
            return made
        launch.cancel(world.session, project=made, now=clock.now(), actor="cli")
        world.session.commit()


def unsure(world: World, phones: Phones, **changes: Any) -> Project:
    """An adaptive project whose one task three people answer, not all alike."""
    project = world.project(1, **adaptive(0.99, 3), **changes)
    work_through(world, phones, 4, lambda n, _: "1" if n % 2 else "2")
    return project


def test_an_unsure_task_waits_for_a_person_and_is_what_they_say(world: World, phones: Phones) -> None:
    project = unsure(world, phones)
    (review,) = waiting(world)
    before = result(world)
    assert (before.review, before.method, before.answers) == ("waiting", "model", 3)
    assert (before.confidence or 0) < 0.99
    assert state(world, project) == "running"

    who = staff()
    found = reviewing.take_next(world.session, who=who, now=clock.now())
    assert found is not None
    assert found.id == review.id
    reviewing.decide(world.session, review_id=review.id, value="no", who=who, now=clock.now())
    world.session.commit()
    decided = result(world)
    assert (decided.value, decided.confidence, decided.method, decided.review) == (
        "no",
        1.0,
        "review",
        "decided",
    )
    (entry,) = world.session.scalars(select(AuditEntry).where(AuditEntry.action == "review.decided"))
    assert (entry.actor, entry.subject) == (who.actor, show("rev", review.id))
    # For a moment it can be taken back; then nothing is left to wait for.
    assert state(world, project) == "running"
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        assert state(world, project) == "finished"
    assert result(world).value == "no"
    assert ledger.imbalance(world.session) == 0


def test_a_review_nobody_does_lapses_and_the_project_ends(world: World, phones: Phones) -> None:
    project = unsure(world, phones, review={"by": "staff", "hours": 2})
    (review,) = waiting(world)
    with time_machine.travel(review.due_at + timedelta(seconds=1), tick=False):
        assert state(world, project) == "finished"
    found = result(world)
    assert (found.review, found.method) == ("unreviewed", "model+unreviewed")
    assert waiting(world) == []


def test_who_wants_no_reviews_gets_none(world: World, phones: Phones) -> None:
    project = unsure(world, phones, review={"by": "none"})
    assert waiting(world) == []
    assert result(world).review is None
    assert state(world, project) == "finished"


def test_a_project_that_is_cancelled_waits_for_nobody(world: World, phones: Phones) -> None:
    project = unsure(world, phones)
    launch.cancel(world.session, project=project, now=clock.now(), actor="cli")
    world.session.commit()
    assert state(world, project) == "cancelled"
    assert waiting(world) == []
    assert result(world).review == "unreviewed"


class TestPartners:
    """A partner's reviewers decide what only their own people answered."""

    @pytest.fixture
    def other(self, world: World) -> Partner:
        now = clock.now()
        made = people.create_partner(world.session, name="Shamba Trust", help_phone="+254700111333", now=now)
        people.create_cohort(
            world.session, partner_id=made.id, name="One", invite_code="SHAMBA", languages=["en"], now=now
        )
        world.session.commit()
        return made

    def both(self, world: World, other: Partner) -> tuple[Reviewer, Reviewer]:
        maji = world.session.scalars(select(Partner).where(Partner.id != other.id)).one()
        mine, theirs = ids.new(), ids.new()
        return Reviewer(mine, maji.id, f"user:{mine}"), Reviewer(theirs, other.id, f"user:{theirs}")

    def test_it_is_theirs_and_no_other_partners(self, world: World, phones: Phones, other: Partner) -> None:
        unsure(world, phones, review={"by": "partner", "hours": 48})
        timeouts.run_due()
        (review,) = waiting(world)
        mine, theirs = self.both(world, other)
        now = clock.now()
        assert reviewing.take_next(world.session, who=theirs, now=now) is None
        deeds: tuple[Callable[[Reviewer], object], ...] = (
            lambda who: reviewing.take(world.session, review_id=review.id, who=who, now=now),
            lambda who: reviewing.decide(world.session, review_id=review.id, value="yes", who=who, now=now),
            lambda who: reviewing.take_back(world.session, review_id=review.id, who=who, now=now),
            lambda who: reviewing.take_next(world.session, who=who, now=now, after=review.id),
        )
        for deed in deeds:
            with pytest.raises(AppError) as refused:
                deed(theirs)
            assert refused.value.code == "not-found"
        found = reviewing.take_next(world.session, who=mine, now=now)
        assert found is not None
        assert (
            reviewing.decide(world.session, review_id=found.id, value="yes", who=mine, now=now).value == "yes"
        )

    def test_what_others_answered_too_is_the_staffs(
        self, world: World, phones: Phones, other: Partner
    ) -> None:
        world.join(phones(9))
        moved = world.session.scalars(select(Worker)).one()
        project = world.project(1, **adaptive(0.99, 3), review={"by": "partner", "hours": 48})
        world.text(phones(9), "MORE")
        world.text(phones(9), "1")
        moved.partner_id = other.id
        world.session.commit()
        work_through(world, phones, 3, lambda n, _: "1" if n % 2 else "2")
        timeouts.run_due()
        (review,) = waiting(world)
        assert (review.project_id, review.partner_id, review.routed) == (project.id, None, True)
        mine, _ = self.both(world, other)
        assert reviewing.take_next(world.session, who=mine, now=clock.now()) is None


def test_several_labels_are_judged_each_for_itself(world: World, phones: Phones) -> None:
    world.project(
        6, kind="tagging", choices=TAGS, multiple=True, bundle=None, review={"by": "none"}, **adaptive(0.9, 6)
    )
    work_through(world, phones, 6, lambda _, text: "1 3" if truth(text) == "1" else "2")
    world.session.expire_all()
    found = {row.client_task_id: row for row in world.session.scalars(select(Result))}
    assert len(found) == 6
    for name, row in found.items():
        assert row.value == ("water|power" if int(name[1:]) % 2 == 0 else "road")
        assert row.method == "model"
    assert min(task.answered for task in world.session.scalars(select(Task))) < 6


def test_what_a_fit_finds_is_kept_and_judges_what_comes_before_the_next(world: World, phones: Phones) -> None:
    project = world.project(8, **adaptive(0.9, 6))
    work_through(world, phones, 5, lambda _, text: truth(text))
    world.session.expire_all()
    kept = world.session.get_one(Project, project.id)
    assert kept.model is not None
    assert Model.from_json(kept.model).classes == 2
    skills = list(world.session.scalars(select(Skill).where(Skill.project_id == project.id)))
    assert len(skills) == 5
    assert all(0 < skill.lower < skill.skill < 1 and skill.answers > 0 for skill in skills)

    more = unaudited(world, **adaptive(0.8, 6))
    row = world.session.get_one(Project, more.id)
    # As if this project's people were known as the other's are, and its answers not to be fitted for an hour.
    not_before = clock.now() + timedelta(hours=1)
    row.model, row.judge_after = kept.model, not_before
    for skill in skills:
        world.session.add(
            Skill(
                project_id=more.id,
                worker_id=skill.worker_id,
                answers=skill.answers,
                skill=skill.skill,
                lower=skill.lower,
                kept={"seen": [[60.0, 1.0], [1.0, 60.0]], "informed": 60.0},
                fitted_at=clock.now() - timedelta(hours=1),
            )
        )
    world.session.commit()
    for n in (1, 2):
        world.text(phones(n), "MORE")
        world.text(phones(n), "2")
        timeouts.run_due()
    world.session.expire_all()
    found = world.session.scalars(select(Result).where(Result.project_id == more.id)).one()
    assert (found.value, found.method) == ("no", "model")
    assert world.session.get_one(Project, more.id).judge_after == not_before  # not fitted meanwhile


def test_a_result_told_early_is_read_again_at_the_end(world: World, phones: Phones) -> None:
    project = world.project(12, **adaptive(0.9, 6))
    work_through(world, phones, 6, lambda _, text: truth(text))
    world.session.expire_all()
    assert world.session.get_one(Project, project.id).state == "finished"
    # As if the first fit had misled us on one of them, and a person had decided another.
    rows = list(world.session.scalars(select(Result).order_by(Result.client_task_id)))
    wrong, decided = rows[0], rows[1]
    right = wrong.value
    wrong.value = "no" if right == "yes" else "yes"
    decided.value, decided.review = ("no" if decided.value == "yes" else "yes"), "decided"
    kept = decided.value
    again = world.session.get_one(Project, project.id)
    again.state = "running"
    world.session.commit()
    assert state(world, again) == "finished"
    world.session.expire_all()
    assert world.session.get_one(Result, wrong.task_id).value == right
    assert world.session.get_one(Result, decided.task_id).value == kept
    revised = [
        event.data["task"]
        for event in world.session.scalars(select(ProjectEvent).where(ProjectEvent.kind == "result"))
        if event.data.get("revised")
    ]
    assert revised.count(wrong.client_task_id) == 1
    assert decided.client_task_id not in revised


def test_gold_tempers_what_is_told(world: World, phones: Phones) -> None:
    project = world.project(40, **adaptive(0.9, 2), review={"by": "none"})
    for task in world.session.scalars(select(Task).where(Task.project_id == project.id)):
        # Half the truths contradict what everybody says: such answers are not to be told as sure.
        task.gold = "yes" if task.position % 4 < 2 else "no"
    world.session.commit()
    work_through(world, phones, 3, lambda _, text: truth(text))
    allow_judging(world)
    world.session.expire_all()
    model = world.session.get_one(Project, project.id).model
    assert model is not None
    assert model["temper"] < 1


def test_a_concluded_task_is_asked_again_when_its_workers_turn_out_doubtful(
    world: World, phones: Phones
) -> None:
    project = world.project(12, **adaptive(0.8, 6), review={"by": "none"})
    # Nobody answers the first, so that the project is not over.
    work_through(world, phones, 3, lambda _, text: "SKIP" if "Pump 1 " in text else truth(text))
    world.session.expire_all()
    before = [task.id for task in world.session.scalars(select(Task)) if task.state == "finished"]
    told = world.session.scalars(select(Result.task_id)).all()
    assert before
    assert set(before) <= set(told)
    wanted(world, project, 0.999)
    assert judge.goes_on(world.session, project=project, now=clock.now())
    world.session.commit()
    world.session.expire_all()
    tasks = [world.session.get_one(Task, task_id) for task_id in before]
    again = [task.id for task in tasks if task.state == "open"]
    assert again
    assert all(task.answered < task.places <= 6 for task in tasks if task.state == "open")
    assert set(world.session.scalars(select(Result.task_id))) >= set(told)  # as they were told, meanwhile

    wanted(world, project, 0.8)
    work_through(world, phones, 4, lambda n, text: truth(text) if n == 4 else "SKIP")
    world.session.expire_all()
    assert any(world.session.get_one(Task, task_id).state == "finished" for task_id in again)
    rows = world.session.scalars(select(Result.task_id)).all()
    assert len(rows) == len(set(rows))
    assert ledger.imbalance(world.session) == 0


def wanted(world: World, project: Project, confidence: float) -> None:
    """Have the project want another confidence from now on."""
    world.session.refresh(project)
    redundancy = {**project.spec["redundancy"], "confidence": confidence}
    project.spec = {**project.spec, "redundancy": redundancy}
    world.session.commit()
