"""A project with many tasks and people who have joined and hold a question each, made by the real services.

People join by the texts a person would write, stored and handled here in bulk, and answered through the
provider; only the webhooks are left out, so that a benchmark does not begin with minutes of joining.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app import clock, db, ids
from app.accounts import service as accounts
from app.channels.base import Inbound
from app.channels.models import Message
from app.channels.sending import send_due
from app.channels.store import store_inbound
from app.conversation.handle import handle_due
from app.operations import create, launch
from app.payments import ledger
from app.people import service as people
from app.people.models import Worker
from app.tasks.loading import TaskItem
from bench.stage import SMS_NUMBER

INVITE = "BENCH24"
CREDIT_MINOR = 10**10
PROJECT = {
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


@dataclass(frozen=True)
class Crowd:
    """A running project and the numbers of those who work on it."""

    project_id: UUID
    phones: Sequence[str]


def gather(phones: int, tasks: int) -> Crowd:
    """Launch a project of so many tasks and let so many people join it, each up to their first paid question."""
    project_id = _launch(tasks)
    numbers = [f"+2547120{number:05d}" for number in range(phones)]
    for word in (f"JOIN {INVITE}", "1", "1", "1"):
        write(numbers, word)
        handle_all()
        send_all()
    with db.transaction() as session:
        asked = session.scalar(select(func.count()).where(Worker.assignment_id.is_not(None)))
    if asked != phones:
        raise RuntimeError(f"Of {phones} people who joined, {asked} were asked a question.")
    return Crowd(project_id, numbers)


def _launch(tasks: int) -> UUID:
    now = clock.now()
    with db.transaction() as session:
        partner = people.create_partner(session, name="Bench", help_phone="+254700100200", now=now)
        people.create_cohort(
            session, partner_id=partner.id, name="Bench", invite_code=INVITE, languages=["en", "sw"], now=now
        )
        client = accounts.create_client(session, name="Bench", now=now)
        ledger.credit_client(
            session,
            client_id=client.id,
            amount_minor=CREDIT_MINOR,
            currency="KES",
            reference="bench",
            now=now,
        )
        project = create.create_project(session, client_id=client.id, body=PROJECT, now=now, actor="bench")
        lines = [
            TaskItem(line, f"t{line}", {"text": f"Pump {line} is broken"}) for line in range(1, tasks + 1)
        ]
        create.add_tasks(session, project=project, lines=lines, now=now)
        launch.launch(session, project=project, now=now, actor="bench")
    return project.id


def write(numbers: Sequence[str], word: str) -> None:
    """Store one text from each number, as the webhook would."""
    now = clock.now()
    with db.transaction() as session:
        for number in numbers:
            inbound = Inbound("twilio_sms", f"SM{ids.new().hex}", number, SMS_NUMBER, word, "KE")
            store_inbound(session, inbound, now)


def handle_all() -> None:
    """Handle every received text."""
    while handle_due(100):
        pass


def send_all() -> None:
    """Hand every waiting text to the provider."""
    while send_due(1000):
        pass


def count_messages(direction: str, *statuses: str) -> int:
    """Return how many messages there are of a direction and these statuses (of all where none is named)."""
    wanted = select(func.count()).where(Message.direction == direction)
    with db.transaction() as session:
        return session.scalar(wanted.where(Message.status.in_(statuses)) if statuses else wanted) or 0
