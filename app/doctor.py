"""What is misconfigured or stuck, and what to do about it: `./kazi doctor`.

Owns the questions that are asked and the words of the findings. It only reads: it starts nothing, makes no key,
and changes no row. Where no server runs it says what the settings alone show.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
import redis
from pydantic import ValidationError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import clock, due, heartbeat, outbox, pricelist, stack
from app.channels import registry
from app.console import assets
from app.errors import AppError
from app.payments import ledger
from app.people.service import currency_of
from app.servers import join
from app.servers.binaries import OLDEST_POSTGRES_MAJOR, find_postgres, find_valkey
from app.settings import Settings, settings

OLDEST_PYTHON = (3, 11)
OLDEST_REDIS = (6, 2)
CONNECTION_TRIES_S = 5
MOST_SKEW = timedelta(seconds=2)
# What waits longer than this on a queue is not being worked on.
LATE = timedelta(minutes=2)
OPEN_PAYOUT_LATE = timedelta(hours=1)
# Each answer waits for about one write to the disk.
SLOW_DISK = 100

Findings = Iterator[str]


def ok(line: str) -> str:
    """Return the finding that something is as it should be."""
    return f"ok     {line}"


def note(line: str) -> str:
    """Return a finding to know about, which may be meant."""
    return f"note   {line}"


def wrong(line: str) -> str:
    """Return a finding that keeps Kazi from working as it should."""
    return f"wrong  {line}"


def findings() -> list[str]:
    """Return what was found, a line each: `ok`, `note` or `wrong`, and for the last two what to do."""
    found = [*_python(), *_assets()]
    try:
        chosen = settings()
    except ValidationError as error:
        return [*found, *(wrong(f"{fault['msg']}.") for fault in error.errors())]
    except OSError as error:
        return [*found, wrong(f"A secret's file cannot be read: {error.filename}: {error.strerror}.")]
    try:
        for check in (_secret_key, _twilio, _public_url, _rail, _people, _prices, _disk, _servers):
            found += check(chosen)
    except AppError as error:
        found.append(wrong(error.message))
    return found


def is_real(chosen: Settings) -> bool:
    """Say whether texts go to Twilio itself, not to a simulator."""
    return bool(chosen.twilio_account_sid) and urlsplit(chosen.twilio_api_url).hostname == "api.twilio.com"


def _python() -> Findings:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield ok(f"Python {version}")
    else:
        yield wrong(f"Python {version} is too old. Install 3.11 or newer, remove .venv and start again.")


def _assets() -> Findings:
    missing = [name for name in assets.FILES if not (assets.VENDOR / name).is_file()]
    if missing:
        yield wrong(f"The console lacks {', '.join(missing)}. Run ./kazi --setup-only.")
    else:
        yield ok("the console's front-end packages are installed")


def _secret_key(chosen: Settings) -> Findings:
    kept = chosen.data_dir / "secret_key"
    if chosen.secret_key.get_secret_value():
        yield ok("the secret key is set; keep a copy of it apart from the data")
    elif stack.given():
        yield wrong(
            "KAZI_SECRET_KEY is not set, and the servers are shared: each machine would make a key of its own and "
            "none could read the others' rows. Set the same key on every machine."
        )
    elif not kept.exists():
        yield note("No secret key yet: one is made at the first start. Back it up then.")
    elif kept.stat().st_mode & 0o077:
        yield wrong(f"{kept} can be read by others. Run chmod 600 {kept}.")
    else:
        yield note(
            f"The secret key is only in {kept}. Without it nothing stored can be read: keep a copy elsewhere."
        )


def _twilio(chosen: Settings) -> Findings:
    needed = {
        "KAZI_TWILIO_ACCOUNT_SID": chosen.twilio_account_sid,
        "KAZI_TWILIO_AUTH_TOKEN": chosen.twilio_auth_token.get_secret_value(),
    }
    missing = [name for name, value in needed.items() if not value]
    if len(missing) == len(needed):
        yield note(
            "Twilio is not set up: no message comes in or goes out. The README says how to connect a number."
        )
        return
    if missing:
        yield wrong(f"Twilio is half set up: set {', '.join(missing)} too.")
    senders = (chosen.twilio_sms_from, chosen.twilio_messaging_service_sid, chosen.twilio_whatsapp_from)
    if not any(senders):
        yield wrong(
            "There is no number to send from: set KAZI_TWILIO_SMS_FROM, KAZI_TWILIO_MESSAGING_SERVICE_SID or "
            "KAZI_TWILIO_WHATSAPP_FROM."
        )
    sms, whatsapp = chosen.twilio_sms_from, chosen.twilio_whatsapp_from.removeprefix("whatsapp:")
    is_short_code = sms.isdigit() and len(sms) <= 8
    if sms and not is_short_code and not _is_number(sms):
        yield wrong("KAZI_TWILIO_SMS_FROM is no number in the form +254700000000, and no short code.")
    if whatsapp and not _is_number(whatsapp):
        yield wrong("KAZI_TWILIO_WHATSAPP_FROM is no number in the form +254700000000.")
    if is_real(chosen):
        yield ok("texts go to Twilio")
    else:
        yield note(
            f"Texts go to {chosen.twilio_api_url}, not to Twilio: a simulator, unless you know better."
        )


def _is_number(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _public_url(chosen: Settings) -> Findings:
    parts = urlsplit(chosen.public_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        yield wrong(
            f"KAZI_PUBLIC_URL is {chosen.public_url!r}; write the address alone, such as https://kazi.example."
        )
    elif parts.scheme == "https":
        yield ok(f"providers reach Kazi at {chosen.public_url}")
    elif is_real(chosen):
        yield wrong(
            f"KAZI_PUBLIC_URL is {chosen.public_url}. Twilio must reach it over https: put a proxy with a certificate "
            "in front, and set the address it is reached at."
        )
    else:
        yield note(f"KAZI_PUBLIC_URL is {chosen.public_url}: enough for this machine, not for a provider.")


def _rail(chosen: Settings) -> Findings:
    if chosen.simulated_rail_url:
        yield note("Payouts go to the simulated rail: no real money moves. No real rail is built yet.")
    else:
        yield note("There is no mobile-money provider: payouts are asked for and approved, and then wait.")


def _people(chosen: Settings) -> Findings:
    if chosen.quiet_hours is None:
        say = wrong if is_real(chosen) else note
        yield say(
            "There are no quiet hours: people are texted at night. Set KAZI_QUIET_HOURS, such as 19:00-08:00."
        )
    else:
        yield ok(
            f"quiet hours {chosen.quiet_hours.start:%H:%M} to {chosen.quiet_hours.end:%H:%M}, local time"
        )
    if is_real(chosen) and chosen.help_phone == Settings.model_fields["help_phone"].default:
        yield wrong("KAZI_HELP_PHONE is the example number. Set one at which a person answers.")
    if not chosen.country_list:
        yield wrong("KAZI_COUNTRIES names no country: nobody can join. Set such as KE,UG.")


def _prices(chosen: Settings) -> Findings:
    try:
        listed = pricelist.read(chosen.price_list or pricelist.DEFAULT)
    except AppError as error:
        yield wrong(error.message)
        return
    lacking = [
        f"{channel}.{country}"
        for channel in registry.CHANNELS
        for country in chosen.country_list
        if (channel, country) not in listed.prices
    ]
    if lacking:
        yield note(f"The price list has no entry for {', '.join(lacking)}: these cost what `other` costs.")
    unpriced = [name for name in registry.CHANNELS if (name, pricelist.OTHER) not in listed.prices]
    if unpriced:
        yield wrong(
            f"The price list has no `other` for {', '.join(unpriced)}: a number from elsewhere has no price."
        )
    rateless = {currency_of(country) for country in chosen.country_list} - set(listed.rates)
    if rateless:
        yield wrong(
            f"The price list has no exchange rate for {', '.join(sorted(rateless))}. Add it to [rates]."
        )
    if chosen.price_list is None and is_real(chosen):
        yield wrong(
            "The price list is the built-in one, whose figures are no offer. Set KAZI_PRICE_LIST to your own."
        )
    elif not lacking:
        yield ok(f"the price list covers {', '.join(chosen.country_list)}")


def _disk(chosen: Settings) -> Findings:
    """Measure how often a second the data folder's disk can be made to keep what was written."""
    if stack.given() or not os.access(chosen.data_dir, os.W_OK):
        return
    rate = fdatasync_rate(chosen.data_dir)
    line = f"the disk of {chosen.data_dir} keeps {rate:.0f} writes a second (fdatasync, one at a time)"
    yield note(f"{line}: slow, and so are answers. Use another disk.") if rate < SLOW_DISK else ok(line)


def fdatasync_rate(folder: Path, for_s: float = 0.3) -> float:
    """Return the fdatasync calls a second after writes of 4 kB to a file of no name in the folder."""
    keep = getattr(os, "fdatasync", os.fsync)  # macOS has only the latter
    with tempfile.TemporaryFile(dir=folder) as file:
        started = time.monotonic()
        count = 0
        while time.monotonic() - started < for_s:
            os.pwrite(file.fileno(), bytes(4096), 0)
            keep(file.fileno())
            count += 1
        return count / (time.monotonic() - started)


def _servers(chosen: Settings) -> Findings:
    if stack.given():
        yield ok("KAZI_DATABASE_URL and KAZI_REDIS_URL are set")
        yield from _running(given=True)
        return
    found, valkey = find_postgres(), find_valkey()
    yield ok(f"Kazi's own servers: PostgreSQL {found.major} in {found.bin}, {valkey.name}")
    running = join(chosen.data_dir, wait_s=CONNECTION_TRIES_S)
    if running is None:
        yield note(
            f"Nothing runs on {chosen.data_dir}. Start ./kazi up and ask again: then the data is looked at too."
        )
        return
    before = (chosen.database_url, chosen.redis_url)
    stack.point_at(running.database_url, running.redis_url)
    try:
        yield from _running(given=False)
    finally:
        stack.point_at(*before)


def _running(*, given: bool) -> Findings:
    checks: tuple[Callable[[], Findings], ...] = (_redis(given=given), _database)
    for check in checks:
        try:
            yield from check()
        except redis.RedisError as error:
            yield wrong(
                f"Redis does not answer ({type(error).__name__}). Check KAZI_REDIS_URL, and that it runs."
            )
        except SQLAlchemyError as error:
            yield wrong(
                f"PostgreSQL does not answer ({type(error).__name__}). Check KAZI_DATABASE_URL, and that it runs."
            )


def _redis(*, given: bool) -> Callable[[], Findings]:
    def check() -> Findings:
        said = outbox.connection().info()
        version = str(said.get("valkey_version") or said["redis_version"])
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
            yield wrong(f"Redis {version} is too old. Use 6.2 or newer.")
        else:
            yield ok(f"Redis or Valkey {version} answers")
        if given and said["maxmemory_policy"] != "noeviction":
            yield wrong(
                f"Redis drops keys when it is full ({said['maxmemory_policy']}). Set maxmemory-policy noeviction."
            )
        if given and not said["aof_enabled"]:
            yield note(
                "Redis forgets all when it ends (no AOF). Nothing is lost by it, but work waits for the sweeper."
            )
        silent = heartbeat.silent_queues()
        if silent:
            yield wrong(
                f"Nobody works on {', '.join(silent)}. Start ./kazi up, or ./kazi worker and sweeper."
            )
        else:
            yield ok("every queue has a living worker, and the sweeper lives")

    return check


def _database() -> Findings:
    engine = create_engine(
        settings().database_url,
        poolclass=NullPool,
        hide_parameters=True,
        execution_options={"postgresql_readonly": True},
        connect_args={"connect_timeout": CONNECTION_TRIES_S, "options": "-c statement_timeout=20000"},
    )
    with engine.connect() as connection:
        yield from _server(connection)
        if stack.migrations_pending():
            yield wrong("The database is not at the newest migration. Run ./kazi migrate.")
            return
        yield ok("the migrations are up to date")
        with Session(connection) as session:
            yield from _work(session)
            yield from _money(session)


def _server(connection: Connection) -> Findings:
    before = clock.now()
    asked = connection.execute(
        text(
            "SELECT current_setting('server_version_num')::int / 10000, clock_timestamp() AS at, "
            "current_setting('fsync'), current_setting('synchronous_commit'), "
            "current_setting('max_connections')::int, getdatabaseencoding()"
        )
    ).one()
    major, at, fsync, commit, most, encoding = asked
    if major < OLDEST_POSTGRES_MAJOR:
        yield wrong(f"PostgreSQL {major} is too old. Use {OLDEST_POSTGRES_MAJOR} or newer.")
    else:
        yield ok(f"PostgreSQL {major} answers")
    skew = max(before - at, at - clock.now())
    if skew > MOST_SKEW:
        yield wrong(
            f"This machine's clock and the database's differ by {skew.total_seconds():.0f} s. Run NTP on both."
        )
    if "off" in {fsync, commit}:
        yield wrong("PostgreSQL acknowledges what it has not kept. Set fsync and synchronous_commit to on.")
    if encoding != "UTF8":
        yield wrong(f"The database's encoding is {encoding}. Make it anew with ENCODING 'UTF8'.")
    wanted = connections_wanted(settings())
    if wanted > most:
        yield note(
            f"This machine's processes may open {wanted} connections; PostgreSQL allows {most} in all. "
            "Lower KAZI_DATABASE_POOL or raise max_connections."
        )


def connections_wanted(chosen: Settings) -> int:
    """Return how many connections the processes of one machine may open: many a web process, two a queue worker."""
    workers = sum(stack.worker_count(queue) for queue in outbox.QUEUES)
    return chosen.web_processes * chosen.database_pool + 2 * (workers + 1)


def _work(session: Session) -> Findings:
    now = clock.now()
    for queue, depth in due.depths(session, now).items():
        # Workers may wait long for work that is not theirs to do, or for the morning.
        if queue != "assignment" and depth.oldest_age_s > LATE.total_seconds():
            yield wrong(
                f"{depth.rows} rows are due on {queue}, the oldest for {depth.oldest_age_s:.0f} s. Is a worker alive, "
                "and what does its log say?"
            )
    for what, rows in due.FOR_PERSONS.items():
        late = _count(session, f"SELECT count(*) FROM {rows} AND due_at <= :now", now=now)  # noqa: S608
        if late:
            yield wrong(f"{late} {what} are overdue: people were promised an answer. See /console/review.")
    failed = _count(session, "SELECT count(*) FROM messages WHERE direction = 'in' AND status = 'failed'")
    if failed:
        yield wrong(
            f"{failed} received messages could not be handled. Mend what the log names, then ./kazi replay."
        )
    refused = session.execute(
        text(
            "SELECT channel, error_code, count(*) FROM messages WHERE direction = 'out' AND status = 'rejected' "
            "AND created_at > :since GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 5"
        ),
        {"since": now - timedelta(days=1)},
    )
    for channel, code, count in refused:
        yield note(
            f"{channel} refused {count} texts in a day with code {code}. The provider's documents explain it."
        )
    disabled = _count(session, "SELECT count(*) FROM webhook_endpoints WHERE disabled_at IS NOT NULL")
    if disabled:
        yield note(f"{disabled} webhook endpoints of clients are disabled: their deliveries kept failing.")
    if not _count(session, "SELECT count(*) FROM users WHERE disabled_at IS NULL"):
        yield note("Nobody can sign in to the console. Run ./kazi user create EMAIL --role admin.")


def _money(session: Session) -> Findings:
    off = ledger.imbalance(session)
    if off:
        yield wrong(
            f"The ledger is out of balance by {off} minor units. Stop payouts and call for help: this is a bug."
        )
    else:
        yield ok("the ledger balances")
    late = {"since": clock.now() - OPEN_PAYOUT_LATE}
    unknown = _count(
        session, "SELECT count(*) FROM payouts WHERE state = 'unknown' AND approved_at < :since", **late
    )
    if unknown:
        yield wrong(
            f"{unknown} payouts are unknown for more than an hour. Ask the provider for their references."
        )
    waiting = _count(
        session,
        "SELECT count(*) FROM payouts WHERE state IN ('requested', 'held') AND requested_at < :since",
        **late,
    )
    if waiting:
        yield note(f"{waiting} payouts wait for an approver for more than an hour. See /console/payouts.")


def _count(session: Session, statement: str, **values: object) -> int:
    return int(session.execute(text(statement), values).scalar_one())
