"""What the API shows of documents, with an example of each; the rest is in app/api/schemas.py."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.api.schemas import Page

_AT = "2026-11-26T06:29:00Z"
_SHOWN: dict[str, Any] = {
    "id": "report-1",
    "by": "sentence",
    "field": "text",
    "characters": 41,
    "parts_total": 2,
    "parts_finished": 1,
    "state": "open",
    "created_at": _AT,
}


class Document(BaseModel):
    """A document as lists show it. `finished`: none of its parts is open any more."""

    model_config = ConfigDict(json_schema_extra={"example": _SHOWN})
    id: str
    by: Literal["sentence", "line", "paragraph", "segment"]
    field: str
    characters: int
    parts_total: int
    parts_finished: int
    state: Literal["open", "finished"]
    created_at: datetime


class DocumentPart(BaseModel):
    """A part: the characters from `start` up to, without, `end`; its task, and what is concluded of it."""

    number: int
    start: int
    end: int
    text: str
    task: str
    task_id: str
    state: Literal["open", "finished", "withdrawn"]
    result: str | None
    confidence: float | None
    answers: int
    method: str | None
    votes: dict[str, Any] | None


class DocumentDetail(Document):
    """A document put together again. Parts without a result stand in `assembled` as they were, between [[ and ]]."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **_SHOWN,
                "assembled": "Pampu imevunjika. [[We walk to the river.]]",
                "parts": [
                    {
                        "number": 1,
                        "start": 0,
                        "end": 19,
                        "text": "The pump is broken.",
                        "task": "report-1#1",
                        "task_id": "tsk_01jd8w2t5vf3qbh1m3x0r6k9za",
                        "state": "finished",
                        "result": "Pampu imevunjika.",
                        "confidence": 0.8,
                        "answers": 1,
                        "method": "checked",
                        "votes": {"Pampu imevunjika.": {"accepted": 2, "refused": 0}},
                    }
                ],
                "has_more": True,
            }
        }
    )
    assembled: str
    parts: list[DocumentPart]
    has_more: bool


class DocumentPage(Page):
    """Documents, in the order they came."""

    data: list[Document]
