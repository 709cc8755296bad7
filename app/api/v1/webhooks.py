"""Webhook endpoints and their deliveries: where a client is told, what it was told, telling it again."""

from fastapi import APIRouter, Response
from pydantic import ValidationError

from app import clock, ids
from app.accounts import audit
from app.api import webhook_schemas as schemas
from app.api.caller import CallerDep, DoingDep, read_id
from app.api.paging import AfterQuery, LimitQuery, cursor
from app.api.problems import pointers, responses
from app.db import SessionDep
from app.errors import invalid
from app.webhooks import service as webhooks
from app.webhooks.models import WebhookDelivery, WebhookEndpoint

router = APIRouter(prefix="/webhooks", tags=["Webhooks"])

_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": schemas.EndpointRequest.model_json_schema(),
            "example": {"url": "https://example.org/kazi", "events": ["project.finished"]},
        }
    },
}


def _shown(endpoint: WebhookEndpoint) -> dict[str, object]:
    return {
        "id": ids.show("whe", endpoint.id),
        "url": endpoint.url,
        "events": endpoint.events,
        "created_at": endpoint.created_at,
        "disabled_at": endpoint.disabled_at,
        "disabled_why": endpoint.disabled_why,
    }


@router.post(
    "",
    operation_id="createWebhook",
    status_code=201,
    response_model=schemas.EndpointMade,
    responses=responses(400, 401, 409, 413, 422, 429),
    openapi_extra={"requestBody": _BODY},
)
def create_webhook(doing: DoingDep) -> Response:
    """Add an endpoint. Its secret is shown only now; notifications are signed with it (Standard Webhooks)."""
    try:
        asked = schemas.EndpointRequest.model_validate(doing.json())
    except ValidationError as error:
        raise invalid(
            "This is not a webhook endpoint. Correct the fields named here.", pointers(error)
        ) from None
    endpoint, secret = webhooks.add_endpoint(
        doing.session, client_id=doing.caller.client_id, url=asked.url, events=asked.events, now=doing.now
    )
    subject = ids.show("whe", endpoint.id)
    audit.record(
        doing.session, actor=doing.caller.actor, action="webhook.added", subject=subject, now=doing.now
    )
    return doing.answer(201, schemas.EndpointMade.model_validate({**_shown(endpoint), "secret": secret}))


@router.get("", operation_id="listWebhooks", responses=responses(401, 422, 429))
def list_webhooks(
    caller: CallerDep, session: SessionDep, limit: LimitQuery = 20, starting_after: AfterQuery = None
) -> schemas.EndpointPage:
    """List the endpoints, oldest first."""
    found = webhooks.endpoints(
        session, client_id=caller.client_id, after=cursor("whe", starting_after), limit=limit + 1
    )
    shown = [schemas.Endpoint.model_validate(_shown(endpoint)) for endpoint in found[:limit]]
    return schemas.EndpointPage(data=shown, has_more=len(found) > limit)


@router.get("/{webhook_id}", operation_id="getWebhook", responses=responses(401, 404, 429))
def get_webhook(webhook_id: str, caller: CallerDep, session: SessionDep) -> schemas.Endpoint:
    """Show an endpoint."""
    endpoint = webhooks.endpoint_of(
        session, client_id=caller.client_id, endpoint_id=read_id("whe", webhook_id)
    )
    return schemas.Endpoint.model_validate(_shown(endpoint))


@router.delete(
    "/{webhook_id}", operation_id="deleteWebhook", status_code=204, responses=responses(401, 404, 429)
)
def delete_webhook(webhook_id: str, caller: CallerDep, session: SessionDep) -> None:
    """Remove an endpoint: nothing more is sent to it, from now on."""
    now = clock.now()
    webhooks.remove_endpoint(
        session, client_id=caller.client_id, endpoint_id=read_id("whe", webhook_id), now=now
    )
    audit.record(session, actor=caller.actor, action="webhook.removed", subject=webhook_id, now=now)


@router.get(
    "/{webhook_id}/deliveries", operation_id="listWebhookDeliveries", responses=responses(401, 404, 422, 429)
)
def list_deliveries(
    webhook_id: str,
    caller: CallerDep,
    session: SessionDep,
    limit: LimitQuery = 20,
    starting_after: AfterQuery = None,
) -> schemas.DeliveryPage:
    """List what the endpoint was told, newest first, and what came of it."""
    endpoint = webhooks.endpoint_of(
        session, client_id=caller.client_id, endpoint_id=read_id("whe", webhook_id)
    )
    found = webhooks.deliveries(
        session,
        client_id=caller.client_id,
        endpoint_id=endpoint.id,
        after=cursor("whd", starting_after),
        limit=limit + 1,
    )
    return schemas.DeliveryPage(
        data=[_delivery(delivery) for delivery in found[:limit]], has_more=len(found) > limit
    )


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    operation_id="redeliverWebhook",
    status_code=202,
    response_model=schemas.Delivery,
    responses=responses(401, 404, 409, 413, 422, 429),
)
def redeliver(webhook_id: str, delivery_id: str, doing: DoingDep) -> Response:
    """Send a delivery again, under its old id, from the first try on."""
    delivery = webhooks.redeliver(
        doing.session,
        client_id=doing.caller.client_id,
        endpoint_id=read_id("whe", webhook_id),
        delivery_id=read_id("whd", delivery_id),
        now=doing.now,
    )
    return doing.answer(202, _delivery(delivery))


def _delivery(delivery: WebhookDelivery) -> schemas.Delivery:
    return schemas.Delivery.model_validate(
        {
            "id": ids.show("whd", delivery.id),
            "event": delivery.event,
            "state": delivery.state,
            "attempts": delivery.attempts,
            "last_status": delivery.last_status,
            "last_error": delivery.last_error,
            "created_at": delivery.created_at,
            "delivered_at": delivery.delivered_at,
            "next_try_at": delivery.due_at,
            "payload": delivery.payload,
        }
    )
