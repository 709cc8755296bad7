"""Remembered requests: the same Idempotency-Key and request get the same answer, and are carried out once.

Owns the table. A key is noted, and committed, before the work begins; its answer is written in the transaction
of the work itself, so that the two are committed together or not at all. A request that fails has changed
nothing, so its key is given back. One whose process died is taken over after a minute; should the first have
been alive after all, it finds its note gone when it wants to answer, and is rolled back.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import db, ids
from app.accounts.models import RememberedRequest
from app.errors import AppError

REMEMBERED_FOR = timedelta(hours=72)
# Longer than any request takes: statements end after 20 s, and a transaction left idle after 30 s.
GIVEN_UP_AFTER = timedelta(minutes=1)
LONGEST_KEY = 255


@dataclass(frozen=True)
class Note:
    """A request that is being carried out; `id` is new at each taking over."""

    id: UUID


@dataclass(frozen=True)
class Remembered:
    """The answer given the first time."""

    status: int
    body: bytes
    content_type: str


def check_key(key: str) -> None:
    """Raise `idempotency-key-invalid` (422) unless the key is 1 to 255 visible ASCII characters."""
    if not (0 < len(key) <= LONGEST_KEY and all(0x21 <= ord(character) <= 0x7E for character in key)):
        raise AppError(
            "idempotency-key-invalid",
            422,
            f"An Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters. Send a UUID, for example.",
        )


def fingerprint(parts: Iterable[bytes]) -> bytes:
    """Return the hash by which a request is known again; each part's length is hashed, so that none can shift."""
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(len(part).to_bytes(8))
        hashed.update(part)
    return hashed.digest()


def begin(*, client_id: UUID, key: str, request_hash: bytes, now: datetime) -> Note | Remembered:
    """Note the request in a transaction of its own, or return what was answered to it before.

    Raises `idempotency-mismatch` (422) where the key stands for another request, `idempotency-running` (409)
    while the first is still being carried out.
    """
    with db.transaction() as session:
        for _ in range(3):
            note = _insert(session, client_id, key, request_hash, now)
            if note is not None:
                return note
            found = session.scalar(
                select(RememberedRequest)
                .where(RememberedRequest.client_id == client_id, RememberedRequest.key == key)
                .with_for_update()
            )
            if found is not None:
                return _known(session, found, request_hash, now)
    raise _running()


def _insert(session: Session, client_id: UUID, key: str, request_hash: bytes, now: datetime) -> Note | None:
    statement = (
        insert(RememberedRequest)
        .values(id=ids.new(), client_id=client_id, key=key, request_hash=request_hash, created_at=now)
        .on_conflict_do_nothing(index_elements=["client_id", "key"])
        .returning(RememberedRequest.id)
    )
    inserted = session.execute(statement).scalar_one_or_none()
    return None if inserted is None else Note(inserted)


def _known(
    session: Session, found: RememberedRequest, request_hash: bytes, now: datetime
) -> Note | Remembered:
    forgotten = found.created_at <= now - REMEMBERED_FOR
    if found.request_hash != request_hash and not forgotten:
        raise AppError(
            "idempotency-mismatch",
            422,
            "This Idempotency-Key was sent before with another request. Use a new key for a new request.",
        )
    if found.status is not None and not forgotten:
        return Remembered(found.status, found.body or b"", found.content_type or "application/json")
    if found.created_at > now - GIVEN_UP_AFTER:
        raise _running()
    note = Note(ids.new())
    session.execute(
        update(RememberedRequest)
        .where(RememberedRequest.id == found.id)
        .values(
            id=note.id, request_hash=request_hash, status=None, body=None, content_type=None, created_at=now
        )
        .execution_options(synchronize_session=False)
    )
    return note


def _running() -> AppError:
    return AppError(
        "idempotency-running",
        409,
        "The first request with this Idempotency-Key is still being carried out. Send it again in a moment.",
        {"retry_after_s": 1},
    )


def answer(session: Session, note: Note, answered: Remembered) -> None:
    """Remember the answer, in the transaction of the work. Raises `idempotency-running` where another took over."""
    written = session.execute(
        update(RememberedRequest)
        .where(RememberedRequest.id == note.id, RememberedRequest.status.is_(None))
        .values(status=answered.status, body=answered.body, content_type=answered.content_type)
        .returning(RememberedRequest.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if written is None:
        raise _running()


def release(note: Note) -> None:
    """Give the key of a request that failed back, in a transaction of its own, after the work's rolled back."""
    with db.transaction() as session:
        session.execute(
            delete(RememberedRequest).where(
                RememberedRequest.id == note.id, RememberedRequest.status.is_(None)
            )
        )


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what need not be remembered any more. For the sweeper."""
    session.execute(delete(RememberedRequest).where(RememberedRequest.created_at <= now - REMEMBERED_FOR))
