"""How migrations are run: on the settings' database, under an advisory lock, with short lock timeouts."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from app.models import metadata
from app.settings import settings

# Two machines that start at once must not migrate at once; the number is arbitrary but fixed.
MIGRATION_LOCK = 5294260


def run_migrations() -> None:
    url = context.config.attributes.get("database_url") or settings().database_url
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text("SET statement_timeout = '10min'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        context.configure(
            connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=True
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run_migrations()
