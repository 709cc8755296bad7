"""Embedded servers and the supervisor: real PostgreSQL and Valkey with nothing installed by hand.

Owns finding, starting, watching and stopping processes on one machine. What runs in those processes, and
whether embedded servers are wanted at all (KAZI_DATABASE_URL, KAZI_REDIS_URL), the command line decides.
"""

from app.servers.embedded import Servers, embedded
from app.servers.folder import DataDirBusy, Urls, join
from app.servers.launch import die_with_parent
from app.servers.spawn import Child, spawn
from app.servers.supervisor import ProcessSpec, Supervisor

__all__ = [
    "Child",
    "DataDirBusy",
    "ProcessSpec",
    "Servers",
    "Supervisor",
    "Urls",
    "die_with_parent",
    "embedded",
    "join",
    "spawn",
]
