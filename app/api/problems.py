"""The one shape of an error: problem+json (RFC 9457), whatever went wrong and wherever.

Owns the mapping from exceptions to problems and the list of codes a caller may meet. The words of an error
stand where it is raised; what is not ours to tell (a bug, a driver's message) is logged, never sent.
"""

from html import escape
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.errors import AppError, Pointer

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

log = structlog.get_logger()

# Every code the API may answer with, and its title. A test finds each code that app/ raises in here.
CODES = {
    "approver-is-requester": "Who asked for a payout may not approve it",
    "bad-signature": "The signature is missing or wrong",
    "body-incomplete": "The body ended too soon",
    "body-too-large": "The body is too large",
    "cannot-decrypt": "A stored text cannot be decrypted",
    "claimed": "Somebody else is at it",
    "client-exists": "The client exists already",
    "code-taken": "The invite code is in use",
    "decided": "It has been decided",
    "document-differs": "There is another document of this id",
    "endpoint-disabled": "The webhook endpoint is disabled",
    "forbidden": "This is not allowed to you",
    "idempotency-key-invalid": "The Idempotency-Key is not one",
    "idempotency-mismatch": "The Idempotency-Key stands for another request",
    "idempotency-running": "The first request with this key is still running",
    "insufficient-credit": "The credit does not suffice",
    "internal": "Something went wrong here",
    "invalid": "The input is not acceptable",
    "malformed-callback": "The callback cannot be read",
    "malformed-json": "The body is not JSON",
    "malformed-webhook": "The webhook cannot be read",
    "method-not-allowed": "This method is not allowed here",
    "name-taken": "The name is in use",
    "no-tasks": "The project has no tasks",
    "not-a-survey": "The project is no survey",
    "not-available": "This is not built yet",
    "no-result": "There is no result yet",
    "not-disputable": "This cannot be disputed",
    "not-found": "There is no such thing here",
    "not-gold": "The task has no gold",
    "not-pausable": "The worker cannot be paused now",
    "not-ready": "The service is not ready",
    "over-spend-cap": "The project would cost more than its cap",
    "own-decision": "Who decided it may not decide about it again",
    "payout-below-minimum": "The balance is below the smallest payout",
    "payout-in-progress": "A payout is on its way already",
    "payout-no-account": "There is no account to pay to",
    "payout-no-reason": "A refusal needs a reason",
    "payout-nothing": "There is nothing to pay out",
    "payout-state": "The payout's state does not allow this",
    "rate-limited": "Too many requests",
    "reference-reused": "The reference stands for other postings",
    "sign-in-failed": "The sign-in failed",
    "sign-in-needed": "Sign in first",
    "too-few-gold": "There is too little gold for the exam",
    "too-late": "It is too late for this",
    "too-large": "The body is too large",
    "too-many-endpoints": "There are too many webhook endpoints",
    "unauthorized": "An API key is needed",
    "unavailable": "The service cannot answer just now",
    "unknown-currency": "This currency is not known here",
    "unsupported-media-type": "This content type cannot be read",
    "user-exists": "The user exists already",
    "wrong-state": "The present state does not allow this",
}
_CODE_OF_STATUS = {
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "unsupported-media-type",
    503: "unavailable",
}


class FieldError(BaseModel):
    """One field at fault."""

    pointer: str = Field(description="A JSON pointer (RFC 6901) into the request.", examples=["/pay/amount"])
    detail: str = Field(description="What is wrong with it and what to do.")


class Problem(BaseModel):
    """An error (RFC 9457). `type` is stable; `detail` says what is wrong, where, and what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/problems/invalid",
                "title": "The input is not acceptable",
                "status": 422,
                "detail": "There is no kind 'poll'. Choose one of: verification.",
                "request_id": "req_01jd8w2t5vf3qbh1m3x0r6k9za",
                "errors": [{"pointer": "/kind", "detail": "There is no kind 'poll'."}],
            }
        }
    )
    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldError] = []
    data: dict[str, Any] = Field(
        default={}, description="Details for machines; what is in it depends on `type`."
    )


def problem(
    request: Request,
    *,
    code: str,
    status: int,
    detail: str,
    errors: tuple[Pointer, ...] = (),
    data: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a problem as a response. `data["retry_after_s"]` also becomes the Retry-After header."""
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": CODES.get(code, code.replace("-", " ").capitalize()),
        "status": status,
        "detail": detail,
        "request_id": request_id(request),
    }
    if errors:
        body["errors"] = [{"pointer": error.pointer, "detail": error.detail} for error in errors]
    if data:
        body["data"] = data
    sent = dict(headers or {})
    if data and "retry_after_s" in data:
        sent["Retry-After"] = str(data["retry_after_s"])
    if status == HTTPStatus.UNAUTHORIZED:
        sent.setdefault("WWW-Authenticate", 'Bearer realm="kazi"')
    return _ProblemResponse(body, status, sent)


class _ProblemResponse(JSONResponse):
    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        # A lone surrogate in what a client sent comes back in the message; UTF-8 has no form for it.
        return super().render(_encodable(content))


def _encodable(content: Any) -> Any:
    if isinstance(content, str):
        return content.encode("utf-8", "backslashreplace").decode()
    if isinstance(content, dict):
        return {_encodable(key): _encodable(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_encodable(value) for value in content]
    return content


def request_id(request: Request) -> str:
    """Return the id the middleware gave this request."""
    return str(request.scope.get("kazi_request_id", ""))


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the declaration of these error statuses for a route, beside those any route may give."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA}},
        }
        for status in sorted({*statuses, 500, 503})
    }


_PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def from_app_error(request: Request, error: Exception) -> Response:
    """Return what a refusal of our own looks like."""
    assert isinstance(error, AppError)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("refused", code=error.code, path=request.scope["path"])
    return problem(
        request,
        code=error.code,
        status=error.status,
        detail=error.message,
        errors=error.errors,
        data=error.data,
    )


def _from_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = tuple(pointers(error))
    places = ", ".join(pointer.pointer for pointer in found)
    return problem(
        request,
        code="invalid",
        status=422,
        detail=f"The request is not acceptable at {places}. Correct what `errors` names.",
        errors=found,
    )


def pointers(error: RequestValidationError | ValidationError) -> list[Pointer]:
    """Return what pydantic found wrong, by place: /query/limit, /header/…, or a path into the body."""
    found = []
    for fault in error.errors():
        steps = [str(step).replace("~", "~0").replace("/", "~1") for step in fault["loc"]]
        found.append(Pointer("".join(f"/{step}" for step in steps), str(fault["msg"])))
    return found


def _from_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    details = {
        404: f"There is nothing at {request.scope['path']!r}. Check the address.",
        405: f"{request.method} is not allowed at {request.scope['path']!r}. See the Allow header.",
    }
    return problem(
        request,
        code=_CODE_OF_STATUS.get(status, "internal" if status >= 500 else "invalid"),
        status=status,
        detail=details.get(status, f"{error.detail}. Correct the request."),
        headers=dict(error.headers or {}),
    )


def _from_database(request: Request, error: Exception) -> Response:
    """Map a database that is away or overloaded to 503: the caller did nothing wrong and may come again."""
    log.error("database away", error=type(error).__name__, path=request.scope["path"])
    return problem(
        request,
        code="unavailable",
        status=503,
        detail="The service cannot reach its database just now. Nothing was changed. Send the request again.",
        data={"retry_after_s": RETRY_AFTER_S},
    )


def _from_disconnect(request: Request, error: Exception) -> Response:  # noqa: ARG001 - a handler's signature
    return problem(
        request,
        code="body-incomplete",
        status=400,
        detail="The connection ended before the body did. Send the request again.",
    )


def internal(request: Request) -> Response:
    """Return what a bug looks like from outside: nothing but the id by which its log entry is found."""
    return problem(
        request,
        code="internal",
        status=500,
        detail="Something went wrong on our side. Nothing was changed. Quote the request_id when you ask us.",
    )


def install(app: FastAPI) -> None:
    """Register the handlers, the schema, and the page that lists the codes."""
    app.add_exception_handler(AppError, from_app_error)
    app.add_exception_handler(RequestValidationError, _from_validation)
    app.add_exception_handler(HTTPException, _from_http)
    app.add_exception_handler(ClientDisconnect, _from_disconnect)
    for error in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(error, _from_database)
    app.get("/problems", include_in_schema=False)(codes_page)
    app.get("/problems/{code}", include_in_schema=False)(codes_page)


def codes_page() -> HTMLResponse:
    """Show every code with its title: where the `type` of a problem leads."""
    rows = "".join(
        f"<tr><td><code>{code}</code></td><td>{escape(title)}</td></tr>" for code, title in CODES.items()
    )
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Kazi: errors</title>'
        f"<h1>Errors of the API</h1><table><tr><th>type</th><th>meaning</th></tr>{rows}</table></html>"
    )
