"""What every response carries: an id of the request, security headers, and one shape even for a bug.

Pure ASGI and a few microseconds, because inbound webhooks pass through here too.
"""

from collections.abc import Sequence

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import ids
from app.api import problems
from app.settings import settings

Header = tuple[bytes, bytes]

_ALWAYS: Sequence[Header] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
_PAGES: Sequence[Header] = (
    (
        b"content-security-policy",
        b"default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-frame-options", b"DENY"),
)
_HTTPS_ONLY: Header = (b"strict-transport-security", b"max-age=31536000")

log = structlog.get_logger()


class Frame:
    """Wraps the whole application; see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        over_https = settings().public_url.startswith("https://")
        self._always = [*_ALWAYS, _HTTPS_ONLY] if over_https else list(_ALWAYS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = ids.show("req", ids.new())
        scope["kazi_request_id"] = request_id
        extra: list[Header] = []
        scope["kazi_headers"] = extra
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._framed(list(message.get("headers", ())), request_id, extra)
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, sending)
        except Exception:
            log.exception("unhandled", path=scope["path"], method=scope["method"])
            if started:
                raise
            await problems.internal(Request(scope))(scope, receive, sending)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")

    def _framed(self, headers: list[Header], request_id: str, extra: list[Header]) -> list[Header]:
        names = {name.lower(): value for name, value in headers}
        added = [*self._always, (b"x-request-id", request_id.encode()), *extra]
        if names.get(b"content-type", b"").startswith(b"text/html"):
            added += _PAGES
        return headers + [header for header in added if header[0] not in names]


def add_header(scope: Scope, name: str, value: str) -> None:
    """Put a header on the response of this request, whatever it will be: an answer, an error, a stream."""
    scope.get("kazi_headers", []).append((name.lower().encode("latin-1"), value.encode("latin-1")))
