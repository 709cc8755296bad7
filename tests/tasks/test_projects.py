"""A project from draft to its end: its states, its progress, its events, and what it yields."""

import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db, ids
from app.errors import AppError
from app.tasks import events, results
from app.tasks import service as tasks
from app.tasks.models import UNSURE, Assignment, Project, ProjectEvent, Result, Task
from app.tasks.quality import majority
from app.tasks.rules import TRANSITIONS, mask_numbers
from app.tasks.training.gold import give as give_gold
from tests.conftest import Database
from tests.tasks.arrange import NOW, answer, draft, facts, items, make_workers, must_take, running


class TestStates:
    """draft → running ⇄ paused → finished, or cancelled."""

    @pytest.mark.parametrize("to", sorted(TRANSITIONS))
    @pytest.mark.parametrize(
        "path", [[], ["running"], ["running", "paused"], ["running", "finished"], ["cancelled"]]
    )
    def test_only_what_the_table_says_may_follow(self, session: Session, path: list[str], to: str) -> None:
        project = draft(session)
        for state in path:
            tasks.set_state(session, project=project, to=state, now=NOW)
        if to in TRANSITIONS[project.state]:
            tasks.set_state(session, project=project, to=to, now=NOW)
            assert project.state == to
            return
        with pytest.raises(AppError) as caught:
            tasks.set_state(session, project=project, to=to, now=NOW)
        assert (caught.value.code, caught.value.status) == ("wrong-state", 409)
        assert caught.value.data["allowed"] == list(TRANSITIONS[project.state])

    def test_launch_and_end_are_dated_once(self, session: Session) -> None:
        project = draft(session)
        for hour, state in enumerate(("running", "paused", "running", "finished")):
            tasks.set_state(session, project=project, to=state, now=NOW + timedelta(hours=hour))
        session.expire_all()
        assert (project.launched_at, project.ended_at) == (NOW, NOW + timedelta(hours=3))

    def test_another_clients_project_is_not_found(self, session: Session) -> None:
        project = draft(session)
        found = tasks.project_of(session, project_id=project.id, client_id=project.client_id)
        assert found is project
        with pytest.raises(AppError, match="not-found"):
            tasks.project_of(session, project_id=project.id, client_id=ids.new())

    def test_projects_are_listed_newest_first_by_pages(self, session: Session) -> None:
        made = [draft(session) for _ in range(3)]
        for project in made:
            project.client_id = made[0].client_id
        other = draft(session)
        client_id = made[0].client_id
        first = tasks.projects_of(session, client_id=client_id, limit=2)
        rest = tasks.projects_of(session, client_id=client_id, limit=2, starting_after=first[-1].id)
        listed = sorted((project.id for project in made), reverse=True)
        assert [project.id for project in [*first, *rest]] == listed
        assert other in tasks.projects_of(session, client_id=None, limit=10)

    def test_deadlines_come_due(self, session: Session) -> None:
        deadline = NOW + timedelta(hours=1)
        due = running(session, 1, deadline=deadline.isoformat())
        running(session, 1)
        draft(session, deadline=deadline.isoformat())
        assert tasks.past_deadline(session, deadline - timedelta(seconds=1)) == []
        assert tasks.past_deadline(session, deadline) == [due]


def test_progress_counts_places_and_answers(session: Session) -> None:
    project = running(session, 3, redundancy={"mode": "fixed", "answers": 2})
    running(session, 1)
    first, second = make_workers(session, 2)
    for worker in (first, second):
        answer(session, must_take(session, worker), "yes")
    answer(session, must_take(session, first), UNSURE)
    must_take(session, first)
    assert tasks.progress(session, project.id) == tasks.Progress(
        tasks=3, finished=1, places=6, answered=2, live=1, unsure=1, results=1, in_review=0
    )


def test_a_project_is_done_when_no_task_is_open(session: Session) -> None:
    project = running(session, 2, redundancy={"mode": "fixed", "answers": 1})
    (worker,) = make_workers(session, 1)
    for done in (False, True):
        answer(session, must_take(session, worker), "yes")
        assert tasks.project_is_done(session, project.id) is done


class TestWindingUp:
    """The end of a project with work still open."""

    def test_everything_is_closed_and_what_is_out_withdrawn(self, session: Session) -> None:
        project = running(session, 4, redundancy={"mode": "fixed", "answers": 2})
        other = running(session, 1, priority=-1)
        first, second = make_workers(session, 2)
        for worker in (first, second):
            answer(session, must_take(session, worker), "yes")
        answer(session, must_take(session, first), "no")
        out = must_take(session, first).assignment
        tasks.set_state(session, project=project, to="cancelled", now=NOW)
        withdrawn = tasks.wind_up(session, project=project, now=NOW)
        assert withdrawn == [tasks.Withdrawn(out.id, first, None)]
        states = session.execute(
            select(Task.client_task_id, Task.state, Task.live).where(Task.project_id == project.id)
        ).all()
        assert sorted(tuple(row) for row in states) == [
            ("t1", "finished", 0),
            ("t2", "finished", 0),
            ("t3", "withdrawn", 0),
            ("t4", "withdrawn", 0),
        ]
        found = session.execute(select(Result.client_task_id, Result.value, Result.answers)).all()
        assert sorted(tuple(row) for row in found) == [("t1", "yes", 2), ("t2", "no", 1)]
        assert session.get_one(Assignment, out.id).state == "withdrawn"
        assert must_take(session, second).project.id == other.id

    def test_twice_is_as_once(self, session: Session) -> None:
        project = running(session, 2)
        (worker,) = make_workers(session, 1)
        answer(session, must_take(session, worker), "yes")
        tasks.set_state(session, project=project, to="finished", now=NOW)
        assert tasks.wind_up(session, project=project, now=NOW) == []
        assert tasks.wind_up(session, project=project, now=NOW) == []
        assert len(session.scalars(select(Result)).all()) == 1

    def test_a_late_answer_finds_nothing_to_fill(self, session: Session) -> None:
        project = running(session, 1)
        (worker,) = make_workers(session, 1)
        taken = must_take(session, worker)
        tasks.free(session, assignment=taken.assignment, state="expired", now=NOW)
        tasks.set_state(session, project=project, to="cancelled", now=NOW)
        tasks.wind_up(session, project=project, now=NOW)
        assert not tasks.revive(session, assignment=taken.assignment)


class TestEvents:
    """The stream: in order, resumable, nothing missed."""

    def test_what_happened_is_told_in_order_and_from_where_one_left(self, database: Database) -> None:
        project_id, end = _story()
        told = _read_until(project_id, (0, 0), end)
        assert [(event.kind, event.data.get("state")) for event in told] == [
            ("state", "draft"),
            ("state", "running"),
            ("answer", None),
            ("result", None),
        ]
        assert told[-1].data == {"task": "t1", "result": "yes", "confidence": 1.0, "answers": 1, "unsure": 0}
        middle = events.read_event_id(events.show_event_id(told[1]))
        assert [event.id for event in _read_until(project_id, middle, end)] == [
            event.id for event in told[2:]
        ]
        with db.transaction() as session:
            assert events.latest_event(session, project_id) == (told[-1].transaction, told[-1].id)
            assert events.latest_event(session, ids.new()) == events.BEGINNING

    def test_a_slow_transaction_is_waited_for_and_not_passed_over(self, database: Database) -> None:
        with db.transaction() as session:
            project = draft(session)
        with db.transaction() as slow:
            events.record_event(slow, project=project, kind="state", data={"said": "early"}, now=NOW)
            with db.transaction() as quick:
                events.record_event(quick, project=project, kind="state", data={"said": "late"}, now=NOW)
            with db.transaction() as reader:
                said = [event.data.get("said") for event in events.read_events(reader, project.id)]
            assert "late" not in said
        told = _read_until(project.id, (0, 0), "late")
        assert [event.data.get("said") for event in told] == [None, "early", "late"]

    @pytest.mark.parametrize("shown", ["", "5", "a-b", "5-", "-5", "٣-٤", "1-2-3"])
    def test_a_foreign_event_id_is_refused(self, shown: str) -> None:
        with pytest.raises(AppError, match="invalid"):
            events.read_event_id(shown)


def _story() -> tuple[Any, str]:
    with db.transaction() as session:
        project = running(session, 1, redundancy={"mode": "fixed", "answers": 1})
        (worker,) = make_workers(session, 1)
    with db.transaction() as session:
        answer(session, must_take(session, worker), "yes")
    return project.id, "t1"


def _read_until(project_id: Any, after: tuple[int, int], end: str) -> list[ProjectEvent]:
    """Read the stream until the last event is there: other tests on this server may hold it back a moment."""
    until = time.monotonic() + 60
    while True:
        with db.transaction() as session:
            told = events.read_events(session, project_id, after)
        said = told[-1].data if told else {}
        if end in (said.get("said"), said.get("result") and said.get("task")) or time.monotonic() > until:
            return told


class TestResults:
    """Pages and whole exports."""

    def _worked(self, session: Session) -> Project:
        project = draft(session, redundancy={"mode": "fixed", "answers": 2})
        known = tasks.TaskItem(9, "gold", {"text": "x"}, "yes")
        tasks.add_tasks(session, project=project, lines=[*items(2), known], now=NOW)
        tasks.set_state(session, project=project, to="running", now=NOW)
        project.gold_limit = 2
        session.flush()
        for worker in make_workers(session, 2):
            for minutes, value in enumerate(("yes", "no")):
                answer(session, must_take(session, worker), value, NOW + timedelta(minutes=minutes))
            gold = give_gold(session, project=project, worker=facts(worker), now=NOW, message_id=None)
            assert gold is not None
            answer(session, gold, "yes")
        return project

    def test_answers_come_in_pages_without_gold(self, session: Session) -> None:
        project = self._worked(session)
        first, more = results.answers_page(session, project.id, limit=3)
        rest, no_more = results.answers_page(session, project.id, limit=3, starting_after=first[-1].id)
        assert (len(first), more, len(rest), no_more) == (3, True, 1, False)
        whole = list(results.all_answers(session, project.id))
        assert whole == [*first, *rest]
        assert sorted((row.task, row.label, row.seconds) for row in whole) == [
            ("t1", "yes", 0),
            ("t1", "yes", 0),
            ("t2", "no", 60),
            ("t2", "no", 60),
        ]

    def test_results_come_in_pages(self, session: Session) -> None:
        project = self._worked(session)
        first, more = results.results_page(session, project.id, limit=1)
        rest, no_more = results.results_page(session, project.id, limit=1, starting_after=first[-1].task_id)
        assert (len(first), more, len(rest), no_more) == (1, True, 1, False)
        whole = list(results.all_results(session, project.id))
        assert whole == [*first, *rest]
        assert sorted((found.client_task_id, found.value) for found in whole) == [
            ("t1", "yes"),
            ("t2", "no"),
        ]

    def test_another_projects_are_not_among_them(self, session: Session) -> None:
        self._worked(session)
        other = draft(session)
        assert results.answers_page(session, other.id, limit=5) == ([], False)
        assert results.results_page(session, other.id, limit=5) == ([], False)


class TestMajority:
    """What a task concludes."""

    def test_a_tie_goes_to_the_earliest_choice_and_says_how_weakly(self) -> None:
        found = majority({"no": 2, "yes": 2}, ["yes", "no"])
        assert (found.value, found.confidence, found.answers) == ("yes", 0.5, 4)

    def test_no_vote_concludes_nothing(self) -> None:
        found = majority({UNSURE: 5}, ["yes", "no"])
        assert (found.value, found.confidence, found.answers) == (None, 0.0, 0)

    @given(st.dictionaries(st.sampled_from(["a", "b", "c", UNSURE]), st.integers(0, 30)))
    def test_nothing_has_more_votes_than_what_is_concluded(self, votes: dict[str, int]) -> None:
        found = majority(votes, ["a", "b", "c"])
        counted = {value: count for value, count in votes.items() if value != UNSURE}
        assert found.answers == sum(counted.values())
        if found.value is not None:
            assert votes[found.value] == max(counted.values())
            assert 1 / 3 <= found.confidence <= 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("yes, it is 2 km, 123456", "yes, it is 2 km, 123456"),
        ("call 0712345678 now", "call [number] now"),
        ("+256 (712) 345-678", "[number]"),
        ("1 2 1 1 2 1", "1 2 1 1 2 1"),
        ("a\x00b", "ab"),
    ],
)
def test_numbers_are_masked(written: str, kept: str) -> None:
    assert mask_numbers(written) == kept
