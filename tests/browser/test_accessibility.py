"""Every page by the axe checker, in light and dark, and at the width of a small phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import INVITE, Seat
from tests.browser.test_join_to_pay import menu, say

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Sit = Callable[..., Seat]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGETS = "button:visible, input:visible:not([type=hidden]), select:visible, summary:visible, .menu a:visible"
LISTS = (
    "/console",
    "/console/projects",
    "/console/workers",
    "/console/review",
    "/console/review?tab=appeals",
    "/console/payouts",
    "/console/partners",
    "/console/audit",
)


def faults(seat: Seat) -> list[str]:
    """Return what axe finds on the page, one line each."""
    found: dict[str, Any] = seat.page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{seat.page.url} {fault['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def is_too_wide(seat: Seat) -> bool:
    """Say whether the page must be scrolled sideways."""
    return bool(seat.page.evaluate("() => document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (320, False), (360, True)])
def test_every_page_is_accessible_and_fits(seat: Sit, axe: str, width: int, dark: bool) -> None:
    door = seat(None, width=width, dark=dark, axe=axe)
    door.page.goto("/console/sign-in")
    found = faults(door)
    mine = seat("admin", width=width, dark=dark, axe=axe)
    page = mine.page
    page.goto("/console/phone")
    found += faults(mine)
    page.get_by_role("button", name="Take a phone").click()
    for words in (f"JOIN {INVITE}", "1", "1", "1", "1"):
        say(page, words)
    found += faults(mine)
    wide = []
    for path in LISTS:
        page.goto(path)
        if path == "/console":
            expect(page.locator("#live")).to_have_text("Live")
        found += faults(mine)
        wide += [path] if is_too_wide(mine) else []
        first = page.locator("tbody th a").first
        if path in {"/console/projects", "/console/workers"}:
            first.click()
            expect(page.locator("#live")).to_have_text("Live")
            found += faults(mine)
            wide += [page.url] if is_too_wide(mine) else []
    for summary in page.locator("details > summary").all():
        summary.click()
    assert found == []
    assert wide == []


def test_the_menu_opens_on_a_small_screen(seat: Sit) -> None:
    page = seat("viewer", width=360, height=740).page
    link = menu(page, "Workers")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    link.click()
    expect(page.get_by_role("heading", name="Workers", level=1)).to_be_visible()


def test_the_keyboard_is_enough(seat: Sit) -> None:
    page = seat("viewer").page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()


def test_what_is_pressed_is_large_enough(seat: Sit) -> None:
    page = seat("admin", width=360, height=740).page
    small = []
    for path in (*LISTS, "/console/phone"):
        page.goto(path)
        for target in page.locator(
            "button:visible, input:visible:not([type=hidden]), select:visible, summary:visible"
        ).all():
            box = target.bounding_box()
            if box and min(box["width"], box["height"]) < 24:
                small.append((path, target.inner_text(), box))
    assert small == []


def test_the_persons_choice_of_light_or_dark_lasts(seat: Sit) -> None:
    page = seat("viewer").page
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Dark or light").click()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.goto("/console/workers")
    expect(html).to_have_attribute("data-bs-theme", "dark")
