"""Who calls, and the frame of a call: the API key, its rate, and for a POST its body, key and transaction.

Owns the dependencies of the routes. A POST works through `Doing`, whose answer is remembered in the
transaction of its effects when the request carried an Idempotency-Key.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app import clock, db, ids
from app.accounts import clients, requests
from app.accounts.audit import client_actor
from app.api import bodies, limits
from app.api.middleware import add_header
from app.errors import AppError

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="ApiKey",
    description="The key that `./kazi client key NAME` printed, as `Authorization: Bearer kazi_live_…`.",
)


@dataclass(frozen=True)
class Caller:
    """The client that calls. Every query of a route is scoped by `client_id`."""

    client_id: UUID
    name: str

    @property
    def actor(self) -> str:
        """How the audit trail names it."""
        return client_actor(self.client_id)


def _caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Return the client whose key was sent. Raises `unauthorized` (401) or `rate-limited` (429).

    In a transaction of its own, so that noting the key's use never waits for the work of another request.
    """
    client = None
    if credentials is not None:
        with db.transaction() as session:
            client = clients.client_of_key(session, credentials.credentials, clock.now())
    if client is None:
        raise AppError(
            "unauthorized",
            401,
            "No valid API key was sent. Send `Authorization: Bearer kazi_live_…` with a key that is not revoked.",
        )
    limits.count(request.scope, str(client.id))
    return Caller(client.id, client.name)


CallerDep = Annotated[Caller, Depends(_caller)]


class Replay(Exception):
    """The request was answered before; carries that answer past the route."""

    def __init__(self, remembered: requests.Remembered) -> None:
        super().__init__("answered before")
        self.remembered = remembered


def replayed(_request: Request, error: Exception) -> Response:
    """Return the answer given the first time."""
    assert isinstance(error, Replay)
    found = error.remembered
    headers = {"Idempotency-Replayed": "true"}
    return Response(found.body, found.status, headers, media_type=found.content_type)


@dataclass(frozen=True)
class Doing:
    """A POST being carried out: who asked, with what, and the one transaction its effects are in."""

    caller: Caller
    session: Session
    now: datetime
    body: bytes
    content_type: str
    note: requests.Note | None

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object. Raises `malformed-json` (400), `invalid` (422)."""
        return bodies.parse_object(self.body)

    def answer(self, status: int, shown: BaseModel) -> Response:
        """Return the response, remembered if the request carried a key. The last thing a route does."""
        content = shown.model_dump_json().encode()
        if self.note is not None:
            requests.answer(self.session, self.note, requests.Remembered(status, content, "application/json"))
        return Response(content, status, media_type="application/json")


def doing(most_bytes: int) -> Callable[..., Any]:
    """Return the dependency of a POST whose body may have so many bytes."""

    async def read_body(request: Request, _caller: CallerDep) -> bytes:
        return await bodies.read(request, most_bytes)

    def carry_out(
        request: Request,
        caller: CallerDep,
        body: Annotated[bytes, Depends(read_body)],
        idempotency_key: Annotated[
            str | None,
            Header(
                description="Sent again with the same request within 72 hours, it gets the same answer "
                "(with `Idempotency-Replayed: true`) and nothing is done twice. A request that failed is not "
                "remembered.",
                examples=["2f1e0d9c-8b7a-4c6d-9e5f-4a3b2c1d0e9f"],
            ),
        ] = None,
    ) -> Iterator[Doing]:
        now = clock.now()
        content_type = request.headers.get("content-type", "")
        note = _begin(request, caller, body, idempotency_key, now) if idempotency_key is not None else None
        try:
            with db.transaction() as session:
                yield Doing(caller, session, now, body, content_type, note)
        except BaseException:
            if note is not None:
                requests.release(note)
            raise

    # With scope="function" the commit comes before the response: a client told 2xx can rely on the rows.
    return Depends(carry_out, scope="function")  # type: ignore[no-any-return]


def _begin(request: Request, caller: Caller, body: bytes, key: str, now: datetime) -> requests.Note:
    requests.check_key(key)
    scope = request.scope
    content_type = request.headers.get("content-type", "").encode()
    parts = (request.method.encode(), scope["path"].encode(), scope["query_string"], content_type, body)
    began = requests.begin(
        client_id=caller.client_id, key=key, request_hash=requests.fingerprint(parts), now=now
    )
    if isinstance(began, requests.Remembered):
        raise Replay(began)
    return began


DoingDep = Annotated[Doing, doing(bodies.JSON_BYTES)]
DoingTasksDep = Annotated[Doing, doing(bodies.TASKS_BYTES)]


def read_id(prefix: str, shown: str) -> UUID:
    """Return the UUID of a shown id in a path. Raises `not-found` (404), with what was sent cut short."""
    return ids.read(prefix, shown[:60])


__all__ = [
    "Caller",
    "CallerDep",
    "Doing",
    "DoingDep",
    "DoingTasksDep",
    "Replay",
    "add_header",
    "read_id",
    "replayed",
]
