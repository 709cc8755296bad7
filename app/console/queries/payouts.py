"""What the payouts' screens show."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Client, User
from app.console.words import worker_name
from app.errors import not_found
from app.ids import show
from app.payments.models import PAYOUT_STATES, Payout, PayoutAccount, PayoutAttempt
from app.people.models import Worker

PAGE_LENGTH = 100
WAITING = ("requested", "held")
UNDER_WAY = ("approved", "submitting", "accepted", "unknown")
# The tabs of the list, in the order a payout goes through them.
GROUPS = {
    "waiting": WAITING,
    "under-way": UNDER_WAY,
    "settled": tuple(state for state in PAYOUT_STATES if state not in WAITING + UNDER_WAY),
}


@dataclass(frozen=True)
class PayoutLine:
    """One payout, the end of the number it goes to, who asked for it as people read it, and what its worker reads."""

    payout: Payout
    ending: str
    asked_by: str
    language: str


def counts(session: Session, *, partner_id: UUID | None) -> dict[str, int]:
    """Return how many payouts are in each group of states."""
    statement = select(Payout.state, func.count()).group_by(Payout.state)
    if partner_id is not None:
        statement = statement.where(Payout.partner_id == partner_id)
    by_state: dict[str, int] = dict(session.execute(statement).all())
    return {group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()}


def payouts(
    session: Session, group: str, *, partner_id: UUID | None, after: UUID | None = None
) -> Sequence[PayoutLine]:
    """Return a page of a group's payouts, behind `after`: those that wait, oldest first, the others newest first."""
    is_waiting = group == "waiting"
    statement = (
        select(Payout, PayoutAccount.ending, Worker.language)
        .join(PayoutAccount, PayoutAccount.id == Payout.payout_account_id)
        .join(Worker, Worker.id == Payout.worker_id)
        .where(Payout.state.in_(GROUPS[group]))
        .order_by(Payout.id.asc() if is_waiting else Payout.id.desc())
        .limit(PAGE_LENGTH)
    )
    if after is not None:
        statement = statement.where(Payout.id > after if is_waiting else Payout.id < after)
    if partner_id is not None:
        statement = statement.where(Payout.partner_id == partner_id)
    rows = session.execute(statement).all()
    people = names(session, [row[0].requested_by for row in rows])
    return [PayoutLine(row[0], row[1], people[row[0].requested_by], row[2]) for row in rows]


def payout(session: Session, payout_id: UUID, *, partner_id: UUID | None) -> PayoutLine:
    """Return one payout. Raises `not-found`, also for another partner's."""
    statement = (
        select(Payout, PayoutAccount.ending, Worker.language)
        .join(PayoutAccount, PayoutAccount.id == Payout.payout_account_id)
        .join(Worker, Worker.id == Payout.worker_id)
        .where(Payout.id == payout_id)
    )
    if partner_id is not None:
        statement = statement.where(Payout.partner_id == partner_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise not_found("payout", show("pay", payout_id))
    return PayoutLine(row[0], row[1], names(session, [row[0].requested_by])[row[0].requested_by], row[2])


def attempts(session: Session, payout_id: UUID) -> Sequence[PayoutAttempt]:
    """Return the submissions of a payout to its rail, oldest first."""
    return session.scalars(
        select(PayoutAttempt).where(PayoutAttempt.payout_id == payout_id).order_by(PayoutAttempt.id)
    ).all()


_PLAIN = {
    "worker": "the worker (PAY)",
    "threshold": "the threshold",
    "auto": "automatic, under the limit",
    "system": "the service",
    "cli": "the command line",
    "rail": "the mobile-money provider",
}


def names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    """Return how people read actors: a user by e-mail, a client by name, a worker by pseudonym, the others in words."""
    users = {
        row[0]: row[1]
        for row in session.execute(select(User.id, User.email).where(User.id.in_(_ids(actors, "user"))))
    }
    clients = {
        row[0]: row[1]
        for row in session.execute(
            select(Client.id, Client.name).where(Client.id.in_(_ids(actors, "client")))
        )
    }
    return {actor: _name(actor, users, clients) for actor in actors}


def _ids(actors: Sequence[str], kind: str) -> set[UUID]:
    return {UUID(rest) for found, _, rest in (actor.partition(":") for actor in actors) if found == kind}


def _name(actor: str, users: dict[UUID, str], clients: dict[UUID, str]) -> str:
    kind, _, rest = actor.partition(":")
    if kind == "user":
        return users.get(UUID(rest), actor)
    if kind == "client":
        name = clients.get(UUID(rest))
        return f"the client {name}" if name else actor
    return f"the worker {worker_name(UUID(rest))}" if kind == "worker" and rest else _PLAIN.get(actor, actor)
