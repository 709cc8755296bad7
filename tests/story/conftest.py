"""A small world for stories: a partner, a cohort, a client with credit, and phones that write and read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, crypto
from app.accounts import service as accounts
from app.channels import service
from app.channels.base import Inbound
from app.channels.models import Address, Message
from app.channels.store import store_inbound
from app.conversation.handle import handle_due
from app.ids import new
from app.operations import create, launch
from app.payments import ledger
from app.people import service as people
from app.tasks.loading import TaskItem
from app.tasks.models import Project

Phones = Callable[[int], str]
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # noon in Nairobi

WATER = {
    "name": "Water reports",
    "kind": "verification",
    "instructions": {"en": "Say whether the report is about water."},
    "template": {"en": 'Is this about WATER? "{text}"', "sw": 'Je, hii inahusu MAJI? "{text}"'},
    "choices": [
        {"value": "yes", "label": {"en": "Yes", "sw": "Ndiyo"}},
        {"value": "no", "label": {"en": "No", "sw": "Hapana"}},
    ],
    "pay": {"amount": 200, "currency": "KES"},
    "redundancy": {"mode": "fixed", "answers": 3},
    "bundle": 1,
    "lease": "PT4H",
    "countries": ["KE"],
}


@dataclass
class World:
    """What a story may do."""

    session: Session
    client_id: Any
    seen: dict[str, int] = field(default_factory=dict)

    def text(
        self,
        number: str,
        body: str,
        channel: str = "twilio_sms",
        *,
        delivered: bool = True,
        media_count: int = 0,
    ) -> list[str]:
        """Write from a phone, which has got all it was sent unless said otherwise; return what is said back."""
        if delivered:
            self.deliver(number)
        inbound = Inbound(
            channel=channel,
            provider_message_id=f"SM{new().hex}",
            number=number,
            country=people.number_country(number),
            sender="+254711000000",
            body=body,
            media_count=media_count,
        )
        store_inbound(self.session, inbound, clock.now())
        while handle_due():
            pass
        return self.read(number, channel)

    def deliver(self, number: str | None = None, *, delivered: bool = True) -> None:
        """Let what is queued (for one phone, or for all) be sent and delivered now, as a provider reports it."""
        waiting = (
            select(Message.id)
            .join(Address, Address.id == Message.address_id)
            .where(Message.direction == "out", Message.status.in_(("queued", "sent")))
        )
        if number is not None:
            waiting = waiting.where(Address.number_index == crypto.blind_index(number))
        ids = self.session.scalars(waiting).all()
        tried = (
            update(Message).where(Message.id.in_(ids)).values(status="sending", first_tried_at=clock.now())
        )
        self.session.execute(tried)
        for message_id in ids:
            service.record_status(
                self.session,
                message_id=message_id,
                status="delivered" if delivered else "sent",
                now=clock.now(),
            )
        self.session.commit()

    def read(self, number: str, channel: str = "twilio_sms") -> list[str]:
        """Return what was written to the phone since the last reading."""
        self.session.expire_all()
        rows = self.session.scalars(
            select(Message)
            .join(Address, Address.id == Message.address_id)
            .where(Address.number_index == crypto.blind_index(number), Message.direction == "out")
            .where(Address.channel == channel)
            .order_by(Message.created_at, Message.id)
        ).all()
        before = self.seen.get(number + channel, 0)
        self.seen[number + channel] = len(rows)
        return [crypto.decrypt(row.body) for row in rows[before:]]

    def join(self, number: str, language: str = "1") -> list[str]:
        """Take a phone from JOIN to its first paid question."""
        for word in ("JOIN MAJI24", language, "1"):
            self.text(number, word)
        return self.text(number, "1")

    def project(self, count: int, **changes: Any) -> Project:
        """Launch a project of so many tasks."""
        now = clock.now()
        body = {**WATER, **changes}
        made = create.create_project(self.session, client_id=self.client_id, body=body, now=now, actor="cli")
        items = [
            TaskItem(line, f"t{line}", {"text": f"Pump {line} is broken"}) for line in range(1, count + 1)
        ]
        create.add_tasks(self.session, project=made, lines=items, now=now)
        launch.launch(self.session, project=made, now=now, actor="cli")
        self.session.commit()
        return made


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    """A clock that starts at noon in Nairobi and can be moved."""
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def world(session: Session) -> World:
    """A partner with an invite code, and a client with credit."""
    now = clock.now()
    partner = people.create_partner(session, name="Maji Group", help_phone="+254700111222", now=now)
    people.create_cohort(
        session,
        partner_id=partner.id,
        name="Village",
        invite_code="MAJI24",
        languages=["en", "sw"],
        now=now,
    )
    client = accounts.create_client(session, name="Wells Ltd", now=now)
    ledger.credit_client(
        session, client_id=client.id, amount_minor=10_000_000, currency="KES", reference="opening", now=now
    )
    session.commit()
    return World(session, client.id)


@pytest.fixture
def phones() -> Phones:
    """Return the n-th Kenyan number."""
    return lambda n: f"+2547120{n:05d}"
