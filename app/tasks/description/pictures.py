"""Projects whose questions come with a picture: its address stands in each task's data. Pure.

The picture is fetched by the provider that sends it, never by Kazi: an address that leads into somebody's network is
theirs to refuse, and nothing of ours ever calls it.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.errors import Pointer
from app.tasks.description import template
from app.tasks.description.parts import pointer
from app.tasks.description.spec import ProjectSpec

# What a worker must have (beside what they have passed) to be given such a task: a channel that carries pictures. No
# exam is ever named so, for names of exams begin with their client's id.
SEES_PICTURES = "channel:pictures"
KINDS = ("verification", "tagging", "text")
LONGEST_URL = 2000


def problems(spec: ProjectSpec) -> list[Pointer]:
    """Return what is wrong with a project's pictures."""
    if spec.media is None:
        return []
    found = []
    if spec.kind not in KINDS:
        found.append(Pointer("/media", f"Pictures go with kinds {', '.join(KINDS)}. Leave media out."))
    if (spec.bundle or 1) > 1:
        found.append(Pointer("/bundle", "A picture needs a message of its own. Leave bundle out."))
    if spec.training:
        found.append(Pointer("/training", "Lessons cannot show pictures yet. Leave training out."))
    found += [
        Pointer(
            pointer("template", language),
            f"The picture is shown, not its address. Take {{{spec.media}}} out of the words.",
        )
        for language, words in spec.template.items()
        if spec.media in template.fields(words)
    ]
    return found


def requires(spec: ProjectSpec) -> list[str]:
    """Return what a worker must have to be given the project's tasks, because of its pictures."""
    return [SEES_PICTURES] if spec.media else []


def url_of(spec: Mapping[str, Any], data: Mapping[str, Any]) -> str | None:
    """Return the address of a task's picture, None where it has none."""
    field = spec.get("media")
    return str(data[field]) if field else None


def fault(spec: Mapping[str, Any], data: Mapping[str, Any]) -> Pointer | None:
    """Return what is wrong with the picture of a task's data."""
    field = spec.get("media")
    if not field:
        return None
    return None if _is_address(data.get(field)) else Pointer(pointer("data", str(field)), _WRONG)


_WRONG = (
    "This is no address of a picture. Give one that begins with https:// and that anybody can open, without a user "
    f"name and at most {LONGEST_URL} characters long."
)


def _is_address(given: object) -> bool:
    if not isinstance(given, str) or len(given) > LONGEST_URL or not given.isascii():
        return False
    if not given.isprintable() or " " in given:
        return False
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host and "@" not in parts.netloc and port in {None, 443}
