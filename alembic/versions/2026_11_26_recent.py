"""Find the newest questions of a project: whether somebody else is about is asked before a share is exceeded."""

from collections.abc import Sequence

from alembic import op

revision: str = "recent"
down_revision: str | None = "routing"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_assignments_recent", "assignments", ["project_id", "offered_at"])


def downgrade() -> None:
    op.drop_index("ix_assignments_recent", table_name="assignments")
