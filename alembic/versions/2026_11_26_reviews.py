"""What a fit found is kept, and results wait for a person where the answers do not settle them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "reviews"
down_revision: str | None = "recent"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("projects", sa.Column("model", postgresql.JSONB(), nullable=True))
    op.add_column(
        "projects",
        sa.Column("alike", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column("results", sa.Column("review", sa.String(), nullable=True))
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("project_id", sa.Uuid(), sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), sa.ForeignKey("tasks.id"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("routed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_reviews_task_id", "reviews", ["task_id"])
    op.create_index(
        "uq_reviews_waiting",
        "reviews",
        ["task_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_reviews_due", "reviews", ["due_at", "id"], postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index("ix_reviews_project", "reviews", ["project_id", "state"])
    op.create_index(
        "ix_reviews_unrouted",
        "reviews",
        ["id"],
        postgresql_where=sa.text("NOT routed AND state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table("reviews")
    op.drop_column("results", "review")
    op.drop_column("projects", "alike")
    op.drop_column("projects", "model")
