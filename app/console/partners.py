"""The partners and their cohorts: who brings people in, by which invite code."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app import clock, ids, texts
from app.accounts import service as accounts
from app.console import pages
from app.console.auth import Admin, Everybody, Visitor
from app.console.queries import people as queries
from app.db import SessionDep
from app.errors import AppError, Pointer, invalid
from app.people import service as people

router = APIRouter(prefix="/partners")

# The most characters of a cohort's name, and of the place its people live in.
LONGEST = 60


@router.get("")
def show_all(request: Request, session: SessionDep, who: Everybody) -> HTMLResponse:
    """The partners with their cohorts; a partner's own user sees theirs."""
    return _page(request, session, who)


def _page(request: Request, session: Session, who: Visitor, typed: pages.Typed | None = None) -> HTMLResponse:
    return pages.page(
        request,
        "partners.html",
        who,
        status=typed.status if typed else 200,
        lines=queries.partners(session, partner_id=who.partner_id),
        languages=texts.LANGUAGES,
        typed=typed or pages.Typed(),
    )


@router.post("")
def create_partner(
    request: Request,
    session: SessionDep,
    who: Admin,
    name: Annotated[str, Form()] = "",
    help_phone: Annotated[str, Form()] = "",
) -> Response:
    """Make a partner."""
    now = clock.now()
    try:
        partner = people.create_partner(session, name=name, help_phone=help_phone.replace(" ", ""), now=now)
    except AppError as refused:
        typed = pages.Typed.refused("partner", refused, name=name, help_phone=help_phone)
        return _page(request, session, who, typed)
    accounts.audit(
        session, actor=who.actor, action="partner.created", subject=ids.show("prt", partner.id), now=now
    )
    return pages.back_to(f"{pages.PREFIX}/partners", "partner")


@router.post("/{shown_id}/cohorts")
def create_cohort(
    request: Request,
    shown_id: str,
    session: SessionDep,
    who: Admin,
    name: Annotated[str, Form()] = "",
    invite_code: Annotated[str, Form()] = "",
    site: Annotated[str, Form()] = "",
    languages: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies defaults
) -> Response:
    """Make a cohort of a partner, with its invite code and the languages offered to newcomers."""
    now = clock.now()
    partner_id = ids.read("prt", shown_id)
    try:
        _check(session, partner_id, name, site, languages)
        cohort = people.create_cohort(
            session, partner_id=partner_id, name=name.strip() or invite_code, invite_code=invite_code,
            languages=languages, site=site, now=now,
        )  # fmt: skip
    except AppError as refused:
        typed = pages.Typed.refused(
            shown_id, refused, name=name, invite_code=invite_code, site=site, languages=languages
        )
        return _page(request, session, who, typed)
    accounts.audit(
        session,
        actor=who.actor,
        action="cohort.created",
        subject=ids.show("coh", cohort.id),
        data={"invite_code": cohort.invite_code},
        now=now,
    )
    return pages.back_to(f"{pages.PREFIX}/partners", "cohort")


def _check(session: Session, partner_id: UUID, name: str, site: str, languages: list[str]) -> None:
    if people.partner_of(session, partner_id) is None:
        raise AppError("not-found", 404, "There is no such partner. Reload the page.")
    for field, typed in (("name", name), ("site", site)):
        if len(typed) > LONGEST:
            message = f"That is too long. Write at most {LONGEST} characters."
            raise invalid(message, [Pointer(f"/{field}", message)])
    if not set(languages) <= set(texts.LANGUAGES):
        message = f"Choose languages from: {', '.join(texts.LANGUAGES)}."
        raise invalid(message, [Pointer("/languages", message)])
