"""A review from the disputing client to the decision: who may, until when, what is kept and who hears of it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import ids
from app.accounts.models import AuditEntry
from app.errors import AppError
from app.operations import reviewing
from app.operations.reviewing import Reviewer
from app.people import service as people
from app.people.models import Worker
from app.tasks import service as tasks
from app.tasks.judgement import reviews
from app.tasks.models import Answer, Project, ProjectEvent, Review, Task
from app.webhooks import service as webhooks
from app.webhooks.models import WebhookDelivery
from tests.tasks.arrange import NOW, running
from tests.tasks.judgement.test_reviews import CHOICES, result, told, waiting

TAGS: dict[str, Any] = {"kind": "tagging", "multiple": True, "choices": CHOICES}


def someone(partner_id: Any = None) -> Reviewer:
    user_id = ids.new()
    return Reviewer(user_id, partner_id, f"user:{user_id}")


def decided(session: Session, review: Review, value: str | None, who: Reviewer, now: Any = NOW) -> str | None:
    return reviewing.decide(session, review_id=review.id, value=value, who=who, now=now).value


def refused(deed: Any) -> str:
    with pytest.raises(AppError) as caught:
        deed()
    return caught.value.code


def dispute(session: Session, project: Project, why: str = "It is about roads.", now: Any = NOW) -> Review:
    return reviewing.dispute(
        session, project=project, client_task_id="t1", why=why, actor="client:x", now=now
    )


def test_the_client_hears_what_was_decided_and_the_trail_keeps_what_it_was(session: Session) -> None:
    project = told(session, "yes", "no")
    webhooks.add_endpoint(
        session, client_id=project.client_id, url="https://client.example/hook", events=(), now=NOW
    )
    [review] = waiting(session, project)
    who = someone()
    assert decided(session, review, "no", who) == "no"
    sent = session.scalars(select(WebhookDelivery)).one()
    assert (sent.event, sent.payload["data"]) == (
        "result.reviewed",
        {"project": ids.show("prj", project.id), "task": "t1", "result": "no", "before": "yes"},
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "review.decided")).one()
    assert (entry.actor, entry.subject) == (who.actor, ids.show("rev", review.id))
    assert (entry.data["from"], entry.data["to"]) == ("yes", "no")
    reviewing.take_back(session, review_id=review.id, who=who, now=NOW)
    session.flush()
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1] == "review.taken-back"


def test_only_what_is_to_be_chosen_from_is_decided(session: Session) -> None:
    project = told(session, "yes", "no")
    [review] = waiting(session, project)
    who = someone()
    assert reviewing.options(session, project, review.task_id) == ["yes", "no"]
    assert refused(lambda: decided(session, review, "perhaps", who)) == "invalid"
    assert refused(lambda: decided(session, review, "", who)) == "invalid"
    assert decided(session, review, None, who) is None


def test_several_labels_are_kept_in_the_order_of_the_project(session: Session) -> None:
    project = told(session, "water|road", "water", **TAGS)
    [review] = waiting(session, project)
    who = someone()
    assert refused(lambda: decided(session, review, "water|mud", who)) == "invalid"
    assert decided(session, review, "power|water", who) == "water|power"
    reviewing.take_back(session, review_id=review.id, who=who, now=NOW)
    assert decided(session, review, "", who) == ""


def test_of_a_project_without_choices_what_was_answered_is_chosen_from(session: Session) -> None:
    texts = ("Pampu imekauka", "Pampu kavu", "Pampu imekauka")
    project = told(session, *texts, kind="text", choices=None, template={"en": 'Translate: "{text}"'})
    task_id = session.scalars(select(Task.id).where(Task.project_id == project.id)).one()
    assert reviewing.options(session, project, task_id) == ["Pampu imekauka", "Pampu kavu"]
    other = told(session, "Nyingine", kind="text", choices=None, template={"en": 'Translate: "{text}"'})
    assert other.id != project.id
    assert len(reviewing.options(session, project, task_id)) == 2


def test_who_skips_a_review_gives_it_back(session: Session) -> None:
    project = told(session, "yes", "no")
    [review] = waiting(session, project)
    ann, ben = someone(), someone()
    found = reviewing.take_next(session, who=ann, now=NOW)
    assert found is not None
    assert reviewing.take_next(session, who=ben, now=NOW) is None
    assert refused(lambda: reviewing.take(session, review_id=review.id, who=ben, now=NOW)) == "claimed"
    assert reviewing.take_next(session, who=ann, now=NOW, after=review.id) is None
    assert reviewing.take(session, review_id=review.id, who=ben, now=NOW).claimed_by == ben.user_id


def test_the_last_decision_is_ones_own_and_only_for_a_moment(session: Session) -> None:
    who, other = someone(), someone()
    mine = []
    for at in (0, 1):
        [review] = waiting(session, told(session, "yes", "no"))
        decided(session, review, "no", who, NOW + timedelta(seconds=at))
        mine.append(review.id)
    soon = NOW + timedelta(seconds=30)
    last = reviewing.last_decided(session, who=who, now=soon)
    assert last is not None
    assert last.id == mine[1]
    assert reviewing.last_decided(session, who=other, now=soon) is None
    over = NOW + timedelta(seconds=1) + reviews.TAKE_BACK
    assert reviewing.last_decided(session, who=who, now=over) is None


def test_a_dispute_opens_a_review_with_the_client_s_words_and_a_second_adds_none(session: Session) -> None:
    project = told(session, "yes", "yes")
    assert waiting(session, project) == []
    opened = dispute(session, project, why=f"  {'x' * 600} ")
    assert (opened.why, opened.words) == ("client", "x" * reviewing.LONGEST_WORDS)
    assert result(session, project).review == "waiting"
    event = session.scalars(select(ProjectEvent).order_by(ProjectEvent.id.desc())).first()
    assert event is not None
    assert (event.data["review"], event.data["revised"]) == ("waiting", True)
    assert dispute(session, project).id == opened.id
    assert len(waiting(session, project)) == 1
    session.flush()
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.actor == "client:x")).all()
    assert actions == ["review.asked-for"]


def test_what_cannot_be_disputed(session: Session) -> None:
    project = told(session, "yes", "yes")
    gone: dict[str, Any] = {
        "project": project,
        "client_task_id": "t9",
        "why": "",
        "actor": "client:x",
        "now": NOW,
    }
    assert refused(lambda: reviewing.dispute(session, **gone)) == "not-found"
    another = running(session, 1)
    assert refused(lambda: dispute(session, another)) == "no-result"
    tasks.set_state(session, project=project, to="finished", now=NOW)
    over = NOW + reviewing.DISPUTABLE
    assert refused(lambda: dispute(session, project, now=over + timedelta(seconds=1))) == "not-disputable"
    assert dispute(session, project, now=over).state == "waiting"


def test_a_review_is_given_to_the_partner_whose_people_gave_every_answer(session: Session) -> None:
    maji, shamba = (
        people.create_partner(session, name=name, help_phone="+254700111222", now=NOW)
        for name in ("Maji Group", "Shamba Trust")
    )
    theirs, mixed, nobodys = (
        told(session, "yes", "no", review={"by": "partner", "hours": 48}) for _ in range(3)
    )
    for project, partners in ((theirs, (maji.id, maji.id)), (mixed, (maji.id, shamba.id))):
        answered = select(Answer.worker_id).where(Answer.project_id == project.id).order_by(Answer.id)
        for worker_id, partner_id in zip(session.scalars(answered), partners, strict=True):
            session.get_one(Worker, worker_id).partner_id = partner_id
    session.flush()
    with time_machine.travel(NOW):
        assert reviewing.do_due() == 3
        assert reviewing.do_due() == 0
    session.expire_all()
    routed = {
        project.id: review for project in (theirs, mixed, nobodys) for review in waiting(session, project)
    }
    assert [routed[one.id].partner_id for one in (theirs, mixed, nobodys)] == [maji.id, None, None]
    found = reviewing.take_next(session, who=someone(maji.id), now=NOW)
    assert found is not None
    assert found.project_id == theirs.id
    assert reviewing.take_next(session, who=someone(shamba.id), now=NOW) is None
    with time_machine.travel(NOW + timedelta(hours=48)):
        assert reviewing.do_due() == 3  # nobody decided in time
    assert waiting(session, theirs) == []
