"""What is live stays so: through a server that dies, a first try that fails; and leaves alone where somebody reads."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import INVITE, Installation, Seat
from tests.browser.test_join_to_pay import menu, say

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
expect.set_options(timeout=30_000)

Sit = Callable[..., Seat]
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def phone_of(seat: Sit) -> tuple[Page, str]:
    """Take a fresh phone; return its page and the end of its number."""
    page = seat("admin").page
    page.goto("/console/phone")
    page.get_by_role("button", name="Take a phone").click()
    return page, page.get_by_role("heading", level=1).inner_text()[-2:]


def messages(page: Page) -> str:
    return page.locator("#figures .tile", has_text="Messages").locator(".tile-number").inner_text()


def test_two_windows_are_live_again_after_the_server_died(seat: Sit, installation: Installation) -> None:
    windows = [seat("viewer").page, seat("admin").page]
    for window in windows:
        expect(window.locator("#live")).to_have_text("Live")
    installation.web.kill()
    for window in windows:
        expect(window.locator("#live")).to_have_text("Connection lost, trying again")
    installation.web.start()
    for window in windows:
        expect(window.locator("#live")).to_have_text("Live")
    before = messages(windows[0])
    phone, _ = phone_of(seat)
    say(phone, f"JOIN {INVITE}")
    for window in windows:
        expect(window.locator("#figures .tile", has_text="Messages")).not_to_contain_text(before)


def test_a_stream_whose_first_try_fails_is_begun_anew(seat: Sit) -> None:
    page = seat("viewer").page
    tries: list[str] = []

    def once(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/console/streams/**", once)
    page.goto("/console")
    expect(page.locator("#live")).to_have_text("Live")
    assert len(tries) == 2


def test_nothing_moves_in_a_window_nobody_sees(seat: Sit) -> None:
    watcher = seat("viewer").page
    expect(watcher.locator("#live")).to_have_text("Live")
    phone, ending = phone_of(seat)
    lines = watcher.locator("#feed .line", has_text=f"•••{ending}")
    say(phone, f"JOIN {INVITE}")
    expect(lines).to_have_count(2)  # what is sent and what is said: the stream is being read
    watcher.evaluate(HIDE, True)
    say(phone, "1")
    watcher.wait_for_timeout(2500)
    expect(lines).to_have_count(2)
    watcher.evaluate(HIDE, False)
    expect(lines).to_have_count(4)


def test_a_conversation_stays_where_it_is_read_and_a_form_keeps_what_is_typed(seat: Sit) -> None:
    phone, _ = phone_of(seat)
    for words in (f"JOIN {INVITE}", "1", "1", "1", *["BAL"] * 8):
        say(phone, words)
    page = seat("admin", height=700).page
    menu(page, "Workers").click()
    page.locator("tbody th a").first.click()
    expect(page.locator("#live")).to_have_text("Live")
    bubbles = page.locator("#talk .bubble")
    top = "document.getElementById('talk').scrollTop"
    assert page.evaluate(top) > 0
    page.evaluate(f"{top} = 40")
    page.get_by_text("Pause all work…").click()
    page.get_by_label("Why? The worker is told, so write in English.").fill("half a sentence")
    before = bubbles.count()
    say(phone, "HELP")
    expect(bubbles).to_have_count(before + 2)
    assert page.evaluate(top) == 40
    typed = page.get_by_label("Why? The worker is told, so write in English.")
    expect(typed).to_have_value("half a sentence")
    expect(typed).to_be_focused()


def test_escape_closes_the_menu_of_a_small_screen(seat: Sit) -> None:
    page = seat("viewer", width=360, height=740).page
    button = page.get_by_role("button", name="Menu")
    button.click()
    expect(page.get_by_role("link", name="Workers")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Workers")).to_be_hidden()
    expect(button).to_be_focused()
