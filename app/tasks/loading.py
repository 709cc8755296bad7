"""Reading a client's tasks from JSON, NDJSON or CSV, line by line.

Owns what a line must look like to become a task. Each faulty line is named with its number, a pointer and
what to do, and the lines around it are still read. Writing the rows is adding.py's.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from app.errors import AppError
from app.tasks.description.parts import plain, pointer

MOST_LINES = 100_000
LONGEST_ID = 200
LONGEST_NAME = 100
LONGEST_VALUE = 4000
MOST_FIELDS = 50
LONGEST_LINE = 1_000_000

_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class TaskItem:
    """One task as the client gave it. `line` counts from 1: a line of the file, or a place in the JSON list."""

    line: int
    id: str
    data: Mapping[str, Any]
    gold: str | None = None


@dataclass(frozen=True)
class LineError:
    """A line that became no task: where in it, and what to do. `id` is the client's, where it could be read."""

    line: int
    id: str | None
    pointer: str
    message: str


Line = TaskItem | LineError


def read(body: IO[bytes], content_type: str, *, bare: bool = False) -> Iterator[Line]:
    """Yield the tasks and faults of a body of that content type. Raises `invalid` for another type (415).

    With `bare`, a task may be an id alone: of a survey whose questions need no data.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        return read_json(body, bare=bare)
    if media_type in ("application/x-ndjson", "application/jsonl", "application/x-jsonlines"):
        return read_ndjson(body, bare=bare)
    if media_type in ("text/csv", "application/csv"):
        return read_csv(body, bare=bare)
    raise AppError(
        "unsupported-media-type",
        415,
        f"Tasks cannot be read from {media_type[:60]!r}. "
        "Send application/json, application/x-ndjson or text/csv and say so in Content-Type.",
    )


def read_ndjson(body: Iterable[bytes], *, bare: bool = False) -> Iterator[Line]:
    """Yield a task or a fault for each line that is not blank: one JSON object a line."""
    for number, raw in enumerate(body, 1):
        if not raw.strip():
            continue
        if len(raw) > LONGEST_LINE:
            yield LineError(
                number, None, "", f"The line is longer than {LONGEST_LINE} bytes. Split the data."
            )
            continue
        try:
            value = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            yield LineError(
                number, None, "", f"The line is no JSON object in UTF-8: {_why(error)}. Correct it."
            )
            continue
        yield item(number, value, bare=bare)


def read_json(body: IO[bytes], *, bare: bool = False) -> Iterator[Line]:
    """Yield a task or a fault for each element of a JSON list; a broken element ends the reading."""
    try:
        text = body.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield LineError(1, None, "", f"The body is not UTF-8: {_why(error)}. Save it as UTF-8.")
        return
    if not text.lstrip().startswith("["):
        yield LineError(1, None, "", 'The body is no JSON list. Send [{"id": …, "data": {…}}, …].')
        return
    yield from _elements(text, text.index("[") + 1, bare=bare)


def read_csv(body: IO[bytes], *, bare: bool = False) -> Iterator[Line]:
    """Yield a task or a fault for each row: the columns `id`, perhaps `gold`, and the others as its data."""
    # What is not UTF-8 becomes lone surrogates, which the check of each value names with its line.
    text = io.TextIOWrapper(body, encoding="utf-8-sig", newline="", errors="surrogateescape")
    rows = csv.reader(text, strict=True)
    try:
        header = next(rows, [])
    except csv.Error as error:
        header, fault = [], f"The header cannot be read: {_why(error)}. Correct it."
    else:
        fault = _header_fault(header, bare=bare)
    if fault:
        yield LineError(1, None, "", fault)
    else:
        yield from _rows(rows, header, bare=bare)
    text.detach()


def item(line: int, value: object, *, bare: bool = False) -> Line:
    """Return the task that a parsed JSON value describes, or what is wrong with it."""
    if not isinstance(value, dict):
        return LineError(line, None, "", 'This is no object. Send {"id": …, "data": {…}}.')
    shown = value.get("id")
    if isinstance(shown, int) and not isinstance(shown, bool):
        shown = str(shown)
    fault = _id_fault(shown)
    if fault or not isinstance(shown, str):
        return LineError(line, None, "/id", fault or "The id is missing. Give each task one of your own.")
    unknown = [name for name in value if name not in ("id", "data", "gold")]
    if unknown:
        found = (
            f"There is no field {unknown[0][:40]!r}. A task has id, data and gold; put your fields into data."
        )
        return LineError(line, shown, pointer(unknown[0]), found)
    data, gold = value.get("data"), value.get("gold")
    if bare and data is None:
        data = {}
    if not isinstance(data, dict) or not (data or bare):
        return LineError(
            line, shown, "/data", "The data is missing. Give an object with the template's fields."
        )
    faults = _data_fault(data)
    if faults:
        return LineError(line, shown, *faults)
    if gold is not None and not isinstance(gold, str):
        return LineError(line, shown, "/gold", "The gold is no text. Give the value of a choice.")
    return TaskItem(line, shown, data, gold)


def _elements(text: str, position: int, *, bare: bool) -> Iterator[Line]:
    """Yield the elements of a JSON list from after its bracket, one at a time, so that a fault costs only its tail."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    position = _after_blank(text, position)
    number = 0
    closed = text[position : position + 1] == "]"
    while not closed:
        number += 1
        try:
            value, position = decoder.raw_decode(text, _after_blank(text, position))
            position = _after_blank(text, position)
            after = text[position : position + 1]
            _expect(after in (",", "]"), "neither a comma nor ] follows it")
        except (ValueError, RecursionError) as error:
            broken = f"The list is broken here, what follows was not read: {_why(error)}. Correct it."
            yield LineError(number, None, "", broken)
            return
        yield item(number, value, bare=bare)
        position += 1
        closed = after == "]"
    if text[position + (number == 0) :].strip():
        yield LineError(number + 1, None, "", "Something follows the list, which was not read. Take it out.")


def _expect(held: bool, otherwise: str) -> None:
    if not held:
        raise ValueError(otherwise)


def _after_blank(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _rows(rows: Any, header: list[str], *, bare: bool) -> Iterator[Line]:
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield LineError(line, None, "", f"This is no line of CSV: {_why(error)}. Correct its quotes.")
            continue
        if not any(cells):
            continue
        if len(cells) != len(header):
            wrong = f"The line has {len(cells)} cells where the header has {len(header)}. Quote cells with commas."
            yield LineError(line, None, "", wrong)
            continue
        named = dict(zip(header, cells, strict=True))
        found: dict[str, Any] = {"id": named.pop("id"), "gold": named.pop("gold", "") or None, "data": named}
        yield item(line, found, bare=bare)


def _header_fault(header: list[str], *, bare: bool) -> str:
    if "id" not in header:
        return "The first line names no column id. Name the columns there: id, perhaps gold, and your data."
    if len(set(header)) != len(header) or not all(header):
        return "A column's name is empty or stands twice. Give each column a name of its own."
    if not bare and not set(header) - {"id", "gold"}:
        return "There is no column of data beside id and gold. Add those that the template's fields name."
    return ""


def _id_fault(shown: object) -> str:
    if shown is None or shown == "":
        return "The id is missing. Give each task one of your own."
    if not isinstance(shown, str):
        return "The id is no text. Give each task a short text as its id."
    if len(shown) > LONGEST_ID:
        return f"The id has {len(shown)} characters; at most {LONGEST_ID} are kept. Shorten it."
    return _text_fault(shown)


def _data_fault(data: dict[str, Any]) -> tuple[str, str] | None:
    if len(data) > MOST_FIELDS:
        return "/data", f"The data has {len(data)} fields; at most {MOST_FIELDS} are kept. Leave some out."
    for name, value in data.items():
        where = pointer("data", name)
        if len(name) > LONGEST_NAME or _text_fault(name):
            return (
                "/data",
                f"The field {name[:40]!r} has a name that is too long or not printable. Rename it.",
            )
        if isinstance(value, str):
            if len(value) > LONGEST_VALUE:
                return (
                    where,
                    f"The text has {len(value)} characters; at most {LONGEST_VALUE} are kept. Shorten it.",
                )
            fault = _text_fault(value)
            if fault:
                return where, fault
        elif isinstance(value, bool) or not isinstance(value, int | float):
            return where, "The value is neither text nor a number. Give what is to stand in the question."
    return None


def _text_fault(text: str) -> str:
    try:
        plain(text)
    except ValueError:
        return "The text holds a control character, or bytes that are not UTF-8. Take them out."
    return ""


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _why(error: Exception) -> str:
    """Return what a parser says, without the text it was given: that may hold anything."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} cannot be read"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)
