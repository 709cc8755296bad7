"""PostgreSQL as a server of a data folder: how its directory is made and how it is run.

Owns the cluster's locale, its settings and its first database. Reached by a unix socket in a private folder
only, so every connection is trusted: who can open the socket owns the data already.
"""

import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, ClassVar

import psycopg
from psycopg import sql

from app.errors import AppError
from app.servers.binaries import PostgresBinaries, find_postgres, readable_for
from app.servers.server import Server, clean_environment
from app.servers.spawn import Identity, spawn

USER = "kazi"
DATABASE = "kazi"
PORT = 5432  # only names the socket: `.s.PGSQL.5432`
INITDB_WAIT_S = 120.0
FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17
FIRST_MAJOR_WITH_SYNCFS = 14


class Postgres(Server):
    """The PostgreSQL of a data folder, in its sub-folder `postgres`."""

    name = "postgres"
    # "Fast shutdown": open transactions are rolled back, a checkpoint written (PostgreSQL manual, 18.5).
    death_signal = signal.SIGINT
    stop_signals: ClassVar[Sequence[tuple[signal.Signals, float]]] = (
        (signal.SIGINT, 30.0),
        (signal.SIGQUIT, 10.0),
    )

    def __init__(
        self,
        data_dir: Path,
        runtime: Path,
        identity: Identity | None,
        *,
        durable: bool,
        major: int | None = None,
    ) -> None:
        super().__init__(data_dir, runtime, identity, durable=durable)
        found = find_postgres(major_of(self.home) or major)
        self.binaries: PostgresBinaries = readable_for(found, identity, runtime / "bin")

    @property
    def url(self) -> str:
        """The database's URL for SQLAlchemy with psycopg; its port is given lest PGPORT change it."""
        return f"postgresql+psycopg://{USER}@/{DATABASE}?host={self.runtime}&port={PORT}"

    def prepare(self, log: IO[bytes]) -> None:
        """Make the cluster where there is none, and remove what a killed server left."""
        if major_of(self.home) is None:
            self._initialise(log)
        # The server's lock is ours, so no process of it lives. These files may name a process id that has
        # since gone to another program, which PostgreSQL would take for a running server. Should somebody
        # have started one by hand, it is still found by its shared memory.
        (self.home / "postmaster.pid").unlink(missing_ok=True)
        for left in self.runtime.glob(".s.PGSQL.*"):
            left.unlink()

    def command(self, home: str) -> list[str]:
        """Return the server's command line; all settings are on it, so no file has to be edited."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.runtime),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            # Containers often have a tiny /dev/shm, which parallel queries would fill.
            "max_parallel_workers_per_gather": "0",
            "jit": "off",
        }
        if sys.platform.startswith("linux") and self.binaries.major >= FIRST_MAJOR_WITH_SYNCFS:
            # After a crash every file is synced before anything is answered: by one call instead of one a file
            # it took 0.2 s instead of 3 (https://www.postgresql.org/docs/current/runtime-config-error-handling.html).
            settings["recovery_init_sync_method"] = "syncfs"
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries.postgres), "-D", home, "-p", str(PORT), *flags]

    def answers(self) -> bool:
        """Tell whether a query gets through."""
        try:
            with self._connect() as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start the server, and make the database where it is missing."""
        super().start()
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.runtime),
            port=PORT,
            user=USER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=10,
        )

    def _initialise(self, log: IO[bytes]) -> None:
        """Make the cluster beside its place and move it there when whole: a half-made one is never used."""
        final = self.home
        self.home = final.with_name(f"{final.name}.new")
        try:
            shutil.rmtree(self.home, ignore_errors=True)
            self.make_home(self.home)
            with self.reachable_home() as (home, fds):
                log_start = log.tell()
                child = spawn(
                    [str(self.binaries.initdb), "-D", home, *self._initdb_flags()],
                    env=clean_environment(),
                    cwd=Path("/"),
                    output=log,
                    identity=self.identity,
                    held=fds,
                )
                try:
                    code = child.process.wait(INITDB_WAIT_S)
                finally:
                    child.sweep()
            if code != 0:
                raise self.failure(f"could not make its data directory (initdb ended with {code})", log_start)
            if final.exists() and not any(final.iterdir()):
                final.rmdir()
            self.home.rename(final)
        finally:
            self.home = final

    def _initdb_flags(self) -> list[str]:
        flags = ["--username", USER, "--encoding=UTF8", "--auth-local=trust", "--auth-host=reject"]
        if self.binaries.major >= FIRST_MAJOR_WITH_BUILTIN_LOCALE:
            flags += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            flags += ["--locale=C.UTF-8" if sys.platform.startswith("linux") else "--locale=C"]
        return flags if self.durable else [*flags, "--no-sync"]


def major_of(home: Path) -> int | None:
    """Return the major version that made a data directory, None where there is none yet."""
    path = home / "PG_VERSION"
    if not path.exists():
        return None
    written = path.read_text().strip()
    if not written.isdigit():
        raise AppError("data-dir-broken", 500, f"{path} should hold a version number but says {written!r}.")
    return int(written)
