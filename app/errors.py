"""The one error the rules raise, and nothing else: what HTTP makes of it is decided in app/api/problems.py.

Owns the shape of an error; the words of each error stand where it is raised, because only there is it
known what is wrong, where, and what to do about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Pointer:
    """One field at fault: a JSON pointer (RFC 6901) into the request body, and what is wrong with it."""

    pointer: str
    detail: str


class AppError(Exception):
    """A refusal a caller can act on.

    `code` is stable and kebab-case (it becomes the problem's `type`), `status` the HTTP status it maps to,
    `message` says what is wrong, where, and what to do, `data` holds machine-readable details, and `errors`
    names the fields at fault.
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str,
        data: dict[str, Any] | None = None,
        errors: Sequence[Pointer] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.data = data or {}
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def not_found(kind: str, shown_id: str) -> AppError:
    """Return the error for an id that does not exist or belongs to another tenant: the two look alike."""
    return AppError("not-found", 404, f"There is no {kind} {shown_id!r} here. Check the id.")


def invalid(message: str, errors: Sequence[Pointer] = (), **data: object) -> AppError:
    """Return the error for input that is well-formed but not acceptable (422)."""
    return AppError("invalid", 422, message, dict(data), errors)


def conflict(code: str, message: str, **data: object) -> AppError:
    """Return the error for a request that the present state does not allow (409)."""
    return AppError(code, 409, message, dict(data))
