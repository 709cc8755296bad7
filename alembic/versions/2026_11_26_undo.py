"""UNDO: which question a worker is asked again, whose answer their next reply replaces."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "undo"
down_revision: str | None = "reviews"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("workers", sa.Column("undo_assignment_id", sa.UUID(), nullable=True))
    op.add_column("workers", sa.Column("undo_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("workers", "undo_at")
    op.drop_column("workers", "undo_assignment_id")
