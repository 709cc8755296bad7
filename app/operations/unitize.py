"""Splitting a client's document into tasks: checked, cut so that each part's question fits its message, and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.errors import AppError, Pointer, conflict, invalid
from app.operations import create
from app.tasks import loading
from app.tasks import service as tasks
from app.tasks.adding import fields_of
from app.tasks.description.parts import plain, pointer
from app.tasks.documents import keeping as documents
from app.tasks.documents import splitting
from app.tasks.documents.models import Document
from app.tasks.documents.splitting import BYS, Span
from app.tasks.free_text import text_kind
from app.tasks.models import Project

LONGEST_ID = 180
LONGEST_TEXT = 1_000_000
_FIELDS = ("id", "text", "by", "field", "data")


@dataclass(frozen=True)
class Given:
    """A document as a client gives it: `field` of each task's data gets the part, `data` is the rest of it."""

    id: str
    text: str
    by: splitting.By
    field: str
    data: dict[str, Any]


def read(body: Mapping[str, Any], project: Project) -> Given:
    """Return the document of a parsed JSON body. Raises `invalid` (422) with a pointer for each problem."""
    found = [
        Pointer(pointer(name), "There is no such field. A document has id, text, by, field and data.")
        for name in body
        if name not in _FIELDS
    ]
    name, by = body.get("id"), body.get("by")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ID or _control(name):
        found.append(Pointer("/id", f"Give the document an id of your own, 1 to {LONGEST_ID} characters."))
    if by not in BYS:
        found.append(Pointer("/by", f"Say what it is split by: one of {', '.join(BYS)}."))
    found += _text_problems(body.get("text"))
    field, data = body.get("field", "text"), body.get("data", {})
    found += _data_problems(project, field, data)
    if found:
        raise invalid("The document cannot be split as it is. Correct the fields named here.", found)
    return Given(str(name), body["text"], body["by"], field, dict(data))


def _text_problems(words: object) -> list[Pointer]:
    if not isinstance(words, str) or not words.strip():
        return [Pointer("/text", "There is no text. Give the document's words.")]
    if len(words) > LONGEST_TEXT:
        return [
            Pointer("/text", f"The text has {len(words)} characters; {LONGEST_TEXT} may be sent at once.")
        ]
    return [Pointer("/text", "The text holds a control character. Take it out.")] if _control(words) else []


def _control(words: str) -> bool:
    try:
        plain(words)
    except ValueError:
        return True
    return False


def _data_problems(project: Project, field: object, data: object) -> list[Pointer]:
    needed = sorted(fields_of(project) | text_kind.needed_fields(project.spec))
    if not needed:
        return [Pointer("/field", "The project's questions have no {field} that a part could stand in.")]
    found = []
    if field not in needed:
        shown = ", ".join(f"{{{name}}}" for name in needed)
        found.append(Pointer("/field", f"The template has no such field. It has {shown}; name one."))
    if not isinstance(data, dict):
        return [*found, Pointer("/data", "The data is no object. Give what the template asks for besides.")]
    if field in data:
        found.append(
            Pointer(pointer("data", str(field)), "The parts go here. Leave it out, or name another field.")
        )
    found += [
        Pointer(pointer("data", name), f"The template asks for {{{name}}} too. Add it.")
        for name in needed
        if name != field and str(data.get(name, "")).strip() == ""
    ]
    checked = loading.item(1, {"id": "x", "data": data}) if data else None
    if isinstance(checked, loading.LineError):
        found.append(Pointer(checked.pointer, checked.message))
    return found


def add_document(session: Session, *, project: Project, given: Given, now: datetime) -> tuple[Document, bool]:
    """Split a document and add its tasks, all or none; return it, and whether it is new.

    The same document again changes nothing. Raises `document-differs` (409) for another one under the same id,
    `invalid` (422) where a part cannot become a task, and what adding tasks raises.
    """
    known = documents.document_of(session, project.id, given.id)
    if known is not None:
        _check_same(known, given)
        return known, False
    spans = _split(project, given)
    lines = [
        tasks.TaskItem(
            number,
            documents.task_name(given.id, number),
            {**given.data, given.field: given.text[span.start : span.end]},
        )
        for number, span in enumerate(spans, start=1)
    ]
    report = create.add_tasks(session, project=project, lines=lines, now=now)
    if report.failed:
        raise _refused(report)
    document = documents.keep(
        session,
        project=project,
        client_document_id=given.id,
        words=given.text,
        by=given.by,
        field=given.field,
        data=given.data,
        spans=spans,
        now=now,
    )
    return document, True


def _check_same(known: Document, given: Given) -> None:
    was = (known.text, known.by, known.field, known.data)
    if was != (given.text, given.by, given.field, given.data):
        raise conflict(
            "document-differs",
            f"There is already a document {given.id[:60]!r} with another text, or split otherwise, which stays. "
            "Give this one another id.",
        )


def _split(project: Project, given: Given) -> Sequence[Span]:
    def fits(part: str) -> bool:
        return create.too_long(project, {**given.data, given.field: part}) is None

    if not fits("x"):
        raise invalid(
            "The project's question leaves no room for a part of the document.",
            [Pointer("/field", create.too_long(project, {**given.data, given.field: "x"}) or "")],
        )
    spans = splitting.split(given.text, given.by, fits)
    if len(spans) > loading.MOST_LINES:
        raise invalid(
            f"The document has {len(spans)} parts; {loading.MOST_LINES} are taken. Send it as several.",
            [Pointer("/text", "too many parts")],
        )
    return spans


def _refused(report: tasks.AddReport) -> AppError:
    faults = {(fault.pointer, fault.message): fault for fault in reversed(report.errors)}
    found = [
        Pointer(where, f"Part {fault.line}: {message}")
        for (where, message), fault in reversed(faults.items())
    ]
    return invalid(
        "Parts of the document cannot become tasks, so that none did. Correct what is named.", found
    )
