"""Who is looking at the console: the session cookie, roles, and the token that every form carries.

Passwords and sessions themselves are app/accounts' business.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form, Header, Request
from fastapi.responses import Response

from app import clock
from app.accounts import service as accounts
from app.accounts.audit import user_actor
from app.db import SessionDep
from app.errors import AppError, invalid
from app.settings import settings

# Who may see which page; deeds are narrower, and named at their routes.
STAFF = ("admin", "approver", "viewer", "reviewer")
EVERYBODY = (*STAFF, "partner")
# A client's own people see its projects, and nothing else.
PROJECTS = (*STAFF, "client")
REVIEWERS = ("admin", "reviewer", "partner")
READS_TEXTS = ("admin", "partner")


@dataclass(frozen=True)
class Visitor:
    """A signed-in person: what they may see, and the token their forms carry."""

    user_id: UUID
    email: str
    role: str
    partner_id: UUID | None
    csrf_token: str
    client_id: UUID | None = None

    @property
    def reads_texts(self) -> bool:
        """Whether the words that workers write and read are shown to them."""
        return self.role in READS_TEXTS

    @property
    def actor(self) -> str:
        """What the audit trail calls them."""
        return user_actor(self.user_id)

    def may(self, *roles: str) -> bool:
        """Say whether they have one of the roles."""
        return self.role in roles


def cookie_name() -> str:
    """Return the session cookie's name: with the `__Host-` prefix, which browsers hold to, where there is https."""
    return "__Host-kazi" if _is_https() else "kazi"


def form_cookie_name() -> str:
    """Return the name of the cookie that pairs with the sign-in form, before there is a session."""
    return "__Host-kazi-form" if _is_https() else "kazi-form"


def _is_https() -> bool:
    return settings().public_url.startswith("https://")


def set_cookie(response: Response, name: str, value: str, *, life_s: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites' forms do not send."""
    response.set_cookie(
        name, value, max_age=life_s, httponly=True, samesite="lax", secure=_is_https(), path="/"
    )


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(name, httponly=True, samesite="lax", secure=_is_https(), path="/")


def visitor(request: Request, session: SessionDep) -> Visitor:
    """Return who is signed in. Raises `unauthorized` (401)."""
    found = accounts.session_user(session, request.cookies.get(cookie_name(), ""), clock.now())
    if found is None:
        raise AppError("unauthorized", 401, "Sign in to see this page.")
    user, signed_in = found
    return Visitor(
        user.id, user.email, user.role, user.partner_id, signed_in.csrf_token, client_id=user.client_id
    )


VisitorDep = Annotated[Visitor, Depends(visitor)]


def csrf(
    request: Request,
    who: VisitorDep,
    csrf: Annotated[str, Form()] = "",
    x_csrf_token: Annotated[str, Header()] = "",
) -> None:
    """Refuse a form that was not made for this session. Raises `forbidden` (403)."""
    if request.method in {"GET", "HEAD"}:
        return
    check_token(csrf or x_csrf_token, who.csrf_token)


async def legible(request: Request) -> None:
    """Refuse text that the database cannot hold, wherever it stands in a request. Raises `invalid` (422)."""
    given = list(request.query_params.values())
    if request.method not in {"GET", "HEAD"}:
        given += [value for value in (await request.form()).values() if isinstance(value, str)]
    if any("\0" in value for value in given):
        raise invalid("There is a character in it that cannot be kept. Type it again by hand.")


def check_token(given: str, expected: str) -> None:
    """Compare a form's token with the one it must have, in constant time. Raises `forbidden` (403)."""
    if not expected or not secrets.compare_digest(given.encode(), expected.encode()):
        raise AppError(
            "forbidden", 403, "This form is too old or came from elsewhere. Go back, reload, try again."
        )


def allow(*roles: str) -> Callable[[Visitor], Visitor]:
    """Return the dependency that lets only these roles in. It raises `forbidden` (403)."""

    def check(who: VisitorDep) -> Visitor:
        if who.role not in roles:
            raise AppError(
                "forbidden",
                403,
                f"Your role ({who.role}) may not do this; it takes {' or '.join(roles)}. Ask an administrator.",
            )
        return who

    return check


Everybody = Annotated[Visitor, Depends(allow(*EVERYBODY))]
Staff = Annotated[Visitor, Depends(allow(*STAFF))]
OfProjects = Annotated[Visitor, Depends(allow(*PROJECTS))]
Disputing = Annotated[Visitor, Depends(allow("admin", "client"))]
Admin = Annotated[Visitor, Depends(allow("admin"))]
Approver = Annotated[Visitor, Depends(allow("admin", "approver"))]
Reviewing = Annotated[Visitor, Depends(allow(*REVIEWERS))]
AdminOrPartner = Annotated[Visitor, Depends(allow("admin", "partner"))]
