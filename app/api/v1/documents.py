"""Documents: split into tasks, and put together again from their results."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from app import ids
from app.api import document_schemas as schemas
from app.api.caller import CallerDep, Doing, DoingTasksDep, read_id
from app.api.paging import LimitQuery
from app.api.problems import responses
from app.db import SessionDep
from app.errors import AppError, Pointer, invalid, not_found
from app.operations import launch, unitize
from app.tasks import service as tasks
from app.tasks.documents import keeping as documents
from app.tasks.documents.keeping import Part
from app.tasks.documents.models import Document
from app.tasks.documents.splitting import BYS
from app.tasks.models import Project

router = APIRouter(prefix="/projects/{project_id}/documents", tags=["Documents"])

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["id", "text", "by"],
                    "additionalProperties": False,
                    "properties": {
                        "id": {"type": "string", "maxLength": unitize.LONGEST_ID, "description": "Your own."},
                        "text": {"type": "string", "maxLength": unitize.LONGEST_TEXT},
                        "by": {"type": "string", "enum": list(BYS)},
                        "field": {
                            "type": "string",
                            "default": "text",
                            "description": "The template's field that a part stands in.",
                        },
                        "data": {"type": "object", "description": "What else the template asks for."},
                    },
                },
                "example": {
                    "id": "report-1",
                    "text": "The pump is broken. We walk to the river.",
                    "by": "sentence",
                },
            },
            "text/plain": {
                "schema": {"type": "string", "description": "The text; id, by and field are in the query."},
                "example": "The pump is broken. We walk to the river.",
            },
        },
    }
}

ById = Annotated[str | None, Query(description="With text/plain: your own id of the document.")]
BySplit = Annotated[str | None, Query(description="With text/plain: what it is split by.")]
ByField = Annotated[str | None, Query(description="With text/plain: the template's field for a part.")]
FormatQuery = Annotated[
    Literal["txt", "jsonl"] | None,
    Query(description="The whole as a file: put together (txt), or a line a part (jsonl)."),
]


@router.post(
    "",
    operation_id="addDocument",
    status_code=201,
    response_model=schemas.Document,
    responses={
        200: {"description": "It was there already.", "model": schemas.Document},
        **responses(400, 401, 402, 404, 409, 413, 415, 422, 429),
    },
    openapi_extra=_BODY,
)
def add_document(
    project_id: str,
    doing: DoingTasksDep,
    id: ById = None,
    by: BySplit = None,
    field: ByField = None,
) -> Response:
    """Split a text by sentence, line, paragraph, or as much as fits a message (`segment`): a task for each part.

    Parts whose question would not fit one message are split further. All parts become tasks, or none does. The same
    document again changes nothing.
    """
    project = launch.project_of(doing.session, doing.caller.client_id, read_id("prj", project_id))
    given = unitize.read(_body(doing, {"id": id, "by": by, "field": field}), project)
    document, is_new = unitize.add_document(doing.session, project=project, given=given, now=doing.now)
    return doing.answer(201 if is_new else 200, _shown(doing.session, [document])[0])


def _body(doing: Doing, query: dict[str, str | None]) -> dict[str, Any]:
    media_type = doing.content_type.partition(";")[0].strip().lower()
    if media_type in {"", "application/json"}:
        return doing.json()
    if media_type != "text/plain":
        raise AppError(
            "unsupported-media-type",
            415,
            f"A document cannot be read from {media_type[:60]!r}. "
            "Send application/json, or text/plain with id and by in the query.",
        )
    try:
        words = doing.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid("The text is not UTF-8. Save it as UTF-8.", [Pointer("/text", "not UTF-8")]) from None
    return {"text": words, **{name: value for name, value in query.items() if value is not None}}


@router.get("", operation_id="listDocuments", responses=responses(401, 404, 422, 429))
def list_documents(
    project_id: str,
    caller: CallerDep,
    session: SessionDep,
    limit: LimitQuery = 20,
    starting_after: Annotated[str | None, Query(description="The last id of the page before.")] = None,
) -> schemas.DocumentPage:
    """List a project's documents, in the order they came."""
    project = tasks.project_of(session, project_id=read_id("prj", project_id), client_id=caller.client_id)
    after = _document(session, project, starting_after).id if starting_after is not None else None
    found, more = documents.documents_page(session, project.id, limit=limit, starting_after=after)
    return schemas.DocumentPage(data=_shown(session, found), has_more=more)


@router.get(
    "/{document:path}",
    operation_id="getDocument",
    response_model=schemas.DocumentDetail,
    responses=responses(401, 404, 422, 429)
    | {
        200: {
            "description": "The document (JSON), or the whole as a file.",
            "content": {"text/plain": {"example": "Pampu imevunjika. …"}, "application/x-ndjson": {}},
        }
    },
)
def get_document(
    project_id: str,
    document: str,
    caller: CallerDep,
    session: SessionDep,
    format: FormatQuery = None,
    limit: LimitQuery = 100,
    starting_after: Annotated[
        int, Query(ge=0, description="The number of the last part of the page before.")
    ] = 0,
) -> schemas.DocumentDetail | Response:
    """Show a document put together again, and its parts with where they stand, their results and provenance."""
    project = tasks.project_of(session, project_id=read_id("prj", project_id), client_id=caller.client_id)
    found = _document(session, project, document)
    parts = documents.parts_of(session, found.id)
    if format == "txt":
        return Response(
            documents.assemble(found, parts, project.kind), media_type="text/plain; charset=utf-8"
        )
    if format == "jsonl":
        return StreamingResponse(_lines(found, parts), media_type="application/x-ndjson")
    page = [part for part in parts if part.number > starting_after]
    [shown] = _shown(session, [found])
    return schemas.DocumentDetail(
        **shown.model_dump(),
        assembled=documents.assemble(found, parts, project.kind),
        parts=[_part(found, part) for part in page[:limit]],
        has_more=len(page) > limit,
    )


def _document(session: Session, project: Project, client_document_id: str) -> Document:
    found = documents.document_of(session, project.id, client_document_id.replace("\0", ""))
    if found is None:
        raise not_found("document", client_document_id[:60])
    return found


def _shown(session: Session, found: list[Document]) -> list[schemas.Document]:
    counted = documents.finished_of(session, [document.id for document in found])
    return [
        schemas.Document(
            id=document.client_document_id,
            by=document.by,  # type: ignore[arg-type]  # one of the four, as it was checked when it came
            field=document.field,
            characters=len(document.text),
            parts_total=document.part_count,
            parts_finished=counted.get(document.id, (0, 0))[0],
            state="open" if counted.get(document.id, (0, 0))[1] else "finished",
            created_at=document.created_at,
        )
        for document in found
    ]


def _part(document: Document, part: Part) -> schemas.DocumentPart:
    return schemas.DocumentPart.model_validate(
        {
            "number": part.number,
            "start": part.start,
            "end": part.stop,
            "text": document.text[part.start : part.stop],
            "task": part.task,
            "task_id": ids.show("tsk", part.task_id),
            "state": part.state,
            "result": part.result,
            "confidence": part.confidence,
            "answers": part.answers,
            "method": part.method,
            "votes": part.votes,
        }
    )


def _lines(document: Document, parts: list[Part]) -> Iterator[str]:
    for part in parts:
        yield json.dumps(_part(document, part).model_dump(mode="json"), ensure_ascii=False) + "\n"
