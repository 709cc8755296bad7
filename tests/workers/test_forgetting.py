"""The sweeper forgets what is over: remembered requests and ended sign-ins."""

from datetime import timedelta

from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from app import clock, db
from app.accounts import service as accounts
from app.accounts.models import UserSession
from tests.conftest import Database
from workers.sweeper import _Rounds


def test_ended_sign_ins_are_forgotten(database: Database) -> None:
    long_ago = clock.now() - timedelta(days=2)
    with db.transaction() as session:
        accounts.create_user(
            session, email="a@b.example", password="a long password 1", role="viewer", now=long_ago
        )
    with db.transaction() as session:
        accounts.sign_in(session, email="a@b.example", password="a long password 1", now=long_ago)
    engine = create_engine(database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        _Rounds().sweep(connection)
    engine.dispose()
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(UserSession)) == 0
