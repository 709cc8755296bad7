"""What every provider of messages must be able to do, and the words it does it in.

A provider is one file beside this one, and app/channels/registry.py lists them. Storing what came in is
app/channels/store.py, sending what is due app/channels/sending.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol
from urllib.parse import parse_qsl
from uuid import UUID

_MOST_PARAMETERS = 500
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class RawRequest:
    """A webhook as it arrived, its URL as it was configured at the provider (never from the Host header).

    Header names are in lower case.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def pairs(self) -> list[tuple[str, str]] | None:
        """The parameters of a form, blank ones too, in their order; None where the body is no form."""
        content_type = self.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
        if content_type != _FORM:
            return None
        text = self.body.decode("utf-8", "replace")
        try:
            return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_PARAMETERS)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a person. `number` is E.164, or the provider's own id of somebody who shows no number.

    `sender` is our number they wrote to, `segments` the provider's own count (0: not told), `opt_out_type`
    STOP, START or HELP where the provider took the text for one of its own keywords.
    """

    channel: str
    provider_message_id: str
    number: str
    sender: str
    body: str
    country: str | None = None
    segments: int = 0
    profile: str = ""
    media_count: int = 0
    opt_out_type: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a person; what a provider needs to send it, or to find out whether it did.

    `known_provider_ids` are those of other messages to the same address: a look-up must not take one of
    them for this message. `tried_at` is when the send that is looked for may have begun.
    """

    message_id: UUID
    number: str
    sender: str
    body: str
    status_callback: str
    attempt: int = 1
    now: datetime | None = None
    tried_at: datetime | None = None
    last_inbound_at: datetime | None = None
    known_provider_ids: frozenset[str] = field(default_factory=frozenset)
    media_url: str | None = None  # fetched by the provider, never by us


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has taken it. `segments` is its own count, None where it does not say at once.

    `status` and `error_code` are what a look-up found had become of it since.
    """

    provider_message_id: str
    segments: int | None = None
    status: str = "sent"
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """It was surely not sent, and may be later. `after_s` is the provider's own wish."""

    code: str
    why: str
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """It was surely not sent and never will be; `suppress`: nor will any other to this address."""

    code: str
    why: str
    suppress: bool = False


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The person told the provider to stop us: nothing may be sent to them any more."""

    code: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent or not. It is looked up, never blindly repeated."""

    why: str


Outcome = Sent | Retry | Rejected | OptedOut | Unknown


class Channel(Protocol):
    """One way to reach people: a provider and a medium."""

    name: str

    def default_sender(self) -> str:
        """Return the number of ours that a new address gets to know, from the settings."""
        ...

    def verify(self, request: RawRequest) -> bool:
        """Say whether the provider signed this request. Raises nothing on junk."""
        ...

    def parse(self, form: Mapping[str, str]) -> Inbound:
        """Read a verified webhook. Raises `malformed-webhook` (400) naming the parameter at fault."""
        ...

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand a message to the provider, once, within the provider timeout. Raises nothing."""
        ...

    def look_up(self, outgoing: Outgoing) -> Outcome:
        """Ask the provider whether it has a message whose sending was cut off: Sent or Unknown, or Retry."""
        ...

    def received_since(self, since: datetime) -> Iterable[Inbound]:
        """List what the provider received for us since then, also what it failed to tell. Raises nothing."""
        ...
