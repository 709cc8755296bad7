"""The review pages: the queue, one result or appeal, what is decided there, and whose it is."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock, ids
from app.accounts import service as accounts
from app.accounts.models import User
from app.console import review
from app.console.auth import Visitor
from app.operations import create, launch, timeouts
from app.operations.reviewing import dispute
from app.people.models import Appeal, Worker
from app.tasks.loading import TaskItem
from app.tasks.models import Project, Result, Review
from tests.console.conftest import BODY, PASSWORD, Browser, World

AsRole = Callable[[str], Browser]
PHONES = ("+254712000001", "+254712000002")


def project(world: World, by: str = "staff", count: int = 2, bundle: int = 1) -> Project:
    """A project, before the other, in which two answers that differ go to a person."""
    now = clock.now()
    body = {**BODY, "name": "Wells", "priority": 5, "redundancy": {"mode": "fixed", "answers": 2}}
    body = {**body, "review": {"by": by, "hours": 24}, "bundle": bundle}
    made = create.create_project(world.session, client_id=world.client_id, body=body, now=now, actor="cli")
    items = [
        TaskItem(line, f"w{line}", {"text": f"<b>Well</b> {line} is dry"}) for line in range(1, count + 1)
    ]
    create.add_tasks(world.session, project=made, lines=items, now=now)
    launch.launch(world.session, project=made, now=now, actor="cli")
    world.session.commit()
    return made


def disputed(world: World, by: str = "staff", codes: tuple[str, str] = ("MAJI24", "MAJI24")) -> list[Review]:
    """Two results that wait, because two people answered otherwise."""
    made = project(world, by)
    for number, code, answer in zip(PHONES, codes, ("1", "2"), strict=True):
        world.bring(number, code)
        for _ in range(2):
            world.text(number, answer)
    timeouts.run_due()
    world.session.expire_all()
    found = world.session.scalars(
        select(Review).where(Review.project_id == made.id).order_by(Review.due_at, Review.id)
    ).all()
    assert len(found) == 2
    return list(found)


def path(review: Review, deed: str = "") -> str:
    return f"/console/review/{ids.show('rev', review.id)}{deed}"


def result(world: World, of: Review) -> Result:
    world.session.expire_all()
    return world.session.get_one(Result, of.task_id)


def test_the_queue_shows_what_waits_and_why(world: World, as_role: AsRole) -> None:
    first, _ = disputed(world)
    shown = as_role("reviewer").get("/console/review").text
    assert 'count-reviews">2<' in shown
    assert "The answers have no majority." in shown
    assert "&lt;b&gt;Well&lt;/b&gt; 1 is dry" in shown
    assert path(first) in shown
    overview = as_role("admin").get("/console").text
    assert re.search(r"To review.*?href=\"/console/review\">2<", overview, re.DOTALL)
    assert "To review" not in as_role("viewer").get("/console").text


def test_of_a_text_that_answers_several_questions_it_is_said_which(world: World, as_role: AsRole) -> None:
    made = project(world, bundle=2)
    for number, answer in zip(PHONES, ("12", "21"), strict=True):
        world.bring(number, "MAJI24")
        world.text(number, answer)
    timeouts.run_due()
    world.session.expire_all()
    found = world.session.scalars(select(Review).where(Review.project_id == made.id)).all()
    mine = as_role("reviewer")
    places = []
    for one in found:
        shown = mine.get(path(one)).text
        assert shown.count('<q dir="auto">12</q>, question ') == 1
        places.append(shown.split("</q>, question ")[1].split("<")[0])
    assert sorted(places) == ["1 of 2", "2 of 2"]


def test_one_is_taken_decided_and_the_next_comes(world: World, as_role: AsRole) -> None:
    first, second = disputed(world)
    mine = as_role("reviewer")
    page = mine.post("/console/review/next")
    assert page.url.path == path(first)
    assert "1 said so" in page.text
    assert "not known yet" in page.text
    after = mine.post(path(first, "/decide"), {"value": "no"})
    assert after.url.path == path(second)
    assert "Decided." in after.text
    decided = result(world, first)
    assert (decided.value, decided.method, decided.review) == ("no", "review", "decided")
    back = mine.post("/console/review/undo")
    assert back.url.path == path(first)
    assert result(world, first).review == "waiting"
    mine.post(path(first, "/decide"), {"undecided": "yes"})
    assert (result(world, first).value, result(world, first).confidence) == (None, 0.0)


def test_skipping_goes_on_and_gives_it_back(world: World, as_role: AsRole) -> None:
    first, second = disputed(world)
    mine = as_role("reviewer")
    mine.post("/console/review/next")
    skipped = mine.post("/console/review/next", {"after": ids.show("rev", first.id)})
    assert skipped.url.path == path(second)
    assert as_role("admin").post("/console/review/next").url.path == path(first)


def test_what_was_skipped_does_not_come_next_after_a_decision(world: World, as_role: AsRole) -> None:
    first, second = disputed(world)
    mine = as_role("reviewer")
    mine.post("/console/review/next")
    mine.post("/console/review/next", {"after": ids.show("rev", first.id)})
    done = mine.post(path(second, "/decide"), {"value": "no"})
    assert done.url.path == path(first)  # nothing is behind the second
    assert "Decided." in done.text


def test_what_somebody_else_has_cannot_be_decided(world: World, as_role: AsRole) -> None:
    first, _ = disputed(world)
    as_role("reviewer").post("/console/review/next")
    other = as_role("admin")
    for deed, data in (("/take", {}), ("/decide", {"value": "yes"})):
        refused = other.post(path(first, deed), data)
        assert refused.status_code == 409
        assert "Somebody else is looking at this result" in refused.text
    assert result(world, first).review == "waiting"
    assert "taken" in other.get("/console/review").text


@pytest.mark.parametrize("data", [{}, {"value": "maybe"}, {"value": ["yes", "no"]}])
def test_another_value_is_refused(world: World, as_role: AsRole, data: dict[str, str]) -> None:
    first, _ = disputed(world)
    mine = as_role("reviewer")
    mine.post("/console/review/next")
    refused = mine.post(path(first, "/decide"), data)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert result(world, first).review == "waiting"


def test_a_dispute_says_what_the_client_says(world: World, as_role: AsRole) -> None:
    made = project(world, count=1)
    for number in PHONES:
        world.bring(number, "MAJI24")
        world.text(number, "1")
    opened = dispute(
        world.session,
        project=made,
        client_task_id="w1",
        why="It <i>rained</i>.",
        actor="cli",
        now=clock.now(),
    )
    world.session.commit()
    shown = as_role("reviewer").get(path(opened)).text
    assert "The client disputes the result." in shown
    assert "It &lt;i&gt;rained&lt;/i&gt;." in shown


class TestPartners:
    """A partner's people see and decide what is theirs, and are told nothing of the rest."""

    def second(self, world: World, browser: Callable[[], Browser]) -> Browser:
        accounts.create_user(
            world.session,
            email="other@example.org",
            password=PASSWORD,
            role="partner",
            partner_id=world.partners[1].id,
            now=clock.now(),
        )
        world.session.commit()
        found = browser()
        assert found.sign_in("other@example.org").status_code == 200
        return found

    def test_their_own(self, world: World, as_role: AsRole, browser: Callable[[], Browser]) -> None:
        first, _ = disputed(world, "partner")
        mine, theirs = as_role("partner"), self.second(world, browser)
        assert 'count-reviews">2<' in mine.get("/console/review").text
        assert 'count-reviews">0<' in theirs.get("/console/review").text
        assert "Nothing is left" in theirs.post("/console/review/next").text
        assert theirs.get(path(first)).status_code == 404
        for deed, data in (("/take", {}), ("/decide", {"value": "yes"})):
            assert theirs.post(path(first, deed), data).status_code == 404
        skipped = theirs.post("/console/review/next", {"after": ids.show("rev", first.id)})
        assert skipped.status_code == 404
        assert result(world, first).review == "waiting"
        mine.post("/console/review/next")
        mine.post(path(first, "/decide"), {"value": "yes"})
        assert result(world, first).value == "yes"

    def test_what_two_partners_people_answered_is_the_staffs(self, world: World, as_role: AsRole) -> None:
        first, _ = disputed(world, "partner", ("MAJI24", "SHAMBA"))
        assert 'count-reviews">0<' in as_role("partner").get("/console/review").text
        assert as_role("partner").get(path(first)).status_code == 404
        assert 'count-reviews">2<' in as_role("reviewer").get("/console/review").text

    def test_what_is_for_the_staff_is_not_theirs(self, world: World, as_role: AsRole) -> None:
        first, _ = disputed(world)
        assert as_role("partner").get(path(first)).status_code == 404

    def test_appeals(self, world: World, as_role: AsRole, browser: Callable[[], Browser]) -> None:
        appeal = appealed(world)
        theirs = self.second(world, browser)
        assert 'count-appeals">0<' in theirs.get("/console/review?tab=appeals").text
        assert theirs.get(appeal_path(appeal)).status_code == 404
        for deed, data in (("/take", {}), ("/decide", {"verdict": "uphold", "note": "Yes."})):
            assert theirs.post(appeal_path(appeal, deed), data).status_code == 404
        mine = as_role("partner")
        assert mine.post("/console/appeals/next").url.path == appeal_path(appeal)


def appealed(world: World) -> Appeal:
    worker = world.bring(PHONES[0], "MAJI24")
    worker.state, worker.pause_reason = "paused", "three answers in one second"
    world.session.commit()
    world.text(PHONES[0], "APPEAL my son helped")
    return world.session.scalars(select(Appeal)).one()


def appeal_path(appeal: Appeal, deed: str = "") -> str:
    return f"/console/appeals/{ids.show('apl', appeal.id)}{deed}"


def test_an_appeal_is_decided_with_a_reason(world: World, as_role: AsRole) -> None:
    appeal = appealed(world)
    mine = as_role("reviewer")
    shown = mine.get("/console/review?tab=appeals").text
    assert 'count-appeals">1<' in shown
    assert "my son helped" in shown
    page = mine.post("/console/appeals/next")
    assert page.url.path == appeal_path(appeal)
    assert "three answers in one second" in page.text
    refused = mine.post(appeal_path(appeal, "/decide"), {"verdict": "uphold", "note": " "})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    refused = mine.post(appeal_path(appeal, "/decide"), {"note": "He may help."})
    assert (refused.status_code, 'value="He may help."' in refused.text) == (422, True)
    done = mine.post(appeal_path(appeal, "/decide"), {"verdict": "uphold", "note": "He may help."})
    assert "the worker is told" in done.text
    world.session.expire_all()
    assert world.session.get_one(Worker, appeal.worker_id).state == "active"
    assert "you are right: He may help." in world.read(PHONES[0])[-1]


def test_overdue_is_said_and_first(world: World, as_role: AsRole) -> None:
    first, second = disputed(world)
    second.due_at = clock.now() - timedelta(minutes=5)
    world.session.commit()
    shown = as_role("reviewer").get("/console/review").text
    assert shown.index(path(second)) < shown.index(path(first))
    assert "overdue" in shown


def test_the_live_part_is_what_the_page_shows(world: World) -> None:
    first, _ = disputed(world)
    user = world.session.scalars(select(User).where(User.email == "reviewer@example.org")).one()
    who = Visitor(user.id, user.email, user.role, None, "")
    found = review.regions(world.session, who)
    assert set(found) == {"results", "appeals", "count-reviews", "count-appeals"}
    assert (found["count-reviews"], found["count-appeals"]) == ("2", "0")
    assert path(first) in found["results"]


def test_workers_too_much_alike_are_shown_and_nothing_is_done(world: World, as_role: AsRole) -> None:
    one, other = (world.bring(number, "MAJI24") for number in PHONES)
    page = f"/console/projects/{ids.show('prj', world.water.id)}"
    assert "Too much alike" not in as_role("viewer").get(page).text
    made = world.session.get_one(Project, world.water.id)
    made.alike = [{"workers": [str(one.id), str(other.id)], "common": 20, "same": 20, "expected": 12.5}]
    world.session.commit()
    shown = as_role("viewer").get(page).text
    assert "Too much alike" in shown
    assert all(ids.show("wkr", worker.id) in shown for worker in (one, other))
