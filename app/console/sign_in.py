"""The door: signing in and out."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import exists, select

from app import clock
from app.accounts import service as accounts
from app.accounts.models import User
from app.accounts.users import SESSION_LIFE
from app.console import auth, pages
from app.db import SessionDep
from app.errors import AppError

router = APIRouter()


@router.get("/sign-in")
def show(request: Request, session: SessionDep, next: str = pages.PREFIX) -> Response:
    """The form; without any user yet, how to make the first."""
    return _form(request, session, to=next)


def _form(
    request: Request, session: SessionDep, *, to: str, email: str = "", problem: str = "", status: int = 200
) -> Response:
    token = request.cookies.get(auth.form_cookie_name()) or secrets.token_urlsafe(24)
    response = pages.page(
        request,
        "sign_in.html",
        None,
        status=status,
        form_token=token,
        to=_inside(to),
        email=email,
        problem=problem,
        first_run=not session.scalar(select(exists(select(User.id)))),
    )
    auth.set_cookie(response, auth.form_cookie_name(), token)
    return response


def _inside(path: str) -> str:
    """Return the path if it is one of ours: a link must not make us send people elsewhere."""
    return path if pages.is_console(path) and "\\" not in path and "//" not in path else pages.PREFIX


@router.post("/sign-in")
def sign_in(
    request: Request,
    session: SessionDep,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = pages.PREFIX,
) -> Response:
    """Check e-mail and password; the form must have come from our own page (its token is in a cookie, too)."""
    auth.check_token(csrf, request.cookies.get(auth.form_cookie_name(), ""))
    try:
        token, _ = accounts.sign_in(
            session,
            email=email,
            password=password,
            now=clock.now(),
            replaces=request.cookies.get(auth.cookie_name()),
        )
    except AppError as refused:
        return _form(request, session, to=next, email=email, problem=refused.message, status=refused.status)
    response = pages.back_to(_inside(next))
    auth.set_cookie(response, auth.cookie_name(), token, life_s=int(SESSION_LIFE.total_seconds()))
    auth.drop_cookie(response, auth.form_cookie_name())
    return response


signed_in = APIRouter()


@signed_in.post("/sign-out")
def sign_out(request: Request, session: SessionDep) -> Response:
    """End this browser's session."""
    accounts.sign_out(session, request.cookies.get(auth.cookie_name(), ""))
    response = pages.back_to(f"{pages.PREFIX}/sign-in", "signed-out")
    auth.drop_cookie(response, auth.cookie_name())
    return response
