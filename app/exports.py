"""Whole exports as CSV or JSON lines, streamed in pages of their own short transactions.

A slow reader therefore holds no transaction open. Cells that a spreadsheet would run as a formula are made
text by a leading apostrophe (OWASP, "CSV Injection").
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from fastapi.responses import StreamingResponse

Format = Literal["csv", "jsonl"]
Row = Mapping[str, Any]
# Returns the rows after the one given, and the cursor of the next page, None after the last.
Page = Callable[[UUID | None], tuple[Sequence[Row], UUID | None]]

PAGE_ROWS = 1000
_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
MEDIA_TYPES: dict[Format, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


def cell(value: Any) -> str:
    """Return a value as a CSV cell that no spreadsheet runs; numbers of our own stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\0", "")
    return "'" + text if text.startswith(_RUN_AS_FORMULA) else text


def response(
    format: Format, name: str, columns: Sequence[str], page: Page, after: UUID | None
) -> StreamingResponse:
    """Return the export. The first page is read now, so that what goes wrong with it is still told as an error."""
    first = page(after)
    pages = _pages(first, page)
    lines = _csv(columns, pages) if format == "csv" else _jsonl(pages)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"'}
    return StreamingResponse(lines, media_type=MEDIA_TYPES[format], headers=headers)


def _pages(first: tuple[Sequence[Row], UUID | None], page: Page) -> Iterator[Sequence[Row]]:
    rows, after = first
    yield rows
    while after is not None:
        rows, after = page(after)
        yield rows


def _csv(columns: Sequence[str], pages: Iterator[Sequence[Row]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for rows in pages:
        writer.writerows([cell(row[column]) for column in columns] for row in rows)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _jsonl(pages: Iterator[Sequence[Row]]) -> Iterator[str]:
    for rows in pages:
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
