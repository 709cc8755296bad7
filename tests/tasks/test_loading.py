"""Tasks from JSON, NDJSON and CSV: good lines go in, each bad one is named, the same id twice changes nothing."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.tasks import loading
from app.tasks import service as tasks
from app.tasks.loading import LineError, TaskItem
from app.tasks.models import Task
from tests.tasks.arrange import NOW, draft, items, running

TYPES = {"json": "application/json; charset=utf-8", "ndjson": "application/x-ndjson", "csv": "text/csv"}


def read(body: str | bytes, form: str) -> list[loading.Line]:
    raw = body.encode() if isinstance(body, str) else body
    return list(loading.read(io.BytesIO(raw), TYPES[form]))


def faults(lines: list[loading.Line]) -> list[tuple[int, str]]:
    return [(line.line, line.pointer) for line in lines if isinstance(line, LineError)]


def good(lines: list[loading.Line]) -> list[str]:
    return [line.id for line in lines if isinstance(line, TaskItem)]


def test_the_three_forms_mean_the_same() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "data": {"text": 'Pump, broken\n"again"'}, "gold": "yes"},
        {"id": "b", "data": {"text": "Maji – hakuna"}},
    ]
    listed = read(json.dumps(rows), "json")
    lined = read("\n".join(json.dumps(row) for row in rows), "ndjson")
    # A byte order mark and the line ends of a spreadsheet.
    sheet = read('\ufeffid,text,gold\r\na,"Pump, broken\n""again""",yes\r\nb,Maji – hakuna,\r\n', "csv")
    expected = [(row["id"], row["data"], row.get("gold")) for row in rows]
    for found in (listed, lined, sheet):
        assert [(line.id, line.data, line.gold) for line in found if isinstance(line, TaskItem)] == expected


def test_another_content_type_is_refused() -> None:
    with pytest.raises(AppError) as caught:
        loading.read(io.BytesIO(b""), "application/xml")
    assert caught.value.status == 415


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("7", ""),
        ('{"data": {"text": "x"}}', "/id"),
        ('{"id": "", "data": {"text": "x"}}', "/id"),
        ('{"id": true, "data": {"text": "x"}}', "/id"),
        ('{"id": "' + "x" * 201 + '", "data": {"text": "x"}}', "/id"),
        ('{"id": "a\\u0000", "data": {"text": "x"}}', "/id"),
        ('{"id": "a"}', "/data"),
        ('{"id": "a", "data": []}', "/data"),
        ('{"id": "a", "data": {}}', "/data"),
        ('{"id": "a", "data": {"text": null}}', "/data/text"),
        ('{"id": "a", "data": {"text": ["x"]}}', "/data/text"),
        ('{"id": "a", "data": {"text": true}}', "/data/text"),
        ('{"id": "a", "data": {"text": "\\u0000"}}', "/data/text"),
        ('{"id": "a", "data": {"text": "\\ud800"}}', "/data/text"),
        ('{"id": "a", "data": {"text": "' + "x" * 4001 + '"}}', "/data/text"),
        ('{"id": "a", "data": {"text": "x"}, "gold": 1}', "/gold"),
        ('{"id": "a", "data": {"text": "x"}, "text": "x"}', "/text"),
        ('{"id": "a", "data": {"text": NaN}}', ""),
        ('{"id": "a", "data": {"text": "x"', ""),
        ("[" * 100_000, ""),
    ],
)
def test_a_faulty_line_is_named_and_the_next_one_read(row: str, where: str) -> None:
    lines = read(f'{row}\n\n{{"id": 2, "data": {{"text": "x"}}}}\n', "ndjson")
    assert faults(lines) == [(1, where)]
    assert good(lines) == ["2"]


def test_bytes_that_are_no_text_cost_their_line_only() -> None:
    assert faults(read(b'{"id": "a", "data": {"t": "\xff"}}\n{"id": "b", "data": {"t": "x"}}', "ndjson")) == [
        (1, "")
    ]
    lines = read(b"id,text\na,\xff\xfe\nb,x\n", "csv")
    assert faults(lines) == [(2, "/data/text")]
    assert good(lines) == ["b"]
    assert faults(read(b"[\xff]", "json")) == [(1, "")]


@pytest.mark.parametrize(
    ("body", "added", "wrong"),
    [
        ("[]", [], []),
        (' [ {"id":"a","data":{"t":"x"}} ] ', ["a"], []),
        ('[{"id":"a","data":{"t":"x"}}, 5, {"id":"c","data":{"t":"x"}}]', ["a", "c"], [2]),
        ('[{"id":"a","data":{"t":"x"}} {"id":"b","data":{"t":"x"}}]', [], [1]),
        ('[{"id":"a","data":{"t":"x"}}, ]', ["a"], [2]),
        ('[{"id":"a","data":{"t":"x"}}, {"id":', ["a"], [2]),
        ('[{"id":"a","data":{"t":"x"}}', [], [1]),
        ('[{"id":"a","data":{"t":"x"}}] more', ["a"], [2]),
        ("[] more", [], [1]),
        ('{"id":"a","data":{"t":"x"}}', [], [1]),
        ("", [], [1]),
    ],
)
def test_json_lists(body: str, added: list[str], wrong: list[int]) -> None:
    lines = read(body, "json")
    assert good(lines) == added
    assert [line for line, _ in faults(lines)] == wrong


@pytest.mark.parametrize(
    ("body", "added", "wrong"),
    [
        ("id,text\na,x\n\nb,y", ["a", "b"], []),
        ("id,text\na,x,y\nb\nc,z\n", ["c"], [2, 3]),
        ('id,text\na,"x"y\nb,z\n', ["b"], [2]),
        ('id,text\na,x\nb,"y\nc,z\n', ["a"], [3]),
        ("id,text\n,x\nb,y\n", ["b"], [2]),
        ("text\nx\n", [], [1]),
        ("id\na\n", [], [1]),
        ("id,gold\na,yes\n", [], [1]),
        ("id,text,text\na,x,y\n", [], [1]),
        ("id,\na,x\n", [], [1]),
        ('"id"x,text\na,x\n', [], [1]),
        ("", [], [1]),
    ],
)
def test_csv(body: str, added: list[str], wrong: list[int]) -> None:
    lines = read(body, "csv")
    assert good(lines) == added
    assert [line for line, _ in faults(lines)] == wrong


class TestAdding:
    """What becomes of the lines."""

    def test_the_same_id_twice_changes_nothing(self, session: Session) -> None:
        project = draft(session)
        first = tasks.add_tasks(session, project=project, lines=items(3), now=NOW)
        again = tasks.add_tasks(session, project=project, lines=[*items(4), *items(1)], now=NOW)
        assert (first.added, first.unchanged, first.failed) == (3, 0, 0)
        assert (again.added, again.unchanged, again.failed) == (1, 4, 0)
        assert session.scalar(select(func.count()).select_from(Task)) == 4

    def test_another_task_under_the_same_id_is_named_and_stays_out(self, session: Session) -> None:
        project = draft(session)
        other = TaskItem(7, "t1", {"text": "Something else"})
        report = tasks.add_tasks(session, project=project, lines=[*items(1), other], now=NOW)
        assert (report.added, [(error.line, error.pointer) for error in report.errors]) == (1, [(7, "/id")])
        report = tasks.add_tasks(session, project=project, lines=[other], now=NOW)
        assert (report.added, report.unchanged, report.failed) == (0, 0, 1)
        assert session.scalars(select(Task.data)).one() == {"text": "The pump 1 is dry"}

    def test_the_same_id_in_two_projects_is_two_tasks(self, session: Session) -> None:
        for project in (draft(session), draft(session)):
            assert tasks.add_tasks(session, project=project, lines=items(1), now=NOW).added == 1

    def test_a_field_the_template_asks_for_must_be_there(self, session: Session) -> None:
        lines = [
            TaskItem(1, "a", {"other": "x"}),
            TaskItem(2, "b", {"text": " "}),
            TaskItem(3, "c", {"text": 0, "other": "x"}),
        ]
        report = tasks.add_tasks(session, project=draft(session), lines=lines, now=NOW)
        assert [(error.line, error.id, error.pointer) for error in report.errors] == [
            (1, "a", "/data/text"),
            (2, "b", "/data/text"),
        ]
        assert report.added == 1

    def test_gold_is_the_value_of_a_choice(self, session: Session) -> None:
        lines = [TaskItem(1, "a", {"text": "x"}, "yes"), TaskItem(2, "b", {"text": "x"}, "Ndiyo")]
        report = tasks.add_tasks(session, project=draft(session), lines=lines, now=NOW)
        assert [(error.line, error.pointer) for error in report.errors] == [(2, "/gold")]
        assert session.scalars(select(Task.gold)).one() == "yes"

    def test_a_question_too_long_is_named(self, session: Session) -> None:
        def too_long(data: Mapping[str, Any]) -> str | None:
            return "It takes 2 segments in 'sw'." if len(data["text"]) > 10 else None

        lines = [TaskItem(1, "a", {"text": "short"}), TaskItem(2, "b", {"text": "long, long, long"})]
        report = tasks.add_tasks(session, project=draft(session), lines=lines, too_long=too_long, now=NOW)
        assert (report.added, report.errors[0].message) == (1, "It takes 2 segments in 'sw'.")

    def test_faults_of_reading_are_reported_beside_what_was_added(self, session: Session) -> None:
        lines = read('id,text\na,x\nb,"y"z\n', "csv")
        report = tasks.add_tasks(session, project=draft(session), lines=lines, now=NOW)
        assert (report.added, report.failed, report.errors[0].line) == (1, 1, 3)

    def test_lines_past_the_limit_are_refused(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.tasks.adding.MOST_LINES", 2)
        report = tasks.add_tasks(session, project=draft(session), lines=items(5), now=NOW)
        assert (report.added, report.failed, report.errors[0].line) == (2, 1, 3)

    def test_an_ended_project_takes_no_more(self, session: Session) -> None:
        project = running(session, 1)
        tasks.set_state(session, project=project, to="cancelled", now=NOW)
        with pytest.raises(AppError, match="wrong-state"):
            tasks.add_tasks(session, project=project, lines=items(2), now=NOW)

    def test_many_tasks_keep_their_order_and_take_few_statements(self, session: Session) -> None:
        count = 20_000
        project = draft(session)
        statements: list[str] = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *said: statements.append(said[2]))
        report = tasks.add_tasks(session, project=project, lines=items(count), now=NOW)
        assert report.added == count
        # A hundred thousand in seconds is meant: no statement is made for a task by itself.
        assert 0 < len(statements) <= count / 100
        names = session.scalars(select(Task.client_task_id).order_by(Task.position)).all()
        assert list(names) == [item.id for item in items(count)]
