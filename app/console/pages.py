"""How the console answers: templates filled, redirects with a notice, errors as pages, headers on everything.

Owns the template environment and the security headers. What a page shows is the business of its own file.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import clock
from app.console import simulator, words
from app.console.auth import Visitor
from app.errors import AppError

PREFIX = "/console"
HERE = Path(__file__).parent
STATIC = HERE / "static"

# No script and no style but our own files: nothing that a worker writes can run here, even if an escape failed.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

# What a page says after a deed, by the word in `?done=`; nothing else of the address is ever shown.
NOTICES = {
    "approved": "The payout is approved and on its way.",
    "refused": "The payout is refused. The money is back in the worker's balance.",
    "requested": "The payout is requested. It waits for an approver.",
    "paused": "The project is paused. Questions already sent may still be answered.",
    "resumed": "The project runs again.",
    "disputed": "A person looks at the result. It may change until they have decided.",
    "cancelled": "The project is cancelled. What was not spent is back with the client.",
    "gold": "The truth is corrected. Who answered by the old one is judged anew, and told of what is given back.",
    "held-back": "They get no more of the project, and are told.",
    "released": "They may go on in the project, and are told.",
    "paused-from-work": "They get no more work, and are told why.",
    "work-again": "They may work again, and are told.",
    "partner": "The partner is made.",
    "cohort": "The cohort is made. Share its invite code.",
    "decided": "Decided. Here is what comes next; for two minutes it can be taken back.",
    "taken-back": "Your decision is taken back. Decide again, or skip.",
    "none-left": "Nothing is left that you could take.",
    "appeal-decided": "Decided, and the worker is told.",
    "signed-out": "You are signed out.",
    "expired": "You had been signed out meanwhile, and nothing was changed. Sign in, then do it again.",
}


@lru_cache
def static(name: str) -> str:
    """Return the address of a static file, with its content's mark, so that browsers may keep it for ever."""
    path = STATIC / name
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
    return f"{PREFIX}/static/{name}?v={mark}"


@lru_cache
def environment() -> Environment:
    """Return the templates: everything escaped, and a name that is not there is an error."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(words.FILTERS)
    found.globals.update(static=static, prefix=PREFIX, now=clock.now, simulated=simulator.is_configured)
    return found


def render(template: str, **values: Any) -> str:
    """Return the HTML of a template."""
    return environment().get_template(template).render(**values)


def page(
    request: Request, template: str, who: Visitor | None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a whole page; `who` is the signed-in visitor, None before sign-in."""
    notice = NOTICES.get(request.query_params.get("done", ""))
    html = render(template, who=who, path=request.url.path, notice=notice, **values)
    return HTMLResponse(html, status_code=status)


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that was refused, to be shown again, and what is wrong with which field of it.

    `form` says which of the page's forms it was.
    """

    form: str = ""
    values: Mapping[str, str | list[str]] = field(default_factory=dict)
    problem: str = ""
    wrong: str = ""
    status: int = 200

    @classmethod
    def refused(cls, form: str, error: AppError, **values: str | list[str]) -> "Typed":
        """Return what to show of a form that was refused; an error that no form can mend is raised again."""
        if error.status in {403, 404} or error.status >= 500:
            raise error
        wrong = error.errors[0].pointer.strip("/") if error.errors else ""
        return cls(form, values, error.message, wrong, error.status)

    def into(self, form: str) -> "Typed":
        """Return what belongs into this form of the page: all of it, or nothing."""
        return self if self.form == form else Typed()

    def value(self, name: str, otherwise: str = "") -> str | list[str]:
        """Return what was typed into a field."""
        return self.values.get(name, otherwise)


def back_to(path: str, done: str | None = None) -> RedirectResponse:
    """Return the redirect that follows a deed; `done` names the notice to show there."""
    url = f"{path}{'&' if '?' in path else '?'}done={done}" if done else path
    return RedirectResponse(url, status_code=303)


def error(request: Request, raised: Exception, status: int) -> Response:
    """Return an error as a page; whoever is not signed in goes to the sign-in page first."""
    if status == 401:
        return _to_sign_in(request)
    message = _message(raised, status)
    if request.headers.get("hx-request"):
        return HTMLResponse(render("parts/note.html", text=message), status_code=status)
    title = _TITLES.get(status, "That did not work")
    html = render(
        "error.html",
        who=None,
        path="",
        notice=None,
        title=title,
        message=message,
        status=status,
        back=_came_from(request),
    )
    return HTMLResponse(html, status_code=status)


def _came_from(request: Request) -> str | None:
    """Return the page of ours that a refused form stands on, to go back to; None for a page opened by itself."""
    came_from = urlsplit(request.headers.get("referer", ""))
    if request.method != "POST" or came_from.netloc != request.url.netloc or not is_console(came_from.path):
        return None
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def _message(raised: Exception, status: int) -> str:
    if isinstance(raised, AppError):
        return raised.message
    if isinstance(raised, RequestValidationError):
        fields = ", ".join(sorted({str(found["loc"][-1]) for found in raised.errors()}))
        return f"Something is missing or cannot be read: {fields}. Go back and correct it."
    if status == 404:
        return "There is no such page. Check the address, or begin at the overview."
    if status == 503:
        return "The database does not answer just now. Nothing was changed. Try again in a moment."
    return "Go back and try again."


_TITLES = {
    402: "Not enough credit",
    403: "Not allowed",
    404: "Not found",
    409: "Not possible now",
    422: "Please check what you entered",
    503: "Not reachable just now",
}


def _to_sign_in(request: Request) -> Response:
    """A page is sent to sign in; a live stream or a part of a page is told so, and its page reloads."""
    if request.headers.get("hx-request") or "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401, headers={"HX-Redirect": f"{PREFIX}/sign-in"})
    if request.method == "GET":
        return RedirectResponse(f"{PREFIX}/sign-in?next={quote(request.url.path, safe='/')}", status_code=303)
    back = (_came_from(request) or PREFIX).partition("?")[0]
    return RedirectResponse(f"{PREFIX}/sign-in?done=expired&next={quote(back, safe='/')}", status_code=303)


class SecureHeaders:
    """Puts the security headers on every answer under /console, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_console(scope["path"]):
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                # Pages hold other people's words and money: no cache keeps them.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


def is_console(path: str) -> bool:
    """Say whether a path is of the console."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")
