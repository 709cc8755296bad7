"""The console as a whole: every page under /console, its files, and what the application needs to serve it."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.console import (
    appealing,
    audit,
    auth,
    overview,
    pages,
    partners,
    payouts,
    phone,
    projects,
    review,
    sign_in,
    streams,
    trust_page,
    workers_page,
)

router = APIRouter(include_in_schema=False)
router.include_router(sign_in.router, prefix=pages.PREFIX, dependencies=[Depends(auth.legible)])
# Corrections of gold come before the deeds of a project, whose address would take them in.
# Whatever stands behind the door is asked for the form's token at every change: a new page cannot forget it.
_PAGES = (
    overview,
    trust_page,
    projects,
    workers_page,
    review,
    appealing,
    payouts,
    partners,
    audit,
    phone,
    streams,
)
for _router in (sign_in.signed_in, *(_page.router for _page in _PAGES)):
    router.include_router(
        _router, prefix=pages.PREFIX, dependencies=[Depends(auth.legible), Depends(auth.csrf)]
    )


class Files(StaticFiles):
    """Our files, gzipped where a gzipped copy is kept, and cached for ever where the address has their mark."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the gzipped copy when there is one and the browser takes it."""
        headers = dict(scope["headers"])
        response: Response | None = None
        if re.search(rb"\bgzip\b", headers.get(b"accept-encoding", b"")) and not path.endswith(".gz"):
            try:
                response = await super().get_response(f"{path}.gz", scope)
            except HTTPException:
                response = None
            if response is not None and response.status_code == 200:
                response.headers["Content-Encoding"] = "gzip"
                response.headers["Content-Type"] = _TYPES.get(
                    path.rpartition(".")[2], "application/octet-stream"
                )
        if response is None:
            response = await super().get_response(path, scope)
        marked = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if marked else "no-cache"
        response.headers["Vary"] = "Accept-Encoding"
        return response


_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


def mount_static(app: FastAPI) -> None:
    """Serve the console's files, put the security headers on its answers, and show its errors as pages.

    Call it after the application's own error handlers are in place: they keep what is not of the console.
    """
    app.mount(f"{pages.PREFIX}/static", Files(directory=pages.STATIC), name="console-static")
    app.add_middleware(pages.SecureHeaders)
    for kind, handler in list(app.exception_handlers.items()):
        if isinstance(kind, type):
            app.add_exception_handler(kind, _as_page(handler))


def _as_page(others: Any) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return the handler that lets the application's own decide the status, and shows it as a page here."""

    async def handle(request: Request, raised: Exception) -> Response:
        answered = others(request, raised)
        found: Response = await answered if isinstance(answered, Awaitable) else answered
        if not pages.is_console(request.url.path):
            return found
        return await run_in_threadpool(pages.error, request, raised, found.status_code)

    return handle
