"""Gold in stock, where workers stand in a project, exams and pauses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "gold"
down_revision: str | None = "appeals"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for name in ("gold_limit", "lesson_messages"):
        op.add_column("projects", _count(name))
    for name in ("gated", "teaches"):
        op.add_column(
            "projects", sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    op.add_column("cursors", sa.Column("admitted", sa.Boolean(), nullable=True))
    op.add_column("workers", sa.Column("lesson_of", sa.Uuid(), nullable=True))
    _standings()
    _exams()
    _pauses()
    _into_stock()
    op.create_index(
        "ix_tasks_gold",
        "tasks",
        ["project_id", "places", "position"],
        postgresql_where=sa.text("state = 'gold'"),
    )


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _into_stock() -> None:
    """Take the gold tasks that are not concluded out of the work; what they were funded with stays theirs."""
    op.execute(
        "UPDATE tasks SET state = 'gold', freed = false, judge = false, places = answered + live"
        " WHERE gold IS NOT NULL AND state = 'open'"
    )
    op.execute(
        "UPDATE projects SET teaches = true, gold_limit = greatest(answers_wanted, most_answers)"
        " WHERE EXISTS (SELECT 1 FROM tasks WHERE project_id = projects.id AND state = 'gold')"
    )


def _standings() -> None:
    numbers = ("answers", "gold_given", "right", "wrong", "lesson", "mistakes")
    op.create_table(
        "standings",
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), primary_key=True),
        sa.Column("project_id", sa.Uuid(), sa.ForeignKey("projects.id"), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in numbers),
        sa.Column("gold_due_at", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lessons", postgresql.JSONB(), nullable=False),
        sa.Column("later_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_standings_project_id", "standings", ["project_id"])


def _exams() -> None:
    op.create_table(
        "exams",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("project_id", sa.Uuid(), sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("questions", "needed", "asked", "right")
        ),
        sa.Column("tasks", postgresql.JSONB(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
    )
    op.create_index("ix_exams_worker_id", "exams", ["worker_id"])
    op.create_index("ix_exams_project", "exams", ["project_id", "worker_id"])
    op.create_index(
        "uq_exams_taking",
        "exams",
        ["project_id", "worker_id"],
        unique=True,
        postgresql_where=sa.text("state = 'taking'"),
    )


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("project_id", sa.Uuid(), sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("right", "wrong", "runs")),
        sa.Column("missed", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
    )
    op.create_index("ix_pauses_worker_id", "pauses", ["worker_id"])
    op.create_index("ix_pauses_project", "pauses", ["project_id", "worker_id"])
    op.create_index(
        "uq_pauses_open",
        "pauses",
        ["project_id", "worker_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'lifted'"),
    )


def downgrade() -> None:
    op.execute("UPDATE tasks SET state = 'open' WHERE state = 'gold'")
    op.execute("UPDATE tasks SET state = 'withdrawn' WHERE state = 'retired'")
    op.drop_index("ix_tasks_gold", table_name="tasks")
    for table in ("pauses", "exams", "standings"):
        op.drop_table(table)
    op.drop_column("workers", "lesson_of")
    op.drop_column("cursors", "admitted")
    for name in ("teaches", "gated", "lesson_messages", "gold_limit"):
        op.drop_column("projects", name)
