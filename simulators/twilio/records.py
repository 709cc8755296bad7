"""The message record, its addresses, and how the API shows it."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from simulators.events import Numbered
from simulators.twilio.errors import MESSAGES

API_VERSION = "2010-04-01"
WHATSAPP = "whatsapp:"

FINAL = frozenset({"delivered", "read", "undelivered", "failed", "canceled", "received"})
_RANK = {"scheduled": 0, "accepted": 1, "queued": 2, "sending": 3, "sent": 4}


def channel_of(address: str) -> str:
    """`whatsapp` or `sms`."""
    return "whatsapp" if address.startswith(WHATSAPP) else "sms"


def number_of(address: str) -> str:
    """The address without its channel."""
    return address.removeprefix(WHATSAPP)


def on_channel(channel: str, number: str) -> str:
    """The address of a number on a channel."""
    return WHATSAPP + number if channel == "whatsapp" else number


@dataclass(slots=True)
class Message:
    """One message in either direction; instants are Unix seconds."""

    seq: int
    sid: str
    direction: str
    from_: str
    to: str
    body: str
    status: str
    segments: int
    price: float
    price_unit: str
    created_at: float
    updated_at: float
    sent_at: float | None = None
    error_code: int | None = None
    service_sid: str = ""
    callback_url: str = ""
    content_sid: str = ""
    send_at: float | None = None
    nth: int = 0
    media_url: str = ""

    @property
    def inbound(self) -> bool:
        return self.direction == "inbound"

    @property
    def phone(self) -> str:
        """The person's address, whichever way the message went."""
        return self.from_ if self.inbound else self.to

    @property
    def final(self) -> bool:
        return self.status in FINAL

    def before(self, status: str) -> bool:
        """Whether `status` is still ahead of this message."""
        return not self.final and _RANK.get(status, 9) > _RANK[self.status]


class PhoneEntry(Numbered):
    """A message as it appears on a phone: sent from it, or delivered to it.

    The text is kept here too: what the account redacts stays on the phone.
    """

    __slots__ = ("at", "body", "message", "n")

    def __init__(self, n: int, message: Message, at: float) -> None:
        self.n = n
        self.message = message
        self.body = message.body
        self.at = at

    def as_json(self) -> dict[str, Any]:
        message = self.message
        return {
            "n": self.n,
            "sid": message.sid,
            "phone": number_of(message.phone),
            "direction": "inbound" if message.inbound else "outbound",
            "body": self.body,
            "media": [self.message.media_url] if self.message.media_url else [],
            "at": self.at,
            "status": message.status,
            "channel": channel_of(message.phone),
            "from": message.from_,
            "to": message.to,
        }


def new_sid(prefix: str = "SM") -> str:
    """Never seeded: an application remembers identifiers for ever, across runs with the same seed."""
    return prefix + uuid.uuid4().hex


def rfc2822(instant: float | None) -> str | None:
    """A Unix instant as the API writes dates."""
    if instant is None:
        return None
    return format_datetime(datetime.fromtimestamp(instant, UTC))


def as_json(message: Message, account_sid: str) -> dict[str, Any]:
    """The Message resource: https://www.twilio.com/docs/messaging/api/message-resource."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}.json"
    unassigned = bool(message.service_sid) and message.status in {"accepted", "scheduled"}
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": rfc2822(message.created_at),
        "date_sent": rfc2822(message.sent_at),
        "date_updated": rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": MESSAGES.get(message.error_code) if message.error_code else None,
        "from": None if unassigned else message.from_,
        "messaging_service_sid": message.service_sid or None,
        "num_media": str(int(bool(message.media_url))),
        "num_segments": "0" if unassigned else str(message.segments),
        "price": None if message.sent_at is None else f"-{message.price:.5f}",
        "price_unit": message.price_unit,
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
        "to": message.to,
        "uri": uri,
    }


def media_list(message: Message, account_sid: str) -> list[dict[str, Any]]:
    """The Media resources of a message: https://www.twilio.com/docs/messaging/api/media-resource."""
    if not message.media_url:
        return []
    sid = "ME" + message.sid.removeprefix("SM")
    return [
        {
            "account_sid": account_sid,
            "content_type": "image/jpeg",
            "date_created": rfc2822(message.created_at),
            "date_updated": rfc2822(message.updated_at),
            "parent_sid": message.sid,
            "sid": sid,
            "uri": f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}/Media/{sid}.json",
        }
    ]
