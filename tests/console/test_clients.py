"""A client's own people: their projects, live and whole, and disputes; of another client's, nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app import clock, ids
from app.accounts import service as accounts
from app.accounts.models import User
from app.console import projects
from app.console.auth import Visitor
from app.errors import AppError
from app.operations import create
from app.tasks.models import Project, Result, Review
from tests.console.conftest import BODY, PASSWORD, Browser, World
from tests.console.test_forms import said

AsRole = Callable[[str], Browser]
PHONE = "+254712000071"


def page_of(project: Project) -> str:
    return f"/console/projects/{ids.show('prj', project.id)}"


@pytest.fixture
def others(world: World, browser: Callable[[], Browser]) -> Browser:
    """A browser in which somebody of another client is signed in, who has a project of its own."""
    now, session = clock.now(), world.session
    other = accounts.create_client(session, name="Farms Ltd", now=now)
    create.create_project(
        session, client_id=other.id, body={**BODY, "name": "Farm notes"}, now=now, actor="cli"
    )
    email = "other@example.org"
    accounts.create_user(session, email=email, password=PASSWORD, role="client", client_id=other.id, now=now)
    session.commit()
    found = browser()
    assert found.sign_in(email).status_code == 200
    return found


def concluded(world: World) -> str:
    """Let a task be concluded, and return its id."""
    world.bring(PHONE, "MAJI24")
    world.answer(PHONE)
    task = world.session.scalars(select(Result.client_task_id)).first()
    assert task is not None
    return task


def test_they_begin_at_their_projects_and_see_no_other(
    world: World, as_role: AsRole, others: Browser
) -> None:
    mine = as_role("client").get("/console")
    assert mine.url.path == "/console/projects"
    assert "Water reports" in mine.text
    assert "Farm notes" not in mine.text
    menu = mine.text.split('<ul class="menu">')[1].split("</ul>")[0]
    assert menu.count("<li>") == 1
    theirs = others.get("/console/projects").text
    assert "Farm notes" in theirs
    assert "Water reports" not in theirs


def test_of_another_client_s_project_nothing_is_had(world: World, others: Browser) -> None:
    task = concluded(world)
    page = page_of(world.water)
    for path in (page, f"{page}/results.csv", page.replace("projects", "streams/projects")):
        assert others.get(path).status_code == 404, path
    assert others.post(f"{page}/dispute", {"task": task, "why": "It is not ours."}).status_code == 404
    assert others.post(f"{page}/pause").status_code == 403
    assert world.session.scalars(select(Review)).all() == []


def test_the_live_parts_are_of_their_project_alone(world: World, others: Browser) -> None:
    del others
    users = world.session.scalars(select(User).where(User.role == "client")).all()
    for user in users:
        who = Visitor(user.id, user.email, user.role, None, "", client_id=user.client_id)
        if user.client_id == world.client_id:
            assert "progress" in projects.regions(world.water.id, world.session, who)
        else:
            with pytest.raises(AppError, match="There is no project"):
                projects.regions(world.water.id, world.session, who)


def test_no_person_is_named_to_them_and_they_run_nothing(world: World, as_role: AsRole) -> None:
    concluded(world)
    made = world.session.get_one(Project, world.water.id)
    made.alike = [{"workers": [str(ids.new()), str(ids.new())], "common": 20, "same": 20, "expected": 12.5}]
    world.session.commit()
    html = as_role("client").get(page_of(made)).text
    assert "Water reports" in html
    for hidden in ("wkr_", "Too much alike", "Known questions", "Cancel project", "/console/workers"):
        assert hidden not in html, hidden


def test_a_result_is_disputed_and_a_person_reads_why(world: World, as_role: AsRole) -> None:
    task = concluded(world)
    mine, page = as_role("client"), page_of(world.water)
    done = mine.post(f"{page}/dispute", {"task": f" {task} ", "why": "It names a <b>river</b>."})
    assert "A person looks at the result." in done.text
    assert "1 disputed by the client" in done.text
    review = world.session.scalars(select(Review)).one()
    assert (review.why, review.words) == ("client", "It names a <b>river</b>.")
    shown = as_role("reviewer").get(f"/console/review/{ids.show('rev', review.id)}").text
    assert "It names a &lt;b&gt;river&lt;/b&gt;." in shown


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"task": " "}, "task", "which task"),
        ({"task": "nothing"}, "task", "no such task"),
        ({"why": " "}, "why", "Say why"),
        ({"why": "w" * 501}, "why", "1 to 500"),
    ],
)
def test_what_is_wrong_with_a_dispute_is_said_beside_it(
    world: World, as_role: AsRole, change: dict[str, str], field: str, problem: str
) -> None:
    typed = {"task": concluded(world), "why": "It names a river.", **change}
    answered = as_role("client").post(f"{page_of(world.water)}/dispute", typed)
    assert (answered.status_code, problem in said(answered.text, f"dispute-{field}")) == (422, True)
    assert all(f'value="{value}"' in answered.text for value in typed.values())
    assert world.session.scalars(select(Review)).all() == []


def test_a_user_of_a_client_belongs_to_one_and_others_to_none(world: World) -> None:
    for role, client_id in (("client", None), ("viewer", world.client_id)):
        with pytest.raises(AppError, match="role client"):
            accounts.create_user(
                world.session, email="x@example.org", password=PASSWORD, role=role, client_id=client_id,
                now=clock.now(),
            )  # fmt: skip
