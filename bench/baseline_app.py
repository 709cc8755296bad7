"""The baseline of the webhook benchmark: a bare FastAPI route that checks the signature and does the same inserts.

Both ways to write it are here, and the quicker one counts. No encryption, no phone number understood, no
segments, no price, no bell: only the provider's signature, and the very statement Kazi stores a message with.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from app import ids
from app.channels.store import _STORE

TOKEN = os.environ["BENCH_TOKEN"].encode()
URL = os.environ["BENCH_URL"]
CONNINFO = os.environ["BENCH_CONNINFO"]
CONNECTIONS = int(os.environ["BENCH_CONNECTIONS"])
EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'

pool = ConnectionPool(CONNINFO, min_size=CONNECTIONS, max_size=CONNECTIONS, open=False)
async_pool = AsyncConnectionPool(CONNINFO, min_size=CONNECTIONS, max_size=CONNECTIONS, open=False)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Open and close the connections to the database."""
    pool.open(wait=True)
    await async_pool.open(wait=True)
    yield
    await async_pool.close()
    pool.close()


app = FastAPI(openapi_url=None, lifespan=lifespan)


@app.get("/healthz")
def healthz() -> Response:
    """Say that it is up."""
    return Response()


async def body_of(request: Request) -> bytes:
    """Read the body, which only the event loop can."""
    return await request.body()


@app.post("/sync")
def store(request: Request, body: Annotated[bytes, Depends(body_of)]) -> Response:
    """Check, insert, commit, acknowledge: in a thread."""
    row = checked(request, body)
    with pool.connection() as connection:
        connection.execute(_STORE, row)
    return Response(EMPTY, media_type="text/xml")


@app.post("/async")
async def store_async(request: Request) -> Response:
    """Check, insert, commit, acknowledge: on the event loop."""
    row = checked(request, await request.body())
    async with async_pool.connection() as connection:
        await connection.execute(_STORE, row)
    return Response(EMPTY, media_type="text/xml")


def checked(request: Request, body: bytes) -> dict[str, Any]:
    """Return the row of a request whose signature is right: HMAC-SHA1 of the URL and the sorted parameters.

    https://www.twilio.com/docs/usage/security#validating-requests
    """
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    signed = URL + request.url.path + "".join(name + form[name] for name in sorted(form))
    expected = base64.b64encode(hmac.digest(TOKEN, signed.encode(), "sha1"))
    if not hmac.compare_digest(expected, request.headers["x-twilio-signature"].encode()):
        raise HTTPException(403)
    number = form["From"].encode()
    return {
        "channel": "twilio_sms",
        "provider_message_id": form["MessageSid"],
        "message_id": ids.new(),
        "address_id": ids.new(),
        "number": number,
        "number_index": hashlib.sha256(number).digest()[:16],
        "ending": form["From"][-2:],
        "country": "KE",
        "sender": form["To"],
        "body": form["Body"].encode(),
        "encoding": "GSM-7",
        "segments": int(form["NumSegments"]),
        "price_micros": 0,
        "price_currency": "USD",
        "media_count": int(form["NumMedia"]),
        "opt_out_type": None,
        "now": datetime.now(UTC),
    }
