"""Clients and their API keys. Of a key only its keyed hash is stored; it is shown once, when it is made."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import crypto, ids
from app.accounts.audit import CLI, record
from app.accounts.models import ApiKey, Client
from app.errors import AppError, Pointer, invalid, not_found

KEY_PREFIX = "kazi_live_"
NAME_LENGTH = 100
# How exactly `last_used_at` is kept: writing it at each request would make every request wait for the last.
USED_EVERY = timedelta(minutes=1)


def create_client(session: Session, *, name: str, now: datetime) -> Client:
    """Make a client. Raises `invalid` (422) for an empty or long name, `client-exists` (409) if taken."""
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH or "\0" in name:
        message = f"A client's name has 1 to {NAME_LENGTH} characters."
        raise invalid(message, [Pointer("/name", message)])
    if session.scalar(select(Client.id).where(Client.name == name)):
        raise AppError(
            "client-exists", 409, f"There is already a client {name!r}. Use it, or choose another name."
        )
    client = Client(id=ids.new(), name=name, created_at=now)
    session.add(client)
    session.flush()
    record(session, actor=CLI, action="client.created", subject=ids.show("cli", client.id), now=now)
    return client


def client_by_name(session: Session, name: str) -> Client:
    """Return the client of that name. Raises `not-found` (404)."""
    client = session.scalar(select(Client).where(Client.name == name.strip()))
    if client is None:
        raise not_found("client", name)
    return client


def issue_key(session: Session, *, client_id: UUID, now: datetime) -> str:
    """Make an API key of 256 random bits for the client and return it: this is the only time it is seen."""
    token = KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        id=ids.new(),
        client_id=client_id,
        token_hash=crypto.token_hash(token),
        hint=f"{KEY_PREFIX}…{token[-4:]}",
        created_at=now,
    )
    session.add(key)
    session.flush()
    data = {"client": ids.show("cli", client_id)}
    record(session, actor=CLI, action="key.issued", subject=ids.show("key", key.id), data=data, now=now)
    return token


def client_of_key(session: Session, token: str, now: datetime) -> Client | None:
    """Return whose key this is, or None when it is unknown or revoked."""
    found = session.execute(
        select(Client, ApiKey)
        .join(ApiKey, ApiKey.client_id == Client.id)
        .where(ApiKey.token_hash.in_(crypto.token_hashes(token)), ApiKey.revoked_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    client, key = found
    # After a change of the secret key: from its first use on, the key no longer needs the secret before.
    if key.token_hash != (current := crypto.token_hash(token)):
        key.token_hash = current
    if key.last_used_at is None or key.last_used_at < now - USED_EVERY:
        key.last_used_at = now
    return client


def keys_of(session: Session, client_id: UUID) -> list[ApiKey]:
    """Return the client's keys, oldest first."""
    return list(session.scalars(select(ApiKey).where(ApiKey.client_id == client_id).order_by(ApiKey.id)))


def revoke_key(session: Session, *, key_id: UUID, now: datetime) -> None:
    """Make a key useless from this commit on. Raises `not-found` (404); revoking twice changes nothing."""
    if session.get(ApiKey, key_id) is None:
        raise not_found("API key", ids.show("key", key_id))
    session.execute(
        update(ApiKey).where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None)).values(revoked_at=now)
    )
    record(session, actor=CLI, action="key.revoked", subject=ids.show("key", key_id), now=now)
