"""Surveys: which question a worker is at, an answer for each, and what those who stopped half-way were paid."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "surveys"
down_revision: str | None = "gold"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_OLD, _NEW = "uq_answers_assignment_id", "uq_answers_assignment_id_question_id"


def upgrade() -> None:
    op.add_column("assignments", sa.Column("question_id", sa.String(), nullable=True))
    op.add_column(
        "assignments", sa.Column("nth", sa.BigInteger(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("tasks", sa.Column("spent", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "answers", sa.Column("question_id", sa.String(), server_default=sa.text("''"), nullable=False)
    )
    op.alter_column("results", "confidence", existing_type=sa.Float(), nullable=True)
    _swap(_OLD, _NEW, "assignment_id, question_id")


def downgrade() -> None:
    op.execute("DELETE FROM answers WHERE question_id <> ''")
    op.execute("UPDATE results SET confidence = 0 WHERE confidence IS NULL")
    _swap(_NEW, _OLD, "assignment_id")
    op.alter_column("results", "confidence", existing_type=sa.Float(), nullable=False)
    op.drop_column("answers", "question_id")
    op.drop_column("tasks", "spent")
    op.drop_column("assignments", "nth")
    op.drop_column("assignments", "question_id")


def _swap(old: str, new: str, columns: str) -> None:
    """Put one unique constraint in another's place. The index is built beside the answers that go on coming in."""
    with op.get_context().autocommit_block():
        op.execute(f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {new} ON answers ({columns})")
    op.execute(f"ALTER TABLE answers DROP CONSTRAINT {old}, ADD CONSTRAINT {new} UNIQUE USING INDEX {new}")
