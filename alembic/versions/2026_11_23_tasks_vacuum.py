"""Look after the table of tasks often: a plan made for its beginnings would read all of it when it has grown."""

from collections.abc import Sequence

from alembic import op

revision: str = "tasks_vacuum"
down_revision: str | None = "ledger_guards"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE tasks SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE tasks RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)")
