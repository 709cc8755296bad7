"""Clients and their API keys, staff users and their sessions, the audit trail, and remembered requests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Json

# admin: everything; approver: payouts and reading; reviewer: results and appeals, and reading; viewer: reading;
# partner: its own people only; client: its own projects only.
ROLES = ("admin", "approver", "reviewer", "viewer", "partner", "client")


class Client(Base):
    """A company with text work: a tenant."""

    __tablename__ = "clients"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class ApiKey(Base):
    """A client's bearer key. Only its hash is stored; `hint` is the part that may be shown."""

    __tablename__ = "api_keys"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    hint: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class User(Base):
    """A person of the staff, of a partner or of a client, who signs in to the console."""

    __tablename__ = "users"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # lower-case
    password_hash: Mapped[str]
    role: Mapped[str]
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"), default=None)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), default=None)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)


class UserSession(Base):
    """A signed-in browser. The cookie holds a random token, this row its hash."""

    __tablename__ = "user_sessions"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    csrf_token: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AuditEntry(Base):
    """Who did what to what: append-only, written in the transaction of the deed."""

    __tablename__ = "audit_entries"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]  # user:<id> | client:<id> | system | cli
    action: Mapped[str]  # project.launched, payout.approved, …
    subject: Mapped[str]  # a shown id: prj_…
    data: Mapped[Json] = mapped_column(JSONB, default=dict)

    __table_args__ = (Index("ix_audit_entries_subject", "subject"),)


class RememberedRequest(Base):
    """The answer given to an Idempotency-Key, repeated to whoever sends the same request again."""

    __tablename__ = "remembered_requests"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    key: Mapped[str]
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)  # method, path and body
    status: Mapped[int | None] = mapped_column(default=None)  # None while it is still running
    body: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    content_type: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("client_id", "key"),)
