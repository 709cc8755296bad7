"""Documents of clients: kept whole, with where each part stands and which task asks about it.

Owns the tables documents and document_parts. How a text is split is splitting.py's; making its tasks is adding.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import ids
from app.tasks.documents.models import Document, DocumentPart
from app.tasks.documents.splitting import Span, between
from app.tasks.free_text import text_kind
from app.tasks.models import Project, Result, Task

# What stands for a part without a result, around its own words.
NOT_DONE = ("[[", "]]")


@dataclass(frozen=True)
class Part:
    """A part as it stands: where in the document, its task, and what is concluded of it so far."""

    number: int
    start: int
    stop: int
    task: str  # the client's own id
    task_id: UUID
    state: str
    result: str | None
    confidence: float | None
    answers: int
    method: str | None
    votes: dict[str, Any] | None


_KEEP_PARTS = text(
    """
    INSERT INTO document_parts (document_id, number, task_id, start, stop)
    SELECT :document_id, part.number, tasks.id, part.start, part.stop
      FROM unnest(CAST(:names AS text[]), CAST(:starts AS bigint[]), CAST(:stops AS bigint[]))
           WITH ORDINALITY AS part (name, start, stop, number)
      JOIN tasks ON tasks.project_id = :project_id AND tasks.client_task_id = part.name
    """
)


def task_name(client_document_id: str, number: int) -> str:
    """Return the id of the task that asks about a part."""
    return f"{client_document_id}#{number}"


def keep(  # noqa: PLR0913 - what a document is, each by its name
    session: Session,
    *,
    project: Project,
    client_document_id: str,
    words: str,
    by: str,
    field: str,
    data: dict[str, Any],
    spans: Sequence[Span],
    now: datetime,
) -> Document:
    """Keep a document whose tasks have been added, by the names `task_name` gives them."""
    document = Document(
        id=ids.new(),
        project_id=project.id,
        client_id=project.client_id,
        client_document_id=client_document_id,
        text=words,
        by=by,
        field=field,
        data=data,
        part_count=len(spans),
        created_at=now,
    )
    session.add(document)
    session.flush()
    session.execute(
        _KEEP_PARTS,
        {
            "document_id": document.id,
            "project_id": project.id,
            "names": [task_name(client_document_id, number) for number in range(1, len(spans) + 1)],
            "starts": [span.start for span in spans],
            "stops": [span.end for span in spans],
        },
    )
    return document


def document_of(session: Session, project_id: UUID, client_document_id: str) -> Document | None:
    """Return a project's document by the client's own id of it."""
    found = select(Document).where(
        Document.project_id == project_id, Document.client_document_id == client_document_id
    )
    return session.scalars(found).one_or_none()


def documents_page(
    session: Session, project_id: UUID, *, limit: int, starting_after: UUID | None = None
) -> tuple[list[Document], bool]:
    """Return up to `limit` documents in the order they came, after the one given, and whether there are more."""
    statement = select(Document).where(Document.project_id == project_id).order_by(Document.id)
    if starting_after is not None:
        statement = statement.where(Document.id > starting_after)
    found = list(session.scalars(statement.limit(limit + 1)))
    return found[:limit], len(found) > limit


def finished_of(session: Session, document_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return how many parts of each document are finished, and how many are open."""
    rows = session.execute(
        select(
            DocumentPart.document_id,
            func.count().filter(Task.state == "finished"),
            func.count().filter(Task.state == "open"),
        )
        .join(Task, Task.id == DocumentPart.task_id)
        .where(DocumentPart.document_id.in_(document_ids))
        .group_by(DocumentPart.document_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def parts_of(session: Session, document_id: UUID) -> list[Part]:
    """Return the parts of a document in their order, with what is concluded of each."""
    rows = session.execute(
        select(
            DocumentPart.number,
            DocumentPart.start,
            DocumentPart.stop,
            Task.client_task_id,
            Task.id,
            Task.state,
            Result.value,
            Result.confidence,
            func.coalesce(Result.answers, 0),
            Result.method,
            Result.votes,
        )
        .join(Task, Task.id == DocumentPart.task_id)
        .outerjoin(Result, Result.task_id == Task.id)
        .where(DocumentPart.document_id == document_id)
        .order_by(DocumentPart.number)
    )
    return [Part(*row) for row in rows]


def assemble(document: Document, parts: Sequence[Part], kind: str) -> str:
    """Put a document together again, all of its parts in order and between them what stood there.

    A text takes the place of its part; a label stands before it, in brackets. A part without a result stays as it
    was, in marks, so that what is missing is seen.
    """
    gaps = between(document.text, [Span(part.start, part.stop) for part in parts])
    written = [_written(document.text[part.start : part.stop], part.result, kind) for part in parts]
    return "".join(piece for pair in zip(gaps, written, strict=False) for piece in pair) + gaps[-1]


def _written(original: str, result: str | None, kind: str) -> str:
    if result is None:
        return original.join(NOT_DONE)
    return result if kind == text_kind.KIND else f"[{result}] {original}"
