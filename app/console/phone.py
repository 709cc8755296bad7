"""The phone page: a person plays a worker in the browser, through the simulated provider.

The number stands in no address and no log: the page's address carries it encrypted.
"""

import base64
import binascii
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import anyio
import httpx2
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import crypto
from app.console import pages, simulator, words
from app.console.auth import Admin
from app.console.queries import people, workers
from app.db import SessionDep
from app.errors import AppError

router = APIRouter(prefix="/phone")

CHANNELS = {"sms": "SMS", "whatsapp": "WhatsApp"}
LONGEST = 1600
MOST_PHONES = 60
RETRY_S = 2.0
ROUNDS = 30


def token_of(number: str) -> str:
    """Return the page's address for a number, which only we can read."""
    return base64.urlsafe_b64encode(crypto.encrypt(number)).decode().rstrip("=")


def number_of(token: str) -> str:
    """Return the number of a page's address. Raises `not-found`."""
    try:
        return crypto.decrypt(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, AppError):
        raise AppError("not-found", 404, "There is no such phone. Choose one on the phone page.") from None


@dataclass(frozen=True)
class Phone:
    """A phone to go on with: its page, the end of its number, and who joined from it."""

    token: str
    masked: str
    worker: UUID | None


def _known(session: Session) -> list[Phone]:
    numbers = simulator.phones()[-MOST_PHONES:]
    joined = workers.by_number(session, numbers)
    return [Phone(token_of(number), words.masked(number[-2:]), joined.get(number)) for number in numbers]


@router.get("")
def choose(request: Request, session: SessionDep, who: Admin) -> HTMLResponse:
    """Take a fresh number, or go on with a phone that has written before."""
    known: list[Phone] = []
    problem = ""
    if simulator.is_configured():
        try:
            known = _known(session)
        except AppError as refused:
            problem = refused.message
    return pages.page(
        request,
        "phone_choose.html",
        who,
        configured=simulator.is_configured(),
        problem=problem,
        known=known,
        countries={"KE": "Kenya", "UG": "Uganda"},
        codes=people.invite_codes(session),
    )


@router.post("")
def take(who: Admin, country: Annotated[str, Form()] = "KE") -> Response:
    """Give a phone that has never written."""
    del who
    simulator.url()
    return pages.back_to(f"{pages.PREFIX}/phone/{token_of(simulator.fresh_number(country))}")


@router.get("/{token}")
def show(request: Request, token: str, session: SessionDep, who: Admin) -> HTMLResponse:
    """The phone itself. Its texts come by the live stream."""
    number = number_of(token)
    simulator.url()
    return pages.page(
        request,
        "phone.html",
        who,
        token=token,
        ending=words.masked(number[-2:]),
        channels=CHANNELS,
        codes=people.invite_codes(session),
    )


@router.post("/{token}/send")
def send(
    token: str,
    who: Admin,
    text: Annotated[str, Form(max_length=LONGEST)] = "",
    channel: Annotated[str, Form()] = "sms",
) -> HTMLResponse:
    """Send a text from the phone; answers with what to say under the keys."""
    del who
    if not text.strip():
        return _note("Write something first.", 422)
    if channel not in CHANNELS:
        return _note("Choose SMS or WhatsApp.", 422)
    try:
        simulator.send(number_of(token), text, channel)
    except AppError as refused:
        return _note(refused.message, refused.status)
    return _note("", 200)


def _note(text: str, status: int) -> HTMLResponse:
    return HTMLResponse(pages.render("parts/note.html", text=text), status_code=status)


async def arrivals(token: str, after: int) -> AsyncIterator[tuple[int, str]]:
    """Yield (cursor, HTML of the new texts) as they come; waits out a simulator that is away."""
    number = number_of(token)
    async with httpx2.AsyncClient() as client:
        for _ in range(ROUNDS):
            try:
                texts = await simulator.texts_after(client, number, after, simulator.WAIT_S)
            except AppError:
                await anyio.sleep(RETRY_S)
                continue
            if texts:
                after = texts[-1].n
                yield after, pages.render("parts/texts.html", texts=texts)
