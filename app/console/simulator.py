"""Talks to the phones of a simulated provider, for the phone page. There is nothing here of a real provider."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2

from app.errors import AppError
from app.settings import settings

TIMEOUT_S = 5.0
WAIT_S = 20
# By country, the first digits of numbers that look like a mobile phone's there, and how many more follow.
FRESH = {"KE": ("+2547", 8), "UG": ("+2567", 8)}


@dataclass(frozen=True)
class Text:
    """A text on the phone's screen, sent from it or come to it."""

    n: int
    own: bool
    body: str
    channel: str
    at: datetime
    pictures: tuple[str, ...] = ()


def url() -> str:
    """Return where the simulator is. Raises `not-available` (422) when none is configured."""
    found = settings().simulator_url.rstrip("/")
    if not found:
        raise AppError(
            "not-available",
            422,
            "The phone page plays on a simulated provider, and none is configured. "
            "Run ./kazi demo, or set KAZI_SIMULATOR_URL.",
        )
    return found


def is_configured() -> bool:
    """Say whether there is a simulator to play on."""
    return bool(settings().simulator_url)


def fresh_number(country: str) -> str:
    """Return a number for a phone that has never written. Raises `invalid` for a country not offered."""
    if country not in FRESH:
        raise AppError("invalid", 422, f"Choose a country from: {', '.join(FRESH)}.")
    start, digits = FRESH[country]
    return start + "".join(secrets.choice("0123456789") for _ in range(digits))


def phones() -> list[str]:
    """Return the numbers of the phones that have sent or got something."""
    try:
        answered = httpx2.get(f"{url()}/simulator/phones", timeout=TIMEOUT_S)
    except httpx2.HTTPError:
        raise _away() from None
    return [str(number) for number in _json(answered)["phones"]]


def send(number: str, body: str, channel: str) -> None:
    """Send a text from the phone, as a person would. Raises `invalid` or `unavailable`."""
    try:
        answered = httpx2.post(
            f"{url()}/simulator/phones/{number.removeprefix('+')}/send",
            json={"body": body, "channel": channel},
            timeout=TIMEOUT_S,
        )
    except httpx2.HTTPError:
        raise _away() from None
    _json(answered)


async def texts_after(client: httpx2.AsyncClient, number: str, after: int, wait_s: int) -> list[Text]:
    """Return what is new on the phone after entry `after`, waiting up to `wait_s` for something."""
    try:
        answered = await client.get(
            f"{url()}/simulator/phones/{number.removeprefix('+')}/messages",
            params={"after": after, "wait_s": wait_s},
            timeout=wait_s + TIMEOUT_S,
        )
    except httpx2.HTTPError:
        raise _away() from None
    return [_text(entry) for entry in _json(answered)["messages"]]


def _text(entry: dict[str, Any]) -> Text:
    return Text(
        n=int(entry["n"]),
        own=entry["direction"] == "inbound",
        body=str(entry["body"]),
        channel=str(entry["channel"]),
        at=datetime.fromtimestamp(float(entry["at"]), UTC),
        # Shown as a link alone: the page loads nothing from elsewhere, and no other scheme is ever followed.
        pictures=tuple(url for url in map(str, entry.get("media", [])) if url.startswith("https://")),
    )


def _json(answered: httpx2.Response) -> Any:
    if answered.status_code >= 400:
        raise AppError("invalid", 422, f"The simulator refused: {answered.text[:200]}")
    return answered.json()


def _away() -> AppError:
    return AppError("unavailable", 503, "The simulator does not answer. Check that it runs, then try again.")
