"""The door: who gets in, who does not, and what the browser is given."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import settings
from tests.console.conftest import KEY, PASSWORD, Browser, World

Open = Callable[[], Browser]
AsRole = Callable[[str], Browser]


def test_the_right_password_opens_the_overview(browser: Open) -> None:
    mine = browser()
    answered = mine.sign_in("admin@example.org")
    assert answered.status_code == 200
    assert str(answered.url) == "https://kazi.example/console"
    assert "<h1>Overview</h1>" in answered.text


def test_a_wrong_password_says_so_and_opens_nothing(browser: Open) -> None:
    mine = browser()
    answered = mine.sign_in("admin@example.org", "not the password")
    assert answered.status_code == 401
    assert 'role="alert"' in answered.text
    assert "__Host-kazi" not in mine.client.cookies
    assert mine.get("/console", follow_redirects=False).status_code == 303


def test_an_unknown_person_and_a_wrong_password_read_the_same(browser: Open) -> None:
    words = []
    for email in ("admin@example.org", "nobody@example.org"):
        answered = browser().sign_in(email, "not the password")
        words.append(answered.text.partition('role="alert"')[2].partition("</p>")[0])
    assert words[0]
    assert words[0] == words[1]


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: Open) -> None:
    mine = browser()
    form = KEY.search(mine.get("/console/sign-in").text)
    assert form is not None
    answered = mine.client.post(
        "/console/sign-in",
        data={"csrf": form[1], "email": "admin@example.org", "password": PASSWORD},
        follow_redirects=False,
    )
    cookies = answered.headers.get_list("set-cookie")
    (cookie,) = [cookie for cookie in cookies if cookie.startswith("__Host-kazi=")]
    for part in ("HttpOnly", "Secure", "Path=/"):
        assert part in cookie
    assert "samesite=lax" in cookie.lower()


def test_without_https_the_cookie_has_no_host_prefix(world: World, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setenv("KAZI_PUBLIC_URL", "http://127.0.0.1:8000")
    settings.cache_clear()
    with TestClient(create_app(), base_url="http://127.0.0.1:8000") as client:
        Browser(client).sign_in("admin@example.org")
        assert "kazi" in client.cookies
    settings.cache_clear()


def test_a_sign_in_form_from_elsewhere_is_refused(browser: Open) -> None:
    mine = browser()
    mine.get("/console/sign-in")
    answered = mine.post(
        "/console/sign-in", {"email": "admin@example.org", "password": PASSWORD}, token="made up"
    )
    assert answered.status_code == 403
    assert "__Host-kazi" not in mine.client.cookies


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/console//evil.example", "/v1", "\\evil"]
)
def test_signing_in_never_leads_elsewhere(browser: Open, to: str) -> None:
    mine = browser()
    form = KEY.search(mine.get("/console/sign-in", params={"next": to}).text)
    assert form is not None
    answered = mine.client.post(
        "/console/sign-in",
        data={"csrf": form[1], "email": "admin@example.org", "password": PASSWORD, "next": to},
        follow_redirects=False,
    )
    assert answered.headers["location"] == "/console"


def test_after_signing_in_one_is_where_one_wanted_to_go(browser: Open) -> None:
    mine = browser()
    asked = mine.get("/console/payouts", follow_redirects=False)
    assert asked.headers["location"] == "/console/sign-in?next=/console/payouts"


def test_signing_out_ends_the_session(as_role: AsRole) -> None:
    mine = as_role("viewer")
    kept = dict(mine.client.cookies)
    answered = mine.post("/console/sign-out")
    assert "You are signed out." in answered.text
    mine.client.cookies.update(kept)
    assert mine.get("/console", follow_redirects=False).status_code == 303


def test_before_any_user_the_page_says_how_to_make_one(session: Session) -> None:
    with TestClient(create_app(), base_url="https://kazi.example") as client:
        assert "./kazi user create" in client.get("/console/sign-in").text


def test_a_live_stream_and_a_part_of_a_page_are_told_to_sign_in(browser: Open) -> None:
    mine = browser()
    for headers in ({"hx-request": "true"}, {"accept": "text/html, text/event-stream"}):
        answered = mine.get("/console/streams/overview", headers=headers, follow_redirects=False)
        assert answered.status_code == 401
        assert answered.headers["hx-redirect"] == "/console/sign-in"


def test_every_answer_forbids_scripts_that_are_not_ours(as_role: AsRole) -> None:
    mine = as_role("admin")
    for path in ("/console", "/console/nowhere", "/console/sign-in", "/console/static/kazi.css"):
        headers = mine.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';"), path
        assert "unsafe" not in headers["content-security-policy"]
        assert "data:" not in headers["content-security-policy"]
        assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]
    assert mine.get("/console").headers["cache-control"] == "no-store"


def test_an_unknown_page_is_a_page(as_role: AsRole) -> None:
    answered = as_role("admin").get("/console/nowhere")
    assert answered.status_code == 404
    assert "<h1>Not found</h1>" in answered.text


def test_errors_of_the_api_stay_problems(browser: Open) -> None:
    answered = browser().get("/v1/projects")
    assert answered.status_code == 401
    assert answered.headers["content-type"].startswith("application/problem+json")
