"""Results that wait for a person: opened once, claimed by one at a time, decided, taken back, lapsed."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app import db, ids
from app.errors import AppError
from app.tasks import service as tasks
from app.tasks.judgement import reviews
from app.tasks.models import Assignment, Project, ProjectEvent, Result, Review
from app.tasks.quality import Conclusion
from tests.conftest import Database
from tests.tasks.arrange import NOW, answer, make_workers, must_take, running

CHOICES = [{"value": value, "label": {"en": value, "sw": value}} for value in ("water", "road", "power")]
STAFF = {"by": "staff", "hours": 48}


def told(session: Session, *values: str, groups: tuple[UUID | None, ...] = (), **changes: Any) -> Project:
    """A project of one task to which each of these was answered by somebody else."""
    redundancy = {"mode": "fixed", "answers": len(values)}
    project = running(session, 1, **{"redundancy": redundancy, "review": STAFF, **changes})
    for at, (worker, value) in enumerate(zip(make_workers(session, len(values)), values, strict=True)):
        taken = must_take(session, worker)
        if groups:
            session.get_one(Assignment, taken.assignment.id).group_id = groups[at]
            session.flush()
        answer(session, taken, value)
    return project


def result(session: Session, project: Project) -> Result:
    return session.scalars(
        select(Result).where(Result.project_id == project.id).execution_options(populate_existing=True)
    ).one()


def waiting(session: Session, project: Project) -> list[Review]:
    return list(
        session.scalars(select(Review).where(Review.project_id == project.id, Review.state == "waiting"))
    )


@pytest.mark.parametrize(
    ("values", "disputed"),
    [
        (("yes", "yes", "no"), False),
        (("yes", "no"), True),
        (("yes", "yes", "no", "no"), True),
    ],
)
def test_answers_that_do_not_settle_a_task_go_to_a_person(
    session: Session, values: tuple[str, ...], disputed: bool
) -> None:
    project = told(session, *values)
    assert len(waiting(session, project)) == disputed
    assert result(session, project).review == ("waiting" if disputed else None)


@pytest.mark.parametrize(
    ("shares", "value", "confidence", "disputed"),
    [
        ([2, 1, 1], "a", 0.5, False),
        ([2, 2, 1], "a", 0.4, True),
        ([3, 2, 2], "a", 3 / 7, True),
        ([3], "a", 1.0, False),
        ([], None, 0.0, True),
    ],
)
def test_what_is_disputed(shares: list[float], value: str | None, confidence: float, disputed: bool) -> None:
    assert reviews.is_disputed(Conclusion(value, confidence, 3, "majority"), shares) == disputed


def test_without_a_word_of_reviews_a_fixed_project_has_none(session: Session) -> None:
    project = told(session, "yes", "no", review=None)
    assert waiting(session, project) == []
    assert result(session, project).review is None


def test_a_majority_of_one_village_is_no_majority(session: Session) -> None:
    village = ids.new()
    project = told(session, "yes", "yes", "no", "no", "no", groups=(None, None, village, village, village))
    found = result(session, project)
    # Three of one village count as one and a half.
    assert (found.value, found.answers, found.votes) == ("yes", 5, {"yes": 2, "no": 3})
    assert found.confidence == pytest.approx(2 / 3.5)


def test_a_tie_of_several_labels_is_disputed(session: Session) -> None:
    changes: dict[str, Any] = {"kind": "tagging", "multiple": True, "choices": CHOICES}
    assert waiting(session, told(session, "water|road", "water", **changes))
    assert not waiting(session, told(session, "water", "water", **changes))


@pytest.fixture
def queue(session: Session) -> Callable[[int], list[Review]]:
    def made(count: int) -> list[Review]:
        project = told(session, "yes", "no")
        for _ in range(count - 1):
            told(session, "yes", "no")
        assert waiting(session, project)
        return list(session.scalars(select(Review).order_by(Review.due_at, Review.id)))

    return made


def test_two_reviewers_never_get_the_same(session: Session, queue: Callable[[int], list[Review]]) -> None:
    first, second = queue(2)
    ann, ben = ids.new(), ids.new()

    def next_of(user: UUID, **more: Any) -> UUID | None:
        found = reviews.claim_next(session, mine=true(), user_id=user, now=NOW, **more)
        return found.id if found else None

    assert next_of(ann) == first.id
    assert next_of(ben) == second.id
    assert next_of(ann) == first.id  # still hers
    assert next_of(ids.new()) is None
    with pytest.raises(AppError, match="Somebody else"):
        reviews.claim(session, review=first, user_id=ben, now=NOW)
    later = NOW + reviews.CLAIM
    reviews.claim(session, review=first, user_id=ben, now=later)
    with pytest.raises(AppError, match="Somebody else"):
        reviews.decide(
            session,
            review=first,
            project=session.get_one(Project, first.project_id),
            value="yes",
            user_id=ann,
            now=later,
        )


def test_who_skips_goes_on_behind_and_begins_anew(
    session: Session, queue: Callable[[int], list[Review]]
) -> None:
    made = queue(3)
    user = ids.new()
    seen = []
    after = None
    for _ in range(4):
        found = reviews.claim_next(session, mine=true(), user_id=user, now=NOW, after=after)
        assert found is not None
        reviews.release(session, review=found, user_id=user)
        seen.append(found.id)
        after = found.id
    assert seen == [one.id for one in (*made, made[0])]


def test_a_decision_is_sure_and_told_and_can_be_taken_back_for_a_moment(session: Session) -> None:
    project = told(session, "yes", "no")
    (review,) = waiting(session, project)
    user = ids.new()
    assert reviews.pending(session, project.id, NOW)
    reviews.decide(session, review=review, project=project, value="no", user_id=user, now=NOW)
    found = result(session, project)
    assert (found.value, found.confidence, found.method, found.review) == ("no", 1.0, "review", "decided")
    event = session.scalars(select(ProjectEvent).order_by(ProjectEvent.id.desc())).first()
    assert event is not None
    assert (event.kind, event.data["result"], event.data["revised"]) == ("result", "no", True)
    with pytest.raises(AppError, match="your own"):
        reviews.take_back(session, review=review, project=project, user_id=ids.new(), now=NOW)
    reviews.take_back(session, review=review, project=project, user_id=user, now=NOW)
    found = result(session, project)
    assert (found.value, found.confidence, found.method, found.review) == ("yes", 0.5, "majority", "waiting")
    reviews.decide(session, review=review, project=project, value=None, user_id=user, now=NOW)
    found = result(session, project)
    assert (found.value, found.confidence, found.method) == (None, 0.0, "review")
    over = NOW + reviews.TAKE_BACK
    assert reviews.pending(session, project.id, over - timedelta(seconds=1))
    assert not reviews.pending(session, project.id, over)
    with pytest.raises(AppError, match="two minutes"):
        reviews.take_back(session, review=review, project=project, user_id=user, now=over)


def test_what_nobody_decides_in_time_stays_what_it_was_and_says_so(session: Session) -> None:
    project = told(session, "yes", "no")
    due = NOW + timedelta(hours=48)
    assert reviews.lapse(session, now=due - timedelta(seconds=1)) == []
    assert len(reviews.lapse(session, now=due)) == 1
    assert reviews.lapse(session, now=due) == []
    found = result(session, project)
    assert (found.value, found.method, found.review) == ("yes", "majority+unreviewed", "unreviewed")
    assert not reviews.pending(session, project.id, due)


def test_a_review_is_due_no_later_than_its_project(session: Session) -> None:
    deadline = NOW + timedelta(hours=5)
    project = told(session, "yes", "no", deadline=deadline.isoformat())
    (review,) = waiting(session, project)
    assert review.due_at == deadline


def test_progress_counts_what_waits(session: Session) -> None:
    project = told(session, "yes", "no")
    assert tasks.progress(session, project.id).in_review == 1


def test_many_reviewers_at_once_decide_each_once(database: Database) -> None:
    with db.transaction() as session:
        for _ in range(6):
            told(session, "yes", "no")
    start = threading.Barrier(5)
    failures: list[BaseException] = []

    def work() -> None:
        user = ids.new()
        try:
            start.wait()
            while True:
                with db.transaction() as session:
                    found = reviews.claim_next(session, mine=true(), user_id=user, now=NOW)
                    claimed = found.id if found else None
                if claimed is None:
                    with db.transaction() as session:
                        if not session.scalars(select(Review.id).where(Review.state == "waiting")).all():
                            return
                    continue
                with db.transaction() as session:
                    review = session.get_one(Review, claimed, with_for_update=True)
                    project = session.get_one(Project, review.project_id)
                    reviews.decide(session, review=review, project=project, value="no", user_id=user, now=NOW)
        except BaseException as error:  # noqa: BLE001 - whatever a thread dies of is the test's to show
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with db.transaction() as session:
        assert session.scalars(select(Review.state)).all() == ["decided"] * 6
        assert session.scalars(select(Result.value)).all() == ["no"] * 6
        events = session.scalars(select(ProjectEvent).where(ProjectEvent.kind == "result")).all()
        assert sum(bool(event.data.get("revised")) for event in events) == 6
