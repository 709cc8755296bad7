"""Where clients want to be told, and each telling: a delivery row is itself the outbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Json
from app.outbox import Claimable, due_index


class WebhookEndpoint(Base):
    """A client's URL and the secret (encrypted) its notifications are signed with."""

    __tablename__ = "webhook_endpoints"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(index=True)
    url: Mapped[str]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    events: Mapped[list[str]]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)
    disabled_why: Mapped[str | None] = mapped_column(default=None)


class WebhookDelivery(Claimable, Base):
    """One notification to one endpoint, tried until taken (Standard Webhooks)."""

    __tablename__ = "webhook_deliveries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id"), index=True)
    client_id: Mapped[UUID]
    event: Mapped[str]
    payload: Mapped[Json]
    state: Mapped[str] = mapped_column(default="pending")  # pending | delivered | failed
    last_status: Mapped[int | None] = mapped_column(default=None)
    last_error: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        due_index("webhook_deliveries"),
        Index("ix_webhook_deliveries_client", "client_id", "created_at"),
    )
