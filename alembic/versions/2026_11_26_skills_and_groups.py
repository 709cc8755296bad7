"""What is known of a worker in a project, who may depend on whom, and answers that others check."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "skills_and_groups"
down_revision: str | None = "adaptive"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "skills",
        sa.Column("project_id", sa.Uuid(), sa.ForeignKey("projects.id"), primary_key=True),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), primary_key=True),
        sa.Column("answers", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("gold_answers", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("gold_right", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("skill", sa.Float(), nullable=False),
        sa.Column("lower", sa.Float(), nullable=False),
        sa.Column("kept", postgresql.JSONB(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_skills_worker_id", "skills", ["worker_id"])
    op.add_column("workers", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.create_index("ix_workers_group_id", "workers", ["group_id"])
    op.add_column("workers", sa.Column("referrer_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_workers_referrer_id_workers", "workers", "workers", ["referrer_id"], ["id"])
    op.create_index("ix_workers_referrer_id", "workers", ["referrer_id"])
    op.add_column("assignments", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.add_column(
        "answers", sa.Column("state", sa.String(), server_default=sa.text("'counted'"), nullable=False)
    )
    op.add_column("answers", sa.Column("refused_why", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("answers", "refused_why")
    op.drop_column("answers", "state")
    op.drop_column("assignments", "group_id")
    op.drop_index("ix_workers_referrer_id", table_name="workers")
    op.drop_constraint("fk_workers_referrer_id_workers", "workers", type_="foreignkey")
    op.drop_column("workers", "referrer_id")
    op.drop_index("ix_workers_group_id", table_name="workers")
    op.drop_column("workers", "group_id")
    op.drop_table("skills")
