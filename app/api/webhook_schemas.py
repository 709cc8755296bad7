"""What the API shows of webhooks and what they told, with an example of each; the rest is in app/api/schemas.py."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas import PROJECT_ID, Page

_AT = "2026-11-23T06:29:00Z"


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": fields})


class EndpointRequest(BaseModel):
    """Where to tell, and of what; no `events`: of all."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"url": "https://example.org/kazi", "events": ["project.finished"]}},
    )
    url: str = Field(max_length=2000)
    events: list[str] = Field(default=[], max_length=50)


class Endpoint(BaseModel):
    """A webhook endpoint. `disabled_why` says why nothing is sent any more."""

    id: str
    url: str
    events: list[str]
    created_at: datetime
    disabled_at: datetime | None
    disabled_why: str | None


class EndpointMade(Endpoint):
    """A new endpoint with the secret its notifications are signed with: shown now and never again."""

    model_config = _example(
        id="whe_01jd8w2t5vf3qbh1m3x0r6k9za",
        url="https://example.org/kazi",
        events=["*"],
        created_at=_AT,
        disabled_at=None,
        disabled_why=None,
        secret="whsec_…",  # noqa: S106 - an example, cut short
    )
    secret: str


class EndpointPage(Page):
    """Endpoints, oldest first."""

    data: list[Endpoint]


class Delivery(BaseModel):
    """One notification to one endpoint: what it said, how often it was tried, what came of the last try."""

    model_config = _example(
        id="whd_01jd8w2t5vf3qbh1m3x0r6k9za",
        event="project.finished",
        state="pending",
        attempts=2,
        last_status=500,
        last_error=None,
        created_at=_AT,
        delivered_at=None,
        next_try_at=_AT,
        payload={"type": "project.finished", "timestamp": _AT, "data": {"project": PROJECT_ID}},
    )
    id: str
    event: str
    state: Literal["pending", "delivered", "failed"]
    attempts: int
    last_status: int | None
    last_error: str | None
    created_at: datetime
    delivered_at: datetime | None
    next_try_at: datetime | None
    payload: dict[str, Any]


class DeliveryPage(Page):
    """Deliveries, newest first."""

    data: list[Delivery]
