"""Texts that others check: the checks are tasks of their own, and what became of a text is told to its writer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "text_checks"
down_revision: str | None = "undo"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    nought = {"server_default": sa.text("0"), "nullable": False}
    for name in ("check_pay_minor", "check_fee_minor", "check_s"):
        op.add_column("projects", sa.Column(name, sa.BigInteger(), **nought))
    op.add_column("tasks", sa.Column("step", sa.String(), server_default=sa.text("'do'"), nullable=False))
    op.add_column("tasks", sa.Column("about_answer_id", sa.Uuid(), nullable=True))
    op.add_column("tasks", sa.Column("refused", sa.BigInteger(), **nought))
    op.create_index(
        "uq_tasks_about_answer_id",
        "tasks",
        ["about_answer_id"],
        unique=True,
        postgresql_where=sa.text("about_answer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_answers_pending", "answers", ["answered_at"], postgresql_where=sa.text("state = 'pending'")
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        "ix_notices_untold", "notices", ["worker_id"], postgresql_where=sa.text("told_at IS NULL")
    )
    op.create_index("ix_notices_due", "notices", ["due_at"], postgresql_where=sa.text("told_at IS NULL"))


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_index("ix_answers_pending", table_name="answers")
    op.drop_index("uq_tasks_about_answer_id", table_name="tasks")
    for name in ("refused", "about_answer_id", "step"):
        op.drop_column("tasks", name)
    for name in ("check_s", "check_fee_minor", "check_pay_minor"):
        op.drop_column("projects", name)
