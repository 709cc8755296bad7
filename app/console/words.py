"""How things are written on the screens: money, ages, masked numbers, names of workers, states.

Pure. What a worker reads is app/texts' business, not this file's.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from babel import Locale

from app import ids, texts
from app.tasks.models import UNSURE
from app.texts.money import exponent

_NAME_LENGTH = 8  # characters of the shown id: 40 bits, ten hexadecimal digits of the UUID
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

# The look of each state: good, busy (something is under way), wait (for a person or an hour), bad, plain (over).
_LOOKS = {
    "good": (
        "running",
        "active",
        "delivered",
        "read",
        "paid",
        "handled",
        "agreed",
        "answered",
        "alive",
        "decided",
        "upheld",
        "settled",
        "passed",
    ),
    "busy": (
        "sending",
        "sent",
        "submitting",
        "accepted",
        "approved",
        "received",
        "offered",
        "started",
        "joined",
    ),
    "wait": (
        "queued",
        "requested",
        "held",
        "paused",
        "unknown",
        "draft",
        "new",
        "skipped",
        "late",
        "waiting",
        "open",
        "taken",
        "doubtful",
        "taking",
    ),
    "bad": ("failed", "undelivered", "rejected", "reversed", "silent", "overdue", "disputed"),
}
_LOOK_OF = {state: look for look, states in _LOOKS.items() for state in states}

_ENGLISH = Locale("en")

# What a provider's code for a text that did not arrive means (Twilio, "Error and Warning Dictionary").
_FAULTS = {
    "20429": "too many at once; it is tried again",
    "21211": "this is no phone number",
    "21408": "texts to this country are not switched on",
    "21610": "they have left by STOP",
    "21614": "this number cannot get texts",
    "30003": "the phone is off or out of reach",
    "30004": "the phone blocks our texts",
    "30005": "nobody has this number",
    "30006": "this number cannot get texts",
    "30007": "the network filtered it out",
    "30008": "the network gave no reason",
    "63016": "on WhatsApp, only within a day of their last text",
}
_METHODS = {
    "majority": "majority",
    "model": "majority, weighed by trust",
    "review": "a person decided",
    "medoid": "the text most like the others",
    "checked": "accepted by others",
    "mean": "mean",
    "distribution": "opinions",
}
# How a text stands that a worker wrote.
_TEXT_STATES = {"counted": "taken", "pending": "with others to check", "refused": "refused by others"}
# Why a message was sent, where it is no reply.
_PURPOSES = {"push": "unasked", "confirmation": "left by STOP"}

_RAILS = {"simulated": "simulated mobile money"}

CHANNELS = {"twilio_sms": "SMS", "twilio_whatsapp": "WhatsApp"}


def look(state: str) -> str:
    """Return the look of a state; the word itself always stands beside it, so that colour is never alone."""
    return _LOOK_OF.get(state, "plain")


def money(minor: int, currency: str) -> str:
    """Write an amount: `KES 1,200.50`."""
    return texts.money(minor, currency)


def micros(amount: int, currency: str) -> str:
    """Write a price of millionths: `USD 122.05`, `UGX 35`; below one with up to four digits: a segment costs little."""
    if abs(amount) >= 1_000_000:
        written = f"{amount / 1_000_000:,.{exponent(currency)}f}"
        return f"{currency} {written.removesuffix('.00')}"
    fraction = f"{amount / 1_000_000:.4f}".rstrip("0").partition(".")[2]
    return f"{currency} 0.{fraction.ljust(2, '0')}"


def plain_amount(minor: int, currency: str) -> str:
    """Write an amount as a person types it to confirm: `120`, `120.50`."""
    return texts.money(minor, currency).split(" ", 1)[1].replace(",", "")


def typed_amount(typed: str, currency: str) -> int | None:
    """Read an amount as typed, with or without the currency and separators, in minor units; None if it is none."""
    cleaned = typed.upper().replace(currency, "").replace(",", "").replace(" ", "")
    whole, point, fraction = cleaned.partition(".")
    digits = exponent(currency)
    if not (whole.isascii() and whole.isdecimal()) or len(fraction) > digits or (point and not fraction):
        return None
    if fraction and not (fraction.isascii() and fraction.isdecimal()):
        return None
    return int(whole + fraction.ljust(digits, "0"))


def duration(seconds: float) -> str:
    """Write a length of time in its largest unit: `48 s`, `12 min`, `3 h`, `5 d`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"


def age(at: datetime, now: datetime) -> str:
    """Write how long ago an instant was."""
    return f"{duration((now - at).total_seconds())} ago"


def clock_time(at: datetime) -> str:
    """Write the time of day, UTC."""
    return at.astimezone(UTC).strftime("%H:%M:%S")


def date_time(at: datetime) -> str:
    """Write the date and time, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def answered(value: str, kind: str) -> str:
    """Say an answer's value as it is counted by; of texts, no two alike, how they stand."""
    if value == UNSURE:
        return "don\u2019t know"
    return _TEXT_STATES.get(value, value) if kind == "text" else value


def short_time(at: datetime) -> str:
    """Write the day and the time without the year, UTC: `26 Nov 14:09`."""
    return at.astimezone(UTC).strftime("%-d %b %H:%M")


def day(at: datetime) -> str:
    """Write the day, UTC: `Thu 26 November 2026`."""
    return at.astimezone(UTC).strftime("%a %-d %B %Y")


def masked(ending: str) -> str:
    """Write a phone number the only way a screen ever does: its last two digits."""
    return f"•••{ending}"


def worker_name(worker_id: UUID) -> str:
    """Return the pseudonym under which staff know a worker: `wkr_` and the end of their id."""
    return "wkr_" + ids.show("wkr", worker_id)[-_NAME_LENGTH:]


def name_digits(asked: str) -> str | None:
    """Return the hexadecimal end of a worker's id from their pseudonym or shown id; None when it is neither."""
    tail = asked.strip().lower().removeprefix("wkr_")[-_NAME_LENGTH:]
    if len(tail) != _NAME_LENGTH or any(character not in _ALPHABET for character in tail):
        return None
    number = 0
    for character in tail:
        number = number << 5 | _ALPHABET.index(character)
    return f"{number:010x}"


def rail(name: str) -> str:
    """Return what a rail of money is called."""
    return _RAILS.get(name, name)


def channel(name: str) -> str:
    """Return a channel's everyday name."""
    return CHANNELS.get(name, name)


def method(name: str) -> str:
    """Say how a result came about, by its method's name in exports."""
    plain, _, unreviewed = name.partition("+")
    said = _METHODS.get(plain, plain)
    return f"{said}, nobody looked in time" if unreviewed else said


def fault(code: str) -> str:
    """Say what a provider's error code means, with the code, by which its own pages can be searched."""
    said = _FAULTS.get(code)
    return f"{said} (code {code})" if said else f"code {code} of the provider"


def purpose(name: str) -> str:
    """Say why a message was sent."""
    return _PURPOSES.get(name, name)


def deed(action: str) -> str:
    """Write a deed of the audit trail in words: `project launched`."""
    return action.replace(".", " ").replace("-", " ")


def language(code: str) -> str:
    """Return a language's name: in itself where we write in it, else in English; a code that is none stays."""
    ours = texts.LANGUAGES.get(code)
    return ours.name_in_itself if ours else str(_ENGLISH.languages.get(code, code))


def country(code: str) -> str:
    """Return a country's name."""
    return str(_ENGLISH.territories.get(code, code))


def percent(share: float | None) -> str:
    """Write a share of one: `87 %`; a dash where there is none yet."""
    return "\u2013" if share is None else f"{share * 100:.0f} %"


def count(number: int) -> str:
    """Write a number with separators."""
    return f"{number:,}"


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "micros": micros,
    "plain_amount": plain_amount,
    "duration": duration,
    "age": age,
    "clock_time": clock_time,
    "date_time": date_time,
    "day": day,
    "short_time": short_time,
    "answered": answered,
    "masked": masked,
    "worker_name": worker_name,
    "channel": channel,
    "rail": rail,
    "method": method,
    "fault": fault,
    "purpose": purpose,
    "deed": deed,
    "language": language,
    "country": country,
    "percent": percent,
    "count": count,
    "look": look,
    "as_id": UUID,
    "shown": lambda identifier, prefix: ids.show(prefix, identifier),
}
