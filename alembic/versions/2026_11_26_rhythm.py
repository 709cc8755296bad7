"""Learn when in the day each person answers, how quickly, and how many of the questions they are sent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "rhythm"
down_revision: str | None = "text_checks"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    # Constant defaults: no row is rewritten.
    op.add_column(
        "workers",
        sa.Column("answer_hours", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    op.add_column("workers", sa.Column("heeded", sa.Float(), server_default="0.6", nullable=False))
    op.add_column("workers", sa.Column("reply_s", sa.Float(), server_default="3000", nullable=False))


def downgrade() -> None:
    for name in ("reply_s", "heeded", "answer_hours"):
        op.drop_column("workers", name)
