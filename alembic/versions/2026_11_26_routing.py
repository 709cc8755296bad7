"""Routing: what a worker has passed and a project asks for, where workers live, shares of the work, invitations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "routing"
down_revision: str | None = "skills_and_groups"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    nothing = {"server_default": sa.text("'[]'::jsonb"), "nullable": False}
    op.add_column("workers", sa.Column("passed", postgresql.JSONB(), **nothing))
    op.add_column("workers", sa.Column("site", sa.String(), nullable=True))
    op.add_column("workers", sa.Column("invite_code", sa.String(), nullable=True))
    op.add_column(
        "workers", sa.Column("reward_due", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "workers", sa.Column("rewards", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.create_index("ix_workers_invite_code", "workers", ["invite_code"], unique=True)
    op.add_column("cohorts", sa.Column("site", sa.String(), nullable=True))
    op.add_column("projects", sa.Column("requires", postgresql.JSONB(), **nothing))
    op.add_column("projects", sa.Column("min_skill", sa.Float(), server_default=sa.text("0"), nullable=False))
    op.add_column("projects", sa.Column("median_lower", sa.Float(), nullable=True))
    op.add_column(
        "projects", sa.Column("task_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "projects", sa.Column("most_per_worker", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.execute("UPDATE projects SET task_count = (SELECT count(*) FROM tasks WHERE project_id = projects.id)")
    op.add_column("cursors", sa.Column("given", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("assignments", sa.Column("site", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("assignments", "site")
    op.drop_column("cursors", "given")
    for name in ("most_per_worker", "task_count", "median_lower", "min_skill", "requires"):
        op.drop_column("projects", name)
    op.drop_column("cohorts", "site")
    op.drop_index("ix_workers_invite_code", table_name="workers")
    for name in ("rewards", "reward_due", "invite_code", "site", "passed"):
        op.drop_column("workers", name)
