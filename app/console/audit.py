"""The audit trail: who did what, newest first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.console import pages
from app.console.auth import Staff
from app.console.queries import people
from app.db import SessionDep

router = APIRouter(prefix="/audit")


@router.get("")
def show_all(
    request: Request,
    session: SessionDep,
    who: Staff,
    subject: Annotated[str, Query(max_length=60)] = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    """The trail, or that of one thing by its id."""
    lines = people.audit_entries(session, before=before, subject=subject.strip())
    more = lines[-1].entry.id if len(lines) == people.AUDIT_LENGTH else None
    return pages.page(request, "audit.html", who, lines=lines, subject=subject, more=more)
