"""Writes anew, under the secret key in use, what was written under the one before: numbers, names, texts, secrets.

A tool of the frame, like the migrations: it knows the tables by their names alone. Each batch is a transaction of
its own, and a row that is done names the key in use and is passed over: it may be stopped and started at will,
and run while the service does. Hashes of tokens cannot be made anew: app/accounts does it as each is used.
"""

from collections.abc import Generator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from app import clock, crypto, db

BATCH = 500


@dataclass(frozen=True)
class Column:
    """An encrypted column; `within` is what its row's blind index is unique in, where it has one."""

    table: str
    name: str
    within: str | None = None


# What is looked up comes first: from then on everybody who writes is found at once.
COLUMNS = (
    Column("addresses", "number", within="channel"),
    Column("payout_accounts", "number", within="rail"),
    Column("webhook_endpoints", "secret"),
    Column("workers", "name"),
    Column("messages", "body"),
)


@dataclass
class Done:
    """How many rows of a column were written anew, and how many numbers were found to stand in two rows."""

    column: Column
    changed: int = 0
    doubled: int = 0


def rekey(batch: int = BATCH) -> Generator[Done, None, None]:
    """Write every column anew, and yield after each what was done. Raises `cannot-decrypt` (500).

    A number stands in two rows where the service ran with the new key and without the one before: the person was
    taken for a stranger. The earlier row then keeps its index, so that both stay readable, and if it is an address
    nothing more is sent there, because a STOP from that number would not reach it.
    """
    for column in COLUMNS:
        done, last = Done(column), UUID(int=0)
        while True:
            with db.transaction() as session:
                rows = _next(session, column, last, batch)
                for row_id, blob in rows:
                    _write(session, done, row_id, bytes(blob))
            if not rows:
                break
            last = rows[-1][0]
        yield done


def _next(session: Session, column: Column, after: UUID, limit: int) -> list[tuple[UUID, bytes]]:
    found = session.execute(
        text(
            f"SELECT id, {column.name} FROM {column.table} "  # noqa: S608 - names of this module
            f"WHERE id > :after AND {column.name} IS NOT NULL AND substr({column.name}, 1, :length) <> :key_id "
            "ORDER BY id LIMIT :limit FOR NO KEY UPDATE"
        ),
        {
            "after": after,
            "key_id": crypto.current_key_id(),
            "length": len(crypto.current_key_id()),
            "limit": limit,
        },
    )
    return [(row[0], row[1]) for row in found]


def _write(session: Session, done: Done, row_id: UUID, blob: bytes) -> None:
    column, clear = done.column, crypto.decrypt(blob)
    values = {"id": row_id, "blob": crypto.encrypt(clear)}
    _run(session, f"UPDATE {column.table} SET {column.name} = :blob WHERE id = :id", values)  # noqa: S608
    done.changed += 1
    if column.within is None:
        return
    moved = _run(
        session,
        f"UPDATE {column.table} AS mine SET number_index = :index WHERE id = :id AND NOT EXISTS ("  # noqa: S608
        f"SELECT FROM {column.table} AS other WHERE other.{column.within} = mine.{column.within} "
        "AND other.number_index = :index AND other.id <> mine.id)",
        {"id": row_id, "index": crypto.blind_index(clear)},
    )
    if moved:
        return
    done.doubled += 1
    if column.table == "addresses":
        barred = (
            "UPDATE addresses SET suppressed_at = :now, suppressed_why = 'doubled' "
            "WHERE id = :id AND suppressed_at IS NULL"
        )
        _run(session, barred, {"id": row_id, "now": clock.now()})


def _run(session: Session, statement: str, values: dict[str, object]) -> int:
    result = session.execute(text(statement), values)
    assert isinstance(result, CursorResult), "an update has a row count"
    return result.rowcount
