"""Messages of several questions: how many each asked, where each stood, and who mixes them up."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "bundles"
down_revision: str | None = "tasks_vacuum"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "answers", sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("answers", sa.Column("asked", sa.BigInteger(), server_default=sa.text("1"), nullable=False))
    op.add_column(
        "assignments", sa.Column("asked", sa.BigInteger(), server_default=sa.text("1"), nullable=False)
    )
    op.create_index("ix_assignments_worker", "assignments", ["worker_id", "offered_at"], unique=False)
    op.add_column(
        "workers", sa.Column("bundle_slips", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "workers", sa.Column("one_at_a_time", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("workers", "one_at_a_time")
    op.drop_column("workers", "bundle_slips")
    op.drop_index("ix_assignments_worker", table_name="assignments")
    op.drop_column("assignments", "asked")
    op.drop_column("answers", "asked")
    op.drop_column("answers", "position")
