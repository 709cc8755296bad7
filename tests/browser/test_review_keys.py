"""Review by keys alone, and by forms without them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import clock, db
from app.accounts.models import Client
from app.operations import create, launch, reviewing
from app.tasks.loading import TaskItem
from app.tasks.models import Project, Result
from tests.browser.conftest import INVITE, PROJECT, Seat
from tests.browser.test_accessibility import faults
from tests.browser.test_join_to_pay import menu, say

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
expect.set_options(timeout=30_000)

Sit = Callable[..., Seat]
COUNT = 3


def wells() -> None:
    """Launch a project that comes before the other, each task of which one answer settles."""
    now = clock.now()
    body: dict[str, Any] = {
        **PROJECT,
        "name": "Wells",
        "priority": 9,
        "redundancy": {"mode": "fixed", "answers": 1},
    }
    with db.transaction() as session:
        client = session.scalars(select(Client)).one()
        made = create.create_project(session, client_id=client.id, body=body, now=now, actor="cli")
        items = [TaskItem(line, f"w{line}", {"text": f"Well {line} is dry"}) for line in range(1, COUNT + 1)]
        create.add_tasks(session, project=made, lines=items, now=now)
        launch.launch(session, project=made, now=now, actor="cli")


def dispute() -> None:
    """Let the client dispute what is concluded of it."""
    with db.transaction() as session:
        made = session.scalars(select(Project).where(Project.name == "Wells").with_for_update()).one()
        results = session.scalars(select(Result).where(Result.project_id == made.id)).all()
        assert len(results) == COUNT
        for result in results:
            reviewing.dispute(
                session,
                project=made,
                client_task_id=result.client_task_id,
                why="Look again.",
                actor="cli",
                now=clock.now(),
            )


def test_the_keys_are_enough_to_review(seat: Sit, axe: str) -> None:
    phone = seat("admin").page
    menu(phone, "Phone").click()
    phone.get_by_label("Country").select_option(label="Kenya")
    phone.get_by_role("button", name="Take a phone").click()
    for words in (f"JOIN {INVITE}", "1", "1"):
        say(phone, words)
    wells()
    for words in ("1", *"1" * COUNT):
        say(phone, words)
    dispute()

    mine = seat("reviewer", axe=axe)
    page = mine.page
    menu(page, "Review").click()
    expect(page.locator("#live")).to_have_text("Live")
    expect(page.locator("#results tbody tr")).to_have_count(COUNT)
    assert faults(mine) == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#results a").first).to_be_focused()

    page.keyboard.press("n")
    first = page.get_by_role("heading", level=1)
    expect(first).to_have_text("w1")
    expect(page.get_by_text("Look again.")).to_be_visible()
    assert faults(mine) == []
    page.keyboard.press("2")
    expect(page.get_by_text("Decided.")).to_be_visible()
    expect(first).to_have_text("w2")
    page.keyboard.press("u")
    expect(page.get_by_text("Your decision is taken back.")).to_be_visible()
    expect(first).to_have_text("w1")
    page.keyboard.press("s")
    expect(first).to_have_text("w2")
    page.keyboard.press("0")
    expect(first).to_have_text("w3")

    page.get_by_role("button", name="Shortcuts on").click()
    page.keyboard.press("2")
    expect(first).to_have_text("w3")
    page.locator("button[value=no]").click()
    expect(first).to_have_text("w1")
    page.get_by_role("button", name="Shortcuts off").click()
    page.keyboard.press("1")
    expect(page.get_by_text("Nothing waits")).to_be_visible()
