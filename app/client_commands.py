"""The client's own commands: quote, submit, watch and export, over the HTTP API from any machine.

Owns what they print: standard output carries only the answer asked for, everything else goes to standard error.
The talking is client_api.py's; it and Rich are imported when a command runs, so that --help stays quick.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote as quoted_path

import typer

from app.errors import AppError

if TYPE_CHECKING:
    from app.client_api import Api, Json

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 15.0
# What passes by itself: a restart, a rest, a lost connection.
_COME_BACK = frozenset({"unreachable", "broken-off", "unavailable", "not-ready", "rate-limited"})
# How often, at most, a busy stream lets the totals be asked for.
LOOK_EVERY_S = 1.0

Project = Annotated[str, typer.Argument(help="A project's id (prj_…), or a JSON file that describes one.")]
Tasks = Annotated[
    Path | None,
    typer.Argument(help="A file of tasks: .csv, .json, .ndjson or .jsonl. Not needed with an id."),
]
ProjectId = Annotated[str, typer.Argument(help="The project's id (prj_…).")]


class What(StrEnum):
    """What can be exported."""

    results = "results"
    answers = "answers"
    document = "document"


class Format(StrEnum):
    """The kinds of file."""

    csv = "csv"
    jsonl = "jsonl"
    txt = "txt"


class By(StrEnum):
    """What a document is split by."""

    sentence = "sentence"
    line = "line"
    paragraph = "paragraph"
    segment = "segment"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (quote, submit, watch, export):
        app.command()(command)


def say(line: str) -> None:
    """Tell the person at the terminal something that is not the answer."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def answer(line: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _connected() -> "AbstractContextManager[Api]":
    from app import client_api  # noqa: PLC0415 - see the module

    return client_api.connected()


def quote(
    project: Project,
    tasks: Tasks = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the API said, as JSON.")] = False,
) -> None:
    """Print what launching a project would reserve. A described project is made as a draft first."""
    with _connected() as api:
        project_id = _draft(api, project, tasks)
        quoted = api.post(f"/v1/projects/{project_id}/quote")
    if tasks is not None:
        say(f"The draft is {project_id}. To launch it: kazi submit {project_id} --launch")
    if as_json:
        answer(json.dumps(quoted, indent=2, ensure_ascii=False))
    else:
        _print_quote(quoted)


def submit(
    project: Project,
    tasks: Tasks = None,
    launch: Annotated[bool, typer.Option("--launch", help="Launch it, which reserves its budget.")] = False,
    follow: Annotated[bool, typer.Option("--watch", help="Then watch it until it is finished.")] = False,
    document: Annotated[
        Path | None, typer.Option(help="A text to be split into tasks; its name is its id.")
    ] = None,
    by: Annotated[By, typer.Option(help="What the document is split by.")] = By.sentence,
    field: Annotated[str, typer.Option(help="The template's field that a part stands in.")] = "text",
) -> None:
    """Make a project, add its tasks, and print its id. The same task, or document, sent twice is one."""
    words = _words(document) if document is not None else None
    with _connected() as api:
        project_id = _draft(api, project, tasks, show=answer, alone=words is not None)
        if document is not None and words is not None:
            _add_document(api, project_id, document.name, words, {"by": by.value, "field": field})
        if launch:
            api.post(f"/v1/projects/{project_id}/launch")
            say(f"{project_id} is launched.")
        if follow:
            _watch(api, project_id)


def _words(document: Path) -> str:
    try:
        return document.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise AppError("bad-file", 422, f"{document} cannot be read: {why}.") from None


def _add_document(api: "Api", project_id: str, name: str, words: str, how: dict[str, str]) -> None:
    body = json.dumps({"id": name, "text": words, **how}).encode()
    added = api.post(f"/v1/projects/{project_id}/documents", body)
    say(f"The document {added['id']} has {added['parts_total']} parts, a task each.")


def watch(project_id: ProjectId) -> None:
    """Follow a project live until it is finished; exit code 1 when it was cancelled."""
    with _connected() as api:
        _watch(api, project_id)


def export(
    project_id: ProjectId,
    what: Annotated[
        What,
        typer.Argument(
            help="results, a line a task; answers, a line an answer; or a document, put together."
        ),
    ],
    format: Annotated[
        Format | None, typer.Option(help="The kind of file: csv or jsonl; of a document, txt or jsonl.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")] = None,
    document: Annotated[str, typer.Option("--id", help="Of a document: its id.")] = "",
) -> None:
    """Write all results or answers of a project, or a document, to standard output or to a file."""
    path = f"/v1/projects/{_id(project_id)}/{_wanted(what, format, document)}"
    with _connected() as api, api.stream(path) as parts:
        if output is None:
            sys.stdout.buffer.writelines(parts)
            sys.stdout.buffer.flush()
        else:
            _write(output, parts)


def _wanted(what: What, format: Format | None, document: str) -> str:
    """Return the path of a file under its project."""
    if what is not What.document:
        if format is Format.txt:
            raise AppError("invalid", 422, f"{what.value} are written as csv or jsonl.")
        return f"{what.value}?format={(format or Format.csv).value}"
    if not document:
        raise AppError("invalid", 422, "Name the document: --id and the id it was sent under.")
    if format is Format.csv:
        raise AppError(
            "invalid", 422, "A document is written as txt, put together, or as jsonl, a line a part."
        )
    return f"documents/{quoted_path(document)}?format={(format or Format.txt).value}"


def _write(output: Path, parts: Iterable[bytes]) -> None:
    """Fill a file beside and put it in place when it is whole, so that half a file is never taken for one."""
    try:
        number, draft = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    except OSError as error:
        raise AppError("bad-file", 422, f"{output} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(parts)
        # As a file made anew would be: readable by whomever the person's own mask lets read.
        mask = os.umask(0)
        os.umask(mask)
        Path(draft).chmod(0o666 & ~mask)
        Path(draft).replace(output)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _id(project: str) -> str:
    if not project.startswith("prj_") or not project.isascii() or not project.replace("_", "").isalnum():
        raise AppError("invalid", 422, f"{project!r} is no project's id. An id looks like prj_01jd8w2t5vf3….")
    return project


def _draft(api: "Api", project: str, tasks: Path | None, show: Any = None, *, alone: bool = False) -> str:
    """Return the id of the project meant: a known one, or one made of a file; its tasks are added.

    `alone`: no file of tasks is needed. Nor is one of a survey: where its questions need data, the launch says so.
    Ends the command with exit code 1 when a line of the tasks was refused.
    """
    from app import client_api  # noqa: PLC0415 - see the module

    is_file = not project.startswith("prj_")
    if is_file and tasks is None and not alone and not client_api.is_survey(Path(project)):
        raise AppError("invalid", 422, f"Name a file of tasks after {project}, such as tasks.csv.")
    # Whatever is wrong with a file is found before anything is made.
    read = client_api.read_tasks(tasks) if tasks is not None else None
    body = client_api.read_project(Path(project)) if is_file else b""
    project_id = str(api.post("/v1/projects", body)["id"]) if is_file else _id(project)
    if show is not None:
        show(project_id)
    if read is not None and not _add(api, project_id, *read):
        say(
            f"Correct these lines and send the file again: kazi submit {project_id} {tasks}\n"
            "What was added already stays, and is not added twice."
        )
        raise typer.Exit(1)
    return project_id


def _add(api: "Api", project_id: str, body: bytes, content_type: str) -> bool:
    """Add tasks, tell which lines were refused, and say whether none was."""
    try:
        added = api.post(f"/v1/projects/{project_id}/tasks", body, content_type)
    except AppError as error:
        if "failed" not in error.data.get("data", {}):
            raise
        say(f"kazi: {error.message}")
        return False
    for fault in added["errors"]:
        named = f" ({fault['id']})" if fault["id"] else ""
        say(
            f"line {fault['line']}{named}{' ' if fault['pointer'] else ''}{fault['pointer']}: {fault['detail']}"
        )
    say(f"Tasks: {added['added']} added, {added['unchanged']} there already, {added['failed']} refused.")
    return not added["failed"]


def _print_quote(quoted: "Json") -> None:
    from rich.console import Console  # noqa: PLC0415 - see the module
    from rich.table import Table  # noqa: PLC0415 - see the module

    from app.texts import money  # noqa: PLC0415 - see the module

    currency, parts = quoted["currency"], quoted["parts"]
    table = Table(title=f"{quoted['tasks']} tasks, {quoted['places']} answers")
    table.add_column("part")
    table.add_column("at most", justify="right")
    for name, key in (("workers' pay", "pay_minor"), ("fee", "fee_minor"), ("messages", "airtime_minor")):
        table.add_row(name, money(parts[key], currency))
    table.add_section()
    table.add_row("reserved at launch", money(quoted["total_minor"], currency))
    if quoted["per_task_minor"] is not None:
        table.add_row("for each task", money(quoted["per_task_minor"], currency))
    table.add_row("your credit", money(quoted["credit_minor"], currency))
    console = Console(file=sys.stdout, highlight=False)
    console.print(table)
    for language, counted in sorted(quoted["segments"].items()):
        console.print(
            f"SMS segments a question, {language}: {counted['mean']:g} (longest {counted['longest']})"
        )
    for line in _expectations(quoted):
        console.print(line)
    if not quoted["sufficient_credit"]:
        console.print("Your credit does not suffice to launch it.")


def _expectations(quoted: "Json") -> list[str]:
    """Return what to expect, a line a figure, with what it rests on."""
    from app.texts import money  # noqa: PLC0415 - see the module

    currency, basis = quoted["currency"], quoted["basis"]
    lines = [f"Answers expected: {quoted['expected_answers']} of {quoted['places']} paid for at most."]
    if quoted["accuracy"] is not None:
        lines.append(f"Accuracy expected: {quoted['accuracy']:.1%}. {basis['accuracy']}")
    if quoted["finished_in_s"] is not None:
        lines.append(f"Time expected: {quoted['finished_in_s'] / 3600:.0f} hours. {basis['finished_in_s']}")
    hourly = money(quoted["net_pay_per_hour_minor"], currency)
    lines.append(f"An hour of this work earns about {hourly}, net. {basis['net_pay_per_hour_minor']}")
    if quoted["under_pay_floor"]:
        floor = money(quoted["pay_floor_per_hour_minor"], currency)
        lines.append(f"That is under the floor of {floor} an hour: raise the pay.")
    return lines + [
        f"{name}: {why}" for name, why in quoted["unknown"].items() if name in {"accuracy", "finished_in_s"}
    ]


def _watch(api: "Api", project_id: str) -> None:
    from rich.console import Console  # noqa: PLC0415 - see the module
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        state = _follow(api, _id(project_id), bar)
    if state != "finished":
        say(f"{project_id} is {state}.")
        raise typer.Exit(1)


def _follow(api: "Api", project_id: str, bar: Any) -> str:
    """Show a project's progress until it has ended; return the state it ended in.

    The stream says when something happened; how far the project is, the project itself says.
    """
    path = f"/v1/projects/{project_id}"
    shown = bar.add_task("", total=None)
    _show(bar, shown, api.get(path))
    seen = _Seen()
    wait_s = FIRST_WAIT_S
    while True:
        before = seen.last_id
        try:
            _listen(api, path, bar, shown, seen)
            return _show(bar, shown, api.get(path))
        except AppError as error:
            if error.code not in _COME_BACK:
                raise
            wait_s = FIRST_WAIT_S if seen.last_id != before else min(2 * wait_s, LONGEST_WAIT_S)
            say(f"connection lost; coming back in {wait_s:g} s")
            time.sleep(wait_s)


@dataclass
class _Seen:
    """How far a stream was read: the id it can be resumed from, the results it told of."""

    last_id: str | None = None
    results: int = 0


def _listen(api: "Api", path: str, bar: Any, shown: Any, seen: _Seen) -> None:
    """Show what the stream tells until its end."""
    looked_at = time.monotonic()
    finished = 0
    for kind, event_id in api.events(f"{path}/events", seen.last_id):
        seen.last_id = event_id or seen.last_id
        seen.results += kind == "result"
        if kind == "state" or time.monotonic() - looked_at >= LOOK_EVERY_S:
            project = api.get(path)
            _show(bar, shown, project)
            looked_at, finished = time.monotonic(), project["progress"]["tasks_finished"]
            seen.results = finished  # some of those told were told before, and are others now
        elif seen.results > finished:
            bar.update(shown, completed=seen.results)


def _show(bar: Any, shown: Any, project: "Json") -> str:
    progress, state = project["progress"], str(project["state"])
    line = f"{project['name']}: {state}, {progress['answered']} answers, {progress['live']} questions out"
    line += f", {progress['in_review']} results in review" if progress["in_review"] else ""
    line += _ahead(project.get("forecast") or {})
    done, total = progress["tasks_finished"], progress["tasks"]
    if project["kind"] == "survey":  # of few tasks, each answered by many
        done, total = progress["answered"], progress["places"]
    bar.update(shown, description=line, completed=done, total=total)
    if not bar.console.is_terminal:  # a log has no bar; it gets a line
        say(f"{line}, {progress['tasks_finished']} of {progress['tasks']} tasks finished")
    return state


def _ahead(forecast: "Json") -> str:
    """Return when the project will be finished, in the time of whoever reads it; nothing where it is not known."""
    if not forecast.get("done_at"):
        return ""
    likely, surely = (
        datetime.fromisoformat(str(forecast[name])).astimezone().strftime("%a %H:%M")
        for name in ("done_at", "done_by")
    )
    return (
        f", done about {likely} (at the latest {surely}){': after the deadline' if forecast['late'] else ''}"
    )
