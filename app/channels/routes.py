"""The webhooks that Twilio calls: an incoming message, and what became of an outgoing one.

Verified, stored, committed, and only then acknowledged; a database that restarts is waited for, because most
providers do not come again after a refusal. A request that Twilio did not sign leaves nothing but
a count. The body is read on the event loop, because a signature is of its bytes; all else is done in a thread.
"""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from app import clock, crypto, db, ids, metrics, outage
from app.channels import registry, rules, service, twilio
from app.channels.base import RawRequest
from app.channels.store import store_inbound
from app.errors import AppError
from app.settings import settings

router = APIRouter()

LARGEST_BODY_BYTES = 64 * 1024
# Nothing is said in the reply itself: what to answer is decided by a job, and sent by the API.
_EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


async def _raw(request: Request) -> RawRequest:
    """Read the request as it came, its URL as the provider knows it: the Host header may say anything."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY_BYTES:
            raise AppError(
                "malformed-webhook",
                413,
                f"The body of this webhook is larger than {LARGEST_BODY_BYTES} bytes.",
            )
    url = settings().public_url.rstrip("/") + request.scope["raw_path"].decode("latin-1")
    if query := request.scope["query_string"]:
        url = f"{url}?{query.decode('latin-1')}"
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
    return RawRequest(request.method, url, headers, bytes(body))


def _posted(path: str, work: Callable[[RawRequest], Response]) -> None:
    """Let a provider post to `path`: the body is read here, and `work` done with it in a thread.

    A plain route, which neither reads parameters nor writes models: what those cost would be a third of it all.
    """

    async def receive(request: Request) -> Response:
        return await run_in_threadpool(work, await _raw(request))

    router.add_route(path, receive, methods=["POST"], include_in_schema=False)


def receive_message(raw: RawRequest) -> Response:
    """Take in a message. The same one again, however often, changes nothing."""
    inbound = twilio.parse(_verified(raw))
    # A channel that is not set up cannot have been written to.
    registry.channel(inbound.channel)
    outage.endure(
        lambda session: store_inbound(session, inbound, clock.now()),
        for_s=outage.WEBHOOK_S,
        opened=db.statement,
    )
    return _acknowledged()


def receive_status(raw: RawRequest) -> Response:
    """Take note of what became of a message; of one that is not ours there is nothing to note."""
    form = _verified(raw)
    status, error_code = twilio.status_reported(form)
    named = dict(parse_qsl(urlsplit(raw.url).query))
    message_id = _message_named(named["m"], named.get("t", "")) if "m" in named else None
    channel = "twilio_whatsapp" if form.get("To", "").startswith(twilio.WHATSAPP) else "twilio_sms"
    provider_message_id = twilio.message_sid(form)
    outage.endure(
        lambda session: service.record_status(
            session,
            message_id=message_id,
            channel=channel,
            provider_message_id=provider_message_id,
            status=status,
            error_code=error_code,
            now=clock.now(),
        ),
        for_s=outage.WEBHOOK_S,
        # A report is one statement, but for one that also bars the address.
        opened=db.transaction if error_code in rules.OPTED_OUT_CODES else db.statement,
    )
    return _acknowledged()


def _verified(raw: RawRequest) -> dict[str, str]:
    if not twilio.verify(raw):
        metrics.count("webhook_signatures_rejected")
        raise AppError(
            "bad-signature",
            403,
            "This request does not carry Twilio's signature for this URL. Check that KAZI_PUBLIC_URL is the "
            "address the webhook is configured with, and that KAZI_TWILIO_AUTH_TOKEN is the account's.",
        )
    return twilio.form_of(raw.pairs or ())


def _message_named(shown: str, token: str) -> UUID:
    """Return the message our own callback URL names. Raises `bad-signature` when the URL is not one we made."""
    if not crypto.is_signed("status", shown, token):
        metrics.count("webhook_signatures_rejected")
        raise AppError("bad-signature", 403, "This callback URL was not made by this installation.")
    return ids.read("msg", shown)


def _acknowledged() -> Response:
    return Response(_EMPTY, media_type="text/xml")


_posted("/webhooks/twilio/messages", receive_message)
_posted("/webhooks/twilio/status", receive_status)
