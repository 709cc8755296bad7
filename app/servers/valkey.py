"""Valkey as a server of a data folder.

Owns its settings: an append-only file flushed every second, no eviction, a unix socket and no TCP. What is
lost with the last second is only bells: the truth is in PostgreSQL.
"""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import IO, ClassVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.servers.binaries import find_valkey, program_readable_for
from app.servers.server import Server
from app.servers.spawn import Identity


class Valkey(Server):
    """The Valkey of a data folder, in its sub-folder `valkey`."""

    name = "valkey"
    death_signal = signal.SIGTERM
    stop_signals: ClassVar[Sequence[tuple[signal.Signals, float]]] = ((signal.SIGTERM, 15.0),)

    def __init__(self, data_dir: Path, runtime: Path, identity: Identity | None, *, durable: bool) -> None:
        super().__init__(data_dir, runtime, identity, durable=durable)
        self.socket = runtime / "redis.sock"
        self.program = program_readable_for(find_valkey(), identity, runtime / "bin")

    @property
    def url(self) -> str:
        """The server's URL for redis-py."""
        return f"unix://{self.socket}?db=0"

    def prepare(self, log: IO[bytes]) -> None:  # noqa: ARG002  # nothing is run that would log
        """Make the directory where there is none."""
        self.make_home(self.home)

    def command(self, home: str) -> list[str]:
        """Return the server's command line; it reads no configuration file."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": home,
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        flags = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [str(self.program), *flags]

    def answers(self) -> bool:
        """Tell whether the server answers and has its data loaded."""
        client = redis.Redis(
            unix_socket_path=str(self.socket), socket_timeout=10.0, retry=Retry(NoBackoff(), 0)
        )
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):  # BusyLoadingError is a ConnectionError
            return False
        finally:
            client.close()
