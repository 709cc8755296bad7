"""Appeals wait in the order they are due; each is one person's at a time, and decided once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from app import ids
from app.errors import AppError
from app.people import appeals
from app.people.models import Appeal, Worker
from tests.tasks.arrange import NOW, make_workers


def opened(session: Session, worker: UUID, hours: int = 48, **changes: Any) -> Appeal:
    whole: dict[str, Any] = {
        "kind": "answer",
        "subject_id": ids.new(),
        "project_id": None,
        "reason": "",
        "words": "please look",
        "against": None,
        "due_at": NOW + timedelta(hours=hours),
        "now": NOW,
        **changes,
    }
    return appeals.open_appeal(session, worker=session.get_one(Worker, worker), **whole)


@pytest.fixture
def worker(session: Session) -> UUID:
    return make_workers(session, 1)[0]


def next_of(session: Session, user: UUID, **more: Any) -> UUID | None:
    found = appeals.claim_next(session, user_id=user, **{"mine": true(), "now": NOW, **more})
    return found.id if found else None


def test_two_people_never_look_at_the_same(session: Session, worker: UUID) -> None:
    later, first = opened(session, worker, 20), opened(session, worker, 10)
    ann, ben = ids.new(), ids.new()
    assert [next_of(session, ann), next_of(session, ben)] == [first.id, later.id]
    assert next_of(session, ann) == first.id  # still hers
    assert next_of(session, ids.new()) is None
    with pytest.raises(AppError) as refused:
        appeals.claim(session, appeal=first, user_id=ben, now=NOW)
    assert refused.value.code == "claimed"
    with pytest.raises(AppError):
        appeals.decide(session, appeal=first, state="upheld", note="Right.", user_id=ben, now=NOW)
    over = NOW + appeals.CLAIM
    assert next_of(session, ben, now=over - timedelta(seconds=1)) == later.id
    assert next_of(session, ben, now=over) == first.id
    with pytest.raises(AppError):
        appeals.claim(session, appeal=first, user_id=ann, now=over)


def test_what_somebody_gives_back_is_anybodys(session: Session, worker: UUID) -> None:
    appeal = opened(session, worker)
    ann, ben = ids.new(), ids.new()
    assert next_of(session, ann) == appeal.id
    appeals.release(session, appeal=appeal, user_id=ben)  # not his to give back
    assert next_of(session, ben) is None
    appeals.release(session, appeal=appeal, user_id=ann)
    assert next_of(session, ben) == appeal.id


def test_who_skips_goes_on_behind_and_begins_anew(session: Session, worker: UUID) -> None:
    made = [opened(session, worker, hours) for hours in (10, 20, 20)]
    user, seen, after = ids.new(), [], None
    for _ in range(4):
        after = next_of(session, user, after=after)
        assert after is not None
        seen.append(after)
        appeals.release(session, appeal=session.get_one(Appeal, after), user_id=user)
    assert seen == [one.id for one in (*made, made[0])]


def test_the_only_one_is_not_shown_again_at_once_to_who_skips_it(session: Session, worker: UUID) -> None:
    appeal = opened(session, worker)
    user = ids.new()
    assert next_of(session, user) == appeal.id
    assert next_of(session, user, after=appeal.id) is None


def test_only_what_somebody_may_decide_is_theirs(session: Session, worker: UUID) -> None:
    appeal = opened(session, worker)
    assert next_of(session, ids.new(), mine=Appeal.id != appeal.id) is None


def test_a_decision_is_kept_and_final(session: Session, worker: UUID) -> None:
    appeal, user = opened(session, worker), ids.new()
    assert next_of(session, user) == appeal.id
    later = NOW + timedelta(minutes=1)
    appeals.decide(session, appeal=appeal, state="rejected", note="Two words lack.", user_id=user, now=later)
    kept = (appeal.state, appeal.note, appeal.decided_by, appeal.decided_at)
    assert kept == ("rejected", "Two words lack.", user, later)
    assert (appeal.claimed_by, appeal.claimed_until) == (None, None)
    assert next_of(session, user) is None
    with pytest.raises(AppError) as refused:
        appeals.decide(session, appeal=appeal, state="upheld", note="x", user_id=user, now=later)
    assert refused.value.code == "decided"


def test_the_last_on_a_subject_is_found_by_worker_kind_and_subject(session: Session) -> None:
    mine, other = make_workers(session, 2)
    subject = ids.new()
    before = opened(session, mine, subject_id=subject)
    appeals.decide(session, appeal=before, state="rejected", note="No.", user_id=ids.new(), now=NOW)
    last = opened(session, mine, subject_id=subject, now=NOW + timedelta(hours=1))
    opened(session, mine, subject_id=subject, kind="exam", now=NOW + timedelta(hours=2))
    opened(session, mine, now=NOW + timedelta(hours=3))
    found = appeals.latest_on(session, worker_id=mine, kind="answer", subject_id=subject)
    assert found is not None
    assert found.id == last.id
    assert appeals.latest_on(session, worker_id=other, kind="answer", subject_id=subject) is None
    assert len(appeals.of_worker(session, mine)) == 4
    assert appeals.of_worker(session, other) == []


def test_words_are_forgotten_of_one_worker_alone(session: Session) -> None:
    mine, other = make_workers(session, 2)
    of_mine, of_other = opened(session, mine), opened(session, other)
    appeals.forget_words(session, worker_id=mine)
    session.expire_all()
    assert (of_mine.words, of_other.words) == ("", "please look")
