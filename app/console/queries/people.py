"""What the partners' and the audit's screens show."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import AuditEntry
from app.console.queries.payouts import names
from app.people.models import Cohort, Partner, Worker

AUDIT_LENGTH = 100


@dataclass(frozen=True)
class CohortLine:
    """One cohort and how many joined it."""

    cohort: Cohort
    joined: int
    active: int


@dataclass(frozen=True)
class PartnerLine:
    """One partner with its cohorts."""

    partner: Partner
    cohorts: list[CohortLine]


@dataclass(frozen=True)
class AuditLine:
    """One deed, and who did it as people read it."""

    entry: AuditEntry
    actor: str


def partners(session: Session, *, partner_id: UUID | None = None) -> list[PartnerLine]:
    """Return the partners by name, each with its cohorts; only the one where `partner_id` is given."""
    statement = select(Partner).order_by(Partner.name)
    if partner_id is not None:
        statement = statement.where(Partner.id == partner_id)
    found = [PartnerLine(partner, []) for partner in session.scalars(statement)]
    by_id = {line.partner.id: line for line in found}
    rows = session.execute(
        select(Cohort, func.count(Worker.id), func.count(Worker.id).filter(Worker.state == "active"))
        .outerjoin(Worker, Worker.cohort_id == Cohort.id)
        .where(Cohort.partner_id.in_(by_id))
        .group_by(Cohort.id)
        .order_by(Cohort.name)
    )
    for cohort, joined, active in rows:
        by_id[cohort.partner_id].cohorts.append(CohortLine(cohort, joined, active))
    return found


def invite_codes(session: Session, *, partner_id: UUID | None = None) -> Sequence[str]:
    """Return the invite codes, for choosing one."""
    statement = select(Cohort.invite_code).order_by(Cohort.invite_code)
    if partner_id is not None:
        statement = statement.where(Cohort.partner_id == partner_id)
    return session.scalars(statement).all()


def audit_entries(session: Session, *, before: int | None = None, subject: str = "") -> list[AuditLine]:
    """Return deeds, newest first, before an entry and of one subject where they are given."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(AUDIT_LENGTH)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    if subject:
        statement = statement.where(AuditEntry.subject == subject)
    entries = session.scalars(statement).all()
    people = names(session, [entry.actor for entry in entries])
    return [AuditLine(entry, people[entry.actor]) for entry in entries]
