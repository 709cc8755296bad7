"""Cursor lists: `limit` from 1 to 100, `starting_after` the last id of the page before."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from app import ids
from app.errors import AppError, Pointer, invalid

LimitQuery = Annotated[int, Query(ge=1, le=100, description="How many to return, 1 to 100.")]
AfterQuery = Annotated[
    str | None,
    Query(max_length=60, description="The id of the last one on the page before; none: the first page."),
]


def cursor(prefix: str, starting_after: str | None) -> UUID | None:
    """Return the UUID of the cursor. Raises `invalid` (422) where it is no id of that type."""
    if starting_after is None:
        return None
    try:
        return ids.read(prefix, starting_after)
    except AppError as error:
        message = f"{error.message} Send the id of the last item of the page before."
        raise invalid(message, [Pointer("/query/starting_after", message)]) from None
