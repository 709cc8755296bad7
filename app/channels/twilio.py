"""Twilio: SMS, and WhatsApp text within its 24-hour window.

Reads its webhooks and speaks its Messages API, https://www.twilio.com/docs/messaging/api/message-resource.
That API has no idempotency key: whatever leaves it open whether a text was taken is `Unknown` and looked up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog

from app import clock
from app.channels.addresses import country_of
from app.channels.base import Inbound, OptedOut, Outcome, Outgoing, RawRequest, Rejected, Retry, Sent, Unknown
from app.channels.twilio_signature import algorithm_named, body_is_signed, signed_by
from app.errors import AppError
from app.settings import settings

SIGNATURE_HEADER = "x-twilio-signature"
SIGNATURE_SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"
WHATSAPP = "whatsapp:"
WHATSAPP_WINDOW = timedelta(hours=24)
WINDOW_CLOSED = "window-closed"

# https://www.twilio.com/docs/api/errors. Numbers nothing can be sent to, ever:
_DEAD_NUMBERS = frozenset({"21211", "21614", "21635", "63003", "63024"})
# No fault of the message: too many requests, a full queue, wrong credentials.
_WAIT_S = {"20429": None, "21611": 30.0, "30001": 30.0, "20003": 60.0, "20404": 60.0}
# Nothing an operator can leave as it is: no permission for the country, no or wrong sender.
_MISCONFIGURED = frozenset({"20003", "20404", "21408", "21606", "21612", "21703"})

# A WhatsApp user who shows no number: country, then an id, with ENT for one of a parent company's.
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_SID = re.compile(r"[A-Za-z0-9]{2,64}")
_STATUS = re.compile(r"[A-Za-z_-]{1,32}")
_CODE = re.compile(r"[0-9]{1,10}")
_ADDRESS = re.compile(r"[0-9A-Za-z+][0-9A-Za-z .+&_'-]{0,139}")
_OPT_OUT_TYPES = frozenset({"STOP", "START", "HELP"})

# Between the provider's clock, whole seconds, and ours.
_SKEW = timedelta(minutes=2)
_PAGES = 10

log = structlog.get_logger()


class TwilioChannel:
    """`twilio_sms` or `twilio_whatsapp`: the same API, other addresses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._prefix = WHATSAPP if name == "twilio_whatsapp" else ""

    def default_sender(self) -> str:
        """Our number, without a channel prefix; empty for SMS where a messaging service chooses it."""
        chosen = settings().twilio_whatsapp_from if self._prefix else settings().twilio_sms_from
        return chosen.removeprefix(WHATSAPP)

    def verify(self, request: RawRequest) -> bool:
        """Check the signature, by the account's token or a shared key."""
        return verify(request)

    def parse(self, form: Mapping[str, str]) -> Inbound:
        """Read an inbound message. Unknown parameters are ignored: new ones appear unannounced."""
        return parse(form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Post the message. WhatsApp takes free text only within 24 hours of the person's last message."""
        if self._prefix and not _window_open(outgoing):
            return Rejected(WINDOW_CLOSED, "The person has not written on WhatsApp within 24 hours.")
        try:
            response = _client().post(_messages_path(), data=self._form(outgoing))
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            return Retry("unreachable", type(error).__name__)
        except httpx2.HTTPError as error:
            return Unknown(type(error).__name__)
        return _outcome(response)

    def look_up(self, outgoing: Outgoing) -> Outcome:
        """Look for the message among those to its number, since its sending may have begun."""
        since = (outgoing.tried_at or clock.now()) - _SKEW
        try:
            # Not filtered by date at the provider: what it has not sent yet has no date there.
            for found in _pages({"To": self._prefix + outgoing.number, "PageSize": "50"}, since):
                if _is_it(found, outgoing, since):
                    code = found.get("error_code")
                    return Sent(found["sid"], _segments(found), found["status"], code and str(code))
        except (httpx2.HTTPError, ValueError, KeyError) as error:
            return Retry("unreachable", type(error).__name__)
        return Unknown("not found")

    def received_since(self, since: datetime) -> Iterator[Inbound]:
        """Yield what came in to our number since then; an error ends the list, and the next poll begins anew."""
        if not self.default_sender() or not settings().twilio_account_sid:
            return
        stamp = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = {"To": self._prefix + self.default_sender(), "DateSent>": stamp, "PageSize": "200"}
        try:
            for found in _pages(query, since - _SKEW):
                if found["direction"] == "inbound":
                    yield parse(_as_form(found))
        except (httpx2.HTTPError, ValueError, KeyError, AppError) as error:
            log.warning("inbound messages not polled", channel=self.name, error=type(error).__name__)

    def _form(self, outgoing: Outgoing) -> dict[str, str]:
        form = {
            "To": self._prefix + outgoing.number,
            "Body": outgoing.body,
            "StatusCallback": outgoing.status_callback,
        }
        if outgoing.media_url:
            form["MediaUrl"] = outgoing.media_url
        service = settings().twilio_messaging_service_sid
        if outgoing.sender:
            form["From"] = self._prefix + outgoing.sender
        elif service and not self._prefix:
            form["MessagingServiceSid"] = service
        return form


def verify(request: RawRequest) -> bool:
    """Say whether Twilio signed the request. Without a token configured nothing is genuine."""
    signature = request.headers.get(SIGNATURE_HEADER, "")
    scheme = request.headers.get(SIGNATURE_SETTINGS_HEADER, "")
    token = settings().twilio_auth_token.get_secret_value()
    # A request that names a key was signed with a shared key, where the account has one.
    secret = (scheme and settings().twilio_shared_key_secret.get_secret_value()) or token
    if not secret or not signature:
        return False
    algorithm = algorithm_named(scheme)
    pairs = request.pairs
    if pairs is None:
        return body_is_signed(request.url, request.body) and signed_by(
            secret, request.url, (), signature, algorithm
        )
    return signed_by(secret, request.url, pairs, signature, algorithm)


def parse(form: Mapping[str, str]) -> Inbound:
    """Read an inbound message of either channel. Raises `malformed-webhook` naming the parameter."""
    sender, recipient = _required(form, "From"), _required(form, "To")
    sid = message_sid(form)
    whatsapp = sender.startswith(WHATSAPP)
    number = sender.removeprefix(WHATSAPP)
    recipient = recipient.removeprefix(WHATSAPP)
    for name, value in (("From", number), ("To", recipient)):
        if not _ADDRESS.fullmatch(value):
            raise malformed(name, "is not an address")
    # The id of a user without a number is matched first: read as a number, its digits would name a stranger.
    country = None if whatsapp and _USER_ID.fullmatch(number) else country_of(number)
    opt_out = form.get("OptOutType", "").upper()
    return Inbound(
        channel="twilio_whatsapp" if whatsapp else "twilio_sms",
        provider_message_id=sid,
        number=number,
        sender=recipient,
        body=form.get("Body", ""),
        country=country,
        segments=_whole(form, "NumSegments"),
        profile=form.get("ProfileName", ""),
        media_count=_whole(form, "NumMedia"),
        opt_out_type=opt_out if opt_out in _OPT_OUT_TYPES else None,
    )


def message_sid(form: Mapping[str, str]) -> str:
    """Return the provider's id of the message a webhook is about. Raises `malformed-webhook`."""
    sid = _required(form, "MessageSid")
    if not _SID.fullmatch(sid):
        raise malformed("MessageSid", "is not a message id")
    return sid


def status_reported(form: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the status a callback tells, and its error code. Raises `malformed-webhook`."""
    status = form.get("MessageStatus") or _required(form, "SmsStatus")
    if not _STATUS.fullmatch(status):
        raise malformed("MessageStatus", "is not a status")
    code = form.get("ErrorCode", "")
    return status.lower(), code if _CODE.fullmatch(code) else None


def malformed(parameter: str, what: str) -> AppError:
    """Return the error for a webhook that cannot be used, without quoting what may be a phone number."""
    return AppError(
        "malformed-webhook",
        400,
        f"The parameter {parameter} of this webhook {what}. "
        "Point only Twilio's own message and status webhooks at this URL.",
        {"parameter": parameter},
    )


def _required(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise malformed(name, "is missing")
    return value


def _whole(form: Mapping[str, str], name: str) -> int:
    value = form.get(name, "")
    if value and not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise malformed(name, "is not a whole number")
    return int(value or 0)


def _window_open(outgoing: Outgoing) -> bool:
    last = outgoing.last_inbound_at
    return last is not None and (outgoing.now or clock.now()) - last < WHATSAPP_WINDOW


def _client() -> httpx2.Client:
    chosen = settings()
    return _client_for(
        chosen.twilio_api_url,
        chosen.twilio_account_sid,
        chosen.twilio_auth_token.get_secret_value(),
        chosen.provider_timeout_s,
    )


@cache
def _client_for(api_url: str, account_sid: str, token: str, timeout_s: float) -> httpx2.Client:
    """Return the one client of a process: its connections are kept, and shared by the sending threads."""
    local = urlsplit(api_url).hostname in {"127.0.0.1", "::1", "localhost"}
    return httpx2.Client(
        base_url=api_url,
        auth=(account_sid, token),
        timeout=timeout_s,
        limits=httpx2.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=30),
        trust_env=not local,  # a proxy of the machine's does not lead to the machine itself
    )


def _messages_path() -> str:
    return f"/2010-04-01/Accounts/{settings().twilio_account_sid}/Messages.json"


def _outcome(response: httpx2.Response) -> Outcome:
    """Read the answer to a send: https://www.twilio.com/docs/usage/twilios-response."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    answer = answer if isinstance(answer, dict) else {}
    if response.is_success:
        sid = answer.get("sid")
        return Sent(str(sid), _segments(answer)) if sid else Unknown("no message id in the answer")
    if response.status_code >= 500 or response.status_code == 408:
        return Unknown(f"HTTP {response.status_code}")
    code = str(answer.get("code") or response.status_code)
    return _refusal(code, response)


def _refusal(code: str, response: httpx2.Response) -> Outcome:
    if code in _MISCONFIGURED:
        log.error("the provider refuses our configuration", provider="twilio", code=code)
    if code == "21610":
        return OptedOut(code)
    if response.status_code == 429 or code in _WAIT_S:
        return Retry(code, f"HTTP {response.status_code}", _retry_after(response) or _WAIT_S.get(code))
    return Rejected(code, f"HTTP {response.status_code}", suppress=code in _DEAD_NUMBERS)


def _retry_after(response: httpx2.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return min(float(value), 3600.0) if value.isascii() and value.isdigit() else None


def _segments(answer: Mapping[str, Any]) -> int | None:
    """Return the provider's own count; a messaging service says 0 for `not yet known`."""
    count = str(answer.get("num_segments") or "")
    return int(count) if count.isdigit() and count != "0" else None


def _pages(query: Mapping[str, str], since: datetime) -> Iterator[dict[str, Any]]:
    """Yield message resources, newest first, until they are older than `since`."""
    response = _client().get(_messages_path(), params=query)
    for _ in range(_PAGES):
        response.raise_for_status()
        page = response.json()
        for found in page["messages"]:
            if _created_at(found) < since:
                return
            yield found
        if not page.get("next_page_uri"):
            return
        response = _client().get(page["next_page_uri"])


def _created_at(found: Mapping[str, Any]) -> datetime:
    return parsedate_to_datetime(found["date_created"])


def _is_it(found: Mapping[str, Any], outgoing: Outgoing, since: datetime) -> bool:
    return (
        found["direction"] != "inbound"
        and found["sid"] not in outgoing.known_provider_ids
        and str(found["body"]).strip() == outgoing.body.strip()
        and _created_at(found) >= since
    )


def _as_form(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of the webhook that a listed inbound message should have come by."""
    return {
        "MessageSid": found["sid"],
        "From": found["from"],
        "To": found["to"],
        "Body": found["body"] or "",
        "NumSegments": str(found.get("num_segments") or 0),
        "NumMedia": str(found.get("num_media") or 0),
    }


def form_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters by name; of one given twice, the first."""
    form: dict[str, str] = {}
    for name, value in pairs:
        form.setdefault(name, value)
    return form
