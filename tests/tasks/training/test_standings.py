"""Where a worker stands: practice before the work, trust that falls, pauses, practice again, and a person's look."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tasks.models import Cursor, Pause, Project, Standing
from app.tasks.training import standings, teaching
from tests.tasks.arrange import NOW, draft, make_workers, take
from tests.tasks.training.arrange import LESSONS, checked, judged, known

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def worker(session: Session) -> UUID:
    return make_workers(session, 1)[0]


def standing(session: Session, project: Project, worker: UUID) -> Standing:
    found = standings.standing_of(session, worker_id=worker, project_id=project.id)
    assert found is not None
    return found


def admitted(session: Session, project: Project, worker: UUID) -> bool | None:
    found = select(Cursor.admitted).where(Cursor.worker_id == worker, Cursor.project_id == project.id)
    return session.scalar(found)


def lesson(session: Session, project: Project, worker: UUID, *, right: bool) -> str:
    at = standing(session, project, worker)
    return standings.note_lesson(session, standing=at, project=project, right=right, now=LATER)


@pytest.mark.parametrize(
    ("changes", "state", "after"),
    [
        ({"training": LESSONS}, "lessons", "working"),
        ({"exam": {"questions": 2, "pass": 1}}, "exam", None),
        ({"training": LESSONS, "exam": {"questions": 2, "pass": 1}}, "lessons", "exam"),
        ({}, "working", None),
    ],
)
def test_a_newcomer_begins_with_practice_then_the_exam_then_work(
    session: Session, worker: UUID, changes: dict[str, Any], state: str, after: str | None
) -> None:
    project = checked(session, stock=4, **changes)
    found = standings.begun(session, worker_id=worker, project=project, now=NOW)
    assert (found.state, found.since, found.lesson, found.lessons) == (state, NOW, 0, [])
    assert standings.begun(session, worker_id=worker, project=project, now=LATER) is found
    assert (take(session, worker) is None) is project.gated
    if after is None:
        return
    said = [lesson(session, project, worker, right=False) for _ in LESSONS]
    # However many mistakes: practice bars nobody.
    assert said == ["next", "done" if after == "working" else "exam"]
    assert standing(session, project, worker).state == after
    assert (take(session, worker) is None) is (after == "exam")


def test_practice_that_is_put_off_is_over_with(session: Session, worker: UUID) -> None:
    project = checked(session, training=LESSONS)
    found = standings.put_off(session, worker_id=worker, project=project, now=NOW)
    assert (found.state, found.lesson, found.later_at) == ("working", 0, None)
    assert admitted(session, project, worker) is True


def test_known_answers_are_counted_and_pause_when_wrong(session: Session, worker: UUID) -> None:
    project = checked(session, stock=8, training=LESSONS)
    standings.put_off(session, worker_id=worker, project=project, now=NOW)
    assert judged(session, project, worker, "no", "no", "no", "no") is None
    assert admitted(session, project, worker) is True
    paused = judged(session, project, worker, "no")
    assert (paused.state, paused.reason, paused.right, paused.wrong) == ("retraining", "gold", 0, 5)
    assert len(paused.missed) == 5
    found = standing(session, project, worker)
    assert (found.state, found.wrong) == ("retraining", 5)
    assert admitted(session, project, worker) is False
    assert take(session, worker) is None
    # What was missed last, three at most, and then the project's own.
    again = standings.lessons(found, project)
    assert [one.answer for one in again] == ["yes", "yes", "yes", "yes", "no"]
    assert len(again) == standings.MOST_MISSED + len(LESSONS)
    assert again[:3] == tuple(teaching.Lesson({"text": f"Well {number}"}, "yes", {}) for number in (5, 4, 3))


def test_right_ones_never_pause_nor_what_an_exam_asks_nor_twice(session: Session, worker: UUID) -> None:
    project = checked(session, stock=9)
    for right, checked_too in (
        (False, False),
        (False, False),
        (False, False),
        (False, False),
        (False, False),
    ):
        noted = standings.note_known(
            session, worker_id=worker, project=project, right=right, checked=checked_too, now=NOW
        )
        assert noted is None
    found = standing(session, project, worker)
    assert (found.right, found.wrong, found.state) == (0, 5, "working")
    assert (
        standings.note_known(session, worker_id=worker, project=project, right=True, checked=True, now=NOW)
        is None
    )
    assert (found.right, found.wrong) == (1, 5)
    paused = judged(session, project, worker, "no")
    assert paused is not None
    assert judged(session, project, worker, "no") is None
    assert len(session.scalars(select(Pause)).all()) == 1


def paused_once(session: Session, worker: UUID, **changes: Any) -> Project:
    project = checked(session, stock=20, **changes)
    assert judged(session, project, worker, *["no"] * 5) is not None
    return project


def test_few_mistakes_in_practice_end_the_pause_and_trust_begins_anew(session: Session, worker: UUID) -> None:
    project = paused_once(session, worker)
    assert [lesson(session, project, worker, right=right) for right in (True, False, True)] == [
        "next",
        "next",
        "done",
    ]
    [pause] = session.scalars(select(Pause))
    assert (pause.state, pause.ended_by, pause.ended_at) == ("lifted", "retraining", LATER)
    found = standing(session, project, worker)
    assert (found.state, found.right, found.wrong, found.since) == ("working", 0, 0, LATER)
    assert (found.lesson, found.mistakes, found.lessons) == (0, 0, [])
    assert admitted(session, project, worker) is True
    assert not standings.lift(session, pause=pause, by="user:1", now=LATER)
    # What was missed before is not practised again: trust began anew.
    pause = judged(session, project, worker, *["no"] * 5, now=LATER)
    assert len(pause.missed) == 5


def test_a_second_pause_is_for_a_person(session: Session, worker: UUID) -> None:
    project = paused_once(session, worker)
    for right in (True, True, True):
        lesson(session, project, worker, right=right)
    second = judged(session, project, worker, *["no"] * 5, now=LATER)
    assert (second.state, standing(session, project, worker).state) == ("review", "review")
    assert standings.lift(session, pause=second, by="user:1", now=LATER)
    assert second.ended_by == "user:1"
    assert admitted(session, project, worker) is True


def test_a_pause_forgiven_was_none(session: Session, worker: UUID) -> None:
    project = paused_once(session, worker)
    [pause] = session.scalars(select(Pause))
    assert standings.lift(session, pause=pause, by="forgiven", now=LATER)
    assert judged(session, project, worker, *["no"] * 5, now=LATER).state == "retraining"


def test_practice_with_many_mistakes_twice_is_for_a_person(session: Session, worker: UUID) -> None:
    project = paused_once(session, worker)
    assert [lesson(session, project, worker, right=right) for right in (True, False, False)][-1] == "again"
    [pause] = session.scalars(select(Pause))
    found = standing(session, project, worker)
    assert (pause.state, pause.runs, found.state, found.lesson, found.mistakes) == (
        "retraining", 1, "retraining", 0, 0,
    )  # fmt: skip
    assert [lesson(session, project, worker, right=False) for _ in range(3)][-1] == "review"
    assert (pause.state, pause.runs, found.state) == ("review", 2, "review")
    assert admitted(session, project, worker) is False


def test_a_person_pauses_with_a_note_and_nothing_to_practise(session: Session, worker: UUID) -> None:
    project = checked(session, stock=9, training=LESSONS)
    judged(session, project, worker, "no", "yes")
    made = standings.pause(
        session, worker_id=worker, project=project, reason="staff", note="Two phones", now=NOW
    )
    assert (made.state, made.note, made.right, made.wrong) == ("review", "Two phones", 1, 1)
    assert standing(session, project, worker).lessons == []
    again = standings.pause(session, worker_id=worker, project=project, reason="gold", now=LATER)
    assert again is made
    assert made.reason == "staff"


def test_one_project_and_one_worker_are_paused(session: Session, worker: UUID) -> None:
    (other,) = make_workers(session, 1)
    project, beside = paused_once(session, worker), checked(session, stock=9)
    for who, where in ((other, project), (worker, beside)):
        assert standings.open_pause(session, worker_id=who, project_id=where.id) is None
        assert judged(session, where, who, "no", "no", "no", "no") is None
        assert judged(session, where, who, "no").state == "retraining"


def test_gold_that_is_not_known_counts_for_nothing(session: Session, worker: UUID) -> None:
    project = checked(session, stock=11)
    for _ in range(6):
        known(session, project, worker, "unsure")
    assert judged(session, project, worker, "no", "no", "no", "no") is None
    assert len(judged(session, project, worker, "no").missed) == 5


def test_a_project_without_gold_keeps_no_account_of_when_it_is_due(session: Session, worker: UUID) -> None:
    project = draft(session, gold_share=0)
    assert standings.begun(session, worker_id=worker, project=project, now=NOW).gold_due_at is None
