"""The signed webhooks: their fields as in real captures, and the posting of them.

https://www.twilio.com/docs/messaging/guides/webhook-request for inbound messages and
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks for statuses.
"""

import uuid
from datetime import UTC, datetime
from urllib.parse import urlencode

from simulators.posting import FORM, Outcome, Patience, patience_of, without_fragment
from simulators.twilio.provider import Provider
from simulators.twilio.records import API_VERSION, WHATSAPP, Message, channel_of, number_of
from simulators.twilio.signing import signed_headers

_GEOGRAPHY = [side + part for side in ("From", "To") for part in ("City", "State", "Zip", "Country")]


def inbound_fields(provider: Provider, message: Message, opt_out_type: str | None) -> dict[str, str]:
    """The parameters of an inbound message. The geographic ones come blank, and are signed all the same."""
    fields = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "AccountSid": provider.account.sid,
        "From": message.from_,
        "To": message.to,
        "Body": message.body,
        "NumMedia": "0",
        "NumSegments": str(message.segments),
        "SmsStatus": "received",
        "ApiVersion": API_VERSION,
        "ReferralNumMedia": "0",
    }
    if channel_of(message.from_) == "whatsapp":
        digits = number_of(message.from_).removeprefix("+")
        fields |= {"ProfileName": f"Phone {digits[-4:]}", "WaId": digits, "MessageType": "text"}
    else:
        fields |= dict.fromkeys(_GEOGRAPHY, "")
    if message.service_sid:
        fields["MessagingServiceSid"] = message.service_sid
    if opt_out_type is not None:
        fields["OptOutType"] = opt_out_type
    return fields


def status_fields(
    provider: Provider, message: Message, status: str, error_code: int | None
) -> dict[str, str]:
    """The parameters of a status callback."""
    fields = {
        "AccountSid": provider.account.sid,
        "From": message.from_,
        "To": message.to,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "ApiVersion": API_VERSION,
    }
    if error_code is not None:
        fields["ErrorCode"] = str(error_code)
    if message.service_sid:
        fields["MessagingServiceSid"] = message.service_sid
    if channel_of(message.to) == "whatsapp":
        fields |= {"ChannelInstallSid": "XE" + "0" * 32, "ChannelPrefix": WHATSAPP.rstrip(":")}
        if status == "read":
            fields["EventType"] = "READ"
    elif status in {"delivered", "undelivered"}:
        done = datetime.fromtimestamp(provider.now(), UTC)
        fields["RawDlrDoneDate"] = done.strftime("%y%m%d%H%M")
    return fields


async def post_inbound(provider: Provider, fields: dict[str, str]) -> Outcome:
    """Post an inbound message to the account's webhook."""
    patience = patience_of(
        provider.account.webhook_url, _patience(provider, provider.knobs.inbound_patience_s)
    )
    target = without_fragment(provider.account.webhook_url)
    return await _post(provider, target, provider.account.public_webhook_url, fields, patience)


async def post_status(provider: Provider, url: str, fields: dict[str, str]) -> Outcome:
    """Post a status to the callback URL that came with the message."""
    patience = patience_of(url, _patience(provider, provider.knobs.callback_patience_s))
    signed_url = without_fragment(url)
    return await _post(provider, signed_url, signed_url, fields, patience)


def _patience(provider: Provider, patience_s: float) -> Patience:
    knobs = provider.knobs
    return Patience(total_s=knobs.webhook_timeout_s, retries=knobs.webhook_retries, patience_s=patience_s)


async def _post(
    provider: Provider, target: str, signed_url: str, fields: dict[str, str], patience: Patience
) -> Outcome:
    knobs = provider.knobs
    secret = provider.account.auth_token
    if knobs.signature == "sha256" and knobs.shared_key_secret:
        secret = knobs.shared_key_secret
    headers = signed_headers(knobs.signature, secret, knobs.shared_key, signed_url, fields.items())
    headers["Content-Type"] = FORM
    headers["User-Agent"] = "TwilioProxy/1.1 (simulated)"
    # The same for every retry of one webhook, as Twilio's is.
    headers["I-Twilio-Idempotency-Token"] = str(uuid.uuid4())
    body = urlencode(fields).encode("ascii")
    outcome = await provider.poster.post(target, body, headers, patience)
    provider.count("webhook_tries", outcome.tries)
    return outcome
