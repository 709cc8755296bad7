"""Adaptive redundancy: which tasks wait to be judged, how many places judging may open, and when."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "adaptive"
down_revision: str | None = "bundles"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "projects", sa.Column("most_answers", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("projects", sa.Column("judge_after", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tasks", sa.Column("judge", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(
        "ix_tasks_judge", "tasks", ["project_id"], unique=False, postgresql_where=sa.text("judge")
    )


def downgrade() -> None:
    op.drop_index("ix_tasks_judge", table_name="tasks", postgresql_where=sa.text("judge"))
    op.drop_column("tasks", "judge")
    op.drop_column("projects", "judge_after")
    op.drop_column("projects", "most_answers")
