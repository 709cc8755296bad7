"""Who may see and do what: every route under the door, tried by every role, without a token, and by a stranger."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, ids
from app.accounts import service as accounts
from app.accounts.models import ROLES, User
from app.console import auth, routes
from app.tasks.models import Project
from tests.console.conftest import Browser, World

AsRole = Callable[[str], Browser]
ALL = {"admin", "approver", "viewer", "reviewer", "partner"}
STAFF = ALL - {"partner"}
PROJECTS = STAFF | {"client"}
REVIEW = {"admin", "reviewer", "partner"}

# Every route behind the door and who may use it. A route that is not here fails the first test.
MAY: dict[tuple[str, str], set[str]] = {
    ("POST", "/console/sign-out"): ALL | {"client"},
    ("GET", "/console"): ALL | {"client"},
    ("GET", "/console/feed"): ALL,
    ("GET", "/console/projects"): PROJECTS,
    ("GET", "/console/projects/{shown_id}"): PROJECTS,
    ("GET", "/console/projects/{shown_id}/results.csv"): PROJECTS,
    ("POST", "/console/projects/{shown_id}/dispute"): {"admin", "client"},
    ("POST", "/console/projects/{shown_id}/{deed}"): {"admin"},
    ("POST", "/console/projects/{shown_id}/gold"): {"admin"},
    ("POST", "/console/workers/{shown_id}/hold"): {"admin"},
    ("POST", "/console/workers/{shown_id}/release"): {"admin"},
    ("POST", "/console/workers/{shown_id}/pause"): {"admin", "partner"},
    ("POST", "/console/workers/{shown_id}/resume"): {"admin", "partner"},
    ("GET", "/console/workers"): ALL,
    ("GET", "/console/workers/{shown_id}"): ALL,
    ("POST", "/console/workers/{shown_id}/payout"): {"admin", "partner"},
    ("GET", "/console/review"): REVIEW,
    ("POST", "/console/review/next"): REVIEW,
    ("POST", "/console/review/undo"): REVIEW,
    ("GET", "/console/review/{shown_id}"): REVIEW,
    ("POST", "/console/review/{shown_id}/take"): REVIEW,
    ("POST", "/console/review/{shown_id}/decide"): REVIEW,
    ("POST", "/console/appeals/next"): REVIEW,
    ("GET", "/console/appeals/{shown_id}"): REVIEW,
    ("POST", "/console/appeals/{shown_id}/take"): REVIEW,
    ("POST", "/console/appeals/{shown_id}/decide"): REVIEW,
    ("GET", "/console/streams/review"): REVIEW,
    ("GET", "/console/payouts"): ALL,
    ("GET", "/console/payouts/{shown_id}"): ALL,
    ("POST", "/console/payouts/{shown_id}/approve"): {"admin", "approver"},
    ("POST", "/console/payouts/{shown_id}/refuse"): {"admin", "approver"},
    ("GET", "/console/partners"): ALL,
    ("POST", "/console/partners"): {"admin"},
    ("POST", "/console/partners/{shown_id}/cohorts"): {"admin"},
    ("GET", "/console/audit"): STAFF,
    ("GET", "/console/phone"): {"admin"},
    ("POST", "/console/phone"): {"admin"},
    ("GET", "/console/phone/{token}"): {"admin"},
    ("POST", "/console/phone/{token}/send"): {"admin"},
    ("GET", "/console/streams/overview"): ALL,
    ("GET", "/console/streams/projects/{shown_id}"): PROJECTS,
    ("GET", "/console/streams/workers/{shown_id}"): ALL,
    ("GET", "/console/streams/payouts/{shown_id}"): ALL,
    ("GET", "/console/streams/phone/{token}"): {"admin"},
}
STREAMS = {path for _, path in MAY if "/streams/" in path}
OPEN = {("GET", "/console/sign-in"), ("POST", "/console/sign-in")}


def _routes(router: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner, prefix + route.include_context.prefix)
        elif isinstance(route, APIRoute):
            for method in route.methods or ():
                yield method, prefix + route.path


def test_the_table_names_every_route() -> None:
    assert set(_routes(routes.router)) == set(MAY) | OPEN


def _path(template: str, world: World, worker_id: str, payout_id: str) -> str:
    if "/workers/" in template:
        shown = worker_id
    elif "/payouts/" in template:
        shown = payout_id
    elif "/partners/" in template:
        shown = ids.show("prt", world.partners[0].id)
    else:
        shown = ids.show("prj", world.water.id)
    return template.replace("{shown_id}", shown).replace("{deed}", "pause").replace("{token}", "none")


@pytest.fixture
def paths(world: World) -> Callable[[str], str]:
    worker = world.bring("+254712000001", "MAJI24")
    world.answer("+254712000001")
    payout = world.payout(worker, "worker")
    worker_id, payout_id = ids.show("wkr", worker.id), ids.show("pay", payout.id)
    return lambda template: _path(template, world, worker_id, payout_id)


@pytest.mark.parametrize("role", sorted(ALL | {"client"}))
def test_each_role_gets_where_it_may_and_nowhere_else(
    role: str, as_role: AsRole, paths: Callable[[str], str]
) -> None:
    mine = as_role(role)
    wrong = []
    for (method, template), roles in MAY.items():
        if template == "/console/sign-out" or (template in STREAMS and role in roles):
            continue  # ends the session; a stream has no end (tests/console/test_streams.py)
        answered = mine.get(paths(template)) if method == "GET" else mine.post(paths(template))
        if (answered.status_code == 403) == (role in roles) or answered.status_code >= 500:
            wrong.append((method, template, answered.status_code))
    assert wrong == []


def test_a_form_without_its_token_does_nothing(
    as_role: AsRole, paths: Callable[[str], str], world: World
) -> None:
    mine = as_role("admin")
    for method, template in MAY:
        for token in ("", "made up") if method == "POST" else ():
            assert mine.post(paths(template), token=token).status_code == 403, template
    assert mine.get("/console").status_code == 200
    world.session.expire_all()
    assert world.session.get_one(Project, world.water.id).state == "running"


def test_the_token_may_come_in_a_header(as_role: AsRole, paths: Callable[[str], str]) -> None:
    mine = as_role("admin")
    answered = mine.client.post(
        paths("/console/projects/{shown_id}/{deed}"),
        headers={"X-CSRF-Token": mine.token},
        follow_redirects=False,
    )
    assert answered.status_code == 303


def test_another_sessions_token_is_not_enough(as_role: AsRole, paths: Callable[[str], str]) -> None:
    theirs = as_role("admin")
    answered = as_role("admin").post(paths("/console/projects/{shown_id}/{deed}"), token=theirs.token)
    assert answered.status_code == 403


def test_a_stranger_is_sent_to_the_door(browser: Callable[[], Browser], paths: Callable[[str], str]) -> None:
    stranger = browser()
    for method, template in MAY:
        answered = stranger.client.request(method, paths(template), follow_redirects=False)
        assert answered.status_code in {303, 401}, template
        assert answered.headers.get("location", "/console/sign-in").startswith("/console/sign-in"), template


def test_a_user_shut_out_is_out_at_once(as_role: AsRole, session: Session) -> None:

    mine = as_role("admin")
    user = session.scalars(select(User).where(User.email == "admin@example.org")).one()
    accounts.disable_user(session, user=user, actor="cli", now=clock.now())
    session.commit()
    assert mine.get("/console", follow_redirects=False).status_code == 303


def test_roles_of_the_console_are_those_of_accounts() -> None:

    assert set(auth.EVERYBODY) | set(auth.PROJECTS) == set(ROLES)
