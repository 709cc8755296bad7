"""Users of a client, who sign in to see their own projects."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "client_users"
down_revision: str | None = "pictures"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("users", sa.Column("client_id", sa.UUID(), nullable=True))
    op.create_foreign_key(op.f("fk_users_client_id_clients"), "users", "clients", ["client_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_users_client_id_clients"), "users", type_="foreignkey")
    op.drop_column("users", "client_id")
