"""What the application asks to be sent: checked as Twilio checks it, then taken.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from simulators.twilio.errors import TwilioError
from simulators.twilio.pricing import price_of
from simulators.twilio.provider import Provider
from simulators.twilio.records import Message, channel_of, new_sid, number_of
from simulators.twilio.segments import count_segments, fold

_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_LONGEST_BODY = 1600


def accept(provider: Provider, form: Mapping[str, str]) -> Message:
    """Check a request and keep its message. Raises TwilioError when it is refused."""
    to = form.get("To", "").strip()
    service_sid = form.get("MessagingServiceSid", "")
    from_ = _check_addresses(provider, to, form.get("From", "").strip(), service_sid)
    body = _check_body(form)
    media_url = _check_media(form.get("MediaUrl", ""))
    callback_url = _check_callback(form.get("StatusCallback", ""))
    send_at = _check_schedule(form, service_sid)
    if (from_, to) in provider.store.opt_outs:
        raise TwilioError(21610, to)
    segments = count_segments(body)
    now = provider.now()
    first = "scheduled" if send_at is not None else "accepted" if service_sid else "queued"
    message = Message(
        seq=provider.store.next_seq(),
        sid=new_sid(),
        direction="outbound-api",
        from_=from_,
        to=to,
        body=body,
        status=first,
        segments=segments,
        price=segments * price_of(provider.knobs.price_per_segment, number_of(to)),
        price_unit=provider.knobs.price_unit,
        created_at=now,
        updated_at=now,
        service_sid=service_sid,
        callback_url=callback_url,
        content_sid=form.get("ContentSid", ""),
        send_at=send_at,
        nth=provider.store.next_try("to " + to),
        media_url=media_url,
    )
    provider.store.add(message)
    return message


def _check_addresses(provider: Provider, to: str, from_: str, service_sid: str) -> str:
    """The sender the message goes out from."""
    knobs, number = provider.knobs, number_of(to)
    if not to:
        raise TwilioError(21604)
    if not _E164.match(number) or number in knobs.invalid_numbers:
        raise TwilioError(21211, to)
    if number in knobs.landlines:
        raise TwilioError(21614, to)
    if not from_ and service_sid:
        from_ = knobs.services.get(service_sid, "")
        if not from_:
            raise TwilioError(21703, service_sid)
    if not from_:
        raise TwilioError(21603)
    if channel_of(from_) != channel_of(to):
        raise TwilioError(21910, f"{from_} and {to}")
    if knobs.own_numbers and from_ not in knobs.own_numbers and from_ not in knobs.services.values():
        raise TwilioError(21606, from_)
    return from_


def _check_body(form: Mapping[str, str]) -> str:
    body = form.get("Body", "")
    if not body and form.get("ContentSid"):
        body = f"[template {form['ContentSid']} {form.get('ContentVariables', '')}]"
    if not body and not form.get("MediaUrl"):
        raise TwilioError(21602)
    if len(body) > _LONGEST_BODY:
        raise TwilioError(21617)
    return fold(body) if form.get("SmartEncoded", "").lower() == "true" else body


def _check_media(url: str) -> str:
    """The picture that goes with a text: Twilio would fetch it, the simulator never does."""
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TwilioError(21620, url)
    return url


def _check_callback(url: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "_" in parts.hostname:
        raise TwilioError(21609, url)
    return url


def _check_schedule(form: Mapping[str, str], service_sid: str) -> float | None:
    if form.get("ScheduleType") != "fixed" or not form.get("SendAt"):
        return None
    if not service_sid:
        raise TwilioError(35118)
    return datetime.fromisoformat(form["SendAt"]).timestamp()
