"""The embedded servers: what is acknowledged stays, whoever is killed, and nobody else can start beside them."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from app.servers import DataDirBusy, Servers, Urls, embedded, join
from app.servers.folder import open_lock
from app.servers.spawn import identity_for, spawn
from tests.servers.conftest import Start, lives, told, wait_gone

ROWS = 200


def connect(urls: Urls) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(urls.database_url.replace("+psycopg", ""), autocommit=True)


def write(urls: Urls) -> None:
    with connect(urls) as connection:
        connection.execute("CREATE TABLE kept (n int PRIMARY KEY)")
        for n in range(ROWS):
            connection.execute("INSERT INTO kept VALUES (%s)", [n])
    with redis.Redis.from_url(urls.redis_url) as client:
        for n in range(ROWS):
            client.rpush("kept", n)


def kept(urls: Urls) -> tuple[object, object]:
    with connect(urls) as connection, redis.Redis.from_url(urls.redis_url) as client:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert row is not None
        return row[0], client.llen("kept")


def answered_by_other_than(urls: Urls, backend_pid: object) -> bool:
    """Tell whether PostgreSQL answers again after one of its processes was killed."""
    try:
        with connect(urls) as connection:
            row = connection.execute("SELECT pg_backend_pid()").fetchone()
            return row is not None and row[0] != backend_pid
    except psycopg.OperationalError:
        return False


def eventually(condition: Callable[[], bool]) -> None:
    """Ask until it is true; the test's own timeout bounds it."""
    while not condition():
        os.sched_yield()


def test_servers_answer_keep_data_and_leave_nothing_behind(tmp_path: Path) -> None:
    with embedded(tmp_path) as servers:
        runtime = Path(servers.urls.redis_url.removeprefix("unix://").split("?")[0]).parent
        write(servers.urls)
        pids = list(servers.pids().values())
        assert len(pids) == 2
        assert join(tmp_path) == servers.urls
    assert not any(map(lives, pids))
    assert not runtime.exists()
    assert join(tmp_path) is None
    with embedded(tmp_path) as servers:
        assert kept(servers.urls) == (ROWS, ROWS)


def test_database_is_utf8_with_unicode_rules(tmp_path: Path) -> None:
    with embedded(tmp_path, durable=False) as servers, connect(servers.urls) as connection:
        encoding = connection.execute("SHOW server_encoding").fetchone()
        lowered = connection.execute("SELECT lower('ÉKOLE Ŋ')").fetchone()
        listening = connection.execute("SHOW listen_addresses").fetchone()
    assert (encoding, lowered, listening) == (("UTF8",), ("ékole ŋ",), ("",))


def test_servers_never_run_as_root_and_their_files_are_private(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir(mode=0o700)
    data_dir = tmp_path / "private" / "a" / "data"
    with embedded(data_dir, durable=False) as servers:
        users = {psutil.Process(pid).uids().effective for pid in servers.pids().values()}
        runtime = Path(servers.urls.redis_url.removeprefix("unix://").split("?")[0]).parent
        modes = [(data_dir / name).stat().st_mode & 0o077 for name in ("postgres", "valkey")]
        modes.append(runtime.stat().st_mode & 0o077)
        assert kept_after_write(servers) == (ROWS, ROWS)
    assert 0 not in users
    assert modes == [0, 0, 0]


def kept_after_write(servers: Servers) -> tuple[object, object]:
    write(servers.urls)
    return kept(servers.urls)


@pytest.mark.parametrize("victim", ["postgres", "valkey"])
def test_a_killed_server_is_restarted_with_its_data(tmp_path: Path, victim: str) -> None:
    with embedded(tmp_path) as servers:
        write(servers.urls)
        before = servers.pids()
        os.kill(before[victim], signal.SIGKILL)
        wait_gone([before[victim]])
        # A restart that fails on a busy machine is left for the next look.
        eventually(lambda: servers.check() == [victim])
        assert servers.check() == []
        after = servers.pids()
        assert after[victim] != before[victim]
        assert {name for name in before if before[name] == after[name]} == set(before) - {victim}
        assert kept(servers.urls) == (ROWS, ROWS)


def test_a_killed_backend_is_postgres_own_affair(tmp_path: Path) -> None:
    with embedded(tmp_path) as servers:
        write(servers.urls)
        with connect(servers.urls) as connection:
            row = connection.execute("SELECT pg_backend_pid()").fetchone()
            assert row is not None
            os.kill(int(str(row[0])), signal.SIGKILL)
            wait_gone([int(str(row[0]))])
        eventually(lambda: answered_by_other_than(servers.urls, row[0]))
        assert servers.check() == []
        assert kept(servers.urls) == (ROWS, ROWS)


def test_killed_holder_takes_its_servers_along_and_the_next_start_works_at_once(
    tmp_path: Path, start: Start
) -> None:
    holder = start("holder.py", tmp_path)
    first = told(holder)
    write(Urls(first["database_url"], first["redis_url"]))
    holder.kill()
    holder.wait()
    with embedded(tmp_path) as servers:
        assert not any(lives(first[name]) for name in ("postgres", "valkey"))
        assert kept(servers.urls) == (ROWS, ROWS)


def test_everything_killed_at_once_loses_nothing(tmp_path: Path, start: Start) -> None:
    holder = start("holder.py", tmp_path)
    first = told(holder)
    write(Urls(first["database_url"], first["redis_url"]))
    for pid in (first["postgres"], first["valkey"], holder.pid):
        os.kill(pid, signal.SIGKILL)
    holder.wait()
    with embedded(tmp_path) as servers:
        assert kept(servers.urls) == (ROWS, ROWS)


def test_a_second_start_is_refused_and_names_the_holder(tmp_path: Path, start: Start) -> None:
    holder = start("holder.py", tmp_path)
    first = told(holder)
    with pytest.raises(DataDirBusy, match=f"in use by process {holder.pid}") as caught, embedded(tmp_path):
        pass
    assert caught.value.data["pid"] == holder.pid
    assert join(tmp_path) == Urls(first["database_url"], first["redis_url"])


def test_a_failed_second_start_does_not_disturb_the_first(tmp_path: Path) -> None:
    with embedded(tmp_path, durable=False) as servers:
        write(servers.urls)
        with pytest.raises(DataDirBusy), embedded(tmp_path):
            pass
        assert join(tmp_path) == servers.urls
        assert kept(servers.urls) == (ROWS, ROWS)


def test_join_waits_for_a_holder_that_is_starting(tmp_path: Path, start: Start) -> None:
    holder = start("holder.py", tmp_path)
    eventually((tmp_path / "servers.json").exists)
    urls = join(tmp_path)
    assert urls is not None
    write(urls)
    first = told(holder)
    assert urls == Urls(first["database_url"], first["redis_url"])


def test_a_stale_pid_file_that_names_a_living_stranger_is_not_believed(tmp_path: Path) -> None:
    with embedded(tmp_path) as servers:
        write(servers.urls)
        pid_file = (tmp_path / "postgres" / "postmaster.pid").read_text()
    # The stranger runs as the server's own user: PostgreSQL itself disregards other users' processes.
    stranger = spawn(["/bin/sh", "-c", "sleep 600; :"], identity=identity_for(tmp_path))
    try:
        stale = tmp_path / "postgres" / "postmaster.pid"
        stale.write_text("\n".join([str(stranger.pid), *pid_file.splitlines()[1:]]) + "\n")
        with embedded(tmp_path) as servers:
            assert kept(servers.urls) == (ROWS, ROWS)
            assert stranger.alive()
    finally:
        stranger.stop([])


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with embedded(tmp_path, durable=False) as servers:
        assert kept_after_write(servers) == (ROWS, ROWS)
    assert not half.exists()


def test_postgres_16_runs_too_and_its_folder_keeps_its_version(tmp_path: Path) -> None:
    versions = []
    for major in (16, None):
        with (
            embedded(tmp_path, durable=False, postgres_major=major) as servers,
            connect(servers.urls) as connection,
        ):
            row = connection.execute("SHOW server_version_num").fetchone()
            assert row is not None
            versions.append(int(str(row[0])) // 10000)
    assert versions == [16, 16]


def test_a_deep_data_folder_has_short_sockets(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-rather-long-name"] * 6)
    assert len(str(deep)) > 200
    with embedded(deep, durable=False) as servers:
        assert kept_after_write(servers) == (ROWS, ROWS)


def test_environment_for_libpq_does_not_lead_astray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGHOST": "nowhere", "PGUSER": "other", "PGDATABASE": "other"}.items():
        monkeypatch.setenv(name, value)
    with embedded(tmp_path, durable=False) as servers:
        assert kept_after_write(servers) == (ROWS, ROWS)


def test_a_server_that_cannot_start_is_reported_with_its_log(tmp_path: Path) -> None:
    with embedded(tmp_path, durable=False):
        pass
    (tmp_path / "postgres" / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(Exception, match=r"postgres ended while it started.*pg_control"), embedded(tmp_path):
        pass
    assert join(tmp_path) is None
    left = open_lock(tmp_path / "postgres.lock", wait_s=0)
    assert left is not None, "a process of the server still lives"
    os.close(left)
