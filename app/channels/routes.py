"""The webhooks that Twilio calls: an incoming message, and what became of an outgoing one.

Verified, stored, committed, and only then acknowledged; a database that restarts is waited for, because most
providers do not come again after a refusal. A request that Twilio did not sign leaves nothing but
a count. A message is read and verified on the event loop, which takes less than to hand it to a thread, and stored
with all that come at the same moment; what becomes of a message we sent is written down in a thread.
"""

from functools import partial
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from app import clock, crypto, ids, metrics, outage
from app.channels import registry, rules, service, together, twilio
from app.channels.base import RawRequest
from app.channels.reports import Report
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


async def receive_message(request: Request) -> Response:
    """Take in a message. The same one again, however often, changes nothing."""
    raw = await _raw(request)
    if not twilio.verify(raw):
        raise await run_in_threadpool(_not_signed)
    inbound = twilio.parse(twilio.form_of(raw.pairs or ()))
    # A channel that is not set up cannot have been written to.
    registry.channel(inbound.channel)
    await together.store(inbound)
    return _acknowledged()


async def receive_status(request: Request) -> Response:
    """Take note of what became of a message; of one that is not ours there is nothing to note."""
    raw = await _raw(request)
    if not twilio.verify(raw):
        raise await run_in_threadpool(_not_signed)
    form = twilio.form_of(raw.pairs or ())
    status, error_code = twilio.status_reported(form)
    named = dict(parse_qsl(urlsplit(raw.url).query))
    sid = twilio.message_sid(form)
    if "m" in named and not crypto.is_signed("status", named["m"], named.get("t", "")):
        raise await run_in_threadpool(_not_our_callback)
    if "m" in named and error_code not in rules.OPTED_OUT_CODES:
        ours = ids.read("msg", named["m"])
        await together.note(Report(ours, sid, status, error_code, clock.now()))
        return _acknowledged()
    message_id = ids.read("msg", named["m"]) if "m" in named else None
    channel = "twilio_whatsapp" if form.get("To", "").startswith(twilio.WHATSAPP) else "twilio_sms"
    note = partial(
        service.record_status,
        message_id=message_id,
        channel=channel,
        provider_message_id=sid,
        status=status,
        error_code=error_code,
        now=clock.now(),
    )
    # Barring an address is more than one statement: a transaction.
    await run_in_threadpool(outage.endure, note, for_s=outage.WEBHOOK_S)
    return _acknowledged()


def _not_signed() -> AppError:
    """Count the request, which asks Redis, and return what to say of it."""
    metrics.count("webhook_signatures_rejected")
    return AppError(
        "bad-signature",
        403,
        "This request does not carry Twilio's signature for this URL. Check that KAZI_PUBLIC_URL is the "
        "address the webhook is configured with, and that KAZI_TWILIO_AUTH_TOKEN is the account's.",
    )


def _not_our_callback() -> AppError:
    """Count the request, whose callback URL is not one we made, and return what to say of it."""
    metrics.count("webhook_signatures_rejected")
    return AppError("bad-signature", 403, "This callback URL was not made by this installation.")


def _acknowledged() -> Response:
    return Response(_EMPTY, media_type="text/xml")


# Plain routes, which neither read parameters nor write models: what those cost would be a third of it all.
router.add_route("/webhooks/twilio/messages", receive_message, methods=["POST"], include_in_schema=False)
router.add_route("/webhooks/twilio/status", receive_status, methods=["POST"], include_in_schema=False)
