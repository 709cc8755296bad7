"""Everything the simulated Twilio knows: messages, phones, opt-outs, conversations' windows.

The one writer of that state, and of its journal. Who calls it decides what happens; it only keeps,
finds and counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from simulators.events import Bell, entries_after
from simulators.journal import Journal
from simulators.twilio.records import Message, PhoneEntry, channel_of, number_of

_FIELDS = tuple(field.name for field in fields(Message))


class Store:
    """State in memory; what the journal replays is put back at the start."""

    def __init__(self, journal: Journal, bell: Bell) -> None:
        self.journal = journal
        self.bell = bell
        self.messages: dict[str, Message] = {}
        self.counts: Counter[str] = Counter()
        self.opt_outs: set[tuple[str, str]] = set()
        self.undispatched: set[str] = set()
        self._by_address: dict[str, list[Message]] = defaultdict(list)
        self._by_phone: dict[str, list[PhoneEntry]] = defaultdict(list)
        self._deliveries: list[PhoneEntry] = []
        self._entered: set[str] = set()
        self._last_own: dict[str, str] = {}
        self._last_inbound: dict[tuple[str, str], float] = {}
        self._tries: Counter[str] = Counter()
        self._seq = 0
        self._n = 0
        for event in journal.replay():
            self._replay(event)

    # Writing

    def next_seq(self) -> int:
        self._seq += 1
        return self._seq

    def next_try(self, address: str) -> int:
        """How many times this address was written to, which keeps seeded faults steady."""
        self._tries[address] += 1
        return self._tries[address]

    def add(self, message: Message) -> None:
        self._keep(message)
        self.journal.write("message", **{name: getattr(message, name) for name in _FIELDS})

    def set_status(self, message: Message, status: str, at: float, error_code: int | None = None) -> None:
        self._set_status(message, status, at, error_code)
        self.journal.write("status", sid=message.sid, status=status, at=at, error_code=error_code)

    def redact(self, message: Message) -> None:
        message.body = ""
        self.journal.write("redact", sid=message.sid)

    def delete(self, message: Message) -> None:
        self._delete(message)
        self.journal.write("delete", sid=message.sid)

    def enter(self, message: Message, at: float) -> PhoneEntry:
        """Put a message on its phone's screen, once."""
        entry = self._enter(message, at)
        self.journal.write("entry", sid=message.sid, at=at)
        self.bell.ring()
        return entry

    def set_opt_out(self, own: str, phone: str, out: bool) -> None:
        self._set_opt_out(own, phone, out)
        self.journal.write("opt_out", own=own, phone=phone, out=out)

    def set_dispatched(self, message: Message, *, taken: bool) -> None:
        """The webhook of an inbound message has had its chance; `taken` says that it was acknowledged."""
        self.undispatched.discard(message.sid)
        self.journal.write("dispatched", sid=message.sid, taken=taken)

    # Reading

    def entered(self, message: Message) -> bool:
        return message.sid in self._entered

    def window_open(self, own: str, phone: str, now: float, window_s: float) -> bool:
        """Whether the person wrote to this sender within the window."""
        last = self._last_inbound.get((own, phone))
        return last is not None and now - last < window_s

    def last_own(self, phone: str) -> str | None:
        """The sender this address last exchanged a message with."""
        return self._last_own.get(phone)

    @property
    def last_n(self) -> int:
        """The number of the newest entry on any phone."""
        return self._n

    def phone_entries(self, number: str, after: int, limit: int) -> Sequence[PhoneEntry]:
        return entries_after(self._by_phone.get(number, ()), after, limit)

    def deliveries(self, after: int, limit: int) -> Sequence[PhoneEntry]:
        return entries_after(self._deliveries, after, limit)

    def phones(self) -> list[str]:
        return sorted(self._by_phone)

    def newest_first(self, to: str | None, from_: str | None) -> Iterator[Message]:
        """Messages to or from an address, or all."""
        found: Iterable[Message]
        if to is not None:
            found = reversed(self._by_address.get(to, []))
        elif from_ is not None:
            found = reversed(self._by_address.get(from_, []))
        else:
            found = reversed(self.messages.values())
        for message in found:
            if to in {None, message.to} and from_ in {None, message.from_}:
                yield message

    # State

    def _keep(self, message: Message) -> None:
        self.messages[message.sid] = message
        self._seq = max(self._seq, message.seq)
        self._by_address[message.to].append(message)
        self._by_address[message.from_].append(message)
        own = message.to if message.inbound else message.from_
        self._last_own[message.phone] = own
        if message.inbound:
            self._last_inbound[own, message.phone] = message.created_at
            self.undispatched.add(message.sid)

    def _set_status(self, message: Message, status: str, at: float, error_code: int | None) -> None:
        message.status = status
        message.updated_at = at
        message.error_code = error_code
        if status in {"sent", "delivered"} and message.sent_at is None:
            message.sent_at = at

    def _delete(self, message: Message) -> None:
        del self.messages[message.sid]
        self._by_address[message.to].remove(message)
        self._by_address[message.from_].remove(message)

    def _enter(self, message: Message, at: float) -> PhoneEntry:
        self._n += 1
        entry = PhoneEntry(self._n, message, at)
        self._entered.add(message.sid)
        self._by_phone[number_of(message.phone)].append(entry)
        if not message.inbound:
            self._deliveries.append(entry)
        return entry

    def _set_opt_out(self, own: str, phone: str, out: bool) -> None:
        if out:
            self.opt_outs.add((own, phone))
        else:
            self.opt_outs.discard((own, phone))

    def _replay(self, event: dict[str, Any]) -> None:
        kind = event.pop("kind")
        if kind == "message":
            self._keep(Message(**event))
            return
        if kind == "opt_out":
            self._set_opt_out(**event)
            return
        message = self.messages.get(event["sid"])
        if message is None:
            return
        if kind == "status":
            self._set_status(message, event["status"], event["at"], event["error_code"])
        elif kind == "entry":
            self._enter(message, event["at"])
        elif kind == "dispatched":
            self.undispatched.discard(message.sid)
        elif kind == "redact":
            message.body = ""
        elif kind == "delete":
            self._delete(message)


def count_by_status(store: Store) -> dict[str, int]:
    """Messages by direction, channel and status."""
    found = Counter(
        f"{'inbound' if m.inbound else 'outbound'}.{channel_of(m.phone)}.{m.status}"
        for m in store.messages.values()
    )
    return dict(sorted(found.items()))
