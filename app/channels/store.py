"""Taking in what people wrote: one statement, one round trip, and never the same message twice.

The hottest path of the service, hence a statement of its own instead of the ORM. What the text means is the
business of the job that the bell wakes.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import crypto, ids, outbox
from app.channels import registry
from app.channels.addresses import take_over
from app.channels.base import Inbound
from app.channels.segments import count
from app.pricelist import segment_price

# A message, and when it came.
Arrival = tuple[Inbound, datetime]

# Only a receipt that is new lets the other two inserts happen. Of two equal webhooks at once the second waits
# here for the first to commit, and then finds nothing to do.
_STORE = """
WITH receipt AS (
    INSERT INTO inbound_receipts (channel, provider_message_id, message_id, received_at)
    VALUES (%(channel)s, %(provider_message_id)s, %(message_id)s, %(now)s)
    ON CONFLICT DO NOTHING
    RETURNING message_id
), address AS (
    INSERT INTO addresses
        (id, channel, number, number_index, ending, country, sender, last_inbound_at, created_at)
    SELECT %(address_id)s, %(channel)s, %(number)s, %(number_index)s, %(ending)s, %(country)s, %(sender)s,
        %(now)s, %(now)s
    FROM receipt
    ON CONFLICT (channel, number_index) DO UPDATE
        SET last_inbound_at = greatest(addresses.last_inbound_at, excluded.last_inbound_at),
            sender = coalesce(addresses.sender, excluded.sender)
    RETURNING id
)
INSERT INTO messages
    (id, direction, channel, address_id, purpose, body, encoding, segments, sender, status,
     provider_message_id, price_micros, price_currency, created_at, due_at, attempts, media_count, opt_out_type)
SELECT receipt.message_id, 'in', %(channel)s, address.id, '', %(body)s, %(encoding)s, %(segments)s, %(sender)s,
    'received', %(provider_message_id)s, %(price_micros)s, %(price_currency)s, %(now)s, %(now)s, 0,
    %(media_count)s, %(opt_out_type)s
FROM receipt, address
"""

# Whoever waits for a lock makes all wait that are stored in the same transaction: then rather each alone.
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'"


def store_inbound(session: Session, inbound: Inbound, now: datetime) -> bool:
    """Store the message, due to be handled, and ring `inbound` after the commit; False if it was there already.

    The address is made or noted as heard from. A suppressed address stays suppressed: whether the person
    wants texts again is for the conversation to read.
    """
    take_over(session, inbound.number, registry.CHANNELS)
    stored = _execute(session.connection(), _row(inbound, now)) == 1
    if stored:
        outbox.ring(session, "inbound")
    return stored


def store_together(session: Session, arrivals: Sequence[Arrival]) -> int:
    """Store several messages in one round trip, as `store_inbound` does each; return how many were new.

    None of them is stored where one cannot be: the caller then stores each alone.
    """
    for inbound, _ in arrivals:
        take_over(session, inbound.number, registry.CHANNELS)
    rows = [_row(inbound, at) for inbound, at in arrivals]
    # Everybody locks addresses and receipts in this order, so that two who do it at once end one after the other.
    rows.sort(key=itemgetter("channel", "number_index", "provider_message_id"))
    stored = _execute_all(session.connection(), rows)
    if stored:
        outbox.ring(session, "inbound")
    return stored


def _execute(connection: Connection, row: dict[str, object]) -> int:
    """Run the statement on the driver's own cursor, in the session's transaction, and return the rows stored.

    SQLAlchemy's execution costs as much again as all else here.
    """
    with _losing(connection), closing(connection.connection.cursor()) as cursor:
        cursor.execute(_STORE, row)
        return cursor.rowcount


def _execute_all(connection: Connection, rows: Sequence[dict[str, object]]) -> int:
    """Run the statement for each row as one pipeline: what follows is sent before what precedes is answered."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with _losing(connection), driver.cursor() as cursor:
        with driver.pipeline():
            cursor.execute(_LOCK_TIMEOUT)
            cursor.executemany(_STORE, rows)
        return cursor.rowcount


@contextmanager
def _losing(connection: Connection) -> Iterator[None]:
    """Do by hand what SQLAlchemy would do about a lost connection."""
    try:
        yield
    except psycopg.OperationalError as error:
        connection.invalidate(error)
        raise OperationalError(_STORE, None, error) from error


def _row(inbound: Inbound, now: datetime) -> dict[str, object]:
    counted = count(inbound.body)
    segments = billed_segments(inbound.channel, counted.segments)
    micros, currency = segment_price(inbound.channel, inbound.country, "in")
    return {
        "channel": inbound.channel,
        "provider_message_id": inbound.provider_message_id,
        "message_id": ids.new(),
        "address_id": ids.new(),
        "number": crypto.encrypt(inbound.number),
        "number_index": crypto.blind_index(inbound.number),
        "ending": inbound.number[-2:],
        "country": inbound.country,
        "sender": inbound.sender,
        "body": crypto.encrypt(inbound.body),
        "encoding": counted.encoding,
        "segments": segments,
        "price_micros": micros * segments,
        "price_currency": currency,
        "media_count": inbound.media_count,
        "opt_out_type": inbound.opt_out_type,
        "now": now,
    }


def billed_segments(channel: str, segments: int) -> int:
    """Return how many units a text is billed as: WhatsApp bills the message, whatever its length."""
    return 1 if channel.endswith("_whatsapp") else segments
