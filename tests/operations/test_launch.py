"""Running a project: what it may cost, what it reserves, when it is over, and what comes back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import ids
from app.accounts import service as accounts
from app.accounts.models import AuditEntry
from app.errors import AppError
from app.operations import create, launch
from app.operations.quote import quote
from app.payments import ledger
from app.tasks import service as tasks
from app.tasks.models import Project
from app.webhooks import service as webhooks
from app.webhooks.models import WebhookDelivery
from tests.tasks.arrange import NOW, answer, body, items, make_workers, must_take

CREDIT = 10_000_000
DAY = timedelta(days=1)


def drafted(session: Session, count: int = 2, **changes: Any) -> Project:
    client = accounts.create_client(session, name=f"Wells {ids.new()}", now=NOW)
    ledger.credit_client(
        session,
        client_id=client.id,
        amount_minor=CREDIT,
        currency="KES",
        reference=f"bank:{client.id}",
        now=NOW,
    )
    made = create.create_project(session, client_id=client.id, body=body(**changes), now=NOW, actor="cli")
    create.add_tasks(session, project=made, lines=items(count), now=NOW)
    return made


def launched(session: Session, count: int = 2, **changes: Any) -> Project:
    made = drafted(session, count, **changes)
    launch.launch(session, project=made, now=NOW, actor="cli")
    return made


def credit(session: Session, project: Project) -> int:
    return ledger.client_credit(session, client_id=project.client_id, currency="KES")


def refused(deed: Any) -> str:
    with pytest.raises(AppError) as caught:
        deed()
    return caught.value.code


def test_what_the_quote_says_is_reserved_and_told(session: Session) -> None:
    project = drafted(session)
    webhooks.add_endpoint(
        session, client_id=project.client_id, url="https://client.example/hook", events=(), now=NOW
    )
    total = quote(session, project=project).cost.total_minor
    launch.launch(session, project=project, now=NOW, actor="cli")
    assert CREDIT - credit(session, project) == total > 0
    assert project.state == "running"
    assert session.scalars(select(WebhookDelivery.event)).all() == ["project.launched"]
    session.flush()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "project.launched")).one()
    assert (entry.actor, entry.subject) == ("cli", ids.show("prj", project.id))
    assert refused(lambda: launch.launch(session, project=project, now=NOW, actor="cli")) == "wrong-state"


def test_a_project_that_may_cost_more_than_its_cap_is_not_launched(session: Session) -> None:
    total = quote(session, project=drafted(session)).cost.total_minor
    dear = drafted(session, spend_cap=total - 1)
    assert refused(lambda: launch.launch(session, project=dear, now=NOW, actor="cli")) == "over-spend-cap"
    assert (dear.state, credit(session, dear)) == ("draft", CREDIT)
    launch.launch(session, project=drafted(session, spend_cap=total), now=NOW, actor="cli")


def test_tasks_added_to_a_running_project_keep_to_its_cap(session: Session) -> None:
    total = quote(session, project=drafted(session)).cost.total_minor
    project = launched(session, spend_cap=2 * total)
    reserved = CREDIT - credit(session, project)
    create.add_tasks(session, project=project, lines=items(2, 3), now=NOW)
    assert CREDIT - credit(session, project) == 2 * reserved == 2 * total
    with pytest.raises(AppError) as caught, session.begin_nested():
        create.add_tasks(session, project=project, lines=items(1, 5), now=NOW)
    assert (caught.value.code, caught.value.status) == ("over-spend-cap", 409)
    assert CREDIT - credit(session, project) == 2 * total
    assert tasks.progress(session, project.id).tasks == 4


def test_only_what_is_paused_is_resumed(session: Session) -> None:
    project = launched(session)
    assert refused(lambda: launch.resume(session, project=project, now=NOW, actor="cli")) == "wrong-state"
    launch.pause(session, project=project, now=NOW, actor="cli")
    [worker] = make_workers(session, 1)
    with pytest.raises(AssertionError):
        must_take(session, worker)
    launch.resume(session, project=project, now=NOW, actor="cli")
    must_take(session, worker)
    session.flush()
    trail = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == ids.show("prj", project.id))
    )
    assert trail.all()[-2:] == ["project.paused", "project.resumed"]


def test_a_cancelled_project_is_settled_when_no_question_is_out_and_once(session: Session) -> None:
    project = launched(session)
    [worker] = make_workers(session, 1)
    taken = must_take(session, worker)
    launch.cancel(session, project=project, now=NOW, actor="cli")
    assert launch.end_due(session, NOW) == 0
    answer(session, taken, "yes")
    assert launch.end_due(session, NOW) == 1
    assert launch.end_due(session, NOW) == 0
    assert project.state == "cancelled"
    session.flush()
    assert "project.cancelled" in session.scalars(select(AuditEntry.action)).all()
    assert ledger.balance(session, ledger.account(ledger.PROJECT_RESERVE, project.id, "KES")) == 0
    assert ledger.imbalance(session) == 0


def test_a_draft_that_is_cancelled_owes_nothing(session: Session) -> None:
    project = drafted(session)
    launch.cancel(session, project=project, now=NOW, actor="cli")
    assert launch.end_due(session, NOW) == 0
    assert credit(session, project) == CREDIT


def test_a_project_goes_on_while_a_task_is_open_and_ends_at_its_deadline(session: Session) -> None:
    project = launched(session, deadline=(NOW + DAY).isoformat())
    assert launch.end_due(session, NOW + DAY - timedelta(seconds=1)) == 0
    [worker] = make_workers(session, 1)
    taken = must_take(session, worker)
    assert launch.end_due(session, NOW + DAY) == 0  # a question is out
    answer(session, taken, "yes", NOW + DAY)
    assert launch.end_due(session, NOW + DAY) == 1
    assert project.state == "finished"
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions.count("project.finished") == 1
    # Every task without enough answers is given back as it is, and what was not spent with it.
    assert CREDIT - credit(session, project) == launch.fee_due(session, project) == project.place_fee_minor


def test_a_project_whose_tasks_are_done_is_over(session: Session) -> None:
    project = launched(session, 1, redundancy={"mode": "fixed", "answers": 2})
    for worker in make_workers(session, 2):
        assert launch.end_due(session, NOW) == 0
        answer(session, must_take(session, worker), "yes")
    assert launch.end_due(session, NOW) == 1
    assert project.state == "finished"


def test_the_fee_is_for_paid_answers_of_this_project_alone(session: Session) -> None:
    project, other = launched(session), launched(session, priority=-1)
    first, second = make_workers(session, 2)
    answer(session, must_take(session, first), "yes")
    answer(session, must_take(session, second), "unsure")
    assert (launch.fee_due(session, project), launch.fee_due(session, other)) == (project.place_fee_minor, 0)
    assert project.place_fee_minor > 0


def test_a_project_is_found_by_its_own_client_alone(session: Session) -> None:
    project = drafted(session)
    assert launch.project_of(session, project.client_id, project.id) is project
    assert launch.project_of(session, None, project.id) is project
    assert refused(lambda: launch.project_of(session, ids.new(), project.id)) == "not-found"
    assert tasks.progress(session, project.id).tasks == 2
