"""PostgreSQL and Valkey for one data folder, started together and stopped together.

Owns the order of things between the folder and its two servers. Who may use them and for what is not asked
here; `folder.join` is how another process of the same user reaches them.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from app.errors import AppError
from app.servers import folder
from app.servers.folder import Urls
from app.servers.postgres import Postgres
from app.servers.server import Server
from app.servers.spawn import Identity, identity_for
from app.servers.valkey import Valkey

MOST_FAILED_STARTS = 5


class Servers:
    """The running servers of a data folder."""

    def __init__(self, postgres: Postgres, valkey: Valkey) -> None:
        self._servers: tuple[Server, ...] = (postgres, valkey)
        self._failed_starts = 0
        self.urls = Urls(postgres.url, valkey.url)

    def pids(self) -> dict[str, int]:
        """Return the process id of each server that runs, by name."""
        return {server.name: server.pid for server in self._servers if server.pid is not None}

    def check(self) -> list[str]:
        """Start again what has died, wait until it answers, and return its names.

        The addresses stay the same. Call it from the thread that called `embedded`, or one that lives
        as long. A server that dies again while it starts is left for the next call; `AppError` when it has
        failed `MOST_FAILED_STARTS` times in a row.
        """
        return [server.name for server in self._servers if not server.alive() and self._restart(server)]

    def _restart(self, server: Server) -> bool:
        try:
            server.start()
        except AppError:
            self._failed_starts += 1
            if self._failed_starts >= MOST_FAILED_STARTS:
                raise
            return False
        self._failed_starts = 0
        return True

    def start(self) -> None:
        """Start each server, and return once all answer."""
        for server in self._servers:
            server.start()

    def stop(self) -> None:
        """Stop each server, the last started first."""
        with contextlib.ExitStack() as stack:
            for server in self._servers:
                stack.callback(server.stop)


@contextlib.contextmanager
def embedded(data_dir: Path, *, durable: bool = True, postgres_major: int | None = None) -> Iterator[Servers]:
    """Run real PostgreSQL and Valkey on the data in `data_dir` for as long as the block runs.

    The folder is made where it is missing, and held: a second holder gets `DataDirBusy`. The servers end with
    this process however it ends, keep what they have acknowledged, and never run as root. `durable=False` is
    for tests: quicker, and a power cut may cost the data. `postgres_major` chooses the version of a new
    folder; an old one keeps its own. `AppError` where no server can be found or started.
    """
    data_dir = data_dir.absolute()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with folder.hold(data_dir):
        folder.clear_earlier(data_dir)
        identity = _identity(data_dir)
        runtime = folder.make_runtime(identity)
        try:
            servers = Servers(
                Postgres(data_dir, runtime, identity, durable=durable, major=postgres_major),
                Valkey(data_dir, runtime, identity, durable=durable),
            )
            folder.write_record(data_dir, runtime, servers.urls, ready=False)
            try:
                servers.start()
                folder.write_record(data_dir, runtime, servers.urls, ready=True)
                yield servers
            finally:
                servers.stop()
        finally:
            (data_dir / folder.RECORD).unlink(missing_ok=True)
            shutil.rmtree(runtime, ignore_errors=True)


def _identity(data_dir: Path) -> Identity | None:
    """Return whom the servers run as: whoever owns the data already, so that a later start can read it."""
    identity = identity_for(data_dir)
    home = data_dir / Postgres.name
    if identity is None or not home.exists() or home.stat().st_uid == 0:
        return identity
    status = home.stat()
    return Identity(status.st_uid, status.st_gid) if os.geteuid() == 0 else identity
