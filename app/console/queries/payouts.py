"""What the payouts' screens show."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.errors import not_found
from app.ids import show
from app.payments.models import PAYOUT_STATES, Payout, PayoutAccount, PayoutAttempt

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
    """One payout, the end of the number it goes to, and who asked for it, as people read it."""

    payout: Payout
    ending: str
    asked_by: str


def counts(session: Session, *, partner_id: UUID | None) -> dict[str, int]:
    """Return how many payouts are in each group of states."""
    statement = select(Payout.state, func.count()).group_by(Payout.state)
    if partner_id is not None:
        statement = statement.where(Payout.partner_id == partner_id)
    by_state: dict[str, int] = dict(session.execute(statement).all())
    return {group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()}


def payouts(session: Session, group: str, *, partner_id: UUID | None) -> Sequence[PayoutLine]:
    """Return the payouts of a group: those that wait, oldest first, the others newest first."""
    order = Payout.requested_at.asc() if group == "waiting" else Payout.requested_at.desc()
    statement = (
        select(Payout, PayoutAccount.ending)
        .join(PayoutAccount, PayoutAccount.id == Payout.payout_account_id)
        .where(Payout.state.in_(GROUPS[group]))
        .order_by(order)
        .limit(PAGE_LENGTH)
    )
    if partner_id is not None:
        statement = statement.where(Payout.partner_id == partner_id)
    rows = session.execute(statement).all()
    people = names(session, [payout.requested_by for payout, _ in rows])
    return [PayoutLine(payout, ending, people[payout.requested_by]) for payout, ending in rows]


def payout(session: Session, payout_id: UUID, *, partner_id: UUID | None) -> PayoutLine:
    """Return one payout. Raises `not-found`, also for another partner's."""
    statement = (
        select(Payout, PayoutAccount.ending)
        .join(PayoutAccount, PayoutAccount.id == Payout.payout_account_id)
        .where(Payout.id == payout_id)
    )
    if partner_id is not None:
        statement = statement.where(Payout.partner_id == partner_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise not_found("payout", show("pay", payout_id))
    return PayoutLine(row[0], row[1], names(session, [row[0].requested_by])[row[0].requested_by])


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
}


def names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    """Return how people read actors: a user by e-mail, the others in words."""
    user_ids = {actor: UUID(actor.removeprefix("user:")) for actor in actors if actor.startswith("user:")}
    found = select(User.id, User.email).where(User.id.in_(user_ids.values()))
    emails = dict(session.execute(found).all())
    return {
        actor: emails.get(user_ids[actor], actor) if actor in user_ids else _PLAIN.get(actor, actor)
        for actor in actors
    }
