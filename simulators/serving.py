"""Serving a simulator on loopback, and the small HTTP manners that all of them share.

Owns the listening socket, the `ready` line on standard error, the graceful end, and the one thing
ASGI has no word for: cutting a connection without an answer. What is served is the simulators' own.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, cast
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulators.events import Bell
from simulators.knobs import KnobError

Endpoint = Callable[[Request], Awaitable[Response]]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]

LARGEST_BODY_BYTES = 1_000_000


class BadRequestError(ValueError):
    """What the caller sent cannot be used; the message says why."""


class _OneWrite:
    """A transport that writes once a turn of the loop what it was given in it.

    The server hands over an answer's head and body apart; each write is a packet and wakes the caller,
    which on a small machine costs more than all else the answer takes.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._parts:
            asyncio.get_running_loop().call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        self._parts.clear()
        self._transport.abort()

    def _flush(self) -> None:
        if self._parts:
            whole = b"".join(self._parts)
            self._parts.clear()
            self._transport.write(whole)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Protocol(HttpToolsProtocol):
    """The usual protocol, over one write, which lets an endpoint reach the connection it answers on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        one_write = cast("asyncio.Transport", _OneWrite(transport))
        super().connection_made(one_write)
        self.app_state = {**self.app_state, "transport": one_write}


class _Server(uvicorn.Server):
    """Says where it listens, and lets go of those who wait when it is told to end."""

    def __init__(self, config: uvicorn.Config, bell: Bell, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._bell = bell
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._bell.close()
        await super().shutdown(sockets)


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0 takes a free one. Never reachable from another machine."""
    return socket.create_server(("127.0.0.1", port), backlog=512)


def make_server(app: Starlette, bell: Bell, on_ready: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """A server for the app that has not started yet."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        access_log=False,
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=60,
    )
    return _Server(config, bell, on_ready)


def serve(app: Starlette, bell: Bell, port: int) -> None:
    """Serve until told to end, after one line `ready http://…` on standard error."""
    listener = listen(port)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def say_ready() -> None:
        sys.stderr.write(f"ready {url}\n")
        sys.stderr.flush()

    make_server(app, bell, say_ready).run([listener])


def make_app(routes: list[Route], lifespan: Lifespan) -> Starlette:
    """The app around a simulator's routes, with one answer for knobs and bodies that do not fit."""
    refused: Any = _refuse
    return Starlette(
        routes=[*routes, Route("/healthz", _healthz, methods=["GET"])],
        lifespan=lifespan,
        exception_handlers={BadRequestError: refused, KnobError: refused},
        max_body_size=LARGEST_BODY_BYTES,
    )


def answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, dict(headers or {}), media_type="application/json")


async def read_form(request: Request) -> dict[str, str]:
    """The form of a request, blank values kept; of a name given twice, the last."""
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True))


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object of a request's body. Raises BadRequestError for anything else."""
    try:
        found = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise BadRequestError(f"The body of {request.url.path} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise BadRequestError(f"The body of {request.url.path} must be one JSON object.")
    return found


def number_asked(request: Request, name: str, default: float) -> float:
    """A number of the query string. Raises BadRequestError when it is not one."""
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        return float(text)
    except ValueError as error:
        raise BadRequestError(f"{name}={text!r} is not a number.") from error


class CutResponse(Response):
    """No answer at all: the connection is closed under the caller, as a dying provider does."""

    async def __call__(self, scope: Any, _receive: Any, _send: Any) -> None:
        transport = cast("asyncio.Transport", scope["state"]["transport"])
        transport.abort()
        # The protocol learns of its own death only in the next turn of the loop.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


async def _healthz(_request: Request) -> Response:
    return answer({"status": "ok"})


async def _refuse(_request: Request, error: Exception) -> Response:
    return answer({"code": "bad_request", "message": str(error)}, 422)
