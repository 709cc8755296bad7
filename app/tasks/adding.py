"""Adding tasks to a project: checked against its template, written in bulk, the same id twice changing nothing.

Owns the making of task rows. Reading them from a body is loading.py's; reserving money for what was added to
a running project is operations'.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import ids
from app.errors import conflict
from app.tasks.description import pictures, template
from app.tasks.description.parts import pointer
from app.tasks.free_text import text_kind
from app.tasks.loading import MOST_LINES, Line, LineError, TaskItem
from app.tasks.models import Project, Task
from app.tasks.projects import lock_project
from app.tasks.rules import most_per_worker
from app.tasks.training import teaching

# Rows a statement; faults a report names one by one (it counts the others).
_CHUNK = 5000
MOST_ERRORS = 1000
# From so many new rows on, the planner's statistics are brought up to date at once.
_ANALYZE_FROM = 1000

TooLong = Callable[[Mapping[str, Any]], str | None]


@dataclass
class AddReport:
    """What became of the lines: tasks added, those there already, and faults (`failed` counts all of them)."""

    added: int = 0
    unchanged: int = 0
    failed: int = 0
    errors: list[LineError] = field(default_factory=list)

    def fail(self, error: LineError) -> None:
        """Note a fault."""
        self.failed += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(error)


_INSERT = text(
    """
    INSERT INTO tasks (id, project_id, client_id, client_task_id, data, gold, state, places, live, answered,
                       unsure, freed, created_at)
    SELECT line.id, :project_id, :client_id, line.name, CAST(line.data AS jsonb), line.gold,
           CASE WHEN line.gold IS NULL THEN 'open' ELSE 'gold' END,
           CASE WHEN line.gold IS NULL THEN :places ELSE 0 END, 0, 0, 0, false, :now
      FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[]), CAST(:data AS text[]), CAST(:gold AS text[]))
           WITH ORDINALITY AS line(id, name, data, gold, number)
     ORDER BY line.number
    ON CONFLICT (project_id, client_task_id) DO NOTHING
    RETURNING client_task_id
    """
)


def add_tasks(
    session: Session,
    *,
    project: Project,
    lines: Iterable[Line],
    now: datetime,
    too_long: TooLong | None = None,
) -> AddReport:
    """Add tasks to a project that has not ended, holding its row so that additions and launches take turns.

    `lines` are tasks and faults as loading.read yields them; lines past 100,000 are refused. `too_long` is
    asked about each task's data and says why its question does not fit its messages, or None. Raises
    `wrong-state` (409) where the project has ended.
    """
    lock_project(session, project)
    if project.state in ("finished", "cancelled"):
        shown = ids.show("prj", project.id)
        raise conflict(
            "wrong-state",
            f"The project {shown} is {project.state} and takes no more tasks. Make a new project for them.",
            state=project.state,
        )
    report = AddReport()
    chunk: dict[str, TaskItem] = {}
    check = _checker(project, too_long)
    for count, line in enumerate(lines, 1):
        if count > MOST_LINES:
            rest = (
                f"A request adds at most {MOST_LINES} tasks; from here on none was. Send the rest in another."
            )
            report.fail(LineError(line.line, line.id, "", rest))
            break
        found = line if isinstance(line, LineError) else check(line)
        if isinstance(found, LineError):
            report.fail(found)
        elif found.id in chunk:
            _same(report, found, chunk[found.id].data, chunk[found.id].gold)
        else:
            chunk[found.id] = found
            if len(chunk) == _CHUNK:
                _insert(session, project, chunk, report, now)
                chunk = {}
    if chunk:
        _insert(session, project, chunk, report, now)
    if report.added:
        project.task_count += report.added
        wanted = project.spec["audience"].get("most_per_worker")
        project.most_per_worker = most_per_worker(project.task_count, project.likely_answers, wanted)
        session.flush()
    if report.added >= _ANALYZE_FROM:
        # Choosing a task runs on a plan that was cached when the table may have been tiny, and read whole. New
        # statistics make every connection plan again, now rather than when autovacuum comes by.
        session.execute(text("ANALYZE (SKIP_LOCKED) tasks (project_id, position, state, freed)"))
    return report


def fields_of(project: Project) -> set[str]:
    """Return the names of the data that the project's questions ask for."""
    asked = [
        project.spec["template"],
        *(question["text"] for question in project.spec.get("questions") or []),
    ]
    return {
        name for by_language in asked for words in by_language.values() for name in template.fields(words)
    }


def _checker(project: Project, too_long: TooLong | None) -> Callable[[TaskItem], Line]:
    needed = fields_of(project)
    needed |= text_kind.needed_fields(project.spec)

    def check(item: TaskItem) -> Line:
        for name in sorted(needed):
            if str(item.data.get(name, "")).strip() == "":
                lacks = f"The template asks for {{{name}}}, which the data lacks or leaves empty. Add it."
                return LineError(item.line, item.id, pointer("data", name), lacks)
        picture = pictures.fault(project.spec, item.data)
        if picture is not None:
            return LineError(item.line, item.id, picture.pointer, picture.detail)
        if item.gold is not None and project.kind == "text":
            no_gold = "A text has no gold: more than one may be right. Leave it out."
            return LineError(item.line, item.id, "/gold", no_gold)
        if item.gold is not None and project.kind == "survey":
            opinion = "A survey has no gold: nobody knows the right answer for another. Take it out."
            return LineError(item.line, item.id, "/gold", opinion)
        wrong = teaching.gold_fault(project.spec, item.gold) if item.gold is not None else None
        if wrong:
            return LineError(item.line, item.id, "/gold", wrong)
        fault = too_long(item.data) if too_long else None
        return LineError(item.line, item.id, "/data", fault) if fault else item

    return check


def _insert(
    session: Session, project: Project, chunk: dict[str, TaskItem], report: AddReport, now: datetime
) -> None:
    """Write a chunk of tasks; what was there already is compared."""
    added = set(
        session.scalars(
            _INSERT,
            {
                "project_id": project.id,
                "client_id": project.client_id,
                "places": project.answers_wanted,
                "now": now,
                "ids": [ids.new() for _ in chunk],
                "names": list(chunk),
                "data": [json.dumps(item.data, ensure_ascii=False) for item in chunk.values()],
                "gold": [item.gold for item in chunk.values()],
            },
        )
    )
    report.added += len(added)
    there = [name for name in chunk if name not in added]
    if not there:
        return
    rows = session.execute(
        select(Task.client_task_id, Task.data, Task.gold).where(
            Task.project_id == project.id, Task.client_task_id.in_(there)
        )
    )
    for name, data, gold in rows:
        _same(report, chunk[name], data, gold)


def _same(report: AddReport, item: TaskItem, data: Mapping[str, Any], gold: str | None) -> None:
    """Count a line whose task is there already; another task under the same id is a fault."""
    if item.data == data and item.gold == gold:
        report.unchanged += 1
        return
    taken = (
        f"There is already a task {item.id[:60]!r} with other data, which stays. Give this one another id."
    )
    report.fail(LineError(item.line, item.id, "/id", taken))
