"""The small parts of a project's description that several kinds share: words, languages, choices, pointers."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.functional_validators import AfterValidator

from app.errors import Pointer

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    """Return the text; refuse control characters and lone surrogates, which no phone and no database can take."""
    if _CONTROL.search(text):
        raise ValueError("holds a control character; take it out")
    return text


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, strict=True), AfterValidator(plain)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=60, strict=True), AfterValidator(plain)]


class Part(BaseModel):
    """A part of the description: nothing in it that is not named here, and it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Choice(Part):
    """One answer a worker may give: the value of the result, and what it is called in each language."""

    value: Short
    label: dict[Language, Short]


def pointer(*path: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of a path of names and places."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def pointers(error: ValidationError, body: Any) -> list[Pointer]:
    """Return what is wrong with a parsed body, each field once.

    Where a field may be of several types Pydantic names each of them in the path; only what is in the body stays.
    """
    found: dict[str, str] = {}
    for one in error.errors(include_url=False):
        where, message = _in_body(one["loc"], body, missing=one["type"] == "missing"), one["msg"]
        if "if" in where:
            where = where[: where.index("if") + 1]
            message = "A condition is a value, a list of them, {min, max}, {earliest, latest}, or 'unsure'."
        found.setdefault(pointer(*where), message)
    return [Pointer(where, message) for where, message in found.items()]


def _in_body(path: tuple[str | int, ...], body: Any, *, missing: bool) -> list[str | int]:
    found: list[str | int] = []
    for at, step in enumerate(path):
        inside = step in body if isinstance(body, dict) else False
        if isinstance(body, list):
            inside = isinstance(step, int) and step < len(body)
        if inside:
            body = body[step]
        elif not (missing and at == len(path) - 1):
            continue
        found.append(step)
    return found
