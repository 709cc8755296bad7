"""The OpenAPI document of the API: FastAPI's own, with the parts that are described by hand put among its schemas."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api import examples
from app.api.problems import Problem

_DESCRIPTION = """
Text jobs become micro-tasks, answered by SMS and WhatsApp from basic phones and paid by mobile money.

Send the key as `Authorization: Bearer kazi_live_…`. Money is whole minor units and a currency. Lists take
`limit` and `starting_after`. A POST may carry an `Idempotency-Key`. Errors are problem+json (RFC 9457); their
`type` is stable and listed at `/problems`.
"""


def describe(app: FastAPI) -> None:
    """Make the application's document this one. It is served at /v1/openapi.json."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="Kazi", version="1", description=_DESCRIPTION, routes=app.routes, openapi_version="3.1.0"
    )
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = problem.pop("$defs", {})
    components = document.setdefault("components", {}).setdefault("schemas", {})
    components.update({"Problem": problem, **parts, **examples.PROJECT_PARTS})
    _drop_validation_errors(document)
    return document


def _drop_validation_errors(document: dict[str, Any]) -> None:
    """Take out FastAPI's own shape of an error, which it declares for every parameter and we never answer with."""
    for methods in document["paths"].values():
        for operation in methods.values():
            found = operation["responses"].get("422", {}).get("content", {}).get("application/json", {})
            if found.get("schema", {}).get("$ref", "").endswith("/HTTPValidationError"):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
