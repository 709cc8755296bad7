"""Projects, tasks, assignments, answers and results. Written only by app/tasks/service.py and its siblings here.

A place is not a row of its own: a task counts its `places`, how many are `live` (given to a worker, lease
running) and how many `answered`; a check constraint makes more answers than places impossible.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Json

PROJECT_STATES = ("draft", "running", "paused", "finished", "cancelled")
# A task whose truth is known is in stock (`gold`) until its project ends or its truth turns out wrong (`retired`).
TASK_STATES = ("open", "finished", "withdrawn", "gold", "retired")
STOCK = ("gold", "retired")
ASSIGNMENT_STATES = ("offered", "answered", "skipped", "expired", "withdrawn")
STEPS = ("do", "check")  # a `check` asks others whether an answer of the same project is good
CHECK = "check"
ANSWER_STATES = ("counted", "pending", "refused")
# Of a review: `waiting` for a person, then `decided`, `lapsed` (nobody did in time), or `settled` (no longer needed).
REVIEW_STATES = ("waiting", "decided", "lapsed", "settled")
UNSURE = "unsure"
# Where a worker stands in a project that teaches or checks: `lessons` before its first task, `exam` to be passed,
# `working`, `retraining` after a pause, `review` where a person must look first.
STANDING_STATES = ("lessons", "exam", "working", "retraining", "review")
EXAM_STATES = ("taking", "passed", "failed", "upheld")
PAUSE_STATES = ("retraining", "review", "lifted")


class Project(Base):
    """One job of a client. `spec` is the accepted body of the request (kind, template, choices, …)."""

    __tablename__ = "projects"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    spec: Mapped[Json]
    languages: Mapped[list[str]]  # of the template
    countries: Mapped[list[str]]
    cohorts: Mapped[list[str]] = mapped_column(
        default=list
    )  # audience by cohort id (as UUID text); empty: everybody
    # What a worker must have passed, all of it, as rules.passing names it; empty: nothing.
    requires: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    # The bound of their skill under which a worker who gave enough answers gets no more of it; 0: none.
    min_skill: Mapped[float] = mapped_column(default=0.0, server_default=text("0"))
    # The bound half of its workers lie above, as last judged; None: nothing is known of them.
    median_lower: Mapped[float | None] = mapped_column(default=None)
    # Tasks added, and how many of its places one worker gets while there are others to ask; 0: any number.
    task_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    most_per_worker: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    answers_wanted: Mapped[int]  # places a task begins with
    # Adaptive: how many places judging may open for a task; 0 where their number is fixed.
    most_answers: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    judge_after: Mapped[datetime | None] = mapped_column(
        default=None
    )  # when all its answers may be fitted anew
    # What the last fit found: quality.Model.as_json, and pairs of workers who agree more than their skill explains.
    model: Mapped[Json | None] = mapped_column(default=None)
    alike: Mapped[list[Json]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    pay_minor: Mapped[int]
    currency: Mapped[str]
    lease_s: Mapped[int]
    priority: Mapped[int] = mapped_column(default=0)
    deadline: Mapped[datetime | None] = mapped_column(default=None)
    spend_cap_minor: Mapped[int | None] = mapped_column(default=None)
    # What one place was reserved at when launched, in minor units, by part; adding tasks later reserves at the same.
    place_pay_minor: Mapped[int] = mapped_column(default=0)
    place_fee_minor: Mapped[int] = mapped_column(default=0)
    place_airtime_minor: Mapped[int] = mapped_column(default=0)
    # Texts that others check: what a check pays, the fee on it as launched, and how long a text waits for its checks.
    check_pay_minor: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    check_fee_minor: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    check_s: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Funded at launch beside the ordinary places: how many each gold task may open, and the messages of lessons.
    gold_limit: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    lesson_messages: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Whether a worker must have learnt or passed something before its tasks; whether any of that or gold is there.
    gated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    teaches: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # Every task before this position is done, full, or marked freed: where a newcomer's search begins.
    front: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    launched_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def adaptive(self) -> bool:
        """Whether judging decides how many answers a task gets."""
        return self.most_answers > 0

    def pay_for(self, step: str) -> int:
        """What an answer to a task of that step earns, in minor units."""
        return self.check_pay_minor if step == CHECK else self.pay_minor

    @property
    def likely_answers(self) -> int:
        """How many answers a task gets, about: an adaptive one seldom needs a third."""
        if self.check_pay_minor:  # each text is an answer, and so is each check of it
            return self.answers_wanted * (1 + int(self.spec["check"]["answers"]))
        return min(2, self.most_answers) if self.adaptive else self.answers_wanted

    @property
    def most_places(self) -> int:
        """How many places a task has at most: what is funded."""
        return self.most_answers or self.answers_wanted

    __table_args__ = (Index("ix_projects_running", "priority", postgresql_where=text("state = 'running'")),)


# A task is offered while a place of it is empty and not too many have said "don't know" (see rules.unsure_limit).
OFFERABLE = "state = 'open' AND answered + live < places AND unsure <= 2 * places"


class Task(Base):
    """One item of a project."""

    __tablename__ = "tasks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    client_id: Mapped[UUID]
    client_task_id: Mapped[str]  # the client's own id
    position: Mapped[int] = mapped_column(Identity())  # the order in which they came
    data: Mapped[Json]
    gold: Mapped[str | None] = mapped_column(default=None)  # the known truth: a choice's value
    state: Mapped[str] = mapped_column(default="open")
    places: Mapped[int]
    live: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[int] = mapped_column(default=0)
    freed: Mapped[bool] = mapped_column(default=False)  # a place came back (skip, expiry): offered first
    step: Mapped[str] = mapped_column(default="do", server_default=text("'do'"))
    about_answer_id: Mapped[UUID | None] = mapped_column(default=None)  # the answer a check is about
    refused: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # answers others did not accept
    # Of a survey: the answers paid for to people who have ended with it; see surveys/session.py.
    spent: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Every place of it is answered, and judging has to say whether that will do.
    judge: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("project_id", "client_task_id"),
        CheckConstraint("live >= 0 AND answered >= 0 AND answered + live <= places", "places"),
        Index("ix_tasks_offerable", "project_id", "position", postgresql_where=text(OFFERABLE)),
        Index("ix_tasks_freed", "project_id", "position", postgresql_where=text(f"freed AND {OFFERABLE}")),
        Index(
            "uq_tasks_about_answer_id",
            "about_answer_id",
            unique=True,
            postgresql_where=text("about_answer_id IS NOT NULL"),
        ),
        Index("ix_tasks_judge", "project_id", postgresql_where=text("judge")),
        Index("ix_tasks_open", "project_id", "position", postgresql_where=text("state = 'open'")),
        Index("ix_tasks_gold", "project_id", "places", "position", postgresql_where=text("state = 'gold'")),
    )


class Cursor(Base):
    """How far into a project a worker has come, so that the next task is found without passing the done ones.

    `given` counts the places they were given.
    """

    __tablename__ = "cursors"
    worker_id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
    given: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Whether the worker may be given the project's tasks; None: unless it is gated. Written by standings.py.
    admitted: Mapped[bool | None] = mapped_column(default=None)


class Skill(Base):
    """How well a worker does in a project, as the last fit of its answers found; without a row nothing is known.

    `skill` is the chance that an answer of theirs is right, `lower` a bound it hardly lies under (both 0..1);
    `kept` is quality.Worker.as_json, by which answers between two fits are judged.
    """

    __tablename__ = "skills"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), primary_key=True, index=True)
    answers: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # votes the fit was made of
    gold_answers: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    gold_right: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    skill: Mapped[float]
    lower: Mapped[float]
    kept: Mapped[Json] = mapped_column(default=dict)
    fitted_at: Mapped[datetime]


class Standing(Base):
    """Where a worker stands in a project that teaches or checks; without a row, at its beginning.

    `right` and `wrong` count the known questions answered since trust began, or began again after a pause.
    """

    __tablename__ = "standings"
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), primary_key=True, index=True)
    state: Mapped[str]
    answers: Mapped[int] = mapped_column(default=0)  # counted from the first task on
    gold_due_at: Mapped[int | None] = mapped_column(
        default=None
    )  # from so many answers on; None: not known yet
    gold_given: Mapped[int] = mapped_column(default=0)
    right: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]  # from when `right` and `wrong` are counted
    lesson: Mapped[int] = mapped_column(default=0)  # the next one, from 0
    mistakes: Mapped[int] = mapped_column(default=0)  # in this run of the lessons
    lessons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)  # of a retraining
    later_at: Mapped[datetime | None] = mapped_column(default=None)  # lessons and exam are not offered before


class Exam(Base):
    """An exam a worker takes in a project: some of its gold tasks, paid like any."""

    __tablename__ = "exams"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    state: Mapped[str] = mapped_column(default="taking")
    questions: Mapped[int]
    needed: Mapped[int]
    asked: Mapped[int] = mapped_column(
        default=0
    )  # answered, passed on or never known; the exam ends with them
    right: Mapped[int] = mapped_column(default=0)
    tasks: Mapped[list[str]] = mapped_column(default=list)  # the ids of those given
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[str | None] = mapped_column(default=None)  # who upheld it

    __table_args__ = (
        Index(
            "uq_exams_taking",
            "project_id",
            "worker_id",
            unique=True,
            postgresql_where=text("state = 'taking'"),
        ),
        Index("ix_exams_project", "project_id", "worker_id"),
    )


class Pause(Base):
    """That a worker gets no more tasks of a project for now, why, and how it ended."""

    __tablename__ = "pauses"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str]  # gold | staff: words a person wrote are in `note`
    right: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    missed: Mapped[list[str]] = mapped_column(default=list)  # ids of the gold tasks
    runs: Mapped[int] = mapped_column(default=0)  # of the lessons, not passed
    note: Mapped[str | None] = mapped_column(default=None)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        Index(
            "uq_pauses_open",
            "project_id",
            "worker_id",
            unique=True,
            postgresql_where=text("state <> 'lifted'"),
        ),
        Index("ix_pauses_project", "project_id", "worker_id"),
    )


class Assignment(Base):
    """A place given to a worker, with a lease. No worker is given the same task twice."""

    __tablename__ = "assignments"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    client_id: Mapped[UUID]
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    state: Mapped[str] = mapped_column(default="offered")
    number: Mapped[int]  # the tag a reply may name (Q7), and the order among the questions of one message
    asked: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # questions in its message
    # Of a survey: which question the worker is at (None: the first), and how many they were asked with it.
    question_id: Mapped[str | None] = mapped_column(default=None)
    nth: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    language: Mapped[str]
    message_id: Mapped[UUID | None] = mapped_column(default=None)  # the message that carries the question
    # The group of workers who may depend on each other that its worker was in when it was given; see people.
    group_id: Mapped[UUID | None] = mapped_column(default=None)
    site: Mapped[str | None] = mapped_column(default=None)  # where its worker lived then
    offered_at: Mapped[datetime]
    lease_s: Mapped[int]
    # The clock starts at delivery: both are None until the question is known to have arrived.
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    remind_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    # When an answer came to it that nobody needed any more: it was not kept nor paid, and the worker told.
    unneeded_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("task_id", "worker_id"),
        Index(
            "ix_assignments_unstarted",
            "offered_at",
            postgresql_where=text("state='offered' AND started_at IS NULL"),
        ),
        Index("ix_assignments_expiry", "expires_at", postgresql_where=text("state = 'offered'")),
        Index(
            "ix_assignments_reminder",
            "remind_at",
            postgresql_where=text("state = 'offered' AND remind_at IS NOT NULL"),
        ),
        Index("ix_assignments_worker", "worker_id", "offered_at"),
        Index("ix_assignments_live_worker", "worker_id", postgresql_where=text("state = 'offered'")),
        Index("ix_assignments_project", "project_id", "state"),
        Index("ix_assignments_recent", "project_id", "offered_at"),
    )


class Answer(Base):
    """What a worker replied to one assignment, raw and parsed; of a survey, to one question of it."""

    __tablename__ = "answers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    question_id: Mapped[str] = mapped_column(default="", server_default=text("''"))  # of a survey
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    client_id: Mapped[UUID]
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    value: Mapped[str]  # a choice's value, or `unsure`; in a survey also `skipped` and `unclear`
    raw: Mapped[str]  # as written, runs of seven or more digits masked
    confidence: Mapped[float]  # of the reading, not of the worker
    language: Mapped[str]
    channel: Mapped[str]
    seconds: Mapped[int]  # from delivery (or sending) of the question to the reply
    late: Mapped[bool] = mapped_column(default=False)
    pay_minor: Mapped[int]
    currency: Mapped[str]
    gold: Mapped[bool] = mapped_column(default=False)
    # `counted` is taken as given; a free text that others check is `pending`, then `counted` or `refused`.
    state: Mapped[str] = mapped_column(default="counted", server_default=text("'counted'"))
    refused_why: Mapped[str | None] = mapped_column(default=None)  # a reason the worker can be told
    # Where its question stood in its message, from 0, and how many questions the message asked.
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    asked: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    answered_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("assignment_id", "question_id"),
        Index("ix_answers_project", "project_id", "id"),
        Index("ix_answers_pending", "answered_at", postgresql_where=text("state = 'pending'")),
    )


class Result(Base):
    """What the service concludes for a task."""

    __tablename__ = "results"
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    client_id: Mapped[UUID]
    client_task_id: Mapped[str]
    value: Mapped[str | None]  # None where there were no answers that count; of a survey, JSON
    confidence: Mapped[float | None]  # None of a survey: opinions have no truth to be sure of
    answers: Mapped[int]
    method: Mapped[str]
    votes: Mapped[Json]
    # A person's eyes: `waiting` (the result is provisional), `decided` by one, or `unreviewed` when nobody came.
    review: Mapped[str | None] = mapped_column(default=None)
    concluded_at: Mapped[datetime]

    __table_args__ = (Index("ix_results_project", "project_id", "task_id"),)


class Review(Base):
    """A result that a person is to look at, until when, who is looking at it, and what they decided.

    `before` is the result as it was, by which a decision can be undone. `partner_id` is set where that partner's
    reviewers may decide it: then every answer came from that partner's workers. While `routed` is false it is not
    known yet.
    """

    __tablename__ = "reviews"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    client_id: Mapped[UUID]
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    partner_id: Mapped[UUID | None] = mapped_column(default=None)
    routed: Mapped[bool] = mapped_column(default=True)
    why: Mapped[str]  # unsure | disputed | client
    words: Mapped[str | None] = mapped_column(default=None)  # the client's, who disputes it
    state: Mapped[str] = mapped_column(default="waiting")
    before: Mapped[Json] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_by: Mapped[UUID | None] = mapped_column(default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[UUID | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        Index("uq_reviews_waiting", "task_id", unique=True, postgresql_where=text("state = 'waiting'")),
        Index("ix_reviews_due", "due_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_reviews_project", "project_id", "state"),
        Index("ix_reviews_unrouted", "id", postgresql_where=text("NOT routed AND state = 'waiting'")),
    )


class ProjectEvent(Base):
    """What happened in a project, for the live stream.

    Ids of a sequence become visible out of order; a reader therefore takes only rows whose transaction is older
    than every one still running (`transaction < pg_snapshot_xmin(pg_current_snapshot())`), and misses none.
    """

    __tablename__ = "project_events"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    transaction: Mapped[int] = mapped_column(server_default=text("(pg_current_xact_id()::text::bigint)"))
    project_id: Mapped[UUID]
    client_id: Mapped[UUID]
    kind: Mapped[str]
    data: Mapped[Json] = mapped_column(JSONB)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_project_events_stream", "project_id", "transaction", "id"),)
