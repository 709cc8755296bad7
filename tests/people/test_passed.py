"""What a worker has passed is noted once, and can be taken back."""

from sqlalchemy.orm import Session

from app.people import service as people
from app.people.models import Worker
from tests.tasks.arrange import make_workers


def test_what_was_passed_is_noted_once_and_taken_back(session: Session) -> None:
    one, other = (session.get_one(Worker, worker_id) for worker_id in make_workers(session, 2))
    for name in ("water", "soil", "water"):
        people.note_passed(session, worker_id=one.id, name=name)
    assert one.passed == ["water", "soil"]
    people.withdraw_passed(session, worker_id=one.id, name="water")
    people.withdraw_passed(session, worker_id=one.id, name="never passed")
    assert one.passed == ["soil"]
    assert other.passed == []
