"""What a project's page tells a client's contact: how far, at what cost, what came out, how sure, what is disputed."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app import clock, ids
from app.accounts.models import AuditEntry
from app.console.queries import payouts as payout_lists
from app.console.queries import projects as project_lists
from app.operations import create, launch, reviewing
from app.tasks.models import Project, Result
from tests.console.conftest import BODY, Browser, World

AsRole = Callable[[str], Browser]
PHONE = "+254712000071"


def page_of(project: Project) -> str:
    return f"/console/projects/{ids.show('prj', project.id)}"


def fact(html: str, name: str) -> str:
    """Return what the page says of something, without its marks."""
    found = re.search(rf"<dt>{re.escape(name)}</dt><dd>(.*?)</dd>", html, re.DOTALL)
    assert found is not None, name
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_cost_progress_and_where_results_come_from(world: World, as_role: AsRole) -> None:
    world.bring(PHONE, "MAJI24")
    world.answer(PHONE)
    world.session.expire_all()
    spent = project_lists.spend(
        world.session, world.water, launch.airtime_spent(world.session, world.water.id, "KES")
    )
    finished = len(world.session.scalars(select(Result)).all())
    assert finished
    html = as_role("viewer").get(page_of(world.water)).text
    assert fact(html, "Tasks finished") == f"{finished} of 8"
    assert fact(html, "Cost so far") in html.split("Spent in all")[1]
    assert (spent.spent, spent.reserved) == (spent.pay + spent.fee + spent.airtime, spent.spent + spent.left)
    assert "100 %" in html
    assert '<span class="sub">majority</span>' in html
    assert fact(html, "Wait for a person") == "0"


def test_a_dispute_stands_beside_its_result(world: World, as_role: AsRole) -> None:
    world.bring(PHONE, "MAJI24")
    world.answer(PHONE)
    now = clock.now()
    project = launch.project_of(world.session, world.water.client_id, world.water.id)
    task = world.session.scalars(select(Result.client_task_id)).first()
    assert task is not None
    reviewing.dispute(
        world.session, project=project, client_task_id=task, why="Look again.", actor="cli", now=now
    )
    world.session.commit()
    html = as_role("reviewer").get(page_of(project)).text
    assert fact(html, "Wait for a person") == "1 results to review 1 disputed by the client"
    assert re.search(r"disputed</span><span class=\"sub\">A person is to look by", html)
    assert 'href="/console/review"' not in as_role("viewer").get(page_of(project)).text


def test_the_results_are_had_as_the_file_that_the_client_gets(world: World, as_role: AsRole) -> None:
    world.bring(PHONE, "MAJI24")
    world.answer(PHONE)
    answered = as_role("viewer").get(f"{page_of(world.water)}/results.csv")
    assert answered.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answered.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answered.text)))
    assert rows[0].keys() >= {"task", "result", "confidence", "answers", "method", "votes", "review"}
    results = world.session.scalars(select(Result)).all()
    assert {(row["task"], row["result"]) for row in rows} == {
        (one.client_task_id, one.value) for one in results
    }


def test_older_projects_are_a_page_further(
    world: World, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_lists, "PAGE_LENGTH", 2)
    for number in range(2):
        create.create_project(
            world.session,
            client_id=world.water.client_id,
            body={**BODY, "name": f"Later {number}"},
            now=clock.now(),
            actor="cli",
        )
    world.session.commit()
    mine = as_role("viewer")
    first = mine.get("/console/projects").text
    assert "Water reports" not in first
    [after] = re.findall(r"/console/projects\?after=(prj_\w+)", first)
    second = mine.get(f"/console/projects?after={after}").text
    assert "Water reports" in second
    assert "Later" not in second


@pytest.mark.parametrize("group", ["waiting", "settled"])
def test_further_payouts_are_a_page_further(
    world: World, as_role: AsRole, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setattr(payout_lists, "PAGE_LENGTH", 1)
    made = []
    for number in (PHONE, "+254712000082"):
        worker = world.bring(number, "MAJI24")
        world.answer(number)
        made.append(ids.show("pay", world.payout(worker, "worker").id))
    mine = as_role("approver")
    if group == "settled":
        for shown in made:
            mine.post(f"/console/payouts/{shown}/refuse", {"reason": "number of a shop"})
    order = made if group == "waiting" else made[::-1]
    first = mine.get(f"/console/payouts?group={group}").text
    assert (order[0] in first, f'href="/console/payouts/{order[1]}"' in first) == (True, False)
    assert f"group={group}&amp;after={order[0]}" in first
    second = mine.get(f"/console/payouts?group={group}&after={order[0]}").text
    assert (f'href="/console/payouts/{order[0]}"' in second, order[1] in second) == (False, True)


def test_the_audit_names_who_did_it(world: World, as_role: AsRole) -> None:
    client, worker = f"client:{world.water.client_id}", world.bring(PHONE, "MAJI24")
    for actor in (client, f"worker:{worker.id}", "rail"):
        world.session.add(AuditEntry(at=clock.now(), actor=actor, action="appeal.opened", subject="apl_x"))
    world.session.commit()
    html = as_role("viewer").get("/console/audit").text
    assert "the client Wells Ltd" in html
    assert f"the worker wkr_{ids.show('wkr', worker.id)[-8:]}" in html
    assert str(world.water.client_id) not in html
    assert "appeal opened" in html
