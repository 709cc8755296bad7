"""Reading a body: bounded, and as JSON only what PostgreSQL can keep.

Owns bytes and JSON values; what they mean is checked by the room they are for.
"""

import json
import math
from typing import Any

from fastapi import Request

from app.errors import AppError, Pointer, invalid

JSON_BYTES = 1_000_000
TASKS_BYTES = 20_000_000
_DEEPEST = 64


async def read(request: Request, most_bytes: int) -> bytes:
    """Return the body. Raises `body-too-large` (413), by the announced length before anything is read."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > most_bytes:
        raise _too_large(most_bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise _too_large(most_bytes)
    return bytes(body)


def _too_large(most_bytes: int) -> AppError:
    return AppError(
        "body-too-large", 413, f"The body may have {most_bytes} bytes. Send it in several requests."
    )


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in the body.

    Raises `malformed-json` (400) with where it breaks, or `invalid` (422) for what is no object or holds what
    cannot be kept: NUL, lone surrogates, numbers without end.
    """
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise AppError("malformed-json", 400, f"The body is not JSON: {error.msg} at {place}.") from None
    except UnicodeDecodeError:
        raise AppError("malformed-json", 400, "The body is not UTF-8. Encode it as UTF-8.") from None
    except (ValueError, RecursionError):
        message = "The body is not JSON that can be read: NaN, Infinity, a number of thousands of digits, or too deep."
        raise AppError("malformed-json", 400, message) from None
    if not isinstance(value, dict):
        raise invalid("The body must be a JSON object: {…}.", [Pointer("", "not an object")])
    check_keepable(value)
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def check_keepable(value: Any) -> None:
    """Raise `invalid` (422) with a pointer where a value holds what PostgreSQL's jsonb cannot keep."""
    waiting: list[tuple[str, int, Any]] = [("", 0, value)]
    while waiting:
        pointer, depth, found = waiting.pop()
        why = _unkeepable(found, depth)
        if why:
            raise invalid(f"The value at {pointer or 'the top'} {why}. Take it out.", [Pointer(pointer, why)])
        if isinstance(found, dict):
            for key, inner in found.items():
                waiting.append((pointer, depth, key))
                step = _printable(key).replace("~", "~0").replace("/", "~1")
                waiting.append((f"{pointer}/{step}", depth + 1, inner))
        elif isinstance(found, list):
            waiting += [(f"{pointer}/{index}", depth + 1, inner) for index, inner in enumerate(found)]


def _unkeepable(value: Any, depth: int) -> str | None:
    if isinstance(value, str):
        if "\0" in value:
            return "has a NUL character in it"
        if any("\ud800" <= character <= "\udfff" for character in value):
            return "has half of a surrogate pair in it"
    if isinstance(value, float) and not math.isfinite(value):
        return "is a number too large to keep"
    if isinstance(value, dict | list) and depth > _DEEPEST:
        return f"is nested deeper than {_DEEPEST} levels"
    return None


def _printable(text: str) -> str:
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()[:100]
