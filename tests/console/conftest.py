"""A console to look at: the real application over the real database, users of each role, and browsers for them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, crypto
from app.accounts import passwords
from app.accounts import service as accounts
from app.channels.models import Address, Message
from app.main import create_app
from app.operations import create, launch, pay
from app.payments import ledger
from app.payments.models import Payout
from app.people import service as people
from app.people.models import Partner, Worker
from app.tasks.loading import TaskItem
from app.tasks.models import Project
from tests.story.conftest import World as Story

PASSWORD = "a password of the tests"
KEY = re.compile(r'name="csrf" value="([^"]*)"')
BODY = {
    "name": "Water reports",
    "kind": "verification",
    "instructions": {"en": "Say whether the report is about water."},
    "template": {"en": 'Is this about WATER? "{text}"'},
    "choices": [{"value": "yes", "label": {"en": "Yes"}}, {"value": "no", "label": {"en": "No"}}],
    "pay": {"amount": 1000, "currency": "KES"},
    "redundancy": {"mode": "fixed", "answers": 1},
    "lease": "PT4H",
    "countries": ["KE"],
}


class Browser:
    """A browser that may be signed in: follows redirects, keeps cookies, fills the form's token in."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return self.client.get(path, **more)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, token: str | None = None
    ) -> httpx2.Response:
        given = self.token if token is None else token
        return self.client.post(path, data={"csrf": given, **(data or {})})

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx2.Response:
        form = KEY.search(self.get("/console/sign-in").text)
        assert form is not None
        answered = self.client.post(
            "/console/sign-in", data={"csrf": form[1], "email": email, "password": password}
        )
        found = KEY.search(answered.text)
        self.token = unescape(found[1]) if found and answered.status_code == 200 else ""
        return answered


@dataclass(kw_only=True)
class World(Story):
    """The story's phones, two partners with an invite code each, and a running project."""

    partners: tuple[Partner, Partner]
    water: Project

    def bring(self, number: str, code: str) -> Worker:
        """Take a phone from JOIN to its first paid question, and return its worker."""
        for word in (f"JOIN {code}", "1", "1", "1"):
            self.text(number, word)
        return self.worker(number)

    def answer(self, number: str) -> None:
        """Answer the question that is open with its first choice."""
        self.text(number, "1")

    def worker(self, number: str) -> Worker:
        """Return who joined from a number."""
        worker_id = self.session.scalars(
            select(Message.worker_id)
            .join(Address, Address.id == Message.address_id)
            .where(Address.number_index == crypto.blind_index(number), Message.worker_id.is_not(None))
        ).first()
        return self.session.get_one(Worker, worker_id)

    def payout(self, worker: Worker, requested_by: str) -> Payout:
        """Have a worker earn something and ask for its payout."""
        (found,) = pay.request_all(self.session, worker=worker, requested_by=requested_by, now=clock.now())
        self.session.commit()
        return found


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Cheap password hashes: every test makes several users, and how dear they are is not what is tried here."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def world(session: Session) -> World:
    now = clock.now()
    partners = []
    for name, code in (("Maji Group", "MAJI24"), ("Shamba Trust", "SHAMBA")):
        partner = people.create_partner(session, name=name, help_phone="+254700111222", now=now)
        people.create_cohort(
            session,
            partner_id=partner.id,
            name=f"{name} one",
            invite_code=code,
            languages=["en", "sw"],
            now=now,
        )
        partners.append(partner)
    client = accounts.create_client(session, name="Wells Ltd", now=now)
    ledger.credit_client(
        session, client_id=client.id, amount_minor=100_000_000, currency="KES", reference="opening", now=now
    )
    project = create.create_project(session, client_id=client.id, body=BODY, now=now, actor="cli")
    items = [TaskItem(line, f"t{line}", {"text": f"Pump {line} is broken"}) for line in range(1, 9)]
    create.add_tasks(session, project=project, lines=items, now=now)
    launch.launch(session, project=project, now=now, actor="cli")
    for role in ("admin", "approver", "viewer", "reviewer", "partner", "client"):
        accounts.create_user(
            session,
            email=f"{role}@example.org",
            password=PASSWORD,
            role=role,
            partner_id=partners[0].id if role == "partner" else None,
            client_id=client.id if role == "client" else None,
            now=now,
        )
    session.commit()
    return World(session=session, client_id=client.id, partners=(partners[0], partners[1]), water=project)


@pytest.fixture
def browser(world: World) -> Iterator[Callable[[], Browser]]:
    """Browsers, each with its own cookies, nobody signed in."""
    app = create_app()
    opened: list[TestClient] = []

    def open_one() -> Browser:
        client = TestClient(app, base_url="https://kazi.example")
        opened.append(client)
        return Browser(client)

    yield open_one
    for client in opened:
        client.close()


@pytest.fixture
def as_role(browser: Callable[[], Browser]) -> Callable[[str], Browser]:
    """A browser in which somebody of a role is signed in."""

    def signed_in(role: str) -> Browser:
        found = browser()
        answered = found.sign_in(f"{role}@example.org")
        assert answered.status_code == 200, answered.text
        return found

    return signed_in
