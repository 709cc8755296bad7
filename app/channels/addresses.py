"""What is known of addresses beyond their row: the number itself, and whether they may be written to."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

import phonenumbers
from phonenumbers import NumberParseException
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import crypto
from app.channels.models import Address


def suppress_address(session: Session, *, address_id: UUID, why: str, now: datetime) -> None:
    """See to it that nothing more is sent to the address; `why` is `stopped`, or a provider's code.

    The first reason and instant are kept. What waits in the queue is withheld when its turn comes.
    """
    session.execute(
        update(Address)
        .where(Address.id == address_id, Address.suppressed_at.is_(None))
        .values(suppressed_at=now, suppressed_why=why)
    )


def lift_suppression(session: Session, *, address_id: UUID) -> None:
    """Let the address be written to again: only at the person's own word (START, JOIN)."""
    session.execute(
        update(Address).where(Address.id == address_id).values(suppressed_at=None, suppressed_why=None)
    )


def number_of(address: Address) -> str:
    """Return the address's number in the clear (E.164, or the provider's id). Not for logs or screens."""
    return crypto.decrypt(address.number)


@lru_cache(maxsize=20_000)
def country_of(number: str) -> str | None:
    """Return the ISO 3166 code of an E.164 number's country, None where it cannot be told.

    A number need only be possible: new ranges are given out before the numbering metadata know them.
    """
    if not number.startswith("+"):
        return None
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    region = phonenumbers.region_code_for_number(parsed)
    regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    # A range too new to be known has no region of its own; its calling code still names one, unless shared.
    return region or (regions[0] if len(regions) == 1 else None)
