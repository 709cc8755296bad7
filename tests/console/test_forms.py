"""What is typed wrong is said beside its field and kept; what no form can mend says where to go back to."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app import ids
from app.accounts.models import UserSession
from app.channels.models import Message
from app.payments.models import Payout
from app.people.models import Cohort, Partner
from tests.console.conftest import Browser, World

AsRole = Callable[[str], Browser]
PHONE = "+254712000071"
GOOD_PARTNER = {"name": "Visima", "help_phone": "+254700111333"}
GOOD_COHORT = {"name": "Two", "invite_code": "TWO22", "site": "Kajulu", "languages": ["sw"]}


def said(html: str, field_id: str) -> str:
    """Return what is said to be wrong with a field, which must point at it."""
    assert f'{field_id}-problem" aria-invalid="true" autofocus' in html
    return html.split(f'role="alert" id="{field_id}-problem">')[1].split("<", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("change", "field_id", "problem"),
    [
        ({"name": "V" * 31}, "partner-name", "1 to 30 characters"),
        ({"name": "  "}, "partner-name", "1 to 30 characters"),
        ({"name": "Maji \U0001f4a7"}, "partner-name", "that every phone shows"),
        ({"name": "Maji Group"}, "partner-name", "already"),
        ({"help_phone": "0700"}, "help-phone", "no phone number"),
        ({"help_phone": "<i>" * 50}, "help-phone", "no phone number"),
    ],
)
def test_a_partner(
    world: World, as_role: AsRole, change: dict[str, str], field_id: str, problem: str
) -> None:
    typed = {**GOOD_PARTNER, **change}
    answered = as_role("admin").post("/console/partners", typed)
    assert answered.status_code in {409, 422}
    assert problem in said(answered.text, field_id)
    for value in typed.values():
        assert f'value="{value.replace("<", "&lt;").replace(">", "&gt;")}"' in answered.text
    assert len(world.session.scalars(select(Partner)).all()) == 2


@pytest.mark.parametrize(
    ("change", "field_id", "problem"),
    [
        ({"invite_code": "x!"}, "code-2", "3 to 12 letters"),
        ({"invite_code": "MAJI24"}, "code-2", "in use"),
        ({"languages": []}, "languages-2", "at least one language"),
        ({"languages": ["tlh"]}, "languages-2", "Choose languages"),
        ({"name": "n" * 61}, "name-2", "at most 60"),
        ({"site": "n" * 61}, "site-2", "at most 60"),
    ],
)
def test_a_cohort(world: World, as_role: AsRole, change: dict[str, Any], field_id: str, problem: str) -> None:
    typed = {**GOOD_COHORT, **change}
    path = f"/console/partners/{ids.show('prt', world.partners[1].id)}/cohorts"
    answered = as_role("admin").post(path, typed)
    assert answered.status_code in {409, 422}
    assert problem in said(answered.text, field_id)
    assert answered.text.count('<details class="sure card-in" open>') == 1
    for name in ("name", "invite_code", "site"):
        assert f'value="{typed[name]}"' in answered.text
    assert ('value="sw" checked' in answered.text.split('id="code-2"')[1]) == ("sw" in typed["languages"])
    assert len(world.session.scalars(select(Cohort)).all()) == 2


def waiting(world: World) -> tuple[Payout, str]:
    worker = world.bring(PHONE, "MAJI24")
    world.answer(PHONE)
    payout = world.payout(worker, "worker")
    world.read(PHONE)
    return payout, f"/console/payouts/{ids.show('pay', payout.id)}"


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("", "1 to 50"),
        (" \n ", "1 to 50"),
        ("r" * 51, "1 to 50"),
        ("no \U0001f44e", "that every phone shows"),
    ],
)
def test_why_a_payout_is_refused(world: World, as_role: AsRole, reason: str, problem: str) -> None:
    payout, path = waiting(world)
    answered = as_role("approver").post(f"{path}/refuse", {"reason": reason})
    assert (answered.status_code, problem in said(answered.text, "reason")) == (422, True)
    assert f'value="{reason}"' in answered.text
    world.session.expire_all()
    assert world.session.get_one(Payout, payout.id).state == "requested"
    assert world.read(PHONE) == []


def test_the_worker_is_told_why_their_payout_is_refused(world: World, as_role: AsRole) -> None:
    payout, path = waiting(world)
    answered = as_role("approver").post(f"{path}/refuse", {"reason": "  number of  a <b> shop "})
    assert "The payout is refused." in answered.text
    (told,) = world.read(PHONE)
    assert told == (
        "Your KES 10 was not sent: number of a <b> shop. It is still yours and safe. "
        "To talk about it, call +254700111222."
    )
    assert world.text(PHONE, "WHY") == [told]
    assert "nothing to appeal" in world.text(PHONE, "APPEAL")[0]
    world.session.expire_all()
    assert world.session.get_one(Payout, payout.id).reason == "number of a <b> shop"
    assert "number of a &lt;b&gt; shop" in answered.text


def test_nobody_is_told_who_has_left(world: World, as_role: AsRole) -> None:
    _, path = waiting(world)
    world.text(PHONE, "STOP")
    sent = len(world.session.scalars(select(Message)).all())
    as_role("approver").post(f"{path}/refuse", {"reason": "number of a shop"})
    assert len(world.session.scalars(select(Message)).all()) == sent


def test_a_wrong_amount_is_said_beside_it_and_kept(world: World, as_role: AsRole) -> None:
    _, path = waiting(world)
    answered = as_role("approver").post(f"{path}/approve", {"amount": "1000"})
    assert (answered.status_code, "not the amount" in said(answered.text, "amount")) == (422, True)
    assert 'value="1000"' in answered.text


@pytest.mark.parametrize(
    "path",
    [
        "/console/workers?state=%00",
        "/console/workers?cohort=a%00",
        "/console/audit?subject=%00",
        "/console/audit?before=99999999999999999999",
        "/console/audit?before=-1",
        "/console/sign-in?next=%00",
    ],
)
def test_an_address_that_cannot_be_read(as_role: AsRole, path: str) -> None:
    assert as_role("admin").get(path).status_code == 422


def test_a_character_that_cannot_be_kept(world: World, as_role: AsRole) -> None:
    worker = ids.show("wkr", world.bring(PHONE, "MAJI24").id)
    mine = as_role("admin")
    for path, data in (
        ("partners", {**GOOD_PARTNER, "name": "a\0"}),
        (f"workers/{worker}/pause", {"why": "a\0"}),
        (f"projects/{ids.show('prj', world.water.id)}/gold", {"task": "\0"}),
    ):
        answered = mine.post(f"/console/{path}", data)
        assert (answered.status_code, "cannot be kept" in answered.text) == (422, True), path


def test_an_error_leads_back_to_the_page_it_came_from(world: World, as_role: AsRole) -> None:
    mine = as_role("admin")
    page = f"/console/projects/{ids.show('prj', world.water.id)}"
    for come_from, back in (
        (f"https://kazi.example{page}", f'href="{page}">Back'),
        ("https://elsewhere.example/console", None),
        ("https://kazi.example/v1/projects", None),
    ):
        answered = mine.client.post(
            f"{page}/resume", data={"csrf": mine.token}, headers={"referer": come_from}
        )
        assert answered.status_code == 409
        assert (back or "To the overview") in answered.text
        assert (">Back<" in answered.text) == bool(back)


def test_who_was_signed_out_meanwhile_is_led_back_after_signing_in(world: World, as_role: AsRole) -> None:
    mine = as_role("admin")
    for row in world.session.scalars(select(UserSession)):
        world.session.delete(row)
    world.session.commit()
    answered = mine.client.post(
        "/console/partners",
        data={"csrf": mine.token, **GOOD_PARTNER},
        headers={"referer": "https://kazi.example/console/partners"},
    )
    assert answered.url.path == "/console/sign-in"
    assert "nothing was changed" in answered.text
    assert 'name="next" value="/console/partners"' in answered.text
    assert len(world.session.scalars(select(Partner)).all()) == 2
