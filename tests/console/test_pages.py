"""What the pages say: numbers masked, texts escaped or withheld, partners apart, money checked twice."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, ids
from app.accounts.models import AuditEntry, User
from app.console import words
from app.operations import create, launch
from app.payments.models import Payout
from app.people.models import Cohort, Worker
from app.settings import settings
from app.tasks.loading import TaskItem
from app.tasks.models import Pause, Project, Task
from tests.console.conftest import BODY, Browser, World
from tests.story.test_survey import WELLS

AsRole = Callable[[str], Browser]
FIRST, SECOND = "+254712000071", "+254712000082"
SCRIPT = "<script>alert('x')</script>"


def test_what_a_worker_writes_is_shown_and_never_run(world: World, as_role: AsRole) -> None:
    worker = world.bring(FIRST, "MAJI24")
    world.text(FIRST, SCRIPT)
    mine = as_role("admin")
    for path in ("/console", "/console/feed", f"/console/workers/{ids.show('wkr', worker.id)}"):
        html = mine.get(path).text
        assert "&lt;script&gt;alert(" in html, path
        assert "<script>alert(" not in html, path


def test_a_projects_name_is_escaped_too(world: World, as_role: AsRole) -> None:
    world.water.name = f"{SCRIPT}{{{{ 7 * 7 }}}}"
    world.session.commit()
    for path in ("/console/projects", f"/console/projects/{ids.show('prj', world.water.id)}"):
        html = as_role("viewer").get(path).text
        assert "<script>alert(" not in html
        assert "{{ 7 * 7 }}" in html


@pytest.mark.parametrize("role", ["admin", "approver", "viewer", "partner"])
def test_no_page_shows_a_number_and_only_some_the_words(role: str, world: World, as_role: AsRole) -> None:
    worker = world.bring(FIRST, "MAJI24")
    world.text(FIRST, "my secret words")
    mine = as_role(role)
    for path in ("/console", "/console/workers", f"/console/workers/{ids.show('wkr', worker.id)}"):
        html = mine.get(path).text
        assert FIRST.removeprefix("+254") not in html
        if path != "/console/workers":
            assert "•••71" in html
            assert ("my secret words" in html) == (role in {"admin", "partner"})


def test_a_partner_sees_its_own_people_only(world: World, as_role: AsRole) -> None:
    own, other = world.bring(FIRST, "MAJI24"), world.bring(SECOND, "SHAMBA")
    world.answer(SECOND)
    payout = world.payout(other, "worker")
    mine = as_role("partner")
    for path in ("/console", "/console/feed", "/console/workers", "/console/payouts", "/console/partners"):
        html = mine.get(path).text
        assert words.worker_name(other.id) not in html, path
        assert "•••82" not in html, path
        assert "SHAMBA" not in html, path
    assert words.worker_name(own.id) in mine.get("/console/workers").text
    assert "Nobody fits" in mine.get("/console/workers", params={"cohort": "SHAMBA"}).text
    assert mine.get(f"/console/workers/{ids.show('wkr', other.id)}").status_code == 404
    assert mine.post(f"/console/workers/{ids.show('wkr', other.id)}/payout").status_code == 404
    assert mine.get(f"/console/payouts/{ids.show('pay', payout.id)}").status_code == 404
    assert "Queue workers" not in mine.get("/console").text


def test_workers_are_found_by_pseudonym_state_and_code(world: World, as_role: AsRole) -> None:
    first, second = world.bring(FIRST, "MAJI24"), world.bring(SECOND, "SHAMBA")
    world.text(SECOND, "STOP")
    mine = as_role("viewer")
    searches = (
        {"name": words.worker_name(first.id)},
        {"name": ids.show("wkr", first.id)},
        {"state": "active"},
        {"cohort": "MAJI24"},
    )
    for search in searches:
        html = mine.get("/console/workers", params=search).text
        assert words.worker_name(first.id) in html, search
        assert ids.show("wkr", second.id) not in html, search
    assert "Nobody fits" in mine.get("/console/workers", params={"name": "no such"}).text


def test_nobody_approves_what_they_asked_for(world: World, as_role: AsRole, session: Session) -> None:
    worker = world.bring(FIRST, "MAJI24")
    world.answer(FIRST)
    mine = as_role("admin")
    page = f"/console/workers/{ids.show('wkr', worker.id)}"
    assert "The payout is requested" in mine.post(f"{page}/payout").text
    payout = session.scalars(select(Payout)).one()
    shown = f"/console/payouts/{ids.show('pay', payout.id)}"
    assert "somebody else must approve it" in mine.get(shown).text
    assert mine.post(f"{shown}/approve", {"amount": "10"}).status_code == 403
    session.expire_all()
    assert session.get_one(Payout, payout.id).state == "requested"
    answered = as_role("approver").post(f"{shown}/approve", {"amount": "10"})
    assert "approved and on its way" in answered.text
    session.expire_all()
    approver = session.scalars(select(User).where(User.email == "approver@example.org")).one()
    approved = session.get_one(Payout, payout.id)
    assert approved.state != "requested"
    assert approved.approved_by == f"user:{approver.id}"
    deeds = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == ids.show("pay", payout.id))
    ).all()
    assert deeds == ["payout.requested", "payout.approved"]


def test_the_amount_must_be_typed_once_more(world: World, as_role: AsRole, session: Session) -> None:
    worker = world.bring(FIRST, "MAJI24")
    world.answer(FIRST)
    payout = world.payout(worker, "worker")
    shown = f"/console/payouts/{ids.show('pay', payout.id)}"
    mine = as_role("approver")
    for typed in ("", "1", "1000", "10.5", "ten", "١٠", "10.", "-10"):
        answered = mine.post(f"{shown}/approve", {"amount": typed})
        assert answered.status_code == 422, typed
        assert "Nothing was sent" in answered.text, typed
    session.expire_all()
    assert session.get_one(Payout, payout.id).state == "requested"


def test_a_refusal_has_a_reason_and_gives_the_money_back(
    world: World, as_role: AsRole, session: Session
) -> None:
    worker = world.bring(FIRST, "MAJI24")
    world.answer(FIRST)
    payout = world.payout(worker, "worker")
    shown = f"/console/payouts/{ids.show('pay', payout.id)}"
    mine = as_role("approver")
    assert mine.post(f"{shown}/refuse", {"reason": "  "}).status_code == 422
    assert "payout is refused" in mine.post(f"{shown}/refuse", {"reason": "wrong number"}).text
    session.expire_all()
    assert session.get_one(Payout, payout.id).state == "failed"
    assert "KES 10" in mine.get(f"/console/workers/{ids.show('wkr', worker.id)}").text


def test_a_project_is_paused_resumed_and_cancelled(world: World, as_role: AsRole, session: Session) -> None:
    mine = as_role("admin")
    page = f"/console/projects/{ids.show('prj', world.water.id)}"
    for deed, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert mine.post(f"{page}/{deed}").status_code == 200
        session.expire_all()
        assert session.get_one(Project, world.water.id).state == state
    answered = mine.post(f"{page}/resume")
    assert answered.status_code == 409
    assert "<h1>Not possible now</h1>" in answered.text
    assert mine.post(f"{page}/explode").status_code == 404


def test_a_partner_and_a_cohort_are_made(world: World, as_role: AsRole, session: Session) -> None:
    mine = as_role("admin")
    assert (
        "The partner is made"
        in mine.post("/console/partners", {"name": "New", "help_phone": "+254 700 111333"}).text
    )
    refused = mine.post("/console/partners", {"name": "New", "help_phone": "+254700111333"})
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    cohorts = f"/console/partners/{ids.show('prt', world.partners[1].id)}/cohorts"
    made = {"name": "Two", "invite_code": "two22", "languages": ["sw"], "site": " Kajulu  village "}
    page = mine.post(cohorts, made).text
    assert "JOIN TWO22" in page
    assert "in Kajulu village" in page
    cohort = session.scalars(select(Cohort).where(Cohort.invite_code == "TWO22")).one()
    assert (cohort.languages, cohort.site) == (["sw"], "Kajulu village")
    assert mine.post(cohorts, {**made, "invite_code": "x!", "languages": ["sw"]}).status_code == 422
    assert mine.post(cohorts, {**made, "invite_code": "OTHER", "languages": ["tlh"]}).status_code == 422
    assert "cohort created" in mine.get("/console/audit").text


def test_an_id_of_another_kind_is_not_found(world: World, as_role: AsRole) -> None:
    project = ids.show("prj", world.water.id)
    mine = as_role("admin")
    for path in (f"/console/workers/{project}", f"/console/payouts/{project}", "/console/projects/prj_x"):
        assert mine.get(path).status_code == 404


def test_the_phone_page_says_when_there_is_no_simulator(as_role: AsRole) -> None:
    mine = as_role("admin")
    assert "There is no simulator here" in mine.get("/console/phone").text
    assert mine.post("/console/phone", {"country": "KE"}).status_code == 422


def test_every_page_has_one_heading_landmarks_and_labels(world: World, as_role: AsRole) -> None:
    worker = world.bring(FIRST, "MAJI24")
    pages = ("", "/projects", "/workers", "/payouts", "/partners", "/audit", "/phone")
    paths = [f"/console{page}" for page in pages]
    paths += [
        f"/console/workers/{ids.show('wkr', worker.id)}",
        f"/console/projects/{ids.show('prj', world.water.id)}",
    ]
    mine = as_role("admin")
    for path in paths:
        html = mine.get(path).text
        assert html.count("<h1>") == 1, path
        assert '<main id="main"' in html, path
        assert 'class="skip" href="#main"' in html, path
        assert " style=" not in html, path
        assert "<script>" not in html, path
        assert " on" + "click=" not in html, path


def _known(world: World, count: int = 6) -> Project:
    """Launch a project with questions whose answers are known, before the other one in line."""
    now = clock.now()
    body = {
        **BODY,
        "name": "Wells <b>",
        "priority": 5,
        "gold_share": 0.25,
        "bundle": 1,
        "redundancy": {"mode": "fixed", "answers": 3},
    }
    made = create.create_project(world.session, client_id=world.client_id, body=body, now=now, actor="cli")
    items = [TaskItem(n, f"p{n}", {"text": f"Pump {n}"}) for n in range(40)]
    items += [TaskItem(n, f"g{n}", {"text": f"Well {n}"}, "yes") for n in range(count)]
    create.add_tasks(world.session, project=made, lines=items, now=now)
    launch.launch(world.session, project=made, now=now, actor="cli")
    world.session.commit()
    return made


def test_known_questions_are_shown_and_a_wrong_one_is_corrected(
    world: World, as_role: AsRole, session: Session
) -> None:
    project = _known(world)
    worker = world.bring("+254712000001", "MAJI24")
    heard = world.text("+254712000001", "MORE")
    for _ in range(12):
        if '"Well' in heard[-1]:
            break
        heard = world.text("+254712000001", "1" if '"Pump' in heard[-1] else "MORE")
    assert '"Well' in heard[-1]
    world.text("+254712000001", "2")
    path = f"/console/projects/{ids.show('prj', project.id)}"
    mine = as_role("admin")
    page = mine.get(path).text
    assert "Known questions" in page
    assert "Wells &lt;b&gt;" in page
    [answered] = session.scalars(select(Task).where(Task.state == "gold", Task.answered > 0))
    done = mine.post(f"{path}/gold", {"task": answered.client_task_id, "truth": "no"})
    assert "The truth is corrected." in done.text
    session.expire_all()
    assert answered.gold == "no"
    assert mine.post(f"{path}/gold", {"task": answered.client_task_id, "truth": "perhaps"}).status_code == 422
    assert mine.post(f"{path}/gold", {"task": "p1", "truth": "no"}).status_code == 409
    assert "1 of 1" in mine.get(f"/console/workers/{ids.show('wkr', worker.id)}").text
    viewer = as_role("viewer").get(path).text
    assert "Known questions" in viewer
    assert "Correct it" not in viewer


def test_a_worker_is_paused_in_a_project_and_let_go_on(
    world: World, as_role: AsRole, session: Session
) -> None:
    project = _known(world)
    worker = world.bring("+254712000001", "MAJI24")
    world.answer("+254712000001")
    shown, mine = ids.show("wkr", worker.id), as_role("admin")
    form = {"project": ids.show("prj", project.id), "why": "Two phones <i>"}
    refused = mine.post(f"/console/workers/{shown}/hold", {**form, "why": "r" * 51})
    assert (refused.status_code, "Say why in 1 to 50" in refused.text) == (422, True)
    assert f'value="{"r" * 51}"' in refused.text
    held = mine.post(f"/console/workers/{shown}/hold", form).text
    assert "They get no more of the project" in held
    assert "Two phones &lt;i&gt;; a person must look" in held
    assert session.scalars(select(Pause.state)).all() == ["review"]
    released = mine.post(f"/console/workers/{shown}/release", {"project": form["project"]}).text
    assert "They may go on in the project" in released
    assert mine.post(f"/console/workers/{shown}/release", {"project": form["project"]}).status_code == 404
    session.expire_all()
    assert session.scalars(select(Pause.state)).all() == ["lifted"]
    entries = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("worker.%"))).all()
    assert {"worker.paused", "worker.unpaused"} <= set(entries)


def test_a_worker_is_paused_from_all_work_and_let_work_again(world: World, as_role: AsRole) -> None:
    worker = world.bring(FIRST, "MAJI24")
    page, mine = f"/console/workers/{ids.show('wkr', worker.id)}", as_role("partner")
    refused = mine.post(f"{page}/pause", {"why": f"   {'r' * 60}"})
    assert (refused.status_code, "Say why in 1 to 50 characters" in refused.text) == (422, True)
    assert f'value="   {"r" * 60}" aria-describedby="pause-hint pause-why-problem"' in refused.text
    paused = mine.post(f"{page}/pause", {"why": "Two phones <i>"}).text
    assert "They get no more work, and are told why." in paused
    assert "Two phones &lt;i&gt;" in paused
    assert "by partner@example.org, " in paused
    assert "Two phones <i>" in world.read(FIRST)[-1]
    assert (again := mine.post(f"{page}/pause", {"why": "More"})).status_code == 409
    assert "paused already" in again.text
    assert "Let them work again" not in as_role("viewer").get(page).text
    assert "They may work again" in mine.post(f"{page}/resume").text
    assert mine.post(f"{page}/resume").status_code == 409
    assert "you can work with Kazi again" in world.read(FIRST)[-1]
    world.session.expire_all()
    assert world.session.get_one(Worker, worker.id).state == "active"


def test_a_partner_pauses_nobody_elses_people(world: World, as_role: AsRole) -> None:
    other = world.bring(SECOND, "SHAMBA")
    page, mine = f"/console/workers/{ids.show('wkr', other.id)}", as_role("partner")
    assert mine.post(f"{page}/pause", {"why": "Not ours"}).status_code == 404
    world.session.expire_all()
    assert world.session.get_one(Worker, other.id).state == "active"
    as_role("admin").post(f"{page}/pause", {"why": "Two phones"})
    assert mine.post(f"{page}/resume").status_code == 404
    world.session.expire_all()
    assert world.session.get_one(Worker, other.id).state == "paused"


def test_a_survey_s_page_shows_how_the_answers_to_each_question_are_spread(
    world: World, as_role: AsRole, session: Session
) -> None:
    now = clock.now()
    session.execute(update(Project).where(Project.id == world.water.id).values(state="paused"))
    made = create.create_project(
        session, client_id=world.water.client_id, body={**WELLS, "name": "Wells"}, now=now, actor="cli"
    )
    launch.launch(session, project=made, now=now, actor="cli")
    session.commit()
    world.bring(FIRST, "MAJI24")
    for reply in ("no", f"far {SCRIPT}"):
        world.text(FIRST, reply)
    html = as_role("viewer").get(f"/console/projects/{ids.show('prj', made.id)}").text
    assert "Do you use the village well?" in html
    assert 'aria-label="uses: no"' in html
    assert "1 answered" in html
    assert "<li" in html
    assert "&lt;script&gt;alert(" in html
    assert "<script>alert(" not in html


def test_the_phone_is_on_the_menu_where_there_is_one_to_play_on(
    as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = as_role("admin")
    assert 'href="/console/phone"' not in mine.get("/console").text
    monkeypatch.setenv("KAZI_SIMULATOR_URL", "http://127.0.0.1:9")
    settings.cache_clear()
    shown = mine.get("/console").text
    settings.cache_clear()
    assert shown.count('href="/console/phone"') == 2
