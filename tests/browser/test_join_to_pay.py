"""A person plays a worker from JOIN to the money, while others watch the feed and approve the payout."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import INVITE, Seat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
expect.set_options(timeout=30_000)

Sit = Callable[..., Seat]


def menu(page: Page, name: str) -> Locator:
    """Return a link of the main menu."""
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name)


def say(page: Page, words: str) -> str:
    """Text from the phone by its keys and its box, wait for what comes back, and return it."""
    texts = page.locator("#thread .text:not(.text-own)")
    before = texts.count()
    if words.isdecimal():
        for key in words:
            page.get_by_role("button", name=key, exact=True).click()
    else:
        page.get_by_label("Text", exact=True).fill(words)
    page.get_by_role("button", name="Send").click()
    expect(texts).to_have_count(before + 1)
    expect(page.get_by_label("Text", exact=True)).to_have_value("")
    return texts.last.inner_text()


def test_from_join_to_the_money(seat: Sit) -> None:
    watcher = seat("viewer").page
    expect(watcher.locator("#live")).to_have_text("Live")
    expect(watcher.locator("#hands")).to_contain_text("inbound")

    phone = seat("admin").page
    menu(phone, "Phone").click()
    phone.get_by_label("Country").select_option(label="Kenya")
    phone.get_by_role("button", name="Take a phone").click()
    expect(phone.locator("#thread")).to_contain_text(f"Text JOIN {INVITE} to begin")
    ending = phone.get_by_role("heading", level=1).inner_text()[-2:]
    lines = watcher.locator("#feed .line", has_text=f"•••{ending}")
    expect(lines).to_have_count(0)

    assert "Maji Group" in say(phone, f"JOIN {INVITE}")
    assert "agree" in say(phone, "1")
    say(phone, "1")
    assert "Now paid" in say(phone, "1")
    # The feed moved by itself, and shows a viewer no words.
    expect(lines.first).to_be_visible()
    expect(lines.first).to_contain_text("segment")
    expect(watcher.locator("#feed")).not_to_contain_text("WATER")

    assert "+KES 6" in say(phone, "1")
    assert "KES 12 today" in say(phone, "2")
    assert "KES" in say(phone, "BAL")
    assert "KES 12" in say(phone, "PAY")

    money = seat("approver").page
    menu(money, "Payouts").click()
    row = money.locator("tbody tr", has_text=f"•••{ending}")
    expect(row).to_contain_text("KES 12")
    row.get_by_role("link", name="Review").click()
    money.get_by_label("Type the amount once more").fill("1200")
    money.get_by_role("button", name="Approve and send").click()
    expect(money.get_by_role("alert")).to_contain_text("Nothing was sent")
    money.get_by_label("Type the amount once more").fill("12")
    money.get_by_role("button", name="Approve and send").click()
    expect(money.get_by_text("approved and on its way")).to_be_visible()
    # Nobody reloads: the page says when the money has arrived, and so does the phone.
    expect(money.locator("#now")).to_contain_text("paid")
    expect(money.locator("#history")).to_contain_text("paid")
    expect(phone.locator("#thread .text").last).to_contain_text(re.compile(r"KES 12"))
    money.get_by_role("link", name=re.compile("^wkr_")).first.click()
    expect(money.locator("#balance")).to_contain_text(re.compile(r"Paid\s*KES 12"))


def test_the_feed_rests_while_paused(seat: Sit) -> None:
    watcher = seat("admin").page
    phone = seat("admin").page
    phone.goto("/console/phone")
    phone.get_by_role("button", name="Take a phone").click()
    ending = phone.get_by_role("heading", level=1).inner_text()[-2:]
    expect(watcher.locator("#live")).to_have_text("Live")
    watcher.get_by_role("button", name="Pause").click()
    figure = watcher.locator("#figures .tile", has_text="Messages").locator(".tile-number")
    before = figure.inner_text()
    say(phone, f"JOIN {INVITE}")
    # The figures go on, so the stream has come; the feed has not moved.
    expect(figure).not_to_have_text(before)
    mine = watcher.locator("#feed .line", has_text=f"JOIN {INVITE}").filter(has_text=f"•••{ending}")
    expect(mine).to_have_count(0)
    watcher.get_by_role("button", name="Resume").click()
    expect(mine.first).to_be_visible()


def test_a_project_moves_and_is_paused_by_an_admin(seat: Sit) -> None:
    page = seat("admin").page
    menu(page, "Projects").click()
    page.get_by_role("link", name="Water reports").click()
    expect(page.locator("#live")).to_have_text("Live")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#state")).to_contain_text("paused")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#state")).to_contain_text("running")


def test_what_a_worker_writes_never_runs(seat: Sit) -> None:
    phone = seat("admin").page
    phone.goto("/console/phone")
    phone.get_by_role("button", name="Take a phone").click()
    words = "<img src=x onerror=\"document.title='taken'\"><hx-partial hx-target='body'>gone</hx-partial>"
    say(phone, words)
    expect(phone.locator("#thread .text-own").last).to_contain_text("<img src=x")
    watcher = seat("admin").page
    expect(watcher.locator("#feed .line", has_text="<img src=x").first).to_be_visible()
    expect(watcher.get_by_role("heading", name="Overview")).to_be_visible()
    assert watcher.title() == "Overview · Kazi"
    assert watcher.locator("#feed img").count() == 0
