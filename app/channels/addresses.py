"""What is known of addresses beyond their row: the number itself, and whether they may be written to.

Also how a number is forgotten, and how it is found while the secret key is being changed.
"""

import secrets
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import phonenumbers
from phonenumbers import NumberParseException
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from app import crypto, ids
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


def take_over(session: Session, number: str, channels: Collection[str]) -> None:
    """While the secret key is being changed, put a number's addresses under the index it is looked for by now.

    Without it, somebody who writes before app/rekey.py came to their row would be taken for a stranger.
    """
    current, *before = crypto.blind_indexes(number)
    if not before:
        return
    there = aliased(Address)
    # All channels at once: a person is known again on the others by their equal index.
    session.execute(
        update(Address)
        .where(
            Address.channel.in_(channels),
            Address.number_index.in_(before),
            ~exists().where(there.channel == Address.channel, there.number_index == current),
        )
        .values(number_index=current)
        .execution_options(synchronize_session=False)
    )


def same_numbers(session: Session, address_ids: Collection[UUID]) -> set[UUID]:
    """Return these addresses and those of the same numbers on other channels."""
    index = select(Address.number_index).where(Address.id.in_(address_ids))
    return set(session.scalars(select(Address.id).where(Address.number_index.in_(index))))


def forget(session: Session, *, address_ids: Collection[UUID], now: datetime) -> None:
    """Overwrite the addresses' numbers for ever. Nothing is sent there again, and a text from the number is new."""
    for address_id in sorted(address_ids):
        session.execute(
            update(Address)
            .where(Address.id == address_id)
            .values(**_placeholder(), suppressed_at=now, suppressed_why="erased")
        )


def nowhere(session: Session, *, channel: str, now: datetime) -> UUID:
    """Make an address that is nobody's, for somebody erased whose phone others still use; return its id."""
    made = Address(id=ids.new(), channel=channel, country=None, sender=None, created_at=now, **_placeholder())
    made.suppressed_at, made.suppressed_why = now, "erased"
    session.add(made)
    session.flush()
    return made.id


def _placeholder() -> dict[str, object]:
    number = f"erased-{secrets.token_hex(8)}"
    return {"number": crypto.encrypt(number), "number_index": crypto.blind_index(number), "ending": "--"}


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
