"""The live streams: what is sent, when it is sent again, and when a stream ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app import clock, ids
from app.accounts import service as accounts
from app.console import overview, projects, streams, workers_page
from app.console.auth import Visitor
from app.console.queries import overview as queries
from tests.console.conftest import Browser, World

AsRole = Callable[[str], Browser]
FIRST = "+254712000071"


def _visitor(role: str, world: World) -> Visitor:
    partner = world.partners[0].id if role == "partner" else None
    return Visitor(ids.new(), f"{role}@example.org", role, partner, "token")


@pytest.fixture
def one_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams of one tick, so that they have an end."""
    monkeypatch.setattr(streams, "TICKS", 1)
    monkeypatch.setattr(streams, "TICK_S", 0)


def test_the_overview_is_streamed_as_parts_for_their_places(
    world: World, as_role: AsRole, one_tick: None
) -> None:
    world.text(FIRST, "<b>JOIN</b> NOWHERE")
    answered = as_role("admin").get("/console/streams/overview")
    assert answered.headers["content-type"].startswith("text/event-stream")
    assert answered.headers["content-security-policy"].startswith("default-src 'self'")
    for name in ("feed", "queues", "hands", "figures"):
        assert f'<hx-partial hx-target="#{name}" hx-swap="innerMorph">' in answered.text
    assert "&lt;b&gt;JOIN" in answered.text
    assert '"<hx-partial' not in answered.text  # raw HTML, not JSON


def test_only_what_changed_is_sent_again(
    world: World, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "TICKS", 3)
    monkeypatch.setattr(streams, "TICK_S", 0)
    texts = iter(["one", "one", "two"])
    monkeypatch.setattr(overview, "regions", lambda *_: {"feed": next(texts), "queues": "same"})
    answered = as_role("admin").get("/console/streams/overview").text
    assert answered.count("data: <hx-partial") == 3
    assert answered.count("same") == 1


def test_a_partners_stream_has_no_machinery_and_nobody_elses_words(world: World, one_tick: None) -> None:
    world.bring(FIRST, "SHAMBA")
    found = overview.regions(world.session, _visitor("partner", world))
    assert set(found) == {"feed", "figures"}
    assert "•••71" not in found["feed"]
    assert "No messages yet" in found["feed"]


def test_a_stream_ends_when_its_person_signs_out(world: World, as_role: AsRole) -> None:
    mine = as_role("viewer")
    (token,) = [value for name, value in mine.client.cookies.items() if name == "__Host-kazi"]
    who = _visitor("viewer", world)
    assert streams._read(token, who, overview.regions) is not None
    accounts.sign_out(world.session, token)
    world.session.commit()
    assert streams._read(token, who, overview.regions) is None


def test_a_projects_stream_shows_its_progress(world: World, as_role: AsRole, one_tick: None) -> None:
    worker = world.bring(FIRST, "MAJI24")
    world.answer(FIRST)
    found = projects.regions(world.water.id, world.session, _visitor("admin", world))
    assert "1 of 8" in found["progress"]
    assert "100 %" in found["progress"]
    assert "yes" in found["answers"]
    assert "KES 10" in found["spend"]
    assert ">t1<" in found["results"]
    shown = ids.show("prj", world.water.id)
    assert 'hx-target="#progress"' in as_role("viewer").get(f"/console/streams/projects/{shown}").text
    talk = workers_page.regions(worker.id, world.session, _visitor("viewer", world))
    assert "segment" in talk["talk"]
    assert "WATER" not in talk["talk"]
    assert "KES 10" in talk["balance"]


def test_figures_count_the_last_day(world: World) -> None:

    world.bring(FIRST, "MAJI24")
    world.answer(FIRST)
    day = queries.day(world.session, clock.now(), partner_id=None)
    assert (day.answers, day.pay) == (1, [(1000, "KES")])
    later = queries.day(world.session, clock.now() + timedelta(hours=25), partner_id=None)
    assert (later.answers, later.messages) == (0, 0)
    other = queries.day(world.session, clock.now(), partner_id=world.partners[1].id)
    assert (other.answers, other.workers, other.messages) == (0, 0, 0)


def test_queues_show_what_waits_and_for_how_long(world: World) -> None:

    world.text(FIRST, "JOIN MAJI24")
    now = clock.now() + timedelta(seconds=90)
    states = {state.name: state for state in queries.queue_states(world.session, now)}
    assert states["outbound"].depth == 1
    assert states["outbound"].is_late
    assert states["inbound"].depth == 0
    assert states["inbound"].per_minute > 0
    assert states["outbound"].failed_jobs == 0


def test_a_stream_of_what_is_not_theirs_never_begins(world: World, as_role: AsRole) -> None:
    other = world.bring(FIRST, "SHAMBA")
    world.answer(FIRST)
    payout = world.payout(other, "worker")
    mine = as_role("partner")
    for path in (f"workers/{ids.show('wkr', other.id)}", f"payouts/{ids.show('pay', payout.id)}"):
        assert mine.get(f"/console/streams/{path}").status_code == 404, path
