"""Messages that carry a picture."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "pictures"
down_revision: str | None = "documents"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("media_url", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "media_url")
